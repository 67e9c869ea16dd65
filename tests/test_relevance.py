"""The articles that come first by relevance are those that sorting all of them gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from geo.store.relevance import COLUMNS, best


def sorted_by_relevance(numbers: list[int], starts: list[int]) -> list[tuple[int, int, int]]:
    articles: dict[int, list[int]] = {}
    for number, start in zip(numbers, starts, strict=True):
        articles.setdefault(number, []).append(start)
    found = [(number, len(found), min(found)) for number, found in articles.items()]
    return sorted(found, key=lambda row: (-row[1], row[2]))


@pytest.mark.parametrize("most", [1, 3, 20, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_as_if_all_were_sorted(seed, most):
    random = np.random.default_rng(seed)
    numbers = (7_000_000_000 + random.zipf(1.5 + seed / 4, 500) % 90).tolist()
    starts = random.integers(0, 30, 500).tolist()
    expected = sorted_by_relevance(numbers, starts)
    found = best(pa.table({"number": numbers, "start": pa.array(starts, pa.int32())}), most)
    rows = sorted(zip(*(found[name].to_pylist() for name in COLUMNS), strict=True), key=lambda row: (-row[1], row[2]))
    mentions = np.cumsum([times for _, times, _ in expected])
    last = expected[min(int(np.searchsorted(mentions, most)), len(expected) - 1)][1:]
    assert set(rows) == {row for row in expected if (-row[1], row[2]) <= (-last[0], last[1])}
    assert sum(times for _, times, _ in rows) >= min(most, len(numbers))


def test_of_nothing_nothing_comes_first():
    assert best(None, 20).num_rows == 0
    assert best(pa.table({"number": pa.array([], pa.int64()), "start": pa.array([], pa.int32())}), 20).num_rows == 0
