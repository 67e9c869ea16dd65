"""Where every mention of a selection is: on the map, unplaced, inside another name; which one is least sure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geo.records import StoredMention
from geo.store.narrowed import Narrowed
from geo.store.reader import stored_mentions
from geo.store.rulings import RULE
from geo.store.schemas import MENTION_COLUMNS
from geo.store.unplaced import UnplacedName

_COLUMNS = ", ".join(f'm."{name}"' for name in MENTION_COLUMNS)
_UNPLACED = "m.kind = 'literal' AND m.place_id IS NULL"
_KEY = "m.article_id || ':' || m.\"start\" || '-' || m.\"end\""
_OPEN = f"m.place_id IS NOT NULL AND m.kind = 'literal' AND NOT starts_with(m.rule, '{RULE}')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All mentions that meet the filters, of whatever kind: ``placed + unplaced + associative``."""

    placed: int
    """Literal, with a place: what the map shows."""
    unplaced: int
    """Literal, without one. None of them meets a filter by country, kind of place or confidence."""
    associative: int
    """Inside the name of something else."""

    @property
    def mentions(self) -> int:
        """All of them."""
        return self.placed + self.unplaced + self.associative


def account(narrowed: Narrowed) -> Account:
    """Where the mentions are that meet the filters; the filter by kind is left out, for the account is by kind."""
    query = f"""
    SELECT count(*) FILTER (m.kind = 'literal' AND m.place_id IS NOT NULL), count(*) FILTER ({_UNPLACED}),
           count(*) FILTER (m.kind = 'associative') FROM {{mentions}}
    """
    [(placed, unplaced, associative)] = narrowed.ask(query, placed=False) or [(0, 0, 0)]
    return Account(placed=placed, unplaced=unplaced, associative=associative)


def unplaced_in(narrowed: Narrowed, *, limit: int, offset: int = 0) -> list[UnplacedName]:
    """Names recognised and not resolved, most mentions first; together they are the account's unplaced."""
    query = f"""
    SELECT m.surface, count(*) AS mentions, count(DISTINCT m.number) FROM {{mentions}} AND {_UNPLACED}
    GROUP BY m.surface ORDER BY mentions DESC, m.surface LIMIT $limit OFFSET $offset
    """
    rows = narrowed.ask(query, placed=False, limit=limit, offset=offset)
    return [UnplacedName(surface=surface, mentions=n, articles=articles) for surface, n, articles in rows]


def count_unplaced_names(narrowed: Narrowed) -> int:
    """How many different names are not resolved."""
    rows = narrowed.ask(f"SELECT count(DISTINCT m.surface) FROM {{mentions}} AND {_UNPLACED}", placed=False)
    return int(rows[0][0]) if rows else 0


def unplaced_mentions_in(narrowed: Narrowed, surface: str, *, limit: int) -> list[StoredMention]:
    """Where one of these names stands, newest first."""
    query = f"""
    SELECT m.number, {_COLUMNS} FROM {{mentions}} AND {_UNPLACED} AND m.surface = $surface
    ORDER BY m.day DESC NULLS LAST, m.article_id, m."start" LIMIT $limit
    """
    return stored_mentions(narrowed.atlas, narrowed.ask(query, placed=False, surface=surface, limit=limit))


def least_sure(narrowed: Narrowed, skipped: Collection[str] = ()) -> StoredMention | None:
    """The mention on the map that the program is least sure of and no person decided; None = there is none left.

    `skipped`: passages as ``ARTICLE:START-END`` that are passed over.
    """
    query = f"""
    SELECT m.number, {_COLUMNS} FROM {{mentions}} AND {_OPEN}
    AND {_KEY} NOT IN (SELECT unnest($skipped::VARCHAR[]))
    ORDER BY m.confidence, m.article_id, m."start" LIMIT 1
    """
    found = stored_mentions(narrowed.atlas, narrowed.ask(query, skipped=list(skipped)))
    return found[0] if found else None


def count_open(narrowed: Narrowed) -> tuple[int, int]:
    """How many mentions on the map no person has decided, and how many a person has."""
    query = (
        f"SELECT count(*) FILTER ({_OPEN}), count(*) FILTER (NOT ({_OPEN})) FROM {{mentions}} AND m.kind = 'literal'"
    )
    [(left, done)] = narrowed.ask(query) or [(0, 0)]
    return int(left), int(done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A name under which a place is mentioned."""

    surface: str
    mentions: int
    articles: int
    confidence: float
    """The mean of its mentions."""
    passage: str
    """Its least sure mention, as ``ARTICLE:START-END``."""


def spellings(narrowed: Narrowed, place_id: str, *, limit: int = 100) -> list[Spelling]:
    """The names under which a place is mentioned, most mentions first."""
    query = f"""
    SELECT m.surface, count(*) AS mentions, count(DISTINCT m.number), avg(m.confidence), arg_min({_KEY}, m.confidence)
    FROM {{mentions}} AND m.place_id = $place_id GROUP BY m.surface ORDER BY mentions DESC, m.surface LIMIT $limit
    """
    names = ("surface", "mentions", "articles", "confidence", "passage")
    return [
        Spelling(**dict(zip(names, row, strict=True))) for row in narrowed.ask(query, place_id=place_id, limit=limit)
    ]


def confidences(narrowed: Narrowed) -> dict[str, float]:
    """Place -> the mean confidence of its mentions."""
    return dict(narrowed.ask("SELECT m.place_id, avg(m.confidence) FROM {mentions} GROUP BY m.place_id"))
