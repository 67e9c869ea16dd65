"""The map and the reading panel beside it: a click redraws these two, not the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.errors import StoreError
from geo.records import PlaceCount
from geo.settings import Settings
from geo.store import Atlas
from geo.views import address, excerpts, notices, panel, places, reader
from geo.views import map as map_view
from geo.views.words import Words


@st.fragment
def desk(atlas: Atlas, settings: Settings, words: Words) -> None:
    """Draw what the address asks for; a sentence if the atlas has gone away meanwhile."""
    try:
        _draw(atlas, settings, words)
    except StoreError as error:
        st.error(f"{words.broken} {notices.as_text(error)}")


def _draw(atlas: Atlas, settings: Settings, words: Words) -> None:
    asked = address.current()
    counts = place_counts(atlas, atlas.folder.as_posix(), atlas.run)
    selected = next((count for count in counts if count.entry.place_id == asked.place), None)
    with st.container(key="desk"):
        beside_map, beside_panel = st.columns([1.62, 1])
        with beside_panel:  # first: it is on its way to the reader while the map is still being built
            sight, notice = _sight(atlas, settings, words, asked, counts, selected)
            panel.panel(words, sight, notice)
        with beside_map:
            map_view.show(counts, selected, words)


@st.cache_data(show_spinner=False, max_entries=4)
def place_counts(_atlas: Atlas, folder: str, run: int) -> list[PlaceCount]:
    """The places of one run, most mentioned first; `folder` and `run` are what the cache goes by."""
    return _atlas.place_counts()


def _sight(
    atlas: Atlas,
    settings: Settings,
    words: Words,
    asked: address.Address,
    counts: list[PlaceCount],
    selected: PlaceCount | None,
) -> tuple[Mapping[str, Any], str | None]:
    """What the panel shows, and a word if it is not what the address asks for."""
    notice = words.unknown_place if asked.place and selected is None else None
    if asked.article:
        article = atlas.article(asked.article)
        if article is not None:
            entries = {count.entry.place_id: count.entry for count in counts}
            place_id = selected.entry.place_id if selected else None
            return reader.article_data(atlas, article, place_id, asked.at, entries, words), notice
        notice = words.unknown_article
    if selected is not None:
        return excerpts.place_data(atlas, selected, asked.shown, settings.excerpt_chars, words), notice
    if not counts:
        notice = words.no_places
    return places.places_data(counts, map_view.outline_codes(), words), notice
