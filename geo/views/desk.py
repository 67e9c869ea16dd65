"""The desk: filters, map, timeline and reading panel. What one does there redraws these, not the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from geo.errors import StoreError
from geo.records import PlaceCount
from geo.settings import Settings
from geo.store import Atlas
from geo.store.narrowed import Narrowed
from geo.store.selection import Selection
from geo.views import (
    address,
    excerpts,
    filters,
    lists,
    mend,
    notices,
    opening,
    panel,
    places,
    reader,
    taking,
    timeline,
    together,
    why,
)
from geo.views import map as map_view
from geo.views.address import Address, Narrowing
from geo.views.words import Words


@st.fragment
def desk(atlas: Atlas, settings: Settings, words: Words, notice: str | None) -> None:
    """Draw what the address asks for; a sentence if the atlas has gone away meanwhile."""
    try:
        _draw(atlas, settings, words, notice)
    except StoreError as error:
        st.error(f"{words['broken']} {notices.as_text(error)}")


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs={Atlas: lambda atlas: (atlas.folder, atlas.state)})
def narrowed_to(atlas: Atlas, selection: Selection) -> Narrowed:
    """The atlas under a selection; its counts are kept with it."""
    return Narrowed(atlas, selection)


def _draw(atlas: Atlas, settings: Settings, words: Words, notice: str | None) -> None:
    atlas = opening.latest(settings, atlas)
    asked = panel.asked()

    def narrow(narrowing: Narrowing) -> Narrowed:
        return narrowed_to(atlas, filters.selection(narrowing, settings))

    now, everything = narrow(asked.narrowing), narrow(address.NO_NARROWING)
    selected = now.count_of(asked.place) if asked.place else None
    with st.container(key="desk"):
        bar = st.container(key="bar")
        beside_map, beside_panel = st.columns([1.62, 1])
        with beside_panel:  # first: it is on its way to the reader while the rest is still being made
            sight = _sight(now, everything, narrow, asked, selected, settings, words)
            searched = [clause.words for clause in now.selection.text]
            act = partial(mend.act, atlas=atlas, settings=settings, words=words)
            panel.panel(words, {**sight, "searched": searched, "said": mend.said()}, act)
        with bar:
            data = filters.filters_data(
                now, everything, asked.narrowing, words, notice, narrow if panel.form_was_opened() else None
            )
            opened = panel.filters(words, data)
        with beside_map:
            with st.container(key="map_box"):
                map_view.show(now, everything, settings, words)
            panel.timeline(words, timeline.timeline_data(now, selected, asked.narrowing, words))
    if opened == taking.DIALOG:
        note = words.comma.join(filters.label(name, value, words) for name, value in address.chosen(asked.narrowing))
        taking.open_dialog(now, selected, note, settings, words)


def _sight(
    now: Narrowed,
    everything: Narrowed,
    narrow: Callable[[Narrowing], Narrowed],
    asked: Address,
    selected: PlaceCount | None,
    settings: Settings,
    words: Words,
) -> Mapping[str, Any]:
    """What the panel shows: an article, else a place, else the list; with a word if it is not what was asked for."""
    notice = words["unknown_place"] if asked.place and selected is None else None
    if asked.misread:
        notice = words.say("misread", what=words.comma.join(map(notices.visible, asked.misread)))
    if asked.why:
        asked_why = why.why_data(now, asked, settings, words)
        if asked_why is not None:
            return asked_why | {"notice": notice}
        notice = words["unknown_passage"]
    elif asked.see and asked.article is None and asked.place is None:
        return lists.sight_data(now, asked, settings, words) | {"notice": notice}
    article = now.atlas.article(asked.article) if asked.article else None
    empty = partial(filters.ways_out, asked.narrowing, narrow, words=words)
    if article is not None:
        sight = reader.article_data(now, article, asked.place, asked.at, words)
        return sight | {"notice": notice, "scene": map_view.scene(now, selected, None, [], words)}
    if asked.article:
        notice = words["unknown_article"]
    if selected is None:
        listed = places.list_data(now, everything, asked.find, asked.page, settings, words)
        title = words["choose_title"] if now.place_counts or not everything.place_counts else words["none_left"]
        if not everything.place_counts:
            notice = words["no_places"]
        sight = {"view": "places", "key": "places", "spoken": title, "title": title, **listed, "empty": empty(None)}
        sight["account"] = lists.account_data(now, words)
        sight["services"] = lists.services_line(now.atlas, settings, words)
        return sight | {"notice": notice, "scene": map_view.scene(now, None, None, [], words)}
    return _place(now, everything, asked, selected, settings, words) | {
        "notice": notice,
        "empty": empty(selected.entry.place_id),
    }


def _place(
    now: Narrowed, everything: Narrowed, asked: Address, selected: PlaceCount, settings: Settings, words: Words
) -> dict[str, Any]:
    """One of the views of a place."""
    place_id = selected.entry.place_id
    head = excerpts.place_head(selected, words, now.texts(place_id))
    head["here"] = places.at_its_point(now, selected, words)
    head["here_count"] = words.number(len(head["here"]))
    sight: dict[str, Any] = {"view": "place", "tab": asked.tab, "place": head}
    sight |= {"key": f"place {place_id} {asked.tab} {asked.order} {asked.page} {asked.other}"}
    sight |= {"spoken": f"{head['name']}{words.comma}{head['count']}"}
    sight |= {"none": words.say("none_left_here", name=head["name"]) if not selected.mentions else ""}
    second, lines = None, list[list[float]]()
    if asked.tab == "names":
        sight["names"] = places.spellings_data(now, place_id, words)
    elif asked.tab == "together":
        found = now.together(place_id)
        lines = together.lines(now, found)
        sight["together"] = together.together_data(now, selected, found, words)
    elif asked.tab == "compare":
        second = now.count_of(asked.other) if asked.other else None
        if second is None:
            sight |= places.list_data(now, everything, asked.find, asked.page, settings, words)
        else:
            sight["compare"] = together.compare_data(now, selected, second, words)
            sides = (timeline.timeline_data(now, side, asked.narrowing, words) for side in (selected, second))
            sight["compare"]["timelines"] = list(sides)
    else:
        sight |= excerpts.excerpts_data(now, selected, asked.order, asked.page, settings.excerpt_chars, words)
    return sight | {"scene": map_view.scene(now, selected, second, lines, words)}
