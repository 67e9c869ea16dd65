"""Sketches -> near-copies: which article is a copy of which, and in how many texts a place is named.

A copy is told by its likeness to one article, the earliest: the chief of its text. No chain of small changes leads
from a chief to a copy. Who is whose copy depends on the articles alone, not on the order or the run they came in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.store.schemas import SCHEMAS
from geo.store.sketches import BAND_NAMES, likeness
from geo.store.words import Ints

LIKENESS = 0.6
"""Near-copies have at least this much in common: an agency line, another headline, one paragraph in four cut out.

Seen on 8,000 news articles: 41 pairs above it, all with 73 to 98 % of the shorter one word for word in the longer one
(docs/scale.md).
"""

_NEIGHBOURS = 4
"""Texts of one band are compared with its earliest and this many before them, so that a bulletin sent a thousand times
over costs thousands of comparisons, not a million."""

_AT_ONCE = 100_000
"""Pairs compared at once: 26 MB."""

_READ = "read_parquet($files, hive_partitioning=false)"


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of `copies` and of `place_copies`."""

    copies: pa.Table
    place_copies: pa.Table


def find(connection: duckdb.DuckDBPyConnection, files: Callable[[str], list[str]]) -> Found:
    """All near-copies among the articles; `files` are those of a table."""
    if not files("sketches"):
        return Found(SCHEMAS["copies"].empty_table(), SCHEMAS["place_copies"].empty_table())
    with connection.cursor() as cursor:
        # Ranks, not dates: the earliest article first, an undated one last, the same whoever was read first.
        [numbers] = _columns(cursor, _BY_RANK, files("articles"))
        cursor.register("chiefs", _chiefs(cursor, files("sketches"), numbers))
        copies = cursor.sql(_COPIES, params={"files": files("articles")}).to_arrow_table().cast(SCHEMAS["copies"])
        if not copies.num_rows or not files("mentions"):
            return Found(copies, SCHEMAS["place_copies"].empty_table())
        counted = cursor.sql(_PLACE_COPIES, params={"files": files("mentions")}).to_arrow_table()
        return Found(copies, counted.cast(SCHEMAS["place_copies"]))


_BY_RANK = f"SELECT number FROM {_READ} ORDER BY day NULLS LAST, article_id"
_COPIES = f"""
SELECT a.number, a.article_id, chiefs.chief, c.article_id AS copy_of, chiefs.likeness
FROM {_READ} AS a JOIN chiefs ON chiefs.number = a.number JOIN {_READ} AS c ON c.number = chiefs.chief
ORDER BY a.number
"""
_PLACE_COPIES = f"""
SELECT place_id, kind, day, source, t.chief, t.number
FROM {_READ} AS m JOIN (
  SELECT number, chief FROM chiefs UNION ALL SELECT DISTINCT chief, chief FROM chiefs
) AS t ON t.number = m.number
WHERE m.first ORDER BY kind, place_id, t.chief, day, source
"""


def _columns(cursor: duckdb.DuckDBPyConnection, query: str, files: list[str]) -> list[npt.NDArray[Any]]:
    found = cursor.sql(query, params={"files": files}).to_arrow_table()
    return [column.to_numpy() for column in found.columns]


def _chiefs(cursor: duckdb.DuckDBPyConnection, files: list[str], numbers: Ints) -> pa.Table:
    """The number of each copy and of the article it is a copy of; `numbers` has those of all articles by rank."""
    pairs = _pairs(cursor, files, numbers)
    later, earlier = np.divmod(pairs, len(numbers))
    ranks = np.union1d(later, earlier)
    cursor.register("members", pa.table({"number": numbers[ranks], "rank": ranks}))
    query = f"SELECT {', '.join(BAND_NAMES)} FROM {_READ} JOIN members USING (number) ORDER BY rank"
    sketches = np.stack(_columns(cursor, query, files), axis=1)
    later_at, earlier_at = np.searchsorted(ranks, later), np.searchsorted(ranks, earlier)
    found = np.empty(len(pairs))
    for first in range(0, len(pairs), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        found[part] = likeness(sketches[later_at[part]], sketches[earlier_at[part]])
    near = np.flatnonzero(found >= LIKENESS)
    chief_of: dict[int, tuple[int, float]] = {}
    for copy, chief, like in zip(later[near].tolist(), earlier[near].tolist(), found[near].tolist(), strict=True):
        if copy not in chief_of and chief not in chief_of:  # pairs come by the later one: all is settled of the earlier
            chief_of[copy] = (chief, like)
    chiefs = np.fromiter((chief for chief, _ in chief_of.values()), np.int64, len(chief_of))
    return pa.table(
        {
            "number": numbers[np.fromiter(chief_of, np.int64, len(chief_of))],
            "chief": numbers[chiefs],
            "likeness": np.fromiter((like for _, like in chief_of.values()), np.float32, len(chief_of)),
        }
    )


def _pairs(cursor: duckdb.DuckDBPyConnection, files: list[str], numbers: Ints) -> Ints:
    """Ranks of articles to compare, ascending: ``later * len(numbers) + earlier``. A band of all sketches at a time."""
    [sketched] = _columns(cursor, f"SELECT number FROM {_READ}", files)
    by_number = np.argsort(numbers)
    rank = by_number[np.searchsorted(numbers, sketched, sorter=by_number)]
    found = np.empty(0, np.int64)
    for name in BAND_NAMES:
        [band] = _columns(cursor, f"SELECT {name} FROM {_READ}", files)
        found = np.union1d(found, _pairs_of(band, rank, len(numbers)))
    return found


def _pairs_of(band: Ints, rank: Ints, base: int) -> Ints:
    """Pairs of texts with the same band: each with the earliest and with its neighbours."""
    order = np.argsort(band)
    same = np.flatnonzero(np.diff(band[order]) == 0)
    members = order[np.union1d(same, same + 1)]
    if not len(members):
        return np.empty(0, np.int64)
    members = members[np.lexsort((rank[members], band[members]))]
    group, ranked = band[members], rank[members]
    begins = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    firsts = np.repeat(ranked[begins], np.diff(begins, append=len(group)))
    codes = [(ranked * base + firsts)[ranked != firsts]]
    for back in range(1, _NEIGHBOURS + 1):
        near = np.flatnonzero(group[back:] == group[:-back])
        codes.append(ranked[near + back] * base + ranked[near])
    return np.concatenate(codes)
