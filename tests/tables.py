"""Comparing atlases row by row, whatever files the rows lie in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.store import Atlas
from geo.store.schemas import CONTENT, SCHEMAS


def rows(atlas: Atlas, table: str) -> list[str]:
    """The table's rows of this run, sorted, without the number of the run."""
    schema = SCHEMAS[table]
    parts = [pq.ParquetFile(file).read().cast(schema) for file in atlas.files_of(table)]
    found = pa.concat_tables([schema.empty_table(), *parts])
    kept = [name for name in found.column_names if name != "run"]
    return sorted(map(repr, found.select(kept).to_pylist()))


@lru_cache(maxsize=16)
def _reference(folder: Path, _run: int) -> dict[str, list[str]]:
    return {table: rows(Atlas.open(folder), table) for table in CONTENT}


def same_rows(one: Path, other: Path) -> bool:
    """Whether all tables of their last finished runs hold the same rows."""
    found, wanted = Atlas.open(one), _reference(other, Atlas.open(other).run)
    for table in CONTENT:
        assert rows(found, table) == wanted[table], table
    return True


def is_one_of(store: Path, *wholes: Path) -> bool:
    """Whether all tables together are those of one of these atlases."""
    atlas = Atlas.open(store)
    found = {table: rows(atlas, table) for table in CONTENT}
    return any(found == _reference(whole, Atlas.open(whole).run) for whole in wholes)
