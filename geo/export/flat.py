"""A row for each mention: CSV for spreadsheets, JSON lines that lose nothing, GeoParquet for large ones."""

from __future__ import annotations

import io
import json
import struct
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from geo.export.cells import BOM, write_csv
from geo.export.columns import SCHEMA, tables_of
from geo.export.provenance import Provenance
from geo.export.rows import COLUMNS, Selected
from geo.export.stream import encoded

_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}
_POINT = struct.Struct("<BIdd")


def write_csv_file(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """Comma-separated values; gives the number of mentions."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    rows = ((*(getattr(row, name) for name in COLUMNS), provenance.line) for row in selected.rows())
    count = write_csv(text, (*COLUMNS, "provenance"), rows)
    text.detach()
    return count


def write_json_lines(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """The twin of the CSV: nothing is neutralised; gives the number of mentions."""
    count = 0
    for row in selected.rows():
        stream.write(encoded({**row.values(), "provenance": provenance.line}) + b"\n")
        count += 1
    return count


def write_geoparquet(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """GeoParquet 1.1, points in WGS84; a mention without a place has no geometry. Gives the number of mentions."""
    metadata = {"geo": json.dumps(_GEO), "provenance": provenance.line}
    schema = SCHEMA.append(pa.field("geometry", pa.binary())).with_metadata(metadata)
    count = 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for table in tables_of(selected.rows()):
            lons, lats = table["lon"].to_pylist(), table["lat"].to_pylist()
            points = [None if lon is None else _POINT.pack(1, 1, lon, lat) for lon, lat in zip(lons, lats, strict=True)]
            writer.write_table(table.append_column("geometry", pa.array(points, pa.binary())).cast(schema))
            count += table.num_rows
    return count
