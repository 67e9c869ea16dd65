"""Names that were seen and refused, noted beside the tables as articles are looked through; may be deleted any time.

Articles are told by number and id: one that is read in anew gets another number, and is looked through again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.store import tables
from geo.store.database import MENTIONS
from geo.store.filters import NO_FILTERS, Filters
from geo.store.reader import Atlas

FOLDER = "refused"

MOST_FILES = 24
"""More than these are merged into one."""

Row = tuple[int, int, int, str, float, str]
"""Article number, start, end, surface, score, reason."""

_SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("article_id", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("surface", pa.string()),
        ("score", pa.float64()),
        ("reason", pa.string()),
    ]
)
# A row without surface says that the article was looked through: so that it counts if nothing was refused in it.
_READ = "read_parquet($refused, hive_partitioning=false)"
_ARTICLES = "read_parquet($articles, hive_partitioning=false)"
_NEXT = f"""
SELECT a.number FROM {_ARTICLES} AS a
{{anti}} ORDER BY a.day DESC NULLS LAST, a.number LIMIT $limit
"""
_ANTI = f"ANTI JOIN (SELECT number, article_id FROM {_READ} WHERE surface IS NULL) AS l USING (number, article_id)"
_LOOKED = f"SELECT count(*) FROM {_ARTICLES} AS a SEMI JOIN {_READ} AS r USING (number, article_id)"
_ALL = f"SELECT count(*) FROM {_ARTICLES}"
_STANDING = f"""
SELECT DISTINCT r.*, m.day FROM {_READ} AS r JOIN {_ARTICLES} AS m USING (number, article_id)
WHERE r.surface IS NOT NULL AND r.score >= $least {{conditions}} AND NOT EXISTS (
  SELECT 1 FROM {MENTIONS} AS taken
  WHERE taken.number = r.number AND taken."start" < r."end" AND r."start" < taken."end"
)
"""
_NAMES = f"""
SELECT surface, count(*), count(DISTINCT number), max(score), arg_max(reason, score) FROM ({_STANDING})
GROUP BY surface ORDER BY max(score) DESC, count(*) DESC, surface LIMIT $limit OFFSET $offset
"""
_PASSAGES = f"""
SELECT article_id, "start", "end", score, reason FROM ({_STANDING}) WHERE surface = $surface
ORDER BY day DESC NULLS LAST, article_id, "start" LIMIT $limit OFFSET $offset
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedName:
    """A name that was seen in the articles and taken for no place."""

    surface: str
    times: int
    articles: int
    score: float
    """The best that it reached; 0 is the threshold."""
    reason: str
    """The feature that spoke most against it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPassage:
    """One occurrence of it: cut the excerpt with `geo.excerpts`."""

    article_id: str
    start: int
    end: int
    score: float
    reason: str


def refused_names(
    atlas: Atlas,
    least: float,
    *,
    filters: Filters = NO_FILTERS,
    chosen: pa.Table | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[RefusedName]:
    """Names refused with a score of at least `least` in the articles looked through, the nearest misses first.

    What a person has since made a mention of is left out. `chosen`: only in articles with one of its numbers.
    """
    rows = _ask(atlas, _NAMES, least, filters, chosen, limit=limit, offset=offset)
    names = ("surface", "times", "articles", "score", "reason")
    return [RefusedName(**dict(zip(names, row, strict=True))) for row in rows]


def refused_passages(
    atlas: Atlas,
    surface: str,
    least: float,
    *,
    filters: Filters = NO_FILTERS,
    chosen: pa.Table | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[RefusedPassage]:
    """Where this name was refused, newest first."""
    rows = _ask(atlas, _PASSAGES, least, filters, chosen, surface=surface, limit=limit, offset=offset)
    names = ("article_id", "start", "end", "score", "reason")
    return [RefusedPassage(**dict(zip(names, row, strict=True))) for row in rows]


def looked_through(atlas: Atlas) -> tuple[int, int]:
    """How many of the run's articles have been looked through, and how many there are."""
    every = atlas.rows(_ALL, "articles")
    files = _files(atlas)
    looked = atlas.rows(_LOOKED, "articles", refused=files) if files else [(0,)]
    return int(looked[0][0]) if looked else 0, int(every[0][0]) if every else 0


def next_articles(atlas: Atlas, limit: int) -> list[int]:
    """Numbers of articles that were not looked through yet, newest first."""
    files = _files(atlas)
    given: dict[str, Any] = {"refused": files} if files else {}
    query = _NEXT.format(anti=_ANTI if files else "")
    return [number for (number,) in atlas.rows(query, "articles", limit=limit, **given)]


def keep(atlas: Atlas, numbers: Sequence[int], rows: Sequence[Row]) -> None:
    """Note that the articles with these numbers were looked through, and what was refused in them."""
    ids = atlas.ids_of(numbers)
    looked = [(number, ids[number], None, None, None, None, None) for number in numbers if number in ids]
    found = [(number, ids[number], *rest) for number, *rest in rows if number in ids]
    with tables.writing(atlas.folder):
        _write(atlas.folder / FOLDER, [*looked, *found])
        _merge(atlas)


def _ask(
    atlas: Atlas, query: str, least: float, filters: Filters, chosen: pa.Table | None, **values: Any
) -> list[tuple[Any, ...]]:
    files = _files(atlas)
    if not files:
        return []
    conditions, bound = filters.conditions("m")
    if chosen is not None:
        conditions.append("m.number IN (SELECT number FROM chosen)")
    query = query.format(conditions="".join(f" AND {condition}" for condition in conditions))
    given = {} if chosen is None else {"chosen": chosen}
    parameters = {"refused": files, "least": least, **bound, **values}
    return atlas.ask(query, ["articles", "mentions"], parameters, given)


def _files(atlas: Atlas) -> list[str]:
    return sorted(str(path.absolute()) for path in (atlas.folder / FOLDER).glob("*.parquet"))


def _write(folder: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    folder.mkdir(exist_ok=True)
    arrays = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)]
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    pq.write_table(pa.table(arrays, schema=_SCHEMA), temporary, compression="zstd")
    Path(temporary).replace(Path(temporary).with_suffix(".parquet"))


def _merge(atlas: Atlas) -> None:
    """Many small files into one; rows of articles that the run no longer holds are left out."""
    files = _files(atlas)
    if len(files) <= MOST_FILES:
        return
    query = f"SELECT DISTINCT r.* FROM {_READ} AS r SEMI JOIN {_ARTICLES} AS a USING (number, article_id)"
    rows = atlas.rows(query, "articles", refused=files)
    if rows:
        _write(atlas.folder / FOLDER, rows)
    for file in files:
        Path(file).unlink(missing_ok=True)
