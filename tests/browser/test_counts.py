"""The counts beside the values of a filter say what one gets by choosing it, whatever else is chosen."""

from __future__ import annotations

import re

import pytest
from harness import Sight
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def beside(sight: Sight, choice: str) -> int:
    """The count beside a value."""
    text = sight.page.locator(f'label:has([data-key="{choice}"]) small').inner_text()
    return int(text.replace(",", ""))


def totals(sight: Sight) -> list[int]:
    """Mentions, articles, places."""
    text = sight.page.locator(".totals").inner_text()
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text)]


def test_a_count_is_what_one_gets(look, made_address):
    sight = look(made_address, locale="en").open("?lang=en&source=صحيفة 2&level=city")
    mentions, articles, _ = totals(sight)
    sight.page.locator('[data-key="more"]').click()
    english = sight.page.locator('label:has([data-key="language en"]) small')
    expect(english).not_to_have_text(re.compile(r"^\d{3}"))  # of all 1,000 articles a tenth
    arabic, few = beside(sight, "language ar"), beside(sight, "language en")
    assert (arabic + few, beside(sight, "level city")) == (articles, mentions)
    sight.page.locator('[data-key="language en"]').click()
    expect(sight.page.locator(".chip")).to_have_count(3)
    assert totals(sight)[1] == few
    expect(sight.page.locator('label:has([data-key="source صحيفة 2"]) small')).to_have_text(str(few))
    assert beside(sight, "language ar") == arabic  # a filter does not narrow its own values
    country = sight.page.locator('input[name="country"]').first
    code = country.get_attribute("data-key")
    expected = beside(sight, code)
    country.click()
    expect(sight.page.locator(".chip")).to_have_count(4)
    assert totals(sight)[0] == expected
    assert (sight.faults, sight.outside) == ([], [])
