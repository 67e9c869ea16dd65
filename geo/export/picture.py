"""The map of a report: outlines, the place and its neighbours as SVG, drawn here, with no network and no script."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import chain
from typing import Any

from geo.maps import is_outlined
from geo.outlines import outline_codes, outlines
from geo.records import Geometry, PlaceCount
from geo.settings import Settings
from geo.views.words import Words

WIDTH, HEIGHT = 744, 312
"""Units of the drawing; four are a millimetre on the page."""
_EDGE = 6
"""So far beyond the frame shapes are cut, so that the cut is not seen."""
_TOWN_DEGREES = 2.6
"""Of latitude, above and below a town."""
_LEAST_DEGREES = 0.9
_MOST_NEIGHBOURS = 40
_KM_PER_DEGREE = 111.32
_FONT = 12.5

Point = tuple[float, float]


@dataclass(slots=True)
class _Frame:
    """The stretch of the world that is drawn: Mercator, `scale` units for a degree of longitude."""

    lat: float
    lon: float
    scale: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Boxes of the labels so far."""

    def at(self, lat: float, lon: float) -> Point:
        return WIDTH / 2 + (lon - self.lon) * self.scale, HEIGHT / 2 - (
            _mercator(lat) - _mercator(self.lat)
        ) * self.scale

    def holds(self, point: Point) -> bool:
        return 0 < point[0] < WIDTH and 0 < point[1] < HEIGHT

    def room_for(self, x: float, y: float, text: str, size: float) -> bool:
        """Whether a label fits there; if so its box is taken."""
        half = 0.31 * size * len(text) + 2
        box = (x - half, y - size, x + half, y + 0.35 * size)
        inside = box[0] > 2 and box[1] > 2 and box[2] < WIDTH - 2 and box[3] < HEIGHT - 2
        free = all(box[2] < a or c < box[0] or box[3] < b or d < box[1] for a, b, c, d in self.taken)
        if inside and free:
            self.taken.append(box)
        return inside and free


def map_svg(place: PlaceCount, others: Iterable[PlaceCount], words: Words) -> str:
    """The place in its neighbourhood, `others` faint; all text is escaped."""
    rings = _rings()
    codes = outline_codes()
    own = place.entry.country if is_outlined(place, codes) else None
    frame = _frame(place, rings[own] if own else None)
    centre = frame.at(place.entry.lat, place.entry.lon)
    near = [each for each in others if frame.holds(frame.at(each.entry.lat, each.entry.lon))][:_MOST_NEIGHBOURS]
    near = [each for each in near if each.entry.place_id != place.entry.place_id]
    parts = [f'<rect class="sea" width="{WIDTH}" height="{HEIGHT}"/>']
    parts += [_land(each, frame, code == own) for code, each in rings.items()]
    parts += [_mark(place, frame, centre, own)]
    name = words.name(place.entry)
    below = min(HEIGHT - 8, centre[1] + (26 if own is None else 6))
    frame.room_for(centre[0], below, name, 17)
    neighbours = list(_neighbours(near, codes, frame, words))
    parts += [*_names_around(frame, words), *neighbours, _label(centre[0], below, name, "own")]
    label = escape(words.say("report_map", name=name), quote=True)
    body = "".join(filter(None, [*parts, _scale_bar(frame, words)]))
    return f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{body}</svg>'


def _mercator(lat: float) -> float:
    """Degrees of latitude as they lie on the map, in degrees of the equator."""
    bounded = math.radians(max(-84.0, min(84.0, lat)))
    return math.degrees(math.log(math.tan(math.pi / 4 + bounded / 2)))


@cache
def _rings() -> dict[str, list[list[Point]]]:
    """Code, or a number for a land without one -> its rings."""
    return {code: list(chain.from_iterable(polygons)) for code, polygons in outlines().items()}


@cache
def _names() -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = json.loads(
        (Settings().data / "basemap" / "names.json").read_text(encoding="utf-8")
    )
    return found


def _frame(place: PlaceCount, rings: list[list[Point]] | None) -> _Frame:
    """A country fills the frame with its largest land, an area with its surroundings."""
    entry = place.entry
    if rings:
        ring = max(rings, key=lambda each: abs(_area(each)))
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        south, north = _mercator(min(lats)), _mercator(max(lats))
        scale = min(0.84 * WIDTH / max(0.1, max(lons) - min(lons)), 0.84 * HEIGHT / max(0.1, north - south))
        middle = math.degrees(2 * math.atan(math.exp(math.radians((south + north) / 2))) - math.pi / 2)
        return _Frame(middle, (min(lons) + max(lons)) / 2, min(scale, 400.0))
    radius = entry.radius_km if entry.geometry is Geometry.AREA else None
    degrees = max(_LEAST_DEGREES, 2.2 * radius / _KM_PER_DEGREE) if radius else _TOWN_DEGREES
    degrees = min(degrees, 40.0)
    span = _mercator(entry.lat + degrees) - _mercator(entry.lat - degrees)
    return _Frame(entry.lat, entry.lon, HEIGHT / max(span, 0.1))


def _area(ring: Sequence[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _land(rings: list[list[Point]], frame: _Frame, own: bool) -> str:
    paths = []
    for ring in rings:
        points = _cut([frame.at(lat, lon) for lon, lat in ring])
        if len(points) > 2:
            paths.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z")
    return f'<path class="{"land own" if own else "land"}" fill-rule="evenodd" d="{"".join(paths)}"/>' if paths else ""


def _cut(points: list[Point]) -> list[Point]:
    """What of a ring lies in the frame (Sutherland and Hodgman)."""
    for axis, bound, sign in ((0, -_EDGE, 1), (0, WIDTH + _EDGE, -1), (1, -_EDGE, 1), (1, HEIGHT + _EDGE, -1)):
        if not points:
            break
        kept: list[Point] = []
        before = points[-1]
        for point in points:
            inside, was_inside = (sign * (each[axis] - bound) >= 0 for each in (point, before))
            if inside != was_inside:
                share = (bound - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if inside:
                kept.append(point)
            before = point
        points = kept
    return points


def _mark(place: PlaceCount, frame: _Frame, at: Point, own: str | None) -> str:
    """The place itself: a circle; for an area a diamond in a circle as large as the area."""
    x, y = at
    if own:
        return ""
    if place.entry.geometry is not Geometry.AREA:
        return _circle(x, y, 12, "ring") + _circle(x, y, 7, "town")
    around = ""
    if place.entry.radius_km:
        per_km = frame.scale / (_KM_PER_DEGREE * math.cos(math.radians(min(80.0, abs(place.entry.lat)))))
        around = _circle(x, y, place.entry.radius_km * per_km, "around")
    return around + _diamond(x, y, 9, "area")


def _circle(x: float, y: float, r: float, kind: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'


def _diamond(x: float, y: float, r: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{x:.1f},{y - r:.1f}l{r},{r}l{-r},{r}l{-r},{-r}Z"/>'


def _neighbours(near: list[PlaceCount], codes: Collection[str], frame: _Frame, words: Words) -> Iterator[str]:
    """The other places that are selected, the most mentioned of them with their names."""
    for each in near:
        if is_outlined(each, codes):
            continue
        x, y = frame.at(each.entry.lat, each.entry.lon)
        area = each.entry.geometry is Geometry.AREA
        yield _diamond(x, y, 4, "faint area") if area else _circle(x, y, 3.5, "faint town")
        name = words.name(each.entry)
        if frame.room_for(x, y - 7, name, _FONT):
            yield _label(x, y - 7, name, "near")


def _names_around(frame: _Frame, words: Words) -> Iterator[str]:
    """Countries' names, faint, so that one knows where one looks."""
    for lat, lon, arabic, english, *_ in _names()["countries"]:
        x, y = frame.at(lat, lon)
        name = arabic if words.arabic else english
        if frame.room_for(x, y, name, _FONT + 1.5):
            yield _label(x, y, name, "country")


def _label(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _scale_bar(frame: _Frame, words: Words) -> str:
    per_km = frame.scale / (_KM_PER_DEGREE * math.cos(math.radians(min(80.0, abs(frame.lat)))))
    longest = 0.22 * WIDTH / per_km
    size = 10 ** math.floor(math.log10(longest))
    km = next(step * size for step in (5, 2, 1) if step * size <= longest)
    length = km * per_km
    text = escape(words.say("kilometres", n=words.number(round(km))))
    return (
        f'<g class="scale" transform="translate(14,{HEIGHT - 14})"><rect x="-6" y="-20" width="{length + 12:.1f}"'
        f' height="28"/><path d="M0,-5V0H{length:.1f}V-5"/><text x="{length / 2:.1f}" y="-6">{text}</text></g>'
    )
