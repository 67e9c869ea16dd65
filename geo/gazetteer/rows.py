"""The hand-kept rows: data/gazetteer/*.tsv, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import GazetteerError

COLUMNS = (
    "id", "name_ar", "name", "aliases_ar", "aliases", "lat", "lon",
    "radius_km", "code", "country", "within", "prominence", "cue", "note",
)  # fmt: skip

_CLASS_CODES = {
    "A": "PCLI PCLD PCLH TERR ADM1 ADM1H ADM2 ADM3",
    "P": "PPLC PPLA PPLA2 PPL PPLX PPLH",
    "L": "CONT RGN RGNE CMP CMPRF MILB OILF GASF PRT ZN OAS",
    "H": "SEA OCN GULF STRT STM CNL LK RSV BAY WAD FLLS SPNG",
    "T": "MT MTS PK PASS ISL ISLS PEN CAPE DSRT PLN VAL VLC CAVE CSTL",
    "V": "FRST",
    "R": "ST RR",
    "S": "DAM AIRP AIRB BDG PIPL NUC BLDG SQR MSQE CH TMPL HLYS RUIN ANS PRN UNIV HSP BDR MKT FT MNMT",
}
FEATURE_CLASS = {code: cls for cls, codes in _CLASS_CODES.items() for code in codes.split()}
"""GeoNames class of each feature code that a row may carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hand-kept place."""

    where: str
    """``file:line``, for messages."""
    slug: str
    name_ar: str
    name: str
    aliases_ar: tuple[str, ...]
    aliases: tuple[str, ...]
    lat: float
    lon: float
    radius_km: float | None
    code: str
    country: str
    within: str
    prominence: float
    needs_cue: bool
    """True if ordinary text uses the bare name as a word or a person's name."""

    @property
    def place_id(self) -> str:
        """Countries carry CLDR's territory code, all else its slug."""
        if self.slug.startswith("country-"):
            return "cldr:" + self.slug.removeprefix("country-").upper()
        return "atlas:" + self.slug

    @property
    def arabic_names(self) -> tuple[str, ...]:
        return (self.name_ar, *self.aliases_ar)

    @property
    def latin_names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def read_rows(folder: Path) -> list[Row]:
    """All rows of ``folder/*.tsv`` in file and line order.

    Raises `GazetteerError` for the first row that breaks the format, naming file, line, value and remedy.
    """
    rows = [row for path in sorted(folder.glob("*.tsv")) for row in _read_file(path)]
    seen: dict[str, str] = {}
    for row in rows:
        if row.slug in seen:
            raise GazetteerError(
                f"{row.where}: id {row.slug!r} stands at {seen[row.slug]} already; rename or delete one"
            )
        seen[row.slug] = row.where
    return rows


def _read_file(path: Path) -> Iterator[Row]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise GazetteerError(
            f"{path.name}:1: the header is not {' '.join(COLUMNS)}; write these columns, tab-separated"
        )
    for number, line in enumerate(lines[1:], 2):
        if line and not line.startswith("#"):
            yield parse_row(line, f"{path.name}:{number}")


def parse_row(line: str, where: str) -> Row:
    """One row from its tab-separated line.

    >>> parse_row("ly-sirte\\tسرت\\tSirte\\t\\t\\t331.5\\t16.58\\t\\tPPL\\tLY\\t\\t3\\t\\t", "x.tsv:2")
    Traceback (most recent call last):
    geo.errors.GazetteerError: x.tsv:2: lat '331.5' is not a number within -90..90; fix or delete the row
    """
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise GazetteerError(f"{where}: {len(fields)} columns, expected {len(COLUMNS)}; check the tabs")
    cell = dict(zip(COLUMNS, fields, strict=True))
    if not re.fullmatch(r"[a-z0-9-]+", cell["id"]):
        raise GazetteerError(f"{where}: id {cell['id']!r} may hold only a-z, 0-9 and '-'; rename it")
    if cell["code"] not in FEATURE_CLASS:
        raise GazetteerError(
            f"{where}: unknown feature code {cell['code']!r}; use a GeoNames code of geo/gazetteer/rows.py"
        )
    if not re.fullmatch(r"([A-Z]{2}(,[A-Z]{2})*)?", cell["country"]):
        raise GazetteerError(f"{where}: country {cell['country']!r} is not ISO 3166 alpha-2, comma-joined; fix it")
    if cell["cue"] not in ("", "needed"):
        raise GazetteerError(f"{where}: cue {cell['cue']!r} is neither empty nor 'needed'; fix it")
    return Row(
        where=where,
        slug=cell["id"],
        name_ar=cell["name_ar"],
        name=cell["name"],
        aliases_ar=_split(cell["aliases_ar"]),
        aliases=_split(cell["aliases"]),
        lat=_number(cell, "lat", where, -90, 90),
        lon=_number(cell, "lon", where, -180, 180),
        radius_km=_number(cell, "radius_km", where, 0, 9000) if cell["radius_km"] else None,
        code=cell["code"],
        country=cell["country"],
        within=cell["within"],
        prominence=_number(cell, "prominence", where, 1, 5),
        needs_cue=cell["cue"] == "needed",
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in cell.split("|")) if part)


def _number(cell: dict[str, str], column: str, where: str, low: float, high: float) -> float:
    try:
        value = float(cell[column])
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise GazetteerError(
            f"{where}: {column} {cell[column]!r} is not a number within {low:g}..{high:g}; fix or delete the row"
        )
    return value
