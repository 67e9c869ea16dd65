from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo.check.atlas import check_atlas
from geo.errors import StoreBusyError, StoreError
from geo.records import Article, Kind, PlaceCount, SetAside, StoredMention
from geo.store import Atlas, Writer, tables
from geo.store.schemas import SCHEMA_VERSION, SCHEMAS

ONE = article("من الموصل إلى سرت ثم الموصل", "a1", title="${x}", published="2017-10", path="one.txt")
TWO = article("كتبت صحيفة الموصل عن سرت في ليبيا وعن أطلنطس", "a2")


def write(folder: Path, *articles: Article, recipe: str = "r1", kept: set[str] | None = None, **finish: object) -> None:
    with Writer(folder, recipe=recipe) as writer:
        writer.add((item, geoparse(item.text)) for item in articles)
        writer.finish(kept=kept or set(), **finish)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "atlas", ONE, TWO)
    return tmp_path / "atlas"


def test_places_come_with_most_mentions_first_and_ties_by_name(folder):
    assert Atlas.open(folder).place_counts() == [
        PlaceCount(entry=MOSUL, mentions=2, articles=1, texts=1),
        PlaceCount(entry=SIRTE, mentions=2, articles=2, texts=2),
        PlaceCount(entry=LIBYA, mentions=1, articles=1, texts=1),
    ]


def test_associative_mentions_are_counted_apart(folder):
    [mosul] = Atlas.open(folder).place_counts(Kind.ASSOCIATIVE)
    assert mosul == PlaceCount(entry=MOSUL, mentions=1, articles=1, texts=1)


def test_one_place_is_found_by_its_id(folder):
    atlas = Atlas.open(folder)
    assert atlas.place(SIRTE.place_id) == PlaceCount(entry=SIRTE, mentions=2, articles=2, texts=2)
    assert atlas.place("geonames:1' OR '1'='1") is None


def test_a_place_that_only_lends_its_name_has_no_literal_mentions(tmp_path):
    write(tmp_path, article("صحيفة الموصل"))
    assert Atlas.open(tmp_path).place(MOSUL.place_id) == PlaceCount(entry=MOSUL, mentions=0, articles=0, texts=0)


def test_mentions_come_in_reading_order_with_their_offsets(folder):
    mentions = Atlas.open(folder).mentions(article_id="a1")
    assert [ONE.text[item.start : item.end] for item in mentions] == ["الموصل", "سرت", "الموصل"]
    assert mentions[1] == StoredMention(
        article_id="a1",
        start=14,
        end=17,
        surface="سرت",
        kind=Kind.LITERAL,
        place_id=SIRTE.place_id,
        confidence=0.9,
        rule="name, only",
    )


def test_mentions_are_filtered_by_all_that_is_given(folder):
    atlas = Atlas.open(folder)
    assert len(atlas.mentions()) == 7
    assert [item.article_id for item in atlas.mentions(place_id=MOSUL.place_id)] == ["a1", "a1", "a2"]
    assert [item.article_id for item in atlas.mentions(place_id=MOSUL.place_id, kind=Kind.LITERAL)] == ["a1", "a1"]


def test_an_unresolved_mention_is_kept_without_a_place(folder):
    unresolved = [item for item in Atlas.open(folder).mentions() if item.place_id is None]
    assert [item.surface for item in unresolved] == ["أطلنطس"]


def test_articles_come_back_as_they_went_in(folder):
    atlas = Atlas.open(folder)
    assert atlas.articles(["a1", "a2", "nobody"]) == {"a1": ONE, "a2": TWO}
    assert atlas.article("nobody") is None


@pytest.mark.parametrize(
    "text", ["ﷺ مَكّة\u0640 😀 \u202e\u2066 \x1b[31m", "'; DROP TABLE articles; --", "${x}`\\{{y}}\u2028"]
)
def test_hostile_text_is_stored_unchanged(tmp_path, text):
    hostile = article(text, title=text, author=text, path=text)
    write(tmp_path, hostile)
    assert Atlas.open(tmp_path).article("a1") == hostile


def test_the_summary_adds_up(folder):
    summary = Atlas.open(folder).summary()
    assert (summary.articles, summary.mentions, summary.places) == (2, 7, 3)
    assert (summary.placed, summary.unplaced, summary.associative) == (5, 1, 1)
    assert timedelta(0) <= datetime.now(UTC) - summary.finished_at < timedelta(minutes=1)


def test_an_atlas_without_any_article_answers_with_nothing(tmp_path):
    write(tmp_path)
    atlas = Atlas.open(tmp_path)
    assert (atlas.place_counts(), atlas.mentions(), atlas.articles(["a1"])) == ([], [], {})
    assert atlas.summary().articles == atlas.summary().mentions == 0


def test_what_was_set_aside_is_kept_with_the_run(tmp_path):
    aside = SetAside(path="b\u202ead.txt", reason="empty", remedy="fill it")
    write(tmp_path, ONE, set_aside=[aside])
    assert Atlas.open(tmp_path).set_aside() == [aside]


def test_an_article_written_again_replaces_its_mentions(folder):
    write(folder, article("لا شيء في ليبيا", "a1"), kept={"a2"})
    atlas = Atlas.open(folder)
    assert [item.surface for item in atlas.mentions(article_id="a1")] == ["ليبيا"]
    assert len(atlas.mentions(article_id="a2")) == 4


def test_rows_that_stay_keep_their_order_when_others_leave(tmp_path):
    many = [article(f"{n} من الموصل إلى سرت ثم ليبيا " + "كلمة " * (n % 50), f"a{n}") for n in range(3000)]
    write(tmp_path, *many)
    write(tmp_path, kept={item.article_id for item in many if item.article_id not in ("a7", "a1500", "a1502")})
    atlas = Atlas.open(tmp_path)
    for table, column in (("mentions", "place_id"), ("words", "word"), ("texts", "number")):
        [file] = atlas.files_of(table)
        values = pq.ParquetFile(file).read(columns=[column])[column].to_pylist()
        assert values == sorted(values)
    assert atlas.search("كلمة", limit=5000).articles == sum(n % 50 > 0 for n in range(3000) if n not in (7, 1500, 1502))


def test_rows_in_several_pieces_are_written_in_their_order(tmp_path):
    tables.overwrite(tmp_path, "words", SCHEMAS["words"].empty_table())
    numbers = pa.chunked_array([list(range(first, first + 100)) for first in range(0, 1000, 100)])
    tables.append(tmp_path, "words", pa.table({"word": numbers, "ordinal": numbers}))
    [file] = tables.data_files(tmp_path, "words", tables.open_table(tmp_path, "words"))
    assert pq.read_table(file)["word"].to_pylist() == list(range(1000))


def test_all_articles_may_leave(folder):
    write(folder)
    atlas = Atlas.open(folder)
    assert (atlas.summary().articles, atlas.place_counts(), atlas.search("الموصل").articles) == (0, [], 0)


def test_articles_without_places_or_words_may_leave(tmp_path):
    write(tmp_path, article("؟"), article("لا مكان", "a2"))
    write(tmp_path, kept={"a2"})
    write(tmp_path)
    assert Atlas.open(tmp_path).summary().articles == 0


def test_an_article_that_is_not_kept_vanishes_with_its_places(folder):
    write(folder, kept={"a1"})
    atlas = Atlas.open(folder)
    assert atlas.article("a2") is None
    assert [item.entry.name for item in atlas.place_counts()] == ["Mosul", "Sirte"]
    assert atlas.place(LIBYA.place_id) is None


def test_a_reader_keeps_its_run_while_the_next_one_is_written(folder):
    before = Atlas.open(folder)
    write(folder, article("ليبيا", "a3"), recipe="r2")
    assert not before.is_latest()
    assert [item.entry.name for item in before.place_counts()] == ["Mosul", "Sirte", "Libya"]
    after = Atlas.open(folder)
    assert (after.run, after.recipe, after.is_latest()) == (2, "r2", True)
    assert [item.entry.name for item in after.place_counts()] == ["Libya"]


def test_a_run_that_did_not_finish_is_not_seen(folder):
    with Writer(folder, recipe="r1") as writer:
        writer.add([(article("ليبيا", "a3"), geoparse("ليبيا"))])
    assert Atlas.open(folder).article("a3") is None


def test_the_next_writer_removes_what_an_unfinished_run_left(folder):
    with Writer(folder, recipe="r1") as writer:
        writer.add([(article("ليبيا", "a3"), geoparse("ليبيا"))])
    write(folder, kept={"a1", "a2"})
    atlas = Atlas.open(folder)
    assert atlas.summary().articles == 2
    assert len(atlas.mentions()) == 7


def test_a_first_run_that_did_not_finish_leaves_no_atlas_and_no_rows(tmp_path):
    with Writer(tmp_path, recipe="r1") as writer:
        writer.add([(TWO, geoparse(TWO.text))])
    with pytest.raises(StoreError, match="no atlas here"):
        Atlas.open(tmp_path)
    write(tmp_path, ONE)
    assert Atlas.open(tmp_path).summary().articles == 1


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from geo.store import Writer, tables
from places import article, geoparse

commits = 0
for name in ("append", "overwrite"):
    def dying(*args, _call=getattr(tables, name)):
        global commits
        _call(*args)
        commits += 1
        if commits == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
    setattr(tables, name, dying)
with Writer(Path({folder!r}), recipe="r2") as writer:
    writer.add([(article("ليبيا", "a3"), geoparse("ليبيا"))])
    writer.finish(kept=set())
"""


@pytest.mark.parametrize("after", range(1, 12))
def test_a_writer_killed_between_any_two_commits_is_as_if_it_never_ran(folder, after):
    path = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
    program = KILLED_WRITER.format(path=path, after=after, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    assert Atlas.open(folder).articles(["a1", "a2", "a3"]).keys() == {"a1", "a2"}
    with Writer(folder, recipe="r1") as writer:
        assert writer.keep_as_it_is(ONE)
        writer.finish(kept={"a1", "a2"})
    assert len(Atlas.open(folder).mentions()) == 7


def test_there_is_one_writer_at_a_time_and_the_message_names_the_lock(folder):
    with (
        Writer(folder, recipe="r1"),
        pytest.raises(StoreBusyError, match="lock is held by another process"),
        Writer(folder, recipe="r1"),
    ):
        pass
    write(folder, kept={"a1"})


def test_a_folder_without_an_atlas_says_how_to_make_one(tmp_path):
    with pytest.raises(StoreError, match="python -m geo ingest"):
        Atlas.open(tmp_path / "nowhere")


def test_a_damaged_log_says_what_to_do(folder):
    (folder / "runs" / "_delta_log" / f"{1:020}.json").write_text("{")
    with pytest.raises(StoreError, match="delete this folder"):
        Atlas.open(folder)


@pytest.mark.parametrize("table", ["words", "sketches", "texts", "articles"])
def test_an_empty_log_entry_is_refused_by_readers_and_writers(folder, table):
    os.truncate(folder / table / "_delta_log" / f"{1:020}.json", 0)
    with pytest.raises(StoreError, match=f"table '{table}' has lost rows.*{1:020}.json is empty"):
        Atlas.open(folder)
    with pytest.raises(StoreError, match="has lost rows"):
        write(folder, kept={"a1", "a2"})


def test_an_empty_log_entry_of_a_run_that_never_finished_hinders_nobody(folder):
    version = Atlas.open(folder).finished.versions["words"]
    (folder / "words" / "_delta_log" / f"{version + 1:020}.json").write_text("")
    assert Atlas.open(folder).search("الموصل").articles == 2
    write(folder, article("من الموصل", "a3"), kept={"a1", "a2"})
    assert Atlas.open(folder).search("الموصل").articles == 3


def test_a_run_whose_own_entry_is_empty_never_finished_and_is_made_again(folder):
    write(folder, article("من الموصل", "a3"), kept={"a1", "a2"})
    os.truncate(folder / "runs" / "_delta_log" / f"{2:020}.json", 0)
    assert Atlas.open(folder).search("الموصل").articles == 2
    write(folder, article("من الموصل", "a3"), kept={"a1", "a2"})
    assert Atlas.open(folder).search("الموصل").articles == 3


def test_a_data_file_that_is_gone_says_what_to_do(folder):
    atlas = Atlas.open(folder)
    for file in (folder / "mentions").glob("*.parquet"):
        file.unlink()
    with pytest.raises(StoreError, match="delete this folder"):
        atlas.mentions()


def test_a_data_file_that_is_cut_off_says_what_to_do(folder):
    atlas = Atlas.open(folder)
    for file in (folder / "mentions").glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(StoreError, match="delete this folder"):
        atlas.mentions()


@pytest.mark.parametrize(
    ("cause", "remedy"),
    [
        (duckdb.IOException('IO Error: Cannot open file "x": Permission denied'), "let this user read"),
        (PermissionError(13, "Permission denied", "x"), "let this user read"),
        (
            OSError("Kernel error\n \x1b[31m↳\x1b[0m x\n \x1b[31m↳\x1b[0m Permission denied (os error 13)"),
            "let this user",
        ),
        (OSError(24, "Too many open files"), "ulimit"),
        (OSError(28, "No space left on device"), "free some disk space"),
    ],
)
def test_what_is_no_damage_is_not_to_be_deleted(folder, monkeypatch, cause, remedy):
    def fails(*_args: object, **_options: object) -> None:
        raise cause

    with pytest.raises(StoreError, match=f"not damaged: .*{remedy}") as read, tables.reading(folder):
        fails()
    assert "delete" not in str(read.value)
    if isinstance(cause, OSError):
        monkeypatch.setattr(tables, "DeltaTable", fails)
        with pytest.raises(StoreError, match=f"not damaged: .*{remedy}") as opened:
            Atlas.open(folder)
        assert "\x1b" not in str(opened.value)


def test_a_folder_this_user_may_not_look_into_says_so(folder, monkeypatch):
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied", "runs")

    monkeypatch.setattr(Path, "is_dir", forbidden)
    with pytest.raises(StoreError, match="let this user read"):
        Atlas.open(folder)
    assert [finding.passed for finding in check_atlas(folder, wanted=False)] == [False]


def test_damage_says_to_check_before_anything_is_deleted(folder):
    (folder / "runs" / "_delta_log" / f"{1:020}.json").write_text("{")
    with pytest.raises(StoreError, match=r"geo check --store .* delete this folder"):
        Atlas.open(folder)


def test_a_failing_disk_is_an_error_with_a_remedy_and_changes_nothing(folder, monkeypatch):
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with Writer(folder, recipe="r1") as writer:
        monkeypatch.setattr(tables, "write_deltalake", full)
        with pytest.raises(StoreError, match="Check that the disk has room"):
            writer.finish(kept=set())
    assert Atlas.open(folder).summary().articles == 2


def test_an_atlas_of_a_newer_version_is_refused_politely(folder):
    runs = DeltaTable(folder / "runs").to_pyarrow_table().to_pylist()
    newer = [{**row, "run": 9, "schema_version": SCHEMA_VERSION + 1} for row in runs]
    write_deltalake(folder / "runs", pa.Table.from_pylist(newer, schema=SCHEMAS["runs"]), mode="append")
    with pytest.raises(StoreError, match="newer Article Atlas"):
        Atlas.open(folder)


@pytest.mark.parametrize("name", ["a b", "أطلس", "a'b", 'a"b', "a=b", "a#b", "a*b", "a?b", "a{b}", "a;b", "$a"])
def test_the_atlas_works_in_folders_with_odd_names(tmp_path, name):
    write(tmp_path / name, ONE)
    assert Atlas.open(tmp_path / name).article("a1") == ONE


@pytest.mark.parametrize("name", ["a[b]", "a%20b", "a\nb", "a\\b", "a\udcffb"])
def test_a_folder_the_tables_cannot_live_in_is_refused_and_nothing_is_made(tmp_path, name):
    with pytest.raises(StoreError, match="--store"), Writer(tmp_path / name, recipe="r1"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["s3://bucket/atlas", "gs://bucket/atlas", "az://container/atlas"])
def test_an_address_taken_for_a_folder_is_refused_and_no_folder_of_that_name_is_made(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="this is an address"), Writer(Path(address), recipe="r1"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_atlas_of_an_earlier_version_says_how_to_bring_it_up_to_date(folder):
    age(folder)
    with pytest.raises(StoreError, match=r"earlier Article Atlas.*ingest"):
        Atlas.open(folder)


def test_a_writer_makes_an_atlas_of_an_earlier_version_anew(folder):
    age(folder)
    with Writer(folder, recipe="r1") as writer:
        assert writer.is_first
        assert not writer.keep_as_it_is(ONE)
        writer.add([(ONE, geoparse(ONE.text))])
        writer.finish()
    assert Atlas.open(folder).summary().articles == 1
    assert Atlas.open(folder).run > 1


def age(folder: Path) -> None:
    """Rewrite the list of runs as the first version of the tables had it."""
    later = {"place_days_version", "place_months_version", "words_version", "next_number"}
    runs = pa.Table.from_pylist(DeltaTable(folder / "runs").to_pyarrow_table().to_pylist(), schema=SCHEMAS["runs"])
    runs = runs.set_column(1, "schema_version", pa.array([1] * runs.num_rows, pa.int32()))
    kept = [name for name in runs.column_names if name not in later]
    shutil.rmtree(folder / "runs")
    write_deltalake(folder / "runs", runs.select(kept))


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write here"), Writer(tmp_path / "file" / "atlas", recipe="r1"):
        pass


def test_threads_share_one_atlas(folder):
    atlas = Atlas.open(folder)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: len(atlas.mentions(place_id=MOSUL.place_id)), range(64)))
    assert set(answers) == {3}


def test_the_database_reads_nothing_outside_the_atlas(folder, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    connection = Atlas.open(folder)._connection
    for query in (f"FROM read_csv('{tmp_path}/secret.csv')", "INSTALL httpfs", "LOAD delta", "SET threads = 1"):
        with pytest.raises(Exception, match=r"disabled|locked|not found"):
            connection.execute(query)


def test_other_programs_find_the_geometry_in_the_places_table(folder):
    rows = DeltaTable(folder / "places").to_pyarrow_table(columns=["name", "geometry"]).to_pylist()
    assert {row["name"]: row["geometry"] for row in rows} == {"Mosul": "point", "Sirte": "point", "Libya": "area"}


def test_log_entries_are_never_cleaned_up_behind_the_last_finished_run(folder):
    log = (folder / "mentions" / "_delta_log" / f"{0:020}.json").read_text()
    metadata = next(json.loads(line)["metaData"] for line in log.splitlines() if "metaData" in line)
    assert metadata["configuration"]["delta.enableExpiredLogCleanup"] == "false"


def test_the_lock_dies_with_its_process(folder):
    program = (
        "import os, sys; from pathlib import Path; from geo.store import Writer\n"
        f"Writer(Path({str(folder)!r}), recipe='r1').__enter__(); os.kill(os.getpid(), 9)"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    )
    write(folder, kept={"a1"})
    assert Atlas.open(folder).summary().articles == 1
