"""Which run is the last one that finished: the last row of `runs`, and what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from geo import remote
from geo.errors import StoreError
from geo.records import SetAside
from geo.store import tables
from geo.store.schemas import CONTENT, SCHEMA_VERSION
from geo.store.tables import FinishedRun

_LAST_RUN = """
SELECT * EXCLUDE (started_at) REPLACE (epoch_us(finished_at) AS finished_at)
FROM read_parquet($runs, hive_partitioning=false, union_by_name=true) ORDER BY run DESC LIMIT 1
"""


def ever_finished(folder: Path) -> bool:
    """Whether a run ever finished here; a first one that was stopped leaves tables, and no run."""
    return _list(folder) is not None


Seen = tuple[int, str | None]
"""A version of the runs table, -1 = none; in a copy from object storage also the tag that it has there."""

NONE: Seen = (-1, None)


def seen(folder: Path) -> Seen:
    """The version of the runs table that readers are to see: the newest, in a copy the newest that landed."""
    copy_of = remote.of(folder)
    return copy_of.landed() if copy_of else (tables.open_table(folder, "runs").version(), None)


def _list(folder: Path) -> tuple[Seen, list[str]] | None:
    """What is seen of the runs table, and its files; None = it has none."""
    with tables.reading(folder):
        if not (folder / "runs" / "_delta_log").is_dir():
            return None
    version, tag = seen(folder)
    if version < 0:
        return None
    files = tables.data_files(folder, "runs", tables.open_table(folder, "runs", version))
    return ((version, tag), files) if files else None


def last_finished(folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[FinishedRun, Seen] | None:
    """The last finished run and what names it; None = no run ever finished here."""
    found = _list(folder)
    if found is None:
        return None
    which, files = found
    try:
        with connection.cursor() as cursor:
            rows = cursor.execute(_LAST_RUN, {"runs": files}).fetchall()
            names = [column[0] for column in cursor.description or ()]
    except duckdb.Error as error:
        raise tables.damaged(folder, "the list of runs cannot be read", error) from error
    if not rows:
        return None
    finished = _finished_run(folder, dict(zip(names, rows[0], strict=True)))
    for table, version in finished.versions.items():
        tables.check_log(folder, table, version)
    return finished, which


def _finished_run(folder: Path, row: dict[str, Any]) -> FinishedRun:
    if row["schema_version"] > SCHEMA_VERSION:
        raise StoreError(
            f"{folder}: written by a newer Article Atlas (tables version {row['schema_version']}, "
            f"this one reads up to {SCHEMA_VERSION}); update Article Atlas or use another --store"
        )
    return FinishedRun(
        run=row["run"],
        schema_version=row["schema_version"],
        recipe=row["recipe"],
        finished_at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row["finished_at"]),
        versions={table: row[f"{table}_version"] for table in CONTENT if f"{table}_version" in row},
        next_number=row.get("next_number") or 0,
        next_word=row.get("next_word") or 0,
        set_aside=tuple(SetAside(**item) for item in row["set_aside"]),
    )
