"""What was set aside, as a table that opens in any spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from geo.errors import CorpusError
from geo.records import SetAside
from geo.terminal import printable

_SHEET_ROW = re.compile(r"(.*\.xlsx(?:\.gz)?)#([^/]*!\d+)", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"(.*)#(\d+)", re.DOTALL)
SUFFIX = ".set-aside.tsv"
"""After the name of an atlas: its report, beside it."""
_FORMULA = ("=", "+", "-", "@")
"""A cell that starts so is run by spreadsheets."""


def write_report(items: Iterable[SetAside], file: Path) -> Path:
    """Write file, row, reason and remedy of each, tab between them; an old report is replaced, also by an empty one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write("file\trow\treason\tremedy\n")
            for item in items:
                path, row = split_row(item.path)
                stream.write("\t".join(map(_cell, (path, row, item.reason, item.remedy))) + "\n")
    except OSError as error:
        raise CorpusError(
            f"{file}: the report cannot be written ({error.strerror}); the atlas is complete; name another: --report"
        ) from error
    return file


def report_of(store: Path) -> Path:
    """Where the report of an atlas is written if no other file is named: beside its folder."""
    return store.with_name(store.name + SUFFIX)


def split_row(path: str) -> tuple[str, str]:
    """The file, and the row in it if there is one.

    >>> split_row("a.csv#12"), split_row("b.xlsx#Sheet #2!3"), split_row("c.txt")
    (('a.csv', '12'), ('b.xlsx', 'Sheet #2!3'), ('c.txt', ''))
    """
    found = _SHEET_ROW.fullmatch(path) or _ROW.fullmatch(path)
    return (found[1], found[2]) if found else (path, "")


def _cell(text: str) -> str:
    plain = printable(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
