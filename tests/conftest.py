"""Shared by all tests: the real gazetteer, compiled once."""

from __future__ import annotations

import pytest

from geo import gazetteer as geo_gazetteer
from geo import settings as geo_settings
from geo.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return geo_gazetteer.load(geo_settings.load())
