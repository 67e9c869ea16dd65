"""What people decided goes out and comes in as a sheet, and becomes gold."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from corrected import corpus, decided, on, placed, write
from hypothesis import given
from hypothesis import strategies as st
from places import LIBYA, MOSUL, article, geoparse

from geo.__main__ import main
from geo.corrections import Corrections, Record, Scope, Verdict, draft, sheet
from geo.corrections.gold import gold
from geo.corrections.passages import find_again, occurrences, search_phrases
from geo.evaluate import evaluate
from geo.jsonl import read_gold
from geo.records import Kind
from geo.store import Atlas


@pytest.fixture
def store(tmp_path):
    write(tmp_path / "atlas", corpus())
    return tmp_path / "atlas"


# --- the sheet ---

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.booleans()), max_size=4))
def test_a_sheet_brings_back_every_decision_whatever_is_in_it(tmp_path_factory, cells):
    found = article("=SUM(A1) الموصل وسرت", source="'=x", title="+1")
    records = []
    for why, before, url, active in cells:
        made = draft(found, 9, 15, verdict=Verdict.PLACE, who="-Huda", place=replace(MOSUL, lat=-33.9), why=why)
        made = replace(made, before=before, url=url)
        records.append(Record(made, active, "" if active else made.when, "" if active else "@x"))
    path = tmp_path_factory.mktemp("sheet") / "c.csv"
    path.write_bytes(("\ufeff" + sheet.write(records)).encode())
    read = sheet.read(path, who="w", when="2020-01-01T00:00:00+00:00")
    assert not read.bad
    assert [(r.decision, r.active) for r in read.records] == [(r.decision, r.active) for r in records]


def test_no_cell_of_a_sheet_is_a_formula():
    made = draft(article("=1+1 الموصل", title="@x"), 5, 11, verdict=Verdict.NOT_A_PLACE, who="=cmd", why="\t=2")
    cells = [cell for row in csv.reader(io.StringIO(sheet.write([Record(made)]))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_two_logs_merged_in_either_order_come_to_the_same(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for name in (one, other):
        write(name, corpus())
    decided(one, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    decided(other, "سرت", scope=Scope.EVERYWHERE, place=LIBYA)
    Corrections(one).undo(who="Huda")
    ours, theirs = (list(Corrections(name).history().records.values()) for name in (one, other))
    Corrections(one).merge(theirs)
    Corrections(other).merge(ours)
    assert placed(Atlas.open(one)) == placed(Atlas.open(other)) == {"Libya": 6, "Mosul": 2}
    assert Corrections(one).merge(theirs) == (0, 0)


def test_a_sheet_typed_by_hand_is_taken_and_its_bad_rows_are_named(store, tmp_path, capsys):
    path = tmp_path / "team.csv"
    path.write_text(
        "surface;verdict;lat;lon;name;name_ar\n"
        "سرت;place;36.06;40.73;Al-Shaddadi;الشدادي\n"
        "الموصل;place;331.5;1;X;\n"
        "ليبيا;perhaps;;;;\n"
        "ليبيا;not a place;;;;\n",
        encoding="utf-8",
    )
    arguments = ["corrections", "import", str(path), "--store", str(store), "--who", "Huda"]
    assert main(arguments) == 1
    errors = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in errors] == [f"{path}:3", f"{path}:4"]
    assert placed(Atlas.open(store)) == {"Al-Shaddadi": 4, "Mosul": 2}
    assert main(arguments) == 1
    assert len(Corrections(store).history().records) == 2


def test_the_command_line_exports_undoes_and_redoes(store, tmp_path, capsys):
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL, why="a misprint")
    where = ["--store", str(store), "--who", "Huda"]
    assert main(["corrections", "export", str(tmp_path / "c.csv"), *where]) == 0
    assert (tmp_path / "c.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert main(["corrections", "undo", *where]) == 0
    assert placed(Atlas.open(store))["Sirte"] == 4
    assert main(["corrections", "redo", *where]) == 0
    assert main(["corrections", "list", *where]) == 0
    out = capsys.readouterr().out
    assert "decides 4 mentions" in out
    assert "because: a misprint" in out
    assert main(["corrections", "redo", *where]) == 2


# --- gold ---


def test_only_articles_read_to_their_end_are_gold(store):
    log = Corrections(store)
    log.decide(on(store, "سرت", place=MOSUL), on(store, "إلى", "a2"))
    found = gold(Atlas.open(store))
    assert found.documents == []
    assert found.unfinished == {"a1": 4, "a2": 4}


def test_gold_is_measured_against_what_the_program_found(store, tmp_path):
    log = Corrections(store)
    reviewed = draft(Atlas.open(store).article("a1"), 0, 0, verdict=Verdict.REVIEWED, who="Huda")
    log.decide(on(store, "سرت", place=MOSUL), on(store, "ليبيا"), reviewed)
    [document] = gold(Atlas.open(store)).documents
    assert [t["surface"] for t in document["traps"]] == ["ليبيا"]
    path = tmp_path / "gold.jsonl"
    assert main(["corrections", "gold", str(path), "--store", str(store)]) == 0
    machine = [
        {"start": m.start, "end": m.end, "lat": r.entry.lat, "lon": r.entry.lon}
        for r in geoparse(document["text"])
        if (m := r.mention).kind is Kind.LITERAL and r.entry
    ]
    figures = evaluate(read_gold(path), [{"id": "a1", "mentions": machine}])
    assert (figures["traps"], figures["traps_hit"]) == (1, 1)
    assert json.loads(path.read_text())["toponyms"][1]["place"] == "Mosul"


# --- passages ---


def test_a_repeated_name_is_told_apart_by_what_stands_beside_it():
    text = "قال في الموصل أمس. وقال في الموصل اليوم."
    made = draft(article(text), 27, 33, verdict=Verdict.NOT_A_PLACE, who="x")
    edited = "خبر. " + text
    assert find_again(edited, made) == (32, 38)


def test_a_name_is_searched_for_after_every_proclitic_that_it_is_found_after():
    for written in ("الموصل", "وبالموصل", "للموصل", "وللموصل", "كالموصل", "فالموصل"):
        [(start, end)] = occurrences(f"جاء {written} أمس", "الموصل")
        assert f"جاء {written} أمس"[start:end].endswith("لموصل")
        assert written in [phrase.replace("_", "") for phrase in search_phrases("الموصل")]


def test_an_empty_article_list_is_no_error(store):
    assert Atlas.open(store).texts_of([]) == {}
