"""Questions to the atlas, answered by DuckDB from the Parquet files of one finished run."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo import remote
from geo.errors import StoreError
from geo.records import Article, AtlasSummary, Entry, Kind, PlaceCount, SetAside, StoredMention
from geo.store import overlay, rollup, rulings, runs, tables
from geo.store.chronicle import COLUMNS, COPY_COLUMNS, Chronicle, Repeats
from geo.store.database import connect
from geo.store.filters import NO_FILTERS, Filters
from geo.store.lookup import Lookup
from geo.store.rows import place_key
from geo.store.schemas import ARTICLE_COLUMNS, CONTENT, ENTRY_COLUMNS, MENTION_COLUMNS, SCHEMA_VERSION, SCHEMAS
from geo.store.tables import FinishedRun
from geo.store.words import in_a_row, keys_of


def _columns(names: Iterable[str], alias: str) -> str:
    return ", ".join(f'{alias}."{name}"' for name in names)


# `$articles`, `$mentions`, ... are bound to lists of files. Without hive_partitioning=false a folder named a=b would
# add a column a to every table.
def table_of(name: str) -> str:
    """The rows of a table, in SQL; its files are bound to its name."""
    return f"read_parquet(${name}, hive_partitioning=false)"


_PLACE_COUNTS = """
SELECT place_id, sum(mentions)::BIGINT AS mentions, sum(articles)::BIGINT AS articles
FROM ({sums}) WHERE {condition} GROUP BY place_id HAVING sum(mentions) > 0
"""
_MENTION_ROWS = f"""
SELECT m.number, {_columns(MENTION_COLUMNS, "m")} FROM {table_of("mentions")} AS m
WHERE {{conditions}} ORDER BY {{order}} {{limit}}
"""
_NUMBERS = f"""
SELECT article_id, number FROM {table_of("articles")} WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))
"""
_FROM = f"""
SELECT number, coalesce(url, ''), coalesce(path, '') FROM {table_of("articles")}
WHERE url IN (SELECT unnest($origins::VARCHAR[])) OR path IN (SELECT unnest($origins::VARCHAR[])) ORDER BY number
"""
_TOGETHER = f"""
SELECT key, count(*)
FROM (SELECT unnest(others) AS key FROM {table_of("mentions")} AS m WHERE m.first AND {{conditions}})
WHERE key <> $own GROUP BY key
"""
_ORDINALS = f"SELECT ordinal FROM {table_of('words')} WHERE word = {{key}}"
_CHRONICLE = f"SELECT {', '.join(COLUMNS)} FROM {table_of('articles')} ORDER BY number"
_AMENDED_COPIES = f"""(
SELECT m.*, t.chief FROM {table_of("amended")} AS m JOIN (
  SELECT number, chief FROM {table_of("copies")} UNION SELECT chief, chief FROM {table_of("copies")}
) AS t ON t.number = m.number
WHERE m.first)"""
_COPIES_OF = f"""
SELECT c.article_id, c.copy_of FROM {table_of("copies")} AS c
WHERE c.article_id IN (SELECT unnest($ids::VARCHAR[])) OR c.copy_of IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY c.number
"""
_COPY_COUNT = f"SELECT count(*) FROM {table_of('copies')}"
_ENTRIES = f"SELECT {_columns(ENTRY_COLUMNS, 'p')} FROM {table_of('places')} AS p"
_ENTRIES_BY_ID = f"{_ENTRIES} WHERE place_id IN (SELECT unnest($ids::VARCHAR[]))"
_DIGESTS = f"SELECT article_id, digest, recipe FROM {table_of('articles')}"
_ARTICLE_COUNT = f"SELECT count(*) FROM {table_of('articles')}"
_MENTION_COUNTS = f"""
SELECT count(*), count(*) FILTER (kind = 'literal' AND place_id IS NOT NULL),
       count(*) FILTER (kind = 'literal' AND place_id IS NULL), count(*) FILTER (kind = 'associative')
FROM {table_of("mentions")}
"""
_PLACES_WITH = f"""
SELECT count(*) FROM (
  SELECT place_id FROM {table_of("place_months")} WHERE kind = 'literal' GROUP BY 1 HAVING sum(mentions) > 0
)
"""
_READING_ORDER = 'm.number, m."start", m."end"'

NOTHING: Mapping[str, pa.Table] = {}
_ALL = 1 << 62
_REMEMBERED = 100_000
"""Articles whose number is kept in mind: those whose mentions were just asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    articles: int
    """How many articles hold the phrase."""
    article_ids: list[str]
    """Those asked for, newest first; articles without a date come last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTogether:
    """A place that is named in articles that name another one."""

    entry: Entry
    articles: int


class Atlas:
    """One finished run, read only; a run that ends later is not seen: `is_latest` tells, `open` again to read it.

    Safe to share between threads. Lists are fresh for every call.
    """

    def __init__(
        self, folder: Path, finished: FinishedRun, connection: duckdb.DuckDBPyConnection, *, seen: runs.Seen = runs.NONE
    ) -> None:
        """For `open` and the writer; `seen` is what of the runs table `finished` was read from."""
        self.folder = folder
        self.finished = finished
        self._connection = connection
        self._seen = seen
        self._overlay: overlay.Overlay | None = None
        self._stamp: tuple[int, ...] = ()
        self._files: dict[str, list[str]] = {}
        self._numbers: dict[str, int] = {}
        self._by_id: dict[str, Entry] = {}
        self._lookups: dict[str, Lookup] = {}
        self._chronicle: Chronicle | None = None
        self._repeats: Repeats | None = None

    @classmethod
    def open(cls, folder: Path, *, corrected: bool = True) -> Atlas:
        """The last finished run under `folder`; `StoreError` if there is none or it cannot be read.

        `corrected`: with what people decided (`geo.corrections`); otherwise as the program found it.
        """
        tables.check_folder(folder)
        tables.bring(folder)
        connection = connect(folder)
        found = runs.last_finished(folder, connection)
        if found is None:
            raise StoreError(f"{folder}: no atlas here; make one with: python -m geo ingest ARTICLES --store {folder}")
        finished, seen = found
        if finished.schema_version < SCHEMA_VERSION:
            raise StoreError(
                f"{folder}: written by an earlier Article Atlas (tables version {finished.schema_version}, this one "
                f"reads {SCHEMA_VERSION}); bring it up to date with: python -m geo ingest ARTICLES --store {folder}"
            )
        atlas = cls(folder, finished, connection, seen=seen)
        for table in CONTENT:
            atlas.files_of(table)
        if corrected:
            rulings.bring(folder)
            atlas._stamp = rulings.stamp(folder)
            atlas._overlay = overlay.current(atlas, rulings.of(folder))
        return atlas

    @property
    def run(self) -> int:
        """The run's number: 1, 2, ...; it only grows."""
        return self.finished.run

    @property
    def recipe(self) -> str:
        """The recipe of the last run: its code, settings and gazetteer."""
        return self.finished.recipe

    @property
    def state(self) -> str:
        """Names the run and what was corrected in it: answers may be kept for as long as it is the same."""
        return self.finished.name if self._overlay is None else self._overlay.key

    @property
    def corrected(self) -> overlay.Overlay | None:
        """What became of each correction; None = there is none."""
        return self._overlay

    def is_latest(self) -> bool:
        """Whether no run has ended, and nothing was corrected, since this one was opened (about a millisecond)."""
        if self._stamp and self._stamp != rulings.stamp(self.folder):
            return False
        copy_of = remote.of(self.folder)
        if copy_of is not None and copy_of.has_changed(*self._seen):
            return False
        return runs.seen(self.folder) == self._seen

    def place_counts(self, kind: Kind = Kind.LITERAL, *, filters: Filters = NO_FILTERS) -> list[PlaceCount]:
        """Places with mentions of `kind` under the filters: most mentions first, ties by Latin name."""
        entries = self._entries()
        again = self._all_repeats().counts(kind, filters)
        found = [
            PlaceCount(
                entry=entries[place_id], mentions=mentions, articles=articles, texts=articles - again.get(place_id, 0)
            )
            for place_id, mentions, articles in self._counts(kind, filters)
        ]
        return sorted(found, key=lambda item: (-item.mentions, item.entry.name, item.entry.place_id))

    def place(self, place_id: str, kind: Kind = Kind.LITERAL, *, filters: Filters = NO_FILTERS) -> PlaceCount | None:
        """One place and its mentions of `kind` under the filters, perhaps 0; None = no article names it."""
        entry = self._entries().get(place_id)
        if entry is None:
            return None
        counts = self._counts(kind, filters, place_id=place_id)
        mentions, articles = counts[0][1:] if counts else (0, 0)
        again = self._all_repeats().counts(kind, filters).get(place_id, 0)
        return PlaceCount(entry=entry, mentions=mentions, articles=articles, texts=articles - again)

    def mentions(
        self,
        *,
        place_id: str | None = None,
        article_id: str | None = None,
        kind: Kind | None = None,
        unplaced: str | None = None,
        filters: Filters = NO_FILTERS,
        newest_first: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[StoredMention]:
        """Mentions that fit all that is given, by article, then in reading order. None = any.

        `unplaced`: a printed name; its literal mentions without a place.
        `newest_first` orders the articles by their day, those without one last; `limit` and `offset` cut a page out.
        """
        conditions, values = filters.conditions("m")
        if place_id is not None:
            conditions.append("m.place_id = $place_id")
            values["place_id"] = place_id
        if kind is not None:
            conditions.append("m.kind = $kind")
            values["kind"] = kind.value
        if unplaced is not None:
            conditions.append("m.surface = $surface AND m.kind = 'literal' AND m.place_id IS NULL")
            values["surface"] = unplaced
        if article_id is not None:
            conditions.append("m.number = $number")
            values["number"] = self._numbers_of([article_id]).get(article_id, -1)
        query = _MENTION_ROWS.format(
            conditions=" AND ".join(conditions) or "true",
            order=("m.day DESC NULLS LAST, " if newest_first else "") + _READING_ORDER,
            limit=f"LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else "",
        )
        rows = self._rows(query, "mentions", **values)
        return stored_mentions(self, rows)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles by id; an id the atlas does not hold is left out."""
        numbers = np.fromiter(self._numbers_of(list(ids)).values(), np.int64)
        if not len(numbers):
            return {}
        with ThreadPoolExecutor(1) as beside:  # unpacking, most of the time of a page, frees the interpreter
            unpacked = beside.submit(self._lookup, "texts", numbers, ["text"])
            rows = self._lookup("articles", numbers, [name for name in ARTICLE_COLUMNS if name != "text"]).to_pylist()
            texts = unpacked.result()
        text_of = dict(zip(texts["number"].to_pylist(), texts["text"].to_pylist(), strict=True))
        found = (Article(**row, text=text_of[number]) for row in rows for number in [row.pop("number")])
        return {article.article_id: article for article in found}

    def article(self, article_id: str) -> Article | None:
        """One article; None = the atlas does not hold it."""
        return self.articles([article_id]).get(article_id)

    def named_together(
        self, place_id: str, kind: Kind = Kind.LITERAL, *, filters: Filters = NO_FILTERS, limit: int = 20
    ) -> list[NamedTogether]:
        """Places with a literal mention in the articles that name this one, those of most articles first."""
        conditions, values = filters.conditions("m")
        conditions += ["m.place_id = $place_id", "m.kind = $kind"]
        query = _TOGETHER.format(conditions=" AND ".join(conditions))
        entries = {place_key(place_id): entry for place_id, entry in self._entries().items()}
        values |= {"place_id": place_id, "own": place_key(place_id), "kind": kind.value}
        rows = self._rows(query, "mentions", **values)
        found = [NamedTogether(entry=entries[key], articles=articles) for key, articles in rows]
        return sorted(found, key=lambda item: (-item.articles, item.entry.name, item.entry.place_id))[:limit]

    def search(self, phrase: str, *, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0) -> Found:
        """Articles whose text holds the words of `phrase` one after the other, however spelled and punctuated.

        A phrase without any word is found nowhere.
        """
        found = self._holding(phrase, filters)
        numbers = self._all_articles().page(found, limit, offset)
        rows = self._lookup("articles", numbers, ["article_id"])
        ids = dict(zip(rows["number"].to_pylist(), rows["article_id"].to_pylist(), strict=True))
        self.remember((article_id, number) for number, article_id in ids.items())
        return Found(articles=len(found), article_ids=[ids[number] for number in numbers.tolist()])

    def copies(self, ids: Iterable[str]) -> dict[str, str]:
        """Near-copy -> the article it is a copy of, for each copy among these articles and each copy of one of them."""
        return dict(self._rows(_COPIES_OF, "copies", ids=list(ids)))

    def count_copies(self) -> int:
        """How many articles are near-copies of another one."""
        return sum(row[0] for row in self._rows(_COPY_COUNT, "copies"))

    def set_aside(self) -> list[SetAside]:
        """What the run could not read, or read with doubt, by path."""
        return list(self.finished.set_aside)

    def summary(self) -> AtlasSummary:
        """The run in figures."""
        [(articles,)] = self._rows(_ARTICLE_COUNT, "articles") or [(0,)]
        [(mentions, placed, unplaced, associative)] = self._rows(_MENTION_COUNTS, "mentions") or [(0, 0, 0, 0)]
        [(places,)] = self._rows(_PLACES_WITH, "place_months") or [(0,)]
        return AtlasSummary(
            articles=articles,
            mentions=mentions,
            placed=placed,
            unplaced=unplaced,
            associative=associative,
            places=places,
            texts=articles - self.count_copies(),
            finished_at=self.finished.finished_at,
        )

    def digests(self) -> dict[str, tuple[str, str]]:
        """``(digest, recipe)`` of every article, by id."""
        return {article_id: (digest, recipe) for article_id, digest, recipe in self._rows(_DIGESTS, "articles")}

    def entries_in_use(self) -> list[Entry]:
        """Every place that some mention points to, of whatever kind."""
        return [_entry(row) for row in self._rows(_ENTRIES, "places")]

    def entries_by_id(self) -> Mapping[str, Entry]:
        """Every place by id."""
        return self._entries()

    def numbers_of(self, ids: list[str]) -> dict[str, int]:
        """The numbers of these articles; those the atlas does not hold are left out."""
        return self._numbers_of(ids)

    def ids_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Article ids by number."""
        query = (
            f"SELECT number, article_id FROM {table_of('articles')} WHERE number IN (SELECT unnest($numbers::BIGINT[]))"
        )
        return dict(self._rows(query, "articles", numbers=sorted(set(numbers))))

    def numbers_from(self, origins: list[str]) -> list[tuple[int, str, str]]:
        """``(number, url, path)`` of the articles with one of these addresses or paths."""
        return self._rows(_FROM, "articles", origins=origins) if origins else []

    def numbers_with(self, phrases: Iterable[str], source: str | None = None) -> list[int]:
        """Numbers of the articles that hold one of these phrases (see `search`), of this source if one is given."""
        filters = Filters(sources=(source,)) if source is not None else NO_FILTERS
        found: set[int] = set()
        for phrase in phrases:
            found.update(self.numbers_holding(phrase, filters).tolist())
        return sorted(found)

    def numbers_holding(self, phrase: str, filters: Filters = NO_FILTERS) -> npt.NDArray[np.int64]:
        """Numbers of the articles whose text holds the words of `phrase` one after the other, ascending."""
        return self._all_articles().numbers[self._holding(phrase, filters)]

    def texts_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Texts by article number, in their order."""
        found = self._lookup("texts", np.unique(np.fromiter(numbers, np.int64)), ["text"])
        return dict(sorted(zip(found["number"].to_pylist(), found["text"].to_pylist(), strict=True)))

    def rows(self, query: str, *used: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a question of another module of the store over the tables in `used`, as corrected."""
        return self._rows(query, *used, **parameters)

    def has_mentions(self) -> bool:
        """Whether the run has any, or people added some."""
        _, files = self._over(table_of("mentions"), ["mentions"])
        return all(files.values())

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for whoever reads the files itself; close it."""
        return self._connection.cursor()

    def entries(self, place_ids: list[str]) -> list[Entry]:
        """Those of these places that the atlas holds."""
        return [_entry(row) for row in self._rows(_ENTRIES_BY_ID, "places", ids=place_ids)] if place_ids else []

    def folder_beside(self) -> Path:
        """A temporary folder that questions may read too: it is there as long as this atlas. For `open`."""
        folder = Path(tempfile.mkdtemp(prefix="article-atlas-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._connection.close()
        self._connection = connect(self.folder, folder)
        return folder

    def batches(
        self,
        query: str,
        *used: str,
        registered: Mapping[str, pa.Table] | None = None,
        size: int = 20_000,
        **values: Any,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a query over the tables in `used`, as corrected, as they come; none if one of these is empty.

        `registered` tables are seen by the query under their names.
        """
        query, files = self._over(query, used)
        if not all(files.values()):
            return
        with tables.reading(self.folder), self._connection.cursor() as cursor:
            for name, table in (registered or {}).items():
                cursor.register(name, table)
            yield from cursor.sql(query, params={**files, **values}).to_arrow_reader(size)

    def close(self) -> None:
        """Free the connection; the atlas cannot be asked any more."""
        self._connection.close()

    def files_of(self, table: str) -> list[str]:
        """The Parquet files that hold this run's rows of the table."""
        if table not in self._files:
            opened = tables.open_table(self.folder, table, self.finished.versions[table])
            if table == "words":  # the ordinals of a word then come ascending
                self._files[table] = [file for *_, file in tables.files_by(self.folder, table, opened, "ordinal")]
            else:
                self._files[table] = tables.data_files(self.folder, table, opened)
        return self._files[table]

    def _counts(self, kind: Kind, filters: Filters, **values: Any) -> list[tuple[Any, ...]]:
        """``place_id, mentions, articles`` of every place, or of that with the `place_id` given."""
        sums, bound = rollup.sums(filters)
        query = _PLACE_COUNTS.format(sums=sums, condition="place_id = $place_id" if values else "true")
        used = [table for table in ("place_months", "place_days") if f"(${table}," in query]
        return self._rows(query, *used, kind=kind.value, **bound, **values)

    def _holding(self, phrase: str, filters: Filters) -> npt.NDArray[np.int64]:
        """Which articles hold the phrase, as indices into the chronicle; none if it has no word."""
        keys, _ = keys_of([phrase])
        if not len(keys) or not self.files_of("words"):
            return np.empty(0, np.int64)
        ordinals = {key: self._ordinals(key) for key in set(keys.tolist())}
        return self._all_articles().holding(in_a_row([ordinals[key] for key in keys.tolist()]), filters)

    def _ordinals(self, key: int) -> npt.NDArray[np.int64]:
        """Where a word stands, ascending. Its key is not bound: only then are row groups without it passed over."""
        found: npt.NDArray[np.int64] = self._arrow(_ORDINALS.format(key=int(key)), "words")["ordinal"].to_numpy()
        in_order = bool((found[1:] > found[:-1]).all())
        return found if in_order else np.sort(found)

    def _arrow(self, query: str, table: str) -> pa.Table:
        """The query's rows as columns; those of the table may be none."""
        with tables.reading(self.folder), self._connection.cursor() as cursor:
            return cursor.sql(query, params={table: self.files_of(table)}).to_arrow_table()

    def _all_repeats(self) -> Repeats:
        """Made at the first count: 0.1 s for a million articles."""
        if self._repeats is None:
            empty = SCHEMAS["place_copies"].empty_table().select(list(COPY_COLUMNS))
            self._repeats = Repeats.of(self._repeat_rows() if self.files_of("copies") else empty)
        return self._repeats

    def _repeat_rows(self) -> pa.Table:
        """The rows of `place_copies`, those of corrected articles made anew."""
        files = {"place_copies": self.files_of("place_copies")}
        parts = [table_of("place_copies")] if files["place_copies"] else []
        if self._overlay is not None:
            files |= {name: self._overlay.files[name] for name in ("touched", "amended")}
            files["copies"] = self.files_of("copies")
            parts = [
                f"(SELECT * FROM {part} WHERE number NOT IN (SELECT number FROM {table_of('touched')}))"
                for part in parts
            ]
            parts.append(_AMENDED_COPIES)
        if not parts:
            return SCHEMAS["place_copies"].empty_table().select(list(COPY_COLUMNS))
        columns = ", ".join(COPY_COLUMNS)
        query = f"{' UNION ALL '.join(f'SELECT {columns} FROM {part}' for part in parts)} ORDER BY {columns}"
        files = {name: found for name, found in files.items() if f"(${name}," in query}
        with tables.reading(self.folder), self._connection.cursor() as cursor:
            return cursor.sql(query, params=files).to_arrow_table()

    def _all_articles(self) -> Chronicle:
        """Made at the first search: 0.2 s for a million articles."""
        if self._chronicle is None:
            empty = SCHEMAS["articles"].empty_table().select(list(COLUMNS))
            held = bool(self.files_of("articles"))
            self._chronicle = Chronicle.of(self._arrow(_CHRONICLE, "articles") if held else empty)
        return self._chronicle

    def _lookup(self, table: str, numbers: npt.NDArray[np.int64], columns: list[str]) -> pa.Table:
        with tables.reading(self.folder):
            if table not in self._lookups:
                self._lookups[table] = Lookup(self.files_of(table), SCHEMAS[table])
            return self._lookups[table].rows(numbers, columns)

    def _entries(self) -> dict[str, Entry]:
        """Every place by id, made once: that takes longer than to count them."""
        if not self._by_id:
            self._by_id = {entry.place_id: entry for entry in self.entries_in_use()}
        return self._by_id

    def _numbers_of(self, ids: list[str]) -> dict[str, int]:
        """The numbers of these articles; those not asked for lately are looked up."""
        known = {article_id: self._numbers[article_id] for article_id in ids if article_id in self._numbers}
        unknown = [article_id for article_id in ids if article_id not in known]
        if unknown:
            looked_up = dict(self._rows(_NUMBERS, "articles", ids=unknown))
            self.remember(looked_up.items())
            known |= looked_up
        return known

    def remember(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Keep the numbers of articles that were just met: they are asked for next."""
        if len(self._numbers) > _REMEMBERED:
            self._numbers = {}
        self._numbers.update(numbers)

    def ask(
        self,
        query: str,
        used: Iterable[str],
        parameters: Mapping[str, Any],
        given: Mapping[str, pa.Table] = NOTHING,
    ) -> list[tuple[Any, ...]]:
        """Rows of a query over the tables in `used` and those that are `given`; for the modules of this folder.

        None if a table is empty: there are no places without mentions.
        """
        query, files = self._over(query, used)
        if not all(files.values()):
            return []
        with tables.reading(self.folder), self._connection.cursor() as cursor:
            for name, table in given.items():
                cursor.register(name, table)
            return cursor.execute(query, {**files, **parameters}).fetchall()

    def columns(
        self, query: str, used: Iterable[str], parameters: Mapping[str, Any], given: Mapping[str, pa.Table] = NOTHING
    ) -> pa.Table | None:
        """As `ask`, for millions of rows: as columns; None if a table is empty."""
        query, files = self._over(query, used)
        if not all(files.values()):
            return None
        with tables.reading(self.folder), self._connection.cursor() as cursor:
            for name, table in given.items():
                cursor.register(name, table)
            return cursor.sql(query, params={**files, **parameters}).to_arrow_table()

    def _over(self, query: str, used: Iterable[str]) -> tuple[str, dict[str, list[str]]]:
        """The query over the tables as corrected, and the files it is bound to."""
        files = {table: self.files_of(table) for table in used}
        return (query, files) if self._overlay is None else self._overlay.over(query, files)

    def _rows(self, query: str, *used: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self.ask(query, used, parameters)


def stored_mentions(atlas: Atlas, rows: list[tuple[Any, ...]]) -> list[StoredMention]:
    """Rows of an article's number and the columns of a mention, as records; the numbers are remembered."""
    atlas.remember((row[1], row[0]) for row in rows)
    return [_stored_mention(row[1:]) for row in rows]


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(ENTRY_COLUMNS, row, strict=True)))


def _stored_mention(row: tuple[Any, ...]) -> StoredMention:
    values = dict(zip(MENTION_COLUMNS, row, strict=True))
    return StoredMention(**{**values, "kind": Kind(values["kind"])})
