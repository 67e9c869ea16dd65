"""Which articles hold the first pages of a place by relevance: those that name it most, then those that name it early.

In numpy: for a place with two million mentions in a million articles a third of the time that a GROUP BY takes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

COLUMNS = ("number", "times", "first_start")
_LATE = np.iinfo(np.int32).max


def best(mentions: pa.Table | None, most: int) -> pa.Table:
    """``number, times, first_start`` of the `most` articles that come first, and of those that are equal to the last.

    `mentions`: `number` and `start` of all mentions of the place, in any order; None = there are none.
    """
    if mentions is None or not mentions.num_rows or most < 1:
        return pa.table({name: np.empty(0, np.int64) for name in COLUMNS})
    numbers, starts = mentions["number"].to_numpy(), mentions["start"].to_numpy()
    lowest = numbers.min()
    articles = numbers - lowest
    times = np.bincount(articles)
    by_times = np.bincount(times)[::-1].cumsum()  # articles with at least so many mentions, from the most down
    least = max(1, len(by_times) - 1 - int(np.searchsorted(by_times, most)))
    often = times >= least
    rows = np.flatnonzero(often[articles])
    first = np.full(len(times), _LATE, np.int32)
    np.minimum.at(first, articles[rows], starts[rows])
    found = np.flatnonzero(often)
    rank = (-times[found] << 32) + first[found]
    if len(found) > most:
        found = found[rank <= np.partition(rank, most - 1)[most - 1]]
    return pa.table({"number": found + lowest, "times": times[found], "first_start": first[found].astype(np.int64)})
