"""The outlines of the countries in the base map, as they lie in data/basemap."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from geo.settings import ROOT

FILE = ROOT / "data" / "basemap" / "countries-50m.json"

Ring = list[tuple[float, float]]
"""Longitude and latitude; the last point is the first one again."""


@cache
def outlines(file: Path = FILE) -> dict[str, list[list[Ring]]]:
    """ISO code, or a number for a land without one -> its polygons, each its outer ring and the holes in it.

    `OSError`, `ValueError`, `KeyError` or `TypeError` for a file that is no such collection.
    """
    found: dict[str, list[list[Ring]]] = {}
    for number, feature in enumerate(json.loads(file.read_text(encoding="utf-8"))["features"]):
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = [[[(lon, lat) for lon, lat, *_ in ring] for ring in polygon] for polygon in polygons]
        found.setdefault(feature.get("id") or str(number), []).extend(rings)
    return found


def outline_codes() -> frozenset[str]:
    """ISO codes of the countries whose outline is known."""
    return frozenset(code for code in outlines() if not code.isdigit())
