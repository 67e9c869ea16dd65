"""Stage 9: places with their counts -> folium layers, and a click on the map -> a place id. Pure.

A layer is one `folium.GeoJson`: a point per place whose properties say how `views/browser/map.js` draws it. No text of
an article ever comes near folium, and the names that do are set as text by the browser, never as markup. Longitude and
latitude change places here and nowhere else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from folium.utilities import JsCode

from geo.records import Geometry, PlaceCount

MIN_RADIUS_PX = 5.0
"""Of a place mentioned once: still easy to hit with a mouse."""
MAX_RADIUS_PX = 20.0
"""Of the place mentioned most: larger circles hide their neighbours."""
LEAST_KM = 1.0
"""No area's circle is drawn smaller than this."""
CREDIT = "Natural Earth · GeoNames · Leaflet"
COUNTRY_CODES = frozenset({"PCL", "PCLD", "PCLF", "PCLI", "PCLIX", "PCLS", "TERR"})
"""GeoNames feature codes of what the base map may hold an outline of."""

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner, each latitude first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Where the map's frame finds its files; addresses on the dashboard's own server."""

    leaflet: str
    """Folder of ``leaflet.js`` and ``leaflet.css``."""
    jquery: str
    """Folder of ``jquery.min.js``: folium's popups and plugins need it."""
    browser: str
    """Folder of ``map.js`` and ``map.css``."""
    outlines: str
    """The base map: GeoJSON whose features carry ISO 3166-1 alpha-2 codes as ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The places of a map by how they may honestly be drawn."""

    countries: tuple[PlaceCount, ...]
    areas: tuple[PlaceCount, ...]
    places: tuple[PlaceCount, ...]

    @property
    def most(self) -> int:
        """Mentions of the place of `areas` and `places` that has most."""
        return max((count.mentions for count in (*self.areas, *self.places)), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the layers of one map have in common."""

    note: Callable[[PlaceCount], str]
    """The count of a place in the reader's language, e.g. ``19 mentions in 4 articles``."""
    most: int
    """Mentions of the town or area that has most: it gets the largest symbol."""
    arabic: bool = False
    """Names in Arabic script first."""


class _Script(MacroElement):
    """A call to the browser's `atlas` object, made once its parent exists."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.source(this._parent.get_name()) }}{% endmacro %}")

    def __init__(self, source: Callable[[str], str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "AtlasScript"
        self.source = source
        """The parent's JavaScript name -> the statement."""


class AtlasMap(folium.Map):
    """A map that asks nobody else's server for anything: no tiles, and Leaflet from this one."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(
            location=(31.0, 38.0),
            zoom_start=5,
            tiles=None,
            min_zoom=2,
            max_zoom=14,
            attribution_control=True,
            world_copy_jump=False,
        )
        self.default_js = [
            ("leaflet", f"{assets.leaflet}/leaflet.js"),
            ("jquery", f"{assets.jquery}/jquery.min.js"),
            ("atlas", f"{assets.browser}/map.js"),
        ]
        self.default_css = [("leaflet", f"{assets.leaflet}/leaflet.css"), ("atlas", f"{assets.browser}/map.css")]
        self.add_child(_Script(lambda name: f"atlas.basemap({name}, {_js(assets.outlines)}, {_js(CREDIT)});"))


def base_map(assets: Assets) -> AtlasMap:
    """The map without any place. It never varies: streamlit-folium would mount another one, and the view would jump."""
    return AtlasMap(assets)


def levels(counts: Iterable[PlaceCount], outlines: Collection[str]) -> Levels:
    """Sort places by the way they are drawn; a country without an outline in the base map is an area.

    `outlines` holds the ISO codes of the base map.
    """
    countries, areas, places = [], [], []
    for count in counts:
        if is_outlined(count, outlines):
            countries.append(count)
        elif count.entry.geometry is Geometry.AREA:
            areas.append(count)
        else:
            places.append(count)
    return Levels(countries=tuple(countries), areas=tuple(areas), places=tuple(places))


def is_outlined(count: PlaceCount, outlines: Collection[str]) -> bool:
    """Whether the place is a country that the base map holds."""
    entry = count.entry
    return entry.feature_class == "A" and entry.feature_code in COUNTRY_CODES and entry.country in outlines


def country_layer(counts: Sequence[PlaceCount], look: Look) -> folium.FeatureGroup:
    """Countries as outlines, filled the stronger the more they are mentioned."""
    most = max((count.mentions for count in counts), default=1)
    return _layer(
        _feature(count, look, **_outline(count), shade=round(math.sqrt(count.mentions / most), 3)) for count in counts
    )


def area_layer(counts: Sequence[PlaceCount], look: Look) -> folium.FeatureGroup:
    """Governorates, regions, seas, ranges: a diamond at the handle, never a circle that pretends to be a town."""
    return _layer(_feature(count, look, **_area(count, look)) for count in _large_first(counts))


def place_layer(counts: Sequence[PlaceCount], look: Look) -> folium.FeatureGroup:
    """Towns and spots: filled circles, the area of each as its number of mentions; small ones on top."""
    return _layer(_feature(count, look, **_place(count, look)) for count in _large_first(counts))


def selection_layer(selected: PlaceCount | None, outlines: Collection[str], look: Look) -> folium.FeatureGroup:
    """The mark on the selected place, if there is one; the browser pans to it only if it is out of sight."""
    if selected is None:
        return _layer((), captions=False)
    if is_outlined(selected, outlines):
        how = _outline(selected)
    elif selected.entry.geometry is Geometry.AREA:
        how = _area(selected, look)
    else:
        how = _place(selected, look)
    return _layer([_feature(selected, look, selected=True, **how)], captions=False)


def opening_view(counts: Iterable[PlaceCount], outlines: Collection[str]) -> Bounds | None:
    """The box of the towns that hold four fifths of all mentions of towns; None if there is no place at all.

    The outliers that are left out lie within reach of a drag; with them a map of Iraqi towns would open on the world.
    """
    counts = tuple(counts)
    sorted_in = levels(counts, outlines)
    pool = sorted_in.places or sorted_in.areas or sorted_in.countries
    if not pool:
        return None
    lats, lons = (
        _core([(point, count.mentions) for point, count in zip(axis, pool, strict=True)]) for axis in _axes(pool)
    )
    return (lats[0], lons[0]), (lats[1], lons[1])


def view_layer(bounds: Bounds | None, *, more_here: str = "") -> folium.FeatureGroup:
    """A layer without features that sets the map's first view, once.

    `more_here`, with ``{n}``, is said of a circle that stands for others until one zooms in.
    """
    group = _layer((), captions=False)
    group.add_child(_Script(lambda _: f"atlas.open(map_div, {_js(bounds)}, {_js(more_here)});"))
    return group


def radius_px(mentions: int, most: int) -> float:
    """Radius of a symbol: its area is as the count, up to the place that is mentioned `most`; never too small to hit.

    >>> radius_px(1, most=9), radius_px(9, most=9), radius_px(5_000, most=5_000), radius_px(1_250, most=5_000)
    (5.0, 15.0, 20.0, 10.0)
    """
    per_mention = min(MIN_RADIUS_PX, MAX_RADIUS_PX / math.sqrt(max(most, 1)))
    return round(max(MIN_RADIUS_PX, per_mention * math.sqrt(mentions)), 1)


def clicked_place_id(event: Mapping[str, Any] | None) -> str | None:
    """The id of the place that `st_folium` reports as clicked; None = nothing, or something of another shape.

    >>> clicked_place_id({"last_active_drawing": {"properties": {"place_id": "geonames:99072"}}})
    'geonames:99072'
    >>> clicked_place_id({"last_active_drawing": None}) is None
    True
    """
    value: Any = event
    for key in ("last_active_drawing", "properties", "place_id"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def _layer(features: Iterable[dict[str, Any]], *, captions: bool = True) -> folium.FeatureGroup:
    group = folium.FeatureGroup(control=False)
    collection = {"type": "FeatureCollection", "features": list(features)}
    layer = folium.GeoJson(
        collection, control=False, point_to_layer=JsCode("atlas.symbol"), on_each_feature=JsCode("atlas.answer")
    )
    if captions:
        layer.add_child(_Script(lambda name: f"{name}.bindTooltip(atlas.caption, {{sticky: true, direction: 'top'}});"))
    group.add_child(layer)
    return group


def _feature(count: PlaceCount, look: Look, **how: Any) -> dict[str, Any]:
    entry = count.entry
    names = (entry.name_ar, entry.name) if look.arabic else (entry.name, entry.name_ar)
    title, *other = [name for name in names if name] or [entry.place_id]
    properties = {
        "place_id": entry.place_id,
        "title": title,
        "other": other[0] if other and other[0] != title else "",
        "note": look.note(count),
        "weight": count.mentions,
        **how,
    }
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [round(entry.lon, 4), round(entry.lat, 4)]},
    }


def _outline(count: PlaceCount) -> dict[str, Any]:
    return {"symbol": "outline", "outline": count.entry.country}


def _area(count: PlaceCount, look: Look) -> dict[str, Any]:
    reach = count.entry.radius_km
    return {
        "symbol": "area",
        "radius_px": radius_px(count.mentions, look.most) + 1,
        "radius_km": None if reach is None else round(max(reach, LEAST_KM), 1),
    }


def _place(count: PlaceCount, look: Look) -> dict[str, Any]:
    return {"symbol": "place", "radius_px": radius_px(count.mentions, look.most)}


def _large_first(counts: Sequence[PlaceCount]) -> list[PlaceCount]:
    return sorted(counts, key=lambda count: -count.mentions)


def _axes(counts: Sequence[PlaceCount]) -> tuple[list[float], list[float]]:
    return [count.entry.lat for count in counts], [count.entry.lon for count in counts]


def _core(weighted: list[tuple[float, int]], share: float = 0.8) -> tuple[float, float]:
    """The range that is left when half of the rest of the weight is cut off at either end."""
    weighted = sorted(weighted)
    cut = (1 - share) / 2 * sum(weight for _, weight in weighted)

    def first(points: Iterable[tuple[float, int]]) -> float:
        seen = 0.0
        for point, weight in points:
            seen += weight
            if seen > cut:
                return point
        raise ValueError("no weight")

    return first(weighted), first(reversed(weighted))


def _js(value: Any) -> str:
    """A JavaScript literal that is safe inside a script."""
    return json.dumps(value).replace("<", "\\u003c")
