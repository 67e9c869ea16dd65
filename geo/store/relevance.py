"""Which articles hold the first pages of a place by relevance: those that name it most, then those that name it early.

In numpy: for a place with two million mentions in a million articles a third of the time that a GROUP BY takes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

COLUMNS = ("number", "times", "first_start")
_LATE = np.iinfo(np.int32).max


def best(mentions: pa.Table | None, most: int) -> pa.Table:
    """``number, times, first_start`` of the articles that hold the first `most` mentions, and of all equal to the last.

    `mentions`: `number` and `start` of all mentions of the place, in any order; None = there are none.
    """
    if mentions is None or not mentions.num_rows or most < 1:
        return pa.table({name: np.empty(0, np.int64) for name in COLUMNS})
    articles, starts = mentions["number"].to_numpy(), mentions["start"].to_numpy()
    lowest = articles.min()
    articles = articles - lowest
    times = np.bincount(articles)
    least, needed = _needed(times, most)
    often = times >= least
    rows = np.flatnonzero(often[articles])
    first = np.full(len(times), _LATE, np.int32)
    np.minimum.at(first, articles[rows], starts[rows])
    found = np.flatnonzero(often)
    rank = (-times[found] << 32) + first[found]
    if len(found) > needed:
        found = found[rank <= np.partition(rank, needed - 1)[needed - 1]]
    return pa.table({"number": found + lowest, "times": times[found], "first_start": first[found].astype(np.int64)})


def _needed(times: npt.NDArray[np.int64], most: int) -> tuple[int, int]:
    """Of the articles that hold `most` mentions: how often the last of them names the place, and how many they are."""
    articles = np.bincount(times)  # by how often they name it
    mentions = articles * np.arange(len(articles))
    covered = mentions[::-1].cumsum()[::-1]  # by articles that name it so often or more
    least = int(np.flatnonzero(covered >= most)[-1]) if covered[0] > most else 1
    oftener = slice(least + 1, None)
    return least, int(articles[oftener].sum()) + -(-(most - int(mentions[oftener].sum())) // least)
