"""Why a mention is where it is; and nothing vanishes: what is not on the map is listed, with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from places import MOSUL, article

from geo.__main__ import main
from geo.corrections import Corrections, Scope, Verdict, draft, user_entry
from geo.gazetteer.added import Added
from geo.gazetteer.provenance import provenance
from geo.recognize import plugins
from geo.records import Kind
from geo.resolve import Geoparser
from geo.settings import load as load_settings
from geo.store import Atlas, Filters, Writer
from geo.store.refused import refused_names, refused_passages
from geo.store.unplaced import countries_beside, unplaced_mentions, unplaced_names
from geo.why import look_through, refusals, why

TEXTS = {
    "a1": "وصل الوزير إلى طرابلس قادما من بيروت، ثم زار محافظة الشوف. وفي بلدة زعتورينا انقطعت الكهرباء.",
    "a2": "في بلدة زعتورينا ثم بلدة كفرشمعونا، قال عمر البشير. وفي صحيفة الرياض أن الباب مفتوح.",
    "a3": "انطلقت القافلة من دمشق نحو درعا أمس، وأغلق الحارس الباب خلفها.",
}


@pytest.fixture(scope="module")
def settings():
    return load_settings()


@pytest.fixture(scope="module")
def geoparser(gazetteer, settings):
    return Geoparser.from_settings(gazetteer, settings)


@pytest.fixture
def store(tmp_path, geoparser, settings):
    folder = tmp_path / "atlas"
    articles = [article(text, key, source=f"S{key}", published=f"2018-01-0{key[1]}") for key, text in TEXTS.items()]
    with Writer(folder, recipe=plugins.recipe(settings)) as writer:
        writer.add((each, geoparser.geoparse(each.text, each.source)) for each in articles)
        writer.finish()
    return folder


def asked(store, surface, geoparser, settings, **changes):
    atlas = Atlas.open(store)
    mention = next(each for each in atlas.mentions() if each.surface == surface)
    return why(atlas, replace(mention, **changes), geoparser, settings, plugins.recipe(settings))


# --- why here? ---


def test_the_candidates_are_scored_by_feature_and_the_first_is_what_is_stored(store, geoparser, settings):
    found = asked(store, "طرابلس", geoparser, settings)
    assert {choice.candidate.entry.country for choice in found.choices} >= {"LB", "LY"}
    assert found.choices[0].candidate.entry.place_id == found.entry.place_id == found.mention.place_id
    for choice in found.choices:
        assert sum(value for _, value in choice.candidate.features) == pytest.approx(choice.candidate.score, abs=0.01)
    assert (found.rule, found.confidence) == (found.mention.rule.rpartition(", ")[2], found.mention.confidence)
    assert found.up_to_date


def test_what_made_it_a_place_is_told_by_feature(store, geoparser, settings):
    found = asked(store, "طرابلس", geoparser, settings)
    assert dict(found.recognition)["preposition"] > 0
    assert sum(value for _, value in found.recognition) == pytest.approx(found.score)
    assert found.score > 0


def test_each_candidate_names_its_source_and_licence(store, geoparser, settings):
    found = asked(store, "بيروت", geoparser, settings)
    assert found.provenance.licence
    assert all(choice.provenance.source and choice.provenance.licence for choice in found.choices)


def test_an_unplaced_mention_says_why_it_is_one(store, geoparser, settings):
    found = asked(store, "زعتورينا", geoparser, settings)
    assert (found.entry, found.choices, found.rule) == (None, (), "not in the gazetteer")


def test_a_corrected_mention_tells_the_correction_and_what_the_program_would_do(store, geoparser, settings):
    text = Atlas.open(store).article("a1")
    start = text.text.index("طرابلس")
    made = draft(text, start, start + 6, verdict=Verdict.PLACE, place=MOSUL, who="Huda", why="it says so")
    Corrections(store).decide(made)
    found = asked(store, "طرابلس", geoparser, settings)
    assert (found.entry, found.decision) == (MOSUL, made)
    assert found.choices[0].candidate.entry.country in ("LB", "LY")
    assert found.up_to_date


def test_a_passage_that_only_a_person_took_for_a_place_tells_what_spoke_against_it(store, geoparser, settings):
    text = Atlas.open(store).article("a3")
    start = text.text.index("الباب")
    Corrections(store).decide(draft(text, start, start + 5, verdict=Verdict.PLACE, place=MOSUL, who="Huda"))
    found = asked(store, "الباب", geoparser, settings)
    assert found.rule == "the program did not take it for a place"
    assert found.score < 0


def test_an_article_read_by_an_earlier_program_says_so(store, geoparser, settings):
    atlas = Atlas.open(store)
    assert not why(atlas, atlas.mentions()[0], geoparser, settings, "another recipe").up_to_date


@pytest.mark.parametrize(
    ("place_id", "source", "licence"),
    [
        ("geonames:1", "GeoNames", "CC BY 4.0"),
        ("atlas:sy-x", "Article Atlas", "MIT"),
        ("cldr:SY", "CLDR", "Unicode"),
        ("villages:1", "field notes", "CC0"),
        ("nominatim:relation-7", "OpenStreetMap", "ODbL"),
        ("user:1", "reader", ""),
        ("pelias:x", "the service pelias", ""),
    ],
)
def test_the_source_of_an_entry_is_told_by_its_id(place_id, source, licence):
    villages = Added(
        name="villages", geonames=False, file="v.csv", source="field notes", licence="CC0", filters="", added_at="",
        rows=1, bad=0, digest="",
    )  # fmt: skip
    found = provenance(replace(MOSUL, place_id=place_id), [villages])
    assert source in found.source
    assert licence in found.licence


def test_an_entry_of_openstreetmap_links_to_it():
    assert provenance(replace(MOSUL, place_id="nominatim:node-7")).url == "https://www.openstreetmap.org/node/7"


# --- nothing vanishes ---


def test_placed_unplaced_and_associative_are_all_mentions(store):
    atlas = Atlas.open(store)
    summary = atlas.summary()
    assert summary.placed == sum(count.mentions for count in atlas.place_counts())
    assert summary.unplaced == sum(name.mentions for name in unplaced_names(atlas)) > 0
    assert summary.associative == len(atlas.mentions(kind=Kind.ASSOCIATIVE)) > 0
    assert summary.placed + summary.unplaced + summary.associative == summary.mentions == len(atlas.mentions())


def test_unresolved_names_are_listed_with_their_mentions(store):
    atlas = Atlas.open(store)
    first, *others = unplaced_names(atlas)
    assert (first.surface, first.mentions, first.articles) == ("زعتورينا", 2, 2)
    assert "كفرشمعونا" in [name.surface for name in others]
    mentions = unplaced_mentions(atlas, "زعتورينا")
    assert [mention.article_id for mention in mentions] == ["a2", "a1"]
    assert unplaced_names(atlas, filters=Filters(sources=("Sa3",))) == []
    assert countries_beside(atlas, ["زعتورينا"])["زعتورينا"]


def test_a_corrected_name_leaves_the_list(store):
    text = Atlas.open(store).article("a1")
    start = text.text.index("زعتورينا")
    place = user_entry("Zaaturina", 33.9, 35.6, name_ar="زعتورينا")
    Corrections(store).decide(
        draft(text, start, start + 8, verdict=Verdict.PLACE, place=place, who="Huda", scope=Scope.EVERYWHERE)
    )
    assert "زعتورينا" not in [name.surface for name in unplaced_names(Atlas.open(store))]


def test_refused_names_tell_their_score_and_reason_and_overlap_no_mention(gazetteer, geoparser):
    for text in TEXTS.values():
        spans = [(r.mention.start, r.mention.end) for r in geoparser.geoparse(text)]
        for refusal in refusals(text, gazetteer, -20.0):
            assert text[refusal.start : refusal.end] == refusal.surface
            assert refusal.reason
            assert all(refusal.end <= start or end <= refusal.start for start, end in spans)
            spans.append((refusal.start, refusal.end))


def test_a_lower_threshold_shows_more(gazetteer):
    text = " ".join(TEXTS.values())
    near, far = ({r.start for r in refusals(text, gazetteer, least)} for least in (-2.0, -20.0))
    assert near < far


@pytest.fixture
def looked(store, gazetteer, monkeypatch):
    monkeypatch.setattr("geo.why.LEAST", -20.0)
    assert look_through(Atlas.open(store), gazetteer) == (3, 3)
    return store


def test_refused_names_of_the_whole_atlas_are_listed_with_their_passages(looked):
    atlas = Atlas.open(looked)
    names = {name.surface: name for name in refused_names(atlas, -20.0)}
    assert (names["الباب"].times, names["الباب"].articles) == (2, 2)
    [newest, _] = refused_passages(atlas, "الباب", -20.0)
    assert (newest.article_id, TEXTS["a3"][newest.start : newest.end]) == ("a3", "الباب")
    assert [n.surface for n in refused_names(atlas, -20.0, filters=Filters(sources=("Sa1",)))] != list(names)
    assert len(refused_names(atlas, names["الباب"].score + 0.01)) < len(names)


def test_what_a_person_made_a_mention_is_not_refused_any_more(looked):
    text = Atlas.open(looked).article("a3")
    start = text.text.index("الباب")
    Corrections(looked).decide(draft(text, start, start + 5, verdict=Verdict.PLACE, place=MOSUL, who="Huda"))
    names = {name.surface: name.times for name in refused_names(Atlas.open(looked), -20.0)}
    assert names["الباب"] == 1


def test_articles_are_looked_through_once_and_new_ones_when_they_come(looked, gazetteer, geoparser, monkeypatch):
    new = article("وأغلق الحارس الباب مرة أخرى.", "a4")
    recipe = Atlas.open(looked).recipe
    with Writer(looked, recipe=recipe) as writer:
        writer.keep(TEXTS)
        writer.add([(new, geoparser.geoparse(new.text))])
        writer.finish()
    texts = []
    real = Atlas.texts_of
    monkeypatch.setattr(Atlas, "texts_of", lambda self, numbers: texts.extend(numbers) or real(self, numbers))
    assert look_through(Atlas.open(looked), gazetteer) == (4, 4)
    assert len(texts) == 1
    assert {n.surface: n.times for n in refused_names(Atlas.open(looked), -20.0)}["الباب"] == 3


def test_many_small_files_become_one(store, gazetteer, monkeypatch):
    monkeypatch.setattr("geo.why.AT_ONCE", 1)
    monkeypatch.setattr("geo.why.LEAST", -20.0)
    monkeypatch.setattr("geo.store.refused.MOST_FILES", 1)
    assert look_through(Atlas.open(store), gazetteer) == (3, 3)
    assert len(list((store / "refused").glob("*.parquet"))) == 1
    assert {n.surface: n.times for n in refused_names(Atlas.open(store), -20.0)}["الباب"] == 2


def test_a_budget_of_time_is_kept_to(store, gazetteer, monkeypatch):
    monkeypatch.setattr("geo.why.AT_ONCE", 1)
    assert look_through(Atlas.open(store), gazetteer, seconds=0) == (1, 3)


def test_the_command_line_lists_and_explains(store, capsys):
    assert main(["unplaced", "--store", str(store)]) == 0
    [line, *_] = capsys.readouterr().out.splitlines()
    assert line.split("\t")[:3] == ["2", "2", "زعتورينا"]
    assert "[زعتورينا]" in line
    assert main(["unplaced", "--refused", "-2", "--store", str(store)]) == 0
    assert "3 of 3 articles looked through" in capsys.readouterr().err
    start = TEXTS["a1"].index("طرابلس")
    assert main(["why", "a1", str(start + 2), "--store", str(store)]) == 0
    out = capsys.readouterr().out
    assert "CC BY 4.0" in out
    assert "Tripoli" in out
    assert main(["why", "a1", "3", "--store", str(store)]) == 2
    assert "its mentions begin at" in capsys.readouterr().err
