"""One article, whole, with all its places marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geo.records import Article, Entry, Kind, StoredMention
from geo.store import Atlas
from geo.views.excerpts import article_head
from geo.views.words import Words

Piece = str | dict[str, Any]


def article_data(
    atlas: Atlas, article: Article, place_id: str | None, at: int | None, entries: Mapping[str, Entry], words: Words
) -> dict[str, Any]:
    """The panel's data for an article: the mentions of `place_id` stand out, the one at offset `at` is sought out.

    `entries` holds the places of the atlas by id.
    """
    mentions = atlas.mentions(article_id=article.article_id, kind=Kind.LITERAL)
    head = article_head(article, words)
    return {
        "view": "article",
        "key": f"article {article.article_id} {place_id} {at}",
        "spoken": head["title"],
        "at": at,
        "back": {"place": place_id} if place_id else {},
        "article": {**head, "paragraphs": list(paragraphs(article.text, mentions, place_id, entries, words))},
    }


def paragraphs(
    text: str, mentions: Sequence[StoredMention], place_id: str | None, entries: Mapping[str, Entry], words: Words
) -> Iterator[list[Piece]]:
    """The lines of the text that hold anything, each in pieces: plain text, or a name with what it stands for.

    Put together, the pieces of a line are the line, word for word. `mentions` come in reading order.
    """
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            inside = [mention for mention in mentions if start <= mention.start and mention.end <= end]
            yield list(_pieces(text, start, start + len(line.rstrip("\r\n")), inside, place_id, entries, words))
        start = end


def _pieces(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[StoredMention],
    place_id: str | None,
    entries: Mapping[str, Entry],
    words: Words,
) -> Iterator[Piece]:
    for mention in mentions:
        if mention.start < start:
            continue
        if mention.start > start:
            yield text[start : mention.start]
        yield _marked(mention, place_id, entries, words)
        start = mention.end
    if start < end:
        yield text[start:end]


def _marked(mention: StoredMention, place_id: str | None, entries: Mapping[str, Entry], words: Words) -> dict[str, Any]:
    entry = entries.get(mention.place_id or "")
    return {
        "text": mention.surface,
        "place_id": entry.place_id if entry else None,
        "at": mention.start,
        "here": mention.place_id is not None and mention.place_id == place_id,
        "title": words.comma.join([*filter(None, words.names(entry)), words.kind(entry)]) if entry else "",
    }
