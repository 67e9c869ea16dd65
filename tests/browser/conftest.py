"""Fixtures of the browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from harness import CUT_OFF, Sight, chromium, served, watch
from made_atlas import make
from playwright.sync_api import Browser, Page, expect, sync_playwright

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


@pytest.fixture(scope="session")
def idle(browser: Browser) -> dict[str, list[Page]]:
    """Pages that no test uses now, by locale. A page that has shown the dashboard before shows it in half the time."""
    return {}


@pytest.fixture
def look(browser: Browser, idle: dict[str, list[Page]]) -> Iterator[Callable[..., Sight]]:
    """Makes a sight of an address; `locale`, `viewport` and `scheme` are the browser's; `own`: for this test alone."""
    with ExitStack() as stack:

        def look_at(
            address: str,
            locale: str = "ar-IQ",
            viewport: tuple[int, int] = (1440, 900),
            scheme: str = "light",
            own: bool = False,
        ) -> Sight:
            waiting = idle.setdefault(locale, [])
            page = waiting.pop() if waiting and not own else browser.new_context(locale=locale).new_page()
            page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            sight = watch(page, address)
            stack.callback(page.context.close if own else partial(_leave, sight, waiting))
            return sight

        yield look_at


def _leave(sight: Sight, waiting: list[Page]) -> None:
    """Leave nothing behind on the page that the next test would find."""
    sight.stop_watching()
    if sight.page.is_closed():
        return
    sight.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    sight.page.mouse.move(0, 0)
    sight.page.goto("about:blank")
    sight.page.context.clear_permissions()
    sight.page.context.clear_cookies()
    waiting.append(sight.page)
