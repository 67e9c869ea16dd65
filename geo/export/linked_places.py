"""Linked Places format (LPF): a record for each place, its names as articles spell them, cited by excerpts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any, BinaryIO

from geo.export.citations import cited
from geo.export.geojson import geometry
from geo.export.places import BY_SURFACE, by_place, note, uri
from geo.export.provenance import Provenance
from geo.export.rows import Row, Selected
from geo.export.stream import encoded, write_list, write_object
from geo.records import Geometry, PlaceCount

CONTEXT = "https://raw.githubusercontent.com/LinkedPasts/linked-places/master/linkedplaces-context-v1.1.jsonld"
_CLASSES = frozenset("AHLPRST")
"""Feature classes that the format knows: GeoNames' without undersea and vegetation."""


def write_linked_places(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """A feature collection; gives the number of mentions."""
    head = {"type": "FeatureCollection", "@context": CONTEXT, "provenance": asdict(provenance)}
    write_object(stream, head, open_end=True)
    stream.write(b', "features": [')
    total = 0
    for number, (count, rows) in enumerate(by_place(selected, BY_SURFACE)):
        stream.write(b",\n" if number else b"\n")
        write_object(stream, _record(count), open_end=True)
        stream.write(b', "names": [')
        total += _write_names(stream, count, rows)
        stream.write(b"]}")
    stream.write(b"\n]}\n")
    return total


def _write_names(stream: BinaryIO, count: PlaceCount, rows: Iterator[Row]) -> int:
    """The attested names with their citations, then the gazetteer's own; gives the number of citations."""
    total = 0
    for surface, group in groupby(rows, key=lambda row: row.surface):
        stream.write(b",\n" if total else b"")
        write_object(stream, {"toponym": surface, "lang": _language(surface)}, open_end=True)
        stream.write(b', "citations": ')
        total += write_list(stream, (_citation(row) for row in group))
        stream.write(b"}")
    entry = count.entry
    for name, lang in ((entry.name, "en"), (entry.name_ar, "ar")):
        if name:
            stream.write(b",\n" + encoded({"toponym": name, "lang": lang}))
    return total


def _record(count: PlaceCount) -> dict[str, Any]:
    entry = count.entry
    said = note(count)
    point = {**geometry(count), "certainty": "certain" if entry.geometry is Geometry.POINT else "less-certain"}
    codes = [code for code in entry.country.split(",") if code]
    record: dict[str, Any] = {
        "@id": uri(entry.place_id),
        "type": "Feature",
        "properties": {
            "title": entry.name or entry.name_ar,
            "ccodes": codes,
            "fclasses": [entry.feature_class] if entry.feature_class in _CLASSES else [],
            "mentions": count.mentions,
            "articles": count.articles,
            "position": entry.geometry.value,
            "radius_km": entry.radius_km if entry.geometry is Geometry.AREA else None,
        },
        "geometry": {"type": "GeometryCollection", "geometries": [point]},
        "types": [
            {
                "identifier": f"https://www.geonames.org/ontology#{entry.feature_class}.{entry.feature_code}",
                "label": entry.feature_code,
            }
        ],
        "descriptions": [{"value": said, "lang": "en"}] if said else [],
    }
    if uri(entry.place_id).startswith("https:"):
        record["links"] = [{"type": "exactMatch", "identifier": uri(entry.place_id)}]
    return record


def _citation(row: Row) -> dict[str, Any]:
    citation = {"label": f"{cited(row)}: {row.excerpt}", "confidence": row.confidence}
    if row.published:
        citation["when"] = {"timespans": [{"start": {"in": row.published[:10]}}]}
    return citation | {"@id": row.url or f"urn:article-atlas:article:{row.article_id}"}


def _language(surface: str) -> str:
    """The language that the spelling is of, as far as its script tells."""
    return "ar" if any("\u0600" <= ch <= "\u06ff" for ch in surface) else "en"
