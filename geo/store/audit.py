"""What `check` asks of the tables: questions whose answer should always be the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo.store.reader import Atlas
from geo.store.rows import digest
from geo.store.schemas import CONTENT

_SEED = 4
_SHOWN = 60


def _table(name: str) -> str:
    return f"read_parquet(${name}, hive_partitioning=false)"


_ORPHANS = {
    "mentions without their article": f"""
        SELECT count(*) FROM {_table("mentions")} AS m ANTI JOIN {_table("articles")} AS a ON a.number = m.number
        """,
    "mentions whose place is unknown": f"""
        SELECT count(*) FROM {_table("mentions")} AS m ANTI JOIN {_table("places")} AS p ON p.place_id = m.place_id
        WHERE m.place_id IS NOT NULL
        """,
    "places without a mention": f"""
        SELECT count(*) FROM {_table("places")} AS p ANTI JOIN {_table("mentions")} AS m ON p.place_id = m.place_id
        """,
    "articles that are there twice": f"SELECT count(*) - count(DISTINCT article_id) FROM {_table('articles')}",
}


class Audit:
    """Asks every row, or a sample that is the same each time; `StoreError` if a file cannot be read."""

    tables = CONTENT

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def read_all(self, table: str) -> int:
        """Read every value of the table; how many rows it has."""
        if not self._atlas.files_of(table):
            return 0
        # The hash of whole rows: a count alone would read the footers of the files and nothing else.
        return int(self._one(f"SELECT count(*), bit_xor(hash(t)) FROM {_table(table)} AS t", table)[0])

    def orphans(self) -> dict[str, int]:
        """How many rows lack what they point to."""
        found = {}
        for what, query in _ORPHANS.items():
            used = [table for table in ("articles", "mentions", "places") if f"${table}," in query]
            if not self._atlas.files_of(used[0]):
                found[what] = 0
            elif all(self._atlas.files_of(table) for table in used):
                found[what] = int(self._one(query, *used)[0])
            else:
                found[what] = self.read_all("places" if "FROM read_parquet($places" in query else "mentions")
        return found

    def placed_by_table(self) -> tuple[int, int, int]:
        """How many mentions have a place: by the mentions, by the counts of days, by those of months."""
        by_table = {
            "mentions": "SELECT count(*) FROM {} WHERE place_id IS NOT NULL",
            "place_days": "SELECT coalesce(sum(mentions), 0) FROM {}",
            "place_months": "SELECT coalesce(sum(mentions), 0) FROM {}",
        }
        mentions, days, months = (
            int(self._one(query.format(_table(table)), table)[0]) if self._atlas.files_of(table) else 0
            for table, query in by_table.items()
        )
        return mentions, days, months

    def rows_of_articles(self) -> dict[str, tuple[int, int]]:
        """How many rows the articles should have in the tables made of their texts, and how many are there."""
        query = f"SELECT count(*), coalesce(sum(words), 0), count(*) FILTER (words > 0) FROM {_table('articles')}"
        articles, words, told = self._one(query, "articles") if self._atlas.files_of("articles") else (0, 0, 0)
        due = {"texts": articles, "words": words, "sketches": told}
        return {table: (int(rows), self._count(table)) for table, rows in due.items()}

    def wrong_offsets(self, most: int) -> tuple[int, list[str]]:
        """How many mentions were tried, at most `most`, and those whose offsets do not cut out their name."""
        sample = self._sample("mentions", 'article_id, "start", "end", surface', most)
        articles = self._atlas.articles({row[0] for row in sample})
        wrong = [
            f"{surface[:_SHOWN]!r} at {start}:{end} of article {article_id}"
            for article_id, start, end, surface in sample
            if article_id not in articles or articles[article_id].text[start:end] != surface
        ]
        return len(sample), wrong

    def changed_texts(self, most: int) -> tuple[int, list[str]]:
        """How many articles were tried, at most `most`, and those that do not hash to what was stored with them."""
        stored = dict(self._sample("articles", "article_id, digest", most))
        articles = self._atlas.articles(stored)
        wrong = [key for key, written in stored.items() if key not in articles or digest(articles[key]) != written]
        return len(stored), wrong

    def largest_table_bytes(self) -> int:
        """Size on disk of the table that is largest; a file that is gone counts nothing."""
        sizes = []
        for table in CONTENT:
            files = (Path(file) for file in self._atlas.files_of(table))
            sizes.append(sum(file.stat().st_size for file in files if file.is_file()))
        return max(sizes)

    def _count(self, table: str) -> int:
        return int(self._one(f"SELECT count(*) FROM {_table(table)}", table)[0]) if self._atlas.files_of(table) else 0

    def _sample(self, table: str, columns: str, most: int) -> list[tuple[Any, ...]]:
        if not self._atlas.files_of(table):
            return []
        return self._rows(
            f"SELECT {columns} FROM {_table(table)} USING SAMPLE reservoir({int(most)} ROWS) REPEATABLE ({_SEED})",
            table,
        )

    def _one(self, query: str, *used: str) -> tuple[Any, ...]:
        return self._rows(query, *used)[0]

    def _rows(self, query: str, *used: str) -> list[tuple[Any, ...]]:
        return [
            row
            for batch in self._atlas.batches(query, *used)
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
