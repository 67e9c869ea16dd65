"""Questions about what is in the texts and not on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.records import StoredMention
from geo.store.database import MENTIONS
from geo.store.filters import NO_FILTERS, Filters
from geo.store.reader import Atlas

_NAMES = f"""
SELECT surface, count(*) AS mentions, count(DISTINCT number) AS articles FROM {MENTIONS} AS m
WHERE kind = 'literal' AND place_id IS NULL {{conditions}}
GROUP BY surface ORDER BY mentions DESC, surface LIMIT $limit OFFSET $offset
"""
_BESIDE = f"""
WITH named AS (
  SELECT DISTINCT surface, number FROM {MENTIONS} AS m
  WHERE kind = 'literal' AND place_id IS NULL AND surface IN (SELECT unnest($surfaces::VARCHAR[]))
)
SELECT named.surface, p.country, count(*) FROM named JOIN {MENTIONS} AS m USING (number)
JOIN read_parquet($places, hive_partitioning=false) AS p ON p.place_id = m.place_id
WHERE m.kind = 'literal' AND p.country <> '' GROUP BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedName:
    """A name that was recognised as a place and not resolved."""

    surface: str
    mentions: int
    articles: int


def unplaced_names(
    atlas: Atlas, *, filters: Filters = NO_FILTERS, limit: int = 1000, offset: int = 0
) -> list[UnplacedName]:
    """Names of literal mentions without a place, most mentions first; they add up to the summary's unplaced."""
    conditions, values = filters.conditions("m")
    query = _NAMES.format(conditions="".join(f" AND {condition}" for condition in conditions))
    rows = atlas.rows(query, "mentions", **values, limit=limit, offset=offset)
    return [UnplacedName(surface=surface, mentions=mentions, articles=articles) for surface, mentions, articles in rows]


def unplaced_mentions(
    atlas: Atlas, surface: str, *, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0
) -> list[StoredMention]:
    """The unplaced literal mentions of one printed name, newest first: cut their excerpts with `geo.excerpts`."""
    return atlas.mentions(unplaced=surface, filters=filters, newest_first=True, limit=limit, offset=offset)


def countries_beside(atlas: Atlas, surfaces: Sequence[str]) -> dict[str, dict[str, int]]:
    """Name -> ISO country -> placed mentions in the articles that hold the name unplaced."""
    found: dict[str, dict[str, int]] = {}
    for surface, countries, count in atlas.rows(_BESIDE, "mentions", "places", surfaces=list(surfaces)):
        for country in countries.split(","):
            beside = found.setdefault(surface, {})
            beside[country] = beside.get(country, 0) + count
    return found
