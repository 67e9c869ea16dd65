from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from itertools import dropwhile, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from places import article, geoparse

from geo import __main__ as cli
from geo.check import Finding, check, installation
from geo.check import atlas as atlas_check
from geo.check.atlas import check_atlas
from geo.gazetteer.rows import COLUMNS
from geo.settings import ROOT, Settings, load
from geo.store import Atlas, Writer
from geo.store.audit import Audit
from geo.store.schemas import CONTENT, SCHEMAS


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


def findings(data, tmp_path, most):
    """The first ones of the gazetteer; the last one has it compiled, which takes half a minute."""
    found = dropwhile(
        lambda finding: not finding.what.startswith("gazetteer"), check(Settings(data=data, cache=tmp_path / "cache"))
    )
    return list(islice(found, most))


def test_the_repository_s_own_rows_pass():
    assert all(finding.passed for finding in check(load()))


def test_a_bad_row_fails_and_is_named(data, tmp_path):
    write(data, row(id="a", lat="91"))
    (finding, *_) = findings(data, tmp_path, 2)
    assert not finding.passed
    assert "x.tsv:2: lat '91'" in finding.what
    assert finding.remedy


def test_a_town_far_outside_its_country_is_a_suspect(data, tmp_path):
    write(data, row(id="a"), row(id="b", name_ar="صرت", lat="51.5", lon="0.1"))
    suspects = findings(data, tmp_path, 2)[1].suspects
    assert [suspect.partition(" ")[0] for suspect in suspects] == ["x.tsv:3:"]


def test_one_place_written_twice_is_a_suspect(data, tmp_path):
    write(data, row(id="a"), row(id="b", lat="31.21"))
    assert findings(data, tmp_path, 3)[2].suspects == ("x.tsv:3: سرت stands at x.tsv:2 too",)


def test_a_library_of_the_wrong_version_or_missing_is_named(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("duckdb>=999  # why\n\n# alone\nno-such-library\n")
    monkeypatch.setattr(installation, "_REQUIREMENTS", tmp_path / "requirements.txt")
    [failed] = [finding for finding in installation.check_installation() if not finding.passed]
    assert "is installed, >=999 is needed; no-such-library is not installed" in failed.what
    assert "pip install" in failed.remedy


def test_without_an_atlas_there_is_nothing_to_fail(tmp_path):
    [finding] = check_atlas(tmp_path / "none", wanted=False)
    assert finding.passed
    [finding] = check_atlas(tmp_path / "none")
    assert not finding.passed
    assert "make one with" in finding.what


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "atlas"
    with Writer(folder, recipe="r") as writer:
        texts = [f"من الموصل إلى سرت ثم أطلنطس رقم {n}" for n in range(40)]
        writer.add((article(text, f"a{n}", published="2017-10-25"), geoparse(text)) for n, text in enumerate(texts))
        writer.finish()
    return folder


def failing(folder: Path) -> list[Finding]:
    return [finding for finding in check_atlas(folder) if not finding.passed]


def test_a_sound_atlas_passes(sound):
    assert failing(sound) == []
    said = " ".join(finding.what for finding in check_atlas(sound))
    for word in (
        "run 1",
        "table words: ",
        "orphans: none",
        "80 mentions",
        "120 mentions",
        "lock: free",
        "disk",
    ):
        assert word in said


def file_of(folder: Path, table: str) -> Path:
    [file] = Atlas.open(folder).files_of(table)
    return Path(file)


def rewritten(folder: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    file = file_of(folder, table)
    pq.write_table(change(pq.ParquetFile(file).read()), file)


def with_column(table: pa.Table, name: str, values: object) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)


def without_file(folder: Path) -> None:
    file_of(folder, "mentions").unlink()


def cut_short(folder: Path) -> None:
    file = file_of(folder, "articles")
    os.truncate(file, file.stat().st_size // 2)


def overwritten_in_the_middle(folder: Path) -> None:
    file = file_of(folder, "words")
    raw = bytearray(file.read_bytes())
    raw[4:200] = os.urandom(196)
    file.write_bytes(raw)


def without_log(folder: Path) -> None:
    shutil.rmtree(folder / "places" / "_delta_log")


def empty_log_entry(table: str) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / table / "_delta_log" / f"{1:020}.json", 0)


def without_a_text(folder: Path) -> None:
    rewritten(folder, "texts", lambda rows: rows.slice(1))


def without_a_word(folder: Path) -> None:
    rewritten(folder, "words", lambda rows: rows.slice(1))


def without_a_sketch(folder: Path) -> None:
    rewritten(folder, "sketches", lambda rows: rows.slice(1))


def log_of_nonsense(folder: Path) -> None:
    for file in (folder / "runs" / "_delta_log").glob("*.json"):
        file.write_text("{nonsense")


def of_the_future(folder: Path) -> None:
    [file] = (folder / "runs").glob("*.parquet")
    pq.write_table(with_column(pq.ParquetFile(file).read(), "schema_version", pa.array([999], pa.int32())), file)


def without_an_article(folder: Path) -> None:
    rewritten(folder, "articles", lambda rows: rows.slice(1))


def without_a_place(folder: Path) -> None:
    rewritten(folder, "places", lambda rows: rows.slice(1))


def without_mentions_of_a_place(folder: Path) -> None:
    rewritten(folder, "mentions", lambda rows: rows.filter(pc.is_null(rows["place_id"])))


def shifted(folder: Path) -> None:
    rewritten(folder, "mentions", lambda rows: with_column(rows, "start", pc.add(rows["start"], 1).cast(pa.int32())))


def edited(folder: Path) -> None:
    def change(rows: pa.Table) -> pa.Table:
        return with_column(rows, "text", pc.replace_substring(rows["text"], "رقم", "رغم"))

    tables = [name for name in CONTENT if "text" in SCHEMAS[name].names]
    [table] = [name for name in tables if pa.types.is_string(SCHEMAS[name].field("text").type)]
    rewritten(folder, table, change)


def twice(folder: Path) -> None:
    rewritten(folder, "articles", lambda rows: pa.concat_tables([rows, rows.slice(0, 1)]))


def miscounted(folder: Path) -> None:
    rewritten(folder, "place_months", lambda rows: rows.slice(1))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (without_file, "a data file is gone or unreadable"),
        (cut_short, "a data file is gone or unreadable"),
        (overwritten_in_the_middle, "a data file is gone or unreadable"),
        (without_log, "'places' cannot be read"),
        (log_of_nonsense, "cannot be read"),
        *((empty_log_entry(table), f"table '{table}' has lost rows") for table in CONTENT),
        (empty_log_entry("runs"), "no atlas here"),
        (without_a_text, "texts has 39 rows, not 40"),
        (without_a_word, "words has 319 rows, not 320"),
        (without_a_sketch, "sketches has 39 rows, not 40"),
        (of_the_future, "written by a newer Article Atlas"),
        (without_an_article, "3 mentions without their article"),
        (without_a_place, "40 mentions whose place is unknown"),
        (without_mentions_of_a_place, "2 places without a mention"),
        (shifted, "120 of 120 mentions are not in their article"),
        (edited, "40 of 40 articles are not as they were written"),
        (twice, "1 articles that are there twice"),
        (miscounted, "the map's counts add up to 40"),
    ],
)
def test_damage_is_found_and_named_with_a_remedy(sound, tmp_path, damage, said):
    folder = tmp_path / "atlas"
    shutil.copytree(sound, folder)
    damage(folder)
    failed = failing(folder)
    assert said in " ".join(finding.what for finding in failed)
    remedies = "ingest the articles again|ingest ARTICLES|ingest again|update Article Atlas".split("|")
    assert any(remedy in finding.what + finding.remedy for finding in failed for remedy in remedies)


def test_a_check_that_fails_unforeseen_is_a_line_and_the_others_go_on(sound, monkeypatch):
    monkeypatch.setattr(Audit, "orphans", lambda _: {}[0])
    found = list(check_atlas(sound))
    [failed] = [finding for finding in found if not finding.passed]
    assert failed.what.startswith("orphans: the check itself failed (KeyError")
    assert found[-1].what.startswith("disk")


def test_a_running_ingest_is_told_and_fails_nothing(sound):
    with (sound / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = list(check_atlas(sound))
    assert all(finding.passed for finding in found)
    assert any("an ingest is running" in finding.what for finding in found)


def test_a_full_disk_fails(sound, monkeypatch):
    monkeypatch.setattr(atlas_check, "LEAST_FREE_BYTES", 1 << 60)
    [failed] = failing(sound)
    assert failed.what.startswith("disk: ")
    assert failed.remedy


def test_the_command_says_it_with_its_exit_code(sound, tmp_path, capsys):
    assert cli.main(["check", "--store", str(sound), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    folder = tmp_path / "atlas"
    shutil.copytree(sound, folder)
    without_file(folder)
    assert cli.main(["check", "--store", str(folder), "--json", "--quiet"]) == 1
    failed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not any(finding["passed"] for finding in failed)
