"""Texts -> sketches: 128 bytes of each, in which near-copies have most bytes in common (MinHash, by rensa).

What is compared are the text's sequences of three folded words. The share of sequences that two texts have in common
(Jaccard) is about the share of bytes that their sketches do: seen on news, within 0.03 of it two times in three.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rensa import RMinHash

from geo.store.words import Ints, mixed

SHINGLE = 3
"""Words in a sequence: with two, texts on one subject come near; with four, an edited copy moves away."""

BANDS, BAND_BYTES = 32, 4
"""Texts that have all bytes of one band in common are compared: at a likeness of 0.6 that is 99 pairs in 100."""

BAND_NAMES = tuple(f"band{n:02}" for n in range(BANDS))

SEED = 20171025

MADE_BY = f"rensa {RMinHash.ALGORITHM_VERSION}: {SHINGLE}, {BANDS}, {BAND_BYTES}, {SEED}"
"""Sketches made otherwise cannot be compared with these."""

_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
"""Odd numbers without pattern, so that the same words in another order are another sequence."""


def sketches(keys: Ints, counts: Ints, numbers: Sequence[int]) -> pa.Table:
    """A row for each text that has a word: its number and its sketch.

    `keys` are those of all words in order, of which each text has as many as `counts` says.
    """
    told = np.flatnonzero(counts)
    if len(told):
        shingles, offsets = _shingles(keys.view(np.uint64), counts[told])
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, offsets, BANDS * BAND_BYTES, SEED)
        sketch = np.array(matrix.to_rows(), np.uint32).astype(np.uint8).view(np.int32)
    else:
        sketch = np.empty((0, BANDS), np.int32)
    bands = {name: np.ascontiguousarray(sketch[:, n]) for n, name in enumerate(BAND_NAMES)}
    return pa.table({"number": np.asarray(numbers, np.int64)[told], **bands})


def _shingles(words: npt.NDArray[np.uint64], lengths: Ints) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """A hash of each sequence of words, and where those of each text begin and the last one's end.

    The last two words of a text begin no sequence; in a shorter text the first one does, with what there is.
    """
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(len(words))  # words to the end of the text, this one included
    hashed = words * _FACTORS[0]
    for n in range(1, SHINGLE):
        hashed[:-n] += np.where(left[:-n] > n, words[n:] * _FACTORS[n], np.uint64(n))
    kept = np.maximum(lengths - SHINGLE + 1, 1)
    begins = left >= SHINGLE
    begins[ends - lengths] = True
    return mixed(hashed[begins]), np.concatenate(([0], np.cumsum(kept))).astype(np.uint64)


def likeness(one: npt.NDArray[np.int32], other: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """How near each row of `one` comes to that of `other`, 0 to 1: sketches as `BANDS` numbers a row."""
    same = one.view(np.uint8).reshape(len(one), -1) == other.view(np.uint8).reshape(len(other), -1)
    by_chance = 1 / 256
    found: npt.NDArray[np.float64] = np.clip((same.mean(axis=1) - by_chance) / (1 - by_chance), 0, 1)
    return found
