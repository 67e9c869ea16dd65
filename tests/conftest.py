"""Shared by all tests: the real gazetteer, compiled once; what is said of bad files has to be said in Arabic too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from geo import gazetteer as geo_gazetteer
from geo import settings as geo_settings
from geo.gazetteer import Gazetteer
from geo.records import SetAside
from geo.views.aside import in_arabic


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return geo_gazetteer.load(geo_settings.load())


@pytest.fixture(autouse=True)
def said_in_arabic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every reason and remedy that the readers give a file in some test has an Arabic text."""
    said: set[str] = set()
    build = SetAside.__init__

    def noted(self: SetAside, **fields: Any) -> None:
        if sys._getframe(1).f_globals["__name__"].startswith(("geo.articles", "geo.uploads")):
            said.update((fields["reason"], fields["remedy"]))
        build(self, **fields)

    monkeypatch.setattr(SetAside, "__init__", noted)
    yield
    assert [text for text in sorted(said) if in_arabic(text) is None] == []
