"""The map: layers from `geo.maps`, shown by streamlit-folium from this server's own files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import streamlit as st
import streamlit.components.v1 as components
import xstatic.pkg.jquery
import xstatic.pkg.leaflet
from streamlit_folium import st_folium

from geo import maps
from geo.records import PlaceCount
from geo.settings import ROOT
from geo.views import address
from geo.views.style import BROWSER
from geo.views.words import Words

HEIGHT_PX = 800
"""Before the page's style sets the height."""
OUTLINES = ROOT / "data" / "basemap" / "countries-50m.json"


def _served(name: str, folder: Path) -> str:
    """Let Streamlit serve a folder, as that of a component; its address as seen from the map's frame."""
    components.declare_component(name, path=str(folder))
    return f"../{__name__}.{name}"


ASSETS = maps.Assets(
    leaflet=_served("leaflet", Path(xstatic.pkg.leaflet.BASE_DIR)),
    jquery=_served("jquery", Path(xstatic.pkg.jquery.BASE_DIR)),
    browser=_served("browser", BROWSER),
    outlines=f"{_served('basemap', OUTLINES.parent)}/{OUTLINES.name}",
)


@st.cache_data(show_spinner=False)
def outline_codes() -> frozenset[str]:
    """ISO codes of the countries in the base map."""
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    return frozenset(feature["id"] for feature in features if feature["id"])


def show(counts: Sequence[PlaceCount], selected: PlaceCount | None, words: Words) -> None:
    """Draw the map; a click on a place becomes the address's place. Layers are made anew: st_folium alters them."""
    outlines = outline_codes()
    sorted_in = maps.levels(counts, outlines)

    def note(count: PlaceCount) -> str:
        return words.mentions_in_articles(count.mentions, count.articles)

    look = maps.Look(note=note, most=sorted_in.most, arabic=words.arabic)
    layers = [
        maps.view_layer(maps.opening_view(counts, outlines), more_here=words.more_here),
        maps.country_layer(sorted_in.countries, look),
        maps.area_layer(sorted_in.areas, look),
        maps.place_layer(sorted_in.places, look),
        maps.selection_layer(selected, outlines, look),
    ]
    st_folium(
        maps.base_map(ASSETS),
        key="map",
        height=HEIGHT_PX,
        use_container_width=True,
        feature_group_to_add=layers,
        returned_objects=["last_active_drawing"],
        on_change=_follow_click,
    )


def _follow_click() -> None:
    place_id = maps.clicked_place_id(cast("dict[str, object] | None", st.session_state.get("map")))
    if place_id:
        address.go({"place": place_id})
