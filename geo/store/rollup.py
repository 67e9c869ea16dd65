"""Counts by place, day and source, and the same by month: what the map asks instead of every mention.

Rows are additive: an article that leaves subtracts what it had added. A place's counts are sums, never a distinct.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from geo.store import tables
from geo.store.filters import Filters, one_of
from geo.store.schemas import SCHEMAS

TABLES = {"place_days": "day", "place_months": "month"}
"""Each rollup and its column of time."""

_MAX_FILES = 8
"""More files than this are summed up anew."""

_READ = "read_parquet($files, hive_partitioning=false)"


def months(connection: duckdb.DuckDBPyConnection, files: list[str]) -> pa.Table:
    """The rows of these files of `place_days`, summed up by month."""
    query = f"""
    SELECT place_id, kind, date_trunc('month', day)::DATE AS month, source,
           sum(mentions)::BIGINT AS mentions, sum(articles)::BIGINT AS articles
    FROM {_READ} GROUP BY ALL HAVING sum(mentions) <> 0 OR sum(articles) <> 0 ORDER BY place_id, kind, month, source
    """
    with connection.cursor() as cursor:
        return cursor.sql(query, params={"files": files}).to_arrow_table().cast(SCHEMAS["place_months"])


def places_in_use(connection: duckdb.DuckDBPyConnection, files: list[str]) -> set[str]:
    """Ids of the places that some mention of whatever kind points to."""
    if not files:
        return set()
    query = f"SELECT place_id FROM {_READ} GROUP BY place_id HAVING sum(mentions) > 0"
    with connection.cursor() as cursor:
        return {place_id for (place_id,) in cursor.execute(query, {"files": files}).fetchall()}


def tidy(folder: Path, table: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Sum up a rollup of many files into one in the order of its time, without the rows that came to nothing."""
    opened = tables.open_table(folder, table)
    files = tables.data_files(folder, table, opened)
    if len(files) <= _MAX_FILES:
        return
    time = TABLES[table]
    order = "day, place_id, kind, source" if table == "place_days" else "place_id, kind, month, source"
    query = f"""
    SELECT place_id, kind, {time}, source, sum(mentions)::BIGINT AS mentions, sum(articles)::BIGINT AS articles
    FROM {_READ} GROUP BY ALL HAVING sum(mentions) <> 0 OR sum(articles) <> 0 ORDER BY {order}
    """
    with connection.cursor() as cursor:
        found = cursor.sql(query, params={"files": files}).to_arrow_reader(100_000)
        batches = (batch.cast(SCHEMAS[table]) for batch in found)
        tables.overwrite(folder, table, pa.RecordBatchReader.from_batches(SCHEMAS[table], batches))


def sums(filters: Filters) -> tuple[str, dict[str, object]]:
    """SQL for ``place_id, mentions, articles`` of one `$kind` under these filters, and its parameters.

    Whole months come from the rollup by month, the days at either end from the one by day.
    """
    months_part, days_part, values = _parts(filters)
    sources = ""
    if filters.sources:
        names = {f"source{n}": source for n, source in enumerate(filters.sources)}
        sources = f" AND {one_of('source', filters.sources, ', '.join('$' + name for name in names))}"
        values |= names
    select = "SELECT place_id, mentions, articles FROM read_parquet(${0}, hive_partitioning=false) WHERE kind = $kind"
    parts = [select.format("place_months") + months_part + sources]
    if days_part:
        parts.append(select.format("place_days") + days_part + sources)
    return " UNION ALL ".join(parts), values


def _parts(filters: Filters) -> tuple[str, str, dict[str, object]]:
    """Conditions on whole months and on the days that are left over; "" = none is needed."""
    if not filters.by_date:
        return "", "", {}
    since, until = filters.since or date.min, filters.until or date.max
    first = since if since.day == 1 else _next_month(since)
    after = _next_month(until) if until == date.max or (until + timedelta(1)).day == 1 else until.replace(day=1)
    if first >= after:
        return " AND false", " AND day BETWEEN $since AND $until", {"since": since, "until": until}
    months_part = " AND month >= $first AND month < $after"
    values: dict[str, object] = {"first": first, "after": after}
    edges = []
    if since < first:
        edges.append("(day >= $since AND day < $first)")
        values["since"] = since
    if until >= after:
        edges.append("(day >= $after AND day <= $until)")
        values["until"] = until
    return months_part, f" AND ({' OR '.join(edges)})" if edges else "", values


def _next_month(day: date) -> date:
    """The first day of the month after this one; the last day there is if there is none."""
    if day.year == date.max.year and day.month == date.max.month:
        return date.max
    return (day.replace(day=1) + timedelta(32)).replace(day=1)
