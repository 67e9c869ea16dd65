"""One place: its names and facts, and the sentences that speak of it, twenty at a time, grouped by article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from geo.excerpts import excerpt
from geo.records import Article, PlaceCount, StoredMention
from geo.store.narrowed import Narrowed, Order
from geo.views import filters
from geo.views.citation import citation
from geo.views.places import pager
from geo.views.words import Words

ON_A_PAGE = 20
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ku", "ps", "ur"})


def place_head(count: PlaceCount, words: Words, texts: int | None = None) -> dict[str, Any]:
    """What stands above everything that is said of a place; `texts`: distinct ones among its articles."""
    name, other = words.names(count.entry)
    return {
        "place_id": count.entry.place_id,
        "name": name,
        "other": other,
        "facts": words.facts(count.entry),
        "count": words.mentions_in_articles(count.mentions, count.articles, texts),
    }


def excerpts_data(
    narrowed: Narrowed, count: PlaceCount, order: Order, page: int, excerpt_chars: int, words: Words
) -> dict[str, Any]:
    """One page of a place's excerpts; a page after the last one is the last one."""
    page = min(page, max(1, -(-count.mentions // ON_A_PAGE)))
    first = (page - 1) * ON_A_PAGE
    mentions = narrowed.page(count.entry.place_id, order, limit=ON_A_PAGE, offset=first)
    return {
        "order": order.value,
        "orders": filters.orders(words),
        "groups": groups(narrowed, mentions, excerpt_chars, words),
        "pager": pager(page, first, len(mentions), count.mentions, ON_A_PAGE, words),
    }


def article_head(article: Article, words: Words) -> dict[str, Any]:
    """What stands above excerpts and article: title, author, publisher, date, and how to set them."""
    parts = (article.author, article.source, words.day(article.published))
    return {
        "article_id": article.article_id,
        "title": article.title.strip() or words["untitled"],
        "source": [part for part in parts if part],
        "citation": citation(article, words),
        "language": article.language,
        "dir": ("rtl" if article.language in RIGHT_TO_LEFT else "ltr") if article.language else "auto",
    }


def groups(
    narrowed: Narrowed, mentions: Sequence[StoredMention], excerpt_chars: int, words: Words
) -> list[dict[str, Any]]:
    """The excerpts of these mentions, those of one article under its head."""
    articles = narrowed.atlas.articles({mention.article_id for mention in mentions})
    return [
        {
            "article": article_head(articles[article_id], words),
            "items": [item(articles[article_id], mention, excerpt_chars) for mention in group],
        }
        for article_id, group in groupby(mentions, key=lambda mention: mention.article_id)
        if article_id in articles
    ]


def item(article: Article, mention: StoredMention, excerpt_chars: int) -> dict[str, Any]:
    """One mention in its sentence, as the browser draws it."""
    return cut(article, mention.start, mention.end, excerpt_chars)


def cut(article: Article, start: int, end: int, excerpt_chars: int) -> dict[str, Any]:
    """A passage in its sentence, as the browser draws it."""
    found = excerpt(article, start, end, excerpt_chars)
    return {
        "at": found.start,
        "end": found.end,
        "left": found.left,
        "keyword": found.keyword,
        "right": found.right,
        "cut_left": found.cut_left,
        "cut_right": found.cut_right,
    }
