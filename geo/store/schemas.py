"""What the atlas tables look like: their columns, how each lies on disk. The schema stands here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import pyarrow as pa
from deltalake import ColumnProperties, WriterProperties

from geo.records import Article, Entry, StoredMention
from geo.store.sketches import BAND_NAMES

SCHEMA_VERSION = 3
"""Written into every run. Raise it with any change of a column; a reader refuses what is newer than itself."""

_STAMP = [("run", pa.int64()), ("recipe", pa.string())]
_SET_ASIDE = pa.struct([("path", pa.string()), ("reason", pa.string()), ("remedy", pa.string())])
_ARTICLE = [(name, pa.string()) for name in ("article_id", "title", "author", "source", "published", "language", "url")]
_COUNTS = [("mentions", pa.int64()), ("articles", pa.int64())]

SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": pa.schema(
        [
            ("number", pa.int64()),
            *_ARTICLE,
            ("path", pa.string()),
            ("digest", pa.string()),
            ("day", pa.date32()),
            ("first_word", pa.int64()),
            ("words", pa.int32()),
            *_STAMP,
        ]
    ),
    "texts": pa.schema([("number", pa.int64()), ("text", pa.string())]),
    "mentions": pa.schema(
        [
            ("number", pa.int64()),
            ("article_id", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("surface", pa.string()),
            ("kind", pa.string()),
            ("place_id", pa.string()),
            ("confidence", pa.float64()),
            ("rule", pa.string()),
            ("modifier", pa.string()),
            ("day", pa.date32()),
            ("source", pa.string()),
            ("first", pa.bool_()),
            ("others", pa.list_(pa.int64())),
            *_STAMP,
        ]
    ),
    "place_days": pa.schema(
        [
            ("place_id", pa.string()),
            ("kind", pa.string()),
            ("day", pa.date32()),
            ("source", pa.string()),
            *_COUNTS,
        ]
    ),
    "place_months": pa.schema(
        [
            ("place_id", pa.string()),
            ("kind", pa.string()),
            ("month", pa.date32()),
            ("source", pa.string()),
            *_COUNTS,
        ]
    ),
    "words": pa.schema([("word", pa.int64()), ("ordinal", pa.int64())]),
    "sketches": pa.schema([("number", pa.int64()), *((name, pa.int32()) for name in BAND_NAMES)]),
    "copies": pa.schema(
        [
            ("number", pa.int64()),
            ("article_id", pa.string()),
            ("chief", pa.int64()),
            ("copy_of", pa.string()),
            ("likeness", pa.float32()),
        ]
    ),
    "place_copies": pa.schema(
        [
            ("place_id", pa.string()),
            ("kind", pa.string()),
            ("day", pa.date32()),
            ("source", pa.string()),
            ("chief", pa.int64()),
            ("number", pa.int64()),
        ]
    ),
    "places": pa.schema(
        [
            ("place_id", pa.string()),
            ("key", pa.int64()),
            ("name", pa.string()),
            ("name_ar", pa.string()),
            ("lat", pa.float64()),
            ("lon", pa.float64()),
            ("geometry", pa.string()),
            ("feature_class", pa.string()),
            ("feature_code", pa.string()),
            ("country", pa.string()),
            ("admin1", pa.string()),
            ("within", pa.string()),
            ("population", pa.int64()),
            ("radius_km", pa.float64()),
            ("prominence", pa.float64()),
        ]
    ),
    "runs": pa.schema(
        [
            ("run", pa.int64()),
            ("schema_version", pa.int32()),
            ("recipe", pa.string()),
            ("started_at", pa.timestamp("us", "UTC")),
            ("finished_at", pa.timestamp("us", "UTC")),
            ("articles_version", pa.int64()),
            ("mentions_version", pa.int64()),
            ("places_version", pa.int64()),
            ("place_days_version", pa.int64()),
            ("place_months_version", pa.int64()),
            ("words_version", pa.int64()),
            ("texts_version", pa.int64()),
            ("sketches_version", pa.int64()),
            ("copies_version", pa.int64()),
            ("place_copies_version", pa.int64()),
            ("next_number", pa.int64()),
            ("next_word", pa.int64()),
            ("set_aside", pa.list_(_SET_ASIDE)),
        ]
    ),
}
CONTENT = (
    "articles",
    "texts",
    "mentions",
    "places",
    "place_days",
    "place_months",
    "words",
    "sketches",
    "copies",
    "place_copies",
)
"""The tables whose versions a run records; `runs` itself is written last."""

ARTICLE_COLUMNS = tuple(field.name for field in fields(Article))
MENTION_COLUMNS = tuple(field.name for field in fields(StoredMention))
ENTRY_COLUMNS = tuple(field.name for field in fields(Entry))

_DELTA = ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
_PLAIN = ColumnProperties(dictionary_enabled=False)

LAYOUT: Mapping[str, WriterProperties] = {
    "articles": WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=256,
        column_properties={"number": _DELTA, "first_word": _DELTA, "article_id": _PLAIN, "digest": _PLAIN},
    ),
    # Small row groups: fifty texts of an excerpt page lie in fifty of them, and each is unpacked whole.
    "texts": WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=64,
        column_properties={"text": _PLAIN, "number": _DELTA},
    ),
    "mentions": WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=20_000,
        column_properties={"number": _DELTA, "start": _PLAIN, "end": _PLAIN},
    ),
    "words": WriterProperties(
        compression="ZSTD", compression_level=1, max_row_group_size=60_000, column_properties={"ordinal": _DELTA}
    ),
    # Hashes: there is nothing to compress.
    "sketches": WriterProperties(
        compression="UNCOMPRESSED", max_row_group_size=100_000, default_column_properties=_PLAIN
    ),
}
_USUAL = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=100_000)


def layout(table: str) -> WriterProperties:
    """How the table's Parquet files are laid out."""
    return LAYOUT.get(table, _USUAL)
