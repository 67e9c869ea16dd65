"""The figures must not fall: a drop below a floor of tests/data/floors.json fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.articles import read_folder
from geo.evaluate import evaluate
from geo.records import Article, Kind
from geo.resolve import geoparse
from geo.settings import ROOT, Settings

DATA = Path(__file__).parent / "data"
SHARED = ROOT.parent / "shared"
FLOORS = json.loads((DATA / "floors.json").read_text(encoding="utf-8"))
LOWERED = FLOORS.pop("lowered")


def seeds_gold():
    texts = {item.path: item.text for item in read_folder(ROOT / "seeds", Settings()) if isinstance(item, Article)}
    lines = (DATA / "seeds_gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [{**gold, "text": texts[gold["id"]]} for gold in map(json.loads, lines)]


def gold(name):
    if name == "seeds":
        return seeds_gold()
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} lies beside the repository, not in it")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def predictions(documents, gazetteer):
    return [
        {"id": document["id"], "mentions": [mention(r) for r in geoparse(document["text"], gazetteer) if is_literal(r)]}
        for document in documents
    ]


def is_literal(resolution):
    return resolution.mention.kind is Kind.LITERAL


def mention(resolution):
    entry = resolution.entry
    where = {"lat": entry.lat, "lon": entry.lon} if entry else {"lat": None, "lon": None}
    return {"start": resolution.mention.start, "end": resolution.mention.end, **where}


@pytest.mark.parametrize("name", list(FLOORS))
def test_no_figure_falls_below_its_floor(name, gazetteer):
    documents = gold(name)
    figures = evaluate(documents, predictions(documents, gazetteer))
    if figures["traps"]:
        figures["traps_missed"] = 1 - figures["traps_hit"] / figures["traps"]
    fallen = {key: figures[key] for key, floor in FLOORS[name].items() if figures[key] < floor}
    assert not fallen


def test_each_surface_of_our_gold_is_what_the_article_says():
    for document in seeds_gold():
        for toponym in document["toponyms"]:
            assert document["text"][toponym["start"] : toponym["end"]] == toponym["surface"]


def test_a_lowered_floor_has_a_written_reason():
    assert all(set(item) == {"floor", "from", "to", "reason"} and item["reason"] for item in LOWERED)
