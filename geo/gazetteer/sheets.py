"""Places from elsewhere: a sheet of one's own (CSV, TSV) or a dump of GeoNames, a stream checked row by row."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from geo.errors import GazetteerError
from geo.gazetteer.rows import FEATURE_CLASS

CLASSES = frozenset("AHLPRSTUV")
"""GeoNames' feature classes."""

GEONAMES_COLUMNS = 19
"""Of allCountries.txt and the files of single countries; they have no header."""

_ID, _NAME, _ASCII, _ALTERNATES, _LAT, _LON, _CLASS, _CODE, _COUNTRY = range(9)
_ADMIN1, _POPULATION = 10, 14

LANGUAGES = frozenset({b"ar", b"en", b""})
"""Alternate names in these languages are taken; an empty one is a name in no particular language."""

_ALIASES = {
    "id": ("id", "place_id", "geonameid"),
    "name": ("name", "name_en", "latin", "asciiname"),
    "name_ar": ("name_ar", "arabic", "الاسم"),
    "aliases": ("aliases", "aliases_ar", "alternatenames", "alternate_names"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "code": ("code", "feature_code"),
    "class": ("class", "feature_class"),
    "country": ("country", "country_code", "iso"),
    "admin1": ("admin1", "admin1_code"),
    "within": ("within",),
    "population": ("population",),
    "radius_km": ("radius_km",),
    "prominence": ("prominence",),
    "cue": ("cue",),
}
"""Our column -> what it may be called in a sheet, in any case."""

_WHITE = re.compile(r"\s+")
_IS_ARABIC = re.compile("[\u0620-\u064a]")

DEFAULT_PROMINENCE = 1.5
"""Of a place in one's own sheet that states none: news names it now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRow:
    """One place of an added gazetteer."""

    key: str
    """What the source calls it by: a GeoNames id, or an id that is unique in the sheet."""
    names: tuple[str, ...]
    """The usual one first, in either script."""
    lat: float
    lon: float
    feature_class: str
    feature_code: str
    country: str
    admin1: str = ""
    within: str = ""
    population: int = 0
    radius_km: float | None = None
    prominence: float | None = None
    """None = worked out from the population."""
    needs_cue: bool = False


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out."""

    where: str
    """``file:line``."""
    reason: str


Row = AddedRow | BadRow


def is_geonames(path: Path) -> bool:
    """Whether the file is laid out as GeoNames' dumps are: nineteen columns, no header."""
    with _opened(path) as file:
        fields = file.readline(1 << 20).split(b"\t")
    return len(fields) == GEONAMES_COLUMNS and fields[_ID].lstrip(b"\xef\xbb\xbf").isdigit()


def read_geonames(
    path: Path,
    *,
    countries: Collection[str] = (),
    classes: Collection[str] = (),
    alternate_names: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Row]:
    """The places of a dump that lie in one of these countries and are of one of these classes; none named = all.

    Of `alternate_names` (alternateNamesV2.txt) the names of these places in Arabic and English are added. Memory grows
    with the places kept, not with the file. `progress` is called now and then with the lines read.
    """
    wanted = ({code.upper().encode() for code in countries}, {code.upper().encode() for code in classes})
    more: Mapping[int, list[str]] = {}
    if alternate_names is not None:
        kept = {int(fields[_ID]) for _, fields in _kept(path, *wanted) if fields[_ID].isdigit()}
        more = _alternate_names(alternate_names, kept)
    for number, fields in _kept(path, *wanted, progress=progress):
        yield _geonames_row(f"{path.name}:{number}", fields, more)


def _kept(
    path: Path, countries: set[bytes], classes: set[bytes], progress: Callable[[int], None] | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """Line number and fields of the lines that pass; one that has not as many fields as it should passes."""
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            if progress and number % 100_000 == 0:
                progress(number)
            fields = line.rstrip(b"\r\n").split(b"\t")
            if len(fields) != GEONAMES_COLUMNS:
                if line.strip():
                    yield number, fields
            elif (not countries or fields[_COUNTRY] in countries) and (not classes or fields[_CLASS] in classes):
                yield number, fields


def _geonames_row(where: str, fields: list[bytes], more: Mapping[int, list[str]]) -> Row:
    if len(fields) != GEONAMES_COLUMNS:
        return BadRow(where, f"{len(fields)} columns, expected {GEONAMES_COLUMNS} as in GeoNames' allCountries.txt")
    try:
        text = [field.decode("utf-8") for field in fields]
        key = int(text[_ID].lstrip("\ufeff"))
        names = (text[_NAME], text[_ASCII], *text[_ALTERNATES].split(","), *more.get(key, ()))
        return _checked(
            where,
            key=str(key),
            names=names,
            lat=text[_LAT],
            lon=text[_LON],
            feature_class=text[_CLASS],
            feature_code=text[_CODE],
            country=text[_COUNTRY],
            admin1=text[_ADMIN1],
            population=text[_POPULATION],
        )
    except UnicodeDecodeError:
        return BadRow(where, "not UTF-8")
    except ValueError as error:
        return BadRow(where, str(error))


def _alternate_names(path: Path, kept: set[int]) -> dict[int, list[str]]:
    """Id -> its names in our languages, without historic ones; lines that are no such are passed over."""
    found: dict[int, list[str]] = {}
    with _opened(path) as file:
        for line in file:
            fields = line.rstrip(b"\r\n").split(b"\t")
            if len(fields) < 4 or fields[2] not in LANGUAGES or not fields[1].isdigit():
                continue
            key = int(fields[1])
            if key in kept and not (len(fields) > 7 and fields[7] == b"1"):
                found.setdefault(key, []).append(fields[3].decode("utf-8", "replace"))
    return found


def read_sheet(path: Path) -> Iterator[Row]:
    """The places of a CSV or TSV file with a header; `GazetteerError` if a column that is needed is missing."""
    with _opened(path) as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")
        try:
            yield from _sheet_rows(path, lines)
        except UnicodeDecodeError as error:
            raise GazetteerError(f"{path}: not UTF-8; save it as 'CSV UTF-8'") from error
        except csv.Error as error:
            raise GazetteerError(f"{path}: not CSV ({error}); save it again") from error


def _sheet_rows(path: Path, lines: Iterable[str]) -> Iterator[Row]:
    source = iter(lines)
    first = next(source, "")
    delimiter = max("\t,;", key=first.count)
    header = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    columns = {
        ours: header.index(name) for ours, names in _ALIASES.items() for name in reversed(names) if name in header
    }
    if not {"lat", "lon"} <= columns.keys() or not {"name", "name_ar"} & columns.keys():
        raise GazetteerError(
            f"{path}:1: the columns are {', '.join(header) or 'missing'}; needed are name or name_ar, lat and lon"
        )
    seen: dict[str, str] = {}
    rows = csv.reader(source, delimiter=delimiter)
    for cells in rows:
        where = f"{path.name}:{rows.line_num + 1}"
        if not any(cell.strip() for cell in cells):
            continue
        values = {ours: cells[at].strip() if at < len(cells) else "" for ours, at in columns.items()}
        row = _sheet_row(where, values)
        if isinstance(row, AddedRow):
            if row.key in seen:
                row = BadRow(where, f"id {row.key!r} stands at {seen[row.key]} already; rename or delete one")
            else:
                seen[row.key] = where
        yield row


def _sheet_row(where: str, values: Mapping[str, str]) -> Row:
    names = (values.get("name_ar", ""), values.get("name", ""), *re.split("[|;,،]", values.get("aliases", "")))
    code = values.get("code", "").upper() or "PPL"
    told = f"{values.get('name')} {values.get('name_ar')} {values['lat']} {values['lon']}"
    try:
        return _checked(
            where,
            key=values.get("id") or hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:12],
            names=names,
            lat=values["lat"],
            lon=values["lon"],
            feature_class=values.get("class", "").upper() or FEATURE_CLASS.get(code, "P"),
            feature_code=code,
            country=values.get("country", "").upper(),
            admin1=values.get("admin1", ""),
            within=values.get("within", ""),
            population=values.get("population", ""),
            radius_km=values.get("radius_km", ""),
            prominence=values.get("prominence", "") or str(DEFAULT_PROMINENCE),
            needs_cue=values.get("cue", "").lower() == "needed",
        )
    except ValueError as error:
        return BadRow(where, str(error))


def _checked(
    where: str,
    *,
    key: str,
    names: Iterable[str],
    lat: str,
    lon: str,
    feature_class: str,
    feature_code: str,
    country: str,
    population: str,
    radius_km: str = "",
    prominence: str = "",
    **rest: Any,
) -> Row:
    """The row; `ValueError` names the first value that is none."""
    told = tuple(dict.fromkeys(name for name in (_WHITE.sub(" ", each).strip() for each in names) if name))
    if not told:
        return BadRow(where, "no name; write one")
    if feature_class not in CLASSES:
        return BadRow(where, f"feature class {feature_class!r} is none of {', '.join(sorted(CLASSES))}; correct it")
    if not re.fullmatch("([A-Z]{2}(,[A-Z]{2})*)?", country):
        return BadRow(where, f"country {country!r} is not ISO 3166 alpha-2, comma-joined; correct it")
    return AddedRow(
        key=key,
        names=told,
        lat=_number("lat", lat, -90, 90),
        lon=_number("lon", lon, -180, 180),
        feature_class=feature_class,
        feature_code=feature_code or "PPL",
        country=country,
        population=int(_number("population", population or "0", 0, 2e10)),
        radius_km=_number("radius_km", radius_km, 0, 9000) if radius_km else None,
        prominence=_number("prominence", prominence, 0, 5) if prominence else None,
        **rest,
    )


def _number(column: str, text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise ValueError(f"{column} {text!r} is not a number within {low:g}..{high:g}; correct it or delete the row")
    return value


def is_arabic_name(name: str) -> bool:
    """Whether the name is written in Arabic letters."""
    return _IS_ARABIC.search(name) is not None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked if it is a .gz, or a .zip with one table in it as GeoNames offers them."""
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv", ".tsv"))]
                best = [name for name in names if not name.lower().startswith(("readme", "isolanguage"))]
                if len(best) != 1:
                    raise GazetteerError(f"{path}: holds {len(best)} tables, expected one; unpack it and name the file")
                with archive.open(best[0]) as file:
                    yield file  # type: ignore[misc]  # a binary stream in all but name
        elif path.suffix.lower() == ".gz":
            with gzip.open(path) as packed:
                yield packed  # type: ignore[misc]
        else:
            with path.open("rb", buffering=1 << 20) as plain:
                yield plain
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, GazetteerError):
            raise
        raise GazetteerError(f"{path}: cannot be read ({error}); name a table of places") from error
