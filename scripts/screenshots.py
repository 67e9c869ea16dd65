"""Make the pictures of docs/images from the running page on the sample corpus.

python scripts/screenshots.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from harness import Sight, chromium, served, watch  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DESK, PHONE = (1440, 900), (390, 844)
MOSUL = "geonames:99072"


def shoot(sight: Sight, name: str) -> None:
    sight.page.mouse.move(2, 2)
    sight.page.wait_for_timeout(900)  # fonts, labels, the map's own animation
    sight.page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")


def sight_of(browser: Browser, address: str, size: tuple[int, int], query: str) -> Sight:
    width, height = size
    return watch(browser.new_context(viewport={"width": width, "height": height}), address).open(query)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with served(ROOT / "seeds", Path(folder) / "atlas") as address:
            shoot(sight_of(browser, address, DESK, f"?lang=ar&place={MOSUL}"), "dashboard")
            shoot(sight_of(browser, address, DESK, f"?lang=en&place={MOSUL}"), "dashboard-en")
            shoot(sight_of(browser, address, DESK, "?lang=ar"), "places")
            shoot(sight_of(browser, address, PHONE, "?lang=ar"), "phone")
            shoot(sight_of(browser, address, PHONE, f"?lang=en&place={MOSUL}"), "phone-en")
            article = sight_of(browser, address, DESK, f"?lang=ar&place={MOSUL}")
            article.panel.locator("a.open").nth(1).click()
            article.panel.locator("mark.sought").wait_for()
            shoot(article, "article")
        browser.close()


if __name__ == "__main__":
    main()
