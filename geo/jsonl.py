"""JSON lines in and out: texts to geoparse, gold, predictions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import GoldError
from geo.records import Kind, Resolution


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is not what it should be."""

    number: int
    """Counted from 1."""
    reason: str


def read_texts(lines: Iterable[bytes]) -> Iterator[dict[str, Any] | BadLine]:
    """Lines ``{"id", "text"}``; blank ones are passed over.

    >>> list(read_texts([b'{"id": 1, "text": "Mosul"}', b"Mosul"]))
    [{'id': 1, 'text': 'Mosul'}, BadLine(number=2, reason='not JSON')]
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            parsed = _parse(line)
            if isinstance(parsed, str):
                yield BadLine(number, parsed)
            else:
                reason = _wrong_text(parsed)
                yield BadLine(number, reason) if reason else parsed


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Gold documents; `GoldError` names the first line whose offsets do not cut out what they should."""
    documents = list(_read_lines(path))
    for number, document in documents:
        _check(path, number, document, _wrong_text(document) or _wrong_spans(document, "toponyms"))
        _check(path, number, document, _wrong_spans(document, "traps") or _wrong_surfaces(document))
    return [document for _, document in documents]


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """Predicted documents, without the mentions that call themselves associative."""
    documents = list(_read_lines(path))
    for number, document in documents:
        _check(path, number, document, _wrong_spans(document, "mentions"))
    return [literal_only(document) for _, document in documents]


def literal_only(document: dict[str, Any]) -> dict[str, Any]:
    """The predicted document as the metrics want it: they know no associative mentions."""
    mentions = [item for item in document.get("mentions", ()) if item.get("kind") != Kind.ASSOCIATIVE]
    return {**document, "mentions": mentions}


def mention_dict(resolution: Resolution) -> dict[str, Any]:
    """A mention with its place, as `geoparse` prints it; an unresolved one has null for everything about the place."""
    mention, entry = resolution.mention, resolution.entry
    return {
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "kind": mention.kind.value,
        "place_id": entry.place_id if entry else None,
        "name": entry.name if entry else None,
        "name_ar": entry.name_ar if entry else None,
        "lat": entry.lat if entry else None,
        "lon": entry.lon if entry else None,
        "feature_class": entry.feature_class if entry else None,
        "country": entry.country if entry else None,
        "confidence": round(resolution.confidence, 4),
    }


def _read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}); name a file of JSON lines") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            parsed = _parse(line)
            if isinstance(parsed, str) or "id" not in parsed:
                reason = parsed if isinstance(parsed, str) else 'no "id"'
                raise GoldError(f"{path}:{number}: {reason}; every line must be a JSON object with an id")
            yield number, parsed


def _parse(line: bytes) -> dict[str, Any] | str:
    """The object on the line, or what is wrong with it."""
    try:
        parsed = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError):
        return "not JSON"
    return parsed if isinstance(parsed, dict) else "not a JSON object"


def _check(path: Path, number: int, document: dict[str, Any], reason: str) -> None:
    if reason:
        raise GoldError(f"{path}:{number}: document {document['id']!r}: {reason}; correct or delete the line")


def _wrong_text(document: dict[str, Any]) -> str:
    if not isinstance(document.get("id"), (str, int)):
        return 'no "id"'
    text = document.get("text")
    if not isinstance(text, str):
        return 'no "text"'
    return '"text" has half a surrogate pair' if any("\ud800" <= ch <= "\udfff" for ch in text) else ""


def _wrong_spans(document: dict[str, Any], key: str) -> str:
    items = document.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return f'"{key}" is not a list of objects'
    wrong = (item for item in items if not _is_well_formed(item))
    return next(
        (f'"{key}" has an item whose offsets or coordinates are no numbers: {str(item)[:80]}' for item in wrong), ""
    )


def _is_well_formed(item: dict[str, Any]) -> bool:
    spans = [[item.get("start"), item.get("end")], *item.get("alt_spans", ())]
    whole = all(
        isinstance(span, list) and len(span) == 2 and all(type(offset) is int for offset in span) for span in spans
    )
    return whole and all(isinstance(item.get(key), (int, float, type(None))) for key in ("lat", "lon", "radius_km"))


def _wrong_surfaces(document: dict[str, Any]) -> str:
    text = document["text"]
    for item in document.get("toponyms", []):
        found = text[item["start"] : item["end"]]
        if item.get("surface", found) != found:
            return f"characters {item['start']} to {item['end']} are {found!r}, not {item['surface']!r}"
    return ""
