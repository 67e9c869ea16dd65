"""A web page: its article without menus and advertisements, and what the page states about it (trafilatura)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from geo.articles.columns import Columns
from geo.articles.decoding import SAVE_AS_UTF8, UndecodableError, decode, decode_as
from geo.articles.documents.child import article
from geo.articles.source import UnreadableError
from geo.settings import Settings

_HEAD_BYTES = 4096
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,500}\slang\s*=\s*["']?([a-zA-Z-]{2,12})""", re.IGNORECASE)


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """One article."""
    raw = file.read_bytes()
    if len(raw) > settings.max_file_bytes:
        raise UnreadableError(f"it is larger than {settings.max_file_bytes / 1e6:g} MB", "save the article alone")
    html, guess = (_told(raw, settings.encoding), None) if settings.encoding else _decode(raw)
    # A date in the page's text is as often another's: only what the page's own markup states is taken.
    found = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if not isinstance(found, Document) or not found.text:
        raise UnreadableError("no article was found in it", "copy the article's text into a .txt file")
    language = _LANGUAGE.search(html[:_HEAD_BYTES])
    yield article(
        found.text,
        [(guess, SAVE_AS_UTF8)] if guess else [],
        title=found.title,
        author=found.author,
        source=found.sitename,
        published=found.date,
        url=found.url,
        language=language[1] if language else None,
    )


def _told(raw: bytes, encoding: str) -> str:
    """The page's text in the encoding that the user named."""
    try:
        return decode_as(raw, encoding).text
    except UndecodableError as error:
        raise UnreadableError(str(error), "leave --encoding away for this file, or name another") from error


def _decode(raw: bytes) -> tuple[str, str | None]:
    """The page's text as declared or as told from its bytes, and a note if that was a guess."""
    try:
        decoded = decode(raw)
    except UndecodableError as error:
        declared = _as_declared(raw)
        if declared is None:
            raise UnreadableError(str(error), SAVE_AS_UTF8) from error
        return declared, None
    if not decoded.guessed:
        return decoded.text, None
    declared = _as_declared(raw)
    return (declared, None) if declared else (decoded.text, f"read, but its encoding was guessed ({decoded.encoding})")


def _as_declared(raw: bytes) -> str | None:
    declared = _CHARSET.search(raw[:_HEAD_BYTES])
    if not declared:
        return None
    try:
        return raw.decode(declared[1].decode("ascii"))
    except (LookupError, ValueError):
        return None
