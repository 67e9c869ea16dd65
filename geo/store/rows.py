"""Articles with their resolutions -> Arrow columns: what a worker hands to the writer. Pure, and made in the worker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import pyarrow as pa

from geo.records import Article, Entry, Kind, Resolution
from geo.store.schemas import SCHEMAS
from geo.store.words import postings

Pair = tuple[Article, Sequence[Resolution]]

ARTICLE_FIELDS = tuple(field.name for field in fields(Article))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows that some articles add to each table."""

    articles: pa.Table
    mentions: pa.Table
    place_days: pa.Table
    words: pa.Table
    entries: dict[str, Entry]
    """The places that the mentions point to, by id."""


def rows_of(pairs: Iterable[Pair], *, first_number: int, run: int, recipe: str) -> Rows:
    """The rows of these articles, numbered from `first_number` in their order."""
    made = list(pairs)
    numbers = range(first_number, first_number + len(made))
    mentions = _Columns("mentions")
    days: dict[tuple[str, str, date | None, str | None], list[int]] = {}
    entries: dict[str, Entry] = {}
    for number, (article, resolutions) in zip(numbers, made, strict=True):
        _add_mentions(mentions, days, number, article, resolutions)
        entries.update((each.entry.place_id, each.entry) for each in resolutions if each.entry)
    return Rows(
        articles=_articles([article for article, _ in made], numbers, run, recipe),
        mentions=mentions.table(run=run, recipe=recipe),
        place_days=_place_days(days),
        words=postings([article.text for article, _ in made], numbers),
        entries=entries,
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
    """Changes with any field of the article, so that an edited title or space is noticed though `article_id` stays."""
    values = repr(tuple(getattr(article, name) for name in ARTICLE_FIELDS if name != "text"))
    hashed = hashlib.sha256(article.text.encode("utf-8", "backslashreplace"))
    hashed.update(values.encode("utf-8", "backslashreplace"))
    return hashed.hexdigest()[:16]


class _Columns:
    """Columns that grow a row at a time: a quarter of the time and memory of a list of dictionaries."""

    def __init__(self, table: str) -> None:
        self._schema = SCHEMAS[table]
        self._values: list[list[Any]] = [[] for _ in self._schema]
        self._rows = 0

    def add(self, *values: Any) -> None:
        """One row, in the order of the schema; `run` and `recipe`, which are last, are left out."""
        for column, value in zip(self._values, values, strict=False):
            column.append(value)
        self._rows += 1

    def table(self, **constant: Any) -> pa.Table:
        """All rows; the `constant` columns are the last ones."""
        stamped = {
            name: pa.repeat(pa.scalar(value, self._schema.field(name).type), self._rows)
            for name, value in constant.items()
        }
        columns = [
            stamped[field.name] if field.name in stamped else pa.array(values, field.type)
            for field, values in zip(self._schema, self._values, strict=True)
        ]
        return pa.table(columns, schema=self._schema)


def _add_mentions(
    columns: _Columns,
    days: dict[tuple[str, str, date | None, str | None], list[int]],
    number: int,
    article: Article,
    resolutions: Sequence[Resolution],
) -> None:
    day = day_of(article.published)
    literal = sorted({each.entry.place_id for each in resolutions if each.entry and each.mention.kind is Kind.LITERAL})
    seen: set[tuple[str, str]] = set()
    for resolution in resolutions:
        mention = resolution.mention
        kind = mention.kind.value
        place_id = resolution.entry.place_id if resolution.entry else None
        first = place_id is not None and (place_id, kind) not in seen
        if place_id is not None:
            seen.add((place_id, kind))
            count = days.setdefault((place_id, kind, day, article.source), [0, 0])
            count[0] += 1
            count[1] += first
        columns.add(
            number,
            article.article_id,
            mention.start,
            mention.end,
            mention.surface,
            kind,
            place_id,
            resolution.confidence,
            ", ".join(rule for rule in (mention.rule, resolution.rule) if rule),
            mention.modifier,
            day,
            article.source,
            first,
            [other for other in literal if other != place_id] if first else None,
        )


def _articles(articles: Sequence[Article], numbers: range, run: int, recipe: str) -> pa.Table:
    columns = _Columns("articles")
    for number, article in zip(numbers, articles, strict=True):
        values = asdict_shallow(article)
        columns.add(number, *(values[name] for name in _ARTICLE_ORDER), digest(article), day_of(article.published))
    return columns.table(run=run, recipe=recipe)


def asdict_shallow(article: Article) -> dict[str, Any]:
    """Its fields by name, without the deep copy of `asdict`."""
    return {name: getattr(article, name) for name in ARTICLE_FIELDS}


_ARTICLE_ORDER = tuple(name for name in SCHEMAS["articles"].names if name in ARTICLE_FIELDS)


def _place_days(days: dict[tuple[str, str, date | None, str | None], list[int]]) -> pa.Table:
    columns = _Columns("place_days")
    for key in sorted(days, key=lambda key: (key[2] or date.min, key[0], key[1], key[3] or "")):
        columns.add(*key, *days[key])
    return columns.table()


def entry_row(entry: Entry) -> dict[str, Any]:
    """The entry as a row of `places`, with its geometry spelled out for readers of other languages."""
    return {**asdict(entry), "geometry": entry.geometry.value}
