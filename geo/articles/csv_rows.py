"""CSV and TSV with a header; the row's number is the one that a spreadsheet shows."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator

from geo.articles.columns import MARKS, Columns, first_of_each, read_row, shown_names
from geo.articles.decoding import SAVE_AS_UTF8
from geo.articles.source import Source, UnreadableError
from geo.articles.text_stream import has_foreign_bytes, lines, open_text
from geo.records import Article, SetAside
from geo.settings import Settings

_SIGNS = ",;\t|"
_NOTHING = f'{_SIGNS}" \r\n'
_QUOTED = re.compile(r'"[^"]*"')
_TIMES_AGAIN = 4
"""How often a line may be read again, on average: a quote that never closes takes one, a hostile file any number."""


def read_csv(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """One article for each row. The fields are told apart by the sign of ``, ; tab |`` that the header has most of."""
    with source.open() as stream:
        text, guess = open_text(stream, settings.encoding)
        if guess:
            yield source.set_aside(guess, SAVE_AS_UTF8)
        feed = _bounded(lines(text, settings.max_file_bytes), settings)
        above, first = _header_line(feed)
        csv.field_size_limit(settings.max_file_bytes)
        sign = "\t" if source.suffix == ".tsv" else max(_SIGNS, key=_QUOTED.sub("", first).count)
        header = next(csv.reader([first], delimiter=sign), [])
        header = [name.strip("\ufeff \t") for name in header]
        check_header(header, columns)
        if doubled := columns.doubled(header):
            yield source.set_aside(*doubled)
        below = _Lines(feed, settings.max_file_bytes)
        yield from _read_rows(source, below, sign, first_of_each(header), columns, above + 1, text.encoding)


def _header_line(feed: Iterator[str]) -> tuple[int, str]:
    """How many rows without anything stand above the header, and its line."""
    for above, line in enumerate(feed):
        header = line.lstrip(MARKS)
        if header.strip(_NOTHING):
            return above, header
    return 0, ""


def check_header(header: list[str], columns: Columns) -> None:
    """`UnreadableError` if the text's column is not known, or one that was named is not there."""
    if not any(header):
        raise UnreadableError("it is empty", "put a header and rows into it or delete it")
    if missing := columns.missing(header):
        raise UnreadableError(*missing)
    if absent := columns.absent(header):
        raise UnreadableError(f"it has no column {absent[0]!r}", f"name one that is there: {shown_names(header)}")


def _read_rows(
    source: Source, below: _Lines, sign: str, header: list[str], columns: Columns, number: int, encoding: str
) -> Iterator[Article | SetAside]:
    """The articles; `number`: the header's."""
    rows = csv.reader(below, delimiter=sign, strict=True)
    while True:
        number += 1
        below.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            after = len(below.record) - 1
            is_read = below.read_again()
            yield source.set_aside(*_what_is_wrong(error, after, is_read=is_read), row=number)
            number += 0 if is_read else after
            continue
        if not row:
            continue
        if has_foreign_bytes("".join(row), encoding):
            yield source.set_aside("it has bytes that are not in the file's encoding", SAVE_AS_UTF8, row=number)
        elif len(row) != len(header):
            spread = f" in {len(below.record)} lines" if len(below.record) > 1 else ""
            reason = f"it has {len(row)} fields{spread}, the header has {len(header)}"
            yield source.set_aside(
                reason, "correct the row: a field with separators or line ends needs quotes", row=number
            )
        else:
            yield from read_row(source, number, dict(zip(header, row, strict=True)), columns)


def _what_is_wrong(error: csv.Error, after: int, *, is_read: bool) -> tuple[str, str]:
    """Reason and remedy; `after`: lines that an open quote joined to that of the row."""
    if after:
        become = "read as rows" if is_read else "not read"
        reason = f"a quote in it does not close where a field ends; lines after it, {become}: {after}"
        return reason, "close the quote, and double each quote inside a field"
    if "unexpected end" in str(error):
        return "a quote opens in it and never closes", "close the quote"
    return f"it is not CSV: {error}", "correct the row"


class _Lines:
    """Lines for a `csv.reader`. Those of the row it is reading are kept: if they are none, rows may be among them."""

    def __init__(self, fresh: Iterator[str], max_chars: int) -> None:
        self._fresh = fresh
        self._max_chars = max_chars
        self._chars = 0
        self._again: deque[str] = deque()
        self._may_again = 0
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._chars > self._max_chars:
            raise csv.Error("too long")
        if self._again:
            line = self._again.popleft()
        else:
            line = next(self._fresh)
            self._may_again += _TIMES_AGAIN * len(line)
        self._chars += len(line)
        self.record.append(line)
        return line

    def begin(self) -> None:
        """A row begins."""
        self.record.clear()
        self._chars = 0

    def read_again(self) -> bool:
        """Give the lines of this row but the first once more; False = they were given too often."""
        rest = self.record[1:]
        chars = sum(map(len, rest))
        if chars > self._may_again:
            return False
        self._may_again -= chars
        self._again.extendleft(reversed(rest))
        return True


def _bounded(found: Iterator[str | None], settings: Settings) -> Iterator[str]:
    for line in found:
        if line is None:
            size = f"{settings.max_file_bytes / 1e6:g} MB"
            raise UnreadableError(f"it has a line longer than {size}; what follows was not read", "split it into lines")
        yield line
