"""How long one waits for the page, with 5, 1,000 and 100,000 articles.

    python benchmarks/page.py [--folder FOLDER] [SIZE...]

A real server and a real browser on this machine, the network cut. 5 are the sample articles; larger corpora are made up
over real places (tests/made_atlas.py), up to 10,000 of them. Each figure is taken ten times, the atlas open and every
filter and place new to the server; median and worst are printed, with the load of the machine, and for a click what the
server sent. The first paint is a fresh browser each time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from harness import CUT_OFF, MAP_FRAME, Sight, chromium, served, watch  # noqa: E402
from made_atlas import make  # noqa: E402

SIZES = (5, 1_000, 100_000)
TIMES = 10
PLACES = {1_000: 1_500, 100_000: 10_000}
PANEL = """[...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].map(one => one.shadowRoot)
  .find(one => one?.querySelector(".panel"))"""
WATCH = f"""condition => {{
  const root = {PANEL};
  const met = new Function("root", `return ${{condition}}`);
  window.seenAt = null;
  const look = () => {{
    if (window.seenAt || !met(root)) return;
    requestAnimationFrame(() => {{ window.seenAt = performance.now(); }});
  }};
  const observer = new MutationObserver(look);
  observer.observe(root, {{subtree: true, childList: true, characterData: true}});
  const again = setInterval(() => {{
    look();
    if (window.seenAt) {{ clearInterval(again); observer.disconnect(); }}
  }}, 5);
}}"""


def server(size: int, folder: Path) -> AbstractContextManager[str]:
    """The dashboard on so many articles."""
    if size == 5:
        return served(ROOT / "seeds", folder / "seeds.atlas")
    return served(None, make(folder / f"{size}.atlas", size, PLACES.get(size, size)))


def first_paint_s(browser: Browser, address: str) -> float:
    """From the address to the drawn map and the list."""
    context = browser.new_context(locale="ar", viewport={"width": 1440, "height": 900})
    began = time.perf_counter()
    watch(context.new_page(), address).open()
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def until_s(sight: Sight, condition: str, act: Callable[[], object]) -> float:
    """From what one does to the moment the page meets a condition, given in JavaScript over the panel's `root`."""
    sight.page.evaluate(WATCH, condition)
    began = sight.page.evaluate("performance.now()")
    act()
    sight.page.wait_for_function("window.seenAt")
    seen: float = sight.page.evaluate("window.seenAt")
    sight.page.wait_for_timeout(400)
    return (seen - began) / 1000


def clicks(sight: Sight) -> Iterator[tuple[float, int]]:
    """Seconds from a click on the map to readable excerpts, and the bytes that it brought."""
    sight.page.wait_for_timeout(500)
    names = sight.map_frame.evaluate("atlas.names(map)")[:TIMES]
    for name in (names * TIMES)[:TIMES]:
        point = sight.point_of(name)
        before = sight.received
        text = f'root.querySelector("h2")?.textContent === {name!r} && root.querySelector("blockquote mark")'
        seconds = until_s(sight, text, lambda point=point: sight.page.mouse.click(*point))
        yield seconds, sight.received - before


def filters(sight: Sight, several: bool) -> Iterator[float]:
    """From a tick in the form to the map that obeys; each a country not asked for yet, if there are `several`."""
    sight.page.locator('[data-key="more"]').click()
    for number in range(TIMES):
        drawn = sight.shown_on_map()
        unasked = sight.page.locator('input[name="country"]:not(:checked)').nth(number % 3)
        box = unasked if several else sight.page.locator('[data-key="level city"]')
        condition = (
            f"document.querySelector({MAP_FRAME!r}).contentWindow.map.getContainer().dataset.shown !== '{drawn}'"
        )
        yield until_s(sight, condition, lambda box=box: box.click())


def searches(sight: Sight) -> Iterator[float]:
    """From a typed letter to the list that follows; 0.25 s of it wait for the next letter."""
    box = sight.panel.get_by_role("searchbox")
    everything = sight.panel.locator("ol.places").inner_text()
    condition = f"root.querySelector('input').value && root.querySelector('ol.places')?.innerText !== {everything!r}"
    for letters in "مو دم بغ حل طر قا بي عد صن رب".split():
        yield until_s(sight, condition, lambda letters=letters: box.fill(letters))
        until_s(sight, f"root.querySelector('ol.places')?.innerText === {everything!r}", lambda: box.fill(""))


def say(label: str, seconds: list[float]) -> None:
    print(f"  {label:22} median {statistics.median(seconds):5.2f} s   worst {max(seconds):5.2f} s", flush=True)


def measure(browser: Browser, size: int, folder: Path) -> None:
    with server(size, folder) as address:
        watch(browser.new_context(locale="ar").new_page(), address).open()  # the first one opens the atlas
        print(f"\n{size:,} articles; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        say("first paint", [first_paint_s(browser, address) for _ in range(TIMES)])
        context = browser.new_context(locale="ar", viewport={"width": 1440, "height": 900})
        found = list(clicks(watch(context.new_page(), address).open()))
        say("click to excerpts", [seconds for seconds, _ in found])
        print(f"  {'sent for a click':22} median {statistics.median(n for _, n in found) / 1e3:5.0f} kB  "
              f"worst {max(n for _, n in found) / 1e3:5.0f} kB")  # fmt: skip
        say("filter to map", list(filters(watch(context.new_page(), address).open(), size > 5)))
        say("search to list", list(searches(watch(context.new_page(), address).open())))
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", metavar="SIZE")
    parser.add_argument("--folder", type=Path, help="keep the made-up atlases here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *CUT_OFF])
        for size in asked.sizes or SIZES:
            measure(browser, size, asked.folder or Path(temporary))
        browser.close()


if __name__ == "__main__":
    main()
