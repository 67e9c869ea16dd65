"""JSON written as it comes, so that no list has to be held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Protocol

_ACTS = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What ends a line, turns it around or moves a cursor, but for what JSON itself escapes."""


class Sink(Protocol):
    """What takes bytes."""

    def write(self, raw: bytes, /) -> int:
        """Take them all; how many that were is not asked."""
        ...


def encoded(value: Any) -> bytes:
    """The value as JSON, Arabic as itself."""
    return json_line(value).encode()


def json_line(value: Any) -> str:
    r"""The value on one line, Arabic as itself: also for readers that end a line where Unicode does, and for terminals.

    >>> print(json_line("سرت\u2028"))
    "سرت\u2028"
    """
    return _ACTS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def write_object(stream: Sink, members: dict[str, Any], *, open_end: bool = False) -> None:
    """An object; with `open_end` its closing brace is left to the caller, who has more to write."""
    whole = encoded(members)
    stream.write(whole[:-1] if open_end else whole)


def write_list(stream: Sink, values: Iterable[Any]) -> int:
    """A list, a line for each value; gives their number."""
    count = 0
    stream.write(b"[")
    for value in values:
        stream.write((b",\n" if count else b"\n") + encoded(value))
        count += 1
    stream.write(b"\n]")
    return count
