"""`article-atlas query`, and the wanted behind it: counts are those of the mentions it lists."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo import __main__ as cli
from geo.commands.options import _last_day
from geo.store import Atlas, Filters, Writer
from geo.store import wanted as wanted_module
from geo.store.filters import NOT_STATED
from geo.store.wanted import (
    KINDS,
    Wanted,
    count_articles,
    count_mentions,
    count_places,
    mentions_with_articles,
    newest_mentions,
    total_articles,
)

ARTICLES = [
    article(
        "من الموصل إلى سرت ثم الموصل",
        "a1",
        source="الشرق",
        published="2017-10-25",
        language="ar",
        title="=خبر",
        author="سالم",
    ),
    article("صحيفة الموصل في ليبيا", "a2", source="s2", published="2017-11", language="ar"),
    article("From سرت to أطلنطس", "a3", source="s2", published="2018", language="en", url="https://example.org/3"),
    article("لا مكان", "a4", language="ar"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("query") / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    return folder


@pytest.fixture(scope="module")
def atlas(folder) -> Atlas:
    return Atlas.open(folder)


QUESTIONS = [
    Wanted(),
    Wanted(kinds=KINDS),
    Wanted(kinds=("unplaced",)),
    Wanted(kinds=("associative",)),
    Wanted(place_ids=(SIRTE.place_id, LIBYA.place_id)),
    Wanted(languages=("en",)),
    Wanted(phrase="الي سرت"),
    Wanted(phrase="no such words"),
    Wanted(authors=("سالم",), languages=("ar",)),
    Wanted(filters=Filters(sources=(NOT_STATED,)), kinds=KINDS),
    Wanted(filters=Filters(sources=(NOT_STATED, "s2")), kinds=KINDS),
    Wanted(authors=(NOT_STATED,)),
    Wanted(authors=(NOT_STATED, "سالم"), languages=("ar", NOT_STATED), phrase="ليبيا"),
    Wanted(confidence=0.95),
    Wanted(confidence=0.9),
    Wanted(filters=Filters(since=date(2017, 10, 26))),
    Wanted(numbers=(0, 2), kinds=KINDS),
    Wanted(numbers=()),
    Wanted(filters=Filters(since=date(2017, 11, 1), sources=("s2",)), languages=("ar", "en")),
    Wanted(filters=Filters(until=date(2017, 10, 31)), phrase="الموصل", place_ids=(MOSUL.place_id,)),
]


@pytest.mark.parametrize("wanted", QUESTIONS)
def test_counts_are_those_of_the_mentions(atlas, wanted, monkeypatch):
    monkeypatch.setattr(wanted_module, "_CHUNK_ARTICLES", 1)
    found = list(mentions_with_articles(atlas, wanted))
    assert all(article.text[mention.start : mention.end] == mention.surface for mention, article in found)
    counted: dict[str, list[str]] = {}
    for mention, item in found:
        if mention.place_id:
            counted.setdefault(mention.place_id, []).append(item.article_id)
    counts = {count.entry.place_id: (count.mentions, count.articles) for count in count_places(atlas, wanted)}
    assert counts == {place_id: (len(ids), len(set(ids))) for place_id, ids in counted.items()}
    assert count_mentions(atlas, wanted) == (len(found), len({item.article_id for _, item in found}))
    newest = newest_mentions(atlas, wanted)
    assert sorted(map(repr, newest)) == sorted(map(repr, found))
    in_articles = {item.article_id: item.mentions for item in count_articles(atlas, wanted) if item.mentions}
    assert sum(in_articles.values()) == len(found)
    assert total_articles(atlas, wanted) == len(count_articles(atlas, wanted))


def test_articles_without_a_place_are_listed_unless_one_is_asked_for(atlas):
    assert [item.article_id for item in count_articles(atlas, Wanted())] == ["a3", "a2", "a1", "a4"]
    assert [item.article_id for item in count_articles(atlas, Wanted(place_ids=(LIBYA.place_id,)))] == ["a2"]


def test_an_empty_atlas_has_empty_answers(tmp_path):
    with Writer(tmp_path, recipe="r") as writer:
        writer.finish()
    atlas = Atlas.open(tmp_path)
    assert count_places(atlas, Wanted(phrase="x")) == []
    assert list(mentions_with_articles(atlas, Wanted())) == []
    assert count_articles(atlas, Wanted()) == []
    assert count_mentions(atlas, Wanted()) == (0, 0)


def ask(folder: Path, capsys, *arguments: str) -> tuple[str, str]:
    assert cli.main(["query", *arguments, "--store", str(folder)]) == 0
    out, err = capsys.readouterr()
    return out, err


def test_places_are_a_table_of_aligned_columns(folder, capsys):
    header, *lines = ask(folder, capsys, "places")[0].splitlines()
    assert header.split()[:3] == ["name", "name_ar", "feature_code"]
    assert [line.split()[0] for line in lines] == ["Mosul", "Sirte", "Libya"]
    assert [line.split()[6:9] for line in lines] == [["point", "2", "1"], ["point", "2", "2"], ["area", "1", "1"]]


def test_excerpts_are_json_word_for_word(folder, capsys):
    found = json.loads(ask(folder, capsys, "excerpts", "--place", "Mosul", "--json")[0])
    assert [row["excerpt"] for row in found] == [ARTICLES[0].text] * 2
    assert {(row["name_ar"], row["title"], row["source"], row["published"]) for row in found} == {
        ("الموصل", "=خبر", "الشرق", "2017-10-25")
    }
    lines = ask(folder, capsys, "excerpts", "--place", "Mosul", "--format", "jsonl")[0].splitlines()
    assert [json.loads(line) for line in lines] == found


def test_an_excerpt_in_a_table_has_brackets_around_the_name(folder, capsys):
    assert ask(folder, capsys, "excerpts", "--place", "cldr:LY")[0].endswith("صحيفة الموصل في [ليبيا]\n")


def test_csv_runs_nothing_in_a_spreadsheet(folder, capsys):
    rows = list(csv.DictReader(io.StringIO(ask(folder, capsys, "articles", "--format", "csv")[0])))
    assert [row["title"] for row in rows] == ["", "", "'=خبر", ""]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--since", "2017-11"], ["a3", "a2"]),
        (["--until", "2017-10"], ["a1"]),
        (["--since", "2017", "--until", "2017"], ["a2", "a1"]),
        (["--source", "الشرق", "--source", "s2"], ["a3", "a2", "a1"]),
        (["--language", "en"], ["a3"]),
        (["--author", "سالم"], ["a1"]),
        (["--phrase", "الي سرت"], ["a1"]),
        (["--place", "سرت", "--place", "Libya"], ["a3", "a2", "a1"]),
        (["--kind", "unplaced", "--place", "سرت"], []),
        (["--limit", "2", "--offset", "1"], ["a2", "a1"]),
    ],
)
def test_filters_narrow_the_answer(folder, capsys, options, ids):
    out, _ = ask(folder, capsys, "articles", *options, "--json")
    assert [row["article_id"] for row in json.loads(out)] == ids


def test_what_is_cut_off_is_said_on_standard_error(folder, capsys):
    out, err = ask(folder, capsys, "articles", "--limit", "3", "--json")
    assert len(json.loads(out)) == 3
    assert err == "1 to 3 of 4 articles; --limit 0 lists all\n"
    assert ask(folder, capsys, "articles", "--limit", "0")[1] == ""
    assert ask(folder, capsys, "articles", "--limit", "3", "--quiet")[1] == ""
    assert "there are only 4" in ask(folder, capsys, "articles", "--offset", "9")[1]
    assert ask(folder, capsys, "excerpts", "--phrase", "x") == ("", "no excerpts found; fewer filters find more\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["places", "--place", "Musol"], "--place Musol: this atlas names no such place; did you mean Mosul?"),
        (["places", "--store", "/no/such"], "no atlas here; make one with"),
    ],
)
def test_what_is_not_there_is_an_error_with_a_remedy(folder, capsys, options, said):
    store = [] if "--store" in options else ["--store", str(folder)]
    assert cli.main(["query", *options, *store]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--limit", "--offset"])
@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "many"])
def test_a_limit_or_offset_out_of_range_is_one_plain_line(folder, capsys, option, number):
    with pytest.raises(SystemExit, match="2"):
        ask(folder, capsys, "excerpts", f"{option}={number}")
    said = capsys.readouterr().err
    assert f"argument {option}: '{number}' is not a whole number from 0 to 1,000,000,000,000,000\n" in said
    assert ask(folder, capsys, "excerpts", f"{option}=1000000000000000")[0] is not None


@pytest.mark.parametrize("options", [["towns"], ["places", "--since", "soon"], ["places", "--limit", "-1"]])
def test_a_wrong_option_is_exit_code_2(folder, options):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["query", *options, "--store", str(folder)])


def test_hostile_text_moves_no_cursor(tmp_path, capsys, monkeypatch):
    with Writer(tmp_path, recipe="r") as writer:
        item = article("في \x1b[31mسرت\u202e", "a1", title="\x1b]0;x\x07")
        writer.add([(item, geoparse(item.text))])
        writer.finish()
    for what in ("excerpts", "articles", "places"):
        out, _ = ask(tmp_path, capsys, what)
        assert "\x1b" not in out
        assert "\u202e" not in out

    for shape in ("json", "jsonl"):
        out, _ = ask(tmp_path, capsys, "excerpts", "--format", shape)
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\\u202e" in out
    whole, _ = ask(tmp_path, capsys, "excerpts", "--format", "csv")
    assert item.text in whole
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    seen, _ = ask(tmp_path, capsys, "excerpts", "--format", "csv")
    assert "\x1b" not in seen
    assert "\u202e" not in seen


@pytest.mark.parametrize("what", ["places", "excerpts", "articles"])
def test_csv_has_its_header_also_if_nothing_is_found(folder, capsys, what):
    found, _ = ask(folder, capsys, what, "--format", "csv")
    nothing, _ = ask(folder, capsys, what, "--format", "csv", "--phrase", "x")
    assert nothing.splitlines() == found.splitlines()[:1]


def test_the_last_day_of_december_is_in_the_month():
    assert _last_day("2017-12") == date(2017, 12, 31)
    assert _last_day("9999-12") == date(9999, 12, 31)


def test_a_wrong_date_is_told_how_dates_are_written(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["query", "places", "--since", "foo"])
    assert "argument --since: foo is no date; write a year, a month or a day" in capsys.readouterr().err
