"""A corpus that wants to be code, on the real page: everything is shown as the text it is, and nothing runs."""

from __future__ import annotations

import json

import pytest
from harness import served
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CANARY = "https://canary.invalid/x.png"
STRINGS = [
    "<script>document.title='run'</script>",
    f"<img src={CANARY} onerror=document.title='run'>",
    "${document.title='run'}",
    "`${alert(1)}`",
    "</script></mark></style><svg onload=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "\\u003cscript\\u003e \\x3c \\",
    "\"' onmouseover=alert(1) x='\"",
    f"![x]({CANARY}) [y](javascript:alert(1)) $x^2$ :red[z]",
    "&lt;b&gt; &#36;{ <!-- -->",
    "\u202eسد\u202c \u2067\u2069 \u2066abc",
]


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus <b>${1}`"
    corpus.mkdir()
    for number, string in enumerate(STRINGS):
        title = json.dumps(f"عنوان {string}")  # a JSON string is a YAML string
        text = f"---\ntitle: {title}\nauthor: {title}\nlanguage: ar\n---\n\n{sentence(string)}\n"
        name = string.replace("/", "_").replace("\x00", "")[:60]
        (corpus / f"{number} {name}.txt").write_text(text, encoding="utf-8")
        (corpus / f"empty {number} {name}.txt").write_bytes(b"")
    with served(corpus, folder / "atlas") as address:
        yield address


def sentence(string: str) -> str:
    return f"وصل الوفد إلى مدينة الموصل قادمًا من الرقة {string} ثم عاد."


def test_hostile_articles_are_text(look, hostile_address):
    sight = look(hostile_address).open()
    title = sight.page.title()
    sight.page.locator("details summary").click()
    assert sight.page.locator("details li").count() >= len(STRINGS)

    x, y = sight.point_of("الموصل")
    sight.page.mouse.move(x, y)
    expect(sight.frame_locator(".atlas-title")).to_have_text("الموصل")
    sight.page.keyboard.press("Escape")
    sight.page.locator("details summary").click()
    sight.page.mouse.click(x, y)
    expect(sight.heading).to_have_text("الموصل")

    quotations = sight.panel.locator("blockquote").evaluate_all("all => all.map(one => one.textContent)")
    headings = sight.panel.locator("h3").evaluate_all("all => all.map(one => one.textContent)")
    sentences = {sentence(string) for string in STRINGS}
    assert all(any(quotation.strip("… ") in whole for whole in sentences) for quotation in quotations)
    assert sorted(headings) == sorted(f"عنوان {string}" for string in STRINGS)

    for number in range(len(STRINGS)):
        sight.panel.locator("a.open").nth(number).click()
        expect(sight.panel.locator("article mark.sought")).to_have_text("الموصل")
        sentences.remove(sight.panel.locator("article").evaluate("one => one.textContent"))
        sight.panel.locator("a.back").click()
        expect(sight.panel.locator("blockquote").first).to_be_visible()

    assert not sentences
    assert sight.page.title() == title
    assert sight.panel.locator("script, img, svg, style").count() == 0
    assert (sight.faults, sight.outside) == ([], [])


def test_an_address_cannot_bring_script(look, hostile_address):
    sight = look(hostile_address).open("?lang=en&place=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&article=${alert(1)}")
    expect(sight.panel.get_by_role("alert")).to_be_visible()
    assert (sight.faults, sight.outside) == ([], [])
