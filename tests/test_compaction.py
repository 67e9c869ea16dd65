"""Small files of the tables are merged, and nothing else changes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
from places import MOSUL, article, geoparse

from geo.records import Article
from geo.store import Atlas, Writer, compaction, tables
from geo.store.filters import NO_FILTERS


def texts(count: int) -> list[Article]:
    places = ("الموصل", "سرت", "ليبيا")
    return [
        article(f"خبر {n} من {places[n % 3]} ثم {places[n % 2]}", f"{n:016x}", published=f"2017-10-{1 + n % 28:02}")
        for n in range(count)
    ]


def ingest_one_by_one(folder, articles: list[Article]) -> None:
    for item in articles:
        with Writer(folder, recipe="r1") as writer:
            writer.keep_the_rest()
            writer.add([(item, geoparse(item.text))])
            writer.finish()


def answers(folder) -> list[object]:
    atlas = Atlas.open(folder)
    return [
        atlas.place_counts(),
        atlas.mentions(newest_first=True),
        atlas.search("خبر", limit=100).article_ids,
        atlas.search("خبر 7 من", limit=100).article_ids,
        atlas.numbers_holding("ثم الموصل", NO_FILTERS).tolist(),
        sorted((one.article_id, one.text) for one in atlas.articles(f"{n:016x}" for n in range(30)).values()),
    ]


def count_files(folder, table: str) -> int:
    return len(Atlas.open(folder).files_of(table))


def test_files_of_many_small_runs_are_merged_and_every_answer_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "_FEW_FILES", 1 << 20)
    monkeypatch.setattr(compaction, "FEW_FILES", {})
    ingest_one_by_one(tmp_path / "many", texts(8))
    assert count_files(tmp_path / "many", "mentions") == 8

    monkeypatch.setattr(compaction, "_FEW_FILES", 4)
    ingest_one_by_one(tmp_path / "few", texts(8))
    for table in ("articles", "texts", "mentions", "words", "sketches"):
        assert count_files(tmp_path / "few", table) <= 5, table
    assert answers(tmp_path / "few") == answers(tmp_path / "many")


def test_a_merged_file_is_sorted_as_one_that_was_written_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "_FEW_FILES", 1)
    monkeypatch.setattr(compaction, "FEW_FILES", {})
    ingest_one_by_one(tmp_path / "merged", texts(6))
    with Writer(tmp_path / "at once", recipe="r1") as writer:
        writer.add((item, geoparse(item.text)) for item in texts(6))
        writer.finish()

    def rows(folder, table: str) -> pa.Table:
        [file] = Atlas.open(folder).files_of(table)
        names = [name for name in pq.ParquetFile(file).schema_arrow.names if name not in ("run", "recipe")]
        return pq.read_table(file, columns=names)

    for table in ("articles", "texts", "mentions", "words", "sketches"):
        merged, at_once = rows(tmp_path / "merged", table), rows(tmp_path / "at once", table)
        assert merged.to_pylist() == at_once.to_pylist(), table


def test_an_edited_article_leaves_a_merged_file_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "_FEW_FILES", 1)
    monkeypatch.setattr(compaction, "FEW_FILES", {})
    ingest_one_by_one(tmp_path / "atlas", texts(6))
    edited = article("خبر جديد من الموصل", f"{3:016x}", published="2017-11-01")
    ingest_one_by_one(tmp_path / "atlas", [edited])
    atlas = Atlas.open(tmp_path / "atlas")
    assert next(one.article_id for one in atlas.mentions(place_id=MOSUL.place_id, newest_first=True)) == f"{3:016x}"
    assert len(atlas.articles(f"{n:016x}" for n in range(6))) == 6


def test_large_files_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "_FEW_FILES", 1)
    monkeypatch.setattr(compaction, "FEW_FILES", {})
    monkeypatch.setattr(compaction, "MOST_BYTES", 1)
    ingest_one_by_one(tmp_path / "atlas", texts(3))
    assert count_files(tmp_path / "atlas", "texts") == 3


def test_files_whose_numbers_meet_are_taken_together(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "_FEW_FILES", 1 << 20)
    ingest_one_by_one(tmp_path / "atlas", texts(4))
    found = tables.ranges(tmp_path / "atlas", "articles", "number")
    assert [(low, high, len(files)) for low, high, files in found] == [(n, n, 1) for n in range(4)]
