"""Take it with you: each format takes along what the page shows; a real reader finds the page's own counts in it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from harness import Sight
from playwright.sync_api import expect
from thorough import times

from geo.export.formats import FORMATS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FILTERED = "?lang=en&source=صحيفة 1&level=city&confidence=0.5&since=2016-01-01"
BAGHDAD = "geonames:98182"


def open_dialog(sight: Sight) -> None:
    sight.page.locator('[data-key="take"]').click()
    expect(sight.page.get_by_role("dialog")).to_be_visible()


def download(sight: Sight, form: str, folder: Path) -> Path:
    """Choose a format, have the file made, and fetch it."""
    options = sight.page.locator('[data-testid="stRadioOption"]')
    options.nth(list(FORMATS).index(form)).click()
    expect(sight.page.locator(".st-key-take_get")).to_have_count(0)
    sight.page.locator(".st-key-take_make button").click()
    button = sight.page.locator(".st-key-take_get button")
    expect(button).to_be_visible(timeout=60_000)
    with sight.page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name.endswith(f"{date.today().isoformat()}{FORMATS[form].suffix}")  # noqa: DTZ011 - as the page
    return path


def totals(sight: Sight) -> tuple[int, int, int]:
    """Mentions, articles and places, as the bar says them."""
    text = sight.page.locator(".totals").inner_text()
    mentions, articles, places = (int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text))
    return mentions, articles, places


def test_each_format_holds_what_the_filtered_page_shows(look, made_address, tmp_path, browser):
    geopandas = pytest.importorskip("geopandas")
    pyogrio = pytest.importorskip("pyogrio")
    rispy = pytest.importorskip("rispy")
    sight = look(made_address, locale="en").open(FILTERED)
    mentions, articles, places = totals(sight)
    assert 0 < places < mentions
    open_dialog(sight)
    expect(sight.page.get_by_role("dialog")).to_contain_text(sight.page.locator(".totals").inner_text())
    files = {form: download(sight, form, tmp_path) for form, each in FORMATS.items() if not each.of_one_place}

    frame = pd.read_csv(files["csv"])
    assert (len(frame), frame["article_id"].nunique(), frame["place_id"].nunique()) == (mentions, articles, places)
    assert set(frame["source"]) == {"صحيفة 1"}
    assert frame["confidence"].min() >= 0.5
    lines = [json.loads(line) for line in files["jsonl"].read_text(encoding="utf-8").splitlines()]
    assert [line["excerpt"] for line in lines] == list(frame["excerpt"])
    parquet = geopandas.read_parquet(files["geoparquet"])
    assert (len(parquet), parquet.geometry.notna().sum()) == (mentions, mentions)
    geojson = geopandas.read_file(files["geojson"])
    assert (len(geojson), geojson["place_mentions"].sum()) == (places, mentions)
    kml = [len(pyogrio.read_dataframe(files["kml"], layer=layer)) for layer, _ in pyogrio.list_layers(files["kml"])]
    assert sum(kml) == places
    assert len(pyogrio.read_dataframe(files["lpf"])) == places
    assert len(json.loads(files["webannotation"].read_text(encoding="utf-8"))["first"]["items"]) == mentions
    assert len(rispy.loads(files["ris"].read_text(encoding="utf-8"))) == articles
    assert len(json.loads(files["csl"].read_text(encoding="utf-8"))) == articles
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(files["html"].as_uri())
    page.locator("body[data-ready=true]").wait_for()
    assert page.locator("main li").count() == places
    context.close()
    assert (sight.faults, sight.outside) == ([], [])


@pytest.mark.parametrize("lang", ["ar", "en"][: times(2, 1)])
def test_an_open_place_is_taken_alone_by_keyboard(look, made_address, tmp_path, lang):
    sight = look(made_address, locale=lang).open(f"?lang={lang}&source=صحيفة 1&place={BAGHDAD}")
    shown = int(re.search(r"\d+", sight.panel.locator(".facts b").inner_text())[0])
    take = sight.page.locator('[data-key="take"]')
    take.focus()
    sight.page.keyboard.press("Enter")
    expect(sight.page.get_by_role("dialog")).to_be_visible()
    assert serious(sight) == []
    sight.page.locator('[data-testid="stRadioOption"] input').first.focus()
    sight.page.keyboard.press("ArrowDown")
    expect(sight.page.locator('[data-testid="stRadioOption"] input').nth(1)).to_be_checked()
    sight.page.locator(".st-key-take_make button").focus()
    sight.page.keyboard.press("Enter")
    button = sight.page.locator(".st-key-take_get button")
    expect(button).to_contain_text("article-atlas-baghdad-")
    assert serious(sight) == []
    button.focus()
    with sight.page.expect_download() as waiting:
        sight.page.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "rows.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == shown
    assert {row["place_id"] for row in rows} == {BAGHDAD}
    sight.page.keyboard.press("Escape")
    expect(sight.page.get_by_role("dialog")).to_have_count(0)
    assert (sight.faults, sight.outside) == ([], [])


def test_nothing_to_take_is_said_so(look, made_address):
    sight = look(made_address, locale="en").open("?lang=en&since=1990-01-01&until=1990-12-31")
    open_dialog(sight)
    expect(sight.page.get_by_role("dialog")).to_contain_text("nothing to take along")
    expect(sight.page.locator(".st-key-take_make")).to_have_count(0)


@pytest.mark.parametrize(("lang", "said", "month"), [("en", "Copied", "May"), ("ar", "نُسخ", "أيار")])
def test_a_citation_is_copied_by_keyboard_and_said_so(look, made_address, lang, said, month):
    sight = look(made_address, locale="ar-IQ").open(f"?lang={lang}&place={BAGHDAD}")
    sight.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = sight.panel.locator("button.cite").first
    title = sight.panel.locator(".group h3").first.inner_text()
    button.focus()
    sight.page.keyboard.press("Enter")
    expect(button).to_have_text(said)
    expect(sight.page.locator(".spoken")).to_contain_text(said)
    copied = sight.page.evaluate("navigator.clipboard.readText()")
    quoted = f"«{title}»" if lang == "ar" else f"“{title}”"
    assert quoted in copied
    assert month in copied
    assert button.get_attribute("title") == copied
    expect(button).not_to_have_text(said)
    assert sight.faults == []


def test_a_citation_is_copied_where_the_page_may_not_use_the_clipboard(look, made_address):
    sight = look(made_address, locale="en", own=True)
    sight.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    sight.open(f"?lang=en&place={BAGHDAD}")
    sight.panel.locator("button.cite").first.click()
    expect(sight.panel.locator("button.cite").first).to_have_text("Copied")


def serious(sight: Sight) -> list[str]:
    found = Axe().run(sight.page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]
