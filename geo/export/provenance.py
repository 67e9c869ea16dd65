"""Where an export comes from: every format says so, with the licence of the coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import geo
from geo.store import Atlas

LICENCE = (
    "places from GeoNames (CC BY 4.0, https://www.geonames.org), Unicode CLDR, and rows of Article Atlas kept by hand"
)


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
    def of(cls, atlas: Atlas) -> Provenance:
        """Of an export that is made now."""
        return cls(
            made_by=f"Article Atlas {geo.__version__}",
            atlas_run=atlas.run,
            recipe=atlas.recipe,
            atlas_finished_at=f"{atlas.finished.finished_at:%Y-%m-%dT%H:%M:%SZ}",
            exported_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        )

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.made_by}, run {self.atlas_run} ({self.recipe}), {self.exported_at}; {self.licence}"
