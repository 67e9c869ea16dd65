"""Files of other programs: web pages, Word, PDF, Excel, Parquet; and what a hostile one may cost."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pdfs import pdf, visual

from geo.articles import read_paths
from geo.articles.documents import reading_order
from geo.articles.source import UnreadableError
from geo.records import Article, SetAside
from geo.settings import Settings

SETTINGS = Settings()
LINES = [
    "وصلت المساعدات التي أرسلتها المنظمة إلى الموصل",
    "وقال المتحدث إن هذه المساعدات كافية للسكان",
    "وأضاف أن الطريق الذي يصل المدينة بالحدود مفتوح",
    "وكانت المدينة قد شهدت معارك عنيفة قبل أسابيع",
    "ولم تعلق الوزارة على هذا الخبر حتى الآن",
]
PAGE = """<!DOCTYPE html><html lang="ar"><head><meta charset="{charset}"><title>عنوان الخبر - الصحيفة</title>
<meta property="og:title" content="عنوان الخبر"><meta property="og:site_name" content="الصحيفة">
<meta name="author" content="أمل حداد"><meta property="article:published_time" content="2018-07-09T10:00:00+03:00">
<link rel="canonical" href="https://example.org/news/1"></head>
<body><nav><a href="/">الرئيسية</a> <a href="/s">رياضة</a></nav>
<article><h1>عنوان الخبر</h1>{paragraphs}</article><footer>جميع الحقوق محفوظة 2020</footer></body></html>"""

NAMESPACES = docx.oxml.ns.nsmap | {"mc": "http://schemas.openxmlformats.org/markup-compatibility/2006"}


def page(charset: str = "utf-8") -> bytes:
    paragraphs = "".join(f"<p>{line}. {line}.</p>" for line in LINES)
    return PAGE.format(charset=charset, paragraphs=paragraphs).encode(charset)


def dated(statement: str) -> bytes:
    """The page with this below its title, and no other date."""
    plain = re.sub(rb"<meta property=.article:published[^>]*>", b"", page())
    return plain.replace(b"</h1>", f"</h1>{statement}".encode())


def word_xml(body: str) -> bytes:
    """A .docx file with this body, in which ``[...]`` stands for a run with that text."""
    body = re.sub(r"\[(.*?)\]", r'<w:r><w:t xml:space="preserve">\1</w:t></w:r>', body)
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    document = f"<w:document{spaces}><w:body>{body}</w:body></w:document>"
    return repacked(word(), **{"word/document.xml": document.encode()})


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def parquet(**columns: list[object]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def repacked(raw: bytes, **members: bytes) -> bytes:
    """The same archive, with some members replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, members.get(item.filename) or old.read(item))
    return out.getvalue()


def read(folder: Path, name: str, content: bytes, settings: Settings = SETTINGS) -> list[Article | SetAside]:
    (folder / name).write_bytes(content)
    return list(read_paths([folder / name], settings))


def article(folder: Path, name: str, content: bytes) -> Article:
    [found] = read(folder, name, content)
    assert isinstance(found, Article), found
    return found


def refused(folder: Path, name: str, content: bytes, settings: Settings = SETTINGS) -> str:
    [found] = read(folder, name, content, settings)
    assert isinstance(found, SetAside)
    assert found.remedy
    return found.reason


# --- web pages


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256"])
def test_a_web_page_gives_its_article_and_what_it_states(tmp_path, charset):
    found = article(tmp_path, "a.html", page(charset))
    assert (found.title, found.author, found.source) == ("عنوان الخبر", "أمل حداد", "الصحيفة")
    assert (found.published, found.language, found.url) == ("2018-07-09", "ar", "https://example.org/news/1")
    assert all(line in found.text for line in LINES)
    assert "الرئيسية" not in found.text


def test_a_web_page_without_an_article_is_named(tmp_path):
    assert refused(tmp_path, "a.html", b"<html><body></body></html>") == "no article was found in it"


def test_a_date_in_the_footer_of_a_page_is_not_its_date(tmp_path):
    assert article(tmp_path, "a.html", dated("")).published is None


META = '<meta property="article:published_time" content="{}">'
JSON_LD = (
    '<script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle", "datePublished": "{}"}}]}}</script>'
)
PLACES_OF_DATES = [
    META,
    '<meta name="DC.Date" content="{}">',
    JSON_LD,
    '<time datetime="{}">x</time>',
    "<time>{}</time>",
    '<span itemprop="datePublished">{}</span>',
]


@pytest.mark.parametrize(
    ("place", "printed", "published"),
    [
        *((place, "25 تشرين الأول 2017", "2017-10-25") for place in PLACES_OF_DATES),
        (META, "14 جويلية 2017", "2017-07-14"),
        (META, "٢٥/١٠/٢٠١٧", "2017-10-25"),
        (META, "1989-05-01", "1989-05-01"),
        (META, "2017-10", "2017-10"),
        (JSON_LD, r"25\/10\/1994", "1994-10-25"),
    ],
)
def test_a_date_that_a_page_states_is_read_as_everywhere(tmp_path, place, printed, published):
    assert article(tmp_path, "a.html", dated(place.format(printed))).published == published


@pytest.mark.parametrize(
    "place", [*PLACES_OF_DATES, '<span class="date">{}</span>', '<meta name="created" content="{}">']
)
def test_a_date_of_a_page_in_which_either_number_may_be_the_month_is_named(tmp_path, place):
    note, found = read(tmp_path, "a.html", dated(place.format("03/04/2017")))
    assert found.published is None
    assert note.reason == "read, but not all about it: date '03/04/2017' is not understood"


def test_of_several_dates_of_a_page_one_that_is_understood_is_taken(tmp_path):
    statements = META.format("03/04/2017") + "<time>10:00</time>" + JSON_LD.format("2017-04-03T10:00:00+03:00")
    assert article(tmp_path, "a.html", dated(statements)).published == "2017-04-03"


def test_the_time_in_the_article_counts_before_the_clock_of_the_page(tmp_path):
    content = dated("<time>2017-04-03</time>").replace(b"<nav>", b"<header><time>2026-11-22</time></header><nav>")
    assert article(tmp_path, "a.html", content).published == "2017-04-03"


def test_an_address_settles_which_number_of_a_date_is_the_month(tmp_path):
    content = dated('<span class="date">03/04/2017</span>').replace(b"org/news/1", b"org/2017/04/03/news")
    assert article(tmp_path, "a.html", content).published == "2017-04-03"


# --- Word


def test_a_word_file_gives_paragraphs_and_tables_in_order(tmp_path):
    document = docx.Document()
    document.add_heading("عنوان", 1)
    document.add_paragraph("one")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.add_paragraph("two")
    document.core_properties.author = "أمل"
    found = article(tmp_path, "a.docx", saved(document))
    assert (found.text, found.title, found.author) == ("عنوان\none\nleft\tright\ntwo", "عنوان", "أمل")
    assert found.published is None


def test_a_word_file_without_a_title_has_its_first_line(tmp_path):
    found = article(tmp_path, "a.docx", word("الموصل", "نص"))
    assert (found.title, found.author) == ("الموصل", None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p>[قتل في ]<w:ins>[مدينة حلب ]</w:ins>[عشرة مدنيين]</w:p>", "قتل في مدينة حلب عشرة مدنيين"),
        ("<w:p>[زار ]<w:smartTag>[Baghdad ]</w:smartTag><w:fldSimple>[Mosul]</w:fldSimple></w:p>", "زار Baghdad Mosul"),
        ("<w:p>[a]<w:del><w:r><w:delText>b</w:delText></w:r></w:del><w:moveFrom>[b]</w:moveFrom>[c]</w:p>", "ac"),
        ("<w:p><w:moveTo>[a]</w:moveTo><w:customXml><w:bdo>[b]</w:bdo></w:customXml><w:dir>[c]</w:dir></w:p>", "abc"),
        ("<w:p><w:sdt><w:sdtPr/><w:sdtContent>[a]</w:sdtContent></w:sdt><w:hyperlink>[b]</w:hyperlink></w:p>", "ab"),
        ("<w:p>[a]</w:p><w:sdt><w:sdtContent><w:p>[b]</w:p></w:sdtContent></w:sdt><w:p>[c]</w:p>", "a\nb\nc"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:ins>[a]<w:r><w:tab/></w:r>[b]</w:ins></w:p>", "a\tb"),
    ],
)  # fmt: skip
def test_all_text_that_word_shows_is_read_whatever_stands_around_it(tmp_path, body, text):
    [*_, found] = read(tmp_path, "a.docx", word_xml(body))
    assert found.text == text


def test_rows_cells_and_paragraphs_in_content_controls_are_read(tmp_path):
    cell = "<w:tc><w:sdt><w:sdtContent><w:p>[{}]</w:p></w:sdtContent></w:sdt></w:tc>"
    second = f"<w:sdt><w:sdtContent>{cell.format('b')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cell.format('a')}{second}</w:tr></w:sdtContent></w:sdt>"
    assert article(tmp_path, "a.docx", word_xml(f"<w:tbl><w:tblGrid/>{row}</w:tbl>")).text == "a\tb"


def test_what_a_word_file_says_twice_for_old_and_new_programs_is_read_once(tmp_path):
    both = "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
    inline, empty = both.format("[new]", "[old]"), both.format("[only]", "")
    emoji = f"<w:r>{both.format('<w14:symEx/>', '<w:t>☺</w:t>')}</w:r>"
    block = both.format("<w:p>[new]</w:p>", "<w:p>[old]</w:p>")
    found = article(tmp_path, "a.docx", word_xml(f"<w:p>[a ]{inline}[ ]{empty}{emoji}</w:p>{block}"))
    assert found.text == "a old only☺\nold"


def test_the_title_of_a_word_file_may_be_a_content_control(tmp_path):
    title = '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:sdt><w:sdtContent>[عنوان]</w:sdtContent></w:sdt></w:p>'
    body = f"<w:p>[تقرير]</w:p><w:sdt><w:sdtContent>{title}</w:sdtContent></w:sdt>"
    assert article(tmp_path, "a.docx", word_xml(body)).title == "عنوان"


def test_what_stands_beside_the_text_of_a_word_file_is_named(tmp_path):
    box = "<w:r><w:pict><w:txbxContent><w:p>[box]</w:p></w:txbxContent></w:pict></w:r>"
    aside = f"{box}<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:r><w:footnoteReference/></w:r>"
    body = f"<w:p>[a]{aside}<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>[b]</w:p><w:altChunk/>"
    note, found = read(tmp_path, "a.docx", word_xml(body))
    names = "text boxes and footnotes and deleted text and formulas and embedded files"
    assert (found.text, note.reason) == ("ab", f"read, but without its {names}")


def test_a_bomb_in_a_word_file_is_not_unpacked(tmp_path):
    bomb = repacked(word("x"), **{"word/document.xml": b"<a>" + b" " * 150_000_000 + b"</a>"})
    started = time.perf_counter()
    assert refused(tmp_path, "a.docx", bomb).startswith("it unpacks to far more")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
    ],
)
def test_xml_with_a_dtd_is_refused(tmp_path, dtd, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{dtd}<a>&x;</a>'.encode(encoding)
    assert refused(tmp_path, "a.docx", repacked(word("x"), **{"word/document.xml": xml})).startswith(
        "its XML has a DTD"
    )


# --- Excel and Parquet


def test_a_workbook_gives_the_rows_of_every_sheet_with_a_text_column(tmp_path):
    day = dt.datetime(2018, 7, 9, 12)  # noqa: DTZ001 - workbooks know no time zones
    rows = [["العنوان", "النص", "التاريخ"], ["أ", LINES[0], day], [None, None, None], ["ب", LINES[1], "25 أكتوبر 2017"]]
    content = workbook(News=rows, May=[["text"], ["three"]], Notes=[["a", "b"], [1, 2]])
    *found, note = read(tmp_path, "a.xlsx", content)
    assert [(item.path, item.published) for item in found] == [
        ("a.xlsx#2", "2018-07-09"),
        ("a.xlsx#4", "2017-10-25"),
        ("a.xlsx#May!2", None),
    ]
    assert note.reason == "sheet 'Notes': which column holds the text is not clear; it has a, b"


def test_control_characters_that_excel_spells_out_are_characters_again(tmp_path):
    found = article(tmp_path, "a.xlsx", workbook(May=[["text"], [f"{LINES[0]}_x000D_\n{LINES[1]} _x005F_x000D_ _xyz"]]))
    assert found.text == f"{LINES[0]}\n{LINES[1]} _x000D_ _xyz"


def test_an_empty_workbook_is_named(tmp_path):
    assert refused(tmp_path, "a.xlsx", workbook(Empty=[])) == "it is empty"


def test_parquet_rows_are_read_in_batches(tmp_path):
    days = [dt.date(2018, 7, 9)] * 500
    content = parquet(
        headline=["ع"] * 500, body=[f"{n} {LINES[0]}" for n in range(500)], pubdate=days, other=[1.5] * 500
    )
    found = read(tmp_path, "a.parquet", content)
    assert [item.path for item in found] == [f"a.parquet#{n}" for n in range(1, 501)]
    assert (found[499].title, found[499].text, found[499].published) == ("ع", f"499 {LINES[0]}", "2018-07-09")


def test_of_two_columns_of_one_name_the_first_is_taken_and_that_is_said(tmp_path):
    twice = "read, but more than one column of it is called 'text': the first was taken"
    found, note = read(tmp_path, "a.xlsx", workbook(May=[["text", "text"], [LINES[0], LINES[1]]]))
    assert (found.text, note.reason) == (LINES[0], f"sheet 'May': {twice}")
    out = io.BytesIO()
    columns = [pa.array(["t"]), pa.array([LINES[0]]), pa.array([LINES[1]])]
    pq.write_table(pa.Table.from_arrays(columns, names=["title", "text", "text"]), out)
    found, note = read(tmp_path, "a.parquet", out.getvalue())
    assert (found.title, found.text, note.reason) == ("t", LINES[0], twice)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", page()),
        ("a.docx", word(*LINES)),
        ("a.xlsx", workbook(a=[["text"], [LINES[0]]])),
        ("a.parquet", parquet(text=[LINES[0]])),
        ("a.pdf", pdf(list(map(visual, LINES)))),
    ],
)
def test_documents_are_read_from_gzip_and_zip_alike(tmp_path, name, content):
    plain = article(tmp_path, name, content)
    packed = article(tmp_path, name + ".gz", gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr(f"in/{name}", content)
    [zipped] = read_paths([tmp_path / "z.zip"], SETTINGS)
    assert plain.text == packed.text == zipped.text
    assert zipped.path.startswith(f"z.zip/in/{name}")


def test_a_relative_path_means_the_same_to_the_parser(tmp_path, monkeypatch):
    (tmp_path / "a.docx").write_bytes(word("x"))
    monkeypatch.chdir(tmp_path)
    [found] = read_paths([Path("a.docx")], SETTINGS)
    assert isinstance(found, Article)


# --- PDF


def test_an_english_pdf_is_read(tmp_path):
    found = article(
        tmp_path, "a.pdf", pdf(["The road to Mosul", "is open."], ["Page two"], info="/Title (A road) /Author (Amal)")
    )
    assert (found.text, found.title, found.author) == ("The road to Mosul\nis open.\n\nPage two", "A road", "Amal")


def test_arabic_whose_order_its_grammar_proves_is_read(tmp_path):
    found = article(tmp_path, "a.pdf", pdf(list(map(visual, LINES))))
    assert found.text == "\n".join(LINES)


def test_presentation_forms_become_letters_and_that_is_said(tmp_path):
    # The first word, printed in isolated and joined forms: waw, sad, lam, teh.
    forms = LINES[0].replace("وصلت", "\ufeed\ufebb\ufee0\ufe96", 1)
    note, found = read(tmp_path, "a.pdf", pdf([visual(forms), *map(visual, LINES[1:])]))
    assert found.text == "\n".join(LINES)
    assert "presentation forms" in note.reason


def test_lines_where_arabic_meets_numbers_are_left_out_marked_and_counted(tmp_path):
    mixed = "وفي عام 2017 عاد 900 نازح إلى الموصل"
    note, found = read(tmp_path, "a.pdf", pdf([*map(visual, LINES), visual(mixed)]))
    assert found.text == "\n".join([*LINES, "[…]"])
    assert note.reason.startswith("read, but 1 of its 6 Arabic lines were left out, at […]")


@pytest.mark.parametrize(
    ("turned", "doubt"),
    [
        (lambda line: line[::-1], "the letters of its Arabic words come in reverse"),
        (lambda line: " ".join(line.split()[::-1]), "the words of its Arabic lines come in reverse"),
        (lambda line: " ".join(word[::-1] for word in line.split()), "the letters of its Arabic words come in reverse"),
    ],
)
def test_turned_arabic_is_never_shown(turned, doubt):
    with pytest.raises(UnreadableError, match=f"order uncertain: {doubt}"):
        reading_order.verified("\n".join(map(turned, LINES)))


def test_words_that_a_pdf_draws_one_by_one_come_in_reverse_and_are_set_aside(tmp_path):
    # As Chromium does: every word a string of its own, at its place, the line's last word first.
    words = [[visual(word) for word in reversed(line.split())] for line in LINES]
    assert refused(tmp_path, "a.pdf", pdf(words)).startswith("order uncertain: ")


def test_one_line_drawn_in_pieces_from_left_to_right_is_enough_to_refuse(tmp_path):
    halves = LINES[4].split(" على ")
    last = [visual("على " + halves[1]), visual(halves[0])]
    reason = refused(tmp_path, "a.pdf", pdf([*map(visual, LINES[:4] * 2), last]))
    assert reason == "order uncertain: some lines of its Arabic are drawn in pieces from left to right, others are not"


def test_arabic_too_short_to_prove_its_order_is_set_aside(tmp_path):
    assert "too short to prove" in refused(tmp_path, "a.pdf", pdf([visual(LINES[0])]))


def test_a_scan_is_set_aside_and_named(tmp_path):
    assert refused(tmp_path, "a.pdf", pdf([], [])) == "it has no text, only pictures of it (a scan)"


def test_a_page_without_text_is_named(tmp_path):
    note, found = read(tmp_path, "a.pdf", pdf(["one"], [], ["three"]))
    assert (note.reason, found.text) == ("read, but there is no text on page 2", "one\n\nthree")


# --- what a hostile file may cost


def test_a_parser_that_does_not_end_is_stopped_and_the_next_file_is_read(tmp_path):
    loop = pdf(["x"]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    started = time.perf_counter()
    assert refused(tmp_path, "a.pdf", loop, replace(SETTINGS, parse_seconds=2.0))
    assert time.perf_counter() - started < 8
    assert article(tmp_path, "b.pdf", pdf(["good"])).text == "good"


def test_a_slow_parser_is_stopped(tmp_path):
    reason = refused(tmp_path, "a.html", page(), replace(SETTINGS, parse_seconds=0.001))
    assert reason == "reading it took longer than 0.001 seconds"


def test_a_parser_that_takes_too_much_memory_is_refused_it(tmp_path):
    big = word(random.Random(0).randbytes(5_000_000).hex())
    reason = refused(tmp_path, "a.docx", big, replace(SETTINGS, parse_memory_bytes=60_000_000))
    assert "memory" in reason or "broke down" in reason
    assert article(tmp_path, "b.docx", word("good")).text == "good"


FIXTURES = {
    "a.txt": b"---\ntitle: x\n---\n" + LINES[0].encode(),
    "a.html": page(),
    "a.docx": word(*LINES),
    "a.pdf": pdf(list(map(visual, LINES))),
    "a.csv": f"title,text\nx,{LINES[0]}\n".encode(),
    "a.json": f'[{{"text": "{LINES[0]}"}}]'.encode(),
    "a.jsonl": f'{{"text": "{LINES[0]}"}}\n'.encode(),
    "a.xlsx": workbook(a=[["text"], [LINES[0]]]),
    "a.parquet": parquet(text=[LINES[0]]),
    "a.jsonl.gz": gzip.compress(f'{{"text": "{LINES[0]}"}}\n'.encode()),
}


def spoil(raw: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or the end cut off."""
    spoiled = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(spoiled) or 1)
        kind = chance.randrange(4)
        if kind == 0 and spoiled:
            spoiled[at] = chance.randrange(256)
        elif kind == 1:
            del spoiled[at : at + chance.randrange(1, 200)]
        elif kind == 2:
            spoiled[at:at] = spoiled[at : at + 50] * chance.randrange(1, 5)
        else:
            spoiled[at:at] = chance.choice([b"\0" * 20, b"\xff\xfe", b"<" * 50, b'"', b"{[" * 30, "\u202e".encode()])
    return bytes(spoiled[: chance.randrange(len(spoiled) + 1)] if chance.random() < 0.2 else spoiled)


@pytest.mark.parametrize("name", FIXTURES)
def test_spoiled_files_end_in_articles_or_notices_never_in_an_error(tmp_path, name):
    chance = random.Random(name)
    for _ in range(40):
        found = read(tmp_path, name, spoil(FIXTURES[name], chance))
        assert all(isinstance(item, (Article, SetAside)) for item in found)
        assert all(item.reason and item.remedy for item in found if isinstance(item, SetAside))


CORRUPT = {
    "empty.docx": b"",
    "text.docx": b"not a zip",
    "half.docx": word("x")[:3000],
    "no_document.docx": repacked(word("x"), **{"word/document.xml": b"<a/>"}),
    "old.docx": b"\xd0\xcf\x11\xe0" + b"\0" * 2000,
    "empty.xlsx": b"",
    "half.xlsx": workbook(a=[["text"], ["x"]])[:2000],
    "bad_sheet.xlsx": repacked(workbook(a=[["text"], ["x"]]), **{"xl/worksheets/sheet1.xml": b"<worksheet><row"}),
    "empty.pdf": b"",
    "text.pdf": b"hello",
    "half.pdf": pdf(["hello"])[:700],
    "no_root.pdf": pdf(["hello"]).replace(b"/Root 1 0 R", b"/Root 99 0 R").replace(b"/Catalog", b"/Xatalog"),
    "loop.pdf": pdf(["x"]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]"),
    "empty.parquet": b"",
    "half.parquet": parquet(text=["x" * 1000])[:300],
    "magic.parquet": b"PAR1" + b"\xff" * 100 + b"PAR1",
    "empty.csv": b"",
    "nul.csv": b"text\n\0\0\0\0\n",
    "noise.csv": bytes(range(256)) * 20,
    "empty.json": b"",
    "open.json": b'[{"text": ',
    "deep.json": b"[" * 200_000,
    "noise.jsonl": b"\xff\xfe\x00\xd8" * 99,
    "half.jsonl.gz": gzip.compress(b'{"text": "x"}\n' * 9999)[:60],
    "text.jsonl.gz": b"not gzip",
    "crc.txt.gz": gzip.compress(b"hello")[:-8] + b"\0" * 8,
    "empty.zip": b"",
    "half.zip": word("x")[:2000],
    "noise.txt": bytes(range(256)) * 20,
    "empty.html": b"",
}


def test_corrupt_files_of_30_kinds_are_named_and_do_not_stop_the_others(tmp_path):
    for name, content in CORRUPT.items():
        (tmp_path / name).write_bytes(content)
    for n in range(60):
        (tmp_path / f"good{n}.txt").write_text(f"{n} {LINES[0]}", encoding="utf-8")
    found = list(read_paths([tmp_path], SETTINGS))
    assert sum(isinstance(item, Article) and item.path.startswith("good") for item in found) == 60
    named = {item.path.split("#")[0].split("/")[0] for item in found if isinstance(item, SetAside)}
    assert set(CORRUPT) <= named
