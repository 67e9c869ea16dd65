"""What could not be read, and what to do about it; names of files are made safe to look at."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from geo.records import SetAside

MARKDOWN = frozenset("\\`*_{}[]()#+-.!|~$:<>&")
"""What Streamlit's Markdown could take for markup."""


def set_aside_data(files: Sequence[SetAside]) -> list[dict[str, str]]:
    """The files that were set aside, as the masthead lists them."""
    return [
        {"path": visible(file.path), "reason": visible(file.reason), "remedy": visible(file.remedy)} for file in files
    ]


def visible(name: str) -> str:
    """The name with its invisible characters spelled out, so that it cannot pretend to be another one.

    >>> visible("report\\u202efdp.exe")
    'report<U+202E>fdp.exe'
    """
    return "".join(
        f"<U+{ord(character):04X}>" if unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co") else character
        for character in name
    )


def as_text(value: object) -> str:
    """The value as Markdown that shows it letter by letter."""
    return "".join(f"\\{character}" if character in MARKDOWN else character for character in visible(str(value)))
