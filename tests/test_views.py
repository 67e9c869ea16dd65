"""What the panel is told to show, as plain data."""

from __future__ import annotations

import ast
import csv
import re
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import LIBYA, MOSUL, article, geoparse

from geo import settings as geo_settings
from geo.focus import focus
from geo.levels import Level
from geo.records import Kind, PlaceCount, SetAside, StoredMention
from geo.settings import ROOT
from geo.store.narrowed import Days
from geo.views import (
    address,
    arabic,
    aside,
    english,
    excerpts,
    filters,
    kinds,
    notices,
    panel,
    places,
    reader,
    style,
    timeline,
    words,
)  # fmt: skip

TEXT = "وصل إلى الموصل.\n\nثم مضى من الموصل إلى ليبيا وأطلنطس."
ENTRIES = {entry.place_id: entry for entry in (MOSUL, LIBYA)}


def mentions(text: str) -> list[StoredMention]:
    return [
        StoredMention(
            article_id="a1",
            start=found.mention.start,
            end=found.mention.end,
            surface=found.mention.surface,
            kind=Kind.LITERAL,
            place_id=found.entry.place_id if found.entry else None,
            confidence=1.0,
            rule="",
        )
        for found in geoparse(text)
    ]


def pieces_of(text: str, place_id: str | None = None) -> list[list[reader.Piece]]:
    return list(reader.paragraphs(text, mentions(text), place_id, ENTRIES, words.ENGLISH))


def plain(pieces: list[reader.Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else piece["text"] for piece in pieces)


def test_an_article_s_paragraphs_are_its_lines_word_for_word():
    assert [plain(pieces) for pieces in pieces_of(TEXT)] == [line for line in TEXT.splitlines() if line]


def test_every_place_of_an_article_is_marked_and_the_chosen_one_stands_out():
    marked = [piece for pieces in pieces_of(TEXT, MOSUL.place_id) for piece in pieces if isinstance(piece, dict)]
    assert [(piece["text"], piece["here"]) for piece in marked] == [
        ("الموصل", True),
        ("الموصل", True),
        ("ليبيا", False),
        ("أطلنطس", False),
    ]
    assert marked[-1]["place_id"] is None  # named, not known to the gazetteer: shown as such, not dropped


@pytest.mark.parametrize("break_", ["\r\n", "\u2028", "\x85", "\x0b"])
def test_offsets_hold_across_all_kinds_of_line_breaks(break_):
    text = TEXT.replace("\n", break_)
    marked = [piece for pieces in pieces_of(text) for piece in pieces if isinstance(piece, dict)]
    assert all(text[piece["at"] :].startswith(piece["text"]) for piece in marked)


def test_an_address_goes_round():
    narrowing = address.Narrowing(
        since=date(2017, 1, 2), source=("أ", "b"), level=(Level.CITY,), kind="both", confidence=0.7, q='"من سرت"'
    )
    asked = address.Address(
        lang="ar", place="cldr:LY", article="a1", at=17, page=3, tab="together", narrowing=narrowing, view="33.1,44,6"
    )
    assert address.parse(asked.parameters()) == asked


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*address._READERS, "no"]), st.lists(st.text(max_size=9), max_size=3)))
def test_no_address_is_too_strange(parameters):
    asked = address.parse(parameters)
    assert address.parse(asked.parameters()) == replace(asked, misread=())


def test_an_address_says_only_what_is_not_usual():
    assert address.parse({"order": "relevance", "page": "1", "kind": "literal"}).parameters() == {}


def test_a_chip_takes_one_value_away_and_leaves_the_others():
    narrowing = address.Narrowing(source=("أ", "ب"), q="سرت")
    chips = filters.chips_of(narrowing, words.ENGLISH)
    assert [chip["label"] for chip in chips] == ["Source: أ", "Source: ب", "Text: سرت"]
    assert chips[0]["without"]["source"] == ["ب"]
    assert chips[0]["without"]["q"] == ["سرت"]
    assert chips[2]["without"]["q"] == []
    assert set(chips[0]["without"]) == {field.name for field in fields(address.Narrowing)}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("الرقه", [(("الرقه",), True)]),
        ("Raqqa", [(("raqqa",), True)]),
        ("جيش دير الزور", [(("جيش",), False), (("دير", "الزور"), True)]),
        ("«من الجيش» نفط", [(("من", "الجيش"), False), (("نفط",), False)]),
        ("  ", []),
    ],
)
def test_a_place_name_in_the_search_is_the_place_in_either_script(typed, found):
    selection = filters.selection(address.Narrowing(q=typed), geo_settings.load())
    assert [(clause.words, bool(clause.places)) for clause in selection.text] == found


def test_latin_and_arabic_name_the_same_place():
    latin, arabic = (filters.ids_called(name, geo_settings.load()) for name in ("Raqqa", "الرقه"))
    assert "geonames:172955" in latin & arabic


def test_the_bars_of_a_timeline_leave_no_day_out():
    days = {date(2017, 1, 30): 1, date(2017, 3, 5): 2, date(2018, 12, 31): 4}
    for bucket, step in (("day", 1), ("week", 1), ("month", 1), ("year", 1), ("year", 5)):
        made = timeline.bars(Days(all=days, here={}, undated=0, undated_here=0), bucket, step)
        assert sum(bar.all for bar in made) == 7
        assert all(after.first == before.last + timedelta(1) for before, after in pairwise(made))


@pytest.mark.parametrize(
    ("country", "digits", "said"),
    [
        ("ar-IQ", False, "5 تشرين الأول 2017"),
        ("ar-SY", True, "٥ تشرين الأول ٢٠١٧"),
        ("ar-EG", False, "5 أكتوبر 2017"),
        ("", False, "5 أكتوبر 2017"),
    ],
)
def test_months_are_called_as_in_the_reader_s_country(country, digits, said):
    assert words.words_for("ar", country, arabic_digits=digits).day("2017-10-05") == said


def stored(surface: str, place_id: str, start: int) -> StoredMention:
    return StoredMention(
        article_id="a", start=start, end=start + 1, surface=surface, kind=Kind.LITERAL, place_id=place_id, confidence=1,
        rule="",
    )  # fmt: skip


def test_an_article_is_about_what_it_names_often_or_in_its_title():
    often = [stored("سرت", "sirte", start) for start in (0, 50, 90)]
    once = [stored("ليبيا", "libya", 60)]
    assert focus([*often, *once], "", 100) == ("sirte",)
    assert set(focus([*often, *once], "حرب في ليبيا", 100)) == {"sirte", "libya"}
    assert focus([stored("سرت", "sirte", 90), *once], "", 100) == ()


def test_a_list_of_places_says_what_the_map_says():
    counts = [PlaceCount(entry=MOSUL, mentions=2, articles=1), PlaceCount(entry=LIBYA, mentions=1, articles=1)]
    rows = [places._row(count, words.ENGLISH) for count in counts]
    assert [(row["name"], row["other"], row["where"], row["count"], row["symbol"]) for row in rows] == [
        ("Mosul", "الموصل", "City, Iraq", "2 mentions", "place"),
        ("Libya", "ليبيا", "Country", "1 mention", "outline"),
    ]


@pytest.mark.parametrize(
    ("mention_count", "article_count", "said"),
    [
        (1, 1, "إشارة واحدة في مقال واحد"),
        (2, 2, "إشارتان في مقالين"),
        (3, 3, "3 إشارات في 3 مقالات"),
        (19, 11, "19 إشارة في 11 مقالًا"),
        (100, 1000, "100 إشارة في 1,000 مقال"),
    ],
)
def test_arabic_counts_as_arabic_does(mention_count, article_count, said):
    assert words.ARABIC.mentions_in_articles(mention_count, article_count) == said


def test_both_languages_have_every_text():
    assert english.TEXTS.keys() == arabic.TEXTS.keys()
    assert english.FORMS.keys() == arabic.FORMS.keys()
    assert all([*english.TEXTS.values(), *arabic.TEXTS.values()])


@pytest.mark.parametrize("key", english.TEXTS)
def test_both_languages_leave_the_same_blanks(key):
    blanks = [sorted(re.findall(r"{\w+}", texts[key])) for texts in (english.TEXTS, arabic.TEXTS)]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("component", panel._SAID)
def test_a_component_gets_the_texts_it_asks_for(component):
    script = (style.BROWSER / f"{component}.js").read_text(encoding="utf-8")
    asked = set(re.findall(r"words\.(\w+)", script)) | {
        key for start in re.findall(r"words\[`(\w+?)\$", script) for key in english.TEXTS if key.startswith(start)
    }
    assert asked <= set(panel._SAID[component].split()) <= english.TEXTS.keys()


def test_every_kind_of_the_kept_gazetteer_has_a_name():
    codes = set()
    for path in (ROOT / "data" / "gazetteer").glob("*.tsv"):
        with path.open(encoding="utf-8") as rows:
            codes |= {row["code"] for row in csv.DictReader(rows, delimiter="\t") if row.get("code")}
    unnamed = {
        code for code in codes if kinds.kind_names(replace(MOSUL, feature_class="?", feature_code=code))[0] == "place"
    }
    assert unnamed <= {"PPL"}  # which is told by its size and class


def test_an_article_without_title_is_called_untitled():
    assert excerpts.article_head(article("نص"), words.ENGLISH)["title"] == "Untitled"


def test_a_file_name_cannot_hide_its_ending():
    [shown] = notices.set_aside_data([SetAside(path="cv\u202efdp.txt", reason="r", remedy="m")], Path("atlas"))
    assert shown["path"] == "cv<U+202E>fdp.txt"


def test_of_many_files_set_aside_the_page_lists_the_first_and_says_where_the_rest_is(tmp_path):
    files = [SetAside(path=f"f{n}.txt", reason="r", remedy="m") for n in range(250)]
    store = tmp_path / "atlas"
    (store / "runs").mkdir(parents=True)
    *shown, last = notices.set_aside_data(files, store)
    assert [file["path"] for file in shown] == [f"f{n}.txt" for n in range(100)]
    report = tmp_path / "atlas.set-aside.tsv"
    assert last["path"] == f"and 150 more in {report}"
    assert len(report.read_text(encoding="utf-8").splitlines()) == 251
    assert notices.set_aside_data(files, store, words.ARABIC)[-1]["path"].startswith("و150 أخرى في ")
    assert len(notices.set_aside_data(files[:100], store)) == 100


def written_reasons() -> set[str]:
    """Reasons and remedies as the readers' code has them, with ``{}`` for each blank."""
    found = set()
    for file in [*(ROOT / "geo" / "articles").rglob("*.py"), ROOT / "geo" / "uploads.py"]:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ("UnreadableError", "UndecodableError", "BrokenTextError", "set_aside", "SetAside"):
                given = [*call.args, *(each.value for each in call.keywords if each.arg in ("reason", "remedy"))]
                found.update(map(sentence, given))
    return {text for text in found if text.replace("{}", "")}


def sentence(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def test_what_the_readers_say_of_a_bad_file_is_said_in_arabic_too():
    reasons = written_reasons()
    assert len(reasons) > 60
    filled = {text: [text.replace("{}", value) for value in ("7", "7 MB", "")] for text in reasons}
    assert [text for text, tried in filled.items() if not any(map(aside.in_arabic, tried))] == []


def test_a_reason_in_arabic_keeps_what_the_file_says_word_for_word(tmp_path):
    files = [
        SetAside(
            path="a.csv", reason="it has no column 'نص'; it has a, b", remedy="name one that is there: --text COLUMN"
        ),
        SetAside(path="b.odd", reason="a reason of a plugin", remedy="save it in UTF-8"),
    ]
    first, second = notices.set_aside_data(files, tmp_path, words.ARABIC)
    assert first == {
        "path": "a.csv",
        "reason": "ليس فيه العمود 'نص'؛ وفيه a, b",
        "remedy": "سمّ عمودًا موجودًا: --text COLUMN",
    }
    assert (second["reason"], second["remedy"]) == ("a reason of a plugin", "احفظه بترميز UTF-8")
    assert notices.set_aside_data(files, tmp_path)[0]["reason"] == files[0].reason


@given(
    st.dictionaries(st.dates(date(2017, 6, 1), date(2018, 6, 1)), st.integers(1, 50), min_size=1),
    st.dictionaries(st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(1, 3), max_size=3),
)
def test_the_timeline_counts_every_mention_once_and_leaves_no_day_out(days, strays):
    counted = strays | days
    made, _, _ = timeline.drawn(Days(all=counted, here=days, undated=0, undated_here=0))
    assert sum(bar.all for bar in made) == sum(counted.values())
    assert sum(bar.here for bar in made) == sum(days.values())
    assert all(before.last + timedelta(1) == after.first for before, after in pairwise(made))
    assert made[0].first <= min(counted)
    assert made[-1].last == max(counted)


def test_what_strays_in_time_is_one_bar_and_said():
    year = {date(2018, 1, 1) + timedelta(n): 10 for n in range(300)}
    made, bucket, _ = timeline.drawn(Days(all=year | {date(2009, 5, 1): 7}, here={}, undated=0, undated_here=0))
    assert (bucket, made[0].gathered, made[0].all, made[1].gathered) == ("week", True, 7, False)
    assert list(timeline._strays(made, words.ENGLISH)) == ["the first bar: all before 1 January 2018"]
    made, bucket, _ = timeline.drawn(Days(all=year | {date(2030, 5, 1): 7}, here={}, undated=0, undated_here=0))
    assert (bucket, made[-1].gathered, made[-1].all) == ("week", True, 7)
    many = {date(2009, 5, 1): 700}
    made, bucket, _ = timeline.drawn(Days(all=year | many, here={}, undated=0, undated_here=0))
    assert bucket == "month"
    assert not any(bar.gathered for bar in made)


def test_two_dates_are_one_chip_that_takes_both_away():
    narrowing = address.Narrowing(since=date(2017, 1, 1), until=date(2017, 1, 1), source=("", "s"))
    dates, none, source = filters.chips_of(narrowing, words.ENGLISH)
    assert [chip["label"] for chip in (dates, none, source)] == [
        "Published: 1 January 2017",
        "Source: not stated",
        "Source: s",
    ]
    assert (dates["without"]["since"], dates["without"]["until"], dates["without"]["source"]) == ([], [], ["", "s"])
    assert none["without"]["source"] == ["s"]
    [since, *_] = filters.chips_of(address.Narrowing(since=date(2017, 1, 1)), words.ENGLISH)
    assert since["label"] == "Published: from 1 January 2017"
