"""JSON Lines, and JSON: a list of objects, or one object with such a list; read object by object."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from geo.articles.columns import Columns, read_row, shown_names
from geo.articles.decoding import SAVE_AS_UTF8
from geo.articles.source import Source, UnreadableError
from geo.articles.text_stream import has_foreign_bytes, is_code_page, lines, open_text
from geo.records import Article, SetAside
from geo.settings import Settings

_CHUNK_CHARS = 1 << 16
_CORRECT = "correct the line"
_LONGEST_TOKEN = 20
"""Characters: a number or an escape cut in two is reported no farther from the end."""
_decode = json.JSONDecoder().raw_decode


def read_json_lines(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """One article for each line; the row's number is the line's."""
    with source.open() as stream:
        text, guess = open_text(stream, settings.encoding)
        if guess:
            yield source.set_aside(guess, SAVE_AS_UTF8)
        named = _Named(columns)
        for number, line in enumerate(lines(text, settings.max_file_bytes), 1):
            if line is None:
                yield source.set_aside(_too_long(settings), _CORRECT, row=number)
            elif has_foreign_bytes(line, text.encoding):
                yield _foreign(source, number)
            elif line.strip("\ufeff \t\r\n\0"):
                yield from _read_line(source, number, line, named)
        yield from named.absent(source)


def read_json(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """One article for each object of the list; the row's number counts them from 1."""
    with source.open() as stream:
        text, guess = open_text(stream, settings.encoding)
        if guess:
            yield source.set_aside(guess, SAVE_AS_UTF8)
        named = _Named(columns)
        number, code_page = 0, is_code_page(text.encoding)
        for value in _values(text, settings):
            for row in _rows_in(value, columns):
                number += 1
                if code_page and has_foreign_bytes(json.dumps(row, ensure_ascii=False), text.encoding):
                    yield _foreign(source, number)
                else:
                    yield from _read_value(source, number, row, named)
        if not number:
            raise UnreadableError("it is empty", "put articles into it or delete it")
        yield from named.absent(source)


class _Named:
    """The columns, and which of those that the user named were in no row of a file yet."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._absent = columns.absent(())
        self._first: list[str] = []

    def look(self, row: dict[str, Any]) -> None:
        """Take note of a row."""
        if self._absent:
            self._first = self._first or list(row)
            absent = self.columns.absent(row)
            self._absent = [name for name in self._absent if name in absent]

    def absent(self, source: Source) -> Iterator[SetAside]:
        """A note on each that is missing, but for the text's: that is said of each row."""
        for name in self._absent if self._first else ():
            if name != self.columns.text:
                names = f"name one that is there: {shown_names(self._first)}"
                yield source.set_aside(f"read, but no row of it has {name!r}", names)


def _read_line(source: Source, number: int, line: str, named: _Named) -> Iterator[Article | SetAside]:
    try:
        value = json.loads(line.lstrip("\ufeff"))
    except ValueError as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        yield source.set_aside(f"it is not JSON: {what}", _CORRECT, row=number)
    except RecursionError:
        yield source.set_aside("it is nested too deeply", _CORRECT, row=number)
    else:
        yield from _read_value(source, number, value, named)


def _read_value(source: Source, number: int, value: Any, named: _Named) -> Iterator[Article | SetAside]:
    if isinstance(value, dict):
        named.look(value)
        yield from read_row(source, number, value, named.columns)
    else:
        yield source.set_aside("it is not an object with fields", 'write it as {"text": "..."}', row=number)


def _rows_in(value: Any, columns: Columns) -> list[Any]:
    """The rows that a value stands for: itself, or the list of objects that is among its fields."""
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
        if len(lists) == 1 and "text" not in columns.find(value):
            return lists[0]
    return [value]


def _values(text: io.TextIOWrapper, settings: Settings) -> Iterator[Any]:
    """The elements of the list, or the values that stand one after another, each decoded once it is complete."""
    window = _Window(text, settings.max_file_bytes)
    window.skip("\ufeff")
    in_list = window.peek() == "["
    if in_list:
        window.skip("[")
    while (sign := window.peek()) and sign != "]":
        yield window.value()
        if in_list and window.peek() not in (",", "]"):
            raise UnreadableError("it is not JSON: the list breaks off", "correct it; the rest of it was not read")
        window.skip(",")
    window.skip("]")
    if window.peek():
        raise UnreadableError("it is not JSON: there is something after the list", "correct it")


class _Window:
    """A part of the text, moved on value by value."""

    def __init__(self, text: io.TextIOWrapper, max_chars: int) -> None:
        self._text = text
        self._max_chars = max_chars
        self._buffer = ""
        self._at = 0

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._buffer) or not self._more():
                return self._buffer[self._at : self._at + 1]

    def skip(self, sign: str) -> None:
        """Move over `sign`, if it comes next."""
        if self.peek() == sign:
            self._at += 1

    def value(self) -> Any:
        """The next value; more is read until it is complete."""
        while True:
            try:
                value, end = _decode(self._buffer, self._at)
            except RecursionError as error:
                raise UnreadableError("it is nested too deeply", "correct it") from error
            except ValueError as error:
                if self._is_wrong(error) or not self._more():
                    what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                    raise UnreadableError(f"it is not JSON: {what}", "correct it; the rest was not read") from error
                continue
            if end < len(self._buffer) or not self._more():  # a number may go on
                self._at = end
                return value

    def _more(self) -> bool:
        """Read as much again as there is, so that a long value is not tried too often."""
        rest = self._buffer[self._at :]
        if len(rest) > self._max_chars:
            raise UnreadableError(
                f"a value in it is longer than {self._max_chars / 1e6:g} MB, or has no end", "correct it"
            )
        chunk = self._text.read(max(_CHUNK_CHARS, len(rest)))
        if chunk:
            self._buffer, self._at = rest + chunk, 0
        return bool(chunk)

    def _is_wrong(self, error: ValueError) -> bool:
        """Whether more text would not help: the error lies well before the end of what was read."""
        if not isinstance(error, json.JSONDecodeError):
            return True
        return not error.msg.startswith("Unterminated") and error.pos < len(self._buffer) - _LONGEST_TOKEN


def _foreign(source: Source, number: int) -> SetAside:
    return source.set_aside("it has bytes that are not in the file's encoding", SAVE_AS_UTF8, row=number)


def _too_long(settings: Settings) -> str:
    return f"it is longer than {settings.max_file_bytes / 1e6:g} MB"
