"""A query string -> a location: the offline gazetteer as a geopy geocoder, so that any other can stand in for it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.gazetteer import Gazetteer
from geo.geodesy import distance_km
from geo.normalize import name_key
from geo.records import Entry

_KM_PER_DEGREE = 111.2


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy carries no types
    """geopy's interface over the compiled gazetteer: no network, Arabic and Latin names alike.

    ``location.raw`` is the `Entry`. None means that the gazetteer knows no such place; nothing here can be out of
    reach, so nothing is raised for that.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(scheme=None, timeout=0, proxies=None, user_agent="article-atlas")
        self.gazetteer = gazetteer

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country_codes: Iterable[str] | None = None,
    ) -> Location | list[Location] | None:
        """The most prominent place with this name, in any spelling that folds to it; or all, most prominent first.

        `country_codes` are ISO 3166-1 alpha-2, any case. With ``exactly_one=False`` a list of at most `limit`.
        """
        wanted = {code.upper() for code in country_codes or ()}
        entries = self.gazetteer.entries(name_key(query))
        found = [entry for entry in entries if not wanted or wanted & set(entry.country.split(","))]
        return _answer(found, exactly_one, limit)

    def reverse(
        self, query: Any, *, exactly_one: bool = True, limit: int | None = None, within_km: float = 50.0
    ) -> Location | list[Location] | None:
        """The town, not the quarter, nearest to a point within `within_km`; or all, nearest first.

        `query` is anything that geopy's `Point` takes.
        """
        point = Point(query)
        near = self.gazetteer.in_box(*_box(point.latitude, point.longitude, within_km))
        towns = [entry for entry in near if entry.feature_class == "P" and entry.feature_code != "PPLX"]
        at = {e.place_id: distance_km(point.latitude, point.longitude, e.lat, e.lon) for e in towns}
        found = sorted((e for e in towns if at[e.place_id] <= within_km), key=lambda e: (at[e.place_id], e.place_id))
        return _answer(found, exactly_one, limit)


def _box(lat: float, lon: float, within_km: float) -> tuple[float, float, float, float]:
    """(min_lat, min_lon, max_lat, max_lon) around a point; longitudes may run past 180."""
    high = within_km / _KM_PER_DEGREE
    wide = high / max(0.01, math.cos(math.radians(lat)))
    return lat - high, lon - wide, lat + high, lon + wide


def _answer(entries: list[Entry], exactly_one: bool, limit: int | None) -> Location | list[Location] | None:
    locations = [Location(_address(entry), (entry.lat, entry.lon, 0.0), entry) for entry in entries[:limit]]
    if exactly_one:
        return locations[0] if locations else None
    return locations or None


def _address(entry: Entry) -> str:
    return ", ".join(filter(None, (entry.name_ar, entry.name, entry.within, entry.country)))
