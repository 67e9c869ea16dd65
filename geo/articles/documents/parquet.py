"""A .parquet file: the columns that say something about articles, in batches (pyarrow)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from geo.articles.columns import Columns
from geo.settings import Settings

_BATCH_ROWS = 200


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """``{"header", "sheet"}``, then the rows, numbered from 1."""
    with file.open("rb") as stream:
        table = pq.ParquetFile(stream, buffer_size=1 << 20)
        names = table.schema_arrow.names
        yield {"header": names, "sheet": ""}
        wanted = list(dict.fromkeys(columns.find(names).values()))
        places = [names.index(name) for name in wanted]
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=wanted, use_threads=False):
            first = batch.schema.names.index  # of columns with one name
            for row in zip(*(batch.column(first(name)).to_pylist() for name in wanted), strict=True):
                number += 1
                values: list[Any] = [None] * len(names)
                for place, value in zip(places, row, strict=True):
                    values[place] = value
                yield {"row": number, "values": values}
