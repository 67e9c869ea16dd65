"""One walk through the page with the mouse, on the sample corpus, with the network cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_click_read_and_come_back(look, seeds_address):
    sight = look(seeds_address).open()
    expect(sight.heading).to_have_text("اختر مكانًا")
    view = sight.view()

    sight.click_place("الموصل")
    expect(sight.heading).to_have_text("الموصل")
    expect(sight.panel.locator("blockquote mark").first).to_have_text("الموصل")
    excerpt = sight.panel.locator("blockquote").nth(2).inner_text()

    sight.panel.locator("a.open").nth(2).click()
    sought = sight.panel.locator("article mark.sought")
    expect(sought).to_have_text("الموصل")
    expect(sought).to_be_in_viewport()
    assert excerpt.strip("… ") in sight.panel.locator("article").inner_text()

    sight.panel.locator("a.back").click()
    expect(sight.heading).to_have_text("الموصل")
    expect(sight.panel.locator("a.open").nth(2)).to_be_focused()
    assert sight.view() == view
    assert (sight.faults, sight.outside) == ([], [])


def test_a_country_is_clicked_in_its_outline(look, seeds_address):
    sight = look(seeds_address).open()
    sight.zoom_out(2)
    view = sight.view()
    sight.click_place("ليبيا")
    expect(sight.heading).to_have_text("ليبيا")
    assert sight.view() == view
    assert (sight.faults, sight.outside) == ([], [])


def test_a_place_is_chosen_from_the_list(look, seeds_address):
    sight = look(seeds_address).open()
    view = sight.view()
    sight.panel.get_by_role("searchbox").fill("تلعفر")
    sight.panel.get_by_role("link", name="تلعفر").click()
    expect(sight.heading).to_have_text("تلعفر")
    expect(sight.frame_locator("path.atlas-selected")).to_have_count(1)
    assert sight.view() == view
    assert sight.faults == []


def test_the_same_place_can_be_clicked_twice(look, seeds_address):
    sight = look(seeds_address).open()
    for _ in range(2):
        sight.click_place("الموصل")
        expect(sight.heading).to_have_text("الموصل")
        sight.panel.locator("a.back").click()
        expect(sight.heading).to_have_text("اختر مكانًا")
    assert sight.faults == []


def test_a_copied_link_opens_the_same_sight(look, seeds_address):
    first = look(seeds_address).open()
    first.click_place("الموصل")
    first.panel.locator("a.open").first.click()
    expect(first.panel.locator("article mark.sought")).to_be_in_viewport()
    query = first.page.url.removeprefix(first.address).lstrip("/")
    second = look(seeds_address).open(query)
    expect(second.panel.locator("article mark.sought")).to_be_in_viewport()
    assert second.panel.inner_text() == first.panel.inner_text()


def test_the_other_language_keeps_map_and_place(look, seeds_address):
    sight = look(seeds_address, locale="en-GB").open()
    expect(sight.heading).to_have_text("Choose a place")
    sight.zoom_out()
    view = sight.view()
    sight.click_place("Mosul")
    expect(sight.heading).to_have_text("Mosul")
    sight.page.locator("a.switch").click()
    expect(sight.heading).to_have_text("الموصل")
    assert sight.page.evaluate("getComputedStyle(document.querySelector('.stApp')).direction") == "rtl"
    assert sight.view() == view
    assert sight.faults == []


@pytest.mark.parametrize("query", ["?place=nowhere:1", "?place=%3Cscript%3E&article=x&at=-1&lang=zz&shown=1e9"])
def test_an_address_that_means_nothing_is_said_so(look, seeds_address, query):
    sight = look(seeds_address).open(query)
    expect(sight.panel.get_by_role("alert")).to_be_visible()
    expect(sight.heading).to_have_text("اختر مكانًا")
    assert sight.faults == []


def test_everything_stacks_on_a_phone(look, seeds_address):
    sight = look(seeds_address, viewport=(390, 844)).open()
    width = sight.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    sight.click_place("الموصل")
    expect(sight.heading).to_be_in_viewport()
    assert sight.faults == []
