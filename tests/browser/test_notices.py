"""What the reader is told of the state of the atlas: only shown, or being written."""

from __future__ import annotations

import pytest
from harness import served
from made_atlas import make
from playwright.sync_api import expect

from geo.store import Writer
from geo.store.lock import is_being_written

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_an_atlas_that_is_only_shown_or_is_being_written_says_so(look, tmp_path):
    store = make(tmp_path / "atlas", 50, 100)
    assert not is_being_written(store)
    assert not is_being_written(tmp_path / "nowhere")
    with served(None, store) as address:
        sight = look(address, locale="en").open("?lang=en")
        expect(sight.page.locator(".masthead .line")).to_contain_text("no articles are added")
        expect(sight.page.locator(".filters .notice")).to_have_count(0)
        expect(sight.page.locator("button.bring")).to_have_count(0)
        places = sight.shown_on_map()
        with Writer(store, recipe="made"):
            assert is_being_written(store)
            sight.open("?lang=ar")
            expect(sight.page.locator(".filters .notice")).to_contain_text("تجري الكتابة في الأطلس الآن")
            assert sight.shown_on_map() == places
        sight.open("?lang=en")
        expect(sight.page.locator(".filters .notice")).to_have_count(0)
        assert (sight.faults, sight.outside) == ([], [])
