"""Plain text and Markdown, with or without front matter: one article."""

from __future__ import annotations

from collections.abc import Iterator

from geo.articles import front_matter
from geo.articles.columns import Columns
from geo.articles.decoding import SAVE_AS_UTF8, UndecodableError, decode, decode_as
from geo.articles.fields import build, is_blank
from geo.articles.source import Source, UnreadableError
from geo.records import Article, SetAside
from geo.settings import Settings

_CORRECT = "correct the lines between the two --- lines"


def read_plain(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """The article, perhaps after notices on what was doubtful."""
    try:
        raw = source.read(settings.max_file_bytes)
        decoded = decode_as(raw, settings.encoding) if settings.encoding else decode(raw)
    except UndecodableError as error:
        remedy = "leave --encoding away for this file, or name another" if settings.encoding else SAVE_AS_UTF8
        raise UnreadableError(str(error), remedy) from error
    matter = front_matter.split(decoded.text)
    if is_blank(matter.text):
        raise UnreadableError("it is empty", "put the article's text into it or delete it")
    if decoded.guessed:
        yield source.set_aside(f"read, but its encoding was guessed ({decoded.encoding})", SAVE_AS_UTF8)
    if matter.complaint:
        yield source.set_aside(f"read, but not its front matter: {matter.complaint}", _CORRECT)
    yield from build(source.path, matter.text, matter.stated, remedy=_CORRECT)
