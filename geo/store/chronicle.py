"""What a question knows of every article without asking the tables: when, from whom, which words, which copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.records import Kind
from geo.store.filters import NOT_STATED, Filters
from geo.store.words import Ints

COLUMNS = ("number", "first_word", "day", "source")
COPY_COLUMNS = ("kind", "place_id", "chief", "day", "source")

_NO_DAY = np.iinfo(np.int32).min
_EPOCH = 719163
"""The ordinal of 1970-01-01."""

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _When:
    """Day and source of each row."""

    days: Codes
    """Since 1970; `_NO_DAY` = not dated."""
    sources: Codes
    """Index into `source_names`, -1 = not known."""
    source_names: Mapping[str, int]

    @classmethod
    def of(cls, rows: pa.Table) -> _When:
        codes, names = _coded(rows["source"])
        days = rows["day"].cast(pa.int32()).fill_null(_NO_DAY).to_numpy()
        return cls(days, codes, {name: code for code, name in enumerate(names)})

    def within(self, filters: Filters, rows: Ints | slice) -> npt.NDArray[np.bool_] | None:
        """Which of these rows are under the filters; None = all."""
        kept = None
        if filters.by_date:
            days = self.days[rows]
            kept = days != _NO_DAY
            if filters.since:
                kept &= days >= filters.since.toordinal() - _EPOCH
            if filters.until:
                kept &= days <= filters.until.toordinal() - _EPOCH
        if filters.sources:
            codes = [self.source_names[name] for name in filters.sources if name in self.source_names]
            codes += [-1] * (NOT_STATED in filters.sources)
            named = np.isin(self.sources[rows], codes)
            kept = named if kept is None else kept & named
        return kept


def _coded(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    """A column of words as indices into a list of them; -1 = none."""
    coded = column.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return coded.indices.fill_null(-1).to_numpy(), coded.dictionary.to_pylist()


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The articles in the order of their numbers: 28 bytes for each."""

    numbers: Ints
    first_words: Ints
    when: _When
    ranks: Codes
    """Newest first, undated last; of one day in reading order."""

    @classmethod
    def of(cls, rows: pa.Table) -> Chronicle:
        """From the columns `COLUMNS`, in the order of `number`."""
        when = _When.of(rows)
        ranks = np.empty(len(when.days), np.int32)
        ranks[np.argsort(-when.days.astype(np.int64), kind="stable")] = np.arange(len(ranks), dtype=np.int32)
        return cls(rows["number"].to_numpy(), rows["first_word"].to_numpy(), when, ranks)

    def holding(self, ordinals: Ints, filters: Filters) -> Ints:
        """Which articles under the filters hold one of these words (ascending), as indices."""
        if len(ordinals) > len(self.first_words):  # the shorter list is looked up in the longer one
            upto = np.append(np.searchsorted(ordinals, self.first_words), len(ordinals))
            found = np.flatnonzero(np.diff(upto))
        else:
            at = np.searchsorted(self.first_words, ordinals, "right") - 1
            found = at[np.flatnonzero(np.diff(at, prepend=-1))]  # ascending: `np.unique` would sort it once more
        kept = self.when.within(filters, found)
        return found if kept is None else found[kept]

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


@dataclass(frozen=True, slots=True)
class Repeats:
    """The articles that share a text with another one, once for each place they name: 12 bytes for each."""

    when: _When
    kinds: Mapping[str, slice]
    """Rows of one kind lie side by side."""
    texts: Codes
    """Rows of one place and text have one code and lie side by side."""
    places: Codes
    """Index into `place_ids`, by the code of the text."""
    place_ids: list[str]

    @classmethod
    def of(cls, rows: pa.Table) -> Repeats:
        """From the columns `COPY_COLUMNS`, in their order."""
        kinds, kind_names = _coded(rows["kind"])
        places, place_ids = _coded(rows["place_id"])
        texts = rows["chief"].to_numpy()
        begins = np.ones(len(texts), np.bool_)
        begins[1:] = (kinds[1:] != kinds[:-1]) | (places[1:] != places[:-1]) | (texts[1:] != texts[:-1])
        bounds = np.searchsorted(kinds, np.arange(len(kind_names) + 1))
        return cls(
            when=_When.of(rows),
            kinds={name: slice(bounds[n], bounds[n + 1]) for n, name in enumerate(kind_names)},
            texts=(np.cumsum(begins) - 1).astype(np.int32),
            places=places[begins],
            place_ids=place_ids,
        )

    def counts(self, kind: Kind, filters: Filters) -> dict[str, int]:
        """How many articles repeat a text under the filters, by place; a place without any is left out."""
        rows = self.kinds.get(kind.value, slice(0, 0))
        texts = self.texts[rows]
        kept = self.when.within(filters, rows)
        texts = texts if kept is None else texts[kept]
        again = texts[1:][texts[1:] == texts[:-1]]
        counts = np.bincount(self.places[again], minlength=len(self.place_ids))
        return {self.place_ids[place]: int(counts[place]) for place in np.flatnonzero(counts).tolist()}
