"""axe-core finds no serious violation on any view, in both languages, themes and sizes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from thorough import times

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

VIEWS = {
    "list": "",
    "place": "&place=geonames:98182",
    "together": "&place=geonames:98182&tab=together",
    "compare": "&place=geonames:98182&tab=compare&other=geonames:170654",
    "choose": "&place=geonames:98182&tab=compare",
    "filtered": "&source=صحيفة 1&q=بغداد&level=city&digits=arab",
    "empty": "&since=1990-01-01&until=1990-12-31",
    "unknown": "&place=nowhere:1",
}
SIGHTS = [
    ("ar", (390, 844), "dark"),
    ("en", (1440, 900), "light"),
    ("ar", (1440, 900), "light"),
    ("en", (390, 844), "dark"),
][: times(4, 1)]
SYSTEM = {"dark": "light", "light": "dark"}
"""What the system prefers is the other one: the address decides."""


def violations(sight) -> list[str]:
    """Serious and critical ones on the page and in the map's frame."""
    found = [each for where in (sight.page, sight.map_frame) for each in Axe().run(where).response["violations"]]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:3]]}" for each in serious]


@pytest.mark.parametrize(("lang", "viewport", "theme"), SIGHTS)
def test_no_serious_violation(look, made_address, lang, viewport, theme):
    sight = look(made_address, viewport=viewport, scheme=SYSTEM[theme])
    for name, query in VIEWS.items():
        sight.open(f"?lang={lang}&theme={theme}{query}")
        sight.page.wait_for_timeout(300)
        assert violations(sight) == [], name
    sight.page.locator('[data-key="more"]').click()
    assert violations(sight) == [], "form"
    sight.open(f"?lang={lang}&theme={theme}{VIEWS['place']}").panel.locator("a.open").first.click()
    sight.panel.locator("article").wait_for()
    assert violations(sight) == [], "article"
