"""Make the pictures of docs/images from the running page, in both languages.

    python scripts/screenshots.py

Those of the README and most of the guide show the sample corpus; those of filters and time a made-up atlas of 2,000
articles (tests/made_atlas.py), because five articles have no curve.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from harness import CUT_OFF, Sight, chromium, served, watch  # noqa: E402
from made_atlas import make  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DESK, PHONE, GUIDE = (1440, 900), (390, 844), (1280, 800)
MOSUL, RAQQA, BAGHDAD = "geonames:99072", "geonames:172955", "geonames:98182"


def shoot(sight: Sight, name: str) -> None:
    sight.page.mouse.move(2, 2)
    sight.page.wait_for_timeout(900)  # fonts, labels, the map's own animation
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    sight.page.screenshot(path=path, **({"type": "jpeg", "quality": 72} if path.suffix == ".jpg" else {}))  # type: ignore[arg-type]
    print(path.relative_to(ROOT))


def sight_of(browser: Browser, address: str, size: tuple[int, int], query: str) -> Sight:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ar-IQ")
    return watch(context.new_page(), address).open(query)


def read(sight: Sight) -> None:
    """Open an article from the second excerpt."""
    sight.panel.locator("a.open").nth(1).click()
    sight.panel.locator("mark.sought").wait_for()


def walk(sight: Sight) -> None:
    """Open an article and go on to the next place in it."""
    read(sight)
    sight.panel.locator('[data-key="walk on"]').click()
    sight.page.wait_for_timeout(1200)


def form(sight: Sight) -> None:
    """Open the form of the filters."""
    sight.page.locator('[data-key="more"]').click()


def export(sight: Sight) -> None:
    """Have a file made."""
    sight.page.locator('[data-key="take"]').click()
    sight.page.locator(".st-key-take_make button").click()
    sight.page.locator(".st-key-take_get button").wait_for()


def bring(sight: Sight) -> None:
    """Add a text that is there already, and a file that is not read."""
    sight.page.locator('[data-key="bring"]').click()
    files = [("field-notes.txt", "في مدينة الموصل".encode()), ("scan.tiff", b"II*")]
    told = [{"name": name, "mimeType": "text/plain", "buffer": raw} for name, raw in files]
    sight.page.locator('input[type="file"]').set_input_files(told)  # type: ignore[arg-type]
    sight.page.wait_for_timeout(2_000)
    sight.page.locator(".st-key-bring_read button").click()
    sight.page.locator(".st-key-bring_list_set_aside").wait_for()


def nothing(_: Sight) -> None:
    """As it opens."""


def readme(browser: Browser, seeds: str) -> None:
    shoot(sight_of(browser, seeds, DESK, f"?lang=ar&place={MOSUL}"), "dashboard.png")
    shoot(sight_of(browser, seeds, DESK, f"?lang=en&place={MOSUL}"), "dashboard-en.png")
    shoot(sight_of(browser, seeds, DESK, "?lang=ar"), "places.png")
    shoot(sight_of(browser, seeds, PHONE, "?lang=ar"), "phone.png")
    shoot(sight_of(browser, seeds, PHONE, f"?lang=en&place={MOSUL}"), "phone-en.png")
    article = sight_of(browser, seeds, DESK, f"?lang=ar&place={MOSUL}")
    read(article)
    shoot(article, "article.png")


def guide(browser: Browser, seeds: str, made: str) -> None:
    pictures: dict[str, tuple[str, str, Callable[[Sight], None]]] = {
        "open": (seeds, "", nothing),
        "place": (seeds, f"&place={MOSUL}", nothing),
        "walk": (seeds, f"&place={MOSUL}", walk),
        "together": (seeds, f"&place={MOSUL}&tab=together", nothing),
        "compare": (seeds, f"&place={MOSUL}&tab=compare&other={RAQQA}", nothing),
        "filters": (made, "&level=city&language=ar", form),
        "time": (made, f"&place={BAGHDAD}&since=2017-01-01&until=2019-06-30", nothing),
        "export": (made, f"&place={BAGHDAD}&source=صحيفة 1", export),
        "bring": (seeds, "", bring),
        "empty": (made, "&until=2013-01-01&level=city", nothing),
    }
    for lang in ("ar", "en"):
        for name, (address, query, act) in pictures.items():
            sight = sight_of(browser, address, GUIDE, f"?lang={lang}{query}")
            act(sight)
            shoot(sight, f"guide/{lang}-{name}.jpg")
            sight.page.context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *CUT_OFF])
        with (
            served(ROOT / "seeds", Path(folder) / "atlas") as seeds,
            served(None, make(Path(folder) / "made", 2_000, 1_500)) as made,
        ):
            readme(browser, seeds)
            guide(browser, seeds, made)
        browser.close()


if __name__ == "__main__":
    main()
