"""What people decide shows in every answer of the atlas, survives what the atlas does not, and loses nothing."""

from __future__ import annotations

import csv
import io
import itertools
import json
import multiprocessing
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo.__main__ import main
from geo.corrections import Corrections, Decision, Record, Scope, Verdict, draft, sheet, user_entry
from geo.corrections.gold import gold
from geo.corrections.passages import find_again, occurrences, search_phrases
from geo.errors import CorrectionError
from geo.evaluate import evaluate
from geo.jsonl import read_gold
from geo.records import Article, Kind, Resolution
from geo.store import Atlas, Filters, Writer
from geo.store import overlay as overlay_module
from geo.store.overlay import matches
from geo.store.rulings import Ruling

TEXTS = (
    ("a1", "وصل إلى الموصل ثم سرت. قالت صحيفة الموصل إن ليبيا بعيدة عن سرت.", "Alpha", "2017-10-25"),
    ("a2", "من سرت إلى ليبيا، ومن أطلنطس إلى سرت والشدادي.", "Beta", "2018-01-02"),
    ("a3", "في الشدادي اشتباكات، وبالشدادي أيضا قرب الموصل.", "Alpha", "2018-02-03"),
    ("a4", "لا شيء هنا.", "Beta", "2018-02-04"),
)
REPORT = "قال شهود إن رتلا طويلا خرج من سرت عند الفجر وسار نحو ليبيا الشرقية دون أن يعترضه أحد من الحراس على الطريق. "
COPIED = (
    ("c1", REPORT * 2 + "ثم عاد إلى الموصل.", "Alpha", "2019-01-01"),
    ("c2", "وكالات: " + REPORT * 2 + "ثم عاد إلى الموصل.", "Beta", "2019-01-02"),
)
SHADDADI = user_entry("Al-Shaddadi", 36.06, 40.73, name_ar="الشدادي", country="SY")


def corpus(*texts: tuple[str, str, str, str]) -> list[Article]:
    return [
        article(text, article_id, source=source, published=day, title=article_id, path=f"{article_id}.txt")
        for article_id, text, source, day in texts or TEXTS
    ]


def write(store: Path, articles: list[Article], recipe: str = "r", parse=geoparse) -> Atlas:
    with Writer(store, recipe=recipe) as writer:
        writer.add((each, parse(each.text)) for each in articles)
        writer.finish()
    return Atlas.open(store)


@pytest.fixture
def store(tmp_path):
    write(tmp_path / "atlas", corpus())
    return tmp_path / "atlas"


def on(store: Path, surface: str, article_id: str = "a1", nth: int = 0, **fields) -> Decision:
    """A decision on the nth occurrence of a surface."""
    found = Atlas.open(store).article(article_id)
    start = -1
    for _ in range(nth + 1):
        start = found.text.index(surface, start + 1)
    given_fields = {"verdict": Verdict.PLACE if "place" in fields else Verdict.NOT_A_PLACE, "who": "Huda"} | fields
    return draft(found, start, start + len(surface), **given_fields)


def decided(store: Path, *args, **fields) -> Atlas:
    Corrections(store).decide(on(store, *args, **fields))
    return Atlas.open(store)


def placed(atlas: Atlas) -> dict[str, int]:
    return {count.entry.name: count.mentions for count in atlas.place_counts()}


def surfaces(atlas: Atlas, place_id: str | None = None, **fields) -> list[tuple[str, str]]:
    return [(m.article_id, m.surface) for m in atlas.mentions(place_id=place_id, **fields)]


# --- scopes ---


def test_this_mention_alone_means_another_place(store):
    atlas = decided(store, "سرت", place=MOSUL)
    assert placed(atlas) == {"Mosul": 3, "Sirte": 3, "Libya": 2}


def test_every_mention_of_this_name_in_the_article(store):
    atlas = decided(store, "سرت", scope=Scope.ARTICLE, place=MOSUL)
    assert placed(atlas) == {"Mosul": 4, "Sirte": 2, "Libya": 2}


def test_every_mention_of_this_name_in_the_source(store):
    atlas = decided(store, "الموصل", scope=Scope.SOURCE, place=SIRTE)
    assert placed(atlas) == {"Sirte": 6, "Libya": 2}


def test_every_mention_of_this_name_everywhere(store):
    atlas = decided(store, "سرت", scope=Scope.EVERYWHERE)
    assert placed(atlas) == {"Mosul": 2, "Libya": 2}
    assert all(m.surface != "سرت" for m in atlas.mentions())


def test_the_narrower_scope_wins_whichever_came_first(store):
    decided(store, "سرت", place=MOSUL)
    atlas = decided(store, "سرت", scope=Scope.EVERYWHERE, place=LIBYA)
    assert placed(atlas) == {"Mosul": 3, "Libya": 5}


def test_of_the_same_scope_the_later_wins(store):
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert placed(decided(store, "سرت", scope=Scope.EVERYWHERE, place=LIBYA)) == {"Libya": 6, "Mosul": 2}


def test_none_of_these_leaves_the_mention_unplaced(store):
    atlas = decided(store, "سرت", verdict=Verdict.UNPLACED)
    summary = atlas.summary()
    assert (summary.placed, summary.unplaced, summary.associative) == (7, 2, 1)


def test_a_name_in_an_organisation_stays_one_unless_it_is_said(store):
    wide = decided(store, "الموصل", scope=Scope.EVERYWHERE, place=SIRTE)
    assert wide.summary().associative == 1
    told = decided(store, "الموصل", nth=1, place=MOSUL, kind=Kind.LITERAL)
    assert told.summary().associative == 0


# --- passages that the program missed ---


def test_a_missed_passage_becomes_a_mention_of_a_new_place(store):
    atlas = decided(store, "الشدادي", "a3", place=SHADDADI)
    [mention] = atlas.mentions(place_id=SHADDADI.place_id)
    assert atlas.article("a3").text[mention.start : mention.end] == "الشدادي" == mention.surface
    assert atlas.place(SHADDADI.place_id).entry == SHADDADI


def test_a_missed_name_is_found_everywhere_also_after_a_proclitic(store):
    atlas = decided(store, "الشدادي", "a3", place=SHADDADI, scope=Scope.EVERYWHERE, missed=True)
    assert surfaces(atlas, SHADDADI.place_id) == [("a2", "الشدادي"), ("a3", "الشدادي"), ("a3", "الشدادي")]
    assert atlas.place(SHADDADI.place_id).articles == 2


def test_a_missed_name_of_one_source_is_added_in_that_source_only(store):
    atlas = decided(store, "الشدادي", "a3", place=SHADDADI, scope=Scope.SOURCE, missed=True)
    assert {article_id for article_id, _ in surfaces(atlas, SHADDADI.place_id)} == {"a3"}


def test_one_occurrence_of_a_name_added_everywhere_can_be_refused(store):
    decided(store, "الشدادي", "a3", place=SHADDADI, scope=Scope.EVERYWHERE, missed=True)
    atlas = decided(store, "الشدادي", "a3", nth=1)
    assert surfaces(atlas, SHADDADI.place_id) == [("a2", "الشدادي"), ("a3", "الشدادي")]


def test_a_longer_name_takes_the_place_of_the_mention_inside_it(store):
    atlas = decided(store, "صحيفة الموصل", place=MOSUL)
    assert "صحيفة الموصل" in [m.surface for m in atlas.mentions(article_id="a1")]
    spans = sorted((m.start, m.end) for m in atlas.mentions(article_id="a1"))
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_an_atlas_without_any_mention_takes_its_first_from_a_person(tmp_path):
    store = tmp_path / "atlas"
    write(store, corpus(TEXTS[3]))
    atlas = decided(store, "هنا", "a4", place=SHADDADI)
    assert (placed(atlas), len(atlas.mentions()), atlas.summary().placed) == ({"Al-Shaddadi": 1}, 1, 1)


# --- every answer agrees ---


def test_counts_under_filters_follow(store):
    atlas = decided(store, "سرت", scope=Scope.EVERYWHERE, place=SHADDADI)
    of_2018 = Filters(since=date(2018, 1, 1), until=date(2018, 1, 15))
    assert atlas.place(SHADDADI.place_id, filters=of_2018).mentions == 2
    assert atlas.place(SIRTE.place_id).mentions == 0
    assert atlas.place(SHADDADI.place_id, filters=Filters(sources=("Alpha",))).mentions == 2
    assert len(atlas.mentions(place_id=SHADDADI.place_id, filters=of_2018)) == 2


def test_texts_that_name_a_place_are_counted_once_for_all_copies(tmp_path):
    store = tmp_path / "atlas"
    atlas = write(store, corpus(*COPIED))
    assert atlas.copies(["c1", "c2"]) == {"c2": "c1"}
    assert atlas.place(SIRTE.place_id).texts == 1
    atlas = decided(store, "سرت", "c1", scope=Scope.ARTICLE, place=MOSUL)
    assert (atlas.place(SIRTE.place_id).articles, atlas.place(SIRTE.place_id).texts) == (1, 1)
    assert (atlas.place(MOSUL.place_id).articles, atlas.place(MOSUL.place_id).texts) == (2, 1)
    atlas = decided(store, "سرت", "c2", scope=Scope.EVERYWHERE)
    assert atlas.place(SIRTE.place_id).texts == 0


def test_places_named_together_follow(store):
    atlas = decided(store, "سرت", scope=Scope.EVERYWHERE, place=SHADDADI)
    assert {n.entry.name: n.articles for n in atlas.named_together(LIBYA.place_id)} == {"Al-Shaddadi": 2, "Mosul": 1}
    assert {n.entry.name: n.articles for n in atlas.named_together(SHADDADI.place_id)} == {"Libya": 2, "Mosul": 1}


VERDICTS = st.sampled_from([Verdict.PLACE, Verdict.UNPLACED, Verdict.NOT_A_PLACE])
NAMES = ("الموصل", "سرت", "ليبيا", "أطلنطس", "الشدادي", "إلى", "صحيفة الموصل")


@st.composite
def decisions(draw):
    articles = {each.article_id: each for each in corpus(*TEXTS, *COPIED)}
    name = draw(st.sampled_from(NAMES))
    found = draw(st.sampled_from([each for each in articles.values() if name in each.text]))
    places = [at for at in range(len(found.text)) if found.text.startswith(name, at)]
    start = draw(st.sampled_from(places))
    verdict = draw(VERDICTS)
    return draft(
        found,
        start,
        start + len(name),
        verdict=verdict,
        who="Huda",
        scope=draw(st.sampled_from(Scope)),
        place=draw(st.sampled_from([MOSUL, SIRTE, LIBYA, SHADDADI])) if verdict is Verdict.PLACE else None,
        missed=verdict is not Verdict.NOT_A_PLACE and draw(st.booleans()),
    )


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    store = tmp_path_factory.mktemp("shared") / "atlas"
    write(store, corpus(*TEXTS, *COPIED))
    return store


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(decisions(), max_size=6))
def test_whatever_is_decided_counts_and_mentions_add_up(shared_store, made):
    store = shared_store
    Corrections(store).path.unlink(missing_ok=True)
    Corrections(store).decide(*made)
    atlas = Atlas.open(store)
    mentions = atlas.mentions()
    summary = atlas.summary()
    assert summary.placed + summary.unplaced + summary.associative == summary.mentions == len(mentions)
    for kind in Kind:
        by_place = Counter(m.place_id for m in mentions if m.kind is kind and m.place_id)
        assert {c.entry.place_id: c.mentions for c in atlas.place_counts(kind)} == by_place
        articles = Counter(p for p, _ in {(m.place_id, m.article_id) for m in mentions if m.kind is kind})
        assert all(c.articles == articles[c.entry.place_id] for c in atlas.place_counts(kind))
    literal = {(m.article_id, m.place_id) for m in mentions if m.kind is Kind.LITERAL and m.place_id}
    copy_of = atlas.copies({m.article_id for m in mentions})
    texts_of = Counter(place for place, _ in {(p, copy_of.get(a, a)) for a, p in literal})
    assert {c.entry.place_id: c.texts for c in atlas.place_counts()} == texts_of
    for place_id in {p for _, p in literal}:
        together = Counter(other for a, other in literal if other != place_id and (a, place_id) in literal)
        assert {n.entry.place_id: n.articles for n in atlas.named_together(place_id)} == together
    texts = atlas.articles({m.article_id for m in mentions})
    assert all(texts[m.article_id].text[m.start : m.end] == m.surface for m in mentions)
    spans = sorted((m.article_id, m.start, m.end) for m in mentions)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in itertools.pairwise(spans))


def told(atlas: Atlas) -> tuple[object, ...]:
    """Everything that the corrections lay over a run."""
    mentions = sorted(atlas.mentions(), key=lambda each: (each.article_id, each.start, each.end))
    overlay = atlas.corrected
    counts = [atlas.place_counts(kind) for kind in Kind]
    together = [atlas.named_together(count.entry.place_id) for count in counts[0]]
    months = atlas.place_counts(filters=Filters(since=date(2018, 1, 1)))
    return mentions, counts, together, months, overlay and (overlay.changed, overlay.waiting)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(decisions(), st.sampled_from(["undo", "redo"])), max_size=5))
def test_a_state_built_on_an_earlier_one_is_as_if_made_anew(shared_store, monkeypatch, made):
    monkeypatch.setattr(overlay_module, "BUCKET", 1)
    monkeypatch.setattr(overlay_module, "MOST_BUCKETS", 3)
    store, log = shared_store, Corrections(shared_store)
    log.path.unlink(missing_ok=True)
    shutil.rmtree(store / "corrected", ignore_errors=True)
    for each in made:
        if isinstance(each, str):
            getattr(log, each)(who="Huda")
        else:
            log.decide(each)
        Atlas.open(store)
    step_by_step = told(Atlas.open(store))
    shutil.rmtree(store / "corrected", ignore_errors=True)
    assert told(Atlas.open(store)) == step_by_step


def test_how_many_mentions_a_decision_means_is_told_beforehand(store):
    wide = on(store, "سرت", scope=Scope.EVERYWHERE)
    assert matches(Atlas.open(store, corrected=False), Ruling(decision=wide, rule="")) == 4
    assert Atlas.open(store).corrected is None


def test_a_mention_that_was_decided_names_its_decision(store):
    decision = on(store, "سرت", place=MOSUL)
    Corrections(store).decide(decision)
    [mention] = [m for m in Atlas.open(store).mentions(article_id="a1") if m.rule.startswith("correction")]
    assert mention.rule == f"correction {decision.decision_id}"
    assert mention.confidence == 1.0


def test_what_the_program_found_can_still_be_read(store):
    decided(store, "سرت", scope=Scope.EVERYWHERE)
    assert placed(Atlas.open(store, corrected=False)) == {"Sirte": 4, "Mosul": 2, "Libya": 2}


def test_an_open_atlas_notices_a_correction(store):
    atlas = Atlas.open(store)
    state = atlas.state
    new = decided(store, "سرت")
    assert not atlas.is_latest()
    assert new.is_latest()
    assert new.state != state


def test_no_article_is_altered(store):
    before = [Atlas.open(store).article(each[0]) for each in TEXTS]
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert [Atlas.open(store).article(each[0]) for each in TEXTS] == before


# --- what they survive ---


def test_corrections_survive_ingest_and_a_deleted_atlas(store):
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert placed(write(store, corpus(), recipe="another")) == {"Mosul": 6, "Libya": 2}
    import shutil

    shutil.rmtree(store)
    assert placed(write(store, corpus())) == {"Mosul": 6, "Libya": 2}


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


# --- what is refused ---


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"verdict": Verdict.PLACE}, "lacks its place"),
        ({"verdict": Verdict.UNPLACED, "place": MOSUL}, "takes no place"),
        ({"who": " "}, "who decided"),
        ({"why": "x" * 3000}, "shorten it"),
        ({"verdict": Verdict.PLACE, "place": replace(MOSUL, lat=331.5)}, "lat 331.5"),
        ({"verdict": Verdict.PLACE, "place": replace(MOSUL, lon=float("nan"))}, "lon nan"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(store, fields, reason):
    with pytest.raises(CorrectionError, match=reason):
        on(store, "سرت", **fields)


def test_a_new_place_needs_a_name():
    with pytest.raises(CorrectionError, match="usual name"):
        user_entry("12", 0.0, 0.0)


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
