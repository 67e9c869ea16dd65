"""Texts -> words: the running number of each word in the corpus, and where a search finds it without reading a text.

A word of the corpus has an ordinal: 0, 1, 2, ... in reading order, one left out after each text. So a phrase is words
whose ordinals follow one another, and one number says which article and where. A word itself is stored as its key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.normalize import fold_key

Ints = npt.NDArray[np.int64]
_Codes = npt.NDArray[np.uint32]
_Hashes = npt.NDArray[np.uint64]

GAP = 0
"""Stands after each text in the place of a word."""

_AT_ONCE = 1 << 16
"""Characters whose keys are made at once, if they are of several texts: 40 bytes of memory for each."""

_SPACE = 32

_STRETCH = 1 << 22
"""Ordinals that are ticked off at once: as many bytes."""


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


_FOLDING = _Folding()
_SEVERAL, _UNKNOWN = 0x110000, 0x110001
_TABLE = np.full(0x110000, _UNKNOWN, np.uint32)
"""Code point -> code point that a search sees, 0 if it sees none; `_SEVERAL` if they are several. Filled as met."""


def mixed(hashes: _Hashes) -> _Hashes:
    """The hashes with every bit depending on every other one (the last step of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


_FACTORS = mixed(np.arange(1, 257, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
"""A letter's factor by its place in the word; after 256 they begin anew."""


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _several(codes: _Codes) -> Ints:
    """Those among the code points that fold to several letters; the others are in the table from now on."""
    found = _TABLE[codes]
    if not len(found) or found.max() < _SEVERAL:
        return np.empty(0, np.int64)
    for code in np.unique(codes[found == _UNKNOWN]).tolist():
        seen = _FOLDING[code]
        _TABLE[code] = _SEVERAL if len(seen) > 1 else ord(seen or "\0")
    return np.unique(codes[_TABLE[codes] == _SEVERAL]).astype(np.int64)


def _unfolded(text: str) -> str:
    """The text with each character that folds to several letters written as these."""
    while len(several := _several(_codes(text))):
        for code in several.tolist():
            text = text.replace(chr(code), _FOLDING[code])
    return text


def fold_text(text: str) -> str:
    """The text as a search sees it.

    >>> fold_text("بِالمَوْصِل، ﷲ!").split() == ["بالموصل", "الله"]
    True
    """
    found = _TABLE[_codes(_unfolded(text))]
    seen: bytes = found[found != 0].tobytes()
    return seen.decode("utf-32-le", "surrogatepass")


def words_of(phrase: str) -> list[str]:
    """The folded words of a phrase, in order: what a search looks up.

    >>> words_of("إلى المَوْصِل، ٢٠١٧") == words_of("الي الموصل 2017")
    True
    """
    return fold_text(phrase).split()


def keys_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The keys of all words, in order, and how many each text has; a key is the same on every machine.

    >>> keys, counts = keys_of(["إلى المَوْصِل", "الموصل!"])
    >>> counts.tolist(), bool(keys[1] == keys[2])
    ([2, 1], True)
    """
    keys, counts = [np.empty(0, np.int64)], np.zeros(len(texts), np.int64)
    first = 0
    while first < len(texts):
        size, last = len(texts[first]), first + 1
        while last < len(texts) and size + len(texts[last]) < _AT_ONCE:
            size, last = size + len(texts[last]), last + 1
        piece = texts[first:last]
        codes = _codes(" ".join(piece))
        if len(_several(codes)):
            piece = [_unfolded(text) for text in piece]
            codes = _codes(" ".join(piece))
        found, starts = _hashed(codes)
        ends = np.cumsum([len(text) + 1 for text in piece])
        counts[first:last] = np.diff(np.searchsorted(starts, ends), prepend=0)
        keys.append(found)
        first = last
    return np.concatenate(keys), counts


def _hashed(codes: _Codes) -> tuple[Ints, Ints]:
    """The key of each word, and where it begins."""
    found = _TABLE[codes]
    offsets = np.flatnonzero(found)  # what a search does not see is 0
    codes = found[offsets]
    in_word = np.zeros(len(codes) + 2, np.int8)
    in_word[1:-1] = codes != _SPACE
    step = np.diff(in_word)
    starts, ends = np.flatnonzero(step == 1), np.flatnonzero(step == -1)
    if not len(starts):
        return np.empty(0, np.int64), starts
    lengths = ends - starts
    letters = codes[in_word[1:-1].view(np.bool_)]
    firsts = np.cumsum(lengths) - lengths
    place = (np.arange(len(letters)) - np.repeat(firsts, lengths)) & 255
    return mixed(np.add.reduceat(letters * _FACTORS[place], firsts)).view(np.int64), offsets[starts]


def sorted_postings(keys: Ints, first_ordinal: int) -> pa.Table:
    """A row for each key but `GAP`, by word, then by ordinal; the ordinals of the keys follow one another."""
    bits = len(keys).bit_length()
    # By the upper bits of the word alone, its place in the lower ones: one sort of numbers, a tenth of the time.
    order = keys >> bits
    order <<= bits
    order += np.arange(len(keys))
    order.sort()
    order &= (1 << bits) - 1
    found = keys[order]
    order += first_ordinal
    # Sorted by the upper bits alone: enough to find where those of `GAP`, which are 0, begin and end.
    first, after = np.searchsorted(found, GAP), np.searchsorted(found, 1 << bits)
    gaps = found[first:after] == GAP
    parts = [(found[:first], order[:first]), (found[first:after][~gaps], order[first:after][~gaps])]
    parts.append((found[after:], order[after:]))
    return pa.concat_tables(pa.table({"word": word, "ordinal": ordinal}) for word, ordinal in parts)


def in_a_row(words: Sequence[Ints]) -> Ints:
    """Where a phrase begins, out of the ordinals of each of its words, ascending all; the rarest are compared first."""
    starts = sorted((ordinals - n for n, ordinals in enumerate(words)), key=len)
    found = starts[0]
    for other in starts[1:]:
        found = _in_both(found, other)
    return found


def _in_both(few: Ints, many: Ints) -> Ints:
    """What two ascending lists have in common."""
    if not len(few) or not len(many):
        return few[:0]
    if len(few) < len(many) // 20:
        at = np.searchsorted(many, few)
        at[at == len(many)] = 0
        both: Ints = few[many[at] == few]
        return both
    # Both long: ticked off a stretch at a time, in a third of the time of the above.
    bounds = np.arange(few[0], few[-1] + _STRETCH + 1, _STRETCH)
    few_at, many_at = np.searchsorted(few, bounds), np.searchsorted(many, bounds)
    ticks = np.zeros(_STRETCH, np.bool_)
    found = []
    for n, first in enumerate(bounds[:-1].tolist()):
        ticked, asked = many[many_at[n] : many_at[n + 1]] - first, few[few_at[n] : few_at[n + 1]]
        ticks[ticked] = True
        found.append(asked[ticks[asked - first]])
        ticks[ticked] = False
    return np.concatenate(found)
