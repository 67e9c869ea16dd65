from __future__ import annotations

import argparse
import importlib.util
import math
import random
from types import ModuleType
from typing import Any

import pytest

from geo.evaluate import evaluate, format_report, list_errors
from geo.settings import ROOT

SHARED_TOOL = ROOT.parent / "shared" / "tools" / "evaluate.py"
TEXT = "سقطت الموصل ثم الرقة ثم سرت وصحيفة البصرة"


def toponym(surface: str, lat: float | None = 36.0, lon: float | None = 43.0, **more: Any) -> dict[str, Any]:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "lat": lat, "lon": lon, "kind": "literal", **more}


def gold(*toponyms: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [{"id": 1, "text": TEXT, "toponyms": list(toponyms), **more}]


def predicted(*mentions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": "1", "mentions": list(mentions)}]


def test_a_perfect_prediction_has_full_marks():
    mosul = toponym("الموصل")
    figures = evaluate(gold(mosul), predicted(mosul))
    assert figures["strict_F1"] == figures["overlap_F1"] == figures["acc@25km"] == figures["e2e_F1"] == 1
    assert figures["AUC"] == figures["mean_km"] == 0


def test_no_prediction_has_none():
    figures = evaluate(gold(toponym("الموصل")), [])
    assert figures["strict_F1"] == figures["e2e_F1"] == figures["acc@161km"] == 0
    assert figures["AUC"] is figures["mean_km"] is None
    assert figures["docs_without_prediction"] == 1


def test_a_part_of_the_span_overlaps_but_is_not_strictly_right():
    part = toponym("موصل")
    figures = evaluate(gold(toponym("الموصل")), predicted(part))
    assert (figures["strict_F1"], figures["overlap_F1"]) == (0, 1)


def test_an_alternative_span_is_strictly_right():
    start = TEXT.index("موصل")
    figures = evaluate(gold(toponym("الموصل", alt_spans=[[start, start + 4]])), predicted(toponym("موصل")))
    assert figures["strict_F1"] == 1


def test_an_associative_toponym_counts_neither_way():
    basra = toponym("البصرة", kind="associative")
    mosul = toponym("الموصل")
    assert evaluate(gold(mosul, basra), predicted(mosul))["strict_R"] == 1
    assert evaluate(gold(mosul, basra), predicted(mosul, basra))["strict_P"] == 1


def test_the_same_span_predicted_twice_counts_once():
    mosul = toponym("الموصل")
    assert evaluate(gold(mosul), predicted(mosul, mosul))["strict_P"] == 1


def test_an_unresolved_mention_is_found_but_not_placed():
    figures = evaluate(gold(toponym("الموصل")), predicted(toponym("الموصل", None, None)))
    assert (figures["strict_F1"], figures["acc@161km"], figures["unresolved"]) == (1, 0, 1)
    assert figures["AUC"] == pytest.approx(1, abs=1e-4)


def test_a_country_is_right_inside_its_radius():
    country = toponym("الموصل", radius_km=400, **{"class": "country"})
    figures = evaluate(gold(country), predicted(toponym("الموصل", 38.5)))
    assert (figures["acc@161km"], figures["lenient161"], figures["e2e_lenient_F1"]) == (0, 1, 1)
    assert figures["by_class"] == {"country": {"n": 1, "acc@161km": 0, "acc@25km": 0, "lenient161": 1}}


def test_a_town_fifty_kilometres_off_is_near_but_not_the_town():
    figures = evaluate(gold(toponym("الموصل")), predicted(toponym("الموصل", 36.45)))
    assert (figures["acc@161km"], figures["acc@25km"]) == (1, 0)
    assert figures["median_km"] == pytest.approx(50, abs=1)


def test_a_trap_is_hit_by_a_mention_that_matches_nothing():
    trap = toponym("سقطت")
    figures = evaluate(gold(toponym("الموصل"), traps=[trap]), predicted(trap))
    assert (figures["traps"], figures["traps_hit"]) == (1, 1)


def test_errors_are_listed_with_their_surroundings():
    lines = list_errors(gold(toponym("الموصل"), toponym("سرت")), predicted(toponym("الرقة"), toponym("سرت", 0.0)), 5)
    assert [line.split()[0] for line in lines] == ["MISSED", "SPURIOUS", "FAR"]
    assert "[الموصل]" in lines[0]
    assert lines[2].startswith("FAR 4003 km 1 ")


def test_the_report_shows_every_figure_and_a_dash_for_none():
    mosul = toponym("الموصل")
    assert "span, strict" in format_report(evaluate(gold(mosul, traps=[mosul]), predicted(mosul)))
    assert "median - km" in format_report(evaluate(gold(mosul), []))


@pytest.fixture(scope="module")
def shared_tool() -> ModuleType:
    if not SHARED_TOOL.exists():
        pytest.skip("the evaluator that defines the metrics is not beside this repository")
    spec = importlib.util.spec_from_file_location("shared_evaluate", SHARED_TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(40))
def test_the_figures_are_those_of_the_tool_that_defines_them(shared_tool, seed):
    documents, predictions = random_case(random.Random(seed))
    options = argparse.Namespace(associative="ignore", classes=None, no_alt=False, bootstrap=0)
    expected = shared_tool.evaluate(documents, predictions, options)[0]
    assert flat(evaluate(documents, predictions)) == pytest.approx(flat(expected), nan_ok=True)


def random_case(source: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    documents = [random_document(source, number) for number in range(source.randrange(6))]
    predictions = [
        {"id": document["id"], "mentions": [random_toponym(source, document) for _ in range(source.randrange(9))]}
        for document in documents
        if source.random() < 0.8
    ]
    return documents, predictions


def random_document(source: random.Random, number: int) -> dict[str, Any]:
    document: dict[str, Any] = {"id": number, "text": "x" * 40, "toponyms": []}
    document["toponyms"] = [random_toponym(source, document) for _ in range(source.randrange(9))]
    if source.random() < 0.5:
        document["traps"] = [random_toponym(source, document) for _ in range(3)]
    return document


def random_toponym(source: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Half the time near one that is there already, so that spans and places meet."""
    known = document["toponyms"]
    if known and source.random() < 0.7:
        base = source.choice(known)
        start, end = base["start"], base["end"] + source.randrange(2)
        lat = base["lat"] if base["lat"] is None else base["lat"] + source.choice([0, 0.1, 1, 3])
    else:
        start = source.randrange(30)
        end, lat = start + source.randrange(1, 9), source.uniform(-80, 80)
    located = lat is not None and source.random() < 0.8
    item: dict[str, Any] = {
        "start": start,
        "end": end,
        "lat": lat if located else None,
        "lon": 10.0 if located else None,
    }
    item["kind"] = source.choice(["literal", "literal", "associative", "unknown"])
    if source.random() < 0.3:
        item["alt_spans"] = [[start, end + 1], [max(0, start - 1), end]]
    if source.random() < 0.5:
        item |= {"class": source.choice(["city", "country"]), "radius_km": source.choice([None, 400])}
    return item


def flat(figures: dict[str, Any], prefix: str = "") -> dict[str, float]:
    found: dict[str, float] = {}
    for key, value in figures.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = math.nan if value is None else float(value)
    return found
