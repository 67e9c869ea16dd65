"""What level of place an entry is: what the reader tells apart on the map and filters by. Pure."""

from __future__ import annotations

from enum import StrEnum

from geo.records import Entry

COUNTRY_CODES = frozenset({"PCL", "PCLD", "PCLF", "PCLH", "PCLI", "PCLIX", "PCLS", "TERR"})
"""GeoNames feature codes of countries and of what stands for one."""


class Level(StrEnum):
    """Coarse to fine, then what is not settled."""

    COUNTRY = "country"
    GOVERNORATE = "governorate"
    """A division of a country, of any order."""
    REGION = "region"
    """What has no government of its own: a continent, a vague or a historical region."""
    CITY = "city"
    """Any populated place but a quarter."""
    QUARTER = "quarter"
    NATURAL = "natural"
    """Water, mountains, islands, deserts."""
    SITE = "site"
    """Airports, bases, camps, buildings, roads."""


_BY_CLASS = {
    "A": Level.GOVERNORATE,
    "H": Level.NATURAL,
    "L": Level.REGION,
    "P": Level.CITY,
    "T": Level.NATURAL,
    "V": Level.NATURAL,
}
_CAMPS = frozenset({"CMP", "CMPRF", "MILB", "OILF", "GASF", "ZN"})


def level_of(entry: Entry) -> Level:
    """The level of this entry.

    >>> kinds = ("A", "PCLI"), ("A", "ADM1"), ("P", "PPLX"), ("L", "RGN"), ("L", "CMPRF"), ("S", "AIRP")
    >>> blank = {"place_id": "x", "name": "x", "name_ar": "", "lat": 0, "lon": 0, "country": ""}
    >>> [str(level_of(Entry(feature_class=kind, feature_code=code, **blank))) for kind, code in kinds]
    ['country', 'governorate', 'quarter', 'region', 'site', 'site']
    """
    if entry.feature_class == "A" and entry.feature_code in COUNTRY_CODES:
        return Level.COUNTRY
    if entry.feature_code == "PPLX":
        return Level.QUARTER
    if entry.feature_code in _CAMPS:
        return Level.SITE
    return _BY_CLASS.get(entry.feature_class, Level.SITE)
