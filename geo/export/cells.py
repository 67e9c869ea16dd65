"""Tables as comma-separated text: cells that a spreadsheet would run are made harmless."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

BOM = "\ufeff"
"""Without it Excel reads Arabic as Western letters."""

_RUN = tuple("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
"""A text that starts so is run as a formula by some spreadsheet, also with the full-width signs."""

_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"})
_FILLERS = "\u115f\u1160\u3164\uffa0"
"""What may stand before such a sign without being seen: controls, marks of direction, joiners, blanks, and letters that
are blank."""


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> int:
    """Header and rows, every text quoted; gives the number of rows."""
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
    return count


def cell(value: Any) -> Any:
    """The value as a cell: a text that would be run gets an apostrophe before it; None becomes nothing.

    >>> cell("=1+1"), cell(" @x"), cell("الموصل"), cell(-3.5), cell(None)
    ("'=1+1", "' @x", 'الموصل', -3.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and _first_seen(value) in _RUN:
        return f"'{value}"
    return value


def _first_seen(text: str) -> str | None:
    return next(
        (ch for ch in text if ch in _RUN or not (unicodedata.category(ch) in _UNSEEN or ch in _FILLERS)),
        None,
    )
