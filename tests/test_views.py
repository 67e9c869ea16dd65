"""What the panel is told to show, as plain data."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from places import LIBYA, MOSUL, article, geoparse

from geo.records import Kind, PlaceCount, SetAside, StoredMention
from geo.settings import ROOT
from geo.views import address, excerpts, kinds, notices, places, reader, words

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
    asked = address.Address(lang="ar", place="cldr:LY", article="a1", at=17, shown=100)
    assert address.parse(asked.parameters()) == asked


def test_a_list_of_places_says_what_the_map_says():
    counts = [PlaceCount(entry=MOSUL, mentions=2, articles=1), PlaceCount(entry=LIBYA, mentions=1, articles=1)]
    rows = places.places_data(counts, frozenset({"LY"}), words.ENGLISH)["places"]
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
    for text in words.ENGLISH.for_browser().values(), words.ARABIC.for_browser().values():
        assert all(text)


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
    *shown, last = notices.set_aside_data(files, store, "en")
    assert [file["path"] for file in shown] == [f"f{n}.txt" for n in range(100)]
    report = tmp_path / "atlas.set-aside.tsv"
    assert last["path"] == f"and 150 more in {report}"
    assert len(report.read_text(encoding="utf-8").splitlines()) == 251
    assert notices.set_aside_data(files, store, "ar")[-1]["path"].startswith("و150 أخرى في ")
    assert len(notices.set_aside_data(files[:100], store)) == 100
