"""How long one waits for the page: first start, later starts, and from a click to readable excerpts.

    python -m benchmarks.page [CORPUS]

A real server and a real browser with an empty cache on this machine. The first start compiles the gazetteer and reads
the corpus; later ones find both. Of every click 0.25 s is streamlit-folium's own wait.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from harness import Sight, chromium, served, watch  # noqa: E402

from geo.settings import load  # noqa: E402

CLICKS = 10
NOTE_CLICK = """() => document.addEventListener(
  "click", () => { window.clickedAt = performance.timeOrigin + performance.now(); }, {once: true, capture: true})"""
NOTE_EXCERPTS = """name => {
  const roots = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].map(one => one.shadowRoot);
  const root = roots.find(one => one.querySelector(".panel"));
  window.readableAt = null;
  const seen = new MutationObserver(() => {
    const heading = root.querySelector(".head h2");
    if (heading?.textContent !== name || !root.querySelector("blockquote mark")) return;
    seen.disconnect();
    requestAnimationFrame(() => { window.readableAt = performance.timeOrigin + performance.now(); });
  });
  seen.observe(root, {subtree: true, childList: true, characterData: true});
}"""


def start_s(browser: Browser, corpus: Path, folder: Path) -> tuple[float, list[float]]:
    """Seconds from the command to the drawn map, and from each of the clicks to the excerpts."""
    began = time.perf_counter()
    with served(corpus, folder / "atlas", ARTICLE_ATLAS_CACHE=str(folder / "cache")) as address:
        context = browser.new_context(locale="ar", viewport={"width": 1440, "height": 900})
        sight = watch(context, address).open()
        seconds = time.perf_counter() - began
        clicks = [click_s(sight, name) for name in most_mentioned(sight) * (CLICKS // 2)]
        context.close()
    return seconds, clicks


def most_mentioned(sight: Sight) -> list[str]:
    """The two towns that are mentioned most."""
    return sight.panel.locator("li:has(.symbol.place) b").all_inner_texts()[:2]


def click_s(sight: Sight, name: str) -> float:
    sight.page.evaluate(NOTE_EXCERPTS, name)
    sight.map_frame.evaluate(NOTE_CLICK)
    sight.click_place(name)
    sight.page.wait_for_function("window.readableAt")
    readable_at: float = sight.page.evaluate("window.readableAt")
    clicked_at: float = sight.map_frame.evaluate("window.clickedAt")
    sight.page.wait_for_timeout(500)
    return (readable_at - clicked_at) / 1000


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else load().corpus
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        first, _ = start_s(browser, corpus, Path(folder))
        later, clicks = start_s(browser, corpus, Path(folder))
        browser.close()
    print(f"first start to drawn map   {first:6.2f} s")
    print(f"later start to drawn map   {later:6.2f} s")
    print(f"click to excerpts, median  {statistics.median(clicks):6.2f} s of {len(clicks)}")
    print(f"click to excerpts, worst   {max(clicks):6.2f} s")


if __name__ == "__main__":
    main()
