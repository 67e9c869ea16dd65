"""GeoJSON (RFC 7946): a feature for each place, its excerpts in its properties."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, BinaryIO

from geo.export.places import by_place, note
from geo.export.provenance import Provenance
from geo.export.rows import Row, Selected, place_columns
from geo.export.stream import write_list, write_object
from geo.records import PlaceCount

_OF_EXCERPT = tuple(
    "surface kind confidence excerpt title author source published language url path article_id start end".split()
)


def write_geojson(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """A feature collection; gives the number of mentions."""
    head = {"type": "FeatureCollection", "name": "Article Atlas", "provenance": asdict(provenance)}
    write_object(stream, head, open_end=True)
    stream.write(b', "features": [')
    total = 0
    for number, (count, rows) in enumerate(by_place(selected)):
        stream.write(b",\n" if number else b"\n")
        feature = {"type": "Feature", "id": count.entry.place_id, "geometry": geometry(count)}
        write_object(stream, feature, open_end=True)
        stream.write(b', "properties": ')
        write_object(stream, {**place_columns(count), "note": note(count)}, open_end=True)
        stream.write(b', "excerpts": ')
        total += write_list(stream, (_excerpt(row) for row in rows))
        stream.write(b"}}")
    stream.write(b"\n]}\n")
    return total


def geometry(count: PlaceCount) -> dict[str, Any]:
    """The point at which a place is drawn, longitude first; what it is worth says `note`."""
    return {"type": "Point", "coordinates": [count.entry.lon, count.entry.lat]}


def _excerpt(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _OF_EXCERPT}
