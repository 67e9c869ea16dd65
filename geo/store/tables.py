"""The atlas tables on disk: opened, written, tidied; and which versions of them belong together."""

from __future__ import annotations

import errno
import json
import logging
import os
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

from geo import remote
from geo.errors import StoreBusyError, StoreError
from geo.records import SetAside
from geo.store.lock import take_lock
from geo.store.schemas import SCHEMA_VERSION, SCHEMAS, layout

# Old log entries are never cleaned up: the last finished run must stay readable however long a later one lies crashed.
_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false"}

_ONE_FILE = 1 << 30
"""What is written at once makes one file."""

# Seen with deltalake 1.6 and DuckDB 2.0: a folder with one of these in its name is not found, or ends the process.
_UNADDRESSABLE = frozenset("[]\\^|%")


_log = logging.getLogger(__name__)

_LOG_ENTRY = re.compile(r"\d{20}\.json")

_ARROW = re.compile(r"\s+(\x1b\[\d+m)*↳(\x1b\[\d+m)*\s*")
"""Stands in messages of deltalake between a failure and its cause."""

_NOT_DAMAGE: Mapping[int, str] = {
    errno.EACCES: "let this user read the folder and all in it",
    errno.EPERM: "let this user read the folder and all in it",
    errno.EMFILE: "allow more open files (ulimit -n 4096) and try again",
    errno.ENFILE: "close other programs and try again",
    errno.ENOSPC: "free some disk space and try again",
}
"""Error number -> remedy. The libraries tell it in the words of the system only."""

_UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.DataError, duckdb.BinderException)


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

    @property
    def name(self) -> str:
        """Tells this run from any other, also from one of the same number that another machine wrote."""
        return f"{self.run}-{self.finished_at:%Y%m%dT%H%M%S%f}"


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
        raise StoreError(f"{folder}: this is an address, not a folder; geo.remote.store_path makes one of it")
    path = str(folder.absolute())
    odd = sorted({ch for ch in path if ch in _UNADDRESSABLE or unicodedata.category(ch) in ("Cc", "Cs")})
    if odd:
        raise StoreError(
            f"{path!a}: the atlas cannot live in a folder whose path has {', '.join(map(ascii, odd))}; "
            "name another one with --store or ARTICLE_ATLAS_STORE"
        )


def bring(folder: Path) -> None:
    """Bring a copy of an atlas in object storage up to date; any other folder is as new as it gets.

    While a writer on this machine holds the folder it is newest. Where the service gives no answer an earlier copy
    will do, and a warning is logged; without one `StoreError`.
    """
    copy_of = remote.of(folder)
    if copy_of is None:
        return
    try:
        lock = take_lock(folder)
    except StoreBusyError:
        return
    try:
        copy_of.pull()
    except StoreError as error:
        if not (folder / "runs" / "_delta_log").is_dir():
            raise
        _log.warning("%s; going on with the copy in %s", error, folder)
    finally:
        os.close(lock)


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
    except (duckdb.Error, pa.ArrowInvalid, OSError) as error:
        # Of bytes that make no sense the Parquet reader says so in several ways, one of them the bare base class.
        if isinstance(error, duckdb.Error) and type(error) is not duckdb.Error and not isinstance(error, _UNREADABLE):
            raise
        missing = isinstance(error, duckdb.BinderException)
        what = "a column is missing" if missing else "a data file is gone or unreadable"
        raise damaged(folder, what, error) from error


def open_table(folder: Path, table: str, version: int | None = None) -> DeltaTable:
    """The table at `version`; None = as it is now, finished or not."""
    try:
        return DeltaTable(folder / table, version=version)
    except (DeltaError, OSError) as error:
        raise damaged(folder, f"table {table!r} cannot be read", error) from error


def check_log(folder: Path, table: str, version: int) -> None:
    """Refuse a log of which an entry up to `version` is empty, as a power cut leaves it.

    The library takes it for a commit that changed nothing: rows would be missing without a word. An entry that a later
    run took back matters no more.
    """
    log = folder / table / "_delta_log"
    try:
        with os.scandir(log) as entries:
            found = [(int(entry.name[:20]), entry) for entry in entries if _LOG_ENTRY.fullmatch(entry.name)]
            empty = [number for number, entry in found if number <= version and not entry.stat().st_size]
        for number in empty:
            if not any(_takes_back(log / f"{later:020}.json", number) for later in range(number + 1, version + 1)):
                cause = ValueError(f"{log / f'{number:020}.json'} is empty")
                raise damaged(folder, f"table {table!r} has lost rows", cause)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise damaged(folder, f"table {table!r} cannot be read", error) from error


def _takes_back(entry: Path, number: int) -> bool:
    """Whether the commit leaves nothing of what the one of this number wrote."""
    try:
        actions = [json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines()]
    except (FileNotFoundError, ValueError):
        return False
    for commit in (action["commitInfo"] for action in actions if "commitInfo" in action):
        asked = commit.get("operationParameters", {})
        if commit.get("operation") == "RESTORE" and int(asked.get("version", number)) < number:
            return True
        if commit.get("operation") == "WRITE" and asked.get("mode") == "Overwrite" and "predicate" not in asked:
            return True
    return False


def append(folder: Path, table: str, rows: pa.Table) -> None:
    """One commit with `rows`, in this order: in one piece, because the library writes several pieces in any order."""
    write_deltalake(
        folder / table,
        rows.cast(SCHEMAS[table]).combine_chunks(),
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

    Each span ends before its `after`; they are ascending and do not overlap. A file keeps the order of its rows:
    the library's own delete shuffles them, after which a question about one place reads all of the file.
    """
    for low, high, files in ranges(folder, table, column):
        span = np.searchsorted(afters, low, "right")
        if span < len(firsts) and firsts[span] <= high:
            _rewrite(folder, table, column, (low, high), files, firsts, afters)


def ranges(folder: Path, table: str, column: str) -> list[tuple[int, int, list[str]]]:
    """The table's files, those whose numbers overlap together: lowest and highest of these, and the files."""
    found: list[tuple[int, int, list[str]]] = []
    for low, high, file in files_by(folder, table, open_table(folder, table), column):
        if found and low <= found[-1][1]:
            first, last, files = found[-1]
            found[-1] = (first, max(last, high), [*files, file])
        else:
            found.append((low, high, [file]))
    return found


def _rewrite(
    folder: Path,
    table: str,
    column: str,
    bounds: tuple[int, int],
    files: Sequence[str],
    firsts: npt.NDArray[np.int64],
    afters: npt.NDArray[np.int64],
) -> None:
    """Replace these files, which alone have numbers within the bounds, by one without the rows in the spans."""
    parts = []
    for file in files:
        rows = pq.ParquetFile(file).read().cast(SCHEMAS[table])
        values = rows[column].to_numpy()
        span = np.searchsorted(firsts, values, "right") - 1
        parts.append(rows.filter((span < 0) | (values >= afters[span])))
    replace(folder, table, column, bounds, pa.concat_tables(parts))


def replace(folder: Path, table: str, column: str, bounds: tuple[int, int], rows: pa.Table) -> None:
    """Put `rows`, as one file in this order, in the place of those whose number in `column` is within the bounds."""
    open_table(folder, table).delete(f"{column} >= {bounds[0]} AND {column} <= {bounds[1]}")
    if rows.num_rows:  # not as one overwrite with a predicate: that writes the rows in any order now and then
        append(folder, table, rows)


def data_files(folder: Path, table: str, opened: DeltaTable, names: Sequence[str] | None = None) -> list[str]:
    """Paths of the Parquet files that make up the opened version, or of those among them that have these names."""
    # deltalake percent-encodes the whole path; its data files lie beside the log under plain names.
    names = opened.file_uris() if names is None else names
    return [str((folder / table).absolute() / name.rsplit("/", 1)[-1]) for name in names]


def files_by(folder: Path, table: str, opened: DeltaTable, column: str) -> list[tuple[int, int, str]]:
    """Lowest and highest number in `column` of each of the files, and its path: ascending."""
    added = pa.table(opened.get_add_actions(flatten=True))
    if not added.num_rows:
        return []
    bounds = (added[f"{end}.{column}"].to_pylist() for end in ("min", "max"))
    return sorted(zip(*bounds, data_files(folder, table, opened, added["path"].to_pylist()), strict=True))


def damaged(folder: Path, what: str, cause: Exception) -> StoreError:
    """The error for tables that are there and cannot be used: because they are damaged, unless the cause is another."""
    told = _first_line(cause)
    for number, remedy in _NOT_DAMAGE.items():
        if os.strerror(number) in told:
            return StoreError(f"{folder}: the atlas cannot be read now ({told}); it is not damaged: {remedy}")
    return StoreError(
        f"{folder}: {what} ({told}); see what else is: python -m geo check --store {folder}; if it says so too, delete "
        "this folder and ingest the articles again"
    )


def _first_line(error: Exception) -> str:
    """The library's own message without its stack trace."""
    return _ARROW.sub(": ", str(error).strip()).partition("\n")[0]
