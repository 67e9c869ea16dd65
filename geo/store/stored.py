"""What the last run stored, small enough for memory: 25 bytes an article, so that ten million of them fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

UNSEEN, KEPT, REPLACED = 0, 1, 2


class Stored:
    """The articles of the last finished run: which are still as they were, and which are to go."""

    def __init__(
        self, ids: npt.NDArray[np.uint64], prints: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int64]
    ) -> None:
        """The `fingerprint` of each article's id, that of its digest and recipe, and its number."""
        order = np.argsort(ids)
        self._ids, self._prints, self._numbers = ids[order], prints[order], numbers[order]
        self._state = np.zeros(len(ids), np.uint8)

    def __len__(self) -> int:
        return len(self._ids)

    def keep(self, article_id: str, digest: str, recipe: str) -> bool:
        """Whether this very article is there, made with this very recipe; if so it is kept."""
        at = self._find(article_id)
        if at is None or int(self._prints[at]) != fingerprint(digest + recipe):
            return False
        self._state[at] = KEPT
        return True

    def keep_all(self, ids: npt.NDArray[np.uint64], prints: npt.NDArray[np.uint64]) -> bool:
        """Whether all articles with these fingerprints are there, none of them replaced; if so all are kept."""
        at = np.searchsorted(self._ids, ids)
        if not len(self) or (at == len(self)).any():
            return not len(ids)
        there = (self._ids[at] == ids) & (self._prints[at] == prints) & (self._state[at] != REPLACED)
        if not there.all():
            return False
        self._state[at] = KEPT
        return True

    def mark(self, article_ids: Iterable[str], state: int) -> None:
        """Note that these articles are kept or replaced; ids that are not there are passed over."""
        for article_id in article_ids if len(self) else ():
            at = self._find(article_id)
            if at is not None:
                self._state[at] = state

    def keep_unseen(self) -> None:
        """Articles of which nothing was heard in this run stay."""
        self._state[self._state == UNSEEN] = KEPT

    def count(self, state: int) -> int:
        """How many articles are in this state."""
        return int((self._state == state).sum())

    def gone(self) -> npt.NDArray[np.int64]:
        """Numbers of the articles that are not kept."""
        return np.sort(self._numbers[self._state != KEPT])

    def _find(self, article_id: str) -> int | None:
        key = np.uint64(fingerprint(article_id))
        at = int(self._ids.searchsorted(key))
        return at if at < len(self._ids) and self._ids[at] == key else None


def fingerprint(text: str) -> int:
    """64 bits of MD5, the same as DuckDB's `md5_number_lower`: together with the digest's own no two texts collide."""
    return int.from_bytes(
        hashlib.md5(text.encode("utf-8", "backslashreplace"), usedforsecurity=False).digest()[8:], "little"
    )


def nothing() -> Stored:
    """The stock of an atlas that has no run yet."""
    return Stored(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int64))
