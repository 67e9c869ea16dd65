"""The atlas tables on disk: opened, written, tidied; and which versions of them belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from geo.errors import StoreError
from geo.records import SetAside
from geo.store.schemas import SCHEMA_VERSION, SCHEMAS, layout

# Old log entries are never cleaned up: the last finished run must stay readable however long a later one lies crashed.
_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false"}

_MAX_FILES = 32
"""Each file adds about a millisecond to every question."""

_MAX_SPANS = 200
"""A delete condition of more spans of numbers than this becomes a join."""

_ONE_FILE = 1 << 30
"""What is written at once makes one file."""

# Seen with deltalake 1.6 and DuckDB 2.0: a folder with one of these in its name is not found, or ends the process.
_UNADDRESSABLE = frozenset("[]\\^|%")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """One row of `runs`: which version of each table belongs together."""

    run: int
    recipe: str
    schema_version: int = SCHEMA_VERSION
    finished_at: datetime
    versions: Mapping[str, int]
    next_number: int
    """The number of the next article that is written: numbers only grow and none is given twice."""
    next_word: int
    """The ordinal of the next word, likewise."""
    set_aside: tuple[SetAside, ...] = ()


def run_row(run: FinishedRun, started_at: datetime) -> dict[str, Any]:
    """The run as a row of `runs`."""
    return {
        "run": run.run,
        "schema_version": run.schema_version,
        "recipe": run.recipe,
        "started_at": started_at,
        "finished_at": run.finished_at,
        **{f"{table}_version": version for table, version in run.versions.items()},
        "next_number": run.next_number,
        "next_word": run.next_word,
        "set_aside": [asdict(item) for item in run.set_aside],
    }


def check_folder(folder: Path) -> None:
    """Refuse a folder whose path the table library cannot address, before it creates anything elsewhere."""
    if re.match(r"[A-Za-z][A-Za-z0-9]+:/", str(folder)):
        raise StoreError(
            f"{folder}: the atlas cannot live in object storage yet; name a folder with --store, and copy it there when"
            " the run has ended (docs/scale.md)"
        )
    path = str(folder.absolute())
    odd = sorted({ch for ch in path if ch in _UNADDRESSABLE or unicodedata.category(ch) in ("Cc", "Cs")})
    if odd:
        raise StoreError(
            f"{path!a}: the atlas cannot live in a folder whose path has {', '.join(map(ascii, odd))}; "
            "name another one with --store or ARTICLE_ATLAS_STORE"
        )


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failure of the disk or the table library into an error with a remedy."""
    try:
        yield
    except (DeltaError, OSError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"{folder}: writing failed ({_first_line(error)}); nothing of this run is seen. "
            "Check that the disk has room and the folder may be written, then ingest again"
        ) from error


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn a data file that cannot be read into an error with a remedy."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, pa.ArrowInvalid, OSError) as error:
        raise damaged(folder, "a data file is gone or unreadable", error) from error


def open_table(folder: Path, table: str, version: int | None = None) -> DeltaTable:
    """The table at `version`; None = as it is now, finished or not."""
    try:
        return DeltaTable(folder / table, version=version)
    except DeltaError as error:
        raise damaged(folder, f"table {table!r} cannot be read", error) from error


def append(folder: Path, table: str, rows: pa.Table) -> None:
    """One commit with `rows`."""
    write_deltalake(
        folder / table,
        rows.cast(SCHEMAS[table]),
        mode="append",
        writer_properties=layout(table),
        target_file_size=_ONE_FILE,
    )


def overwrite(folder: Path, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """One commit after which the table, created if need be, holds `rows` and nothing else."""
    write_deltalake(
        folder / table,
        rows,
        mode="overwrite",
        schema_mode="overwrite",
        configuration=_CONFIGURATION,
        writer_properties=layout(table),
    )


def remove(folder: Path, table: str, column: str, firsts: npt.NDArray[np.int64], afters: npt.NDArray[np.int64]) -> None:
    """Delete the rows whose number in `column` lies in a span; files that hold none of them are not touched.

    Each span ends before its `after`; they are ascending and do not overlap.
    """
    firsts, afters = _joined(firsts, afters)
    opened = open_table(folder, table)
    if len(firsts) <= _MAX_SPANS:
        if len(firsts):
            spans = zip(firsts.tolist(), afters.tolist(), strict=True)
            condition = " OR ".join(f"({column} >= {first} AND {column} < {after})" for first, after in spans)
            opened.delete(condition, writer_properties=layout(table))
        return
    # Written anew, because a long condition overflows the library's stack (seen with 50,000 terms).
    batches = (
        _outside(batch.cast(SCHEMAS[table]), column, firsts, afters)
        for batch in _batches(data_files(folder, table, opened))
    )
    overwrite(folder, table, pa.RecordBatchReader.from_batches(SCHEMAS[table], batches))


def _batches(files: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for file in files:
        yield from pq.ParquetFile(file).iter_batches(1 << 16)


def _outside(
    batch: pa.RecordBatch, column: str, firsts: npt.NDArray[np.int64], afters: npt.NDArray[np.int64]
) -> pa.RecordBatch:
    """The rows of the batch that lie in no span."""
    values = batch[column].to_numpy()
    span = np.searchsorted(firsts, values, "right") - 1
    return batch.filter((span < 0) | (values >= afters[span]))


def _joined(
    firsts: npt.NDArray[np.int64], afters: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same spans, those that follow one another as one; one number may lie between them.

    >>> [part.tolist() for part in _joined(np.array([3, 4, 5, 8]), np.array([4, 5, 6, 9]))]
    [[3, 8], [6, 9]]
    """
    apart = firsts[1:] > afters[:-1]
    return firsts[np.concatenate(([True], apart))[: len(firsts)]], afters[
        np.concatenate((apart, [True]))[-len(afters) :]
    ]


def tidy(folder: Path, table: str) -> None:
    """Merge many small files into few, and delete those that no version of the last week uses.

    A reader that opened an earlier run can go on for a week.
    """
    opened = open_table(folder, table)
    if len(opened.file_uris()) > _MAX_FILES:
        opened.optimize.compact(writer_properties=layout(table))
    opened.vacuum(dry_run=False)


def data_files(folder: Path, table: str, opened: DeltaTable) -> list[str]:
    """Paths of the Parquet files that make up the opened version."""
    # deltalake percent-encodes the whole path; its data files lie beside the log under plain names.
    return [str((folder / table).absolute() / uri.rsplit("/", 1)[1]) for uri in opened.file_uris()]


def damaged(folder: Path, what: str, cause: Exception) -> StoreError:
    """The error for tables that are there and cannot be used."""
    return StoreError(f"{folder}: {what} ({_first_line(cause)}); delete this folder and ingest the articles again")


def _first_line(error: Exception) -> str:
    """The library's own message without its stack trace."""
    return str(error).strip().partition("\n")[0]
