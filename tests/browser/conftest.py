"""Fixtures of the browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from harness import CUT_OFF, Sight, chromium, served, watch
from made_atlas import make
from playwright.sync_api import Browser, expect, sync_playwright

from geo.settings import ROOT

expect.set_options(timeout=20_000)  # a machine with other work takes its time


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", *CUT_OFF]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def seeds_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(ROOT / "seeds", tmp_path_factory.mktemp("seeds") / "atlas") as address:
        yield address


@pytest.fixture(scope="session")
def made_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A made-up atlas of 1,000 articles; a large one of 100,000 if ARTICLE_ATLAS_LARGE names a folder to keep it in."""
    large = os.environ.get("ARTICLE_ATLAS_LARGE")
    folder = Path(large) if large else tmp_path_factory.mktemp("made") / "atlas"
    with served(None, make(folder, *((100_000, 10_000) if large else (1_000, 1_500)))) as address:
        yield address


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Sight]]:
    """Makes a sight of an address; `locale`, `viewport` and `scheme` are the browser's."""
    with ExitStack() as stack:

        def open_context(
            address: str, locale: str = "ar-IQ", viewport: tuple[int, int] = (1440, 900), scheme: str = "light"
        ) -> Sight:
            width, height = viewport
            size = {"width": width, "height": height}
            context = browser.new_context(locale=locale, viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
            stack.callback(context.close)
            return watch(context, address)

        yield open_context
