"""Two places and more: which are named with the selected one, and two of them side by side."""

from __future__ import annotations

from typing import Any

from geo.records import PlaceCount
from geo.store.narrowed import Narrowed, Together
from geo.views.excerpts import article_head, place_head
from geo.views.places import symbol
from geo.views.words import Words

ON_THE_MAP = 10
"""More lines than these hide the map."""
SHARED = 20
"""Articles that name both places, as many as are listed."""


def together_data(narrowed: Narrowed, count: PlaceCount, found: list[Together], words: Words) -> dict[str, Any]:
    """The places that are named with this one, as a table."""
    read = words.count("articles", narrowed.sentences_read(count.entry.place_id))
    return {
        "text": words["together_text"] if found else words["together_none"],
        "note": words.say("together_sentences", articles=read) if found else "",
        "rows": [_row(narrowed, each, words) for each in found],
    }


def lines(narrowed: Narrowed, found: list[Together]) -> list[list[float]]:
    """The first of them as lines on the map: latitude, longitude, and weight as share of the first one's articles."""
    entries = narrowed.atlas.entries_by_id()
    most = max((each.articles for each in found), default=1)
    first = [(entries[each.place_id], each.articles / most) for each in found[:ON_THE_MAP]]
    return [[round(entry.lat, 4), round(entry.lon, 4), round(weight, 3)] for entry, weight in first]


def compare_data(narrowed: Narrowed, one: PlaceCount, other: PlaceCount, words: Words) -> dict[str, Any]:
    """Counts and shared articles of two places."""
    both, ids = narrowed.sharing(one.entry.place_id, other.entry.place_id, limit=SHARED)
    articles = narrowed.atlas.articles(ids)
    names = {"one": words.name(one.entry), "other": words.name(other.entry)}
    more = words.say("compare_all", n=words.number(len(ids)), all=words.number(both)) if both > len(ids) else ""
    return {
        "title": words.say("compare_title", **names),
        "sides": [place_head(one, words), place_head(other, words)],
        "shared": words.count("articles", both) if both else words["compare_none"],
        "more": more,
        "articles": [article_head(articles[article_id], words) for article_id in ids if article_id in articles],
    }


def _row(narrowed: Narrowed, each: Together, words: Words) -> dict[str, Any]:
    count = narrowed.count_of(each.place_id)
    if count is None:
        raise ValueError(f"{each.place_id} is named together with another place, but not in the atlas")
    name, other = words.names(count.entry)
    return {
        "place_id": each.place_id,
        "name": name,
        "other": other,
        "symbol": symbol(count),
        "articles": words.number(each.articles),
        "sentences": words.number(each.sentences),
        "compare": words.say("compare_with", name=name),
    }
