"""Which articles hold the first pages of a place by relevance: those that name it most, then those that name it early.

In numpy: for a place with two million mentions in a million articles a third of the time that a GROUP BY takes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_LATE = np.iinfo(np.int32).max


def most_often(mentions: pa.Table | None, most: int) -> pa.Table:
    """``number, times`` of the articles that hold the first `most` mentions, and of all that hold as many as the last.

    `mentions`: the `number` of each mention of the place, in any order; None = there are none.
    """
    if mentions is None or not mentions.num_rows or most < 1:
        return pa.table({"number": np.empty(0, np.int64), "times": np.empty(0, np.int64)})
    numbers = mentions["number"].to_numpy()
    lowest = numbers.min()
    times = np.bincount(numbers - lowest)
    found = np.flatnonzero(times >= _least(times, most))
    return pa.table({"number": found + lowest, "times": times[found]})


def _least(times: npt.NDArray[np.int64], most: int) -> int:
    """How often the articles that hold `most` mentions, those with the most of them, at least name the place."""
    mentions = np.bincount(times) * np.arange(times.max() + 1)  # of the articles that name it so often
    covered = mentions[::-1].cumsum()[::-1]  # and of those that name it oftener
    return max(1, int(np.flatnonzero(covered >= min(most, covered[0]))[-1]))


def earliest(articles: pa.Table, mentions: pa.Table, most: int) -> pa.Table:
    """Of the articles that `most_often` found those that hold the first `most` mentions, and all equal to the last.

    `mentions`: `number` and `start` of each mention of the place, in any order.
    """
    numbers, times = articles["number"].to_numpy(), articles["times"].to_numpy()
    of, starts = mentions["number"].to_numpy(), mentions["start"].to_numpy()
    at = np.minimum(np.searchsorted(numbers, of), len(numbers) - 1)
    own = numbers[at] == of
    first = np.full(len(numbers), _LATE, np.int32)
    np.minimum.at(first, at[own], starts[own])
    order = np.lexsort((first, -times))
    last = order[min(int(np.searchsorted(times[order].cumsum(), most)), len(order) - 1)]
    return articles.filter((times > times[last]) | ((times == times[last]) & (first <= first[last])))
