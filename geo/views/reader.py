"""One article, whole, with all its places marked and listed; the browser walks from one to the next by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geo.focus import focus
from geo.records import Article, Entry, StoredMention
from geo.store.narrowed import Narrowed
from geo.views.excerpts import article_head
from geo.views.map import row_of
from geo.views.places import symbol
from geo.views.words import Words

Piece = str | dict[str, Any]


def article_data(
    narrowed: Narrowed, article: Article, place_id: str | None, at: int | None, words: Words
) -> dict[str, Any]:
    """The panel's data for an article: the mentions of `place_id` stand out, the one at offset `at` is sought out."""
    entries = narrowed.atlas.entries_by_id()
    mentions = narrowed.mentions_of(article.article_id)
    head = article_head(article, words)
    return {
        "view": "article",
        "key": f"article {article.article_id}",
        "spoken": head["title"],
        "place_id": place_id,
        "at": at,
        "article": {
            **head,
            "paragraphs": list(paragraphs(article.text, mentions, place_id, entries, words)),
            "starts": starts(article.text),
        },
        "places": article_places(narrowed, article, mentions, words),
    }


def article_places(
    narrowed: Narrowed, article: Article, mentions: Sequence[StoredMention], words: Words
) -> list[dict[str, Any]]:
    """The places of the article in the order of their first mention, what it is about told apart; a map row of each."""
    main = focus(mentions, article.title, len(article.text))
    found = []
    for place_id in dict.fromkeys(mention.place_id for mention in mentions if mention.place_id):
        count = narrowed.count_of(place_id)
        if count is None:
            continue
        mine = [mention.start for mention in mentions if mention.place_id == place_id]
        found.append(
            {
                "place_id": place_id,
                "name": words.name(count.entry),
                "kind": words.facts(count.entry),
                "symbol": symbol(count),
                "times": words.count("mentions", len(mine)),
                "at": mine[0],
                "focus": place_id in main,
                "all": words.say("to_place", name=words.name(count.entry)),
                "row": row_of(narrowed, count, words),
            }
        )
    return found


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


def starts(text: str) -> list[int]:
    """Where each of the `paragraphs` begins in the text, in code points: a passage that is selected is told by it."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append(start)
        start += len(line)
    return found


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
        "end": mention.end,
        "here": mention.place_id is not None and mention.place_id == place_id,
        "title": words.comma.join([*filter(None, words.names(entry)), words.kind(entry)]) if entry else "",
    }
