"""What people decided survives what the atlas does not, is undone and redone, and nothing of it is lost."""

from __future__ import annotations

import multiprocessing
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from corrected import SHADDADI, TEXTS, corpus, decided, on, placed, surfaces, write
from places import LIBYA, MOSUL, SIRTE, geoparse

from geo.corrections import Corrections, Scope, Verdict, draft
from geo.errors import CorrectionError
from geo.records import Article, Mention, Resolution
from geo.store import Atlas


@pytest.fixture
def store(tmp_path):
    write(tmp_path / "atlas", corpus())
    return tmp_path / "atlas"


# --- what they survive ---


def test_corrections_survive_ingest_and_a_deleted_atlas(store):
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert placed(write(store, corpus(), recipe="another")) == {"Mosul": 6, "Libya": 2}

    shutil.rmtree(store)
    assert placed(write(store, corpus())) == {"Mosul": 6, "Libya": 2}


def test_an_atlas_made_anew_in_the_same_process_is_asked_for_its_own_spellings(store):
    decided(store, "الموصل", scope=Scope.EVERYWHERE, place=LIBYA)
    shutil.rmtree(store)
    pointed = "الموصِل"

    def parse(text: str) -> list[Resolution]:
        mention = Mention(start=text.index(pointed), end=text.index(pointed) + len(pointed), surface=pointed)
        return [Resolution(mention=mention, entry=MOSUL, confidence=0.9)]

    item = replace(corpus()[0], text=TEXTS[0][1].replace("الموصل", pointed, 1))
    assert placed(write(store, [item], parse=parse)) == {"Libya": 1}


def test_a_mention_is_found_again_in_an_edited_article(store):
    decided(store, "سرت", nth=1, place=SHADDADI)
    edited = "عاجل: " + TEXTS[0][1].replace("ثم سرت", "ثم مدينة سرت الساحلية")
    changed = [replace(corpus()[0], article_id="a1-edited", text=edited), *corpus()[1:]]
    atlas = write(store, changed)
    [mention] = atlas.mentions(place_id=SHADDADI.place_id)
    assert (mention.article_id, edited[mention.start - 3 : mention.end]) == ("a1-edited", "عن سرت")


def test_a_decision_on_an_article_that_is_gone_waits_and_is_named(store):
    decision = on(store, "سرت", place=MOSUL)
    Corrections(store).decide(decision)
    atlas = write(store, corpus()[1:])
    assert atlas.corrected.waiting == {decision.decision_id: "its article is not in the atlas"}
    assert placed(write(store, corpus()))["Mosul"] == 3


def test_another_text_under_the_same_path_is_not_touched(store):
    decision = on(store, "سرت", place=MOSUL)
    Corrections(store).decide(decision)
    other = replace(corpus()[0], article_id="b1", text="خبر آخر تماما عن مدينة سرت الليبية اليوم")
    assert write(store, [other]).corrected.waiting == {
        decision.decision_id: "its passage is not in the article any more"
    }


@pytest.mark.parametrize("rows", ["dump.jsonl#", "book.xlsx#May!"])
def test_a_row_that_moved_up_is_not_taken_for_the_one_before_it(store, rows):
    in_rows = [replace(each, path=f"{rows}{n}") for n, each in enumerate(corpus())]
    write(store, in_rows)
    decision = on(store, "سرت", scope=Scope.ARTICLE)
    Corrections(store).decide(decision)
    atlas = write(store, [replace(in_rows[1], path=in_rows[0].path)])
    assert atlas.corrected.waiting == {decision.decision_id: "its article is not in the atlas"}
    assert placed(atlas) == {"Sirte": 2, "Libya": 1}


def test_a_decision_without_an_address_waits_beside_one_that_is_found_by_its_path(store):
    found = on(store, "الموصل", scope=Scope.ARTICLE)
    typed = replace(on(store, "سرت", scope=Scope.ARTICLE), article_id="of another atlas", path="")
    for each in (found, typed):
        Corrections(store).decide(each)
    atlas = write(store, [replace(corpus()[0], article_id="a1-edited", text=f"{TEXTS[0][1]} عاجل")])
    assert atlas.corrected.waiting == {typed.decision_id: "its article is not in the atlas"}
    assert placed(atlas) == {"Sirte": 2, "Libya": 1}


def test_an_article_that_states_its_address_is_not_looked_for_under_its_path(store):
    decision = replace(on(store, "سرت", scope=Scope.ARTICLE), article_id="gone", url="https://news.example/1")
    Corrections(store).decide(decision)
    assert Atlas.open(store).corrected.waiting == {decision.decision_id: "its article is not in the atlas"}


def test_a_place_is_found_again_under_the_id_of_a_new_gazetteer(store):
    decided(store, "سرت", place=MOSUL)
    renamed = replace(MOSUL, place_id="atlas:iq-mosul", lat=36.34)

    def parse(text: str) -> list[Resolution]:
        return [replace(r, entry=renamed) if r.entry == MOSUL else r for r in geoparse(text)]

    atlas = write(store, corpus(), recipe="new", parse=parse)
    assert {c.entry.place_id: c.mentions for c in atlas.place_counts()}["atlas:iq-mosul"] == 3


def test_a_place_that_the_gazetteer_lost_is_still_on_the_map(store):
    decided(store, "أطلنطس", "a2", place=replace(MOSUL, place_id="geonames:1", name="Atlantis", name_ar="أطلنطس"))
    assert placed(Atlas.open(store))["Atlantis"] == 1


def test_a_mention_that_the_program_no_longer_finds_stays_where_a_person_put_it(store):
    decided(store, "سرت", place=MOSUL)
    atlas = write(store, corpus(), recipe="blind", parse=lambda _: [])
    assert surfaces(atlas) == [("a1", "سرت")]


# --- undo and redo ---


def test_undo_and_redo_after_a_restart(store):
    states = [placed(Atlas.open(store))]
    for surface, place in (("سرت", MOSUL), ("ليبيا", SIRTE), ("الموصل", LIBYA)):
        states.append(placed(decided(store, surface, scope=Scope.EVERYWHERE, place=place)))
    for expected in reversed(states[:-1]):
        Corrections(store).undo(who="Huda")
        assert placed(Atlas.open(store)) == expected
    assert Corrections(store).undo(who="Huda") is None
    for expected in states[1:]:
        Corrections(store).redo(who="Huda")
        assert placed(Atlas.open(store)) == expected
    assert Corrections(store).redo(who="Huda") is None


def test_undo_takes_ones_own_last_decision(store):
    decided(store, "سرت", scope=Scope.EVERYWHERE, who="Huda")
    decided(store, "ليبيا", scope=Scope.EVERYWHERE, who="Omar")
    assert Corrections(store).undo(who="Huda").surface == "سرت"


def test_the_log_tells_who_when_and_why(store):
    decision = on(store, "سرت", why="a misprint")
    Corrections(store).decide(decision)
    Corrections(store).undo(who="Omar", decision_id=decision.decision_id)
    [record] = Corrections(store).history().records.values()
    assert (record.decision.who, record.decision.why, record.changed_by) == ("Huda", "a misprint", "Omar")
    assert record.changed_at > record.decision.when


# --- several at once, and crashes ---


def _decide_many(store: Path, who: str, count: int) -> None:
    log = Corrections(store)
    found = Article(article_id="a1", text=TEXTS[0][1])
    for _ in range(count):
        log.decide(draft(found, 8, 14, verdict=Verdict.NOT_A_PLACE, who=who))
        log.undo(who=who)
        log.redo(who=who)


def test_several_people_correcting_at_once_lose_nothing(store):
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=_decide_many, args=(store, f"p{n}", 25)) for n in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [person.exitcode for person in people] == [0] * 4
    history = Corrections(store).history()
    assert Counter(record.decision.who for record in history.records.values()) == {f"p{n}": 25 for n in range(4)}
    assert not history.damaged
    assert all(record.active for record in history.records.values())
    assert len(Corrections(store).path.read_bytes().splitlines()) == 300


def _decide_and_tell(store: Path, told) -> None:
    found = Article(article_id="a1", text=TEXTS[0][1])
    while True:
        made = draft(found, 8, 14, verdict=Verdict.NOT_A_PLACE, who="Huda")
        Corrections(store).decide(made)
        told.send(made.decision_id)


def test_what_was_told_to_be_saved_is_there_however_the_process_ends(store):
    context = multiprocessing.get_context("spawn")
    saved: set[str] = set()
    for wait in (1, 5, 20):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_decide_and_tell, args=(store, theirs))
        process.start()
        theirs.close()
        saved |= {ours.recv() for _ in range(wait)}
        process.kill()
        with suppress(EOFError):
            while True:
                saved.add(ours.recv())
        process.join()
    assert saved <= Corrections(store).history().records.keys()


def _open_many(store: Path, count: int, results) -> None:
    for _ in range(count):
        summary = Atlas.open(store).summary()
        results.put(summary.placed + summary.unplaced + summary.associative == summary.mentions)


def test_readers_beside_somebody_who_corrects_see_whole_states(store):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    readers = [context.Process(target=_open_many, args=(store, 8, results)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(8):
        decided(store, "سرت", nth=n % 2, place=(MOSUL, LIBYA)[n % 2])
    sums = [results.get(timeout=60) for _ in range(16)]
    for reader in readers:
        reader.join()
    assert all(sums)


@pytest.mark.parametrize("rest", [b'{"event": "deci', b"\xff\xfe\n", b"[1]\n", b'{"event": "undo", "of": "x"}\n'])
def test_a_line_cut_short_costs_only_itself(store, rest):
    decided(store, "سرت", scope=Scope.EVERYWHERE)
    log = Corrections(store)
    with log.path.open("ab") as file:
        file.write(rest)
    atlas = decided(store, "ليبيا", scope=Scope.EVERYWHERE)
    assert placed(atlas) == {"Mosul": 2}
    assert len(log.history().damaged) == 1


def test_a_log_that_cannot_be_written_says_so(store):
    Corrections(store).path.mkdir()
    with pytest.raises(CorrectionError, match="mend its rights"):
        decided(store, "سرت")
