"""Where an export comes from: every format says so, with the licence of the coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import geo
from geo.gazetteer.added import Added, list_added
from geo.gazetteer.provenance import provenance
from geo.records import Entry
from geo.settings import load
from geo.store import Atlas

LICENCE = (
    "places from GeoNames (CC BY 4.0, https://www.geonames.org), Unicode CLDR, and rows of Article Atlas kept by hand"
)


_BUILT_IN = frozenset({"geonames", "cldr", "m49", "atlas"})
"""Begin the ids of the places that `LICENCE` speaks of."""


def further_sources(places: Iterable[Entry], added: Iterable[Added]) -> list[str]:
    """The added gazetteers, geocoding services and people that these places come from, each with its licence."""
    known = list(added)
    by_source = {entry.place_id.partition(":")[0]: entry for entry in places}
    found = [provenance(entry, known) for name, entry in sorted(by_source.items()) if name not in _BUILT_IN]
    return [" ".join(f"{each.source} ({each.licence or 'licence not stated'})".split()) for each in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a reader must know to cite an export, or to make it again."""

    made_by: str
    atlas_run: int
    recipe: str
    """Of code, settings and gazetteer."""
    atlas_finished_at: str
    exported_at: str
    licence: str = LICENCE

    @classmethod
    def of(cls, atlas: Atlas, places: Iterable[Entry] = ()) -> Provenance:
        """Of an export of these places that is made now; each source that one of them comes from is named."""
        return cls(
            made_by=f"Article Atlas {geo.__version__}",
            atlas_run=atlas.run,
            recipe=atlas.recipe,
            atlas_finished_at=f"{atlas.finished.finished_at:%Y-%m-%dT%H:%M:%SZ}",
            exported_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            licence="; ".join([LICENCE, *further_sources(places, list_added(load().gazetteers))]),
        )

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.made_by}, run {self.atlas_run} ({self.recipe}), {self.exported_at}; {self.licence}"
