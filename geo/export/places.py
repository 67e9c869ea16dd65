"""Rows grouped by place, for the formats in which a place is one thing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa

from geo.export.columns import SCHEMA, rows_in, tables_of
from geo.export.rows import INSIDE, Row, Selected
from geo.records import Geometry, PlaceCount
from geo.store.spool import in_order

NEWEST_FIRST = "rank, published DESC NULLS LAST, article_id, start"
BY_SURFACE = "rank, surface, published DESC NULLS LAST, article_id, start"
POINTS_FIRST = "position DESC, rank, published DESC NULLS LAST, article_id, start"

_RANKED = SCHEMA.append(pa.field("rank", pa.int64()))


def by_place(selected: Selected, order: str = NEWEST_FIRST) -> Iterator[tuple[PlaceCount, Iterator[Row]]]:
    """Each place, most mentioned first, with its rows in one of the orders above. Rows without a place are left out.

    As with `itertools.groupby`, the rows of a place are gone once the next place is asked for.
    """
    ranks = {place_id: rank for rank, place_id in enumerate(selected.places)}
    ranked = (
        table.append_column(
            "rank", pa.array([ranks[place_id] for place_id in table["place_id"].to_pylist()], pa.int64())
        )
        for table in tables_of(row for row in selected.rows() if row.place_id is not None)
    )
    rows = (row for batch in in_order(ranked, _RANKED, order) for row in rows_in(batch))
    for place_id, group in groupby(rows, key=lambda row: row.place_id):
        yield selected.places[place_id or ""], group


def note(count: PlaceCount) -> str:
    """What must be said beside the coordinates: "" for a point."""
    entry = count.entry
    if entry.geometry is Geometry.POINT:
        return ""
    return INSIDE + (f"; it is as large as a circle of {entry.radius_km:.0f} km around it" if entry.radius_km else "")


def uri(place_id: str) -> str:
    """The place's address in the web of data: GeoNames' own, else a name of ours.

    >>> uri("geonames:99072"), uri("cldr:LY")
    ('https://sws.geonames.org/99072/', 'urn:article-atlas:place:cldr:LY')
    """
    kind, _, number = place_id.partition(":")
    if kind == "geonames" and number.isascii() and number.isdigit():
        return f"https://sws.geonames.org/{number}/"
    return f"urn:article-atlas:place:{place_id}"
