"""What a writer asks of the last finished run: what it holds, and what has to go with the articles that leave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.store import tables
from geo.store.reader import Atlas, table_of
from geo.store.schemas import SCHEMAS
from geo.store.stored import Stored

_SUBTRACT = f"""
SELECT place_id, kind, day, source, -count(*) AS mentions, -count(*) FILTER (m.first) AS articles
FROM {table_of("mentions")} AS m SEMI JOIN gone ON gone.number = m.number
WHERE place_id IS NOT NULL GROUP BY ALL ORDER BY day, place_id, kind, source
"""
_STORED = f"""
SELECT md5_number_lower(article_id) AS id, md5_number_lower(digest || recipe) AS print, number
FROM {table_of("articles")}
"""
_PRINTS = f"""
SELECT ('0x' || article_id)::UBIGINT AS id, md5_number_lower(article_id) AS key,
       md5_number_lower(digest || recipe) AS print
FROM {table_of("articles")}
"""
_SPANS = f"""
SELECT first_word, first_word + words + 1 AS after FROM {table_of("articles")} SEMI JOIN gone USING (number)
WHERE words > 0 ORDER BY first_word
"""
_OLDER = f"""
SELECT count(*) FROM {table_of("articles")} AS a
WHERE run < $run AND NOT contains(path, '#') AND path IN (SELECT path FROM {table_of("articles")} WHERE run = $run)
"""


def stored(atlas: Atlas) -> Stored:
    """What a writer needs to see what changed."""
    files = atlas.files_of("articles")
    if not files:
        return Stored(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int64))
    with tables.reading(atlas.folder), atlas.cursor() as cursor:
        found = cursor.sql(_STORED, params={"articles": files}).to_arrow_table()
    return Stored(*(found[name].to_numpy() for name in ("id", "print", "number")))


def prints(atlas: Atlas) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Of each article its id as a number, and the fingerprints by which `Stored` knows it: those of id and print."""
    found = atlas.columns(_PRINTS, ["articles"], {})
    if found is None:
        return np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint64)
    return found["id"].to_numpy(), found["key"].to_numpy(), found["print"].to_numpy()


def counts_to_subtract(atlas: Atlas, gone: npt.NDArray[np.int64]) -> pa.Table:
    """Rows of `place_days` that take the articles with these numbers off the counts."""
    files = atlas.files_of("mentions")
    if not files:
        return SCHEMAS["place_days"].empty_table()
    with tables.reading(atlas.folder), atlas.cursor() as cursor:
        cursor.register("gone", pa.table({"number": gone}))
        return cursor.sql(_SUBTRACT, params={"mentions": files}).to_arrow_table().cast(SCHEMAS["place_days"])


def words_to_remove(atlas: Atlas, gone: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The ordinals at which the words of the articles with these numbers begin, and those after their gap."""
    with tables.reading(atlas.folder), atlas.cursor() as cursor:
        cursor.register("gone", pa.table({"number": gone}))
        found = cursor.sql(_SPANS, params={"articles": atlas.files_of("articles")}).to_arrow_table()
    return [found[name].to_numpy() for name in ("first_word", "after")]


def older_texts(atlas: Atlas) -> int:
    """Articles of earlier runs that stay beside one of the last run with their path: a file that was edited, mostly.

    Rows of tables are not among them: a row that comes in between moves all that follow.
    """
    return sum(count for (count,) in atlas.rows(_OLDER, "articles", run=atlas.run))
