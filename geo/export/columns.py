"""Rows as Arrow tables and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa

from geo.export.rows import COLUMNS, Row

BATCH_ROWS = 5_000

_NUMBERS = {
    **dict.fromkeys(("lat", "lon", "radius_km", "confidence"), pa.float64()),
    **dict.fromkeys(("place_mentions", "place_articles", "start", "end", "excerpt_start"), pa.int64()),
}
SCHEMA = pa.schema([(name, _NUMBERS.get(name, pa.string())) for name in COLUMNS])


def tables_of(rows: Iterable[Row]) -> Iterator[pa.Table]:
    """The rows in tables of `BATCH_ROWS`."""
    left = iter(rows)
    while batch := list(islice(left, BATCH_ROWS)):
        columns = [[getattr(row, field.name) for row in batch] for field in SCHEMA]
        yield pa.table(
            [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
        )


def rows_in(batch: pa.RecordBatch) -> Iterator[Row]:
    """The rows of a batch that has the columns of `SCHEMA` among its own."""
    columns = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in COLUMNS]
    for values in zip(*columns, strict=True):
        yield Row(**dict(zip(COLUMNS, values, strict=True)))
