"""Articles with their resolutions -> Arrow columns: what a worker hands to the writer. Pure, and made in the worker."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.records import Article, Entry, Kind, Resolution
from geo.store.schemas import ENTRY_COLUMNS, SCHEMAS
from geo.store.sketches import MADE_BY, sketches
from geo.store.words import GAP, Ints, keys_of

Pair = tuple[Article, Sequence[Resolution]]

ARTICLE_FIELDS = tuple(field.name for field in fields(Article))
_FIELDS = attrgetter(*ENTRY_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows that some articles add to each table."""

    articles: pa.Table
    """`first_word` is counted from the first word of these articles."""
    texts: pa.Table
    mentions: pa.Table
    place_days: pa.Table
    sketches: pa.Table
    words: pa.Table
    """The key of each word of each text, in reading order; after each text a `GAP`."""
    entries: dict[str, tuple[Any, ...]]
    """The places that the mentions point to, by id: the fields of each `Entry`, which travel at half the cost of it."""


def rows_of(pairs: Iterable[Pair], *, first_number: int, run: int, recipe: str) -> Rows:
    """The rows of these articles, numbered from `first_number` in their order."""
    made = list(pairs)
    numbers = range(first_number, first_number + len(made))
    mentions: list[tuple[Any, ...]] = []
    together = _Together()
    entries: dict[str, Entry] = {}
    for number, (article, resolutions) in zip(numbers, made, strict=True):
        _add_mentions(mentions, together, entries, number, article, resolutions)
    articles = [article for article, _ in made]
    texts = [article.text for article in articles]
    keys, counts = keys_of(texts)
    ends = np.cumsum(counts)
    columns = [*zip(*mentions, strict=True), together.column()] if mentions else []
    mentioned = _table("mentions", columns, run=run, recipe=recipe)
    return Rows(
        articles=_articles(articles, numbers, ends - counts + np.arange(len(made)), counts, run, recipe),
        texts=_table("texts", [numbers, texts]),
        mentions=mentioned,
        place_days=_place_days(mentioned),
        sketches=sketches(keys, counts, numbers),
        words=pa.table({"word": np.insert(keys, ends, GAP)}),
        entries={place_id: _FIELDS(entry) for place_id, entry in entries.items()},
    )


def day_of(published: str | None) -> date | None:
    """The day an article counts on; one dated by its year or month alone counts on its first day. None = not dated.

    >>> day_of("2017-10"), day_of("2017-10-25"), day_of("soon")
    (datetime.date(2017, 10, 1), datetime.date(2017, 10, 25), None)
    """
    if not published:
        return None
    try:
        return date.fromisoformat((published + "-01-01")[:10] if len(published) < 10 else published[:10])
    except ValueError:
        return None


def digest(article: Article) -> str:
    """Changes with any field of the article, so that an edited title or space is noticed though `article_id` stays.

    It changes with the way of sketching too: all sketches of an atlas can be compared.
    """
    values = repr((*(getattr(article, name) for name in ARTICLE_FIELDS if name != "text"), MADE_BY))
    hashed = hashlib.blake2b(article.text.encode("utf-8", "backslashreplace"), digest_size=8)
    hashed.update(values.encode("utf-8", "backslashreplace"))
    return hashed.hexdigest()


@lru_cache(maxsize=100_000)
def place_key(place_id: str) -> int:
    """The place's id as a number, the same on every machine: counting millions of them takes a fraction of the time."""
    hashed = hashlib.md5(place_id.encode(), usedforsecurity=False)
    return int.from_bytes(hashed.digest()[8:], "little", signed=True)


def _table(name: str, columns: Sequence[Any], **constant: Any) -> pa.Table:
    """The columns in the order of the schema; the `constant` ones are the last."""
    schema = SCHEMAS[name]
    if not len(columns):
        return schema.empty_table()
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=False)]
    rows = len(arrays[0])
    arrays += [pa.repeat(pa.scalar(value, schema.field(name).type), rows) for name, value in constant.items()]
    return pa.table(arrays, schema=schema)


@lru_cache(maxsize=10_000)
def _epoch_day(published: str | None) -> int | None:
    """Days since 1970, as Arrow counts them: quicker to compare and to store than a date."""
    day = day_of(published)
    return None if day is None else day.toordinal() - _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()
_NO_DAY = -(1 << 31)


class _Together:
    """The column `others`: lists of place keys, or none; a list of lists would take five times as long."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._lengths: list[int] = []
        self._missing: list[bool] = []

    def add(self, keys: Collection[int] | None) -> None:
        """One row."""
        self._keys.extend(keys or ())
        self._lengths.append(len(keys) if keys else 0)
        self._missing.append(keys is None)

    def column(self) -> pa.Array:
        """All rows."""
        offsets = np.concatenate(([0], np.cumsum(self._lengths))).astype(np.int32)
        keys = pa.array(self._keys, pa.int64())
        return pa.ListArray.from_arrays(pa.array(offsets), keys, mask=pa.array(self._missing))


def _add_mentions(
    rows: list[tuple[Any, ...]],
    together: _Together,
    entries: dict[str, Entry],
    number: int,
    article: Article,
    resolutions: Sequence[Resolution],
) -> None:
    day, source, article_id = _epoch_day(article.published), article.source, article.article_id
    literal = {
        each.entry.place_id: place_key(each.entry.place_id)
        for each in resolutions
        if each.entry and each.mention.kind is Kind.LITERAL
    }
    keys = literal.values()
    seen: set[tuple[str, str]] = set()
    for resolution in resolutions:
        mention, entry = resolution.mention, resolution.entry
        kind = mention.kind.value
        place_id = None
        first = False
        if entry is not None:
            place_id = entry.place_id
            if (place_id, kind) not in seen:
                seen.add((place_id, kind))
                entries[place_id] = entry
                first = True
        together.add(keys if first else None)
        rows.append(
            (
                number,
                article_id,
                mention.start,
                mention.end,
                mention.surface,
                kind,
                place_id,
                resolution.confidence,
                f"{mention.rule}, {resolution.rule}"
                if mention.rule and resolution.rule
                else mention.rule or resolution.rule,
                mention.modifier,
                day,
                source,
                first,
            )
        )


def _articles(
    articles: Sequence[Article], numbers: range, first_words: Ints, words: Ints, run: int, recipe: str
) -> pa.Table:
    columns = [
        numbers,
        *([getattr(article, name) for article in articles] for name in _ARTICLE_ORDER),
        [digest(article) for article in articles],
        [_epoch_day(article.published) for article in articles],
        first_words,
        words,
    ]
    return _table("articles", columns, run=run, recipe=recipe)


_ARTICLE_ORDER = tuple(name for name in SCHEMAS["articles"].names if name in ARTICLE_FIELDS)


def _place_days(mentions: pa.Table) -> pa.Table:
    """The mentions with a place, counted; in no order."""
    placed = mentions.filter(pc.is_valid(mentions["place_id"])).select(["place_id", "kind", "day", "source", "first"])
    counted = placed.group_by(["place_id", "kind", "day", "source"]).aggregate([([], "count_all"), ("first", "sum")])
    return counted.rename_columns(SCHEMAS["place_days"].names).cast(SCHEMAS["place_days"])


def by_place(mentions: pa.Table) -> pa.Array:
    """The order of mentions by place, kind and day, newest first, then as they come: what a page of excerpts asks for.

    Of numbers, because sorting the columns of words takes ten times as long.
    """
    codes = []
    for name in ("place_id", "kind"):
        column = mentions[name].combine_chunks().dictionary_encode()
        rank = np.empty(len(column.dictionary) + 1, np.int64)
        rank[pc.sort_indices(column.dictionary).to_numpy()] = np.arange(len(column.dictionary))
        rank[-1] = len(column.dictionary)
        codes.append(rank[column.indices.fill_null(len(column.dictionary)).to_numpy()])
    days = mentions["day"].cast(pa.int32()).fill_null(_NO_DAY).to_numpy().astype(np.int64)
    order = np.argsort((codes[0] << 36) + (codes[1] << 33) + (1 << 32) - days, kind="stable")
    return pa.array(order)


def entry_row(entry: Entry) -> dict[str, Any]:
    """The entry as a row of `places`, with its geometry spelled out for readers of other languages."""
    return {
        **dict(zip(ENTRY_COLUMNS, _FIELDS(entry), strict=True)),
        "key": place_key(entry.place_id),
        "geometry": entry.geometry.value,
    }
