"""A web page: its article without menus and advertisements, and what the page states about it (trafilatura)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from geo.articles.columns import Columns
from geo.articles.dates import iso_date
from geo.articles.decoding import SAVE_AS_UTF8, UndecodableError, decode, decode_as
from geo.articles.documents.child import article
from geo.articles.source import UnreadableError
from geo.settings import Settings

_HEAD_BYTES = 4096
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]{0,500}\slang\s*=\s*["']?([a-zA-Z-]{2,12})""", re.IGNORECASE)

_DATE_METAS = (
    "article:published_time article:published og:article:published_time og:published_time published_time datepublished "
    "parsely-pub-date pubdate publishdate publish_date publish-date dc.date.issued dcterms.issued dc.date dcterms.date "
    "citation_publication_date sailthru.date date"
).split()
"""Where pages state the day of publication, the most reliable first."""
_DATE_IN_JSON = re.compile(r'"datePublished"\s*:\s*("(?:[^"\\]|\\.){1,200}")')
_YEAR = re.compile(r"\d{4}")
_BESIDE = "ancestor::aside or ancestor::nav or ancestor::footer"


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """One article."""
    raw = file.read_bytes()
    if len(raw) > settings.max_file_bytes:
        raise UnreadableError(f"it is larger than {settings.max_file_bytes / 1e6:g} MB", "save the article alone")
    html, guess = (_told(raw, settings.encoding), None) if settings.encoding else _decode(raw)
    tree = trafilatura.load_html(html)
    # A date in the page's text is as often another's: only what the page's own markup states is taken.
    found = trafilatura.bare_extraction(
        tree,
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
        published=_published(tree, found.date, html),
        url=found.url,
        language=language[1] if language else None,
    )


def _published(tree: Any, guess: str | None, html: str) -> str | None:
    """The date as the page states it, one that is understood before others; else the library's guess."""
    stated = [text for text in map(str.strip, _statements(tree)) if text]
    if stated:
        return next(filter(iso_date, stated), stated[0])
    return _ambiguous(guess, html) or guess if guess else None


def _statements(tree: Any) -> Iterator[str]:
    """What stands where pages state the day of publication: metas, JSON-LD, microdata, elements of time."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        for name in ("property", "name", "itemprop"):
            metas.setdefault(meta.get(name, "").lower(), meta.get("content", ""))
    yield from (metas[name] for name in _DATE_METAS if name in metas)
    for script in tree.xpath("//script[contains(@type, 'ld+json')]/text()"):
        for quoted in _DATE_IN_JSON.findall(script):
            with suppress(ValueError):
                yield json.loads(quoted, strict=False)
    for item in tree.xpath("//*[@itemprop='datePublished']"):
        yield item.get("datetime") or item.get("content") or item.text_content()
    for item in tree.xpath("//article//time") or tree.xpath(f"//time[not({_BESIDE})]"):
        stated = item.get("datetime") or item.text_content()
        if _YEAR.search(stated):  # others tell an hour, or how long the reading takes
            yield stated


def _ambiguous(guess: str, html: str) -> str | None:
    """The date that the guess rests on, as it is printed, if either number of it may be the month."""
    year, month, day = guess.split("-")
    first, second = f"0?{int(day)}", f"0?{int(month)}"
    if int(day) > 12 or day == month or re.search(rf"{year}\D?{second}\D?{first}(?!\d)", html):
        return None
    printed = re.search(rf"(?<![\d/])(?:{first}/{second}|{second}/{first})/(?:{year}|{year[2:]})(?![\d/])", html)
    return printed[0] if printed else None


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
