"""The public names of `geo`, as the README shows them."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from places import MOSUL, SIRTE, article
from places import geoparse as geoparse_places

import geo
from geo.errors import QuestionError
from geo.settings import ROOT
from geo.store import Writer

TEXTS = ["من الموصل إلى سرت ثم الموصل", "صحيفة الموصل", "أطلنطس"]


@pytest.fixture
def atlas(tmp_path):
    with Writer(tmp_path / ".atlas", recipe="r") as writer:
        items = [article(text, f"a{n}", published=f"201{n}") for n, text in enumerate(TEXTS)]
        writer.add((item, geoparse_places(item.text)) for item in items)
        writer.finish()
    return geo.open_atlas(tmp_path / ".atlas")


def test_the_readme_s_example_runs(atlas, monkeypatch):
    monkeypatch.chdir(atlas.folder.parent)
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, pd.DataFrame] = {}
    exec(example, names)
    assert list(names["mentions"]["name"]) == ["Mosul", "Raqqa"]
    assert list(names["mentions"].index) == [0, 1]
    assert list(names["excerpts"]["excerpt"]) == [TEXTS[0]] * 2


def test_mentions_join_their_texts():
    frame = pd.DataFrame(
        {"body": ["في مدينة الموصل", None, "لا شيء"], "outlet": ["x", None, "y"]}, index=["a", "b", "c"]
    )
    joined = frame.join(geo.geoparse(frame, text="body", source="outlet"))
    assert list(joined.index) == ["a", "b", "c"]
    assert joined.loc["a", "place_id"] == MOSUL.place_id
    assert joined.loc["a", "body"][int(joined.loc["a", "start"]) : int(joined.loc["a", "end"])] == "الموصل"


def test_an_index_that_repeats_is_refused_because_it_would_join_wrong_pairs():
    frame = pd.concat([pd.DataFrame({"text": ["Raqqa"]}), pd.DataFrame({"text": ["Mosul"]})])
    with pytest.raises(QuestionError, match=r"index .* repeats.*reset_index\(\) first"):
        geo.geoparse(frame)


def test_a_column_that_both_have_is_joined_under_a_prefix():
    frame = pd.DataFrame({"text": ["Raqqa"], "name": ["x"]})
    assert list(frame.join(geo.geoparse(frame).add_prefix("found_"))["found_name"]) == ["Raqqa"]


def test_no_names_make_an_empty_frame_with_all_columns():
    found = geo.geoparse(pd.DataFrame({"text": ["لا شيء"]}))
    assert len(found) == 0
    assert "place_id" in found.columns


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(QuestionError, match="no column 'text'; it has body"):
        geo.geoparse(pd.DataFrame({"body": ["x"]}))


def test_excerpts_are_found_by_name_or_id(atlas):
    for name in ("سرت", "Sirte", SIRTE.place_id):
        assert list(geo.excerpts_of(atlas, name)["surface"]) == ["سرت"]
    assert len(geo.excerpts_of(atlas, "Mosul", limit=1)) == 1
    for limit in (-1, 10**20):
        with pytest.raises(QuestionError, match=f"limit={limit}: give a whole number"):
            geo.excerpts_of(atlas, "Mosul", limit=limit)
    with pytest.raises(QuestionError, match="names no such place"):
        geo.excerpts_of(atlas, "Paris")
