"""Corrections as a CSV file that a spreadsheet opens: out for a team, and in from it. Lossless both ways."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.corrections.decision import Decision, Scope, Verdict, as_dict, from_dict, user_entry
from geo.corrections.log import Record
from geo.errors import CorrectionError, GeoError

_TEXT = (
    "decision_id", "when", "who", "why", "verdict", "scope", "surface", "missed", "kind", "article_id", "start", "end",
    "before", "after", "digest", "title", "source", "published", "url", "path", "from_place_id", "from_name",
)  # fmt: skip
_PLACE = (
    "place_id", "name", "name_ar", "lat", "lon", "feature_class", "feature_code", "country", "admin1", "within",
    "population", "radius_km", "prominence",
)  # fmt: skip
COLUMNS = (*_TEXT, *_PLACE, "state", "changed_at", "changed_by")
"""Of one typed by hand only verdict, surface and what the verdict and scope ask for are needed."""

_NUMBERS = frozenset({"start", "end", "lat", "lon", "population", "radius_km", "prominence"})
_WHOLE = frozenset({"start", "end", "population"})
_FORMULA = re.compile("'*[ \u00a0\u200e\u200f\u202a-\u202e\ufeff]*[=+\\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet would run (as in `geo.export.cells`), and what looks like our guard before it."""

ACTIVE, UNDONE = "active", "undone"

csv.field_size_limit(1 << 20)


@dataclass(slots=True)
class Sheet:
    """What was read from a sheet."""

    records: list[Record] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    """``file:line: reason; remedy`` of each row left out."""


def write(records: Iterable[Record]) -> str:
    """The sheet as text; save it as UTF-8 with a byte order mark, or Excel garbles the Arabic."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for record in records:
        values = _flat(record)
        rows.writerow([_guarded(name, values.get(name, "")) for name in COLUMNS])
    return out.getvalue()


def _flat(record: Record) -> dict[str, Any]:
    values = as_dict(record.decision)
    values |= values.pop("place", {})
    values["missed"] = "yes" if record.decision.missed else ""
    state = ACTIVE if record.active else UNDONE
    return values | {"state": state, "changed_at": record.changed_at, "changed_by": record.changed_by}


def _guarded(column: str, value: Any) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula; `_unguarded` takes it off."""
    text = str(value)
    return "'" + text if column not in _NUMBERS and _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def read(path: Path, *, who: str, when: str) -> Sheet:
    """The sheet's rows, the bad ones named; `who` and `when` stand in for what a row typed by hand leaves out.

    `CorrectionError` if the file cannot be read as a sheet at all.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise CorrectionError(f"{path}: cannot be read ({reason}); name a CSV file, saved as 'CSV UTF-8'") from error
    return parse(text, str(path), who=who, when=when)


def parse(text: str, path: str, *, who: str, when: str) -> Sheet:
    """The rows of a sheet given as text; `path` names it in what is said of bad rows."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    sheet = Sheet()
    try:
        header = [name.strip() for name in next(rows, [])]
        if not {"verdict", "surface"} <= set(header):
            raise CorrectionError(
                f"{path}:1: the columns verdict and surface are missing; see: python -m geo corrections export -"
            )
        for cells in rows:
            if any(cell.strip() for cell in cells):
                _take(sheet, f"{path}:{rows.line_num}", dict(zip(header, cells, strict=False)), who, when)
    except csv.Error as error:
        raise CorrectionError(f"{path}:{rows.line_num}: not CSV ({error}); save the sheet again") from error
    return sheet


def _take(sheet: Sheet, where: str, cells: Mapping[str, str], who: str, when: str) -> None:
    try:
        values = {name: cells[name] if name in _NUMBERS else _unguarded(cells[name]) for name in cells}
        sheet.records.append(_record({name: value for name, value in values.items() if value != ""}, who, when))
    except (GeoError, ValueError) as error:
        sheet.bad.append(f"{where}: {error}")


def _record(cells: dict[str, str], who: str, when: str) -> Record:
    values: dict[str, Any] = {name: _value(name, cells[name]) for name in _TEXT if name in cells}
    place = {name: _value(name, cells[name]) for name in _PLACE if name in cells}
    if place:
        values["place"] = _place(place)
    values.setdefault("scope", Scope.EVERYWHERE.value)
    values["missed"] = cells.get("missed", "").strip().lower() in ("yes", "true", "1")
    values.setdefault("who", who)
    if "decision_id" not in values:  # the same row imported twice is one decision
        told = repr(sorted((name, str(value)) for name, value in values.items()))
        values["decision_id"] = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    values.setdefault("when", when)
    state = cells.get("state", ACTIVE).strip().lower()
    if state not in (ACTIVE, UNDONE):
        raise CorrectionError(f"state {state!r} is neither {ACTIVE} nor {UNDONE}; correct it")
    changed_at = cells.get("changed_at", "") or (when if state == UNDONE else "")
    return Record(from_dict(values), state == ACTIVE, changed_at, cells.get("changed_by", "") or values["who"])


def _place(cells: dict[str, Any]) -> dict[str, Any]:
    """The place of a row; one without an id is a new place."""
    if not {"lat", "lon"} <= cells.keys():
        raise CorrectionError("the place has no lat and lon; write both, in degrees")
    if "place_id" in cells:
        return cells
    known = {name: cells[name] for name in ("name_ar", "country", "feature_code") if name in cells}
    entry = user_entry(cells.get("name", ""), cells["lat"], cells["lon"], **known)
    decision = Decision(decision_id="-", when="", who="", verdict=Verdict.PLACE, scope=Scope.EVERYWHERE, place=entry)
    return dict(as_dict(decision)["place"])


def _value(column: str, text: str) -> Any:
    if column not in _NUMBERS:
        return text
    try:
        return int(text) if column in _WHOLE else float(text)
    except ValueError as error:
        raise CorrectionError(f"{column} {text!r} is no number; correct it or leave it empty") from error
