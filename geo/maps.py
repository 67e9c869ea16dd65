"""Stage 9: places with their counts -> what the map draws. Pure.

A place is one row of plain values, made a symbol by `views/browser/map.js` only where it is in sight: 10,000 places are
0.9 MB and 0.1 s as rows, 3.3 MB and 0.5 s as GeoJSON. No text of an article ever comes near folium, and the names that
do are set as text by the browser, never as markup.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from geo.levels import COUNTRY_CODES
from geo.records import Geometry, PlaceCount

MIN_RADIUS_PX = 5.0
"""Of a place mentioned once: still easy to hit with a mouse."""
MAX_RADIUS_PX = 20.0
"""Of the place mentioned most: larger circles hide their neighbours."""
LEAST_KM = 1.0
"""No area's circle is drawn smaller than this."""
CREDIT = "Natural Earth · GeoNames · Leaflet"
PLACE, AREA, OUTLINE = 0, 1, 2
"""The symbols: a circle; a diamond, whose extent is not drawn; a country's outline."""

_OUTLINED = COUNTRY_CODES - {"PCLH"}

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner, each latitude first."""
Row = list[Any]
"""place_id, title, name in the other script, latitude, longitude, symbol, radius in pixels (of an outline: shade from 0
to 1), mentions, articles, and of an area its radius in km, of an outline its ISO code; 1 if it is unsure."""


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
    names: str
    """Names of countries and large cities that are no part of the atlas, so that one knows where one looks."""


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
    """How the map speaks to its reader."""

    arabic: bool = False
    """Names in Arabic script first."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """Language, digits and texts, as `map.js` reads them."""


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
        self.add_child(_Script(lambda name: f"atlas.basemap({name}, {_js([assets.outlines, assets.names, CREDIT])});"))


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
    return entry.feature_class == "A" and entry.feature_code in _OUTLINED and entry.country in outlines


def rows(
    counts: Iterable[PlaceCount], outlines: Collection[str], look: Look, unsure: Collection[str] = ()
) -> list[Row]:
    """The places as the map draws them, most mentioned first; those whose ids are in `unsure` have a 1 more."""
    counts = sorted(counts, key=lambda count: -count.mentions)
    sorted_in = levels(counts, outlines)
    most, darkest = sorted_in.most, max((count.mentions for count in sorted_in.countries), default=1)
    return [
        row(count, outlines, look, most=most, darkest=darkest) + [1] * (count.entry.place_id in unsure)
        for count in counts
    ]


def row(count: PlaceCount, outlines: Collection[str], look: Look, *, most: int = 1, darkest: int = 1) -> Row:
    """One place; the largest circle has `most` mentions, the darkest country `darkest`."""
    entry = count.entry
    names = (entry.name_ar, entry.name) if look.arabic else (entry.name, entry.name_ar)
    title, *other = [name for name in names if name] or [entry.place_id]
    extra: str | float | None = None
    if is_outlined(count, outlines):
        symbol, size, extra = OUTLINE, round(math.sqrt(min(1, count.mentions / max(darkest, 1))), 3), entry.country
    elif entry.geometry is Geometry.AREA:
        symbol, size = AREA, radius_px(count.mentions, most) + 1
        extra = None if entry.radius_km is None else round(max(entry.radius_km, LEAST_KM), 1)
    else:
        symbol, size = PLACE, radius_px(count.mentions, most)
    other_name = other[0] if other and other[0] != title else ""
    at = round(entry.lat, 4), round(entry.lon, 4)
    return [entry.place_id, title, other_name, *at, symbol, size, count.mentions, count.articles, extra]


def places_layer(sent: str, look: Look, bounds: Bounds | None) -> folium.FeatureGroup:
    """The layer of all places; `sent` are their rows as `script_literal` made them: they are made once, drawn often.

    `bounds` is where the map opens; a map that is open already stays where it is.
    """
    group = folium.FeatureGroup(control=False)
    group.add_child(_Script(lambda _: f"atlas.show(map_div, {sent}, {script_literal(look.words)}, {_js(bounds)});"))
    return group


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


def radius_px(mentions: int, most: int) -> float:
    """Radius of a symbol: its area is as the count, up to the place that is mentioned `most`; never too small to hit.

    >>> radius_px(1, most=9), radius_px(9, most=9), radius_px(5_000, most=5_000), radius_px(1_250, most=5_000)
    (5.0, 15.0, 20.0, 10.0)
    """
    per_mention = min(MIN_RADIUS_PX, MAX_RADIUS_PX / math.sqrt(max(most, 1)))
    return round(max(MIN_RADIUS_PX, per_mention * math.sqrt(mentions)), 1)


def script_literal(value: Any) -> str:
    """A JavaScript literal of this value that is safe inside a script; Arabic takes two bytes a letter, not six.

    >>> script_literal(["</script>", "موصل"])
    '["\\\\u003c/script>","موصل"]'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


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
