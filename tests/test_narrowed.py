"""Every answer of a narrowed atlas is counted by hand from all of its rows, under filters drawn at random."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo.corrections import Corrections, Scope, Verdict, draft
from geo.levels import Level, level_of
from geo.records import Article, Entry, Kind, StoredMention
from geo.store import Atlas, Filters, Writer, narrowed
from geo.store.filters import NOT_STATED
from geo.store.narrowed import Narrowed, Order
from geo.store.rows import day_of
from geo.store.selection import EVERYTHING, Clause, Selection
from geo.store.wanted import count_places
from geo.store.words import words_of
from geo.views.timeline import bars, bucket_of

ENTRIES = {entry.place_id: entry for entry in (MOSUL, SIRTE, LIBYA)}
DATES = ["2016-12-31", "2017-01-15", "2017-02-28", "2017-03", "2018", None]
TEXTS = [
    "من الموصل إلى سرت ثم الموصل. عاد إلى ليبيا.",
    "صحيفة الموصل في ليبيا",
    "سرت وحدها",
    "في ليبيا وفي سرت معا",
    "لا مكان هنا",
]
ARTICLES = [
    article(
        f"{text} رقم {n}",
        f"a{n:02}",
        source=f"s{n % 3}" if n % 4 else None,
        author=f"w{n % 2}" if n % 5 else None,
        language=None if n % 11 == 3 else "ar" if n % 7 else "en",
        published=published,
    )
    for n, (text, published) in enumerate((text, published) for text in TEXTS for published in DATES)
]
BY_ID = {item.article_id: item for item in ARTICLES}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory) -> Atlas:
    folder = tmp_path_factory.mktemp("narrowed")
    with Writer(folder, recipe="r1") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    return Atlas.open(folder)


@dataclass
class ByHand:
    """The same questions, answered in plain Python."""

    atlas: Atlas
    selection: Selection

    def rows(self) -> list[StoredMention]:
        return [one for one in self.atlas.mentions() if one.place_id and self.fits(one, BY_ID[one.article_id])]

    def fits(self, mention: StoredMention, item: Article) -> bool:
        asked = self.selection
        day = day_of(item.published)
        since, until = asked.filters.since, asked.filters.until
        return all(
            (
                asked.kind is None or mention.kind is asked.kind,
                mention.confidence >= asked.confidence,
                since is None or (day is not None and day >= since),
                until is None or (day is not None and day <= until),
                not asked.filters.sources or (item.source or "") in asked.filters.sources,
                not asked.authors or (item.author or "") in asked.authors,
                not asked.languages or (item.language or "") in asked.languages,
                self.of_place(ENTRIES[mention.place_id]),
                all(self.holds(item, clause) for clause in asked.text),
            )
        )

    def of_place(self, entry: Entry) -> bool:
        asked = self.selection
        of_country = not asked.countries or entry.country in asked.countries
        return of_country and (not asked.levels or level_of(entry) in asked.levels)

    def holds(self, item: Article, clause: Clause) -> bool:
        named = {mention.place_id for mention in self.atlas.mentions(article_id=item.article_id)}
        return f" {' '.join(clause.words)} " in f" {' '.join(words_of(item.text))} " or bool(named & set(clause.places))


def subsets(*values: object) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


days = st.none() | st.dates(date(2016, 12, 1), date(2018, 2, 1))
clauses = st.lists(
    st.sampled_from(
        [
            Clause(words=("سرت",)),
            Clause(words=("الي", "سرت")),
            Clause(words=("mosul",), places=(MOSUL.place_id,)),
            Clause(words=("nowhere",)),
        ]
    ),
    max_size=2,
).map(tuple)
selections = st.builds(
    Selection,
    filters=st.builds(Filters, since=days, until=days, sources=subsets("s0", "s1", NOT_STATED)),
    authors=subsets("w0", "w1", NOT_STATED),
    languages=subsets("ar", "en", NOT_STATED),
    countries=subsets("IQ", "LY"),
    levels=subsets(Level.CITY, Level.COUNTRY, Level.NATURAL),
    kind=st.sampled_from([Kind.LITERAL, Kind.ASSOCIATIVE, None]),
    confidence=st.sampled_from([0.0, 0.5, 0.95]),
    text=clauses,
)


@settings(deadline=None, max_examples=60)
@given(selection=selections, place=st.sampled_from(list(ENTRIES)), order=st.sampled_from(list(Order)))
def test_map_list_timeline_excerpts_and_counts_tell_the_same_story(atlas, selection, place, order):
    found, rows = Narrowed(atlas, selection), ByHand(atlas, selection).rows()
    mine = [one for one in rows if one.place_id == place]
    counted = Counter(one.place_id for one in rows)

    assert {count.entry.place_id: count.mentions for count in found.place_counts} == counted
    assert found.totals.mentions == len(rows)
    assert found.totals.articles == len({one.article_id for one in rows})
    assert found.totals.places == len(counted)

    here = found.count_of(place)
    assert (here.mentions, here.articles) == (len(mine), len({one.article_id for one in mine}))
    pages = [found.page(place, order, limit=4, offset=offset) for offset in range(0, len(mine) + 4, 4)]
    shown = [one for page in pages for one in page]
    assert sorted(shown, key=key) == sorted(mine, key=key)

    by_day = found.days(place)
    assert sum(by_day.all.values()) + by_day.undated == len(rows)
    assert sum(by_day.here.values()) + by_day.undated_here == len(mine)
    if by_day.all:
        drawn = bars(by_day, *bucket_of(min(by_day.all), max(by_day.all)))
        assert sum(bar.all for bar in drawn) == sum(by_day.all.values())
        assert sum(bar.here for bar in drawn) == sum(by_day.here.values())

    others = Counter()
    for article_id in {one.article_id for one in mine}:
        others.update({one.place_id for one in rows if one.article_id == article_id} - {place})
    assert {each.place_id: each.articles for each in found.together(place)} == others
    for other in set(ENTRIES) - {place}:
        assert found.sharing(place, other, limit=2)[0] == others[other]


def key(mention: StoredMention) -> tuple[str, int]:
    return mention.article_id, mention.start


def test_one_article_s_excerpts_stay_together(atlas):
    for order in Order:
        ids = [one.article_id for one in Narrowed(atlas).page(SIRTE.place_id, order, limit=99, offset=0)]
        assert len(set(ids)) == len([one for one, before in zip(ids, [None, *ids], strict=False) if one != before])


def test_the_article_that_names_a_place_most_comes_first(atlas):
    found = Narrowed(atlas).page(MOSUL.place_id, Order.RELEVANCE, limit=2, offset=0)
    assert len({one.article_id for one in found}) == 1


def test_newest_first_has_the_undated_last(atlas):
    found = Narrowed(atlas).page(SIRTE.place_id, Order.DATE, limit=99, offset=0)
    published = list(dict.fromkeys(BY_ID[one.article_id].published for one in found))
    assert published == ["2018", "2017-03", "2017-02-28", "2017-01-15", "2016-12-31", None]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("offset", [0, 5, 17])
def test_a_page_of_many_is_told_by_narrow_columns_and_is_the_same(atlas, monkeypatch, order, offset):
    found = Narrowed(atlas)
    near = found.page(SIRTE.place_id, order, limit=6, offset=offset)
    monkeypatch.setattr(narrowed, "_FEW", 0)
    assert found.page(SIRTE.place_id, order, limit=6, offset=offset) == near


def test_the_same_sentence_is_closer_than_the_same_article(atlas):
    together = {each.place_id: each for each in Narrowed(atlas).together(MOSUL.place_id)}
    assert (together[SIRTE.place_id].articles, together[SIRTE.place_id].sentences) == (6, 6)
    assert (together[LIBYA.place_id].articles, together[LIBYA.place_id].sentences) == (6, 0)


def test_an_unknown_place_is_none_and_a_filtered_one_is_zero(atlas):
    assert Narrowed(atlas).count_of("geonames:1") is None
    assert Narrowed(atlas, Selection(languages=("fr",))).count_of(MOSUL.place_id).mentions == 0


def test_the_values_of_a_filter_are_counted_by_article(atlas):
    counted = Counter(item.author or NOT_STATED for item in ARTICLES)
    assert dict(Narrowed(atlas).values("author")) == counted
    with pytest.raises(ValueError, match="no filter"):
        Narrowed(atlas).values("text")


@pytest.mark.parametrize("selection", [EVERYTHING, Selection(authors=("w0", NOT_STATED)), Selection(kind=None)])
def test_the_values_of_the_selected_articles_are_counted(atlas, selection):
    selected = {row.article_id for row in ByHand(atlas, selection).rows()}
    for column, counted in Narrowed(atlas, selection).articles_by_value.items():
        assert counted == Counter(getattr(BY_ID[one], column) or NOT_STATED for one in selected)


def test_everything_is_what_is_meant_as_a_place(atlas):
    assert Narrowed(atlas, EVERYTHING).totals.mentions == len(atlas.mentions(kind=Kind.LITERAL)) - len(
        [one for one in atlas.mentions(kind=Kind.LITERAL) if not one.place_id]
    )


def test_what_people_decided_is_under_every_answer(tmp_path):
    store = tmp_path / "atlas"
    with Writer(store, recipe="r1") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    before = Atlas.open(store)
    start = ARTICLES[0].text.index("سرت")
    wrong = {"verdict": Verdict.NOT_A_PLACE, "scope": Scope.EVERYWHERE, "who": "t"}
    Corrections(store).decide(draft(ARTICLES[0], start, start + 3, **wrong))
    after = Atlas.open(store)
    assert Narrowed(before).key() != Narrowed(after).key()
    found = Narrowed(after)
    assert found.count_of(SIRTE.place_id).mentions == 0
    assert SIRTE.place_id not in {each.place_id for each in found.together(MOSUL.place_id)}
    assert not found.days(SIRTE.place_id).here
    assert found.page(SIRTE.place_id, Order.DATE, limit=9, offset=0) == []


@given(selections, st.sampled_from([None, MOSUL.place_id, SIRTE.place_id, LIBYA.place_id, "nowhere:1"]))
@settings(max_examples=60, deadline=None)
def test_an_export_of_a_selection_counts_as_the_page_does(atlas, selection, place_id):
    narrowed = Narrowed(atlas, selection)
    counts = {count.entry.place_id: count.mentions for count in count_places(atlas, narrowed.wanted(place_id))}
    assert counts == {
        count.entry.place_id: count.mentions
        for count in narrowed.place_counts
        if place_id is None or count.entry.place_id == place_id
    }
