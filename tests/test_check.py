from __future__ import annotations

import shutil

import pytest

from geo.check import check
from geo.gazetteer.rows import COLUMNS
from geo.settings import ROOT, Settings, load


@pytest.fixture
def data(tmp_path):
    for folder in ("basemap", "lexicon"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / folder)
    (tmp_path / "gazetteer").mkdir()
    return tmp_path


def row(**cells):
    values = dict.fromkeys(COLUMNS, "") | {"name_ar": "سرت", "name": "Sirte", "lat": "31.2", "lon": "16.6"}
    values |= {"code": "PPL", "country": "LY", "prominence": "3", **cells}
    return "\t".join(values[name] for name in COLUMNS)


def write(data, *rows):
    (data / "gazetteer" / "x.tsv").write_text("\n".join(["\t".join(COLUMNS), *rows, ""]), encoding="utf-8")


def findings(data, tmp_path):
    return list(check(Settings(data=data, cache=tmp_path / "cache")))


def test_the_repository_s_own_rows_pass():
    assert all(finding.passed for finding in check(load()))


def test_a_bad_row_fails_and_is_named(data, tmp_path):
    write(data, row(id="a", lat="91"))
    (finding,) = findings(data, tmp_path)
    assert not finding.passed
    assert "x.tsv:2: lat '91'" in finding.what
    assert finding.remedy


def test_a_town_far_outside_its_country_is_a_suspect(data, tmp_path):
    write(data, row(id="a"), row(id="b", name_ar="صرت", lat="51.5", lon="0.1"))
    suspects = findings(data, tmp_path)[1].suspects
    assert [suspect.partition(" ")[0] for suspect in suspects] == ["x.tsv:3:"]


def test_one_place_written_twice_is_a_suspect(data, tmp_path):
    write(data, row(id="a"), row(id="b", lat="31.21"))
    assert findings(data, tmp_path)[2].suspects == ("x.tsv:3: سرت stands at x.tsv:2 too",)
