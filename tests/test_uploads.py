"""What readers bring: kept under safe names, read as a corpus is, added once, and nothing escapes its folder."""

from __future__ import annotations

import io
import json
import os
import stat
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import geoparse as geoparse_text

from geo.errors import StoreBusyError
from geo.ingest import ingest
from geo.records import Article
from geo.settings import Settings, load
from geo.store import Atlas, Writer
from geo.uploads import MOST_NAME_BYTES, bring, pasted, safe_name, with_uploads

SENTENCE = "وصل الوفد إلى مدينة الموصل قادمًا من سرت أمس ثم عاد إلى الموصل"


def geoparse(article: Article):
    return geoparse_text(article.text)


class Desk:
    """A corpus of one article, its atlas, and what is brought to it."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.store, self.uploads = folder / "corpus", folder / "atlas", folder / "uploads"
        self.corpus.mkdir()
        (self.corpus / "a.txt").write_text("من الموصل إلى سرت", encoding="utf-8")
        self.open_page()

    def open_page(self):
        """What a session does at its start."""
        items = with_uploads(self.corpus, self.uploads, Settings())
        return ingest(items, self.store, geoparse=geoparse, recipe="r", settings=Settings())

    def bring(self, *files: tuple[str, bytes], **options):
        streams = [(name, io.BytesIO(raw)) for name, raw in files]
        settings = options.pop("settings", Settings())
        return bring(streams, self.uploads, self.store, geoparse=geoparse, recipe="r", settings=settings, **options)

    def paths(self) -> set[str]:
        rows = Atlas.open(self.store).rows("SELECT path FROM read_parquet($articles)", "articles")
        return {path for (path,) in rows}

    def kept(self) -> list[str]:
        return sorted(path.name for path in self.uploads.iterdir())


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def test_what_is_brought_is_there_at_once_and_after_a_restart(desk):
    found = desk.bring(("خبر.txt", SENTENCE.encode()))
    assert (found.new, found.unchanged, found.set_aside, found.kept) == (1, 0, [], ["خبر.txt"])
    assert desk.paths() == {"a.txt", "uploads/خبر.txt"}
    again = desk.open_page()
    assert (again.new, again.unchanged, again.removed) == (0, 2, 0)
    (desk.uploads / "خبر.txt").unlink()
    assert desk.open_page().removed == 1
    assert desk.paths() == {"a.txt"}


def test_the_same_again_changes_nothing(desk):
    desk.bring(("x.txt", SENTENCE.encode()))
    found = desk.bring(("y.txt", SENTENCE.encode()), ("a.txt", "من الموصل إلى سرت".encode()))
    assert (found.new, found.unchanged, found.kept) == (0, 2, [])
    assert desk.kept() == ["x.txt"]
    assert desk.paths() == {"a.txt", "uploads/x.txt"}


def test_a_name_that_is_taken_does_not_replace_the_older_file(desk):
    desk.bring(("x.txt", SENTENCE.encode()))
    desk.bring(("x.txt", "في سرت وحدها".encode()))
    assert desk.kept() == ["x (2).txt", "x.txt"]
    assert (desk.uploads / "x.txt").read_text(encoding="utf-8") == SENTENCE


def test_near_copies_are_told(desk):
    first = " ".join(f"كلمة{n}" for n in range(300))
    desk.bring(("one.txt", f"{first} في الموصل".encode()))
    found = desk.bring(("two.txt", f"{first} في الموصل وسرت".encode()))
    assert (found.new, len(found.copies)) == (1, 1)


def test_each_row_and_member_is_read_and_the_bad_ones_named(desk):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside/one.txt", f"{SENTENCE} واحد")
        packed.writestr("../../escape.txt", f"{SENTENCE} هارب")
        packed.writestr("/etc/absolute.txt", f"{SENTENCE} مطلق")
    table = f"title,text\nأول,{SENTENCE} اثنان\nثان,\n"
    found = desk.bring(
        ("pack.zip", archive.getvalue()), ("table.csv", table.encode()), ("bad.txt", b"\xff\xfe\x00"), ("x.exe", b"MZ")
    )
    assert found.new == 2
    named = {item.path.split("#")[0]: item for item in found.set_aside}
    assert {"pack.zip/../../escape.txt", "pack.zip//etc/absolute.txt", "bad.txt", "x.exe"} <= set(named)
    assert all(item.reason and item.remedy for item in found.set_aside)
    assert desk.kept() == ["pack.zip", "table.csv"]
    assert not list(desk.uploads.parent.rglob("escape.txt"))


def test_what_the_corpus_set_aside_is_still_told(desk):
    (desk.corpus / "empty.txt").write_bytes(b"")
    desk.open_page()
    desk.bring(("x.txt", SENTENCE.encode()), ("x.exe", b"MZ"))
    assert {item.path for item in Atlas.open(desk.store).set_aside()} == {"empty.txt", "uploads/x.exe"}


def test_nothing_is_kept_if_the_atlas_is_being_written(desk):
    with Writer(desk.store, recipe="r"), pytest.raises(StoreBusyError):
        desk.bring(("x.txt", SENTENCE.encode()))
    assert desk.kept() == []
    assert desk.paths() == {"a.txt"}


def test_what_an_ingest_removes_meanwhile_is_new_when_it_is_brought(desk):
    with ThreadPoolExecutor(1) as beside:
        with Writer(desk.store, recipe="r") as writer:
            brought = beside.submit(desk.bring, ("mine.txt", "من الموصل إلى سرت".encode()), wait_s=60)
            time.sleep(1)  # it waits for the writer now
            writer.finish()
        found = brought.result()
    assert (found.new, found.unchanged, found.kept) == (1, 0, ["mine.txt"])
    assert desk.paths() == {"uploads/mine.txt"}


def test_what_cannot_be_read_is_told_once_however_often_it_is_brought(desk):
    for _ in range(3):
        desk.bring(("x.exe", b"MZ"))
    assert [item.path for item in Atlas.open(desk.store).set_aside()] == ["uploads/x.exe"]
    assert Atlas.open(desk.store).run == 2


def test_nothing_is_kept_if_the_folder_cannot_be_written(desk):
    desk.uploads.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="exists"):
        desk.bring(("x.txt", SENTENCE.encode()))


def test_a_file_cannot_be_run_and_is_seen_by_its_owner_only(desk):
    desk.bring(
        ("run.html", f"<html><body><script>alert(1)</script><p>{SENTENCE} {SENTENCE}.</p></body></html>".encode())
    )
    [name] = desk.kept()
    assert stat.S_IMODE((desk.uploads / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.uploads.stat().st_mode) == 0o700
    [article] = [a for a in Atlas.open(desk.store).articles(ids(desk)).values() if a.path == "uploads/run.html"]
    assert "alert" not in article.text


def ids(desk: Desk) -> list[str]:
    rows = Atlas.open(desk.store).rows("SELECT article_id FROM read_parquet($articles)", "articles")
    return [article_id for (article_id,) in rows]


def test_a_pasted_text_is_an_article_whatever_is_in_it(desk):
    text = f'---\ntitle: x\n---\n"{{"}}\n{SENTENCE}'
    name, stream = pasted(text, title="عنوان", published="25 تشرين الأول 2017", source="الشرق")
    found = desk.bring((name, stream.read()))
    assert (found.new, found.set_aside) == (1, [])
    [article] = [a for a in Atlas.open(desk.store).articles(ids(desk)).values() if a.title == "عنوان"]
    assert (article.text, article.published, article.source) == (text, "2017-10-25", "الشرق")


def test_progress_tells_the_share_and_the_articles(desk):
    told: list[tuple[float, int]] = []
    rows = "".join(json.dumps({"text": f"{SENTENCE} {n}"}) + "\n" for n in range(300))
    desk.bring(("rows.jsonl", rows.encode()), progress=lambda share, read: told.append((share, read)))
    assert told[-1][1] == 300
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert 0.9 < told[-1][0] <= 1.0


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\x.txt", "x.txt"),
        (".htaccess", "htaccess"),
        ("x.txt\x00.exe", "x.txt.exe"),
        ("a\nb\tc.txt", "a b c.txt"),
        ("\u202eexe.txt", "exe.txt"),
        ("<img src=x onerror=alert(1)>.html", "_img src=x onerror=alert(1)_.html"),
        ("con.txt", "_con.txt"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("r#1.jsonl.gz", "r_1.jsonl.gz"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_one_of_a_file_in_the_folder(name):
    safe = safe_name(name)
    assert safe == os.path.basename(safe)  # noqa: PTH119 - the thing asked
    assert not safe.startswith(".")
    assert 0 < len(safe.encode()) <= MOST_NAME_BYTES + 1
    assert "\0" not in safe
    assert safe_name(safe) == safe


def test_limits_and_folder_are_settings(tmp_path):
    environ = {
        "ARTICLE_ATLAS_UPLOAD_MB": "7",
        "ARTICLE_ATLAS_UPLOAD_FILES": "3",
        "ARTICLE_ATLAS_UPLOADS": str(tmp_path / "up"),
    }
    settings = load(environ)
    assert (settings.upload_mb, settings.upload_files) == (7, 3)
    assert settings.uploads_of(tmp_path) == tmp_path / "up"
    assert Settings(store=tmp_path / "x.atlas").uploads_of(tmp_path) == tmp_path / "x.atlas.uploads"
    assert Settings().uploads_of(tmp_path) != Settings().uploads_of(tmp_path / "other")
