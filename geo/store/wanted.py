"""A part of the atlas, asked for from outside: its places, mentions and articles, counted from the mentions themselves.

The page asks `Atlas` and its rollups, which know dates and sources; what else may be asked for is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import pyarrow as pa

from geo.records import Article, Entry, Kind, PlaceCount, StoredMention
from geo.store.filters import NO_FILTERS, Filters, one_of
from geo.store.reader import Atlas
from geo.store.schemas import MENTION_COLUMNS

UNPLACED = "unplaced"
KINDS = (Kind.LITERAL.value, Kind.ASSOCIATIVE.value, UNPLACED)
"""What may be asked for. Literal and associative mentions have a place; unplaced ones, of either kind, have none."""

_BATCH_ROWS = 20_000
_CHUNK_ARTICLES = 1_000
"""Texts that are in memory at once: two megabytes, and few enough row groups to unpack where few are wanted."""
_ALL = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All that is given must fit; what is not given excludes nothing but the kinds that were not asked for."""

    filters: Filters = NO_FILTERS
    kinds: tuple[str, ...] = (Kind.LITERAL.value,)
    """Some of `KINDS`."""
    place_ids: tuple[str, ...] = ()
    """Mentions of any of these; none = of any place."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the articles, `NOT_STATED` among them; none = any language, also an unknown one."""
    authors: tuple[str, ...] = ()
    """As `languages`."""
    confidence: float = 0.0
    """Mentions whose place is at least this sure."""
    phrase: str | None = None
    """Only articles that hold these words in a row, however spelled."""
    numbers: tuple[int, ...] | None = None
    """Only articles with these numbers: for a caller who found out which; None = all."""

    @property
    def is_in_rollups(self) -> bool:
        """Whether the counts by day and month know the answer: by date, source and one kind."""
        more = (self.place_ids, self.languages, self.authors, self.confidence, self.phrase is not None)
        return not any(more) and self.numbers is None and len(self.kinds) == 1 and UNPLACED not in self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCount:
    """An article, without its text, with what was selected of it."""

    article_id: str
    title: str
    author: str | None
    source: str | None
    published: str | None
    language: str | None
    url: str | None
    path: str | None
    mentions: int
    places: int


def places_named(atlas: Atlas, name: str) -> list[Entry]:
    """The places of the atlas with this id or name, in either script; most prominent first."""
    from geo.normalize import name_key

    wanted = name_key(name)
    found = [
        entry
        for entry in atlas.entries_in_use()
        if name == entry.place_id or (wanted and wanted in (name_key(entry.name), name_key(entry.name_ar)))
    ]
    return sorted(found, key=lambda entry: (-entry.prominence, -entry.population, entry.place_id))


def count_places(atlas: Atlas, wanted: Wanted) -> list[PlaceCount]:
    """The places of the selected mentions: most mentions first, ties by Latin name."""
    if wanted.is_in_rollups:
        return atlas.place_counts(Kind(wanted.kinds[0]), filters=wanted.filters)
    chosen = _Chosen.of(atlas, wanted)
    query = f"""
    SELECT place_id, count(*) AS mentions, count(DISTINCT number) AS articles
    FROM ({chosen.query}) WHERE place_id IS NOT NULL GROUP BY place_id
    """
    entries = {entry.place_id: entry for entry in atlas.entries_in_use()}
    counts = [
        PlaceCount(entry=entries[place_id], mentions=mentions, articles=articles)
        for place_id, mentions, articles in chosen.rows(atlas, query)
    ]
    return sorted(counts, key=lambda count: (-count.mentions, count.entry.name, count.entry.place_id))


def mentions_with_articles(atlas: Atlas, wanted: Wanted) -> Iterator[tuple[StoredMention, Article]]:
    """Every selected mention with its article, article by article as they were read, in reading order."""
    chosen = _Chosen.of(atlas, wanted)
    query = f'{chosen.query} ORDER BY m.number, m."start", m."end"'
    rows = chosen.rows(atlas, query)
    chunk: list[tuple[int, StoredMention]] = []
    articles = 0
    for number, group in groupby(rows, key=lambda row: row[0]):
        chunk += [(number, _mention(row[1:])) for row in group]
        articles += 1
        if articles == _CHUNK_ARTICLES:
            yield from _with_articles(atlas, chunk)
            chunk, articles = [], 0
    yield from _with_articles(atlas, chunk)


def newest_mentions(
    atlas: Atlas, wanted: Wanted, *, limit: int | None = None, offset: int = 0
) -> list[tuple[StoredMention, Article]]:
    """One page of the selected mentions, those of the newest articles first, undated ones last."""
    chosen = _Chosen.of(atlas, wanted)
    order = 'ORDER BY m.day DESC NULLS LAST, m.article_id, m."start", m."end"'
    query = f"{chosen.query} {order} LIMIT {_ALL if limit is None else int(limit)} OFFSET {int(offset)}"
    return list(_with_articles(atlas, [(row[0], _mention(row[1:])) for row in chosen.rows(atlas, query)]))


def leading_mentions(atlas: Atlas, wanted: Wanted, *, limit: int) -> list[tuple[StoredMention, Article]]:
    """The first selected mention of each article, articles that hold most of them first; then the second ones, ..."""
    chosen = _Chosen.of(atlas, wanted)
    columns = ", ".join(f'"{name}"' for name in MENTION_COLUMNS)
    query = f"""
    WITH ranked AS (
      SELECT *, count(*) OVER (PARTITION BY number) AS times,
        row_number() OVER (PARTITION BY number ORDER BY "start", "end") AS nth
      FROM ({chosen.query})
    )
    SELECT number, {columns} FROM ranked ORDER BY nth, times DESC, number LIMIT {int(limit)}
    """
    return list(_with_articles(atlas, [(row[0], _mention(row[1:])) for row in chosen.rows(atlas, query)]))


def count_days(atlas: Atlas, wanted: Wanted) -> dict[date | None, int]:
    """Selected mentions by day; None = in articles without a date."""
    chosen = _Chosen.of(atlas, wanted)
    return dict(chosen.rows(atlas, f"SELECT m.day, count(*) {chosen.source} GROUP BY m.day"))


def count_mentions(atlas: Atlas, wanted: Wanted) -> tuple[int, int]:
    """How many mentions are selected, and in how many articles."""
    chosen = _Chosen.of(atlas, wanted)
    query = f"SELECT count(*), count(DISTINCT number) FROM ({chosen.query})"
    mentions, articles = next(chosen.rows(atlas, query), (0, 0))
    return int(mentions), int(articles)


def count_articles(atlas: Atlas, wanted: Wanted, *, limit: int | None = None, offset: int = 0) -> list[ArticleCount]:
    """Articles, newest first, with how many selected mentions each has; if places are asked for, those naming one."""
    names = tuple(ArticleCount.__dataclass_fields__)
    columns = ", ".join(f'm."{name}"' for name in names if name not in ("mentions", "places"))
    chosen, articles = _articles(atlas, wanted)
    query = (
        f"SELECT {columns}, coalesce(c.mentions, 0), coalesce(c.places, 0) {articles}"
        f" ORDER BY m.day DESC NULLS LAST, m.article_id LIMIT {_ALL if limit is None else int(limit)}"
        f" OFFSET {int(offset)}"
    )
    return [ArticleCount(**dict(zip(names, row, strict=True))) for row in chosen.rows(atlas, query)]


def total_articles(atlas: Atlas, wanted: Wanted) -> int:
    """How many articles `count_articles` has in all."""
    chosen, articles = _articles(atlas, wanted)
    return sum(int(count) for (count,) in chosen.rows(atlas, f"SELECT count(*) {articles}"))


def _articles(atlas: Atlas, wanted: Wanted) -> tuple[_Chosen, str]:
    """The FROM and WHERE of a question about articles."""
    chosen = _Chosen.of(atlas, wanted)
    if not atlas.has_mentions():
        chosen = replace(chosen, query=_NO_MENTIONS)
    conditions = wanted.filters.conditions("m")[0] + _of_articles(wanted)
    return (
        chosen,
        f"""
    FROM read_parquet($articles, hive_partitioning=false) AS m {chosen.joins}
    {"JOIN" if wanted.place_ids or wanted.confidence else "LEFT JOIN"} (
      SELECT number, count(*) AS mentions, count(DISTINCT place_id) AS places FROM ({chosen.query}) GROUP BY number
    ) AS c ON c.number = m.number
    WHERE {" AND ".join(conditions) or "true"}
    """,
    )


_NO_MENTIONS = "SELECT 0::BIGINT AS number, '' AS place_id WHERE false"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The selected mentions as SQL, and what that SQL is bound to."""

    query: str
    source: str
    """FROM and WHERE of `query`."""
    joins: str
    """What narrows both mentions and articles, called ``m``, to the `given` tables."""
    values: dict[str, Any]
    given: dict[str, pa.Table]

    @classmethod
    def of(cls, atlas: Atlas, wanted: Wanted) -> _Chosen:
        given = {}
        if wanted.phrase is not None:
            found = atlas.search(wanted.phrase, filters=wanted.filters, limit=_ALL).article_ids
            given["hits"] = pa.table({"article_id": pa.array(found, pa.string())})
        if wanted.numbers is not None:
            given["listed"] = pa.table({"number": pa.array(wanted.numbers, pa.int64())})
        joins = " ".join(f"SEMI JOIN {name} USING ({table.column_names[0]})" for name, table in given.items())
        conditions, values = wanted.filters.conditions("m")
        conditions.append(_kinds(wanted.kinds))
        if wanted.place_ids:
            conditions.append("m.place_id IN (SELECT unnest($place_ids::VARCHAR[]))")
            values["place_ids"] = list(wanted.place_ids)
        if wanted.confidence:
            conditions.append("m.confidence >= $confidence")
            values["confidence"] = wanted.confidence
        if of_articles := _of_articles(wanted):
            values |= {"languages": list(wanted.languages), "authors": list(wanted.authors)}
            conditions.append(
                "m.number IN (SELECT m.number FROM read_parquet($articles, hive_partitioning=false) AS m"
                f" WHERE {' AND '.join(of_articles)})"
            )
        columns = ", ".join(f'm."{name}"' for name in MENTION_COLUMNS)
        source = f"FROM read_parquet($mentions, hive_partitioning=false) AS m {joins} WHERE {' AND '.join(conditions)}"
        query = f"SELECT m.number, {columns} {source}"
        return cls(query=query, source=source, joins=joins, values=values, given=given)

    def rows(self, atlas: Atlas, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that holds `query`; none if a table that it needs is empty."""
        used = [name for name in ("mentions", "articles") if f"(${name}," in query]
        values = {name: value for name, value in self.values.items() if f"${name}" in query}
        for batch in atlas.batches(query, *used, registered=self.given, size=_BATCH_ROWS, **values):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _kinds(kinds: Iterable[str]) -> str:
    """The condition on kinds; they are names of `KINDS`, never what a user typed."""
    placed = [kind for kind in kinds if kind in (Kind.LITERAL, Kind.ASSOCIATIVE)]
    either = (
        [f"(m.place_id IS NOT NULL AND m.kind IN ({', '.join(repr(str(kind)) for kind in placed)}))"] if placed else []
    )
    either += ["m.place_id IS NULL"] if UNPLACED in kinds else []
    return f"({' OR '.join(either) or 'false'})"


def _of_articles(wanted: Wanted) -> list[str]:
    """The conditions on what mentions do not know of their articles."""
    asked = {"language": wanted.languages, "author": wanted.authors}
    return [
        one_of(f"m.{name}", values, f"SELECT unnest(${name}s::VARCHAR[])") for name, values in asked.items() if values
    ]


def _with_articles(atlas: Atlas, chunk: list[tuple[int, StoredMention]]) -> Iterator[tuple[StoredMention, Article]]:
    if not chunk:
        return
    atlas.remember((mention.article_id, number) for number, mention in chunk)
    articles = atlas.articles({mention.article_id for _, mention in chunk})
    for _, mention in chunk:
        yield mention, articles[mention.article_id]


def _mention(row: tuple[Any, ...]) -> StoredMention:
    values = dict(zip(MENTION_COLUMNS, row, strict=True))
    return StoredMention(**{**values, "kind": Kind(values["kind"])})
