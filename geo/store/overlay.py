"""What people decided, laid over what the program found: a few Parquet files that every question reads beside its own.

The tables of a run are never changed by a correction. All mentions of the articles that one touches are worked out anew
and written to a folder named after the run and the decisions; the counts get rows that take the old ones off and put
the new ones on. The folder is a cache: it is made again wherever it is missing.

What a decision does to an article depends on no other article. So the articles are dealt out to buckets by their
number, each with files of its own, and a new state works out only the buckets in which something was decided, undone or
redone since an earlier one; it links the files of the others.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geo.corrections.decision import Verdict, as_dict, from_dict
from geo.errors import GeoError, StoreError
from geo.geodesy import distance_km
from geo.normalize import name_key
from geo.records import Entry
from geo.store import tables
from geo.store.database import MENTIONS
from geo.store.meeting import Found, find
from geo.store.rows import entry_row
from geo.store.rulings import Ruling
from geo.store.schemas import ENTRY_COLUMNS, SCHEMAS

if TYPE_CHECKING:
    from geo.store.reader import Atlas

FOLDER = "corrected"

VERSION = 4
"""Part of the folder's name: raise it with any change of what is written."""

BUCKET = 25_000
"""Mentions of the atlas for each bucket: as many are worked out anew in a tenth of a second."""

MOST_BUCKETS = 16
"""Each adds up to a millisecond to every question."""

PARENTS = 5
"""Earlier states, the latest ones, of which the one that differs least is built on."""

KEPT_S = 3600.0
"""A folder that is no longer the latest stays this long, for readers that opened it."""

SAME_PLACE_KM = 10.0
"""A place whose id the atlas does not know is the one of the same name this near: ids change with the gazetteer."""

OWN = "user:"
"""Begins the id of a place that somebody entered: it is never taken for another one of the same name."""

AMENDED = (
    f"(SELECT * FROM {MENTIONS} WHERE number NOT IN (SELECT number FROM read_parquet($touched))"
    " UNION ALL BY NAME SELECT * FROM read_parquet($amended))"
)
ADDED_TO = ("place_days", "place_months", "places")
"""Tables to which the overlay only adds rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The files of one state of the corrections."""

    key: str
    files: dict[str, list[str]]
    """Table -> files, with ``touched`` (article numbers); a table without rows has none."""
    changed: dict[str, int]
    """Decision id -> mentions that it decided."""
    waiting: dict[str, str]
    """Decision id -> why it is not applied now: its article or passage is not in this run."""

    def over(self, query: str, files: dict[str, list[str]]) -> tuple[str, dict[str, list[str]]]:
        """The query over the tables as corrected, and the files that its parameters are bound to."""
        amended = {
            table: [*found, *self.files.get(table, ())] if table in ADDED_TO else found
            for table, found in files.items()
        }
        if MENTIONS in query:
            instead = AMENDED if amended["mentions"] else "read_parquet($amended)"
            query = query.replace(MENTIONS, instead)
            amended |= {name: self.files[name] for name in ("touched", "amended") if f"${name}" in instead}
            if not amended["mentions"]:
                del amended["mentions"]
        return query, amended


def current(atlas: Atlas, rulings: Sequence[Ruling]) -> Overlay | None:
    """The overlay of these rulings over the run, the later ruling winning; None = they change nothing."""
    rulings = [each for each in rulings if each.decision.verdict is not Verdict.REVIEWED]
    if not rulings:
        return None
    key = _key(atlas.finished.name, rulings)
    folder = atlas.folder / FOLDER / key
    _mark_latest(folder)
    if not (folder / "state.json").exists():
        try:
            folder = _home(atlas) / key
            _make(atlas, rulings, folder)
            _tidy(folder.parent, key)
        except (OSError, duckdb.IOException) as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f"{folder.parent}: the corrections could not be laid over the atlas ({error}); neither is lost. "
                "Check that the disk has room, then try again"
            ) from error
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    files: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.parquet")):
        files.setdefault(path.stem.partition("-")[0], []).append(str(path.absolute()))
    changed = sum((Counter(each) for each in state["changed"].values()), Counter())
    return Overlay(key=key, files=files, changed=dict(changed), waiting=state["waiting"])


def matches(atlas: Atlas, ruling: Ruling) -> int:
    """How many mentions of the run this ruling alone would decide, those included that it adds."""
    found = find(atlas, [ruling])
    with tables.reading(atlas.folder), atlas.cursor() as cursor:
        _register(cursor, found, [ruling])
        if not atlas.files_of("mentions"):
            return len(found.added)
        query = f'SELECT count(DISTINCT (number, "start", "end")) FROM ({_HITS.format(rows=MENTIONS)})'
        (known,) = cursor.execute(query, {"mentions": atlas.files_of("mentions")}).fetchall()[0]
    return int(known) + len(found.added)


_HITS = """
SELECT m.number, m."start", m."end", m.place_id IS NULL AS open, r.ruling FROM {rows} AS m JOIN narrow AS r
  ON r.number = m.number AND r.surface = m.surface
  AND (r."start" IS NULL OR (r."start" = m."start" AND r."end" = m."end"))
UNION ALL
SELECT m.number, m."start", m."end", m.place_id IS NULL AS open, r.ruling FROM {rows} AS m JOIN wide AS r
  ON r.surface = m.surface AND (r.source IS NULL OR r.source = m.source)
"""

_TOUCHED = f"""
CREATE TEMP TABLE touched AS
SELECT DISTINCT number FROM ({_HITS.format(rows=MENTIONS)}) AS h JOIN rulings AS r USING (ruling)
WHERE (h.open OR NOT r.only_unplaced) AND number % {{buckets}} IN (SELECT unnest($asked::BIGINT[]))
UNION SELECT number FROM added WHERE number % {{buckets}} IN (SELECT unnest($asked::BIGINT[]))
"""

_BASE = f"CREATE TEMP TABLE base AS SELECT m.* FROM {MENTIONS} AS m SEMI JOIN touched USING (number)"

# Columns in the order of the table; what the program knows of a mention and a person does not, stays empty.
_ROWS = """
CREATE TEMP TABLE rows AS
SELECT * FROM base ANTI JOIN dropped USING (number, "start", "end")
UNION ALL BY NAME
SELECT x.number, a.article_id, x."start", x."end", x.surface, 'literal' AS kind, 0.0::DOUBLE AS confidence,
       a.day, a.source, a.run, a.recipe
FROM added AS x SEMI JOIN touched USING (number)
JOIN read_parquet($articles, hive_partitioning=false) AS a USING (number)
"""

_DECIDED = f"""
CREATE TEMP TABLE decided AS
SELECT h.number, h."start", h."end", max(h.ruling) AS ruling
FROM ({_HITS.format(rows="rows")}) AS h JOIN rulings AS r USING (ruling)
WHERE h.open OR NOT r.only_unplaced GROUP BY ALL
"""

_AMENDED = """
CREATE TEMP TABLE amended AS
WITH judged AS (
  SELECT m.* REPLACE (
    CASE WHEN r.ruling IS NULL THEN m.place_id ELSE r.place_id END AS place_id,
    coalesce(r.kind, m.kind) AS kind,
    CASE WHEN r.ruling IS NULL THEN m.confidence WHEN r.place_id IS NULL THEN 0.0 ELSE r.confidence END AS confidence,
    coalesce(r.rule, m.rule) AS rule
  )
  FROM rows AS m LEFT JOIN decided AS d USING (number, "start", "end") LEFT JOIN rulings AS r ON r.ruling = d.ruling
  WHERE r.ruling IS NULL OR NOT r.drops
), firsts AS (
  SELECT number, place_id, kind, min("start"::BIGINT << 32 | "end") AS at
  FROM judged WHERE place_id IS NOT NULL GROUP BY ALL
), counted AS (
  SELECT j.* REPLACE (f.at IS NOT NULL AS first) FROM judged AS j LEFT JOIN firsts AS f
    ON f.number = j.number AND f.place_id = j.place_id AND f.kind = j.kind
    AND f.at = (j."start"::BIGINT << 32 | j."end")
), keys AS (
  SELECT place_id, (half - if(half > 9223372036854775807, 18446744073709551616::HUGEINT, 0))::BIGINT AS key
  FROM (SELECT place_id, md5_number_lower(place_id)::HUGEINT AS half
        FROM (SELECT DISTINCT place_id FROM judged WHERE place_id IS NOT NULL))
), named AS (
  SELECT number, list_sort(list(key)) AS keys
  FROM (SELECT DISTINCT number, key FROM judged JOIN keys USING (place_id) WHERE kind = 'literal') GROUP BY number
)
SELECT c.* REPLACE (
  CASE WHEN c.first THEN coalesce(n.keys, []) END AS others
)
FROM counted AS c LEFT JOIN named AS n USING (number)
"""

_COUNTS = (
    "number % {buckets} AS bucket, place_id, kind, day, source, count(*) AS mentions, "
    "count(*) FILTER (first) AS articles"
)
_DAYS = f"""
CREATE TEMP TABLE days AS
SELECT bucket, place_id, kind, day, source, sum(mentions)::BIGINT AS mentions, sum(articles)::BIGINT AS articles FROM (
  SELECT {_COUNTS} FROM amended WHERE place_id IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT number % {{buckets}}, place_id, kind, day, source, -count(*), -count(*) FILTER (first) FROM base
  WHERE place_id IS NOT NULL GROUP BY ALL
) GROUP BY ALL HAVING sum(mentions) <> 0 OR sum(articles) <> 0
"""
_PARTS = {
    "touched": "SELECT number FROM touched WHERE number % {buckets} = {bucket} ORDER BY number",
    "amended": 'SELECT * FROM amended WHERE number % {buckets} = {bucket} ORDER BY place_id, kind, number, "start"',
    "place_days": """
        SELECT * EXCLUDE (bucket) FROM days WHERE bucket = {bucket} ORDER BY day, place_id, kind, source""",
    "place_months": """
        SELECT place_id, kind, date_trunc('month', day)::DATE AS month, source,
               sum(mentions)::BIGINT AS mentions, sum(articles)::BIGINT AS articles
        FROM days WHERE bucket = {bucket} GROUP BY ALL""",
}
"""What is written of each bucket."""


def _home(atlas: Atlas) -> Path:
    """Where overlays are kept: in the atlas; where that cannot be written, beside it for as long as it is open."""
    home = atlas.folder / FOLDER
    try:
        home.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError:
        return atlas.folder_beside()


def _make(atlas: Atlas, rulings: Sequence[Ruling], folder: Path) -> None:
    """Work the overlay out and put its folder in place, whole or not at all; two processes may do so at once."""
    made = Path(tempfile.mkdtemp(prefix="part-", dir=folder.parent))
    try:
        found = find(atlas, rulings)
        buckets = _buckets(atlas)
        asked, changed = _taken_over(atlas, rulings, found, buckets, made)
        counted, places = _write(atlas, rulings, found, made, buckets, asked)
        _write_places(atlas, places, made)
        state = {"changed": changed | counted, "waiting": found.waiting}
        (made / "rulings.json").write_text(json.dumps(_told(rulings)), encoding="utf-8")
        (made / "state.json").write_text(json.dumps(state), encoding="utf-8")
        try:
            made.rename(folder)
        except OSError:
            if not (folder / "state.json").exists():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _buckets(atlas: Atlas) -> int:
    """How many buckets the articles of this run are dealt out to; the same for every state of its corrections."""
    mentions: int = sum(pq.read_metadata(file).num_rows for file in atlas.files_of("mentions"))
    return max(1, min(MOST_BUCKETS, mentions // BUCKET))


def _write(
    atlas: Atlas, rulings: Sequence[Ruling], found: Found, folder: Path, buckets: int, asked: Sequence[int]
) -> tuple[dict[str, dict[str, int]], dict[str, Entry]]:
    """The mentions of the touched articles in the buckets asked for, and the change of the counts.

    Returns what each decision changed, by bucket, and the places that are meant.
    """
    same = _places_by_id(atlas, rulings)
    mentions = atlas.files_of("mentions")
    if not mentions:  # nothing was ever found: the columns come from a file without rows
        pq.write_table(SCHEMAS["mentions"].empty_table(), folder / "none")
        mentions = [str(folder / "none")]
    with atlas.cursor() as cursor:
        with tables.reading(atlas.folder):
            _register(cursor, found, rulings, same)
            for query, bound in (
                (_TOUCHED, {"mentions": mentions, "asked": list(asked)}),
                (_BASE, {"mentions": mentions}),
                (_ROWS, {"articles": atlas.files_of("articles")}),
                (_DECIDED, {}),
                (_AMENDED, {}),
                (_DAYS, {}),
            ):
                cursor.execute(query.replace("{buckets}", str(buckets)), bound)
        touched = cursor.execute(f"SELECT DISTINCT number % {buckets} FROM touched").fetchall()
        for bucket in sorted(bucket for (bucket,) in touched) or asked[:1]:  # one at least, if it is without rows
            for name, query in _PARTS.items():
                path = str(folder / f"{name}-{bucket}.parquet").replace("'", "''")
                part = query.format(buckets=buckets, bucket=bucket)
                cursor.execute(f"COPY ({part}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)")
        counts = cursor.execute(
            f"SELECT number % {buckets} AS bucket, ruling, count(*) FROM decided GROUP BY ALL"
        ).fetchall()
    (folder / "none").unlink(missing_ok=True)
    changed: dict[str, dict[str, int]] = {str(bucket): {} for bucket in asked}
    for bucket, ruling, count in counts:
        changed[str(bucket)][rulings[ruling].decision.decision_id] = count
    return changed, {entry.place_id: entry for entry in same.values()}


# --- from an earlier state ---


def _taken_over(
    atlas: Atlas, rulings: Sequence[Ruling], found: Found, buckets: int, made: Path
) -> tuple[list[int], dict[str, dict[str, int]]]:
    """Link the files of the buckets that are as they were in an earlier state; the others, and what those changed."""
    every = list(range(buckets))
    parent, differing = _nearest(atlas, rulings, made)
    if parent is None:
        return every, {}
    state = json.loads((parent / "state.json").read_text(encoding="utf-8"))
    affected = {number % buckets for number in _affected(atlas, differing, found)}
    for bucket in set(every) - affected:
        for name in _PARTS:
            file = parent / f"{name}-{bucket}.parquet"
            if file.exists():
                _link(file, made / file.name)
    kept = {bucket: counts for bucket, counts in state["changed"].items() if int(bucket) not in affected}
    return sorted(affected), kept


def _nearest(atlas: Atlas, rulings: Sequence[Ruling], made: Path) -> tuple[Path | None, list[Ruling]]:
    """The earlier state of this run that differs least, and the rulings that are in one of both only."""
    now = _told(rulings)
    states = [each for each in made.parent.glob(f"{atlas.finished.name}-*") if (each / "state.json").exists()]
    best: tuple[Path | None, list[Ruling]] = (None, [])
    for each in sorted(states, key=_last_used, reverse=True)[:PARENTS]:
        try:
            then = json.loads((each / "rulings.json").read_text(encoding="utf-8"))
            gone = [_ruling(then[key]) for key in then.keys() - now.keys()]
        except (OSError, ValueError, KeyError, TypeError, GeoError):
            continue
        new = [ruling for key, ruling in zip(now, rulings, strict=True) if key not in then]
        if best[0] is None or len(gone) + len(new) < len(best[1]):
            best = each, [*gone, *new]
    return best


def _affected(atlas: Atlas, differing: Sequence[Ruling], found: Found) -> set[int]:
    """Numbers of all articles to which one of these rulings could make a difference; `found` is of all that count."""
    alone = find(atlas, differing)
    numbers = {row[1] for row in alone.narrow} | {row[0] for row in alone.added} | set(alone.settled)
    surfaces = {surface for _, _, surface in alone.wide}
    keys = {name_key(surface) for surface in surfaces}
    numbers |= {number for number, _, _, surface in found.added if name_key(surface) in keys}
    if surfaces and atlas.files_of("mentions"):
        query = f"SELECT DISTINCT number FROM {MENTIONS} WHERE surface IN (SELECT unnest($surfaces::VARCHAR[]))"
        bound = {"mentions": atlas.files_of("mentions"), "surfaces": sorted(surfaces)}
        with tables.reading(atlas.folder), atlas.cursor() as cursor:
            numbers |= {number for (number,) in cursor.execute(query, bound).fetchall()}
    return numbers


def _told(rulings: Sequence[Ruling]) -> dict[str, dict[str, Any]]:
    """The rulings as JSON, in their order, each under a hash of its own."""
    told = {}
    for number, ruling in enumerate(rulings):
        values = {
            "decision": as_dict(ruling.decision),
            "rule": ruling.rule,
            "confidence": ruling.confidence,
            "only_unplaced": ruling.only_unplaced,
        }
        content = json.dumps(values, sort_keys=True, default=str).encode("utf-8", "backslashreplace")
        key = hashlib.sha256(content).hexdigest()[:24]
        told[key if key not in told else f"{key}-{number}"] = values
    return told


def _ruling(values: dict[str, Any]) -> Ruling:
    return Ruling(**{**values, "decision": from_dict(values["decision"])})


def _link(file: Path, to: Path) -> None:
    """The same file under another name; a copy where the disk knows no such thing."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _register(
    cursor: duckdb.DuckDBPyConnection,
    found: Found,
    rulings: Sequence[Ruling],
    same: dict[str, Entry] | None = None,
) -> None:
    """The rulings and where they meet the run, as tables; `same` gives the entry that a place id means here."""
    rows = []
    for number, ruling in enumerate(rulings):
        decision = ruling.decision
        place_id = decision.place.place_id if decision.place else None
        rows.append(
            {
                "ruling": number,
                "place_id": same[place_id].place_id if same and place_id else place_id,
                "drops": decision.verdict is Verdict.NOT_A_PLACE,
                "kind": decision.kind.value if decision.kind else None,
                "confidence": ruling.confidence,
                "rule": ruling.rule,
                "only_unplaced": ruling.only_unplaced,
            }
        )
    span = [("start", pa.int32()), ("end", pa.int32())]
    for name, columns, values in (
        ("narrow", [("ruling", pa.int64()), ("number", pa.int64()), *span, ("surface", pa.string())], found.narrow),
        ("wide", [("ruling", pa.int64()), ("source", pa.string()), ("surface", pa.string())], found.wide),
        ("added", [("number", pa.int64()), *span, ("surface", pa.string())], found.added),
        ("dropped", [("number", pa.int64()), *span], found.dropped),
    ):
        schema = pa.schema(columns)
        cursor.register(name, pa.table(_transposed(values, schema), schema=schema))
    columns = [("ruling", pa.int64()), ("place_id", pa.string()), ("drops", pa.bool_()), ("kind", pa.string())]
    columns += [("confidence", pa.float64()), ("rule", pa.string()), ("only_unplaced", pa.bool_())]
    cursor.register("rulings", pa.Table.from_pylist(rows, schema=pa.schema(columns)))


def _transposed(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> list[pa.Array]:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return [pa.array(column, each.type) for column, each in zip(values, schema, strict=True)]


# --- places ---


def _places_by_id(atlas: Atlas, rulings: Sequence[Ruling]) -> dict[str, Entry]:
    """The place id of each decision -> the entry it means in this run."""
    places = {r.decision.place.place_id: r.decision.place for r in rulings if r.decision.place is not None}
    known = {entry.place_id: entry for entry in atlas.entries(sorted(places))}
    lost = {place_id: place for place_id, place in places.items() if place_id not in known}
    by_name: dict[str, list[Entry]] = {}
    if any(not place_id.startswith(OWN) for place_id in lost):
        for entry in atlas.entries_in_use():
            for key in {name_key(entry.name), name_key(entry.name_ar)} - {""}:
                by_name.setdefault(key, []).append(entry)
    return known | {place_id: _namesake(place, by_name) or place for place_id, place in lost.items()}


def _namesake(place: Entry, by_name: dict[str, list[Entry]]) -> Entry | None:
    """The entry of another id that is the same place: same name, same class, and near."""
    if place.place_id.startswith(OWN):
        return None
    near = [
        entry
        for key in (name_key(place.name), name_key(place.name_ar))
        for entry in by_name.get(key, ())
        if entry.feature_class == place.feature_class
        and distance_km(entry.lat, entry.lon, place.lat, place.lon) <= SAME_PLACE_KM
    ]
    return min(near, key=lambda entry: distance_km(entry.lat, entry.lon, place.lat, place.lon), default=None)


def _write_places(atlas: Atlas, places: dict[str, Entry], folder: Path) -> None:
    known = {entry.place_id for entry in atlas.entries(sorted(places))}
    rows = [entry_row(entry) for place_id, entry in sorted(places.items()) if place_id not in known]
    if rows:
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS["places"]), folder / "places.parquet")


# --- the folder ---


def _key(run: str, rulings: Sequence[Ruling]) -> str:
    digest = hashlib.sha256(f"{VERSION} {ENTRY_COLUMNS}".encode())
    for ruling in rulings:
        digest.update(json.dumps(asdict(ruling), sort_keys=True, default=str).encode("utf-8", "backslashreplace"))
    return f"{run}-{digest.hexdigest()[:16]}"


def _mark_latest(folder: Path) -> None:
    """This state is the latest now: the hour of the one that was, that used last, begins."""
    with suppress(OSError):  # on a disk that cannot be written nothing is deleted either
        states = sorted((each.parent for each in folder.parent.glob("[!p]*/state.json")), key=_last_used)
        for each in dict.fromkeys([*states[-1:], folder]):
            if each in states:
                os.utime(each, ns=(time.time_ns(), time.time_ns()))


def _last_used(folder: Path) -> float:
    return folder.stat().st_mtime


def _tidy(folder: Path, latest: str) -> None:
    """Delete what no reader can still have open: folders of earlier states, and what a crash left half made."""
    limit = time.time() - KEPT_S
    for old in folder.iterdir():
        with suppress(FileNotFoundError):  # another process has just put it in its place
            if old.name != latest and _last_used(old) < limit:
                shutil.rmtree(old, ignore_errors=True)
