"""The page without a browser: which sight an address asks for, and what is said when something is amiss."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import streamlit as st
from places import MOSUL
from streamlit.testing.v1 import AppTest

from geo.store import Atlas
from geo.store.lock import take_lock
from geo.views import words

TEXT = "وصل إلى الموصل.\n\nثم مضى من الموصل إلى ليبيا."


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Runs the dashboard on a folder, with an atlas of its own."""

    def run(corpus: Path, **query: str) -> AppTest:
        monkeypatch.setenv("ARTICLE_ATLAS_CORPUS", str(corpus))
        monkeypatch.setenv("ARTICLE_ATLAS_STORE", str(tmp_path / "atlas"))
        app = AppTest.from_file("../dashboard.py", default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return run


def panel_of(app: AppTest) -> dict:
    """What the reading panel was told to show."""
    return next(data for data in map(data_of, app.get("bidi_component")) if "view" in data)


def data_of(element) -> dict:
    return json.loads(element.proto.json)


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_the_page_opens_on_the_list(page, corpus):
    app = page(corpus, lang="en")
    assert not app.exception
    assert panel_of(app)["view"] == "places"


def test_the_page_opens_on_the_place_in_the_address(page, corpus):
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id))
    assert shown["place"]["name"] == "Mosul"
    assert [item["keyword"] for group in shown["groups"] for item in group["items"]] == ["الموصل", "الموصل"]


def test_an_unknown_place_is_said_so(page, corpus):
    shown = panel_of(page(corpus, lang="en", place="nowhere"))
    assert (shown["view"], shown["notice"]) == ("places", words.ENGLISH["unknown_place"])


def test_the_filters_narrow_everything_on_the_page(page, corpus):
    app = page(corpus, lang="en", q="Mosul", level="country")
    assert [row["name"] for row in panel_of(app)["places"]] == ["Libya"]
    bar = next(data for data in map(data_of, app.get("bidi_component")) if "chips" in data)
    assert bar["totals"] == "1 mention in 1 article, 1 place"
    assert [chip["label"] for chip in bar["chips"]] == ["Kind of place: country", "Text: Mosul"]


def test_an_empty_result_says_which_filter_is_the_reason(page, corpus):
    shown = panel_of(page(corpus, lang="en", since="2020-01-01", level="city"))
    assert shown["places"] == []
    assert [offer["text"] for offer in shown["empty"]["offers"]] == [
        "Without “Published: from 1 January 2020”: 2 mentions"
    ]


def test_no_filter_alone_may_be_the_reason(page, corpus):
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id, since="2020-01-01", level="sea"))
    assert "sea" in shown["notice"]
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id, since="2020-01-01", level="natural"))
    assert shown["none"] == "Mosul is not named under these filters."
    assert [offer["text"] for offer in shown["empty"]["offers"]] == [
        "No filter alone is the reason; without all of them: 2 mentions"
    ]


def test_a_page_after_the_last_one_is_the_last_one(page, corpus):
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id, page="99"))
    assert len(shown["groups"]) == 1


def test_two_places_side_by_side(page, corpus):
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id, tab="compare", other="cldr:LY"))["compare"]
    assert [side["name"] for side in shown["sides"]] == ["Mosul", "Libya"]
    assert shown["shared"] == "1 article"


def test_places_named_together_are_lines_on_the_map(page, corpus):
    shown = panel_of(page(corpus, lang="en", place=MOSUL.place_id, tab="together"))
    assert [(row["name"], row["sentences"], row["articles"]) for row in shown["together"]["rows"]] == [
        ("Libya", "1", "1")
    ]
    assert len(shown["scene"]["lines"]) == 1


def test_a_store_without_a_corpus_is_shown_as_it_is(page, corpus, monkeypatch, tmp_path):
    page(corpus)
    monkeypatch.delenv("ARTICLE_ATLAS_CORPUS")
    app = AppTest.from_file("../dashboard.py", default_timeout=120)
    app.query_params["lang"] = "en"
    assert {row["name"] for row in panel_of(app.run())["places"]} == {"Mosul", "Libya"}
    assert Atlas.open(tmp_path / "atlas").run == 1


def test_a_folder_that_is_no_atlas_is_named_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.delenv("ARTICLE_ATLAS_CORPUS", raising=False)
    monkeypatch.setenv("ARTICLE_ATLAS_STORE", str(tmp_path))
    app = AppTest.from_file("../dashboard.py", default_timeout=120).run()
    assert not app.exception
    assert "geo ingest" in app.error[0].value.replace("\\", "")


def test_a_missing_folder_is_named_with_a_remedy(page, tmp_path):
    app = page(tmp_path / "no_such", lang="en")
    assert not app.exception
    assert "CORPUS" in app.error[0].value


def test_an_empty_folder_is_named_with_a_remedy(page, tmp_path):
    (tmp_path / "empty").mkdir()
    app = page(tmp_path / "empty", lang="en")
    assert not app.exception
    assert "reload this page" in app.info[0].value


def test_a_file_that_cannot_be_read_is_listed(page, corpus):
    (corpus / "two.txt").write_bytes(b"")
    app = page(corpus, lang="en")
    told = [data for data in map(data_of, app.get("bidi_component")) if "set_aside" in data]
    assert [file["path"] for file in told[0]["set_aside"]] == ["two.txt"]


@pytest.fixture
def damaged(page, corpus, monkeypatch, tmp_path):
    """Shows the atlas of the corpus as it is, after something was done to the data files of a table."""

    def run(table: str, change: Callable[[Path], object]) -> AppTest:
        page(corpus)
        monkeypatch.delenv("ARTICLE_ATLAS_CORPUS")
        st.cache_resource.clear()  # as a server that was started after the damage
        st.cache_data.clear()
        for file in (tmp_path / "atlas" / table).glob("*.parquet"):
            change(file)
        app = AppTest.from_file("../dashboard.py", default_timeout=120)
        app.query_params["place"] = MOSUL.place_id
        return app.run()

    return run


def without_column(name: str) -> Callable[[Path], object]:
    return lambda file: pq.write_table(pq.ParquetFile(file).read().drop_columns([name]), file)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("mentions", without_column("day")),
        ("articles", without_column("title")),
        ("places", without_column("lat")),
        ("mentions", lambda file: file.write_bytes(b"PAR1 no parquet")),
        ("articles", Path.unlink),
    ],
)
def test_a_damaged_atlas_is_a_sentence_with_a_remedy(damaged, table, change):
    app = damaged(table, change)
    assert not app.exception
    said = " ".join(element.value for element in app.error).replace("\\", "")
    assert "atlas" in said
    assert "ingest" in said


def test_an_atlas_that_is_being_written_is_shown_with_a_notice(page, corpus, tmp_path):
    page(corpus)
    st.cache_resource.clear()
    lock = take_lock(tmp_path / "atlas")
    try:
        app = page(corpus, lang="en")
    finally:
        os.close(lock)
    assert panel_of(app)["places"]
    told = [data["notice"] for data in map(data_of, app.get("bidi_component")) if "chips" in data]
    assert told == [words.ENGLISH["being_written"]]
