"""One place: its names and facts, and every sentence that speaks of it, grouped by article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from geo.excerpts import excerpt
from geo.records import Article, Kind, PlaceCount, StoredMention
from geo.store import Atlas
from geo.views.words import Words

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ku", "ps", "ur"})


def place_data(atlas: Atlas, count: PlaceCount, shown: int, excerpt_chars: int, words: Words) -> dict[str, Any]:
    """The panel's data for a place: its first `shown` excerpts, and how many to ask for next."""
    entry = count.entry
    mentions = atlas.mentions(place_id=entry.place_id, kind=Kind.LITERAL)
    name, other = words.names(entry)
    return {
        "view": "place",
        "key": f"place {entry.place_id}",
        "spoken": f"{name}{words.comma}{words.mentions_in_articles(count.mentions, count.articles)}",
        "here": {"place": entry.place_id},
        "place": {
            "name": name,
            "other": other,
            "facts": words.facts(entry),
            "count": words.mentions_in_articles(count.mentions, count.articles),
        },
        "groups": _groups(atlas, mentions[:shown], excerpt_chars, words),
        "more": shown * 2 if len(mentions) > shown else None,
    }


def article_head(article: Article, words: Words) -> dict[str, Any]:
    """What stands above excerpts and article: title, author, publisher, date, and how to set them."""
    parts = (article.author, article.source, words.day(article.published))
    return {
        "article_id": article.article_id,
        "title": article.title.strip() or words.untitled,
        "source": [part for part in parts if part],
        "language": article.language,
        "dir": ("rtl" if article.language in RIGHT_TO_LEFT else "ltr") if article.language else "auto",
    }


def _groups(atlas: Atlas, mentions: Sequence[StoredMention], excerpt_chars: int, words: Words) -> list[dict[str, Any]]:
    articles = atlas.articles({mention.article_id for mention in mentions})
    return [
        {
            "article": article_head(articles[article_id], words),
            "items": [_item(articles[article_id], mention, excerpt_chars) for mention in group],
        }
        for article_id, group in groupby(mentions, key=lambda mention: mention.article_id)
        if article_id in articles
    ]


def _item(article: Article, mention: StoredMention, excerpt_chars: int) -> dict[str, Any]:
    cut = excerpt(article, mention.start, mention.end, excerpt_chars)
    return {
        "at": cut.start,
        "left": cut.left,
        "keyword": cut.keyword,
        "right": cut.right,
        "cut_left": cut.cut_left,
        "cut_right": cut.cut_right,
    }
