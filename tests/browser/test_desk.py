"""A day at the desk on a made-up atlas, with the network cut: filters, time, pages, walking, comparing, the address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from harness import Sight, served
from playwright.sync_api import expect
from thorough import times

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CLICK_BYTES = 150_000


def asked(sight: Sight) -> dict[str, list[str]]:
    return parse_qs(urlsplit(sight.page.url).query)


def chips(sight: Sight):
    return sight.page.locator(".chip")


def totals(sight: Sight) -> list[int]:
    """Mentions, articles and places, as the bar says them."""
    text = sight.page.locator(".totals").inner_text()
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text)]


def town(sight: Sight, at: int = 0) -> str:
    name: str = sight.map_frame.evaluate("atlas.names(map)")[at]
    return name


def fault_free(sight: Sight) -> bool:
    return (sight.faults, sight.outside) == ([], [])


def test_excerpts_come_in_pages_and_orders(look, made_address):
    sight = look(made_address, locale="en").open()
    sight.click_place(town(sight))
    expect(sight.panel.locator("blockquote")).to_have_count(20)
    first = sight.panel.locator("blockquote").all_inner_texts()
    sight.panel.locator("a.next").click()
    expect(sight.panel.locator(".order")).to_contain_text("21 to 40")
    second = sight.panel.locator("blockquote").all_inner_texts()
    assert first != second
    sight.panel.locator("a.previous").click()
    expect(sight.panel.locator(".order")).to_contain_text("1 to 20")
    assert sight.panel.locator("blockquote").all_inner_texts() == first
    sight.panel.locator("select").select_option("date")
    expect(sight.panel.locator(".source").first).not_to_have_text("")
    sight.page.wait_for_url("**order=date**")
    sight.page.go_back()
    expect(sight.panel.locator("select")).to_have_value("relevance")
    sight.page.go_forward()
    expect(sight.panel.locator("select")).to_have_value("date")
    assert fault_free(sight)


def test_a_click_sends_little_and_the_view_stays(look, made_address):
    sight = look(made_address).open()
    sight.page.wait_for_timeout(600)
    view = sight.view()
    for at in range(3):
        before = sight.received
        name = town(sight, at)
        sight.click_place(name)
        expect(sight.heading).to_have_text(name)
        sight.page.wait_for_timeout(400)
        assert sight.received - before < CLICK_BYTES
        assert sight.view() == view
    assert fault_free(sight)


@pytest.mark.parametrize("locale", ["ar", "en"][: times(2, 1)])
def test_every_part_obeys_the_filters(look, made_address, locale):
    sight = look(made_address, locale=locale).open()
    before = totals(sight)
    sight.page.locator('[data-key="more"]').click()
    for choice in ("source صحيفة 1", "language ar", "level city", "confidence 0.5"):
        sight.page.locator(f'[data-key="{choice}"]').click()
        expect(sight.page.locator(f'[data-key="{choice}"]')).to_be_checked()
    expect(chips(sight)).to_have_count(4)
    mentions, _, places = totals(sight)
    assert 0 < mentions < before[0]
    sight.expect_on_map(places)
    listed = sight.panel.locator(".count").all_inner_texts()
    if len(listed) < 100:
        assert len(listed) == places
    sight.page.keyboard.press("Escape")
    sight.panel.locator("a.place").first.click()
    expect(sight.panel.locator("blockquote").first).to_be_visible()
    for left in (3, 2, 1, 0):
        chips(sight).first.click()
        expect(chips(sight)).to_have_count(left)
    expect(sight.page.locator(".totals")).to_contain_text(f"{before[0]:,}")
    sight.expect_on_map(before[2])
    assert fault_free(sight)


def test_a_choice_between_the_answers_to_two_others_keeps_both(look, made_address):
    sight = look(made_address, locale="ar").open("?lang=ar")
    sight.page.locator('[data-key="more"]').click()
    expect(sight.page.locator('[data-key="language ar"]')).to_be_visible()
    sight.page.evaluate("""async () => {
      const bar = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
        .map((one) => one.shadowRoot).find((root) => root?.querySelector(".filters"));
      const choose = (key) => bar.querySelector(`[data-key="${key}"]`).click();
      choose("source صحيفة 1");
      const before = location.search;
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      await wait(100); // the server has begun with the first one
      choose("language ar");
      while (location.search === before) await wait(1);
      choose("level city");
    }""")
    expect(chips(sight)).to_have_count(3)
    assert fault_free(sight)


def test_what_states_no_source_is_a_choice_too(look, made_address):
    sight = look(made_address, locale="ar").open("?lang=ar")
    before = totals(sight)
    sight.page.locator('[data-key="more"]').click()
    for field in ("source", "author"):
        box = sight.page.locator(f'[data-key="{field} "]')
        counted = int(sight.page.locator("label", has=box).locator("small").inner_text().replace(",", ""))
        box.click()
        expect(box).to_be_checked()
        expect(sight.page.locator(".totals")).to_contain_text(f"{counted:,}")
    assert [text.rstrip("×").strip() for text in chips(sight).all_inner_texts()] == [
        "المصدر: غير مذكور",
        "الكاتب: غير مذكور",
    ]
    sight.expect_on_map(totals(sight)[2])
    assert sight.page.url.endswith("source=&author=")
    sight.open("?lang=en&source=&author=")
    expect(chips(sight)).to_have_count(2)
    sight.panel.locator("a.place").first.click()
    expect(sight.panel.locator("blockquote").first).to_be_visible()
    chips(sight).first.click()
    expect(chips(sight)).to_have_count(1)
    chips(sight).first.click()
    expect(chips(sight)).to_have_count(0)
    assert totals(sight) == before
    assert fault_free(sight)


@pytest.mark.parametrize("typed", ["Baghdad", "«بغداد»", "بغداد", "بَغْداد"][: times(4, 2)])
def test_a_place_is_found_in_either_script(look, made_address, typed):
    sight = look(made_address, locale="en").open()
    sight.page.get_by_role("searchbox", name="Search the articles").fill(typed)
    sight.page.keyboard.press("Enter")
    expect(chips(sight)).to_have_count(1)
    sight.page.wait_for_timeout(300)
    articles = totals(sight)[1]
    latin = totals(look(made_address, locale="en").open("?lang=en&q=Baghdad"))[1]
    assert 0.95 * articles < latin <= articles  # the Arabic word stands in names of other places too
    assert latin


def test_what_was_searched_for_is_underlined_in_the_text(look, made_address):
    sight = look(made_address, locale="en").open()
    sight.page.get_by_role("searchbox", name="Search the articles").fill("مدينه")
    sight.page.keyboard.press("Enter")
    expect(chips(sight)).to_have_count(1)
    sight.panel.locator("a.place").first.click()
    sight.panel.locator("a.open").first.click()
    expect(sight.panel.locator("article em").first).to_have_text("مدينة")
    assert fault_free(sight)


def test_an_empty_result_offers_the_way_out(look, made_address):
    sight = look(made_address, locale="en").open("?lang=en&since=1990-01-01&until=1990-12-31&level=city")
    expect(sight.panel.locator(".empty")).to_contain_text("Without “Published: to 31 December 1990”")
    sight.panel.locator("button.offer").first.click()
    expect(sight.panel.locator("a.place").first).to_be_visible()
    expect(chips(sight)).to_have_count(2)
    assert fault_free(sight)


@pytest.mark.parametrize("locale", ["en", "ar"][: times(2, 1)])
def test_dragging_over_the_timeline_filters_by_date(look, made_address, locale):
    sight = look(made_address, locale=locale).open()
    before = totals(sight)
    box = sight.page.locator(".plot").bounding_box()
    sight.page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 20)
    sight.page.mouse.down()
    sight.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 20, steps=4)
    sight.page.mouse.up()
    expect(chips(sight)).to_have_count(1)
    since, until = asked(sight)["since"][0], asked(sight)["until"][0]
    assert since < until
    early = since < "2019-01-01"  # of 2014 to 2023; time runs with the script
    assert early == (locale == "en")
    assert 0 < totals(sight)[0] < before[0]
    sight.page.locator(".whole").click()
    expect(chips(sight)).to_have_count(0)
    assert totals(sight) == before
    assert fault_free(sight)


def test_the_timeline_is_moved_by_keys(look, made_address):
    sight = look(made_address, locale="en").open()
    first, last = sight.page.get_by_role("slider").all()
    first.focus()
    for _ in range(3):
        sight.page.keyboard.press("ArrowRight")
    expect(first).to_have_attribute("aria-valuenow", "3")
    last.focus()
    sight.page.keyboard.press("PageDown")
    sight.page.keyboard.press("Enter")
    expect(chips(sight)).to_have_count(1)
    assert asked(sight)["since"][0][8:] == "01"  # months
    assert asked(sight)["until"][0] < "2023-12-01"


def test_the_map_s_view_is_in_the_address(look, made_address):
    first = look(made_address).open()
    first.zoom_out()
    first.page.wait_for_timeout(500)
    first.click_place(town(first))
    expect(first.panel.locator("blockquote").first).to_be_visible()
    assert "view" in asked(first)
    second = look(made_address).open(first.page.url.removeprefix(first.address).lstrip("/"))
    expect(second.heading).to_have_text(first.heading.inner_text())
    assert second.view() == pytest.approx(first.view(), abs=0.01)
    assert second.panel.inner_text() == first.panel.inner_text()


@pytest.mark.parametrize("place", ["geonames:98182", "cldr:SY"])
def test_the_map_goes_to_the_place_when_asked(look, made_address, place):
    sight = look(made_address, locale="ar").open(f"?lang=ar&place={place}&view=0,-100,3")
    sight.page.wait_for_timeout(600)
    sight.panel.get_by_role("button", name="أرني على الخريطة").click()
    sight.page.wait_for_function("location.search.includes('view=3')")
    lat, lon, zoom = sight.view()
    assert 30 < lat < 38
    assert 34 < lon < 46
    assert zoom >= 5
    assert fault_free(sight)


def test_walking_the_text_moves_map_and_timeline(look, made_address):
    sight = look(made_address, locale="en").open()
    sight.click_place(town(sight))
    sight.panel.locator("a.open").first.click()
    expect(sight.panel.locator("article mark.sought")).to_be_in_viewport()
    marks = sight.panel.locator("article mark:not(.unplaced)")
    order = marks.evaluate_all("all => all.map(one => one.dataset.offset)")
    at = order.index(sight.panel.locator("mark.sought").get_attribute("data-offset"))
    sight.panel.get_by_role("button", name="Next place").click()
    after = order[(at + 1) % len(order)]
    expect(sight.panel.locator("mark.sought")).to_have_attribute("data-offset", after)
    sight.page.wait_for_url(f"**at={after}**")
    place = sight.panel.locator("mark.sought").get_attribute("data-place")
    assert asked(sight)["place"] == [place]
    assert sight.page.evaluate("window.atlasScene.selected[0]") == place
    expect(sight.page.locator(".timeline .key")).to_contain_text(sight.page.evaluate("window.atlasScene.selected[1]"))
    stops = sight.panel.locator(".stops li")
    assert stops.count() == len(set(marks.evaluate_all("all => all.map(one => one.dataset.place)")))
    sight.panel.get_by_role("button", name="Next place").press("Enter")
    expect(sight.panel.locator("mark.sought")).to_have_attribute("data-offset", order[(at + 2) % len(order)])
    sight.page.wait_for_timeout(600)
    sight.page.go_back()
    expect(sight.panel.locator("mark.sought")).to_have_attribute("data-offset", after)
    assert fault_free(sight)


def test_places_named_together_are_listed_and_drawn(look, made_address):
    sight = look(made_address, locale="en").open()
    sight.click_place(town(sight))
    sight.panel.locator('[data-key="tab together"]').click()
    expect(sight.panel.locator("tbody tr").first).to_be_visible()
    expect(sight.frame_locator("path.atlas-line")).to_have_count(10)
    sight.panel.locator("td a").first.click()
    expect(sight.panel.locator(".side")).to_have_count(2)
    expect(sight.panel.locator(".shared li").first).to_be_visible()
    expect(sight.frame_locator("path.atlas-line")).to_have_count(0)
    sight.panel.locator(".shared a").first.click()
    expect(sight.panel.locator("article")).to_be_visible()
    assert fault_free(sight)


def test_the_other_place_is_chosen_on_the_map(look, made_address):
    sight = look(made_address, locale="en").open()
    one, other = town(sight, 0), town(sight, 1)
    sight.click_place(one)
    sight.panel.locator('[data-key="tab compare"]').click()
    expect(sight.panel.get_by_role("searchbox")).to_be_visible()
    sight.click_place(other)
    expect(sight.panel.locator(".side h3")).to_have_text([one, other])
    assert fault_free(sight)


def test_the_list_is_searched_as_one_types_and_keeps_the_focus(look, made_address):
    sight = look(made_address, locale="en").open()
    steps = sight.page.evaluate("history.length")
    box = sight.panel.get_by_role("searchbox")
    box.press_sequentially("baghd", delay=60)
    expect(sight.panel.locator("ol.places b").first).to_have_text("Baghdad")
    expect(box).to_be_focused()
    expect(box).to_have_value("baghd")
    assert sight.page.evaluate("history.length") == steps
    box.fill("دمشق")
    expect(sight.panel.locator("ol.places b").first).to_have_text("Damascus")
    assert asked(sight)["find"] == ["دمشق"]


def test_everything_is_done_by_keyboard(look, made_address):
    sight = look(made_address, locale="en").open()
    sight.panel.get_by_role("searchbox").focus()
    for key in ("Tab", "Enter"):
        sight.page.keyboard.press(key)
    expect(sight.panel.locator("h2")).to_be_focused()
    sight.panel.locator("a.open").first.focus()
    sight.page.keyboard.press("Enter")
    expect(sight.panel.locator("article")).to_be_visible()
    sight.panel.locator("a.back").focus()
    sight.page.keyboard.press("Enter")
    expect(sight.panel.locator("a.open").first).to_be_focused()
    sight.page.locator('[data-key="more"]').focus()
    sight.page.keyboard.press("Enter")
    box = sight.page.locator('input[name="level"]').first
    box.focus()
    sight.page.keyboard.press("Space")
    expect(chips(sight)).to_have_count(1)
    expect(box).to_be_focused()
    sight.page.keyboard.press("Escape")
    expect(sight.page.locator('[data-key="more"]')).to_be_focused()
    chips(sight).first.focus()
    sight.page.keyboard.press("Enter")
    expect(chips(sight)).to_have_count(0)


def test_circles_that_would_overlap_are_one_with_a_number(look, made_address):
    sight = look(made_address).open("?view=33,44,4")
    numbers = sight.frame_locator(".atlas-number")
    expect(numbers.first).to_be_attached()
    drawn = sight.frame_locator("path.atlas-place").count()
    sight.map_frame.evaluate("void map.setZoom(7)")
    sight.page.wait_for_timeout(600)
    near = sight.map_frame.evaluate("atlas.names(map).length")
    assert near > 0
    assert drawn < sight.shown_on_map()
    assert fault_free(sight)


@pytest.mark.parametrize("scheme", ["dark", "light"][: times(2, 1)])
def test_digits_language_and_theme_change_in_place(look, made_address, scheme):
    sight = look(made_address, scheme=scheme).open()
    sight.click_place(town(sight))
    expect(sight.panel.locator("blockquote").first).to_be_visible()
    view = sight.view()
    sight.page.get_by_role("button", name="١٢٣").click()
    expect(sight.panel.locator(".facts b")).to_have_text(re.compile("[٠-٩]"))
    expect(sight.page.locator(".ticks")).to_contain_text(re.compile("[٠-٩]"))
    sight.page.locator("a.switch").click()
    expect(sight.panel.locator('[data-key="tab excerpts"]')).to_have_text("Excerpts")
    assert sight.page.evaluate("document.documentElement.lang") == "en"
    assert asked(sight)["digits"] == ["arab"]
    assert sight.view() == view
    paper = sight.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (paper == "rgb(25, 23, 20)") == (scheme == "dark")
    assert fault_free(sight)


def grounds(sight: Sight) -> tuple[str, str]:
    """Colours of the page and of the sea on the map."""
    sea = "getComputedStyle(document.querySelector('.leaflet-container')).backgroundColor"
    page = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    return sight.page.evaluate(page), sight.map_frame.evaluate(sea)


LIGHT, DARK = ("rgb(253, 252, 249)", "rgb(221, 231, 236)"), ("rgb(25, 23, 20)", "rgb(16, 23, 27)")


@pytest.mark.parametrize("lang", ["ar", "en"][: times(2, 1)])
def test_the_theme_is_the_reader_s_choice_and_in_the_address(look, made_address, lang):
    def expect_theme(theme: tuple[str, str]) -> None:
        ground = "theme => getComputedStyle(document.querySelector('.stApp')).backgroundColor === theme"
        sight.page.wait_for_function(ground, arg=theme[0])
        assert grounds(sight) == theme

    sight = look(made_address, scheme="light").open(f"?lang={lang}&theme=dark")
    expect_theme(DARK)
    choice = sight.page.locator("select.theme")
    expect(choice).to_have_value("dark")
    choice.focus()
    choice.select_option("light")
    expect_theme(LIGHT)
    sight.page.wait_for_url("**theme=light**")
    sight.page.wait_for_function("!document.querySelector('.stApp').classList.contains('atlas-busy')")
    expect(choice).to_be_focused()
    sight.page.emulate_media(color_scheme="dark")
    expect_theme(LIGHT)
    choice.select_option("")
    expect_theme(DARK)
    sight.page.wait_for_url(re.compile("^((?!theme=).)*$"))
    sight.page.emulate_media(color_scheme="light")
    expect_theme(LIGHT)
    sight.page.go_back()
    expect(choice).to_have_value("light")
    sight.page.go_back()
    expect(choice).to_have_value("dark")
    expect_theme(DARK)
    sight.page.locator("a.switch").click()
    sight.page.wait_for_url(f"**lang={'en' if lang == 'ar' else 'ar'}**")
    expect_theme(DARK)
    assert fault_free(sight)


def test_nobody_is_asked_for_tiles_until_the_reader_wants_them(look, tmp_path, made_address):
    from made_atlas import make

    tiles = "https://tiles.invalid/{z}/{x}/{y}.png"
    with served(None, make(tmp_path / "atlas", 50, 100), ARTICLE_ATLAS_TILES=tiles) as address:
        sight = look(address, locale="en").open()
        sight.page.wait_for_timeout(500)
        assert sight.outside == []
        button = sight.frame_locator("button.atlas-tiles")
        assert "tiles.invalid" in button.get_attribute("title")
        button.click()
        sight.page.wait_for_timeout(500)
        assert {urlsplit(url).hostname for url in sight.outside} == {"tiles.invalid"}
        assert asked(sight)["tiles"] == ["1"]


def test_a_phone_has_everything_one_below_the_other(look, made_address):
    sight = look(made_address, viewport=(390, 844)).open()
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= 390
    sight.page.locator('[data-key="more"]').click()
    sight.page.locator('input[name="level"]').first.click()
    expect(chips(sight)).to_have_count(1)
    sight.page.keyboard.press("Escape")
    sight.panel.locator("a.place").first.click()
    expect(sight.heading).to_be_in_viewport()
    sight.panel.locator("a.open").first.click()
    expect(sight.panel.locator("article mark.sought")).to_be_in_viewport()
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert fault_free(sight)
