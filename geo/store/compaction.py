"""Many small files of a table into few: neighbours by number are merged, and sorted as one file of their table is.

Every file of a table holds a range of numbers of its own, before and after. So an edited article still rewrites one
file of each table, and what lies together in a file is asked for together: 700 mentions of a place, in 32 files, are
in 32 places; merged by threes, in 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.store import tables
from geo.store.rows import by_place
from geo.store.schemas import SCHEMAS, layout

MOST_BYTES = 20 << 20
"""Of a merged file, on disk. In memory mentions are ten times as large, twice over."""

FEW_FILES = {"mentions": 8}
"""A table of no more files is left as it is: a question about a place looks into each file of `mentions`."""
_FEW_FILES = 64


def _by_word(postings: pa.Table) -> pa.Array:
    return pa.array(np.argsort(postings["word"].to_numpy(), kind="stable"))


_NUMBERED = {"articles": "number", "texts": "number", "sketches": "number", "mentions": "number", "words": "ordinal"}
_ORDERS: Mapping[str, Callable[[pa.Table], pa.Array]] = {"mentions": by_place, "words": _by_word}
"""The others stay as they are, by number."""
_ORDERED_BY = {"mentions": ["place_id", "kind", "day"], "words": ["word"]}


def tidy(folder: Path, table: str) -> None:
    """Merge the small files of the table, and delete those that no version of the last week uses.

    A reader that opened an earlier run can go on for a week.
    """
    opened = tables.open_table(folder, table)
    if len(opened.file_uris()) > FEW_FILES.get(table, _FEW_FILES):
        if table in _NUMBERED:
            _merge_neighbours(folder, table)
        else:
            opened.optimize.compact(target_size=MOST_BYTES, writer_properties=layout(table))
        opened.update_incremental()
    opened.vacuum(dry_run=False)


def _merge_neighbours(folder: Path, table: str) -> None:
    small: list[tuple[int, int, list[str]]] = []
    size = 0
    for low, high, files in tables.ranges(folder, table, _NUMBERED[table]):
        more = sum(Path(file).stat().st_size for file in files)
        if size + more > MOST_BYTES or more > MOST_BYTES // 2:
            _merge(folder, table, small)
            small, size = [], 0
        if more <= MOST_BYTES // 2:
            small.append((low, high, files))
            size += more
    _merge(folder, table, small)


def _merge(folder: Path, table: str, ranges: list[tuple[int, int, list[str]]]) -> None:
    """One file in the place of those that alone have numbers within these ranges, which are neighbours."""
    files = [file for _, _, files in ranges for file in files]
    if len(files) < 2:
        return
    order = _ORDERS[table](_read(files, table, _ORDERED_BY[table])) if table in _ORDERS else None
    columns = []
    for name in SCHEMAS[table].names:  # one after the other: all in both orders would take twice the memory
        column = _read(files, table, [name])[name].combine_chunks()
        columns.append(column if order is None else column.take(order))
    rows = pa.table(columns, schema=SCHEMAS[table])
    tables.replace(folder, table, _NUMBERED[table], (ranges[0][0], ranges[-1][1]), rows)


def _read(files: Sequence[str], table: str, columns: Sequence[str]) -> pa.Table:
    """Some columns of these files, one file after the other."""
    schema = pa.schema([SCHEMAS[table].field(name) for name in columns])
    return pa.concat_tables(pq.ParquetFile(file).read(columns=list(columns)).cast(schema) for file in files)
