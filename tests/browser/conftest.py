"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from harness import Sight, chromium, served, watch
from playwright.sync_api import Browser, sync_playwright

from geo.settings import ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def seeds_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(ROOT / "seeds", tmp_path_factory.mktemp("seeds") / "atlas") as address:
        yield address


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Sight]]:
    """Makes a sight of an address; `locale` and `viewport` are the browser's."""
    with ExitStack() as stack:

        def open_context(address: str, locale: str = "ar-IQ", viewport: tuple[int, int] = (1440, 900)) -> Sight:
            width, height = viewport
            context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
            stack.callback(context.close)
            return watch(context, address)

        yield open_context
