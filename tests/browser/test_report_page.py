"""The page on one place, printed: one sheet of A4, nothing cut through, nothing fetched, nothing run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from harness import chromium  # noqa: F401 - the folder's conftest finds the browser with it
from made_atlas import make
from places import article, geoparse
from playwright.sync_api import Browser
from pypdf import PdfReader
from thorough import times

from geo.export import export
from geo.store import Atlas, Writer
from geo.store.wanted import Wanted, count_places
from geo.views.words import words_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = "</style><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>${window.ran = 1}"
HIDDEN = """() => { const list = document.querySelector('.excerpts ul'), box = list.getBoundingClientRect();
  return [...list.children].map((each) => each.getBoundingClientRect())
    .filter((each) => each.bottom > box.bottom + 1 || each.left > box.right || each.right < box.left).length }"""


@pytest.fixture(scope="module")
def atlases(tmp_path_factory) -> list[Atlas]:
    """Many mentions; and few, with texts and titles that are long, many-lined and hostile."""
    folder = tmp_path_factory.mktemp("report")
    made = make(folder / "made", 1_000, 1_500)
    long = "كلمة طويلة " * 60
    with Writer(folder / "odd", recipe="r") as writer:
        items = [
            article(
                f"{HOSTILE} في الموصل\n\n{long} الموصل {long}",
                f"a{n}",
                title=f"{long * 9} {n}",
                author=long,
                source=long,
            )
            for n in range(30)
        ]
        writer.add((item, geoparse(item.text)) for item in items)
        writer.finish()
    return [Atlas.open(made), Atlas.open(folder / "odd")]


@pytest.mark.parametrize("lang", ["ar", "en"][: times(2, 1)])
def test_each_report_is_one_sheet(browser: Browser, atlases: list[Atlas], tmp_path: Path, lang: str):
    words = words_for(lang, "ar-IQ")
    context = browser.new_context(offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda request: request.url.startswith("file:") or faults.append(request.url))
    for atlas in atlases:
        counts = count_places(atlas, Wanted())
        for count in counts[:3] + counts[len(counts) // 2 :][:2] + counts[-1:]:
            output = tmp_path / "report.html"
            export(atlas, Wanted(place_ids=(count.entry.place_id,)), "report", output, words=words)
            page.goto(output.as_uri())
            sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
            assert len(sheets) == 1, count
            width, height = (float(side) * 25.4 / 72 for side in sheets[0].mediabox.upper_right)
            assert (round(width), round(height)) == (210, 297)
            assert page.locator("h1").inner_text() == words.name(count.entry)
            if lang == "en":
                assert count.entry.name in sheets[0].extract_text()
            page.emulate_media(media="print")
            assert page.locator(".excerpts li").count() > 0
            assert page.evaluate(HIDDEN) == 0, count
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.emulate_media(media="screen")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.dir") == words.direction
    assert faults == []
    context.close()
