"""Articles for a citation manager: RIS and CSL-JSON, newspaper articles with their places as keywords and notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, BinaryIO

from geo.export.provenance import Provenance
from geo.export.rows import Row, Selected, place_columns
from geo.export.stream import write_list

_UNTITLED = "[untitled]"


def write_ris(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """A record for each article; gives the number of mentions."""
    total = 0
    for rows in _by_article(selected):
        total += len(rows)
        lines = [f"{tag}  - {' '.join(str(value).split())}" for tag, value in _ris(rows, provenance) if value]
        stream.write(("\r\n".join([*lines, "ER  - "]) + "\r\n\r\n").encode())
    return total


def write_csl(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """A list of items; gives the number of mentions."""
    total = 0

    def items() -> Iterator[dict[str, Any]]:
        nonlocal total
        for rows in _by_article(selected):
            total += len(rows)
            yield _csl(rows, provenance)

    write_list(stream, items())
    stream.write(b"\n")
    return total


def cited(row: Row) -> str:
    """Title, author, publisher, date and address of the article, as far as they are known."""
    title = " ".join(row.title.split()) or _UNTITLED
    parts = (title, row.author, row.source, row.published, row.address)
    return ", ".join(" ".join(part.split()) for part in parts if part)


def _by_article(selected: Selected) -> Iterator[list[Row]]:
    for _, rows in groupby(selected.rows(), key=lambda row: row.article_id):
        yield list(rows)


def _ris(rows: list[Row], provenance: Provenance) -> Iterator[tuple[str, object]]:
    first = rows[0]
    yield "TY", "NEWS"
    yield "ID", first.article_id
    yield "TI", first.title or _UNTITLED
    yield "AU", first.author
    yield "T2", first.source
    year, month, day = (*(first.published or "").split("T")[0].split("-"), "", "", "")[:3]
    yield "PY", year
    yield "DA", f"{year}/{month}/{day}/" if year else ""
    yield "UR", first.url
    yield "L1", "" if first.url else first.path
    yield "LA", first.language
    for row in _places(rows):
        yield "KW", row.name
        yield "KW", row.name_ar if row.name_ar != row.name else ""
    yield from (("N1", note) for note in _notes(rows))
    yield "DB", provenance.line


def _csl(rows: list[Row], provenance: Provenance) -> dict[str, Any]:
    first = rows[0]
    day = [int(part) for part in (first.published or "").split("T")[0].split("-") if part.isdigit()]
    item: dict[str, Any] = {
        "id": first.article_id,
        "type": "article-newspaper",
        "title": first.title or _UNTITLED,
        "author": [{"literal": first.author}] if first.author else None,
        "container-title": first.source,
        "issued": {"date-parts": [day]} if day else None,
        "URL": first.url,
        "language": first.language,
        "keyword": ", ".join(name for row in _places(rows) for name in dict.fromkeys((row.name, row.name_ar)) if name),
        "note": "\n".join(_notes(rows)),
        "source": provenance.line,
        "custom": {"path": first.path, "places": [_mention(row) for row in rows]},
    }
    return {name: value for name, value in item.items() if value}


def _places(rows: list[Row]) -> list[Row]:
    """A row of each place, in the order in which the article names them."""
    places: dict[str, Row] = {}
    for row in rows:
        if row.place_id is not None:
            places.setdefault(row.place_id, row)
    return list(places.values())


def _notes(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if row.place_id is None:
            yield f"{row.surface} (not resolved): {row.excerpt}"
            continue
        area = (
            f"area of about {row.radius_km:.0f} km, " if row.radius_km else "area, " if row.position == "area" else ""
        )
        where = f"{row.name} {row.name_ar} ({area}{row.lat:.4f}, {row.lon:.4f}; {row.place_id})"
        counts = f"{row.place_mentions} mentions in {row.place_articles} articles, confidence {row.confidence:.2f}"
        yield f"{where}; {counts}: {row.excerpt}"


def _mention(row: Row) -> dict[str, Any]:
    columns = (*place_columns(None), "surface", "kind", "confidence", "excerpt", "start", "end")
    return {name: getattr(row, name) for name in columns}
