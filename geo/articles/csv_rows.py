"""CSV and TSV with a header; the row's number is the one that a spreadsheet shows, the header's being 1."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from geo.articles.columns import Columns, read_row
from geo.articles.decoding import SAVE_AS_UTF8
from geo.articles.source import Source, UnreadableError
from geo.articles.text_stream import has_foreign_bytes, lines, open_text
from geo.records import Article, SetAside
from geo.settings import Settings

_SIGNS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """One article for each row. The fields are told apart by the sign of ``, ; tab |`` that the header has most of."""
    with source.open() as stream:
        text, guess = open_text(stream, settings.encoding)
        if guess:
            yield source.set_aside(guess, SAVE_AS_UTF8)
        feed = _bounded(lines(text, settings.max_file_bytes), settings)
        first = next(feed, "")
        csv.field_size_limit(settings.max_file_bytes)
        sign = "\t" if source.suffix == ".tsv" else max(_SIGNS, key=_QUOTED.sub("", first).count)
        header = next(csv.reader([first], delimiter=sign), [])
        header = [name.strip("\ufeff \t") for name in header]
        check_header(header, columns)
        yield from _read_rows(source, csv.reader(feed, delimiter=sign, strict=True), header, columns, text.encoding)


def check_header(header: list[str], columns: Columns) -> None:
    """`UnreadableError` if the text's column is not known, or one that was named is not there."""
    if not any(header):
        raise UnreadableError("it is empty", "put a header and rows into it or delete it")
    if missing := columns.missing(header):
        raise UnreadableError(*missing)
    if absent := columns.absent(header):
        raise UnreadableError(f"it has no column {absent[0]!r}", f"name one that is there: {', '.join(header)[:300]}")


def _read_rows(
    source: Source, rows: Iterator[list[str]], header: list[str], columns: Columns, encoding: str
) -> Iterator[Article | SetAside]:
    number = 1
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield source.set_aside(*_what_is_wrong(error), row=number)
            continue
        if not row:
            continue
        if has_foreign_bytes("".join(row), encoding):
            yield source.set_aside("it has bytes that are not in the file's encoding", SAVE_AS_UTF8, row=number)
        elif len(row) != len(header):
            reason = f"it has {len(row)} fields, the header has {len(header)}"
            yield source.set_aside(
                reason, "correct the row: a field with separators or line ends needs quotes", row=number
            )
        else:
            yield from read_row(source, number, dict(zip(header, row, strict=True)), columns)


def _what_is_wrong(error: csv.Error) -> tuple[str, str]:
    if "unexpected end" in str(error):
        return "a quote opens in it and never closes; what follows was not read", "close the quote"
    return f"it is not CSV: {error}", "correct the row"


def _bounded(found: Iterator[str | None], settings: Settings) -> Iterator[str]:
    for line in found:
        if line is None:
            size = f"{settings.max_file_bytes / 1e6:g} MB"
            raise UnreadableError(f"it has a line longer than {size}; what follows was not read", "split it into lines")
        yield line
