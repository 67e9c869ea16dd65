"""What the desk does, in Arabic and in English: on the small atlas, and on 100,000 articles where one is named.

ARTICLE_ATLAS_LARGE=FOLDER pytest -m browser tests/browser/test_both_languages.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from harness import Sight
from playwright.sync_api import Locator, expect
from thorough import THOROUGH

from geo.gazetteer import Gazetteer
from geo.views.words import Words, words_for

LARGE = bool(os.environ.get("ARTICLE_ATLAS_LARGE"))
LANGS = ("ar", "en") if THOROUGH or LARGE else ("ar",)

at_length = pytest.mark.skipif(
    not (THOROUGH or LARGE), reason="its English twin is in test_desk.py; ARTICLE_ATLAS_THOROUGH or _LARGE runs it"
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.parametrize("lang", LANGS)]

BAGHDAD, DAMASCUS = "geonames:98182", "geonames:170654"
IDLE = "!document.querySelector('.stApp').classList.contains('atlas-busy')"


@pytest.fixture
def words(lang: str) -> Words:
    return words_for(lang)


@pytest.fixture
def called(gazetteer: Gazetteer, words: Words) -> Callable[[str], str]:
    """What a place is called in the language."""
    return lambda place_id: words.name(gazetteer.by_id(place_id))


@pytest.fixture
def desk(look, made_address, lang: str):
    """Opens the page in the language; at the end nothing went wrong and nobody was asked."""
    opened: list[Sight] = []

    def open_page(query: str = "") -> Sight:
        sight = look(made_address, locale=lang).open(f"?lang={lang}{query}")
        assert sight.page.evaluate("document.documentElement.lang") == lang
        opened.append(sight)
        return sight

    yield open_page
    for sight in opened:
        assert (sight.faults, sight.outside) == ([], [])


def asked(sight: Sight) -> dict[str, list[str]]:
    return parse_qs(urlsplit(sight.page.url).query, keep_blank_values=True)


def chips(sight: Sight) -> Locator:
    return sight.page.locator(".chip")


def settled(sight: Sight) -> None:
    """Until what was asked for is there."""
    sight.page.wait_for_timeout(100)
    sight.page.wait_for_function(IDLE)


def totals(sight: Sight) -> list[int]:
    """Mentions, articles, places; distinct texts are not among them."""
    settled(sight)
    text = re.sub(r"\(.*?\)", "", sight.page.locator(".totals").inner_text())
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def test_filters_with_chips_narrow_every_part(desk, words):
    sight = desk()
    whole = totals(sight)
    sight.page.locator('[data-key="more"]').click()
    for count, choice in enumerate(("source صحيفة 1", "author ", "language ar", "level city", "confidence 0.5"), 1):
        sight.page.locator(f'[data-key="{choice}"]').click()
        expect(chips(sight)).to_have_count(count)
    settled(sight)
    mentions, _, places = totals(sight)
    assert 0 < mentions < whole[0]
    sight.expect_on_map(places)
    expect(chips(sight).nth(1)).to_contain_text(words.none_stated("author"))
    sight.page.keyboard.press("Escape")
    sight.panel.locator("a.place").first.click()
    expect(sight.panel.locator("blockquote").first).to_be_visible()
    shown = sight.panel.locator(".source").all_inner_texts()
    assert shown
    assert all("صحيفة 1" in each for each in shown)
    for left in (4, 3, 2, 1, 0):
        chips(sight).first.click()
        expect(chips(sight)).to_have_count(left)
    expect(sight.page.locator(".totals")).to_contain_text(words.number(whole[0]))
    sight.expect_on_map(whole[2])


@at_length
def test_free_text_finds_in_either_script(desk, words):
    counted = []
    for typed in ("Baghdad", "بَغداد", "«بغداد»"):
        sight = desk()
        box = sight.page.get_by_role("searchbox", name=words["search_text"])
        box.fill(typed)
        box.press("Enter")
        expect(chips(sight)).to_have_count(1)
        counted.append(totals(sight))
    latin, arabic, quoted = (articles for _, articles, _ in counted)
    assert arabic == quoted
    assert 0.95 * arabic < latin <= arabic  # the Arabic word stands in names of other places too


@at_length
def test_a_brush_over_the_timeline_is_the_date_filter(desk, words, lang):
    sight = desk()
    whole = totals(sight)
    box = sight.page.locator(".plot").bounding_box()
    sight.page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 20)
    sight.page.mouse.down()
    sight.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 20, steps=4)
    sight.page.mouse.up()
    expect(chips(sight)).to_have_count(1)
    expect(chips(sight)).to_contain_text(words["dates"])
    since = asked(sight)["since"][0]
    assert (since < "2019-01-01") == (lang == "en")  # time runs with the script
    mentions, _, places = totals(sight)
    assert 0 < mentions < whole[0]
    sight.expect_on_map(places)
    sight.page.get_by_role("button", name=words["whole_time"]).click()
    expect(chips(sight)).to_have_count(0)
    assert totals(sight) == whole


@at_length
def test_the_map_tells_levels_apart_and_opens_its_clusters(desk, called, words):
    sight = desk("&view=33,44,4")
    for shape in ("outline", "area", "place"):
        expect(sight.frame_locator(f"path.atlas-{shape}").first).to_be_attached()
    expect(sight.frame_locator(".atlas-number").first).to_be_attached()
    drawn = sight.frame_locator("path.atlas-place").count()
    assert drawn < sight.shown_on_map() / 2
    expect(sight.frame_locator(".atlas-legend")).to_contain_text(words["legend_area"])
    sight.map_frame.evaluate("void map.setView([33.3, 44.4], 8)")
    sight.page.wait_for_timeout(600)
    name = called(BAGHDAD)
    assert name in sight.map_frame.evaluate("atlas.names(map)")
    sight.click_place(name)
    expect(sight.heading).to_have_text(name)
    settled(sight)
    assert asked(sight)["place"] == [BAGHDAD]


def test_reading_pages_orders_the_article_and_the_walk(desk, words):
    sight = desk(f"&place={BAGHDAD}")
    quotes = sight.panel.locator("blockquote")
    expect(quotes).to_have_count(20)
    first = quotes.all_inner_texts()
    sight.panel.locator("a.next").click()
    expect(sight.panel.locator("a.previous")).to_be_visible()
    assert quotes.all_inner_texts() != first
    sight.panel.locator("a.previous").click()
    expect(sight.panel.locator("a.previous")).to_have_count(0)
    assert quotes.all_inner_texts() == first
    for order in ("date", "source"):
        sight.panel.locator("select").select_option(order)
        sight.page.wait_for_url(f"**order={order}**")
    settled(sight)
    sight.panel.locator("a.open").first.click()
    expect(sight.panel.locator("article mark.sought")).to_be_in_viewport()
    marks = sight.panel.locator("article mark:not(.unplaced)")
    stops = marks.evaluate_all("all => all.map(one => one.dataset.offset)")
    at = stops.index(sight.panel.locator("mark.sought").get_attribute("data-offset"))
    sight.panel.get_by_role("button", name=words["walk_next"]).click()
    after = stops[(at + 1) % len(stops)]
    expect(sight.panel.locator("mark.sought")).to_have_attribute("data-offset", after)
    sight.page.wait_for_url(f"**at={after}**")
    place = sight.panel.locator("mark.sought").get_attribute("data-place")
    assert sight.page.evaluate("window.atlasScene.selected[0]") == place


@at_length
def test_what_is_named_together_is_a_list_and_lines(desk, words):
    sight = desk(f"&place={BAGHDAD}")
    sight.panel.locator('[data-key="tab together"]').click()
    expect(sight.panel.locator("tbody tr").first).to_be_visible()
    expect(sight.panel.locator('[data-key="tab together"]')).to_have_text(words["tab_together"])
    expect(sight.frame_locator("path.atlas-line")).to_have_count(10)


@at_length
def test_two_places_are_compared_side_by_side(desk, called):
    sight = desk(f"&place={BAGHDAD}&tab=compare&other={DAMASCUS}")
    names = [called(BAGHDAD), called(DAMASCUS)]
    expect(sight.panel.locator(".side h3")).to_have_text(names)
    expect(sight.panel.locator(".side svg")).to_have_count(2)
    sight.panel.locator(".shared a").first.click()
    expect(sight.panel.locator("article")).to_be_visible()
    named = set(sight.panel.locator("article mark").evaluate_all("all => all.map(one => one.dataset.place)"))
    assert {BAGHDAD, DAMASCUS} <= named


@at_length
def test_the_language_changes_in_place(desk, gazetteer, words, lang):
    sight = desk(f"&place={BAGHDAD}&level=city&view=33,44,5")
    before, view = totals(sight), sight.view()
    sight.page.locator("a.switch").click()
    other = words_for("en" if lang == "ar" else "ar")
    expect(sight.panel.locator('[data-key="tab excerpts"]')).to_have_text(other["tab_excerpts"])
    sight.page.wait_for_function("lang => document.documentElement.lang === lang", arg=other.lang)
    expect(sight.heading).to_have_text(other.name(gazetteer.by_id(BAGHDAD)))
    assert sight.panel.evaluate("one => getComputedStyle(one).direction") == other.direction
    assert (totals(sight), sight.view()) == (before, view)
    assert asked(sight)["level"] == ["city"]


@at_length
def test_everything_is_reached_by_keyboard(desk, called):
    sight = desk()
    box = sight.panel.get_by_role("searchbox")
    box.focus()
    sight.page.keyboard.type(called(BAGHDAD), delay=30)
    expect(sight.panel.locator("ol.places b").first).to_have_text(called(BAGHDAD))
    sight.page.keyboard.press("Tab")
    sight.page.keyboard.press("Enter")
    expect(sight.heading).to_be_focused()
    sight.panel.locator("a.open").first.focus()
    sight.page.keyboard.press("Enter")
    expect(sight.panel.locator("article")).to_be_visible()
    sight.panel.locator("a.back").focus()
    sight.page.keyboard.press("Enter")
    expect(sight.panel.locator("a.open").first).to_be_focused()
    sight.page.locator('[data-key="more"]').focus()
    sight.page.keyboard.press("Enter")
    level = sight.page.locator('input[name="level"]').first
    level.focus()
    sight.page.keyboard.press("Space")
    expect(chips(sight)).to_have_count(1)
    sight.page.keyboard.press("Escape")
    expect(sight.page.locator('[data-key="more"]')).to_be_focused()
    first, _ = sight.page.get_by_role("slider").all()
    first.focus()
    sight.page.keyboard.press("PageUp")
    sight.page.keyboard.press("Enter")
    expect(chips(sight)).to_have_count(2)


def test_the_address_is_the_state_back_and_forward(desk):
    sight = desk()
    start = totals(sight)
    sight.panel.locator("a.place").first.click()
    expect(sight.panel.locator("blockquote").first).to_be_visible()
    place = sight.heading.inner_text()
    sight.page.locator('[data-key="more"]').click()
    sight.page.locator('[data-key="level city"]').click()
    expect(chips(sight)).to_have_count(1)
    sight.page.keyboard.press("Escape")
    narrowed = totals(sight)
    copy = desk(
        f"&{urlencode([(name, each) for name, values in asked(sight).items() for each in values if name != 'lang'])}"
    )
    assert (totals(copy), copy.heading.inner_text()) == (narrowed, place)
    assert copy.panel.inner_text() == sight.panel.inner_text()
    sight.page.go_back()
    expect(chips(sight)).to_have_count(0)
    expect(sight.heading).to_have_text(place)
    sight.page.go_back()
    expect(sight.panel.locator("ol.places")).to_be_visible()
    assert totals(sight) == start
    sight.page.go_forward()
    expect(sight.heading).to_have_text(place)
    sight.page.go_forward()
    expect(chips(sight)).to_have_count(1)
    assert totals(sight) == narrowed


@at_length
def test_an_empty_result_offers_the_way_out(desk, words):
    sight = desk("&q=xyzzy&level=city")
    expect(sight.panel.locator("h2")).to_have_text(words["none_left"])
    sight.expect_on_map(0)
    offer = sight.panel.locator("button.offer")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text("\u2068xyzzy\u2069")
    offer.click()
    expect(sight.panel.locator("a.place").first).to_be_visible()
    expect(chips(sight)).to_have_count(1)
