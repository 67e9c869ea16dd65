"""The articles that come first by relevance are those that sorting all of them gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from geo.store.relevance import earliest, most_often


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
    mentions = pa.table({"number": numbers, "start": pa.array(starts, pa.int32())})
    expected = sorted_by_relevance(numbers, starts)
    covered = np.cumsum([times for _, times, _ in expected])
    _, times, start = expected[min(int(np.searchsorted(covered, most)), len(expected) - 1)]

    often = most_often(mentions, most)
    assert rows(often) == {row[:2] for row in expected if row[1] >= times}
    assert rows(earliest(often, mentions, most)) == {
        row[:2] for row in expected if (-row[1], row[2]) <= (-times, start)
    }


def rows(found: pa.Table) -> set[tuple[int, int]]:
    return set(zip(found["number"].to_pylist(), found["times"].to_pylist(), strict=True))


def test_of_nothing_nothing_comes_first():
    assert most_often(None, 20).num_rows == 0
    assert most_often(pa.table({"number": pa.array([], pa.int64())}), 20).num_rows == 0
