"""A part of the atlas, asked for from outside: its places, mentions and articles, counted from the mentions themselves.

The page asks `Atlas` and its rollups, which know dates and sources; what else may be asked for is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pyarrow as pa

from geo.records import Article, Entry, Kind, PlaceCount, StoredMention
from geo.store.filters import NO_FILTERS, Filters
from geo.store.reader import Atlas, _conditions
from geo.store.schemas import ARTICLE_COLUMNS, MENTION_COLUMNS

UNPLACED = "unplaced"
KINDS = (Kind.LITERAL.value, Kind.ASSOCIATIVE.value, UNPLACED)
"""What may be asked for. Literal and associative mentions have a place; unplaced ones, of either kind, have none."""

_BATCH_ROWS = 20_000
_CHUNK_ARTICLES = 1_000
"""Texts that are in memory at once: two megabytes, and few enough row groups to unpack for a sparse selection."""
_ALL = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """All that is given must fit; what is not given excludes nothing but the kinds that were not asked for."""

    filters: Filters = NO_FILTERS
    kinds: tuple[str, ...] = (Kind.LITERAL.value,)
    """Some of `KINDS`."""
    place_ids: tuple[str, ...] = ()
    """Mentions of any of these; none = of any place."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the articles; none = any language, also an unknown one."""
    phrase: str | None = None
    """Only articles that hold these words in a row, however spelled."""


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


def count_places(atlas: Atlas, selection: Selection) -> list[PlaceCount]:
    """The places of the selected mentions: most mentions first, ties by Latin name."""
    chosen = _Chosen.of(atlas, selection)
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


def mentions_with_articles(atlas: Atlas, selection: Selection) -> Iterator[tuple[StoredMention, Article]]:
    """Every selected mention with its article, article by article as they were read, in reading order."""
    chosen = _Chosen.of(atlas, selection)
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
    atlas: Atlas, selection: Selection, *, limit: int | None = None, offset: int = 0
) -> list[tuple[StoredMention, Article]]:
    """One page of the selected mentions, those of the newest articles first, undated ones last."""
    chosen = _Chosen.of(atlas, selection)
    order = 'ORDER BY m.day DESC NULLS LAST, m.article_id, m."start", m."end"'
    query = f"{chosen.query} {order} LIMIT {_ALL if limit is None else int(limit)} OFFSET {int(offset)}"
    return list(_with_articles(atlas, [(row[0], _mention(row[1:])) for row in chosen.rows(atlas, query)]))


def count_mentions(atlas: Atlas, selection: Selection) -> tuple[int, int]:
    """How many mentions are selected, and in how many articles."""
    chosen = _Chosen.of(atlas, selection)
    query = f"SELECT count(*), count(DISTINCT number) FROM ({chosen.query})"
    mentions, articles = next(chosen.rows(atlas, query), (0, 0))
    return int(mentions), int(articles)


def count_articles(
    atlas: Atlas, selection: Selection, *, limit: int | None = None, offset: int = 0
) -> list[ArticleCount]:
    """Articles, newest first, with how many selected mentions each has; if places are asked for, those naming one."""
    names = tuple(ArticleCount.__dataclass_fields__)
    columns = ", ".join(f'm."{name}"' for name in names if name not in ("mentions", "places"))
    chosen, articles = _articles(atlas, selection)
    query = (
        f"SELECT {columns}, coalesce(c.mentions, 0), coalesce(c.places, 0) {articles}"
        f" ORDER BY m.day DESC NULLS LAST, m.article_id LIMIT {_ALL if limit is None else int(limit)}"
        f" OFFSET {int(offset)}"
    )
    return [ArticleCount(**dict(zip(names, row, strict=True))) for row in chosen.rows(atlas, query)]


def total_articles(atlas: Atlas, selection: Selection) -> int:
    """How many articles `count_articles` has in all."""
    chosen, articles = _articles(atlas, selection)
    return sum(int(count) for (count,) in chosen.rows(atlas, f"SELECT count(*) {articles}"))


def _articles(atlas: Atlas, selection: Selection) -> tuple[_Chosen, str]:
    """The FROM and WHERE of a question about articles."""
    chosen = _Chosen.of(atlas, selection)
    if not atlas.files_of("mentions"):
        chosen = replace(chosen, query=_NO_MENTIONS)
    conditions = _conditions(selection.filters)[0] + _languages(selection)
    return (
        chosen,
        f"""
    FROM read_parquet($articles, hive_partitioning=false) AS m {chosen.phrase_join}
    {"JOIN" if selection.place_ids else "LEFT JOIN"} (
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
    phrase_join: str
    values: dict[str, Any]
    hits: pa.Table | None

    @classmethod
    def of(cls, atlas: Atlas, selection: Selection) -> _Chosen:
        hits = None
        if selection.phrase is not None:
            found = atlas.search(selection.phrase, filters=selection.filters, limit=_ALL).article_ids
            hits = pa.table({"article_id": pa.array(found, pa.string())})
        phrase_join = "SEMI JOIN hits ON hits.article_id = m.article_id" if hits is not None else ""
        conditions, values = _conditions(selection.filters)
        conditions.append(_kinds(selection.kinds))
        if selection.place_ids:
            conditions.append("m.place_id IN (SELECT unnest($place_ids::VARCHAR[]))")
            values["place_ids"] = list(selection.place_ids)
        if selection.languages:
            values["languages"] = list(selection.languages)
            conditions.append(
                "m.number IN (SELECT m.number FROM read_parquet($articles, hive_partitioning=false) AS m"
                f" WHERE {_languages(selection)[0]})"
            )
        columns = ", ".join(f'm."{name}"' for name in MENTION_COLUMNS)
        query = (
            f"SELECT m.number, {columns} FROM read_parquet($mentions, hive_partitioning=false) AS m {phrase_join}"
            f" WHERE {' AND '.join(conditions)}"
        )
        return cls(query=query, phrase_join=phrase_join, values=values, hits=hits)

    def rows(self, atlas: Atlas, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that holds `query`; none if a table that it needs is empty."""
        used = [name for name in ("mentions", "articles") if f"(${name}," in query]
        if not all(atlas.files_of(table) for table in used):
            return
        values = {name: value for name, value in self.values.items() if f"${name}" in query}
        registered = {"hits": self.hits} if self.hits is not None else {}
        for batch in atlas.batches(query, *used, registered=registered, size=_BATCH_ROWS, **values):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _kinds(kinds: Iterable[str]) -> str:
    """The condition on kinds; they are names of `KINDS`, never what a user typed."""
    placed = [kind for kind in kinds if kind in (Kind.LITERAL, Kind.ASSOCIATIVE)]
    either = (
        [f"(m.place_id IS NOT NULL AND m.kind IN ({', '.join(repr(str(kind)) for kind in placed)}))"] if placed else []
    )
    either += ["m.place_id IS NULL"] if UNPLACED in kinds else []
    return f"({' OR '.join(either) or 'false'})"


def _languages(selection: Selection) -> list[str]:
    """The condition on the language of articles."""
    return ["m.language IN (SELECT unnest($languages::VARCHAR[]))"] if selection.languages else []


def _with_articles(atlas: Atlas, chunk: list[tuple[int, StoredMention]]) -> Iterator[tuple[StoredMention, Article]]:
    if not chunk:
        return
    # Numbers in the query, not bound: only then does DuckDB skip the row groups that hold none of them.
    numbers = ", ".join(str(int(number)) for number in sorted({number for number, _ in chunk}))
    columns = ", ".join(f'm."{name}"' for name in ARTICLE_COLUMNS)
    query = (
        f"SELECT m.number, {columns} FROM read_parquet($articles, hive_partitioning=false) AS m"
        f" WHERE m.number IN ({numbers})"
    )
    articles = {}
    for batch in atlas.batches(query, "articles"):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            articles[row[0]] = Article(**dict(zip(ARTICLE_COLUMNS, row[1:], strict=True)))
    for number, mention in chunk:
        yield mention, articles[number]


def _mention(row: tuple[Any, ...]) -> StoredMention:
    values = dict(zip(MENTION_COLUMNS, row, strict=True))
    return StoredMention(**{**values, "kind": Kind(values["kind"])})
