"""What a search knows of every article without asking the tables: when, from whom, and which words are its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.store.filters import Filters
from geo.store.words import Ints

COLUMNS = ("number", "first_word", "day", "source")

_NO_DAY = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The articles in the order of their numbers: 28 bytes for each."""

    numbers: Ints
    first_words: Ints
    days: npt.NDArray[np.int32]
    """Since 1970; `_NO_DAY` = not dated."""
    sources: npt.NDArray[np.int32]
    """Index into `source_names`, -1 = not known."""
    source_names: dict[str, int]
    ranks: npt.NDArray[np.int32]
    """Newest first, undated last; of one day in reading order."""

    @classmethod
    def of(cls, rows: pa.Table) -> Chronicle:
        """From the columns `COLUMNS`, in the order of `number`."""
        days = rows["day"].cast(pa.int32()).fill_null(_NO_DAY).to_numpy()
        sources = rows["source"].combine_chunks().dictionary_encode()
        sources = sources.combine_chunks() if isinstance(sources, pa.ChunkedArray) else sources
        ranks = np.empty(len(days), np.int32)
        ranks[np.argsort(-days.astype(np.int64), kind="stable")] = np.arange(len(days), dtype=np.int32)
        return cls(
            numbers=rows["number"].to_numpy(),
            first_words=rows["first_word"].to_numpy(),
            days=days,
            sources=sources.indices.fill_null(-1).to_numpy(),
            source_names={name: code for code, name in enumerate(sources.dictionary.to_pylist())},
            ranks=ranks,
        )

    def holding(self, ordinals: Ints, filters: Filters) -> Ints:
        """Which articles under the filters hold one of these words (ascending), newest first, as indices."""
        found = np.searchsorted(self.first_words, ordinals, "right") - 1
        found = found[np.concatenate(([True], found[1:] != found[:-1]))] if len(found) else found
        if filters.by_date:
            days = self.days[found]
            kept = days != _NO_DAY
            if filters.since:
                kept &= days >= filters.since.toordinal() - _EPOCH
            if filters.until:
                kept &= days <= filters.until.toordinal() - _EPOCH
            found = found[kept]
        if filters.sources:
            codes = [self.source_names[name] for name in filters.sources if name in self.source_names]
            found = found[np.isin(self.sources[found], codes)]
        return found

    def page(self, found: Ints, limit: int, offset: int) -> Ints:
        """Numbers of the articles on one page of those found, newest first."""
        ranks = self.ranks[found]
        upto = min(offset + limit, len(ranks))
        if upto <= offset:
            return self.numbers[:0]
        if upto < len(ranks):
            found = found[np.argpartition(ranks, upto - 1)[:upto]]
        found = found[np.argsort(self.ranks[found])]
        return self.numbers[found[offset:upto]]


_EPOCH = 719163
"""The ordinal of 1970-01-01."""
