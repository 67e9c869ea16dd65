"""Every kind of file that people have, made here, read back."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from geo.articles import STANDARD_INPUT, Columns, Meter, read_paths
from geo.articles.dates import iso_date
from geo.articles.readers import SUFFIXES
from geo.records import Article, SetAside
from geo.settings import ROOT, Settings
from geo.views import aside

SETTINGS = Settings()
TEXT = "وصل الوفد إلى الموصل صباح اليوم قادما من بغداد."
NEWS = Path(os.environ.get("ARTICLE_ATLAS_NEWS") or ROOT.parent / "shared" / "dev" / "raw_ar_news.jsonl.gz")


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def read(*paths: Path, settings: Settings = SETTINGS, columns: Columns | None = None) -> list[Article | SetAside]:
    return list(read_paths(list(paths), settings, columns))


def articles(*paths: Path, settings: Settings = SETTINGS, columns: Columns | None = None) -> list[Article]:
    return [item for item in read(*paths, settings=settings, columns=columns) if isinstance(item, Article)]


def notes(*paths: Path, settings: Settings = SETTINGS) -> list[tuple[str, str]]:
    return [(item.path, item.reason) for item in read(*paths, settings=settings) if isinstance(item, SetAside)]


def json_lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def zipped(folder: Path, name: str = "a.zip", /, **members: str | bytes) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name


def test_every_kind_that_is_read_stands_in_the_documentation():
    documented = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in documented] == []


# --- rows


def test_json_lines_keep_what_is_stated_about_each_article(tmp_path):
    row = {
        "id": 7, "headline": "عنوان", "content": TEXT, "byline": ["أمل", "سامي"], "publisher": {"name": "الصحيفة"},
        "datePublished": "2018-07-09T18:32:50+04:00", "link": "https://example.org/1", "inLanguage": "ar-SA",
    }  # fmt: skip
    assert articles(write(tmp_path, "a.jsonl", json_lines(row))) == [
        Article(
            article_id=articles(tmp_path)[0].article_id,
            text=TEXT,
            title="عنوان",
            author="أمل, سامي",
            source="الصحيفة",
            published="2018-07-09",
            language="ar-sa",
            path="a.jsonl#1",
            url="https://example.org/1",
        )
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_csv_is_read_whatever_sign_separates_its_fields(tmp_path, sign):
    file = write(tmp_path, "a.csv", f"العنوان{sign}النص{sign}التاريخ\nخبر{sign}{TEXT}{sign}25 أكتوبر 2017\n")
    [article] = articles(file)
    assert (article.title, article.text, article.published, article.path) == ("خبر", TEXT, "2017-10-25", "a.csv#2")


def test_a_quoted_field_of_a_csv_may_hold_separators_quotes_and_line_ends(tmp_path):
    [article] = articles(write(tmp_path, "a.csv", 'title,text\r\nx,"one, ""two""\r\nthree"\r\n'))
    assert article.text == 'one, "two"\nthree'


def test_tsv_is_split_at_tabs_only(tmp_path):
    assert articles(write(tmp_path, "a.tsv", "text,x\ttext\na,b,c\td\n"))[0].text == "d"


def test_a_json_file_is_a_list_of_objects_or_an_object_with_one(tmp_path):
    rows = [{"text": f"{n} {TEXT}"} for n in range(3)]
    write(tmp_path, "a.json", json.dumps(rows, indent=1))
    write(tmp_path, "b.json", json.dumps({"status": "ok", "articles": [{"text": "b"}]}))
    write(tmp_path, "c.json", json.dumps({"title": "t", "text": "c"}))
    write(tmp_path, "d.json", '{"text": "d1"}\n{"text": "d2"}')
    paths = [item.path for item in articles(tmp_path)]
    assert paths == ["a.json#1", "a.json#2", "a.json#3", "b.json#1", "c.json#1", "d.json#1", "d.json#2"]


def test_an_object_with_the_text_that_was_named_is_the_article_whatever_lists_it_has(tmp_path):
    row = {"caption": TEXT, "places": [{"name": "x"}]}
    write(tmp_path, "a.json", json.dumps([row]))
    write(tmp_path, "b.json", json.dumps({"found": [row | {"caption": "b"}]}))
    found = read(tmp_path, columns=Columns(text="caption"))
    assert [(item.path, item.text) for item in found] == [("a.json#1", TEXT), ("b.json#1", "b")]


def test_a_list_that_breaks_off_gives_what_came_before(tmp_path):
    found = read(write(tmp_path, "a.json", '[{"text": "one"}, {"text": "two"}, {"text": "thr'))
    assert [item.path for item in found] == ["a.json#1", "a.json#2", "a.json"]
    assert found[2].reason.startswith("it is not JSON: Unterminated string")


def test_a_list_longer_than_what_is_read_at_once_is_read_whole(tmp_path):
    rows = [{"text": f"{n} " + TEXT * 50} for n in range(300)]
    found = articles(write(tmp_path, "a.json", json.dumps(rows)))
    assert [item.text for item in found] == [row["text"] for row in rows]


def test_columns_can_be_named(tmp_path):
    file = write(tmp_path, "a.csv", "text,Lead Text,seen\nshort,long,2017\n")
    [article] = articles(file, columns=Columns(text="lead text", published="seen"))
    assert (article.text, article.published) == ("long", "2017")


def test_a_table_without_a_text_column_says_what_it_has(tmp_path):
    assert notes(write(tmp_path, "a.csv", "foo,bar\n1,2\n")) == [
        ("a.csv", "which column holds the text is not clear; it has foo, bar")
    ]
    assert notes(write(tmp_path, "b.jsonl", '{"foo": 1}\n')) == [
        ("b.jsonl#1", "which column holds the text is not clear; it has foo")
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_broken_name_of_a_column_is_spelled_out(tmp_path, name):
    content = {"a.jsonl": b'{"\\ud800x": 1, "text": 5}\n{"\\ud800x": 1}\n', "a.csv": b"foo\xff,text\n1,2\n"}[name]
    settings = replace(SETTINGS, encoding="utf-8")
    for columns in (Columns(), Columns(published="date"), Columns(text="body")):
        for item in read(write(tmp_path, name, content), settings=settings, columns=columns):
            assert isinstance(item, Article) or (item.reason + item.remedy).encode()


def test_a_named_column_that_is_not_there_is_named(tmp_path):
    file = write(tmp_path, "a.csv", "text,when\nx,2017\n")
    [note] = read(file, columns=Columns(published="date"))
    assert note.reason == "it has no column 'date'"


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_named_field_that_no_row_has_is_named_once(tmp_path, name):
    file = write(tmp_path, name, json_lines({"text": "x", "date": "2017"}, {"text": "y", "by": "z"}))
    *found, note = read(file, columns=Columns(published="publised", author="by"))
    assert [item.published for item in found] == [None, None]
    assert (note.path, note.reason) == (name, "read, but no row of it has 'publised'")
    assert note.remedy == "name one that is there: text, date"
    assert aside.in_arabic(note.reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "x"', "it is not JSON"),
        ("[1, 2]", "it is not an object with fields"),
        ('{"text": 5}', "its text is not a text"),
        ('{"text": ""}', "it is empty"),
        ('{"text": null}', "it is empty"),
        ('{"text": "\\ud800"}', "its text has broken bytes"),
        ('{"text": "a\\u0000b"}', "its text has broken bytes"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"text": "' + "x" * 3_000_000 + '"}', "it is longer than 2 MB"),
        ('{"text": ' + "1" * 10_000 + "}", "it is not JSON"),
    ],
)
def test_a_bad_line_is_set_aside_and_the_next_is_read(tmp_path, line, reason):
    file = write(tmp_path, "a.jsonl", json_lines({"text": "before"}) + line + "\n" + json_lines({"text": "after"}))
    before, note, after = read(file, settings=replace(SETTINGS, max_file_bytes=2_000_000))
    assert (before.path, note.path, after.path) == ("a.jsonl#1", "a.jsonl#2", "a.jsonl#3")
    assert note.reason.startswith(reason)
    assert note.remedy


def test_a_broken_byte_spoils_its_row_alone(tmp_path):
    rows = [f"{n},{n} {TEXT}\n".encode() for n in range(5)]
    rows[2] = rows[2].replace(b"\xd9", b"\xff", 1)
    found = read(write(tmp_path, "a.csv", b"title,text\n" + b"".join(rows)))
    assert [item.path for item in found if isinstance(item, SetAside)] == ["a.csv#4"]
    assert len(found) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859_6"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_tables_are_read_in_every_encoding_that_texts_are(tmp_path, encoding, name):
    text = {"a.csv": f"text\n{TEXT}\n", "a.jsonl": json_lines({"text": TEXT}), "a.json": f'[{{"text": "{TEXT}"}}]'}[
        name
    ]
    assert [item.text for item in articles(write(tmp_path, name, text.encode(encoding)))] == [TEXT]


def test_rows_of_another_length_are_set_aside_with_their_number(tmp_path):
    assert notes(write(tmp_path, "a.csv", "title,text\nx,y\nx,y,z\nx\n")) == [
        ("a.csv#3", "it has 3 fields, the header has 2"),
        ("a.csv#4", "it has 1 fields, the header has 2"),
    ]


@pytest.mark.parametrize("mark", ["\u200f", "\u200e", "\u061c", "\u202b", "\u2067", "\ufeff\ufeff"])
def test_marks_that_print_nothing_are_no_part_of_a_column_name(tmp_path, mark):
    file = write(tmp_path, "a.csv", f'{mark}"النص",{mark}التاريخ\n{TEXT},2017\n')
    for columns in (Columns(), Columns(text="النص", published=f"{mark}التاريخ")):
        [article] = articles(file, columns=columns)
        assert (article.text, article.published) == (TEXT, "2017")


TWICE = "read, but more than one column of it is called 'text': the first was taken"


def test_of_two_columns_of_one_name_the_first_is_taken_and_that_is_said(tmp_path):
    file = write(tmp_path, "a.csv", "text,x,x,text\none,2,3,four\n")
    assert [item.text for item in articles(file)] == ["one"]
    assert notes(file) == [("a.csv", TWICE)]
    assert aside.in_arabic(TWICE)


def test_empty_rows_above_the_header_are_counted_and_passed_over(tmp_path):
    [article] = articles(write(tmp_path, "a.csv", f'\r\n;;\r\n"text";date\r\n\r\n{TEXT};2017\r\n'))
    assert (article.path, article.text, article.published) == ("a.csv#5", TEXT, "2017")
    assert notes(write(tmp_path, "b.csv", "\n,,\n")) == [("b.csv", "it is empty")]


OPEN_QUOTE = "a quote opens in it and never closes"
NOT_CLOSED = "a quote in it does not close where a field ends; lines after it, "


@pytest.mark.parametrize(
    ("after", "rows", "reason"),
    [
        ("", [2], OPEN_QUOTE),
        ("d,4\ne,5\n", [2, 4, 5], f"{NOT_CLOSED}read as rows: 2"),
        ('d,4\n\ne,6\n"f",7\ng,8\n', [2, 4, 6, 7, 8], f"{NOT_CLOSED}read as rows: 4"),
        ('"d\nd",4\ne,5\n', [2, 4, 5], f"{NOT_CLOSED}read as rows: 1"),
    ],
)
def test_a_quote_that_never_closes_costs_its_row_alone(tmp_path, after, rows, reason):
    file = write(tmp_path, "a.csv", 'text,title\nb,2\n"open,3\n' + after)
    assert [(item.path, item.title) for item in articles(file)] == [(f"a.csv#{row}", str(row)) for row in rows]
    assert notes(file) == [("a.csv#3", reason)]
    assert aside.in_arabic(reason)


def test_a_row_of_another_length_says_how_many_lines_a_quote_joined(tmp_path):
    assert notes(write(tmp_path, "a.csv", 'text,title\n"open,2\nb,3\nc,"\nd,5\n')) == [
        ("a.csv#2", "it has 1 fields in 3 lines, the header has 2")
    ]


def test_quotes_that_open_and_never_close_on_every_line_are_not_read_for_ever(tmp_path):
    found = notes(write(tmp_path, "a.csv", "text,title\n" + 'x","y\n' * 1000 + "z,1\n"))
    assert [path for path, _ in found] == [f"a.csv#{row}" for row in range(2, len(found) + 2)]
    assert len(found) < 9
    assert found[-1][1].endswith(f"lines after it, not read: {1001 - len(found)}")


def test_notes_on_one_file_are_bounded_and_the_rest_is_counted(tmp_path):
    file = write(tmp_path, "a.jsonl", "x\n" * 30)
    found = notes(file, settings=replace(SETTINGS, max_notes_per_file=10))
    assert len(found) == 11
    assert found[-1][1].startswith("20 more notes on rows of it, the last on a.jsonl#30: ")


def test_a_date_that_is_not_understood_is_named_and_the_article_kept(tmp_path):
    note, article = read(write(tmp_path, "a.jsonl", json_lines({"text": "x", "date": "yesterday"})))
    assert note.reason == "read, but not all about it: date 'yesterday' is not understood"
    assert article.published is None


@pytest.mark.parametrize("date", ["2017-10-25T00:00:00Z", 1508889600000, {"$numberLong": "1508889600000"}])
def test_dates_are_read_as_mongodb_writes_them(tmp_path, date):
    [article] = read(write(tmp_path, "a.jsonl", json_lines({"text": "x", "date": {"$date": date}})))
    assert article.published == "2017-10-25"


def test_what_is_stated_and_not_understood_is_named(tmp_path):
    row = {"text": "x", "date": {"on": 2017}, "author": {"first": "A"}, "source": [["name", "B"]], "url": True}
    note, _ = read(write(tmp_path, "a.jsonl", json_lines(row)))
    assert note.reason == (
        "read, but not all about it: author {'first': 'A'} is not understood; "
        "source [['name', 'B']] is not understood; date {'on': 2017} is not understood; url True is not understood"
    )
    assert "not understood" not in aside.in_arabic(note.reason)


def test_a_field_that_is_nested_without_end_is_named(tmp_path):
    deepest = 0
    for depth in range(100, 1200, 50):
        line = '{"text": "x", "author": ' + '{"a": ' * depth + "1" + "}" * depth + "}\n"
        note, *found = read(write(tmp_path, "a.jsonl", line))
        deepest = max(deepest, depth if found else 0)
        assert len(note.reason) < 200
    assert deepest


@pytest.mark.parametrize("nothing", [None, "", " ", "null", [], [None, ""], {}, {"name": None}, False, float("nan")])
def test_nothing_stated_is_nothing_to_name(tmp_path, nothing):
    row = {"text": "x"} | dict.fromkeys(["title", "author", "source", "date", "url", "language"], nothing)
    [article] = read(write(tmp_path, "a.jsonl", json_lines(row)))
    assert (article.title, article.author) == ("x", None)


def test_the_same_text_in_two_rows_is_one_article(tmp_path):
    file = write(tmp_path, "a.jsonl", json_lines({"text": "x"}, {"text": " x "}))
    assert notes(file) == [("a.jsonl#2", "same text as a.jsonl#1")]


def test_standard_input_is_json_lines():
    stream = io.BytesIO(json_lines({"text": TEXT}).encode())
    [article] = read_paths([STANDARD_INPUT], SETTINGS, standard_input=stream)
    assert (article.text, article.path) == (TEXT, "stdin#1")


def test_paths_of_several_arguments_tell_them_apart(tmp_path):
    write(tmp_path, "a/x.txt", "1")
    file = write(tmp_path, "b/x.txt", "2")
    assert [item.path for item in articles(tmp_path / "a", file)] == ["a/x.txt", "b/x.txt"]


def test_a_stream_of_any_length_takes_no_more_memory(tmp_path):
    import tracemalloc

    with gzip.open(tmp_path / "a.jsonl.gz", "wt", compresslevel=1) as file:
        for n in range(5_000):
            file.write(json_lines({"text": f"{n} " + TEXT * 80}))
    tracemalloc.start()
    count = sum(1 for _ in read_paths([tmp_path], SETTINGS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 15_000_000  # 36 MB of text went by


def test_the_meter_ends_at_its_total(tmp_path):
    write(tmp_path, "a.txt", "1")
    write(tmp_path, "b.jsonl", json_lines({"text": "2"}))
    write(tmp_path, "c.jsonl.gz", gzip.compress(json_lines({"text": "3"}).encode()))
    meter = Meter()
    assert len(list(read_paths([tmp_path], SETTINGS, meter=meter))) == 3
    assert meter.done == meter.total > 0


# --- packed


@pytest.mark.parametrize("name", ["a.txt.gz", "a.csv.gz", "a.jsonl.gz", "a.json.gz", "a.MD.GZ"])
def test_gzip_is_taken_off(tmp_path, name):
    text = {"csv": f"text\n{TEXT}\n", "jsonl": json_lines({"text": TEXT}), "json": json.dumps([{"text": TEXT}])}
    content = text.get(name.split(".")[1], TEXT)
    assert [item.text for item in articles(write(tmp_path, name, gzip.compress(content.encode())))] == [TEXT]


def test_a_zip_is_read_in_place_by_name(tmp_path):
    members = {"b/x.txt": "1", "a.csv": "text\n2\n", "z.jsonl.gz": gzip.compress(b'{"text": "3"}'), ".hidden.txt": "4"}
    file = zipped(tmp_path, **members, **{"__MACOSX/x.txt": "5", "خبر.txt": "6", "photo.jpg": "7"})
    assert [item.path for item in articles(file)] == [
        "a.zip/a.csv#2",
        "a.zip/b/x.txt",
        "a.zip/z.jsonl.gz#1",
        "a.zip/خبر.txt",
    ]
    assert notes(file) == [("a.zip/photo.jpg", "not a kind of file that is read")]


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "a\\..\\evil.txt", "a/../../evil.txt", "x.exe:$s.txt"]
)
def test_no_name_leads_out_of_a_zip(tmp_path, name):
    zipped(tmp_path, **{name: "evil", "good.txt": "good"})
    before = set(tmp_path.rglob("*"))
    assert [item.text for item in articles(tmp_path)] == ["good"]
    assert [reason for _, reason in notes(tmp_path)] == ["its name leads out of the archive"]
    assert set(tmp_path.rglob("*")) == before


def test_a_link_in_a_zip_is_not_followed(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert notes(tmp_path) == [("a.zip/link.txt", "it is a link, not a file")]


def test_a_zip_in_a_zip_is_refused(tmp_path):
    inner = zipped(tmp_path, "inner.zip", **{"a.txt": "x"}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    zipped(tmp_path, "a.zip", **{"inner.zip": inner})
    assert notes(tmp_path) == [("a.zip/inner.zip", "it is an archive inside an archive")]


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    file = zipped(tmp_path, **{"a.txt": b"0" * 100_000_000, "b.txt": "good"})
    assert [item.text for item in articles(file)] == ["good"]
    assert notes(file) == [("a.zip/a.txt", "it unpacks to far more than it should (100 MB)")]


def test_a_zip_that_lies_about_sizes_is_found_out(tmp_path):
    raw = bytearray(zipped(tmp_path, **{"a.txt": b"0" * 30_000_000}).read_bytes())
    for at in (raw.find((30_000_000).to_bytes(4, "little")), raw.rfind((30_000_000).to_bytes(4, "little"))):
        raw[at : at + 4] = (1000).to_bytes(4, "little")
    [(path, reason)] = notes(write(tmp_path, "a.zip", bytes(raw)))
    assert path == "a.zip/a.txt"
    assert "damaged" in reason


def test_a_zip_of_too_many_files_or_bytes_is_refused(tmp_path):
    file = zipped(tmp_path, **{f"{n}.txt": "x" for n in range(20)})
    assert notes(file, settings=replace(SETTINGS, max_archive_files=10)) == [("a.zip", "it holds more than 10 files")]
    assert notes(file, settings=replace(SETTINGS, max_archive_bytes=19))[0][1].startswith("it unpacks to more than")


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz", "a.json.gz"])
def test_a_gzip_bomb_is_stopped(tmp_path, name):
    write(tmp_path, name, gzip.compress(b'["' + b"0" * 60_000_000, 9))
    [(path, reason)] = notes(tmp_path, settings=replace(SETTINGS, max_file_bytes=40_000_000))
    assert path == name
    assert reason.startswith("it unpacks to far more than it should")


# --- the 8,000 articles


@pytest.mark.skipif(not NEWS.exists(), reason="the 8,000 articles are not here")
def test_8000_articles_of_arabic_news_keep_dates_authors_and_sources():
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        rows = {f"{NEWS.name}#{n}": json.loads(line) for n, line in enumerate(lines, 1)}
    found = read(NEWS)
    for item in found:
        row = rows.pop(item.path)
        if isinstance(item, SetAside):
            assert item.reason.startswith("same text as ")
            continue
        assert item.published == parsedate_to_datetime(row["published"]).date().isoformat()
        assert (item.source, item.title) == (row["source"], " ".join(row["title"].split()))
        assert item.author == (" ".join(row["author"].split()) or None)
        assert (item.url, item.text) == (row["url"], row["text"])
    assert rows == {}


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("Mon, 09 Jul 2018 18:32:50 +0400", "2018-07-09"),
        ("Mon Jul 09 18:32:50 UTC 2018", "2018-07-09"),
        ("2018-07-09T18:32:50+04:00", "2018-07-09"),
        ("2018-7-9", "2018-07-09"),
        ("2018/07/09", "2018-07-09"),
        ("20180709", "2018-07-09"),
        ("1531146770", "2018-07-09"),
        ("1531146770000", "2018-07-09"),
        ("July 9, 2018", "2018-07-09"),
        ("Sunday, October 1st, 2017", "2017-10-01"),
        ("9th of July 2018", "2018-07-09"),
        ("9-Jul-2018", "2018-07-09"),
        ("كانون الثاني ٢٠١٧", "2017-01"),
        ("٢٠١٧-١٠-٢٥", "2017-10-25"),
        ("٢٥/١٠/٢٠١٧", "2017-10-25"),
        ("٣/٤/٢٠١٧", "2017-04-03"),
        ("03.04.2017", "2017-04-03"),
        ("25/10/2017", "2017-10-25"),
        ("10/25/2017", "2017-10-25"),
        ("25 أكتوبر 2017", "2017-10-25"),
        ("25 من أكتوبر عام 2017", "2017-10-25"),
        ("الخميس 4 آب 2016", "2016-08-04"),
        ("12 جويلية 2015", "2015-07-12"),
        ("الإثنين ١٢ ماي ٢٠١٤", "2014-05-12"),
        ("8 غشت 2019", "2019-08-08"),
        ("1 فيفري 2011", "2011-02-01"),
        ("30 جوان 2012", "2012-06-30"),
        ("5 نونبر 2013", "2013-11-05"),
        ("9 تموز/يوليو 2018", "2018-07-09"),
        ("9 تموز (يوليو) 2018", "2018-07-09"),
        ("٩ كانون الأول/ديسمبر ٢٠١٨", "2018-12-09"),
        ("3 اذار 2015", "2015-03-03"),
        ("5 نوفمبر - تشرين الثاني 2017", "2017-11-05"),
        ("5 تشرين الثاني – نوفمبر 2017", "2017-11-05"),
        ("أكتوبر - نوفمبر 2017", None),
        ("أكتوبر 25، 2017", "2017-10-25"),
        ("تشرين الأول 25, 2017", "2017-10-25"),
        ("الأربعاء، تشرين الأول ٢٥ ٢٠١٧", "2017-10-25"),
        ("في كانون الثاني 5،2017", "2017-01-05"),
        ("2017102514", "2017-10-25"),
        ("2017139914", None),
        ("3/4/2017", None),
        ("15 رمضان 1438", None),
        ("1438-09-15", None),
        ("9 تموز/حزيران 2018", None),
        ("31/31/2017", None),
        ("x" * 1000 + " 2017", None),
    ],
)
def test_dates_are_read_as_people_state_them(stated, iso):
    assert iso_date(stated) == iso
