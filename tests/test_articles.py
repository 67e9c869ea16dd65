from __future__ import annotations

import os
import unicodedata
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.articles import front_matter, read_folder
from geo.articles.dates import iso_date
from geo.articles.fields import _one_spaced, article_id
from geo.errors import CorpusError
from geo.records import Article, SetAside
from geo.settings import Settings

SETTINGS = Settings()


def read(folder: Path, settings: Settings = SETTINGS) -> list[Article | SetAside]:
    return list(read_folder(folder, settings))


def read_text(folder: Path, text: str | bytes) -> Article:
    write(folder, "a.txt", text)
    [found] = read(folder)
    assert isinstance(found, Article)
    return found


def set_aside(folder: Path, settings: Settings = SETTINGS) -> list[tuple[str, str]]:
    return [(item.path, item.reason) for item in read(folder, settings) if isinstance(item, SetAside)]


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def test_files_come_sorted_and_from_all_folders(tmp_path):
    for name in ("z.txt", "deep/er/a.txt", "b.md", "C.TXT"):
        write(tmp_path, name, f"text of {name}")
    assert [item.path for item in read(tmp_path)] == ["C.TXT", "b.md", "z.txt", "deep/er/a.txt"]


def test_hidden_files_are_not_looked_at(tmp_path):
    write(tmp_path, ".notes.txt", "x")
    write(tmp_path, ".git/x.txt", "x")
    assert read(tmp_path) == []


def test_without_front_matter_the_first_line_is_the_title_and_stays_in_the_text(tmp_path):
    article = read_text(tmp_path, "\n  معركة الموصل \n\nنص")
    assert (article.title, article.text) == ("معركة الموصل", "\n  معركة الموصل \n\nنص")


def test_a_long_first_line_makes_a_short_title(tmp_path):
    title = read_text(tmp_path, "كلمة " * 100).title
    assert len(title) <= 200
    assert title.endswith("كلمة…")


def test_front_matter_tells_about_the_article_and_is_not_part_of_its_text(tmp_path):
    article = read_text(
        tmp_path,
        "---\ntitle: 'عنوان'\nlanguage: ar\nauthor: كاتب\npublished: 2017-10-25\nurl: https://example.org/1\n"
        "source: الصحيفة\n---\n\nنص",
    )
    assert replace(article, article_id="") == Article(
        article_id="",
        text="نص",
        title="عنوان",
        language="ar",
        author="كاتب",
        published="2017-10-25",
        url="https://example.org/1",
        source="الصحيفة",
        path="a.txt",
    )


def test_a_mapping_under_source_describes_the_article_that_is_retold(tmp_path):
    article = read_text(
        tmp_path,
        "---\ntitle: لنا\nauthor: نحن\npublished: null\nsource:\n  title: لهم\n  author: هو\n  publisher: المركز\n"
        "  date: 2017-07\n---\nنص",
    )
    assert (article.title, article.author, article.source, article.published) == ("لنا", "هو", "المركز", "2017-07")


def test_what_the_retold_article_does_not_state_is_stated_by_ours(tmp_path):
    article = read_text(
        tmp_path, '---\npublished: "2017-07"\nurl: https://a.b\nsource:\n  date: null\n  url: ~\n---\nنص'
    )
    assert (article.published, article.url) == ("2017-07", "https://a.b")


def test_front_matter_knows_the_names_lists_and_languages_that_tables_do(tmp_path):
    article = read_text(
        tmp_path,
        "---\nHeadline: عنوان\ndate: 25 تشرين الأول 2017\nauthor: [فلان, علان]\nlanguage: العربية\npublisher: رويترز\n"
        "tags: [حرب, سلام]\n---\nنص",
    )
    assert (article.title, article.author, article.source) == ("عنوان", "فلان, علان", "رويترز")
    assert (article.published, article.language) == ("2017-10-25", "ar")


def test_half_a_character_in_a_name_or_title_spoils_no_ingest(tmp_path):
    write(tmp_path, "a.csv", b"caf\xe9,date\n" + "نص من حلب,2017\n".encode())
    write(tmp_path, "b.jsonl", '{"na\\ud83dme": "x"}\n')
    write(tmp_path, "c.md", '---\ntitle: "a\\ud83db"\n---\nنص الموصل')
    items = read(tmp_path)
    assert [item.title for item in items if isinstance(item, Article)] == ["a\ufffdb"]
    assert [item.path for item in items if isinstance(item, SetAside)] == ["a.csv", "b.jsonl#1"]
    assert all("".join(map(str, astuple(item))).isprintable() for item in items)


def test_windows_and_old_mac_line_ends_become_line_feeds(tmp_path):
    assert read_text(tmp_path, "one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


def test_compatibility_characters_stay_as_they_are(tmp_path):
    text = "ﷺ ﻻ مَكّـة ½ \u202eabc\u202c e\u0301"
    assert read_text(tmp_path, text).text == text


@pytest.mark.parametrize(
    ("matter", "complaint"),
    [
        ("title: [a", "line 3: expected ',' or ']'"),
        ("title: a: b", "mapping values are not allowed"),
        ("- a\n- b", "not a list of `key: value` lines"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: " + "[" * 2000, "nested too deeply"),
        ("x" * 70_000, "no closing --- line"),
    ],
)
def test_front_matter_that_is_not_understood_stays_in_the_text_and_is_named(tmp_path, matter, complaint):
    write(tmp_path, "a.txt", f"---\n{matter}\n---\nنص الموصل")
    notice, article = read(tmp_path)
    assert isinstance(notice, SetAside)
    assert complaint in notice.reason
    assert isinstance(article, Article)
    assert article.text == f"---\n{matter}\n---\nنص الموصل"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("published: last week", "date 'last week'"),
        ("url: javascript:alert(1)", "url 'javascript:alert(1)'"),
        ("language: Arabic!", "language 'arabic!'"),
    ],
)
def test_a_field_that_is_not_understood_is_left_out_and_named(tmp_path, line, complaint):
    write(tmp_path, "a.txt", f"---\nauthor: x\n{line}\n---\nنص")
    notice, article = read(tmp_path)
    assert isinstance(notice, SetAside)
    assert complaint in notice.reason
    assert isinstance(article, Article)
    assert (article.author, article.text, article.url, article.published) == ("x", "نص", None, None)


def test_yaml_turns_no_title_into_something_else():
    assert front_matter.split("---\ntitle: No\nauthor: 010\n---\nx").stated == {"title": "No", "author": "010"}
    assert front_matter.split("---\ntitle: 2017-10-25\n---\nx").stated == {"title": "2017-10-25"}


def test_yaml_builds_no_objects():
    matter = front_matter.split("---\ntitle: !!python/object/apply:os.system ['exit 1']\n---\nx")
    assert matter.stated == {"title": ["exit 1"]}


@given(st.text())
def test_any_text_survives_front_matter_splitting(text):
    for whole in (text, f"---\n{text}\n---\n{text}", f"---\n{text}"):
        assert whole.endswith(front_matter.split(whole).text)


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2017", "2017"),
        ("2017-10", "2017-10"),
        ("2017-10-25 03:30", "2017-10-25"),
        ("الأربعاء، 25 أكتوبر 2017 03:30 م", "2017-10-25"),
        ("تموز 2017", "2017-07"),
        ("3 تشرين الثاني 2016", "2016-11-03"),
        ("خريف 2017", None),
        ("2017-13-01", None),
        ("31 شباط 2017", None),
    ],
)
def test_dates_are_as_exact_as_stated(stated, iso):
    assert iso_date(stated) == iso


@pytest.mark.parametrize(
    ("encoding", "spoiled"),
    [("cp1256", "utf-8"), ("iso8859_6", "utf-8"), ("utf-8", "cp1256"), ("iso8859_6", "a stray byte")],
)
@pytest.mark.parametrize(
    ("name", "start", "row", "between", "end"),
    [
        ("a.csv", "text\n", '"{}"', "\n", "\n"),
        ("a.jsonl", "", '{{"text": "{}"}}', "\n", "\n"),
        ("a.json", "[", '{{"text": "{}"}}', ", ", "]"),
        ("a.json", '{"news": [', '{{"text": "{}"}}', ", ", "]}"),
    ],
)
def test_bytes_of_another_encoding_spoil_their_row_alone(tmp_path, encoding, spoiled, name, start, row, between, end):
    rows = [row.format(f"{n}: أعلن المتحدث أن القوات دخلت مدينة الموصل صباح الاثنين") for n in range(60)]
    raw = [each.encode(encoding) for each in rows]
    stray = spoiled == "a stray byte"
    raw[30] = raw[30].replace("د".encode(encoding), b"\xa1", 1) if stray else rows[30].encode(spoiled)
    write(tmp_path, name, start.encode() + between.encode().join(raw) + end.encode())
    items = read(tmp_path)
    whole = [item.text for item in items if isinstance(item, Article) and item.text.endswith("صباح الاثنين")]
    assert [text.partition(":")[0] for text in whole] == [str(n) for n in range(60) if n != 30]
    [note] = [item for item in items if isinstance(item, SetAside)]
    assert note.path == f"{name}#{32 if name == 'a.csv' else 31}"
    assert note.reason in ("it has bytes that are not in the file's encoding", "its text has broken bytes")


def test_the_same_text_is_one_article_and_the_second_file_is_named(tmp_path):
    write(tmp_path, "a.txt", "الموصل  مدينة")
    write(tmp_path, "b.txt", "الموصل مدينة\n")
    assert [item.path for item in read(tmp_path)] == ["a.txt", "b.txt"]
    assert set_aside(tmp_path) == [("b.txt", "same text as a.txt")]


def test_accents_encoded_differently_make_no_other_article():
    assert article_id("re\u0301sume\u0301") == article_id("r\u00e9sum\u00e9") != article_id("resume")


_SPACES = "".join(
    map(chr, [9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 32, 32, 133, 160, 0x1680, 0x2003, 0x2028, 0x2029, 0x3000])
)


@given(st.text(st.sampled_from(f"{_SPACES}\u200b\u200f\u0640ابa.\u0301"), max_size=30))
def test_any_white_space_is_one_space(text):
    assert article_id(text) == article_id(" ".join(unicodedata.normalize("NFC", text).split()))
    assert _one_spaced(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\n", b"\xef\xbb\xbf", "\u00a0\u200f".encode(), b"---\ntitle: x\n---\n"]
)
def test_a_file_without_text_is_set_aside(tmp_path, content):
    write(tmp_path, "a.txt", content)
    assert set_aside(tmp_path) == [("a.txt", "it is empty")]


def test_a_file_that_is_too_large_is_set_aside(tmp_path):
    write(tmp_path, "a.txt", "x" * 2_000_001)
    assert set_aside(tmp_path, replace(SETTINGS, max_file_bytes=2_000_000)) == [("a.txt", "it is larger than 2 MB")]


def test_files_of_another_kind_are_named_once_for_each_kind(tmp_path):
    for name in ("a.jpg", "b.jpg", "c.doc", "README"):
        write(tmp_path, name, "x")
    assert set_aside(tmp_path) == [
        ("README", "not a kind of file that is read"),
        ("c.doc", "not a kind of file that is read"),
        ("a.jpg", "not a kind of file that is read, and 1 more .jpg"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_set_aside(tmp_path):
    write(tmp_path, "a.txt", "x")
    (tmp_path / "a.txt").chmod(0)
    assert set_aside(tmp_path) == [("a.txt", "reading it is not permitted")]


def test_links_are_followed_inside_the_folder_only(tmp_path):
    write(tmp_path, "secret.txt", "secret")
    corpus = tmp_path / "corpus"
    write(corpus, "real.txt", "text")
    (corpus / "again.txt").symlink_to(corpus / "real.txt")
    (corpus / "out.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "up.txt").symlink_to("../secret.txt")
    (corpus / "gone.txt").symlink_to("nowhere")
    (corpus / "loop.txt").symlink_to("loop.txt")
    (corpus / "folder").symlink_to(tmp_path)
    found = read(corpus)
    assert [item.path for item in found if isinstance(item, Article)] == ["again.txt"]
    assert [item.text for item in found if isinstance(item, Article)] == ["text"]
    reasons = {item.path: item.reason for item in found if isinstance(item, SetAside)}
    assert reasons.pop("loop.txt")
    assert reasons == {
        "real.txt": "same text as again.txt",
        "out.txt": "it is a link out of the folder",
        "up.txt": "it is a link out of the folder",
        "gone.txt": "it is a link to nothing",
        "folder": "it is a link to a folder",
    }


def test_a_pipe_does_not_stop_the_reading(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    assert set_aside(tmp_path) == [("a.txt", "it is a device or pipe, not a file")]


@pytest.mark.parametrize(
    "name", ["\u202etxt.exe.txt", "a\nb.txt", "'\"`$(x).txt", "${x}.txt", "-rf.txt", "ا" * 120 + ".txt"]
)
def test_hostile_file_names_are_read_and_kept(tmp_path, name):
    write(tmp_path, name, "text")
    assert [item.path for item in read(tmp_path)] == [name]


def test_bytes_of_a_name_that_are_no_text_are_spelled_out(tmp_path):
    (tmp_path / os.fsdecode(b"a\xff.txt")).write_text("text")
    assert [item.path for item in read(tmp_path)] == ["a\\xff.txt"]


def test_a_missing_folder_and_a_file_are_refused_with_a_remedy(tmp_path):
    write(tmp_path, "a.txt", "x")
    with pytest.raises(CorpusError, match="no such folder; name one"):
        read_folder(tmp_path / "no", SETTINGS)
    with pytest.raises(CorpusError, match="name the folder that holds it"):
        read_folder(tmp_path / "a.txt", SETTINGS)


def test_an_empty_folder_yields_nothing(tmp_path):
    assert read(tmp_path) == []
