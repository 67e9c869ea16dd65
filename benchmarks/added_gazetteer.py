"""What an added GeoNames dump costs: reading and filtering it, compiling it, and what every start then takes.

    PYTHONPATH=. python benchmarks/added_gazetteer.py [ROWS KEPT] [ROWS IN THE DUMP]

The dump is made up: names of two syllable words in both scripts, spread over the countries, as long as the real ones.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from geo.gazetteer import added, cost, sheets
from geo.settings import ROOT, Settings

COUNTRIES = "SY IQ LB JO EG LY TN DZ MA SD YE SA US CN IN BR FR DE RU MX".split()
SYLLABLES = [
    ("با", "Ba"), ("دي", "Di"), ("رو", "Ro"), ("كف", "Kaf"), ("تل", "Tal"), ("زع", "Zaa"), ("نو", "Nu"),
    ("شم", "Sham"), ("قر", "Qar"), ("حم", "Ham"), ("سل", "Sal"), ("مي", "Mi"), ("جب", "Jab"), ("ور", "War"),
]  # fmt: skip


def write_dump(path: Path, rows: int, seed: int = 7) -> None:
    """A file laid out as allCountries.txt."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            parts = [chance.choice(SYLLABLES) for _ in range(chance.randint(3, 5))]
            arabic, latin = "".join(a for a, _ in parts), "".join(b for _, b in parts).capitalize()
            country = COUNTRIES[number % len(COUNTRIES)]
            feature = chance.choice(
                (("P", "PPL"), ("P", "PPL"), ("T", "MT"), ("H", "STM"), ("A", "ADM3"), ("S", "SCH"))
            )
            file.write(
                f"{50_000_000 + number}\t{latin}\t{latin}\t{latin}a,{arabic}\t{chance.uniform(-60, 60):.5f}\t"
                f"{chance.uniform(-170, 170):.5f}\t{feature[0]}\t{feature[1]}\t{country}\t\t01\t\t\t\t"
                f"{chance.choice((0, 0, 900, 12_000))}\t\t300\tAsia/Damascus\t2024-01-01\n"
            )


def main() -> None:
    kept, rows = (int(text) for text in (sys.argv[1:] + ["200000", "2000000"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(cache=Path(folder) / "cache", gazetteers=Path(folder) / "added", data=ROOT / "data")
        before = cost.measure(settings)
        print(f"load {os.getloadavg()[0]:.1f}; before: {before}")
        dump = Path(folder) / "allCountries.txt"
        write_dump(dump, rows)
        started = time.perf_counter()
        found = sum(1 for _ in sheets.read_geonames(dump, countries=["SY"], classes=["P"]))
        took = time.perf_counter() - started
        print(f"{rows:,} rows ({dump.stat().st_size >> 20} MB) filtered to {found:,} in {took:.1f} s")
        write_dump(dump, kept)
        started = time.perf_counter()
        made, _ = added.add(
            settings.gazetteers, "dump", sheets.read_geonames(dump), geonames=True, file=dump.name, most=kept
        )
        read = time.perf_counter() - started
        packed = sum(path.stat().st_size for path in settings.gazetteers.iterdir()) >> 20
        started = time.perf_counter()
        after = cost.measure(settings)
        compiled = time.perf_counter() - started
        print(
            f"{made.rows:,} places read in {read:.1f} s, kept in {packed} MB;"
            f" compiled and loaded twice in {compiled:.1f} s"
        )
        print(f"load {os.getloadavg()[0]:.1f}; after: {after}")


if __name__ == "__main__":
    main()
