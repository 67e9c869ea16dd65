"""A large file that is as it was is not read again, and nothing is lost or doubled by that."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from places import geoparse

from geo import known_files
from geo.articles import json_rows, read_paths
from geo.ingest import IngestReport, ingest_items
from geo.known_files import KnownFiles, way_of_reading
from geo.parallel import InProcess
from geo.settings import Settings
from geo.store import Atlas

SETTINGS = Settings()


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch):
    monkeypatch.setattr(known_files, "LARGE_BYTES", 0)


@pytest.fixture
def lines_read(monkeypatch) -> list[int]:
    """A number for each line that is read."""
    found: list[int] = []
    real = json_rows._read_line

    def read(source, number, line, columns):
        found.append(number)
        return real(source, number, line, columns)

    monkeypatch.setattr(json_rows, "_read_line", read)
    return found


def write(file: Path, *texts: str, **fields: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    content = "".join(json.dumps({"text": text, **fields}, ensure_ascii=False) + "\n" for text in texts).encode()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return file


def ingest(store: Path, *paths: Path, recipe: str = "r1", mirror: bool = True, **settings: object) -> IngestReport:
    way = Settings(**settings)  # type: ignore[arg-type]
    known = KnownFiles(store, way_of_reading(way))
    return ingest_items(
        read_paths(paths, way, known=known),
        store,
        runner=InProcess(lambda article: geoparse(article.text)),
        recipe=recipe,
        mirror=mirror,
        known=known,
    )


def held(store: Path) -> dict[str, str | None]:
    """Text of each article -> its path."""
    atlas = Atlas.open(store)
    numbers = atlas.numbers_holding("الموصل").tolist()
    ids = [mention.article_id for mention in atlas.mentions()]
    assert len(numbers) == len(set(ids))
    return {article.text: article.path for article in atlas.articles(ids).values()}


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_the_same_again_is_not_read(tmp_path, lines_read, name):
    file = write(tmp_path / "in" / name, "من الموصل", "إلى الموصل", "")
    first = ingest(tmp_path / "atlas", file)
    assert (first.new, len(first.set_aside), len(lines_read)) == (2, 1, 3)
    again = ingest(tmp_path / "atlas", file)
    assert (again.read, again.unchanged, again.new, again.removed) == (2, 2, 0, 0)
    assert again.set_aside == first.set_aside
    assert len(lines_read) == 3
    assert len(held(tmp_path / "atlas")) == 2


@pytest.mark.parametrize("change", ["content", "recipe", "encoding", "noted", "store"])
def test_what_changed_is_read(tmp_path, lines_read, change):
    file, store = write(tmp_path / "in" / "a.jsonl", "من الموصل", "إلى الموصل"), tmp_path / "atlas"
    ingest(store, file)
    lines_read.clear()
    if change == "content":
        write(file, "من الموصل", "في الموصل")
    elif change == "noted":
        (store / "files.msgpack").write_bytes(b"\xc1 no such thing")
    elif change == "store":
        ingest(store, write(tmp_path / "other" / "a.jsonl", "عن الموصل"))
        lines_read.clear()
    recipe = "r2" if change == "recipe" else "r1"
    ingest(store, file, recipe=recipe, encoding="utf-8" if change == "encoding" else None)
    assert len(lines_read) == 2
    assert set(held(store)) == {"من الموصل", "في الموصل" if change == "content" else "إلى الموصل"}


def test_a_file_that_is_gone_takes_its_articles_along_and_the_others_stay_unread(tmp_path, lines_read):
    files = [write(tmp_path / "in" / f"{name}.jsonl", f"من الموصل {name}") for name in "abc"]
    ingest(tmp_path / "atlas", *files)
    lines_read.clear()
    report = ingest(tmp_path / "atlas", files[0], files[2])
    assert (report.unchanged, report.removed, lines_read) == (2, 1, [])
    assert len(held(tmp_path / "atlas")) == 2


def test_an_article_of_two_files_stays_when_the_first_one_lets_it_go(tmp_path):
    store = tmp_path / "atlas"
    first = write(tmp_path / "in" / "a.jsonl", "من الموصل", "إلى الموصل")
    second = write(tmp_path / "in" / "b.jsonl", "إلى الموصل", "في الموصل")
    ingest(store, first, second)
    write(first, "من الموصل")
    ingest(store, first, second)
    assert held(store)["إلى الموصل"] == "b.jsonl#1"
    assert len(held(store)) == 3


def test_an_article_that_another_file_took_over_is_there_once(tmp_path):
    store = tmp_path / "atlas"
    first = write(tmp_path / "in" / "b.jsonl", "من الموصل", "إلى الموصل")
    ingest(store, first)
    second = write(tmp_path / "in" / "a.jsonl", "إلى الموصل")
    for paths in ((second, first), (first, second), (first,), (first, second)):
        report = ingest(store, *paths)
        assert (report.read, len(held(store))) == (2, 2), paths


def test_what_was_edited_under_the_same_text_is_seen_when_the_old_file_is_back(tmp_path):
    store = tmp_path / "atlas"
    file = write(tmp_path / "in" / "a.jsonl", "من الموصل", title="قديم")
    ingest(store, file)
    noted = (store / "files.msgpack").read_bytes()
    ingest(store, write(file, "من الموصل", title="جديد"))
    (store / "files.msgpack").write_bytes(noted)  # as if the run had been killed before it noted anything
    ingest(store, write(file, "من الموصل", title="قديم"))
    [article] = Atlas.open(store).articles({mention.article_id for mention in Atlas.open(store).mentions()}).values()
    assert article.title == "قديم"


def test_a_file_that_changes_while_it_is_read_is_not_noted(tmp_path, monkeypatch):
    file, store = write(tmp_path / "in" / "a.jsonl", "من الموصل"), tmp_path / "atlas"
    real = json_rows._read_line

    def read(source, number, line, columns):
        yield from real(source, number, line, columns)
        if number == 1:
            write(file, "من الموصل", "إلى الموصل")

    monkeypatch.setattr(json_rows, "_read_line", read)
    ingest(store, file)
    monkeypatch.setattr(json_rows, "_read_line", real)
    ingest(store, file)
    assert len(held(store)) == 2


def test_small_files_are_read_as_ever(tmp_path, lines_read, monkeypatch):
    monkeypatch.setattr(known_files, "LARGE_BYTES", 1 << 20)
    file = write(tmp_path / "in" / "a.jsonl", "من الموصل")
    ingest(tmp_path / "atlas", file)
    assert ingest(tmp_path / "atlas", file).unchanged == 1
    assert len(lines_read) == 2
    assert not (tmp_path / "atlas" / "files.msgpack").exists()


def test_a_note_that_cannot_be_written_costs_only_itself(tmp_path, lines_read, caplog):
    file, store = write(tmp_path / "in" / "a.jsonl", "من الموصل"), tmp_path / "atlas"
    (store / "files.part").mkdir(parents=True)  # where the note is written first
    assert ingest(store, file).new == 1
    assert "the next ingest reads all files again" in caplog.text
    assert ingest(store, file).unchanged == 1
    assert len(lines_read) == 2


def test_a_file_that_shares_a_text_with_a_later_one_is_read_again_and_says_the_same(tmp_path, lines_read):
    first = write(tmp_path / "in" / "a.jsonl", "الموصل", "سرت")
    second = write(tmp_path / "in" / "b.jsonl", "سرت")
    once = ingest(tmp_path / "atlas", first, second)
    again = ingest(tmp_path / "atlas", first, second)
    assert [note.reason for note in again.set_aside] == ["same text as a.jsonl#2"]
    assert again.set_aside == once.set_aside
    assert Atlas.open(tmp_path / "atlas").run == 1
    assert len(lines_read) == 6
