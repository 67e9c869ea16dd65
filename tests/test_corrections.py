"""What people decide shows in every answer of the atlas."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from corrected import COPIED, SHADDADI, TEXTS, corpus, decided, on, placed, surfaces, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import LIBYA, MOSUL, SIRTE

from geo.corrections import Corrections, Scope, Verdict, draft, user_entry
from geo.errors import CorrectionError, StoreError
from geo.records import Kind
from geo.store import Atlas, Filters
from geo.store import overlay as overlay_module
from geo.store.overlay import matches
from geo.store.rulings import Ruling


@pytest.fixture
def store(tmp_path):
    write(tmp_path / "atlas", corpus())
    return tmp_path / "atlas"


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


SPELLED = (
    ("s1", "مر الوفد في حزيمة اليوم.", "Alpha", "2019-03-01"),
    ("s2", "عاد الوفد إلى حزيمه ثم حزيمة أمس.", "Beta", "2019-03-02"),
)


@pytest.mark.parametrize(
    ("article_id", "scope", "left"),
    [("s1", Scope.EVERYWHERE, 0), ("s2", Scope.SOURCE, 1), ("s2", Scope.ARTICLE, 1)],
)
def test_a_wider_scope_means_every_spelling_of_what_was_added_by_hand(tmp_path, article_id, scope, left):
    store = tmp_path / "atlas"
    write(store, corpus(*TEXTS, *SPELLED))
    decided(store, "حزيمة", "s1", place=SHADDADI, scope=Scope.EVERYWHERE, missed=True)
    atlas = decided(store, "حزيمة", article_id, place=LIBYA, scope=scope)
    assert len(atlas.mentions(place_id=SHADDADI.place_id)) == left


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
NAMES = ("الموصل", "سرت", "ليبيا", "أطلنطس", "الشدادي", "إلى", "صحيفة الموصل", "حزيمة", "حزيمه")


@st.composite
def decisions(draw):
    articles = {each.article_id: each for each in corpus(*TEXTS, *COPIED, *SPELLED)}
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
    write(store, corpus(*TEXTS, *COPIED, *SPELLED))
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


def test_corrections_show_where_the_atlas_cannot_be_written(store, tmp_path, monkeypatch):
    beside = tmp_path / "temporary"
    beside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(beside))
    (store / "corrected").write_bytes(b"")  # so that no folder can be made, also for root
    atlas = decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert placed(atlas) == {"Mosul": 6, "Libya": 2}
    assert len(atlas.mentions(place_id=MOSUL.place_id, kind=Kind.LITERAL)) == 6
    assert len(list(beside.iterdir())) == 1
    del atlas
    gc.collect()
    assert list(beside.iterdir()) == []


def test_a_full_disk_is_not_called_a_damaged_atlas(store, monkeypatch):
    monkeypatch.setitem(overlay_module._PARTS, "touched", f"SELECT * FROM read_parquet('{store}/gone')")
    Corrections(store).decide(on(store, "سرت"))
    with pytest.raises(StoreError, match=r"neither is lost. Check that the disk has room"):
        Atlas.open(store)


def grow_old(store, seconds: float) -> None:
    """As if all that was done with the states of the corrections had been done so long ago."""
    for each in (store / "corrected").iterdir():
        then = each.stat().st_mtime - seconds
        os.utime(each, (then, then))


def test_a_reader_goes_on_for_an_hour_after_its_state_ceased_to_be_the_latest(store):
    reader = decided(store, "سرت", place=MOSUL)
    mentions = reader.mentions()
    for surface in ("ليبيا", "الموصل"):
        grow_old(store, 7200 if surface == "ليبيا" else 3000)
        decided(store, surface)
        assert reader.mentions() == mentions
    grow_old(store, 3700)
    decided(store, "سرت", nth=1)
    assert not (store / "corrected" / reader.state).exists()


def test_a_reader_goes_on_for_an_hour_after_an_undo(store):
    decided(store, "سرت", place=MOSUL)
    reader = decided(store, "ليبيا")
    mentions = reader.mentions()
    grow_old(store, 7200)
    Corrections(store).undo(who="Huda")
    Atlas.open(store)
    decided(store, "الموصل")
    assert reader.mentions() == mentions


def test_no_article_is_altered(store):
    before = [Atlas.open(store).article(each[0]) for each in TEXTS]
    decided(store, "سرت", scope=Scope.EVERYWHERE, place=MOSUL)
    assert [Atlas.open(store).article(each[0]) for each in TEXTS] == before


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
