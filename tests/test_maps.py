"""The map is looked at through its rows: what is sent is what is drawn."""

from __future__ import annotations

import json
from dataclasses import replace

import folium
import pytest
from places import LIBYA, MOSUL, SIRTE
from streamlit_folium import _get_map_string, generate_leaflet_string

from geo import maps
from geo.records import Entry, PlaceCount
from geo.settings import ROOT

ASSETS = maps.Assets(
    leaflet="../leaflet",
    jquery="../jquery",
    browser="../browser",
    outlines="../basemap/x.json",
    names="../basemap/names.json",
)
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
ID, TITLE, OTHER, LAT, LON, SYMBOL, SIZE, MENTIONS, ARTICLES, EXTRA = range(10)
LOOK = maps.Look()


def counted(entry: Entry, mentions: int = 1, articles: int = 1) -> PlaceCount:
    return PlaceCount(entry=entry, mentions=mentions, articles=articles)


def script(group: folium.FeatureGroup) -> str:
    group.add_to(maps.base_map(ASSETS))
    return generate_leaflet_string(group)


def layer(*counts: PlaceCount, bounds: maps.Bounds | None = None) -> folium.FeatureGroup:
    return maps.places_layer(maps.script_literal(maps.rows(counts, OUTLINES, LOOK)), LOOK, bounds)


def test_a_town_stands_at_its_place():
    row = maps.row(counted(MOSUL, 3, 2), OUTLINES, LOOK)
    assert row[:SYMBOL] == ["geonames:99072", "Mosul", "الموصل", 36.335, 43.1189]
    assert (row[MENTIONS], row[ARTICLES]) == (3, 2)


def test_a_circle_s_area_grows_with_its_count():
    large, small = maps.rows([counted(SIRTE, 25), counted(MOSUL, 100)], OUTLINES, LOOK)
    assert large[ID] == MOSUL.place_id  # first, so that it is named first and the small one lies on top
    assert large[SIZE] == pytest.approx(2 * small[SIZE], abs=0.1)


def test_a_country_is_named_by_its_outline_and_filled_by_its_count():
    dark, light = maps.rows([counted(LIBYA, 4), counted(replace(LIBYA, country="IQ"), 1)], OUTLINES, LOOK)
    assert (dark[SYMBOL], dark[EXTRA], dark[SIZE]) == (maps.OUTLINE, "LY", 1)
    assert (light[SYMBOL], light[EXTRA], light[SIZE]) == (maps.OUTLINE, "IQ", 0.5)


def test_countries_areas_and_towns_are_told_apart():
    levels = maps.levels([counted(LIBYA), counted(NINEVEH), counted(MOSUL)], OUTLINES)
    assert [[count.entry.name for count in level] for level in (levels.countries, levels.areas, levels.places)] == [
        ["Libya"],
        ["Nineveh"],
        ["Mosul"],
    ]
    symbols = [maps.row(counted(entry), OUTLINES, LOOK)[SYMBOL] for entry in (LIBYA, NINEVEH, MOSUL)]
    assert symbols == [maps.OUTLINE, maps.AREA, maps.PLACE]


def test_a_country_without_an_outline_is_drawn_as_an_area():
    row = maps.row(counted(LIBYA), frozenset(), LOOK)
    assert (row[SYMBOL], row[EXTRA]) == (maps.AREA, 748.0)


def test_names_stand_in_both_scripts_the_reader_s_first():
    english, arabic = (maps.row(counted(MOSUL), OUTLINES, maps.Look(arabic=arabic)) for arabic in (False, True))
    assert (english[TITLE], english[OTHER]) == ("Mosul", "الموصل")
    assert (arabic[TITLE], arabic[OTHER]) == ("الموصل", "Mosul")


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
    sent = script(layer(counted(replace(MOSUL, name=name, name_ar=name[::-1]))))
    start = sent.index("atlas.show(map_div, ") + len("atlas.show(map_div, ")
    rows, _ = json.JSONDecoder().raw_decode(sent[start:])
    assert rows[0][TITLE] == name
    assert "<" not in sent


def test_ten_thousand_places_are_less_than_a_megabyte():
    many = [counted(replace(MOSUL, place_id=f"geonames:{n}"), n) for n in range(10_000)]
    assert len(maps.script_literal(maps.rows(many, OUTLINES, LOOK)).encode()) < 1_000_000


@pytest.mark.parametrize("code", ["IQ", "SY", "LY", "FR", "XK", "VA", "SG"])
def test_the_base_map_holds_the_country(code):
    collection = json.loads((ROOT / "data/basemap/countries-50m.json").read_text(encoding="utf-8"))
    assert code in {feature["id"] for feature in collection["features"]}


def test_the_base_map_is_light_enough_to_send():
    assert (ROOT / "data/basemap/countries-50m.json").stat().st_size < 1_500_000


def test_the_neighbours_are_named_in_both_languages():
    names = json.loads((ROOT / "data/basemap/names.json").read_text(encoding="utf-8"))
    assert {"سوريا", "العراق", "تركيا"} <= {row[2] for row in names["countries"]}
    assert {("بغداد", "Baghdad"), ("دمشق", "Damascus")} <= {(row[2], row[3]) for row in names["cities"]}
