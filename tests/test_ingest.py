from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import places
import pytest

from geo import ingest as ingest_module
from geo.errors import CorpusError, StoreBusyError
from geo.ingest import IngestReport, ingest
from geo.records import Article
from geo.settings import Settings
from geo.store import Atlas, Writer
from geo.store import writer as writer_module

SETTINGS = Settings()


class House:
    """A corpus, its atlas, and a count of what was geoparsed."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.store = root / "atlas"
        self.geoparsed: list[str | None] = []
        self.corpus.mkdir()
        self.write("a.txt", "معركة الموصل\nفي الموصل")
        self.write("b.txt", "من سرت إلى ليبيا")

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).write_text(text, encoding="utf-8")

    def ingest(self, recipe: str = "r1", *, mirror: bool = True) -> IngestReport:
        self.geoparsed.clear()
        return ingest(self.corpus, self.store, geoparse=self.geoparse, recipe=recipe, settings=SETTINGS, mirror=mirror)

    def geoparse(self, article: Article) -> list:
        self.geoparsed.append(article.path)
        return places.geoparse(article.text)

    def counts(self) -> dict[str, int]:
        return {item.entry.name: item.mentions for item in Atlas.open(self.store).place_counts()}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def figures(report: IngestReport) -> tuple[int, int, int, int]:
    return report.read, report.new, report.unchanged, report.removed


def test_a_folder_becomes_an_atlas(house):
    assert figures(house.ingest()) == (2, 2, 0, 0)
    assert house.counts() == {"Mosul": 2, "Libya": 1, "Sirte": 1}


def test_nothing_is_geoparsed_or_written_if_nothing_changed(house):
    house.ingest()
    assert figures(house.ingest()) == (2, 0, 2, 0)
    assert house.geoparsed == []
    assert Atlas.open(house.store).run == 1


def test_an_ingest_without_change_takes_a_blink(house):
    for n in range(3):
        house.write(f"{n}.txt", f"{n} الموصل " * 300)
    house.ingest()
    started = time.perf_counter()
    house.ingest()
    assert time.perf_counter() - started < 0.5  # measured: 0.04 s


def test_a_new_file_alone_is_geoparsed(house):
    house.ingest()
    house.write("c.txt", "سرت")
    assert figures(house.ingest()) == (3, 1, 2, 0)
    assert house.geoparsed == ["c.txt"]
    assert house.counts() == {"Mosul": 2, "Sirte": 2, "Libya": 1}


def test_an_edited_file_replaces_its_article(house):
    house.ingest()
    house.write("a.txt", "هدوء في ليبيا")
    assert figures(house.ingest()) == (2, 1, 1, 1)
    assert house.counts() == {"Libya": 2, "Sirte": 1}


def test_an_edited_title_is_taken_over(house):
    house.ingest()
    house.write("b.txt", "---\ntitle: عنوان\n---\nمن سرت إلى ليبيا")
    assert figures(house.ingest()) == (2, 1, 1, 0)
    assert "عنوان" in {item.title for item in Atlas.open(house.store).articles(all_ids(house)).values()}


def test_white_space_that_moves_offsets_is_noticed_though_the_article_is_the_same(house):
    house.ingest()
    house.write("b.txt", "من  سرت إلى ليبيا")
    assert figures(house.ingest()) == (2, 1, 1, 0)
    atlas = Atlas.open(house.store)
    for mention in atlas.mentions():
        article = atlas.article(mention.article_id)
        assert article
        assert article.text[mention.start : mention.end] == mention.surface


def test_a_deleted_file_leaves_the_atlas(house):
    house.ingest()
    (house.corpus / "b.txt").unlink()
    assert figures(house.ingest()) == (1, 0, 1, 1)
    assert house.counts() == {"Mosul": 2}


def test_without_mirror_a_deleted_file_stays(house):
    house.ingest()
    (house.corpus / "b.txt").unlink()
    house.write("c.txt", "الموصل")
    assert figures(house.ingest(mirror=False)) == (2, 1, 1, 0)
    assert house.counts() == {"Mosul": 3, "Libya": 1, "Sirte": 1}


def test_without_mirror_the_old_text_of_an_edited_file_stays_and_is_counted(house):
    house.ingest()
    assert house.ingest(mirror=False).older == 0
    house.write("a.txt", "الموصل ثم سرت ثم الموصل")
    house.write("c.txt", "الموصل")
    assert house.ingest(mirror=False).older == 1
    assert house.ingest().older == 0
    assert house.ingest(mirror=False).older == 0


def test_without_mirror_what_was_set_aside_stays_so_until_its_file_is_seen_again(house):
    (house.corpus / "bad.docx").write_bytes(b"xx")
    house.ingest()
    (house.corpus / "bad.docx").rename(house.corpus / ".bad.docx")
    house.write("c.txt", "الموصل")
    house.ingest(mirror=False)
    assert [note.path for note in Atlas.open(house.store).set_aside()] == ["bad.docx"]
    (house.corpus / ".bad.docx").rename(house.corpus / "bad.docx")
    house.ingest(mirror=False)
    assert [note.path for note in Atlas.open(house.store).set_aside()] == ["bad.docx"]
    (house.corpus / "bad.docx").unlink()
    house.ingest()
    assert Atlas.open(house.store).set_aside() == []


def test_rows_of_a_table_that_moved_are_no_older_texts(house):
    house.write("rows.csv", "text\nليبيا اليوم\nالموصل اليوم\nسرت اليوم\n")
    house.ingest()
    house.write("rows.csv", "text\nالموصل اليوم\nسرت اليوم\n")
    report = house.ingest(mirror=False)
    assert (report.new, report.older) == (2, 0)


def test_another_recipe_makes_everything_anew(house):
    house.ingest()
    assert figures(house.ingest("r2")) == (2, 2, 0, 0)
    assert Atlas.open(house.store).recipe == "r2"


def test_only_what_another_recipe_made_is_made_again(house):
    house.ingest()
    (house.corpus / "b.txt").rename(house.corpus / ".b.txt")
    house.ingest("r2", mirror=False)
    (house.corpus / ".b.txt").rename(house.corpus / "b.txt")
    assert figures(house.ingest("r2")) == (2, 1, 1, 0)
    assert house.geoparsed == ["b.txt"]


def test_what_is_set_aside_is_reported_and_kept(house):
    house.write("empty.txt", " \n")
    report = house.ingest()
    assert [(item.path, item.reason) for item in report.set_aside] == [("empty.txt", "it is empty")]
    assert Atlas.open(house.store).set_aside() == report.set_aside


def test_a_new_bad_file_alone_makes_a_new_run(house):
    house.ingest()
    house.write("empty.txt", "")
    house.ingest()
    assert [item.path for item in Atlas.open(house.store).set_aside()] == ["empty.txt"]


def test_an_empty_folder_makes_an_empty_atlas(tmp_path):
    (tmp_path / "corpus").mkdir()
    report = ingest(tmp_path / "corpus", tmp_path / "atlas", geoparse=lambda _: [], recipe="r", settings=SETTINGS)
    assert figures(report) == (0, 0, 0, 0)
    assert Atlas.open(tmp_path / "atlas").summary().articles == 0


def test_a_missing_folder_leaves_the_atlas_alone(house):
    house.ingest()
    with pytest.raises(CorpusError, match="no such folder"):
        ingest(house.corpus / "no", house.store, geoparse=house.geoparse, recipe="r1", settings=SETTINGS)
    assert house.counts() == {"Mosul": 2, "Libya": 1, "Sirte": 1}


def test_an_ingest_that_breaks_in_the_middle_changes_nothing(house, monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_ARTICLES", 1)
    house.ingest()
    house.write("a.txt", "سرت")
    house.write("b.txt", "سرت سرت")
    with pytest.raises(ZeroDivisionError):
        ingest(
            house.corpus,
            house.store,
            geoparse=lambda item: house.geoparse(item) if item.path == "a.txt" else [1 / 0],
            recipe="r1",
            settings=SETTINGS,
        )
    assert house.counts() == {"Mosul": 2, "Libya": 1, "Sirte": 1}
    house.ingest()
    assert house.counts() == {"Sirte": 3}


def test_batches_make_the_same_atlas(house, monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_ARTICLES", 1)
    house.ingest()
    assert house.counts() == {"Mosul": 2, "Libya": 1, "Sirte": 1}


def test_many_small_commits_are_merged(house, monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_ARTICLES", 1)
    monkeypatch.setattr(writer_module, "FLUSH_BYTES", dict.fromkeys(writer_module.FLUSH_BYTES, 1))
    for n in range(40):
        house.write(f"{n}.txt", f"{n} الموصل")
    house.ingest()
    assert house.counts()["Mosul"] == 42
    assert len(Atlas.open(house.store).files_of("mentions")) == 1


def test_a_second_ingest_at_the_same_time_is_told_so(house):
    with Writer(house.store, recipe="r1"), pytest.raises(StoreBusyError):
        house.ingest()


def test_progress_tells_how_many_were_read(house):
    seen = []
    ingest(
        house.corpus,
        house.store,
        geoparse=house.geoparse,
        recipe="r1",
        settings=replace(SETTINGS),
        progress=lambda read, path: seen.append((read, path)),
    )
    assert seen == [(1, "a.txt"), (2, "b.txt")]


def all_ids(house: House) -> list[str]:
    return list(Atlas.open(house.store).digests())
