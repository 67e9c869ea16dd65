"""The atlas narrowed to what a reader selected. Every question is put to the same rows, so all answers agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.excerpts import sentence_span
from geo.records import Entry, Kind, PlaceCount, StoredMention
from geo.store.database import MENTIONS as _MENTIONS
from geo.store.filters import one_of
from geo.store.reader import NOTHING, Atlas, stored_mentions
from geo.store.relevance import earliest, most_often
from geo.store.rows import place_key
from geo.store.schemas import MENTION_COLUMNS
from geo.store.selection import EVERYTHING, Selection
from geo.store.wanted import KINDS, Wanted

SENTENCES_OF = 400
"""Articles whose sentences are read to see which places share one: the newest. 400 texts are unpacked in 0.2 s."""

_FEW = 2_000
"""Rows that are sorted with all their columns: of a million articles twice as fast; of more, slower."""

FACETS = ("source", "author", "language")
"""Columns of the articles that one can filter by."""

FACETS_OF_ARTICLES = ("author", "language")
"""Those that the mentions do not know."""

_ARTICLES = "read_parquet($articles, hive_partitioning=false)"


class Order(StrEnum):
    """How the excerpts of a place are sorted."""

    RELEVANCE = "relevance"
    """Articles that name the place most come first, then those that name it earlier in the text."""
    DATE = "date"
    """Newest first; undated last."""
    SOURCE = "source"
    """By the publisher's name, newest first; unknown last."""


_ORDERS = {
    Order.RELEVANCE: "times DESC, first_start, day DESC NULLS LAST",
    Order.DATE: "day DESC NULLS LAST",
    Order.SOURCE: "source NULLS LAST, day DESC NULLS LAST",
}

_TOGETHER = """
SELECT m.place_id, count(DISTINCT m.number) AS articles
FROM {mentions} AND m.place_id <> $place_id
AND m.number IN (SELECT number FROM {mentions} AND m.place_id = $place_id)
GROUP BY m.place_id ORDER BY articles DESC, m.place_id LIMIT $limit
"""
_LISTED_WITH = """
SELECT key, count(*) FROM (SELECT unnest(m.others) AS key FROM {mentions} AND m.place_id = $place_id AND m.first)
WHERE key <> $own GROUP BY key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A selection in figures."""

    mentions: int
    articles: int
    places: int
    texts: int
    """Distinct ones among the articles: near-copies count once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Mentions by day."""

    here: dict[date, int]
    """Of the place asked for."""
    all: dict[date, int]
    """Of all places, that one included."""
    undated: int
    """Mentions of all places in articles without a date."""
    undated_here: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A place that is named with another one."""

    place_id: str
    articles: int
    sentences: int
    """In the articles whose sentences were read."""


class Narrowed:
    """One finished run under one selection; safe to share between threads."""

    def __init__(self, atlas: Atlas, selection: Selection = EVERYTHING) -> None:
        self.atlas = atlas
        self.selection = selection

    def key(self) -> tuple[str, str, Selection]:
        """What tells this from another one, for caches."""
        return self.atlas.folder.as_posix(), self.atlas.state, self.selection

    @cached_property
    def place_counts(self) -> tuple[PlaceCount, ...]:
        """Places with mentions: most mentions first, ties by Latin name."""
        asked = self.selection
        if asked.kind and not asked.by_article and not asked.confidence:  # the rollups hold what this needs
            counts = self.atlas.place_counts(asked.kind, filters=asked.filters)
            return tuple(count for count in counts if asked.admits(count.entry))
        rows = self.ask("SELECT place_id, count(*), count(DISTINCT number) FROM {mentions} GROUP BY place_id")
        entries = self.atlas.entries_by_id()
        found = [PlaceCount(entry=entries[key], mentions=n, articles=articles) for key, n, articles in rows]
        return tuple(sorted(found, key=lambda item: (-item.mentions, item.entry.name, item.entry.place_id)))

    def count_of(self, place_id: str) -> PlaceCount | None:
        """One place under the selection, perhaps with 0 mentions; None = the atlas does not name it."""
        if place_id not in self._by_id:
            entry = self.atlas.entries_by_id().get(place_id)
            return PlaceCount(entry=entry, mentions=0, articles=0) if entry else None
        return self._by_id[place_id]

    @cached_property
    def totals(self) -> Totals:
        """How many mentions, articles and places there are."""
        [(articles,)] = self.ask("SELECT count(DISTINCT number) FROM {mentions}") or [(0,)]
        mentions = sum(count.mentions for count in self.place_counts)
        return Totals(mentions=mentions, articles=articles, places=len(self.place_counts), texts=self.texts())

    def texts(self, place_id: str | None = None) -> int:
        """Distinct texts among the articles that are selected, or that name a place: near-copies count once."""
        of_place = "AND m.place_id = $place_id" if place_id is not None else ""
        values: dict[str, Any] = {"place_id": place_id} if place_id is not None else {}
        numbers = f"(SELECT DISTINCT m.number FROM {{mentions}} {of_place})"
        if not self.atlas.files_of("copies"):
            return sum(n for (n,) in self.ask(f"SELECT count(*) FROM {numbers}", **values))
        query = f"""
        SELECT count(DISTINCT coalesce(c.chief, s.number)) FROM {numbers} AS s
        LEFT JOIN read_parquet($copies, hive_partitioning=false) AS c ON c.number = s.number
        """
        return sum(n for (n,) in self.ask(query, "copies", **values))

    def values(self, column: str) -> list[tuple[str, int]]:
        """The values of ``source``, ``author`` or ``language`` in the whole atlas, with how many articles hold each.

        `NOT_STATED` is among them if some articles hold none.
        """
        if column not in FACETS:
            raise ValueError(f"no filter is called {column!r}; there are {', '.join(FACETS)}")
        query = f"SELECT coalesce({column}, ''), count(*) FROM {_ARTICLES} GROUP BY 1 ORDER BY 2 DESC, 1"
        return [(value, n) for value, n in self.atlas.ask(query, ["articles"], {})]

    @cached_property
    def articles_by_value(self) -> dict[str, dict[str, int]]:
        """Each column of `FACETS`: value -> how many of the selected articles hold it; the commonest first."""
        sets = ", ".join(f"({name})" for name in FACETS)
        query = f"""
        SELECT {", ".join(FACETS)}, count(*) AS n FROM (
          SELECT {", ".join(f"coalesce(a.{name}, '') AS {name}" for name in FACETS)}
          FROM {_ARTICLES} AS a JOIN (SELECT DISTINCT m.number FROM {{mentions}}) AS s ON s.number = a.number
        ) GROUP BY GROUPING SETS ({sets}) ORDER BY n DESC
        """
        found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for *values, n in self.ask(query, "articles"):
            for name, value in zip(FACETS, values, strict=True):
                if value is not None:  # it is None in the sets of the other columns
                    found[name][value] = n
        return found

    def page(self, place_id: str, order: Order, *, limit: int, offset: int) -> list[StoredMention]:
        """One page of a place's mentions; those of one article stay together, in reading order."""
        by = f'{_ORDERS[order]}, number, "start", "end"'
        cut = f"ORDER BY {by} LIMIT {int(limit)} OFFSET {int(offset)}"
        columns = ", ".join(f'm."{name}"' for name in MENTION_COLUMNS)
        given: dict[str, pa.Table] = {}
        if order is Order.RELEVANCE:
            given["best"] = self._best(place_id, limit + offset)
            query = f"""
            SELECT m.number, {columns} FROM (
              SELECT *, min("start") OVER (PARTITION BY number) AS first_start
              FROM {{mentions}} AND m.place_id = $place_id AND m.number IN (SELECT number FROM best)
            ) AS m JOIN best USING (number) {cut}
            """
        elif limit + offset <= _FEW:
            query = f"SELECT m.number, {columns} FROM {{mentions}} AND m.place_id = $place_id {cut}"
        else:  # narrow columns tell what is on the page; all of them are read for its own rows alone
            query = f"""
            WITH page AS (
              SELECT number, "start", "end", row_number() OVER (ORDER BY {by}) AS place FROM (
                SELECT number, "start", "end", day, source FROM {{mentions}} AND m.place_id = $place_id {cut}
              )
            )
            SELECT m.number, {columns}
            FROM (SELECT * FROM {{mentions}} AND m.place_id = $place_id AND m.number IN (SELECT number FROM page)) AS m
            JOIN page USING (number, "start", "end") ORDER BY place
            """
        return stored_mentions(self.atlas, self.ask(query, given=given, place_id=place_id))

    def days(self, place_id: str | None = None) -> Days:
        """Mentions by day, of one place and of all."""
        rows = self.ask(
            "SELECT day, count(*), count(*) FILTER (place_id = $place_id) FROM {mentions} GROUP BY day ORDER BY day",
            place_id=place_id or "",
        )
        undated, undated_here = next(((n, here) for day, n, here in rows if day is None), (0, 0))
        return Days(
            all={day: n for day, n, _ in rows if day is not None},
            here={day: here for day, _, here in rows if day is not None and here},
            undated=undated,
            undated_here=undated_here,
        )

    def together(self, place_id: str, limit: int = 40) -> list[Together]:
        """Places named in articles that name this one: those of most articles first."""
        asked = self.selection
        if asked.kind is Kind.LITERAL and not asked.confidence:  # first mentions list the others
            found = self._listed_with(place_id)[:limit]
        else:
            found = self.ask(_TOGETHER, place_id=place_id, limit=limit)
        sentences = self._sentences_with(place_id)
        return [Together(place_id=key, articles=n, sentences=sentences.get(key, 0)) for key, n in found]

    def sharing(self, place_id: str, other: str, *, limit: int, offset: int = 0) -> tuple[int, list[str]]:
        """How many articles name both places, and the ids of some of them, newest first."""
        query = """
        SELECT article_id, count(*) OVER () FROM (
          SELECT article_id, any_value(day) AS day FROM {mentions} AND m.place_id IN ($place_id, $other)
          GROUP BY article_id HAVING count(DISTINCT place_id) = 2
        ) ORDER BY day DESC NULLS LAST, article_id LIMIT $limit OFFSET $offset
        """
        rows = self.ask(query, place_id=place_id, other=other, limit=limit, offset=offset)
        return (rows[0][1] if rows else 0), [article_id for article_id, _ in rows]

    def mentions_of(self, article_id: str) -> list[StoredMention]:
        """An article's mentions of any place, in reading order, whatever else is selected."""
        return self.atlas.mentions(article_id=article_id, kind=self.selection.kind)

    def wanted(self, place_id: str | None = None) -> Wanted:
        """The same selection, of one place or of all, as an export asks for it."""
        asked = self.selection
        places: list[str] = []
        if place_id is not None or asked.by_place:
            entries = self.atlas.entries_by_id()
            sought = entries if place_id is None else [place_id]
            places = [key for key in sought if key in entries and asked.admits(entries[key])]
        numbers = None if self.chosen is None else tuple(self.chosen["number"].to_pylist())
        return Wanted(
            filters=asked.filters,
            kinds=(asked.kind.value,) if asked.kind else KINDS[:2],
            place_ids=tuple(places),
            confidence=asked.confidence,
            numbers=() if (place_id is not None or asked.by_place) and not places else numbers,
        )

    def sentences_read(self, place_id: str) -> int:
        """How many of the place's articles `together` reads the sentences of."""
        count = self.count_of(place_id)
        return min(SENTENCES_OF, count.articles) if count else 0

    @cached_property
    def _by_id(self) -> dict[str, PlaceCount]:
        return {count.entry.place_id: count for count in self.place_counts}

    @cached_property
    def chosen(self) -> pa.Table | None:
        """Numbers of the articles that meet what is asked of articles; None = nothing is."""
        asked = self.selection
        if not asked.by_article:
            return None
        parts: list[npt.NDArray[np.int64]] = []
        for column in FACETS_OF_ARTICLES:
            if chosen := getattr(asked, f"{column}s"):
                condition = one_of(column, chosen, "SELECT unnest($chosen::VARCHAR[])")
                query = f"SELECT number FROM {_ARTICLES} WHERE {condition}"
                parts.append(_column(self.atlas.ask(query, ["articles"], {"chosen": list(chosen)})))
        for clause in asked.text:
            found = self.atlas.numbers_holding(" ".join(clause.words))
            if clause.places:
                query = f"SELECT DISTINCT number FROM {_MENTIONS} WHERE place_id IN (SELECT unnest($places::VARCHAR[]))"
                rows = self.atlas.ask(query, ["mentions"], {"places": list(clause.places)})
                found = np.union1d(found, _column(rows))
            parts.append(found)
        return pa.table({"number": reduce(np.intersect1d, parts)})

    @cached_property
    def _rows(self) -> tuple[str, dict[str, Any]]:
        return self._rows_of(placed=True)

    def _rows_of(self, *, placed: bool) -> tuple[str, dict[str, Any]]:
        """SQL of the mentions that are selected, which ends in a condition, and what it is bound to.

        `placed`: those with a place, of the kind selected; else all mentions, of either kind. What is asked of a place
        no mention without one can meet.
        """
        asked = self.selection
        conditions = ["m.place_id IS NOT NULL"] if placed else ["true"]
        values: dict[str, Any] = {}
        if asked.kind and placed:
            conditions.append("m.kind = $kind")
            values["kind"] = asked.kind.value
        if asked.filters.since:
            conditions.append("m.day >= $since")
            values["since"] = asked.filters.since
        if asked.filters.until:
            conditions.append("m.day <= $until")
            values["until"] = asked.filters.until
        if asked.filters.sources:
            conditions.append(one_of("m.source", asked.filters.sources, "SELECT unnest($sources::VARCHAR[])"))
            values["sources"] = list(asked.filters.sources)
        if asked.confidence:
            conditions.append("m.confidence >= $confidence")
            values["confidence"] = asked.confidence
        if asked.by_place:
            conditions.append("m.place_id IN (SELECT unnest($places::VARCHAR[]))")
            values["places"] = [key for key, entry in self.atlas.entries_by_id().items() if asked.admits(entry)]
        if asked.by_article:
            conditions.append("m.number IN (SELECT number FROM chosen)")
        return f"{_MENTIONS} AS m WHERE {' AND '.join(conditions)}", values

    def ask(
        self,
        query: str,
        *also: str,
        placed: bool = True,
        given: Mapping[str, pa.Table] = NOTHING,
        **values: Any,
    ) -> list[tuple[Any, ...]]:
        """Rows of a question of another module of the store; in it ``{mentions}`` are those selected, called m.

        Conditions can follow it with AND. `placed`: only those with a place, of the kind selected. `also`: the other
        tables that it uses; `given`: tables that it sees under their names.
        """
        rows, bound = self._rows if placed else self._rows_of(placed=False)
        tables = {**given, **self._chosen_table}
        return self.atlas.ask(query.replace("{mentions}", rows), ["mentions", *also], bound | values, tables)

    def _best(self, place_id: str, most: int) -> pa.Table:
        """``number, times`` of the articles that hold the first `most` mentions by relevance, and perhaps of more."""
        found = most_often(self._columns_of(place_id, "m.number"), most)
        if found.num_rows <= _FEW:
            return found
        mentions = self._columns_of(place_id, 'm.number, m."start"')
        return found if mentions is None else earliest(found, mentions, most)

    def _columns_of(self, place_id: str, columns: str) -> pa.Table | None:
        """Of all mentions of a place; None = there are none."""
        rows, bound = self._rows
        query = f"SELECT {columns} FROM {rows} AND m.place_id = $place_id"
        return self.atlas.columns(query, ["mentions"], bound | {"place_id": place_id}, self._chosen_table)

    @property
    def _chosen_table(self) -> Mapping[str, pa.Table]:
        return {} if self.chosen is None else {"chosen": self.chosen}

    def _listed_with(self, place_id: str) -> list[tuple[str, int]]:
        """Other place -> articles that name both, those of most articles first."""
        place_ids = {place_key(key): key for key, entry in self.atlas.entries_by_id().items() if self._admits(entry)}
        rows = self.ask(_LISTED_WITH, place_id=place_id, own=place_key(place_id))
        found = [(place_ids[key], n) for key, n in rows if key in place_ids]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def _admits(self, entry: Entry) -> bool:
        return not self.selection.by_place or self.selection.admits(entry)

    def _sentences_with(self, place_id: str) -> dict[str, int]:
        """Other place -> sentences that name both, in the newest articles that name this one."""
        query = """
        WITH recent AS (
          SELECT number FROM {mentions} AND m.place_id = $place_id
          GROUP BY number ORDER BY any_value(day) DESC NULLS LAST, number LIMIT $most
        )
        SELECT m.number, m."start", m."end", m.place_id FROM {mentions} AND m.number IN (SELECT number FROM recent)
        """
        rows = self.ask(query, place_id=place_id, most=SENTENCES_OF)
        return _sentences(rows, self.atlas.texts_of({row[0] for row in rows}), place_id)


def _sentences(rows: Iterable[tuple[Any, ...]], texts: dict[int, str], place_id: str) -> dict[str, int]:
    by_article: dict[int, list[tuple[int, int, str]]] = {}
    for number, start, end, named in rows:
        by_article.setdefault(number, []).append((start, end, named))
    counts: dict[str, int] = {}
    for number, mentions in by_article.items():
        text = texts[number]
        spans = {sentence_span(text, start, end) for start, end, named in mentions if named == place_id}
        for first, last in spans:
            for other in {named for start, end, named in mentions if first <= start and end <= last} - {place_id}:
                counts[other] = counts.get(other, 0) + 1
    return counts


def _column(rows: list[tuple[Any, ...]]) -> npt.NDArray[np.int64]:
    return np.fromiter((number for (number,) in rows), np.int64, len(rows))
