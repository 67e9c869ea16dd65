"""Make data/basemap/names.json: the faint names on the map that tell a reader where they look.

    python scripts/prepare_names.py

Countries are named by CLDR and stand where the gazetteer puts them, the larger first; cities are capitals and those of
400,000 people and more with an Arabic name, the larger first. Each row: latitude, longitude, Arabic name, English name,
and the zoom from which it is shown.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from babel import Locale  # noqa: E402

from geo import gazetteer  # noqa: E402
from geo.levels import COUNTRY_CODES  # noqa: E402
from geo.records import Entry  # noqa: E402
from geo.settings import load  # noqa: E402

OUTPUT = ROOT / "data" / "basemap" / "names.json"
LEAST_PEOPLE = 400_000
Row = list[float | str | int]


def countries(entries: list[Entry]) -> list[Row]:
    """Today's countries; the larger, the earlier one sees their name."""
    arabic, english = Locale("ar").territories, Locale("en").territories
    kept = [entry for entry in entries if entry.feature_code in COUNTRY_CODES - {"PCLH"} and entry.country in arabic]
    ranked = sorted({entry.country: entry for entry in kept}.values(), key=lambda entry: -(entry.radius_km or 0))
    return [
        [*at(entry), arabic[entry.country], english[entry.country], zoom_of(entry.radius_km or 1)] for entry in ranked
    ]


def zoom_of(radius_km: float) -> int:
    """The zoom at which a country is about 60 pixels wide: its name goes a little over its border."""
    km_per_px_at_zoom_0 = 156.5
    return max(2, min(8, math.ceil(math.log2(30 * km_per_px_at_zoom_0 / max(radius_km, 1)))))


def cities(entries: list[Entry]) -> list[Row]:
    """Capitals and large cities."""
    kept = [
        entry
        for entry in entries
        if entry.name_ar
        and entry.feature_class == "P"
        and (entry.feature_code == "PPLC" or entry.population >= LEAST_PEOPLE)
        and entry.feature_code != "PPLX"
    ]
    ranked = sorted(kept, key=lambda entry: (entry.feature_code != "PPLC", -entry.population))
    return [[*at(entry), entry.name_ar, entry.name, city_zoom(entry)] for entry in ranked]


def city_zoom(entry: Entry) -> int:
    """Capitals and the largest first."""
    return 4 if entry.feature_code == "PPLC" else 5 if entry.population >= 2_000_000 else 6


def at(entry: Entry) -> tuple[float, float]:
    return round(entry.lat, 2), round(entry.lon, 2)


def main() -> None:
    known = gazetteer.load(load())
    entries = [known.entry(row) for row in range(len(known))]
    made = {"countries": countries(entries), "cities": cities(entries)}
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    OUTPUT.write_text(text + "\n", encoding="utf-8")
    print({name: len(rows) for name, rows in made.items()}, f"{OUTPUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
