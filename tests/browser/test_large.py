"""The desk on a made-up atlas of 100,000 articles and 10,000 places, in the folder that ARTICLE_ATLAS_LARGE names.

PYTHONPATH=. python tests/made_atlas.py FOLDER 100000 10000
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from harness import Sight, served
from playwright.sync_api import expect

FOLDER = os.environ.get("ARTICLE_ATLAS_LARGE", "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not (Path(FOLDER) / "runs").is_dir() or not FOLDER,
        reason="ARTICLE_ATLAS_LARGE names no atlas of 100,000 articles; tests/made_atlas.py makes one",
    ),
]

CLICK_BYTES = 150_000
BAGHDAD = "geonames:98182"


@pytest.fixture(scope="module")
def large_address():
    with served(None, Path(FOLDER)) as address:
        yield address


def totals(sight: Sight) -> list[int]:
    """Mentions, articles, places; distinct texts are not among them."""
    text = re.sub(r"\(.*?\)", "", sight.page.locator(".totals").inner_text())
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text)]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_click_a_filter_a_page_and_an_article(look, large_address, lang):
    sight = look(large_address, locale=lang).open(f"?lang={lang}")
    mentions, articles, places = totals(sight)
    assert articles > 50_000
    assert places > 5_000
    sight.page.wait_for_timeout(600)
    view, before = sight.view(), sight.received
    name = sight.map_frame.evaluate("atlas.names(map)")[0]
    sight.click_place(name)
    expect(sight.heading).to_have_text(name)
    expect(sight.panel.locator("blockquote")).to_have_count(20)
    assert sight.received - before < CLICK_BYTES
    assert sight.view() == view
    first = sight.panel.locator("blockquote").all_inner_texts()
    sight.panel.locator("a.next").click()
    expect(sight.panel.locator("a.previous")).to_be_visible()
    assert sight.panel.locator("blockquote").all_inner_texts() != first
    sight.panel.locator("a.open").first.click()
    expect(sight.panel.locator("article mark.sought")).to_be_in_viewport()
    sight.page.locator('[data-key="more"]').click()
    sight.page.locator('[data-key="language en"]').click()
    expect(sight.page.locator(".chip")).to_have_count(1)
    assert 0 < totals(sight)[0] < mentions
    sight.expect_on_map(totals(sight)[2])
    assert (sight.faults, sight.outside) == ([], [])


def test_a_place_is_exported_whole_and_printed(look, large_address, tmp_path):
    sight = look(large_address, locale="en").open(f"?lang=en&place={BAGHDAD}")
    shown = int(re.search(r"[\d,]+", sight.panel.locator(".facts b").inner_text())[0].replace(",", ""))
    sight.page.locator('[data-key="take"]').click()
    sight.page.locator('[data-testid="stRadioOption"]').nth(1).click()
    sight.page.locator(".st-key-take_make button").click()
    button = sight.page.locator(".st-key-take_get button")
    expect(button).to_be_visible(timeout=120_000)
    with sight.page.expect_download() as waiting:
        button.click()
    waiting.value.save_as(tmp_path / "rows.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (len(rows), {row["place_id"] for row in rows}) == (shown, {BAGHDAD})
    sight.page.locator('[data-testid="stRadioOption"]').last.click()
    sight.page.locator(".st-key-take_make button").click()
    expect(button).to_contain_text("report", timeout=120_000)
    assert (sight.faults, sight.outside) == ([], [])
