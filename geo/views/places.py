"""The list of places: what the map says, as text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from geo.maps import is_outlined
from geo.records import Geometry, PlaceCount
from geo.views.words import Words


def places_data(counts: Sequence[PlaceCount], outlines: Collection[str], words: Words) -> dict[str, Any]:
    """The panel's data before a place is chosen; `counts` come most mentioned first."""
    return {
        "view": "places",
        "key": "places",
        "spoken": words.texts.choose_title,
        "places": [_row(count, outlines, words) for count in counts],
    }


def _row(count: PlaceCount, outlines: Collection[str], words: Words) -> dict[str, Any]:
    name, other = words.names(count.entry)
    return {
        "place_id": count.entry.place_id,
        "name": name,
        "other": other,
        "where": words.facts(count.entry),
        "count": words.count(words.mentions, count.mentions),
        "symbol": _symbol(count, outlines),
    }


def _symbol(count: PlaceCount, outlines: Collection[str]) -> str:
    if is_outlined(count, outlines):
        return "outline"
    return "area" if count.entry.geometry is Geometry.AREA else "place"
