"""Texts -> postings: which folded word stands where. A search asks them instead of reading every text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.normalize import fold_key


class _Folding(dict[int, str]):
    """Code point -> what a search sees of it: its folded letters, or a space if it is no part of a word."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = fold_key(char)
        if folded == char and not char.isalnum():
            folded = " "
        elif char.isdecimal():
            folded = str(unicodedata.decimal(char))
        self[code] = folded.lower()
        return self[code]


class _Codes(dict[str, int]):
    """Word -> its number; a word met for the first time gets the next one."""

    def __missing__(self, word: str) -> int:
        code = self[word] = len(self)
        return code


_FOLDING = _Folding()
_SEVERAL, _UNKNOWN = 0x110000, 0x110001
_TABLE = np.full(0x10000, _UNKNOWN, np.uint32)
"""Code point -> code point that a search sees, 0 if it sees none; `_SEVERAL` if they are several. Filled as met."""


def fold_text(text: str) -> str:
    """The text as a search sees it. By table look-up on whole texts: 20 microseconds for 300 words, against 300.

    >>> fold_text("بِالمَوْصِل، ﷲ!").split() == ["بالموصل", "الله"]
    True
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return ""
    if codes.max() >= len(_TABLE):
        return text.translate(_FOLDING)
    found = _TABLE[codes]
    if found.max() >= _SEVERAL:
        for code in np.unique(codes[found == _UNKNOWN]).tolist():
            seen = _FOLDING[code]
            _TABLE[code] = _SEVERAL if len(seen) > 1 else ord(seen or "\0")
        found = _TABLE[codes]
        if found.max() >= _SEVERAL:
            return text.translate(_FOLDING)
    seen_bytes: bytes = found[found != 0].tobytes()
    return seen_bytes.decode("utf-32-le", "surrogatepass")


def words_of(phrase: str) -> list[str]:
    """The folded words of a phrase, in order: what a search looks up.

    >>> words_of("إلى المَوْصِل، ٢٠١٧") == words_of("الي الموصل 2017")
    True
    """
    return fold_text(phrase).split()


def postings(texts: Sequence[str], numbers: Sequence[int]) -> pa.Table:
    """A row for each word of each text: the folded word, the article's number, the word's ordinal in the text.

    Sorted by word, then as they come.
    """
    codes = _Codes()
    found = [np.fromiter(map(codes.__getitem__, words_of(text)), dtype=np.int32) for text in texts]
    lengths = [len(each) for each in found]
    word = np.concatenate(found) if found else np.empty(0, np.int32)
    position = np.concatenate([np.arange(n, dtype=np.int32) for n in lengths]) if lengths else np.empty(0, np.int32)
    return _sorted(word, np.repeat(np.asarray(numbers, np.int64), lengths), position, list(codes))


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
