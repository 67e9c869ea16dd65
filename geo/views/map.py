"""The map: rows from `geo.maps`, shown by streamlit-folium from this server's own files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
import streamlit.components.v1 as components
import xstatic.pkg.jquery
import xstatic.pkg.leaflet
from streamlit_folium import st_folium

from geo import maps, outlines
from geo.outlines import outline_codes
from geo.records import PlaceCount
from geo.settings import Settings
from geo.store.account import confidences
from geo.store.narrowed import Narrowed
from geo.views.style import BROWSER
from geo.views.words import Words

HEIGHT_PX = 800
"""Before the page's style sets the height."""
UNSURE = 0.5
"""A place whose mean confidence is below this is wrong more often than right: it is drawn hollow and dashed."""
SAID = (
    "map legend legend_place legend_area legend_outline legend_unsure legend_cluster legend_selected more_here "
    "mentions_in zoom_in zoom_out tiles unsure same_point"
).split()


def _served(name: str, folder: Path) -> str:
    """Let Streamlit serve a folder, as that of a component; its address as seen from the map's frame."""
    components.declare_component(name, path=str(folder))
    return f"../{__name__}.{name}"


_BASEMAP = _served("basemap", outlines.FILE.parent)
ASSETS = maps.Assets(
    leaflet=_served("leaflet", Path(xstatic.pkg.leaflet.BASE_DIR)),
    jquery=_served("jquery", Path(xstatic.pkg.jquery.BASE_DIR)),
    browser=_served("browser", BROWSER),
    outlines=f"{_BASEMAP}/{outlines.FILE.name}",
    names=f"{_BASEMAP}/names.json",
)


def show(narrowed: Narrowed, everything: Narrowed, settings: Settings, words: Words) -> None:
    """Draw all places of the selection. Nothing here depends on what is clicked, so a click sends no place again."""
    look = maps.Look(arabic=words.arabic, words=_words(settings, words))
    sent, bounds = rows_sent(narrowed, everything, look.arabic)
    st_folium(
        maps.base_map(ASSETS),
        key="map",
        height=HEIGHT_PX,
        use_container_width=True,
        feature_group_to_add=maps.places_layer(sent, look, bounds),  # made anew: st_folium alters it
        returned_objects=[],
    )


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs={Narrowed: Narrowed.key})
def rows_sent(narrowed: Narrowed, everything: Narrowed, arabic: bool) -> tuple[str, maps.Bounds | None]:
    """The rows as the browser gets them, and the view that a map of the whole atlas opens on."""
    codes = outline_codes()
    rows = maps.rows(narrowed.place_counts, codes, maps.Look(arabic=arabic), unsure_places(narrowed))
    return maps.script_literal(rows), maps.opening_view(everything.place_counts, codes)


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs={Narrowed: Narrowed.key})
def unsure_places(narrowed: Narrowed) -> frozenset[str]:
    """Places whose mentions are, taken together, wrong more often than right."""
    return frozenset(place_id for place_id, mean in confidences(narrowed).items() if mean < UNSURE)


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs={Narrowed: Narrowed.key})
def most_of(narrowed: Narrowed) -> int:
    """Mentions of the place that has the largest circle."""
    return maps.levels(narrowed.place_counts, outline_codes()).most


def scene(
    narrowed: Narrowed, selected: PlaceCount | None, second: PlaceCount | None, lines: list[list[float]], words: Words
) -> Mapping[str, Any]:
    """What the map draws over its places for a click: the panel hands it over (`browser/panel.js`)."""
    return {
        "selected": row_of(narrowed, selected, words) if selected else None,
        "second": row_of(narrowed, second, words) if second else None,
        "lines": lines,
    }


def row_of(narrowed: Narrowed, count: PlaceCount, words: Words) -> maps.Row:
    """One place as the map of the selection draws it."""
    return maps.row(count, outline_codes(), maps.Look(arabic=words.arabic), most=most_of(narrowed))


def _words(settings: Settings, words: Words) -> Mapping[str, Any]:
    said: dict[str, Any] = {name: words[name] for name in SAID}
    said |= {"comma": words.comma}
    said |= {"lang": words.lang, "dir": words.direction, "digits": "arab" if words.arabic_digits else "latn"}
    said["forms"] = {name: words.forms[name] for name in ("mentions", "articles")}
    if settings.tiles:
        host = urlsplit(replace_braces(settings.tiles)).hostname or settings.tiles
        said |= {"tile_url": settings.tiles, "tile_credit": settings.tiles_credit}
        said["tiles_note"] = words.say("tiles_note", host=host)
    return said


def replace_braces(template: str) -> str:
    """The address of a tile with its blanks taken out, so that it can be read as an address."""
    return template.replace("{s}.", "").replace("{", "").replace("}", "")
