"""W3C Web Annotation (JSON-LD): each mention as a quotation in its article, identified with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from geo.export.places import uri
from geo.export.provenance import Provenance
from geo.export.rows import INSIDE, Row, Selected, place_columns
from geo.export.stream import write_list, write_object

CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "dcterms": "http://purl.org/dc/terms/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "title": "dcterms:title",
        "publisher": "dcterms:publisher",
        "issued": "dcterms:issued",
        "lat": "geo:lat",
        "lon": "geo:long",
        "@vocab": "urn:article-atlas:terms:",
    },
]


def write_annotations(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """An annotation collection of one page; gives the number of mentions."""
    head = {
        "@context": CONTEXT,
        "id": f"urn:article-atlas:run:{provenance.recipe}:{provenance.atlas_run}",
        "type": "AnnotationCollection",
        "label": "Places named in articles",
        "rights": provenance.licence,
        "generator": {"type": "Software", "name": provenance.made_by},
        "generated": provenance.exported_at,
        "provenance": asdict(provenance),
    }
    write_object(stream, head, open_end=True)
    page = {"id": f"{head['id']}:page", "type": "AnnotationPage", "startIndex": 0}
    stream.write(b', "first": ')
    write_object(stream, page, open_end=True)
    stream.write(b', "items": ')
    total = write_list(stream, _annotations(selected))
    stream.write(b'}, "total": %d}\n' % total)
    return total


def _annotations(selected: Selected) -> Iterator[dict[str, Any]]:
    for row in selected.rows():
        yield {
            "id": f"urn:article-atlas:mention:{row.article_id}:{row.start}-{row.end}",
            "type": "Annotation",
            "motivation": "identifying",
            "body": _body(row),
            "target": {"source": _source(row), "selector": _selectors(row)},
        }


def _body(row: Row) -> dict[str, Any]:
    told = {"purpose": "identifying", "kind": row.kind, "confidence": row.confidence}
    if row.place_id is None:
        return {"type": "TextualBody", "value": "a place that was not resolved", "language": "en", **told}
    place = {name: getattr(row, name) for name in place_columns(None)}
    inside = {"note": INSIDE} if row.position == "area" else {}
    return {"type": "SpecificResource", "source": uri(row.place_id), **told, **place, **inside}


def _source(row: Row) -> dict[str, Any]:
    said = {
        "title": row.title,
        "creator": row.author,
        "publisher": row.source,
        "issued": row.published,
        "language": row.language,
        "path": row.path,
        "url": row.url,
    }
    address = row.url or f"urn:article-atlas:article:{row.article_id}"
    return {
        "id": address,
        "type": "Text",
        "format": "text/plain",
        **{key: value for key, value in said.items() if value},
    }


def _selectors(row: Row) -> list[dict[str, Any]]:
    return [
        {"type": "TextQuoteSelector", "exact": row.surface, "prefix": row.left, "suffix": row.right},
        {"type": "TextPositionSelector", "start": row.start, "end": row.end},
    ]
