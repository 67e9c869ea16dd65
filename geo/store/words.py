"""Texts -> postings: which folded word stands where. A search asks them instead of reading every text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.normalize import TOKEN, fold_key

_WORD = re.compile(f"{TOKEN.pattern[1:-1]}|[0-9\u0660-\u0669\u06f0-\u06f9]+")
_DIGITS = str.maketrans("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "0123456789") | str.maketrans(
    "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9", "0123456789"
)
_NOTHING = -1


class _Codes(dict[str, int]):
    """Word as printed -> number of its folded form; a word met for the first time gets its number here."""

    def __init__(self) -> None:
        super().__init__()
        self.folded: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        key = _fold(word)
        code = self[word] = self.folded.setdefault(key, len(self.folded)) if key else _NOTHING
        return code


def words_of(phrase: str) -> list[str]:
    """The folded words of a phrase, in order: what a search looks up.

    >>> words_of("إلى المَوْصِل، ٢٠١٧") == words_of("الي الموصل 2017")
    True
    """
    return [key for key in map(_fold, _WORD.findall(phrase)) if key]


def postings(texts: Sequence[str], numbers: Sequence[int]) -> pa.Table:
    """A row for each word of each text: the folded word, the article's number, the word's ordinal in the text.

    Sorted by word, then as they come.
    """
    codes = _Codes()
    found = [np.fromiter(map(codes.__getitem__, _WORD.findall(text)), dtype=np.int32) for text in texts]
    kept = [each[each != _NOTHING] for each in found]
    lengths = [len(each) for each in kept]
    word = np.concatenate(kept) if kept else np.empty(0, np.int32)
    position = np.concatenate([np.arange(n, dtype=np.int32) for n in lengths]) if lengths else np.empty(0, np.int32)
    return _sorted(word, np.repeat(np.asarray(numbers, np.int64), lengths), position, list(codes.folded))


def merged(parts: Sequence[pa.Table]) -> pa.Table:
    """Several `postings` as one, sorted alike."""
    table = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    word = table["word"].combine_chunks() if table.num_rows else None
    if word is None:
        return table
    word = word.chunk(0) if isinstance(word, pa.ChunkedArray) else word
    return _sorted(
        word.indices.to_numpy(), table["number"].to_numpy(), table["position"].to_numpy(), word.dictionary.to_pylist()
    )


def _sorted(
    word: npt.NDArray[np.int32], number: npt.NDArray[np.int64], position: npt.NDArray[np.int32], vocabulary: list[str]
) -> pa.Table:
    """The rows in the order of their words; within a word they keep their order."""
    alphabetical = sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
    rank = np.empty(len(vocabulary), np.int32)
    rank[alphabetical] = np.arange(len(vocabulary), dtype=np.int32)
    ranked = rank[word]
    order = np.argsort(ranked, kind="stable")
    dictionary = pa.array([vocabulary[i] for i in alphabetical], pa.string())
    return pa.table(
        {
            "word": pa.DictionaryArray.from_arrays(pa.array(ranked[order]), dictionary),
            "number": number[order],
            "position": position[order],
        }
    )


def _fold(word: str) -> str:
    return fold_key(word).translate(_DIGITS)
