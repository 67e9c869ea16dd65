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
        wrong = _wrong_text(document)
        _check(path, number, document, wrong or _wrong_spans(document, "toponyms", len(document["text"])))
        _check(path, number, document, _wrong_spans(document, "traps", len(document["text"])))
        _check(path, number, document, _wrong_surfaces(document))
    return [document for _, document in documents]


def read_predictions(path: Path, gold: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Predicted documents for the texts of `gold`, without the mentions that call themselves associative."""
    lengths = {str(document["id"]): len(document["text"]) for document in gold}
    documents = list(_read_lines(path))
    for number, document in documents:
        _check(path, number, document, _wrong_spans(document, "mentions", lengths.get(str(document["id"]))))
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
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            parsed = _parse(line)
            if isinstance(parsed, str) or not isinstance(parsed.get("id"), (str, int)):
                reason = parsed if isinstance(parsed, str) else 'no "id"'
                raise GoldError(f"{path}:{number}: {reason}; every line must be a JSON object with an id")
            known = first.setdefault(str(parsed["id"]), number)
            twice = known != number
            _check(path, number, parsed, f'line {known} has this id too (1 and "1" are one)' if twice else "")
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


def _wrong_spans(document: dict[str, Any], key: str, length: int | None) -> str:
    """What is wrong with the items of a document whose text has `length` characters; None = not known."""
    items = document.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return f'"{key}" is not a list of objects'
    wrong = ((item, _wrong_item(item, length)) for item in items)
    return next((f'"{key}" has an item whose {reason}: {str(item)[:80]}' for item, reason in wrong if reason), "")


def _wrong_item(item: dict[str, Any], length: int | None) -> str:
    others = item.get("alt_spans", [])
    spans = [[item.get("start"), item.get("end")], *(others if isinstance(others, list) else [others])]
    for span in spans:
        if not isinstance(span, list) or len(span) != 2 or not all(type(offset) is int for offset in span):
            return "offsets are no numbers"
        if not 0 <= span[0] < span[1] or (length is not None and span[1] > length):
            return "offsets are empty, turned around or outside the text" + (f" ({length})" if length else "")
    if not all(_is_number(item.get(key), most) for key, most in _MOST.items()):
        return "coordinates are no numbers, or lie outside the earth"
    if not all(isinstance(item.get(key), (str, type(None))) for key in ("class", "kind")):
        return "class or kind is no text"
    return ""


_MOST = {"lat": 90, "lon": 360, "radius_km": 20_100}


def _is_number(value: Any, most: int) -> bool:
    return value is None or (isinstance(value, (int, float)) and -most <= value <= most)


def _wrong_surfaces(document: dict[str, Any]) -> str:
    text = document["text"]
    for item in document.get("toponyms", []):
        found = text[item["start"] : item["end"]]
        if item.get("surface", found) != found:
            return f"characters {item['start']} to {item['end']} are {found!r}, not {item['surface']!r}"
    return ""
