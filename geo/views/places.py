"""The list of places: what the map says, as text, a hundred at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from geo.maps import is_outlined
from geo.normalize import name_key
from geo.outlines import outline_codes
from geo.records import Entry, Geometry, PlaceCount
from geo.settings import Settings
from geo.store.account import spellings
from geo.store.narrowed import Narrowed
from geo.views import filters
from geo.views.map import unsure_places
from geo.views.words import Words

ON_A_PAGE = 100


def list_data(
    narrowed: Narrowed, everything: Narrowed, find: str, page: int, settings: Settings, words: Words
) -> dict[str, Any]:
    """One page of the places that are called `find`, all if it is empty; the choice of a place goes by it."""
    found = called(narrowed.place_counts, find, everything, settings)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(page, pages)
    first = (page - 1) * ON_A_PAGE
    shown = found[first : first + ON_A_PAGE]
    unsure = unsure_places(narrowed)
    return {
        "find": find,
        "places": [_row(count, words, unsure) for count in shown],
        "pager": pager(page, first, len(shown), len(found), ON_A_PAGE, words),
        "none": words.say("none_found", query=find) if find and not found else "",
    }


def spellings_data(narrowed: Narrowed, place_id: str, words: Words) -> list[dict[str, Any]]:
    """The names under which a place is mentioned; each can be mended from here."""
    return [
        {
            "name": each.surface,
            "count": words.mentions_in_articles(each.mentions, each.articles),
            "sure": words.percent(each.confidence),
            "at": each.passage,
        }
        for each in spellings(narrowed, place_id)
    ]


def at_its_point(narrowed: Narrowed, count: PlaceCount, words: Words) -> list[dict[str, Any]]:
    """The other places that lie at the very point of this one: no zoom parts them on the map."""
    at = _point(count.entry)
    return [_row(each, words) for each in narrowed.place_counts if _point(each.entry) == at and each != count]


def _point(entry: Entry) -> tuple[float, float]:
    """As fine as the map draws."""
    return round(entry.lat, 4), round(entry.lon, 4)


def pager(page: int, first: int, shown: int, total: int, on_a_page: int, words: Words) -> dict[str, Any]:
    """Where one is in a list, and the pages before and after; None = there is none."""
    numbers = {"first": words.number(first + 1), "last": words.number(first + shown), "all": words.number(total)}
    return {
        "shown": words.say("shown", **numbers) if total > on_a_page else "",
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if first + shown < total else None,
    }


def called(counts: Sequence[PlaceCount], find: str, everything: Narrowed, settings: Settings) -> Sequence[PlaceCount]:
    """The places whose name holds what was typed, however spelled; if none does, those the gazetteer calls so."""
    sought = name_key(find)
    if not sought:
        return counts if not find.strip() else ()
    keys = _keys(everything)
    found = [count for count in counts if sought in keys[count.entry.place_id]]
    if not found:
        ids = filters.ids_called(find, settings)
        found = [count for count in counts if count.entry.place_id in ids]
    return sorted(found, key=lambda count: not _begins(sought, keys[count.entry.place_id]))


def _begins(sought: str, key: str) -> bool:
    return key.startswith((sought, f"ال{sought}")) or f"\n{sought}" in key or f"\nال{sought}" in key


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs={Narrowed: Narrowed.key})
def _keys(everything: Narrowed) -> Mapping[str, str]:
    """Place -> its folded names, a line each."""
    entries = everything.atlas.entries_by_id().values()
    return {entry.place_id: f"{name_key(entry.name)}\n{name_key(entry.name_ar)}" for entry in entries}


def _row(count: PlaceCount, words: Words, unsure: Collection[str] = ()) -> dict[str, Any]:
    name, other = words.names(count.entry)
    return {
        "place_id": count.entry.place_id,
        "name": name,
        "other": other,
        "where": words.facts(count.entry),
        "count": words.count("mentions", count.mentions),
        "symbol": symbol(count),
        "unsure": words["unsure"] if count.entry.place_id in unsure else "",
    }


def symbol(count: PlaceCount) -> str:
    """The name of the symbol that the map draws for the place."""
    if is_outlined(count, outline_codes()):
        return "outline"
    return "area" if count.entry.geometry is Geometry.AREA else "place"
