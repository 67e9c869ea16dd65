"""What an atlas answers under filters; every count is also counted by hand from the mentions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo.records import Article, Kind
from geo.store import Atlas, Filters, Writer, rollup, words
from geo.store.filters import NO_FILTERS

DATES = ["2016-12-31", "2017-01-01", "2017-01-15", "2017-02-28", "2017-03", "2018", None]
TEXTS = ["من الموصل إلى سرت ثم الموصل", "صحيفة الموصل في ليبيا", "سرت", "في لِيبْيا وفي سرت", "لا مكان"]
ARTICLES = [
    article(f"{text} رقم {n}", f"a{n}", source=f"s{n % 3}" if n % 4 else None, published=published)
    for n, (text, published) in enumerate((text, published) for text in TEXTS for published in DATES)
]


@pytest.fixture(scope="module")
def atlas(tmp_path_factory) -> Atlas:
    return Atlas.open(written(tmp_path_factory.mktemp("questions"), ARTICLES))


def written(folder: Path, articles: list[Article], kept: set[str] | None = None) -> Path:
    with Writer(folder, recipe="r1") as writer:
        writer.add((item, geoparse(item.text)) for item in articles)
        writer.finish(kept=kept or set())
    return folder


def counts(atlas: Atlas, kind: Kind, filters: Filters) -> dict[str, tuple[int, int]]:
    found = atlas.place_counts(kind, filters=filters)
    return {item.entry.place_id: (item.mentions, item.articles) for item in found}


def counted(atlas: Atlas, kind: Kind, filters: Filters) -> dict[str, tuple[int, int]]:
    found = [item for item in atlas.mentions(kind=kind, filters=filters) if item.place_id]
    mentions = Counter(item.place_id for item in found)
    articles = Counter(place_id for place_id, _ in {(item.place_id, item.article_id) for item in found})
    return {place_id: (mentions[place_id], articles[place_id]) for place_id in mentions}


days = st.none() | st.dates(date(2016, 11, 1), date(2018, 3, 1)) | st.sampled_from([date.min, date.max])


@settings(deadline=None)
@given(
    since=days,
    until=days,
    sources=st.lists(st.sampled_from(["s0", "s1", "s2", "no"])),
    kind=st.sampled_from(list(Kind)),
)
def test_counts_under_filters_are_those_of_the_mentions(atlas, since, until, sources, kind):
    filters = Filters(since=since, until=until, sources=tuple(sources))
    assert counts(atlas, kind, filters) == counted(atlas, kind, filters)


def test_both_ends_of_the_dates_count_in(atlas):
    day = Filters(since=date(2017, 1, 15), until=date(2017, 1, 15))
    assert {atlas.article(item.article_id).published for item in atlas.mentions(filters=day)} == {"2017-01-15"}


def test_an_article_dated_by_its_month_counts_on_the_first(atlas):
    day = Filters(since=date(2017, 3, 1), until=date(2017, 3, 1))
    assert {atlas.article(item.article_id).published for item in atlas.mentions(filters=day)} == {"2017-03"}


def test_one_place_under_filters_may_have_no_mentions_left(atlas):
    nobody = atlas.place(MOSUL.place_id, filters=Filters(sources=("nobody",)))
    assert nobody is not None
    assert (nobody.mentions, nobody.articles) == (0, 0)


def test_a_page_of_mentions_goes_on_where_the_last_one_ended(atlas):
    all_of_them = atlas.mentions(place_id=SIRTE.place_id)
    pages = [atlas.mentions(place_id=SIRTE.place_id, limit=5, offset=offset) for offset in range(0, 25, 5)]
    assert [item for page in pages for item in page] == all_of_them


def test_newest_come_first_and_undated_last(atlas):
    found = atlas.mentions(place_id=LIBYA.place_id, newest_first=True)
    published = list(dict.fromkeys(atlas.article(item.article_id).published for item in found))
    assert published == ["2018", "2017-03", "2017-02-28", "2017-01-15", "2017-01-01", "2016-12-31", None]


def test_places_named_together_are_counted_by_article(atlas):
    together = {item.entry.name: item.articles for item in atlas.named_together(SIRTE.place_id)}
    assert together == {"Mosul": len(DATES)}


def test_places_named_together_heed_the_filters(atlas):
    only = Filters(sources=("s1",))
    [mosul] = atlas.named_together(SIRTE.place_id, filters=only)
    both = {item.article_id for item in atlas.mentions(place_id=MOSUL.place_id, kind=Kind.LITERAL, filters=only)}
    assert mosul.articles == len(both)


@pytest.mark.parametrize("spelling", ["الى سرت", "إلى سِرْت", "إلى، سرت!", "إلى\nسـرت"])
def test_a_phrase_is_found_however_it_is_spelled(atlas, spelling):
    assert atlas.search(spelling).articles == len(DATES)


def test_words_of_a_phrase_must_follow_each_other(atlas):
    assert atlas.search("سرت الموصل").articles == 0
    assert atlas.search("سرت ثم الموصل").articles == len(DATES)


def test_a_number_is_a_word_in_whichever_digits(atlas):
    assert atlas.search("رقم ٣").article_ids == atlas.search("رقم 3").article_ids == ["a3"]


def test_a_search_heeds_the_filters_and_gives_one_page_of_all(atlas):
    only = Filters(since=date(2017, 1, 1), until=date(2017, 1, 31))
    found = atlas.search("الموصل", filters=only, limit=3)
    assert (found.articles, len(found.article_ids)) == (4, 3)
    assert len(atlas.search("الموصل", filters=only, limit=3, offset=3).article_ids) == 1


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 500), max_size=300), min_size=1, max_size=3), st.integers(1, 600))
def test_a_phrase_begins_where_its_words_follow_each_other(ordinals, stretch):
    sets = [set(each) for each in ordinals]
    wanted = sorted(start for start in range(-2, 501) if all(start + n in each for n, each in enumerate(sets)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_STRETCH", stretch)
        assert words.in_a_row([np.array(sorted(each), np.int64) for each in sets]).tolist() == wanted


@pytest.mark.parametrize("phrase", ["", " ؟ ", "\u0640"])
def test_a_phrase_without_words_is_found_nowhere(atlas, phrase):
    assert atlas.search(phrase).articles == 0


def test_what_is_removed_is_in_no_answer(tmp_path):
    kept = {item.article_id for item in ARTICLES[::2]}
    written(tmp_path, ARTICLES)
    after = Atlas.open(written(tmp_path, [], kept=kept))
    assert {item.article_id for item in after.mentions()} <= kept
    assert counts(after, Kind.LITERAL, NO_FILTERS) == counted(after, Kind.LITERAL, NO_FILTERS)
    assert set(after.search("سرت", limit=99).article_ids) <= kept


def test_counts_stay_right_when_rollups_are_summed_up(tmp_path, monkeypatch):
    monkeypatch.setattr(rollup, "_MAX_FILES", 1)
    written(tmp_path, ARTICLES)
    after = Atlas.open(written(tmp_path, ARTICLES[:3], kept={item.article_id for item in ARTICLES[3:]}))
    assert len(after.files_of("place_days")) == 1
    for filters in (NO_FILTERS, Filters(since=date(2017, 1, 2))):
        assert counts(after, Kind.LITERAL, filters) == counted(after, Kind.LITERAL, filters)
