"""Comparing atlases row by row, whatever files the rows lie in."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from geo.store import Atlas
from geo.store.schemas import CONTENT
from geo.store.tables import open_table


def rows(folder: Path, table: str) -> list[str]:
    """The table's rows of the last finished run, sorted, without the number of the run."""
    atlas = Atlas.open(folder)
    found: pa.Table = open_table(folder, table, atlas.finished.versions[table]).to_pyarrow_table()
    kept = [name for name in found.column_names if name != "run"]
    return sorted(map(repr, found.select(kept).to_pylist()))


def same_rows(one: Path, other: Path) -> bool:
    """Whether all tables hold the same rows."""
    for table in CONTENT:
        assert rows(one, table) == rows(other, table), table
    return True
