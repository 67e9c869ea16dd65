"""KML 2.2, for Google Earth: a placemark for each place; areas stand in a folder that says what they are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator

from geo.export.citations import cited
from geo.export.places import POINTS_FIRST, by_place, note
from geo.export.provenance import Provenance
from geo.export.rows import Row, Selected, place_columns
from geo.records import Geometry, PlaceCount

_FOLDERS = {
    Geometry.POINT: ("Places", "The marker is where the place is."),
    Geometry.AREA: ("Areas", "Countries, provinces, regions, waters: the marker is a point inside, not a position."),
}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES = {Geometry.POINT: ("ff2b5dd9", "1.0"), Geometry.AREA: ("80b06a2e", "0.7")}
"""Colour (alpha, blue, green, red) and scale of the marker."""


def write_kml(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """A document; gives the number of mentions."""
    xml = _Writer(stream)
    xml.open("kml", xmlns="http://www.opengis.net/kml/2.2")
    xml.open("Document")
    xml.element("name", "Article Atlas")
    xml.element("description", provenance.line)
    for kind, (colour, scale) in _STYLES.items():
        xml.open("Style", id=kind.value)
        xml.open("IconStyle")
        xml.element("color", colour)
        xml.element("scale", scale)
        xml.close("IconStyle")
        xml.close("Style")
    total = 0
    for kind, places in groupby(by_place(selected, POINTS_FIRST), key=lambda place: place[0].entry.geometry):
        name, description = _FOLDERS[kind]
        xml.open("Folder")
        xml.element("name", name)
        xml.element("description", description)
        total += sum(_placemark(xml, count, rows) for count, rows in places)
        xml.close("Folder")
    xml.close("Document")
    xml.close("kml")
    xml.end()
    return total


def _placemark(xml: _Writer, count: PlaceCount, rows: Iterator[Row]) -> int:
    entry = count.entry
    xml.open("Placemark")
    xml.element("name", " · ".join(dict.fromkeys(name for name in (entry.name, entry.name_ar) if name)))
    xml.open("description")
    total = 0
    if said := note(count):
        xml.text(f"<p><i>{html.escape(said)}</i></p>")
    for row in rows:
        xml.text(_paragraph(row))
        total += 1
    xml.close("description")
    xml.element("styleUrl", f"#{entry.geometry.value}")
    xml.open("ExtendedData")
    # Not "name": readers take it for the placemark's own.
    columns = {
        f"place_{key}" if key in ("name", "name_ar") else key: value for key, value in place_columns(count).items()
    }
    for name, value in {**columns, "note": said}.items():
        if value not in (None, ""):
            xml.open("Data", name=name)
            xml.element("value", str(value))
            xml.close("Data")
    xml.close("ExtendedData")
    xml.open("Point")
    xml.element("coordinates", f"{entry.lon},{entry.lat}")
    xml.close("Point")
    xml.close("Placemark")
    return total


def _paragraph(row: Row) -> str:
    """One excerpt as HTML, which is what a balloon shows; what the article says is escaped."""
    left, name, right = (html.escape(part) for part in (row.left, row.surface, row.right))
    about = html.escape(f"{cited(row)} · confidence {row.confidence:.2f}")
    return f'<p dir="auto">{left}<b>{name}</b>{right}<br/><small>{about}</small></p>\n'


class _Writer:
    """Elements as they come; characters that XML cannot hold are replaced."""

    def __init__(self, stream: BinaryIO) -> None:
        self._xml = XMLGenerator(stream, encoding="utf-8", short_empty_elements=True)
        self._xml.startDocument()

    def open(self, tag: str, /, **attributes: str) -> None:
        self._xml.startElement(tag, attributes)  # type: ignore[arg-type]

    def close(self, name: str) -> None:
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def text(self, text: str) -> None:
        self._xml.characters(_NOT_IN_XML.sub("\ufffd", text))

    def element(self, name: str, text: str) -> None:
        self.open(name)
        self.text(text)
        self.close(name)

    def end(self) -> None:
        self._xml.endDocument()
