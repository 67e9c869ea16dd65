"""Is all as it should be? A line for each check, and for each failing one what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo.check.atlas import check_atlas
from geo.check.finding import Finding
from geo.check.gazetteer import check_gazetteer
from geo.check.installation import check_installation
from geo.settings import Settings

__all__ = ["Finding", "check"]


def check(settings: Settings, store: Path | None = None, *, wanted: bool = True) -> Iterator[Finding]:
    """The checks in order; none raises. `store`: an atlas to check too; `wanted`: its absence is a failure."""
    yield from check_installation()
    yield from check_gazetteer(settings)
    if store is not None:
        yield from check_atlas(store, wanted=wanted)
