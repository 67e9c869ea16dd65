"""Where every mention is: the parts add up under any filter; the least sure comes first; a place's names are listed."""

from __future__ import annotations

from datetime import date

import pytest
from places import MOSUL, article, geoparse

from geo.corrections import Corrections, Scope, Verdict, draft
from geo.query import clauses
from geo.records import Kind
from geo.store import Atlas, Filters, Writer
from geo.store.account import (
    account,
    confidences,
    count_open,
    count_unplaced_names,
    least_sure,
    spellings,
    unplaced_in,
    unplaced_mentions_in,
)
from geo.store.narrowed import Narrowed
from geo.store.selection import EVERYTHING, Selection
from geo.views import address, arabic, reasons, words

TEXTS = {
    "a1": "وصل إلى الموصل ثم سرت. قالت صحيفة الموصل إن ليبيا بعيدة عن أطلنطس.",
    "a2": "من سرت إلى ليبيا، ومن أطلنطس إلى سرت.",
    "a3": "قرب الموصل وأطلنطس.",
}
SELECTIONS = [
    EVERYTHING,
    Selection(kind=None),
    Selection(kind=Kind.ASSOCIATIVE),
    Selection(filters=Filters(since=date(2018, 1, 2))),
    Selection(filters=Filters(sources=("S1",))),
    Selection(countries=("IQ",)),
    Selection(confidence=0.5),
    Selection(languages=("ar",)),
    Selection(text=clauses("ليبيا", lambda _: ())),
]


@pytest.fixture
def atlas(tmp_path):
    with Writer(tmp_path / "atlas", recipe="r") as writer:
        writer.add(
            (article(text, key, source=f"S{key[1]}", published=f"2018-01-0{key[1]}", language="ar"), geoparse(text))
            for key, text in TEXTS.items()
        )
        writer.finish()
    return Atlas.open(tmp_path / "atlas")


@pytest.mark.parametrize("selection", SELECTIONS)
def test_placed_unplaced_and_associative_are_all_mentions_that_meet_the_filters(atlas, selection):
    narrowed = Narrowed(atlas, selection)
    found = account(narrowed)
    [(every,)] = narrowed.ask("SELECT count(*) FROM {mentions}", placed=False)
    assert found.placed + found.unplaced + found.associative == found.mentions == every
    assert sum(name.mentions for name in unplaced_in(narrowed, limit=99)) == found.unplaced
    if selection.kind is Kind.LITERAL:
        assert sum(count.mentions for count in narrowed.place_counts) == found.placed


def test_the_account_of_everything_is_the_summary(atlas):
    found, summary = account(Narrowed(atlas)), atlas.summary()
    assert (found.placed, found.unplaced, found.associative) == (
        summary.placed,
        summary.unplaced,
        summary.associative,
    )
    assert found.mentions == summary.mentions == 11


def test_unplaced_names_and_where_they_stand(atlas):
    narrowed = Narrowed(atlas)
    assert count_unplaced_names(narrowed) == 1
    assert [m.article_id for m in unplaced_mentions_in(narrowed, "أطلنطس", limit=9)] == ["a3", "a2", "a1"]


def test_what_a_person_decided_or_skipped_is_not_asked_again(atlas):
    narrowed = Narrowed(atlas)
    first = least_sure(narrowed)
    passage = f"{first.article_id}:{first.start}-{first.end}"
    assert address.passage(passage) == address.Passage(first.article_id, first.start, first.end)
    second = least_sure(narrowed, [passage])
    assert second != first
    text = atlas.article(first.article_id)
    Corrections(atlas.folder).decide(
        draft(text, first.start, first.end, verdict=Verdict.PLACE, place=MOSUL, who="Huda")
    )
    after = Narrowed(Atlas.open(atlas.folder))
    assert least_sure(after) == second
    assert count_open(narrowed) == (7, 0)
    assert count_open(after) == (6, 1)


def test_the_names_of_a_place_with_the_mean_of_their_confidence(atlas):
    assert [(each.surface, each.mentions, each.confidence) for each in spellings(Narrowed(atlas), MOSUL.place_id)] == [
        ("الموصل", 2, pytest.approx(0.9))
    ]
    assert confidences(Narrowed(atlas))[MOSUL.place_id] == pytest.approx(0.9)
    text = atlas.article("a2")
    start = text.text.index("سرت")
    decision = draft(text, start, start + 3, verdict=Verdict.PLACE, place=MOSUL, who="H", scope=Scope.EVERYWHERE)
    Corrections(atlas.folder).decide(decision)
    names = [each.surface for each in spellings(Narrowed(Atlas.open(atlas.folder)), MOSUL.place_id)]
    assert names == ["سرت", "الموصل"]


def test_every_reason_has_a_name_in_both_languages():
    assert all(english and arabic_name for english, arabic_name in reasons.NAMES.values())
    assert reasons.reason("correction 12ab", words.ARABIC) == arabic.TEXTS["by_person"]
    assert reasons.reason("of another recogniser", words.ENGLISH) == "of another recogniser"


@pytest.mark.parametrize("module", ["resolve.py", "recognize/score.py", "recognize/tokens.py"])
def test_no_reason_of_the_program_lacks_a_name(module):
    import re

    from geo.settings import ROOT

    text = (ROOT / "geo" / module).read_text(encoding="utf-8")
    used = set(re.findall(r'append\(\("([^"]+)", ', text)) | set(re.findall(r'return \[?\(?\("([^"]+)", ', text))
    assert used
    assert used <= reasons.NAMES.keys()
