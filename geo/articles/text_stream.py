"""A stream of bytes as a stream of text lines: its encoding told from its beginning, no line longer than allowed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from geo.articles.decoding import SAVE_AS_UTF8, BrokenTextError, UndecodableError, decode, is_utf8
from geo.articles.fields import has_surrogates
from geo.articles.source import UnreadableError

HEAD_BYTES = 1 << 18
"""What the encoding is told from: some hundred articles; far more teaches nothing, far less may be all ASCII."""


def open_text(stream: BinaryIO, encoding: str | None = None) -> tuple[io.TextIOWrapper, str | None]:
    """The text in `stream`, and a note if its encoding had to be guessed. Bytes that do not fit become surrogates.

    A broken byte then spoils its row alone: `has_foreign_bytes` finds it. `encoding`: what the user says it is.
    """
    if encoding is not None:
        plain = "utf-8-sig" if encoding == "utf-8" else encoding
        return io.TextIOWrapper(stream, encoding=plain, errors="surrogateescape", newline=""), None
    head = _head(stream)
    whole = _Replayed(head, stream)
    try:
        decoded = decode(head, whole=len(head) < HEAD_BYTES)
        encoding, guessed = decoded.encoding, decoded.guessed
    except BrokenTextError as error:
        encoding, guessed = error.encoding, False
    except UndecodableError as error:
        raise UnreadableError(str(error), SAVE_AS_UTF8) from error
    text = io.TextIOWrapper(io.BufferedReader(whole), encoding=encoding, errors="surrogateescape", newline="")
    return text, f"read, but its encoding was guessed ({encoding})" if guessed else None


def is_code_page(encoding: str) -> bool:
    """Whether nearly all bytes decode in it, also those that are something else."""
    return not encoding.startswith("utf")


def has_foreign_bytes(row: str, encoding: str) -> bool:
    """Whether some of the row's bytes did not decode, or it is UTF-8 in a file of a code page."""
    return has_surrogates(row) or (is_code_page(encoding) and is_utf8(row.encode(encoding, "replace")))


def lines(text: io.TextIOWrapper, max_chars: int) -> Iterator[str | None]:
    """The lines with their ends; None = one that is longer than `max_chars`, left out."""
    while line := text.readline(max_chars + 1):
        if len(line) <= max_chars:
            yield line
            continue
        while line and not line.endswith("\n"):
            line = text.readline(max_chars)
        yield None


def _head(stream: BinaryIO) -> bytes:
    parts, size = [], 0
    while size < HEAD_BYTES and (part := stream.read(HEAD_BYTES - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


class _Replayed(io.RawIOBase):
    """The bytes already read, then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        chunk = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(chunk) :] if self._head else self._head
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._rest.close()
        super().close()
