"""`export --gold`, and the licences that an export names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from places import MOSUL, SIRTE, article, geoparse

from geo import __main__ as cli
from geo.corrections import Corrections, Verdict, draft
from geo.export import export
from geo.export.provenance import LICENCE, Provenance, further_sources
from geo.gazetteer.added import Added
from geo.jsonl import read_gold
from geo.store import Atlas, Writer
from geo.store.wanted import Wanted


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add(
            (item, geoparse(item.text)) for item in (article("من الموصل إلى سرت", "a1"), article("في سرت", "a2"))
        )
        writer.finish()
    reviewed = draft(Atlas.open(folder).article("a1"), 0, 0, verdict=Verdict.REVIEWED, who="Huda")
    Corrections(folder).decide(reviewed)
    return folder


def test_gold_is_written_as_evaluate_reads_it(folder, tmp_path, capsys):
    output = tmp_path / "gold.jsonl"
    assert cli.main(["export", "--gold", "--store", str(folder), "--output", str(output)]) == 0
    assert "1 articles corrected to their end" in capsys.readouterr().err
    [document] = read_gold(output)
    assert (document["id"], len(document["toponyms"])) == ("a1", 2)


def test_gold_goes_to_standard_output_if_no_file_is_named(folder, capfdbinary):
    assert cli.main(["export", "--gold", "--quiet", "--store", str(folder)]) == 0
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["id"] == "a1"
    assert err == b""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gold", "--place", "Mosul"], "leave the filters away"),
        (["--format", "csv"], "--output: name the file"),
    ],
)
def test_what_makes_no_sense_is_said(folder, capsys, options, said):
    assert cli.main(["export", *options, "--store", str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_gold_and_a_format_exclude_each_other(folder, capsys):
    with pytest.raises(SystemExit):
        cli.main(["export", "--gold", "--format", "csv", "--store", str(folder), "--output", "-"])
    assert "not allowed with" in capsys.readouterr().err


def added(name: str, source: str, licence: str) -> Added:
    return Added(
        name=name,
        geonames=False,
        file=f"{name}.csv",
        source=source,
        licence=licence,
        filters="",
        added_at="2026-01-01T00:00:00Z",
        rows=1,
        bad=0,
        digest="x",
    )


def test_only_the_sources_that_places_come_from_are_named():
    known = [added("villages", "Survey of villages", "CC BY 4.0"), added("camps", "", "")]
    assert further_sources([MOSUL], known) == []
    places = [MOSUL, replace(SIRTE, place_id="villages:7"), replace(SIRTE, place_id="nominatim:node-1")]
    assert further_sources(
        [*places, replace(SIRTE, place_id="camps:1"), replace(SIRTE, place_id="user:1,2")], known
    ) == [
        "camps (camps.csv) (licence not stated)",
        "OpenStreetMap contributors, by Nominatim (ODbL 1.0)",
        "entered by a reader (licence not stated)",
        "Survey of villages (CC BY 4.0)",
    ]


def test_an_export_names_the_service_that_placed_a_name(tmp_path, monkeypatch):
    monkeypatch.setenv("ARTICLE_ATLAS_GAZETTEERS", str(tmp_path / "none"))
    found = replace(SIRTE, place_id="photon:node-5")
    item = article("في سرت", "a1")
    with Writer(tmp_path / "atlas", recipe="r") as writer:
        writer.add([(item, [replace(each, entry=found) for each in geoparse(item.text)])])
        writer.finish()
    atlas = Atlas.open(tmp_path / "atlas")
    export(atlas, Wanted(), "jsonl", tmp_path / "rows.jsonl")
    line = json.loads((tmp_path / "rows.jsonl").read_text(encoding="utf-8"))
    assert "OpenStreetMap contributors, by Photon (ODbL 1.0)" in line["provenance"]
    assert Provenance.of(atlas).licence == LICENCE
