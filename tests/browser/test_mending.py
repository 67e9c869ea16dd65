"""Why here, and mend it once: by mouse, by keyboard, on the map; undone, redone, exported and imported on the page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import MAP_FRAME, Sight, served
from playwright.sync_api import expect
from test_access import SIGHTS, violations
from thorough import times

from geo.settings import ROOT
from geo.store import geocoded

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MOSUL = "geonames:99072"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mended") / "atlas"


@pytest.fixture(scope="module")
def desk(store: Path) -> Iterator[str]:
    """The sample corpus on a store of its own: what is corrected here is seen nowhere else."""
    with served(ROOT / "seeds", store) as address:
        yield address


@pytest.fixture
def clean(store: Path) -> Iterator[None]:
    """Nobody has corrected anything."""
    store.with_name(f"{store.name}.corrections.jsonl").unlink(missing_ok=True)
    yield
    store.with_name(f"{store.name}.corrections.jsonl").unlink(missing_ok=True)


@pytest.fixture
def sight(look, desk, clean) -> Sight:
    return look(desk, locale="en")


def key(sight: Sight, name: str):
    return sight.panel.locator(f'[data-key="{name}"]')


def why(sight: Sight, place: str = MOSUL) -> Sight:
    sight.open(f"?lang=en&place={place}")
    sight.panel.locator("a.ask").first.click()
    key(sight, "save").wait_for()
    return sight


def events(store: Path) -> list[dict]:
    path = store.with_name(f"{store.name}.corrections.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def saved(sight: Sight, text: str) -> None:
    expect(sight.panel.locator(".notice").first).to_contain_text(text)


def numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text)]


def fault_free(sight: Sight) -> bool:
    return (sight.faults, sight.outside) == ([], [])


def test_one_click_shows_the_candidates_on_the_map_and_in_a_list(sight, look, desk):
    why(sight)
    expect(sight.heading).to_have_text("الموصل")
    rows = sight.panel.locator(".candidates > li")
    assert rows.count() >= 2
    expect(rows.first).to_contain_text("Mosul")
    expect(rows.first).to_contain_text("it means this")
    expect(sight.frame_locator(".atlas-candidate")).to_have_count(rows.count())
    assert sight.frame_locator(".atlas-candidate-now").inner_text() == "1"
    meaning = sight.panel.locator(".meaning")
    for told in ("Confidence", "decided by", "GeoNames", "CC BY 4.0"):
        expect(meaning).to_contain_text(told)
    rows.first.locator("summary").click()
    assert rows.first.locator(".shares tr").count() >= 2
    link = sight.page.url
    sight.panel.locator("a.back").click()
    expect(sight.panel.locator("a.ask").first).to_be_focused()
    expect(sight.frame_locator(".atlas-candidate")).to_have_count(0)
    other = look(desk, locale="en").open(link.removeprefix(desk + "/"))
    expect(other.heading).to_have_text("الموصل")
    assert fault_free(sight)
    assert fault_free(other)


def test_another_candidate_in_the_article_shows_at_once_and_is_undone(sight, store):
    why(sight)
    before = int(sight.page.locator(".totals").inner_text().split()[0])
    sight.frame_locator(".atlas-candidate:not(.atlas-candidate-now)").first.click()
    chosen = sight.panel.locator(".candidates > li").nth(1)
    expect(chosen.locator("input")).to_be_checked()
    key(sight, "scope article").check()
    [count] = numbers(key(sight, "save").inner_text())
    assert count >= 2
    key(sight, "who").fill("Huda")
    key(sight, "because").fill("the province is meant")
    key(sight, "save").click()
    saved(sight, f"It holds for {count} mentions")
    expect(sight.panel.locator(".meaning")).to_contain_text("Decided by Huda")
    expect(sight.panel.locator(".meaning")).to_contain_text("the province is meant")
    district = sight.panel.locator(".candidates > li.now b").inner_text()
    [event] = events(store)
    assert (event["who"], event["scope"], event["verdict"]) == ("Huda", "article", "place")
    sight.open("?lang=en")
    listed = sight.panel.locator("a.place", has_text=district)
    expect(listed).to_contain_text(f"{count} mentions")
    assert int(sight.page.locator(".totals").inner_text().split()[0]) == before
    sight.open("?lang=en&see=corrections")
    expect(key(sight, "who")).to_have_value("Huda")  # remembered
    key(sight, "undo").click()
    saved(sight, "Undone")
    key(sight, "said redo").click()
    saved(sight, "Redone")
    key(sight, "undo").click()
    saved(sight, "Undone")
    expect(sight.panel.locator(".decisions li")).to_have_class("undone")
    assert [each["event"] for each in events(store)] == ["decide", "undo", "redo", "undo"]
    assert fault_free(sight)


def test_not_a_place_everywhere_takes_it_off_map_and_list(sight):
    sight.open("?lang=en")
    count = int(sight.map_frame.evaluate("map.getContainer().dataset.shown"))
    why(sight, "cldr:SY")
    key(sight, "choice not a place").check()
    key(sight, "scope everywhere").check()
    [told] = numbers(key(sight, "save").inner_text())
    key(sight, "save").click()
    saved(sight, f"It holds for {told} mentions")
    sight.expect_on_map(count - 1)
    sight.panel.locator(".notice [data-key='said undo']").click()
    saved(sight, "Undone")
    sight.expect_on_map(count)
    assert fault_free(sight)


def test_a_new_place_by_pin_and_by_coordinates(sight):
    why(sight)
    sight.panel.locator(".new summary").click()
    key(sight, "pin").click()
    box = sight.page.locator(MAP_FRAME).bounding_box()
    sight.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    expect(key(sight, "choice new")).to_be_checked()
    expect(key(sight, "new point")).to_have_value(re.compile(r"^\d+\.\d+, \d+\.\d+$"))
    expect(sight.frame_locator(".atlas-pin")).to_be_visible()
    key(sight, "new point").fill("here")
    key(sight, "save").click()
    saved(sight, "“here” is no point")
    key(sight, "new point").fill("36.5, 42.5")
    key(sight, "new name").fill("New Mosul")
    key(sight, "save").click()
    saved(sight, "“الموصل”: New Mosul")
    expect(sight.panel.locator(".meaning")).to_contain_text("entered by a reader")
    sight.open("?lang=en&find=New%20Mosul")
    expect(sight.panel.locator("a.place")).to_have_count(1)
    assert fault_free(sight)


def test_places_at_one_point_are_listed_together(sight):
    sight.open(f"?lang=en&place={MOSUL}")
    expect(sight.panel.locator(".same-point")).to_have_count(0)
    sight.panel.locator("a.ask").first.click()
    point = sight.panel.locator(".candidates > li.now .shares + p").text_content()
    sight.panel.locator(".new summary").click()
    key(sight, "new name").fill("Mosul Old Bridge")
    key(sight, "new point").fill("36.335, 43.11889")
    assert point.startswith("36.335, 43.119")
    key(sight, "save").click()
    saved(sight, "Mosul Old Bridge")
    sight.open(f"?lang=en&place={MOSUL}")
    expect(sight.panel.locator(".same-point summary")).to_contain_text("Other places at the same point: 1")
    sight.panel.locator(".same-point summary").click()
    sight.panel.locator(".same-point a.place").click()
    expect(sight.heading).to_have_text("Mosul Old Bridge")
    assert fault_free(sight)


def test_low_confidence_is_hollow_on_the_map_and_named_in_the_list(look, made_address):
    sight = look(made_address, locale="en").open("?lang=en&page=8")  # of places that are mentioned once or twice
    expect(sight.frame_locator("path.atlas-unsure").first).to_be_attached()
    assert sight.frame_locator(".atlas-sign-unsure").count() == 1
    doubtful = sight.panel.locator("a.place", has=sight.page.locator(".symbol.unsure"))
    expect(doubtful.first).to_contain_text("unsure")
    assert fault_free(sight)


def test_an_outage_is_an_outage_and_what_would_leave_is_told(look, tmp_path):
    store = tmp_path / "atlas"
    outage = geocoded.Outage(service="nominatim", when="2026-01-02T03:04", reason="429 slow down", retry_after=None)
    state = geocoded.Geocoded(outages=[outage], waiting=["زعتورينا"])
    geocoded.write(store, state)
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "one.txt").write_text("وفي بلدة زعتورينا انقطعت الكهرباء. وصل الوزير إلى دمشق.", encoding="utf-8")
    service = {"GEOCODERS": "gazetteer,nominatim", "ARTICLE_ATLAS_NOMINATIM_ADDRESS": "http://127.0.0.1:9"}
    with served(corpus, store, **service) as address:
        sight = look(address, locale="en").open("?lang=en")
        sight.panel.get_by_role("link", name="Geocoding services are set up (nominatim)").click()
        expect(sight.panel.locator(".notice.bad")).to_contain_text("nominatim gave no answer (2026-01-02T03:04)")
        expect(sight.panel.locator(".notice.bad")).to_contain_text("زعتورينا")
        expect(sight.panel.locator(".leaving")).to_contain_text(
            "1 names would leave this machine for http://127.0.0.1:9"
        )
        key(sight, "name زعتورينا").click()
        expect(sight.panel.locator("blockquote mark")).to_have_text("زعتورينا")
    assert fault_free(sight)


@pytest.mark.parametrize(("lang", "viewport", "scheme"), SIGHTS)
def test_no_serious_violation(look, desk, clean, lang, viewport, scheme):
    sight = look(desk, viewport=viewport, scheme=scheme).open(f"?lang={lang}&place={MOSUL}")
    sight.panel.locator("a.ask").first.click()
    key(sight, "save").wait_for()
    for summary in sight.panel.locator("form.mend summary, .recognised summary").all():
        summary.click()
    assert violations(sight) == [], "why"
    key(sight, "choice not a place").check()
    key(sight, "save").click()
    sight.panel.locator(".notice").wait_for()
    assert violations(sight) == [], "saved"
    for see in ("unplaced", "refused", "review", "corrections"):
        sight.open(f"?lang={lang}&see={see}")
        sight.page.wait_for_timeout(300)
        assert violations(sight) == [], see
    sight.open(f"?lang={lang}&place={MOSUL}&tab=names")
    sight.panel.locator("table").wait_for()
    assert violations(sight) == [], "names"
    assert sight.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    too_small = """all => all.filter((each) => innerWidth <= 640 && each.offsetParent && each.offsetHeight < 24)
        .map((each) => each.outerHTML.slice(0, 90))"""
    assert sight.panel.locator("a, button, summary").evaluate_all(too_small) == []


def test_the_gazetteer_is_searched_while_one_types(sight):
    why(sight)
    key(sight, "seek").press_sequentially("Damas", delay=20)
    found = sight.panel.locator(".seek .offers li", has_text="Damascus").first
    found.locator("input").check()
    expect(key(sight, "seek")).to_have_value("Damas")
    key(sight, "save").click()
    saved(sight, "“الموصل”: Damascus")
    assert fault_free(sight)


@pytest.mark.parametrize("way", ["selected", "typed"])
def test_a_passage_that_was_missed_becomes_a_place(sight, way):
    sight.open("?lang=en&place=geonames:99072")
    sight.panel.locator("a.open:not(.ask)").first.click()
    text = sight.panel.locator("article")
    text.wait_for()
    word = text.evaluate(
        """article => {
          const root = article.getRootNode();
          const line = [...article.children].map((p) => p.lastChild).find((n) => n.nodeType === 3 && n.length > 40);
          const found = /\\p{L}{5,}/u.exec(line.data);
          const range = document.createRange();
          range.setStart(line, found.index);
          range.setEnd(line, found.index + found[0].length);
          const selection = root.getSelection ? root.getSelection() : document.getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
          return found[0];
        }"""
    )
    if way == "selected":
        key(sight, "mark").click()
    else:
        sight.panel.locator(".missed summary").click()
        key(sight, "missed").fill(word)
        key(sight, "missed").press("Enter")
    expect(sight.heading).to_have_text(word)
    expect(sight.panel.locator(".meaning")).to_contain_text("The program passed over this.")
    sight.panel.locator(".new summary").click()
    key(sight, "new point").fill("33.5, 36.3")
    key(sight, "save").click()
    saved(sight, "It holds for 1 mention")
    sight.panel.locator("a.back").click()
    expect(sight.panel.locator("article mark", has_text=word).first).to_be_visible()
    assert fault_free(sight)


def test_corrections_without_the_mouse(sight, store):
    sight.open("?lang=en&see=review")
    sight.panel.locator(".asked").wait_for()
    keys = ["Enter", "x", "Enter", "1", "Enter", "p", "Enter", "s", "Enter", "Delete"]
    passages = set()
    decisions = times(50, 10)
    for pressed in range(decisions * 11 // 10):
        asked = sight.panel.locator("a[data-why]").last.get_attribute("data-why")
        passages.add(asked)
        sight.page.keyboard.press(keys[pressed % len(keys)])
        expect(sight.panel.locator(f'a[data-why="{asked}"]')).to_have_count(0)
    decided = [each for each in events(store) if each["event"] == "decide"]
    assert len(passages) == decisions * 11 // 10
    assert len(decided) == decisions
    assert {each["verdict"] for each in decided} == {"place", "not a place", "unplaced"}
    sight.page.keyboard.press("z")
    saved(sight, "Undone")
    sight.page.keyboard.press("y")
    saved(sight, "Redone")
    expect(sight.panel.locator(".view > p.quiet").first).to_contain_text("decided by people:")
    assert fault_free(sight)


def test_keys_that_come_too_fast_are_not_lost(sight, store):
    sight.open("?lang=en&see=review")
    sight.panel.locator(".asked").wait_for()
    for _ in range(5):
        sight.page.keyboard.press("Enter")
    expect(sight.panel.locator(".view > p.quiet").first).to_contain_text("decided by people: 5.")
    assert len(events(store)) == 5
    assert fault_free(sight)


def test_corrections_go_out_and_come_in_as_csv(sight, store, tmp_path):
    why(sight)
    key(sight, "choice unplaced").check()
    key(sight, "save").click()
    saved(sight, "Saved")
    sight.open("?lang=en&see=corrections")
    with sight.page.expect_download() as waiting:
        key(sight, "export").click()
    file = tmp_path / "corrections.csv"
    waiting.value.save_as(file)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (row["verdict"], row["surface"]) == ("unplaced", "الموصل")
    store.with_name(f"{store.name}.corrections.jsonl").unlink()
    sight.open("?lang=en&see=corrections")
    expect(sight.panel).to_contain_text("Nothing was corrected yet")
    key(sight, "import").set_input_files(file)
    saved(sight, "1 new corrections")
    expect(sight.panel.locator(".decisions li")).to_have_count(1)
    assert fault_free(sight)


def test_counts_add_up_under_filters(sight):
    why(sight)
    key(sight, "choice unplaced").check()
    key(sight, "scope everywhere").check()
    key(sight, "save").click()
    saved(sight, "Saved")
    for query in (
        "",
        "&q=سوريا",
        "&since=2017-06-01&until=2017-08-01",
        "&country=IQ",
        "&confidence=0.9",
        "&language=ar",
    ):
        sight.open(f"?lang=en&see=unplaced{query}")
        every, placed, unplaced, associative = numbers(sight.panel.locator(".account").inner_text())
        assert every == placed + unplaced + associative, query
        listed = sight.panel.locator(".names-list .named-row > .quiet.small").all_inner_texts()
        assert sum(numbers(text)[0] for text in listed) == unplaced, query
        totals = numbers(sight.page.locator(".totals").inner_text())
        assert totals[0] == placed, query
    sight.open("?lang=en&see=unplaced")
    key(sight, "name الموصل").click()
    expect(sight.panel.locator("blockquote mark").first).to_have_text("الموصل")
    assert fault_free(sight)


def test_refused_names_follow_the_slider(sight):
    sight.open("?lang=en&see=refused")
    expect(sight.panel).to_contain_text("5 of 5 articles looked through")
    few = sight.panel.locator(".names-list > li").count()
    slider = key(sight, "least")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowLeft")
    sight.page.wait_for_url("**least=-2.0**")
    expect(sight.panel.locator(".names-list > li").nth(few)).to_be_visible()
    assert fault_free(sight)


def test_undo_and_redo_after_a_restart(look, tmp_path):
    store = tmp_path / "atlas"
    with served(ROOT / "seeds", store) as address:
        sight = why(look(address, locale="en"))
        key(sight, "who").fill("Huda")
        key(sight, "choice not a place").check()
        key(sight, "save").click()
        saved(sight, "Saved")
    with served(ROOT / "seeds", store) as address:
        sight = look(address, locale="en").open("?lang=en&see=corrections")
        key(sight, "who").fill("Huda")
        key(sight, "undo").click()
        saved(sight, "Undone")
        key(sight, "redo").click()
        saved(sight, "Redone")
    assert fault_free(sight)
