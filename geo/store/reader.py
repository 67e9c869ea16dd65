"""Questions to the atlas, answered by DuckDB from the Parquet files of one finished run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from geo.errors import StoreError
from geo.records import Article, AtlasSummary, Entry, Kind, PlaceCount, SetAside, StoredMention
from geo.store import tables
from geo.store.tables import ARTICLE_COLUMNS, CONTENT, ENTRY_COLUMNS, MENTION_COLUMNS, FinishedRun


def _columns(names: Iterable[str], alias: str) -> str:
    return ", ".join(f'{alias}."{name}"' for name in names)


# `$articles`, `$mentions`, `$places` and `$runs` are bound to lists of files. Without hive_partitioning=false a folder
# named a=b would add a column a to every table.
_ARTICLES = "read_parquet($articles, hive_partitioning=false)"
_MENTIONS = "read_parquet($mentions, hive_partitioning=false)"
_PLACES = "read_parquet($places, hive_partitioning=false)"
_RUNS = "read_parquet($runs, hive_partitioning=false)"

_LAST_RUN = f"""
SELECT run, schema_version, recipe, epoch_us(finished_at), articles_version, mentions_version, places_version, set_aside
FROM {_RUNS} ORDER BY run DESC LIMIT 1
"""
_PLACE_COUNTS = f"""
SELECT {_columns(ENTRY_COLUMNS, "p")}, count(m.place_id) AS mentions, count(DISTINCT m.article_id) AS articles
FROM {_PLACES} AS p JOIN {_MENTIONS} AS m ON m.place_id = p.place_id AND m.kind = $kind
GROUP BY ALL ORDER BY mentions DESC, p.name, p.place_id
"""
_PLACE = f"""
SELECT {_columns(ENTRY_COLUMNS, "p")}, count(m.place_id), count(DISTINCT m.article_id)
FROM {_PLACES} AS p LEFT JOIN {_MENTIONS} AS m ON m.place_id = p.place_id AND m.kind = $kind
WHERE p.place_id = $place_id GROUP BY ALL
"""
_MENTION_ROWS = f"""
SELECT {_columns(MENTION_COLUMNS, "m")} FROM {_MENTIONS} AS m
WHERE ($place_id::VARCHAR IS NULL OR m.place_id = $place_id)
  AND ($article_id::VARCHAR IS NULL OR m.article_id = $article_id)
  AND ($kind::VARCHAR IS NULL OR m.kind = $kind)
ORDER BY m.article_id, m."start", m."end"
"""
_ARTICLE_ROWS = f"""
SELECT {_columns(ARTICLE_COLUMNS, "a")} FROM {_ARTICLES} AS a
WHERE a.article_id IN (SELECT unnest($ids::VARCHAR[]))
"""
_ALL_ENTRIES_IN_USE = f"""
SELECT {_columns(ENTRY_COLUMNS, "p")} FROM {_PLACES} AS p SEMI JOIN {_MENTIONS} AS m ON m.place_id = p.place_id
"""
_DIGESTS = f"SELECT article_id, digest, recipe FROM {_ARTICLES}"
_ARTICLE_COUNT = f"SELECT count(*) FROM {_ARTICLES}"
_MENTION_COUNTS = f"""
SELECT count(*), count(*) FILTER (kind = 'literal' AND place_id IS NOT NULL),
       count(*) FILTER (kind = 'literal' AND place_id IS NULL), count(*) FILTER (kind = 'associative'),
       count(DISTINCT place_id) FILTER (kind = 'literal')
FROM {_MENTIONS}
"""


class Atlas:
    """One finished run, read only; a run that ends later is not seen: `is_latest` tells, `open` again to read it.

    Safe to share between threads. Lists are fresh for every call.
    """

    def __init__(
        self, folder: Path, finished: FinishedRun, connection: duckdb.DuckDBPyConnection, *, runs_version: int = -1
    ) -> None:
        """For `open` and the writer; `runs_version` is the version of the runs table that `finished` was read from."""
        self.folder = folder
        self.finished = finished
        self._connection = connection
        self._runs_version = runs_version
        self._files: dict[str, list[str]] = {}

    @classmethod
    def open(cls, folder: Path) -> Atlas:
        """The last finished run under `folder`; `StoreError` if there is none or it cannot be read."""
        tables.check_folder(folder)
        connection = connect(folder)
        found = last_finished(folder, connection)
        if found is None:
            raise StoreError(f"{folder}: no atlas here; make one with: python -m geo ingest ARTICLES --store {folder}")
        finished, runs_version = found
        atlas = cls(folder, finished, connection, runs_version=runs_version)
        for table in CONTENT:
            atlas._files_of(table)
        return atlas

    @property
    def run(self) -> int:
        """The run's number: 1, 2, ...; it only grows."""
        return self.finished.run

    @property
    def recipe(self) -> str:
        """The recipe of the last run: its code, settings and gazetteer."""
        return self.finished.recipe

    def is_latest(self) -> bool:
        """Whether no run has ended since this one was opened (about a millisecond)."""
        return tables.open_table(self.folder, "runs").version() == self._runs_version

    def place_counts(self, kind: Kind = Kind.LITERAL) -> list[PlaceCount]:
        """Places with mentions of `kind`: most mentions first, ties by Latin name."""
        return [_place_count(row) for row in self._rows(_PLACE_COUNTS, "places", "mentions", kind=kind.value)]

    def place(self, place_id: str, kind: Kind = Kind.LITERAL) -> PlaceCount | None:
        """One place and its mentions of `kind`, perhaps 0; None = no article names it."""
        rows = self._rows(_PLACE, "places", "mentions", place_id=place_id, kind=kind.value)
        return _place_count(rows[0]) if rows else None

    def mentions(
        self, *, place_id: str | None = None, article_id: str | None = None, kind: Kind | None = None
    ) -> list[StoredMention]:
        """Mentions that fit all that is given, by article, then in reading order. None = any."""
        wanted = {"place_id": place_id, "article_id": article_id, "kind": kind.value if kind else None}
        return [_stored_mention(row) for row in self._rows(_MENTION_ROWS, "mentions", **wanted)]

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles by id; an id the atlas does not hold is left out."""
        rows = self._rows(_ARTICLE_ROWS, "articles", ids=list(ids))
        found = (Article(**dict(zip(ARTICLE_COLUMNS, row, strict=True))) for row in rows)
        return {article.article_id: article for article in found}

    def article(self, article_id: str) -> Article | None:
        """One article; None = the atlas does not hold it."""
        return self.articles([article_id]).get(article_id)

    def set_aside(self) -> list[SetAside]:
        """What the run could not read, or read with doubt, by path."""
        return list(self.finished.set_aside)

    def summary(self) -> AtlasSummary:
        """The run in figures."""
        [(articles,)] = self._rows(_ARTICLE_COUNT, "articles") or [(0,)]
        [counts] = self._rows(_MENTION_COUNTS, "mentions") or [(0, 0, 0, 0, 0)]
        mentions, placed, unplaced, associative, places = counts
        return AtlasSummary(
            articles=articles,
            mentions=mentions,
            placed=placed,
            unplaced=unplaced,
            associative=associative,
            places=places,
            finished_at=self.finished.finished_at,
        )

    def digests(self) -> dict[str, tuple[str, str]]:
        """``(digest, recipe)`` of every article, by id: what a writer needs to see what changed."""
        return {article_id: (digest, recipe) for article_id, digest, recipe in self._rows(_DIGESTS, "articles")}

    def entries_in_use(self) -> list[Entry]:
        """Every place that some mention points to, of whatever kind."""
        return [_entry(row) for row in self._rows(_ALL_ENTRIES_IN_USE, "places", "mentions")]

    def close(self) -> None:
        """Free the connection; the atlas cannot be asked any more."""
        self._connection.close()

    def _rows(self, query: str, *used: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query over the tables in `used`; none if one is empty: there are no places without mentions."""
        files = {table: self._files_of(table) for table in used}
        if not all(files.values()):
            return []
        try:
            with self._connection.cursor() as cursor:
                return cursor.execute(query, {**files, **parameters}).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise tables.damaged(self.folder, "a data file is gone or unreadable", error) from error

    def _files_of(self, table: str) -> list[str]:
        if table not in self._files:
            opened = tables.open_table(self.folder, table, self.finished.versions[table])
            self._files[table] = tables.data_files(self.folder, table, opened)
        return self._files[table]


def last_finished(folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[FinishedRun, int] | None:
    """The last finished run and the version of the runs table that names it; None = no run ever finished here."""
    if not (folder / "runs" / "_delta_log").is_dir():
        return None
    runs = tables.open_table(folder, "runs")
    files = tables.data_files(folder, "runs", runs)
    if not files:
        return None
    try:
        row = connection.execute(_LAST_RUN, {"runs": files}).fetchone()
    except duckdb.Error as error:
        raise tables.damaged(folder, "the list of runs cannot be read", error) from error
    if row is None:
        return None
    return _finished_run(folder, row), runs.version()


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database that can read below `folder`, and neither other files, the network nor extensions.

    Starting one takes 20 ms, the better part of opening an atlas.
    """
    offline: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(":memory:", config=offline)
    connection.execute("SET allowed_directories = $folders", {"folders": [f"{folder.absolute()}/"]})
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def _finished_run(folder: Path, row: tuple[Any, ...]) -> FinishedRun:
    run, schema_version, recipe, finished_us, *versions, set_aside = row
    if schema_version > tables.SCHEMA_VERSION:
        raise StoreError(
            f"{folder}: written by a newer Article Atlas (tables version {schema_version}, "
            f"this one reads up to {tables.SCHEMA_VERSION}); update Article Atlas or use another --store"
        )
    return FinishedRun(
        run=run,
        recipe=recipe,
        finished_at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=finished_us),
        versions=dict(zip(CONTENT, versions, strict=True)),
        set_aside=tuple(SetAside(**item) for item in set_aside),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(ENTRY_COLUMNS, row, strict=True)))


def _place_count(row: tuple[Any, ...]) -> PlaceCount:
    *entry, mentions, articles = row
    return PlaceCount(entry=_entry(tuple(entry)), mentions=mentions, articles=articles)


def _stored_mention(row: tuple[Any, ...]) -> StoredMention:
    values = dict(zip(MENTION_COLUMNS, row, strict=True))
    return StoredMention(**{**values, "kind": Kind(values["kind"])})
