"""Where an entry comes from and under which licence: told by its id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.gazetteer.added import Added
from geo.records import Entry


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source of an entry."""

    source: str
    licence: str
    """Empty = not known here."""
    url: str = ""
    """Of the entry itself if the source has a page for it, else of the source; empty = none."""


_ODBL = "ODbL 1.0"
_KNOWN = {
    "geonames": Provenance("GeoNames", "CC BY 4.0", "https://www.geonames.org/{key}"),
    "cldr": Provenance(
        "Unicode CLDR; name and handle kept by hand", "Unicode licence; MIT", "https://cldr.unicode.org"
    ),
    "m49": Provenance("UN M49; name and handle kept by hand", "MIT", "https://unstats.un.org/unsd/methodology/m49/"),
    "atlas": Provenance("Article Atlas, kept by hand; most points from GeoNames", "MIT; points CC BY 4.0"),
    "user": Provenance("entered by a reader", ""),
    "nominatim": Provenance("OpenStreetMap contributors, by Nominatim", _ODBL, "https://www.openstreetmap.org/{osm}"),
    "photon": Provenance("OpenStreetMap contributors, by Photon", _ODBL, "https://www.openstreetmap.org/{osm}"),
}


def provenance(entry: Entry, added: Iterable[Added] = ()) -> Provenance:
    """The source of `entry`; `added` are the gazetteers that were added. One that nobody names is told by its id.

    >>> from geo.records import Entry
    >>> entry = dict(name="", name_ar="", lat=0.0, lon=0.0, feature_class="P", feature_code="PPL", country="")
    >>> provenance(Entry(place_id="geonames:99072", **entry))
    Provenance(source='GeoNames', licence='CC BY 4.0', url='https://www.geonames.org/99072')
    """
    prefix, _, key = entry.place_id.partition(":")
    own = next((each for each in added if each.name == prefix and not each.geonames), None)
    if own is not None:
        return Provenance(own.source or f"{own.name} ({own.file})", own.licence)
    known = _KNOWN.get(prefix)
    if known is None:
        return Provenance(f"the service {prefix}", "")
    osm = key.replace("-", "/") if key.partition("-")[0] in ("node", "way", "relation") else ""
    return Provenance(known.source, known.licence, known.url.format(key=key, osm=osm))
