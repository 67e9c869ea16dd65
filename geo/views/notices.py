"""What could not be read, and what to do about it; names of files are made safe to look at."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from geo.errors import CorpusError
from geo.records import SetAside
from geo.report import report_of, write_report
from geo.views.aside import in_language
from geo.views.words import ENGLISH, Words

MARKDOWN = frozenset("\\`*_{}[]()#+-.!|~$:<>&")
"""What Streamlit's Markdown could take for markup."""


MOST = 100
"""Files and rows that the page lists; a bad dump has thousands."""
_MORE = {"en": "and {n} more in {report}", "ar": "و{n} أخرى في {report}"}
_UNLISTED = {"en": "and {n} more; article-atlas ingest lists them", "ar": "و{n} أخرى؛ يسردها article-atlas ingest"}


def set_aside_data(files: Sequence[SetAside], store: Path, words: Words = ENGLISH) -> list[dict[str, str]]:
    """The first `MOST` files that were set aside, as the masthead lists them; then a line that says where the rest is.

    The report beside the atlas in `store` is written if it is not there, or is of an earlier run.
    """
    shown = [
        {"path": visible(file.path)}
        | {name: visible(in_language(getattr(file, name), words)) for name in ("reason", "remedy")}
        for file in files[:MOST]
    ]
    if len(files) > MOST:
        shown.append({"path": _rest(files, store, words.lang), "reason": "", "remedy": ""})
    return shown


def _rest(files: Sequence[SetAside], store: Path, lang: str) -> str:
    more, report = len(files) - MOST, report_of(store)
    try:
        if not report.is_file() or report.stat().st_mtime < (store / "runs").stat().st_mtime:
            write_report(files, report)
    except (CorpusError, OSError):
        return _UNLISTED[lang].format(n=more)
    return _MORE[lang].format(n=more, report=visible(str(report)))


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
