"""The exported map, opened from the disk in a browser that can reach nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from places import article, geoparse
from playwright.sync_api import Browser, Page

from geo.export import export
from geo.store import Atlas, Writer
from geo.store.wanted import Wanted

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>${window.ran = 1} <!--"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    texts = [
        article("من الموصل إلى سرت ثم الموصل", "a1", title="عنوان", source="الشرق", published="2017-10-25"),
        article(f"{HOSTILE} في سرت", "a2", title=HOSTILE, author=HOSTILE, url="javascript:window.ran=1"),
        article("وصل إلى ليبيا", "a3", title="link", url="https://example.org/3"),
    ]
    with Writer(folder / "atlas", recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in texts)
        writer.finish()
    export(Atlas.open(folder / "atlas"), Wanted(), "html", folder / "map.html")
    return folder / "map.html"


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[tuple[Page, list[str]]]:
    """The page, and all that went wrong or was asked for beside it."""
    context = browser.new_context(locale="en-GB", offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("request", lambda request: request.url.startswith(file.as_uri()) or faults.append(request.url))
    page.on("console", lambda message: message.type in ("error", "warning") and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    page.locator("body[data-ready=true]").wait_for()
    yield page, faults
    context.close()


def test_it_opens_without_a_network_and_asks_for_nothing(opened):
    page, faults = opened
    assert page.locator("#map canvas").count() == 1
    assert page.locator("#map path.leaflet-interactive").count() >= 3
    assert [item.inner_text().split("\n")[0] for item in page.locator("main li").all()] == ["Mosul", "Sirte", "Libya"]
    assert "GeoNames (CC BY 4.0" in page.locator("footer").inner_text()
    assert faults == []


def test_a_place_opens_its_excerpts_with_the_name_marked(opened):
    page, faults = opened
    page.get_by_role("searchbox").fill("الموصل")
    page.get_by_role("button", name="Mosul").click()
    assert page.locator("main h2").inner_text() == "Mosul · الموصل"
    excerpts = page.locator("main article")
    assert excerpts.count() == 2
    assert excerpts.first.locator("p").first.inner_text() == "من الموصل إلى سرت ثم الموصل"
    assert excerpts.first.locator("mark").inner_text() == "الموصل"
    assert "عنوان · الشرق · 2017-10-25" in excerpts.first.locator(".about").inner_text()
    page.get_by_role("button", name="All places").click()
    assert page.locator("main li").count() == 3
    assert faults == []


def test_a_click_on_the_map_opens_the_place_and_its_address_opens_it_again(opened, file):
    page, _ = opened
    circles = page.locator("#map path.leaflet-interactive[fill='#b5462f']")
    circles.first.click(force=True)
    name = page.locator("main h2").inner_text()
    assert name in ("Sirte · سرت", "Mosul · الموصل")
    page.reload()
    page.locator("body[data-ready=true]").wait_for()
    assert page.locator("main h2").inner_text() == name


def test_hostile_text_is_shown_and_runs_nothing(opened):
    page, faults = opened
    page.get_by_role("button", name="Sirte").click()
    hostile = page.locator("main article", has_text="onerror")
    assert HOSTILE.split("$")[0] in hostile.inner_text()
    assert hostile.locator("a, img, script").count() == 0
    assert page.evaluate("window.ran") is None
    assert faults == []


def test_an_area_says_that_it_is_no_point(opened):
    page, _ = opened
    page.get_by_role("button", name="Libya").click()
    assert "a point inside the area, not where anything happened" in page.locator("main .note").inner_text()
    link = page.locator("main article a")
    assert link.get_attribute("href") == "https://example.org/3"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_the_page_speaks_the_language_of_the_browser(browser, file):
    context = browser.new_context(locale="ar-IQ", offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("body[data-ready=true]").wait_for()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("main li").first.inner_text().startswith("الموصل")
    context.close()
