"""Distinct texts of a selection: near-copies count once, whatever is filtered."""

from __future__ import annotations

from datetime import date

import pytest
from places import LIBYA, MOSUL, article, geoparse

from geo.store import Atlas, Filters, Writer
from geo.store.narrowed import Narrowed
from geo.store.selection import EVERYTHING, Selection

STORY = " ".join(f"كلمة{n}" for n in range(300))
ARTICLES = [
    article(f"{STORY} في الموصل", "a1", published="2017-01-01", source="و"),
    article(f"{STORY} في الموصل وليبيا", "a2", published="2017-01-02", source="ص"),
    article(f"{STORY} في الموصل أمس", "a3", published="2017-01-03", source="ن"),
    article("خبر آخر عن الموصل", "a4", published="2017-01-03", source="ن"),
    article("لا مكان هنا", "a5"),
]


@pytest.fixture(scope="module")
def atlas(tmp_path_factory) -> Atlas:
    folder = tmp_path_factory.mktemp("texts") / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    return Atlas.open(folder)


@pytest.mark.parametrize(
    ("selection", "articles", "texts"),
    [
        (EVERYTHING, 4, 2),
        (Selection(filters=Filters(since=date(2017, 1, 2))), 3, 2),
        (Selection(filters=Filters(sources=("و", "ص"))), 2, 1),
        (Selection(filters=Filters(sources=("x",))), 0, 0),
        (Selection(confidence=0.5), 4, 2),
    ],
)
def test_copies_count_once(atlas, selection, articles, texts):
    totals = Narrowed(atlas, selection).totals
    assert (totals.articles, totals.texts) == (articles, texts)


def test_of_one_place_as_the_store_counts_it(atlas):
    narrowed = Narrowed(atlas)
    for place_id in (MOSUL.place_id, LIBYA.place_id):
        assert narrowed.texts(place_id) == atlas.place(place_id).texts
    assert narrowed.texts("nowhere:1") == 0


def test_without_copies_each_article_is_a_text(tmp_path):
    with Writer(tmp_path / "atlas", recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES[3:])
        writer.finish()
    assert Narrowed(Atlas.open(tmp_path / "atlas")).totals.texts == 1
