"""Layers are looked at through their GeoJSON: what is sent is what is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import folium
import pytest
from places import LIBYA, MOSUL, SIRTE
from streamlit_folium import _get_map_string, generate_leaflet_string

from geo import maps
from geo.records import Entry, PlaceCount
from geo.settings import ROOT

ASSETS = maps.Assets(leaflet="../leaflet", jquery="../jquery", browser="../browser", outlines="../basemap/x.json")
NINEVEH = replace(
    MOSUL,
    place_id="atlas:iq-nineveh",
    name="Nineveh",
    name_ar="نينوى",
    feature_class="A",
    feature_code="ADM1",
    radius_km=109.0,
)
OUTLINES = frozenset({"LY", "IQ"})
HOSTILE = [
    "<script>document.title='P'</script>",
    "${document.title='P'}",
    "`+alert(1)+`",
    "</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "\\u003cb\\u003e ' \" \u2028",
    "map_div",
]


def counted(entry: Entry, mentions: int = 1, articles: int = 1) -> PlaceCount:
    return PlaceCount(entry=entry, mentions=mentions, articles=articles)


LOOK = maps.Look(note=lambda count: f"{count.mentions} mentions", most=100)


def features(group: folium.FeatureGroup) -> list[dict]:
    [layer] = group._children.values()
    return layer.data["features"]


def script(group: folium.FeatureGroup) -> str:
    base = maps.base_map(ASSETS)
    group.add_to(base)
    return generate_leaflet_string(group)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def test_a_town_stands_at_its_place_longitude_first():
    [feature] = features(maps.place_layer([counted(MOSUL)], LOOK))
    assert feature["geometry"] == {"type": "Point", "coordinates": [43.1189, 36.335]}
    assert feature["properties"]["place_id"] == "geonames:99072"


def test_a_circle_s_area_grows_with_its_count():
    large, small = features(maps.place_layer([counted(SIRTE, 25), counted(MOSUL, 100)], LOOK))
    assert large["properties"]["place_id"] == MOSUL.place_id  # drawn first, so that the small one lies on top
    assert large["properties"]["radius_px"] == pytest.approx(2 * small["properties"]["radius_px"], abs=0.1)


def test_a_country_is_named_by_its_outline_and_filled_by_its_count():
    [feature] = features(maps.country_layer([counted(LIBYA, 3)], LOOK))
    assert feature["properties"]["symbol"] == "outline"
    assert feature["properties"]["outline"] == "LY"
    assert feature["properties"]["shade"] == 1


def test_countries_areas_and_towns_are_told_apart():
    levels = maps.levels([counted(LIBYA), counted(NINEVEH), counted(MOSUL)], OUTLINES)
    assert [[count.entry.name for count in level] for level in (levels.countries, levels.areas, levels.places)] == [
        ["Libya"],
        ["Nineveh"],
        ["Mosul"],
    ]


def test_a_country_without_an_outline_is_drawn_as_an_area():
    [area] = maps.levels([counted(LIBYA)], outlines=frozenset()).areas
    [feature] = features(maps.area_layer([area], LOOK))
    assert feature["properties"]["symbol"] == "area"
    assert feature["properties"]["radius_km"] == 748.0


def test_names_stand_in_both_scripts_the_reader_s_first():
    [english] = features(maps.place_layer([counted(MOSUL)], LOOK))
    [arabic] = features(maps.place_layer([counted(MOSUL)], replace(LOOK, arabic=True)))
    assert (english["properties"]["title"], english["properties"]["other"]) == ("Mosul", "الموصل")
    assert (arabic["properties"]["title"], arabic["properties"]["other"]) == ("الموصل", "Mosul")


@pytest.mark.parametrize("entry", [MOSUL, NINEVEH, LIBYA])
def test_the_selection_marks_a_place_in_its_own_shape(entry):
    [feature] = features(maps.selection_layer(counted(entry), OUTLINES, LOOK))
    expected = {MOSUL.place_id: "place", NINEVEH.place_id: "area", LIBYA.place_id: "outline"}[entry.place_id]
    assert feature["properties"]["selected"] is True
    assert feature["properties"]["symbol"] == expected


def test_nothing_selected_is_an_empty_layer():
    assert features(maps.selection_layer(None, OUTLINES, LOOK)) == []


def test_the_map_opens_on_the_towns_that_matter():
    far = replace(SIRTE, lat=-33.0, lon=151.0)
    bounds = maps.opening_view([counted(MOSUL, 60), counted(SIRTE, 35), counted(far, 5), counted(LIBYA, 99)], OUTLINES)
    assert bounds == ((31.20892, 16.58866), (36.335, 43.11889))


def test_without_places_there_is_no_view_to_open():
    assert maps.opening_view([], OUTLINES) is None


def test_the_base_map_never_varies():
    assert _get_map_string(maps.base_map(ASSETS)) == _get_map_string(maps.base_map(ASSETS))


def test_the_map_asks_only_this_server():
    base = maps.base_map(ASSETS)
    addresses = [address for _, address in [*base.default_js, *base.default_css]]
    assert all(address.startswith("../") for address in addresses)
    assert "//" not in _get_map_string(base).replace("\n//", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_reaches_the_browser_as_the_same_text(name):
    entry = replace(MOSUL, name=name, name_ar=name[::-1])
    group = maps.place_layer([counted(entry)], LOOK)
    assert name in texts(features(group))
    sent = script(group)
    start = sent.index('_add({"') + len("_add(")
    parsed, _ = json.JSONDecoder().raw_decode(sent[start:])
    assert parsed["features"][0]["properties"]["title"] == name
    assert "<" not in sent


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": {"properties": {"place_id": 7}}},
        {"last_active_drawing": []},
    ],
)
def test_a_click_on_nothing_is_no_place(event):
    assert maps.clicked_place_id(event) is None


@pytest.mark.parametrize("code", ["IQ", "SY", "LY", "FR", "XK", "VA", "SG"])
def test_the_base_map_holds_the_country(code):
    collection = json.loads((ROOT / "data/basemap/countries-50m.json").read_text(encoding="utf-8"))
    assert code in {feature["id"] for feature in collection["features"]}


def test_the_base_map_is_light_enough_to_send():
    assert (ROOT / "data/basemap/countries-50m.json").stat().st_size < 1_500_000
