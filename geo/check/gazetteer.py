"""The gazetteer: are its rows well formed, and which of them deserve a look?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from geo import gazetteer as geo_gazetteer
from geo.check.finding import Finding
from geo.errors import GeoError
from geo.gazetteer.rows import Row, read_rows
from geo.geodesy import distance_km
from geo.lexicon import load_lexicon
from geo.normalize import name_key
from geo.outlines import Ring, outlines
from geo.settings import Settings

NEAR_BORDER_KM = 60.0
"""A place this near its country's outline counts as inside: the outlines are drawn at 1:50 million."""

TWIN_KM = 5.0
"""Two rows of one name and one feature class this near are likely one place written twice."""

_AT_SEA = frozenset("SEA OCN GULF STRT BAY ISL ISLS CAPE CONT RGN RGNE PCLH PRT GASF OILF TERR CSTL".split())
"""Feature codes whose handle may lie outside every country's outline."""


def check_gazetteer(settings: Settings) -> Iterator[Finding]:
    """The rows kept by hand, the lexicon, and what is compiled of them."""
    try:
        rows = read_rows(settings.data / "gazetteer")
        yield Finding(True, f"gazetteer rows: {len(rows)} well formed, ids unique")
    except GeoError as error:
        yield Finding(False, f"gazetteer rows: {error}", "mend the row named")
        return
    try:
        known = outlines(settings.data / "basemap" / "countries-50m.json")
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Finding(False, f"base map: {settings.data / 'basemap'}: {error}", "restore the file: git checkout data")
        return
    outer = {code: [polygon[0] for polygon in polygons] for code, polygons in known.items()}
    outside = tuple(_outside(rows, outer))
    yield Finding(True, f"coordinates: {len(outside)} rows outside their country's outline", suspects=outside)
    twins = tuple(_twins(rows))
    yield Finding(True, f"duplicates: {len(twins)} pairs of one name and class within {TWIN_KM:g} km", suspects=twins)
    try:
        words = load_lexicon(settings.data / "lexicon")
        yield Finding(True, f"lexicon: {len(words.class_words)} class words, {len(words.cues)} cue words")
    except GeoError as error:
        yield Finding(False, f"lexicon: {error}", "mend the row named")
        return
    try:
        compiled = geo_gazetteer.load(settings)
        yield Finding(True, f"compiled gazetteer: {len(compiled)} places, recipe {compiled.recipe}")
    except GeoError as error:
        yield Finding(False, f"compiled gazetteer: {error}", f"delete {settings.cache} and check again")


def _outside(rows: list[Row], outer: dict[str, list[Ring]]) -> Iterator[str]:
    for row in rows:
        rings = [ring for country in row.country.split(",") for ring in outer.get(country, [])]
        if row.code in _AT_SEA or not rings or any(_inside(row.lat, row.lon, ring) for ring in rings):
            continue
        away = min(distance_km(row.lat, row.lon, lat, lon) for ring in rings for lon, lat in ring)
        if away > NEAR_BORDER_KM:
            yield f"{row.where}: {row.name} ({row.lat}, {row.lon}) is {away:.0f} km outside {row.country}"


def _inside(lat: float, lon: float, ring: Ring) -> bool:
    """Even-odd rule: true if a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside


def _twins(rows: list[Row]) -> Iterator[str]:
    by_name: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for name in {name_key(name) for name in row.arabic_names}:
            for other in by_name[name, row.code]:
                if distance_km(row.lat, row.lon, other.lat, other.lon) <= TWIN_KM:
                    yield f"{row.where}: {row.name_ar} stands at {other.where} too"
            by_name[name, row.code].append(row)
