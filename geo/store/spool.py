"""Rows put in another order, however many: through a temporary file, sorted by DuckDB."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.store.database import connect

_BATCH_ROWS = 5_000


def in_order(
    tables: Iterable[pa.Table], schema: pa.Schema, order: str, folder: Path | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of `tables` sorted by `order`, the ORDER BY of a query; it comes from code, never from a user.

    `folder` is where the temporary file lies while this is read; None = where the system keeps such files.
    """
    with tempfile.TemporaryDirectory(prefix="article-atlas-", dir=folder) as name:
        file = Path(name) / "rows.parquet"
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for table in tables:
                writer.write_table(table)
        connection = connect(Path(name))
        try:
            query = f"SELECT * FROM read_parquet($rows, hive_partitioning=false) ORDER BY {order}"
            yield from connection.sql(query, params={"rows": [str(file)]}).to_arrow_reader(_BATCH_ROWS)
        finally:
            connection.close()
