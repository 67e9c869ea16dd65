"""What the atlas tables look like: columns, rows, versions. The schema of the store stands here and nowhere else."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from geo.errors import StoreError
from geo.records import Article, Entry, Resolution, SetAside, StoredMention

SCHEMA_VERSION = 1
"""Written into every run. Raise it with any change of a column; a reader refuses what is newer than itself."""

_STAMP = [("run", pa.int64()), ("recipe", pa.string())]
_SET_ASIDE = pa.struct([("path", pa.string()), ("reason", pa.string()), ("remedy", pa.string())])
_ARTICLE = [(name, pa.string()) for name in ("article_id", "title", "author", "source", "published", "language", "url")]

SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": pa.schema([*_ARTICLE, ("path", pa.string()), ("text", pa.string()), ("digest", pa.string()), *_STAMP]),
    "mentions": pa.schema(
        [
            ("article_id", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("surface", pa.string()),
            ("kind", pa.string()),
            ("place_id", pa.string()),
            ("confidence", pa.float64()),
            ("rule", pa.string()),
            ("modifier", pa.string()),
            *_STAMP,
        ]
    ),
    "places": pa.schema(
        [
            ("place_id", pa.string()),
            ("name", pa.string()),
            ("name_ar", pa.string()),
            ("lat", pa.float64()),
            ("lon", pa.float64()),
            ("geometry", pa.string()),
            ("feature_class", pa.string()),
            ("feature_code", pa.string()),
            ("country", pa.string()),
            ("admin1", pa.string()),
            ("within", pa.string()),
            ("population", pa.int64()),
            ("radius_km", pa.float64()),
            ("prominence", pa.float64()),
        ]
    ),
    "runs": pa.schema(
        [
            ("run", pa.int64()),
            ("schema_version", pa.int32()),
            ("recipe", pa.string()),
            ("started_at", pa.timestamp("us", "UTC")),
            ("finished_at", pa.timestamp("us", "UTC")),
            ("articles_version", pa.int64()),
            ("mentions_version", pa.int64()),
            ("places_version", pa.int64()),
            ("set_aside", pa.list_(_SET_ASIDE)),
        ]
    ),
}
CONTENT = ("articles", "mentions", "places")
"""The tables whose versions a run records; `runs` itself is written last."""

ARTICLE_COLUMNS = tuple(field.name for field in fields(Article))
MENTION_COLUMNS = tuple(field.name for field in fields(StoredMention))
ENTRY_COLUMNS = tuple(field.name for field in fields(Entry))

# Old log entries are never cleaned up: the last finished run must stay readable however long a later one lies crashed.
_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false"}

_MAX_FILES = 32
"""Each file adds about a millisecond to every question."""

# Seen with deltalake 1.6 and DuckDB 2.0: a folder with one of these in its name is not found, or ends the process.
_UNADDRESSABLE = frozenset("[]\\^|%")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """One row of `runs`: which version of each table belongs together."""

    run: int
    recipe: str
    finished_at: datetime
    versions: Mapping[str, int]
    set_aside: tuple[SetAside, ...] = ()


def article_row(article: Article, run: int, recipe: str) -> dict[str, Any]:
    """The article as a row of `articles`."""
    return {**asdict(article), "digest": digest(article), "run": run, "recipe": recipe}


def mention_row(article: Article, resolution: Resolution, run: int, recipe: str) -> dict[str, Any]:
    """The resolution as a row of `mentions`; `rule` says how it was recognised, then how it was resolved."""
    mention = resolution.mention
    return {
        "article_id": article.article_id,
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "kind": mention.kind.value,
        "place_id": resolution.entry.place_id if resolution.entry else None,
        "confidence": resolution.confidence,
        "rule": ", ".join(rule for rule in (mention.rule, resolution.rule) if rule),
        "modifier": mention.modifier,
        "run": run,
        "recipe": recipe,
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """The entry as a row of `places`, with its geometry spelled out for readers of other languages."""
    return {**asdict(entry), "geometry": entry.geometry.value}


def run_row(run: FinishedRun, started_at: datetime) -> dict[str, Any]:
    """The run as a row of `runs`."""
    return {
        "run": run.run,
        "schema_version": SCHEMA_VERSION,
        "recipe": run.recipe,
        "started_at": started_at,
        "finished_at": run.finished_at,
        **{f"{table}_version": version for table, version in run.versions.items()},
        "set_aside": [asdict(item) for item in run.set_aside],
    }


def digest(article: Article) -> str:
    """Changes with any field of the article, so that an edited title or space is noticed though `article_id` stays."""
    return hashlib.sha256(repr(astuple(article)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def check_folder(folder: Path) -> None:
    """Refuse a folder whose path the table library cannot address, before it creates anything elsewhere."""
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


def open_table(folder: Path, table: str, version: int | None = None) -> DeltaTable:
    """The table at `version`; None = as it is now, finished or not."""
    try:
        return DeltaTable(folder / table, version=version)
    except DeltaError as error:
        raise damaged(folder, f"table {table!r} cannot be read", error) from error


def append(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """One commit with `rows`."""
    write_deltalake(folder / table, pa.Table.from_pylist(rows, schema=SCHEMAS[table]), mode="append")


def overwrite(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """One commit after which the table, created if need be, holds `rows` and nothing else."""
    write_deltalake(
        folder / table,
        pa.Table.from_pylist(rows, schema=SCHEMAS[table]),
        mode="overwrite",
        schema_mode="overwrite",
        configuration=_CONFIGURATION,
    )


def tidy(folder: Path, table: str) -> None:
    """Merge many small files into few, and delete those that no version of the last week uses.

    A reader that opened an earlier run can go on for a week.
    """
    opened = open_table(folder, table)
    if len(opened.file_uris()) > _MAX_FILES:
        opened.optimize.compact()
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
