from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geo import gazetteer as geo_gazetteer
from geo.corrections import user_entry
from geo.errors import GazetteerError
from geo.gazetteer.rows import COLUMNS, parse_row, read_rows
from geo.gazetteer.search import find_entries, point_of
from geo.normalize import name_key
from geo.settings import ROOT, Settings, load


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [
        ("الموصل", "IQ", "PPLA"),
        ("الرقة", "SY", "PPLA"),
        ("دير الزور", "SY", "PPLA"),
        ("الحسكة", "SY", "PPLA"),
        ("تلعفر", "IQ", "PPLA2"),
        ("تل عفر", "IQ", "PPLA2"),
        ("ليبيا", "LY", "PCLI"),
        ("Libya", "LY", "PCLI"),
        ("Deir ez-Zor", "SY", "PPLA"),
    ],
)
def test_the_names_of_the_design_are_known(gazetteer, name, country, code):
    assert (country, code) in [(entry.country, entry.feature_code) for entry in gazetteer.entries(name_key(name))[:3]]


def test_a_town_kept_by_hand_takes_over_its_geonames_record(gazetteer):
    mosul = gazetteer.by_id("geonames:99072")
    assert (mosul.name_ar, mosul.admin1) == ("الموصل", "15")
    assert mosul.population > 1_000_000


def test_population_zero_does_not_hide_a_district_seat(gazetteer):
    assert gazetteer.entries(name_key("تل تمر"))[0].population == 0


@pytest.mark.parametrize("code", ["OSM", "MSL", "almwsl", "mo su er"])
def test_codes_and_transliterations_are_no_names(gazetteer, code):
    assert "geonames:99072" not in [entry.place_id for entry in gazetteer.entries(name_key(code))]


def test_a_persian_spelling_is_no_name(gazetteer):
    assert not any("پ" in form or "گ" in form for key in ("پاریس", "گرگان") for form in [key] if gazetteer.name(key))


def test_a_class_word_is_not_part_of_a_division_s_name(gazetteer):
    assert gazetteer.name(name_key("محافظة ظفار")) is None
    assert gazetteer.name(name_key("ظفار")) is not None


def test_a_description_is_no_name(gazetteer):
    assert gazetteer.name(name_key("العاصمة الإيرانية")) is None


def test_an_unknown_name_has_no_entries(gazetteer):
    assert gazetteer.entries("زززز") == []


def test_each_row_kept_by_hand_is_well_formed():
    assert len(read_rows(ROOT / "data" / "gazetteer")) > 1_000


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("lat", "331.5", r"x\.tsv:7: lat '331\.5' is not a number within -90\.\.90"),
        ("lon", "east", r"lon 'east' is not a number"),
        ("code", "TOWN", r"unknown feature code 'TOWN'"),
        ("country", "Iraq", r"country 'Iraq' is not ISO 3166"),
        ("id", "Al Mosul", r"id 'Al Mosul' may hold only"),
        ("cue", "yes", r"cue 'yes' is neither empty nor 'needed'"),
        ("prominence", "9", r"prominence '9' is not a number within 1\.\.5"),
    ],
)
def test_a_bad_cell_is_named_with_file_line_value_and_remedy(column, value, message):
    cells = dict.fromkeys(COLUMNS, "") | {"id": "a", "name_ar": "سرت", "name": "Sirte", "lat": "1", "lon": "2"}
    cells |= {"code": "PPL", "country": "LY", "prominence": "3", column: value}
    with pytest.raises(GazetteerError, match=message):
        parse_row("\t".join(cells[name] for name in COLUMNS), "x.tsv:7")


def test_two_rows_with_one_id_are_refused(tmp_path):
    row = "a\tسرت\tSirte\t\t\t31.2\t16.5\t\tPPL\tLY\t\t3\t\t"
    (tmp_path / "x.tsv").write_text("\t".join(COLUMNS) + f"\n{row}\n{row}\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"x\.tsv:3: id 'a' stands at x\.tsv:2 already"):
        read_rows(tmp_path)


def test_a_changed_row_is_compiled_anew(tmp_path, monkeypatch):
    compiled = []
    monkeypatch.setattr(geo_gazetteer, "compile_gazetteer", lambda data, more: compiled.append(data) or EMPTY)
    shutil.copytree(ROOT / "data" / "lexicon", tmp_path / "data" / "lexicon")
    (tmp_path / "data" / "gazetteer").mkdir()
    table = tmp_path / "data" / "gazetteer" / "x.tsv"
    settings = Settings(data=tmp_path / "data", cache=tmp_path / "cache")
    table.write_text("\t".join(COLUMNS) + "\n", encoding="utf-8")
    first = geo_gazetteer.load(settings).recipe
    assert geo_gazetteer.load(settings).recipe == first
    table.write_text("\t".join(COLUMNS) + "\n# changed\n", encoding="utf-8")
    assert geo_gazetteer.load(settings).recipe != first
    assert len(compiled) == 2


EMPTY = {"entries": [], **dict.fromkeys(("names", "starts", "seconds", "words"), ("", []))}


def test_compiling_twice_gives_the_same_whatever_the_order_of_sets(gazetteer):
    compile_it = (
        "import sys, msgpack; from geo import settings; from geo.gazetteer.compile import compile_gazetteer;"
        "sys.stdout.buffer.write(msgpack.packb(compile_gazetteer(settings.load().data, ())))"
    )
    seeded = os.environ | {"PYTHONHASHSEED": "1"}  # what is cached was compiled with a seed of its own
    made = subprocess.run([sys.executable, "-c", compile_it], cwd=ROOT, env=seeded, capture_output=True, check=True)
    [cached] = load().cache.glob("gazetteer-*.msgpack")
    assert made.stdout == geo_gazetteer._whole(cached)


def test_of_processes_that_start_at_once_one_compiles(tmp_path, monkeypatch):
    compiled = []

    def compile_slowly(*_: object) -> dict[str, list[object]]:
        compiled.append(1)
        time.sleep(0.2)
        return {key: [] for key in ("entries", "names", "starts", "seconds", "words")}

    monkeypatch.setattr(geo_gazetteer, "compile_gazetteer", compile_slowly)
    cached = tmp_path / "gazetteer-x.msgpack"
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: geo_gazetteer._packed(cached, Settings(cache=tmp_path), []), range(4)))
    assert (len(compiled), len(found)) == (1, 1)


@pytest.fixture
def compiled(monkeypatch):
    made: list[int] = []
    monkeypatch.setattr(geo_gazetteer, "compile_gazetteer", lambda *_: made.append(1) or EMPTY)
    return made


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda raw: raw[:-9], lambda raw: os.urandom(len(raw)), lambda raw: bytes(len(raw))]
)
def test_a_damaged_cache_is_compiled_anew(tmp_path, compiled, damage):
    settings = Settings(cache=tmp_path)
    geo_gazetteer.load(settings)
    [cached] = tmp_path.glob("gazetteer-*.msgpack")
    sound = cached.read_bytes()
    cached.write_bytes(damage(sound))
    assert len(geo_gazetteer.load(settings)) == 0
    assert (len(compiled), cached.read_bytes()) == (2, sound)


def test_a_cache_that_cannot_be_written_hinders_nothing(tmp_path, compiled, caplog):
    (tmp_path / "file").write_text("")
    assert len(geo_gazetteer.load(Settings(cache=tmp_path / "file" / "cache"))) == 0
    assert compiled == [1]
    assert "ARTICLE_ATLAS_CACHE" in caplog.text


def test_a_full_disk_leaves_no_part_and_does_not_compile_twice(tmp_path, compiled, monkeypatch):
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert len(geo_gazetteer.load(Settings(cache=tmp_path))) == 0
    assert compiled == [1]
    assert list(tmp_path.glob("*.part")) == []


def test_a_typed_name_finds_its_places_most_prominent_first_then_longer_names(gazetteer):
    found = find_entries("طرابلس", gazetteer)
    assert {entry.country for entry in found[:2]} == {"LY", "LB"}
    assert find_entries("موصل", gazetteer)[0].name == "Mosul"
    longer = find_entries("دير الز", gazetteer)
    assert "دير الزور" in {entry.name_ar for entry in longer}
    assert len(find_entries("ا", gazetteer, limit=7)) == 7
    assert find_entries("؟!", gazetteer) == []


def test_places_that_readers_entered_are_found_too(gazetteer):
    own = user_entry("Kharbuta", 36.0, 40.0, name_ar="خربوطة الزنبق")
    assert find_entries("خربوطة الز", gazetteer, own=[own]) == [own]
    assert own in find_entries("kharbuta", gazetteer, own=[own])


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("36.34, 43.13", (36.34, 43.13)), ("٣٦٫٣٤، ٤٣٫١٣", (36.34, 43.13)), ("-33.9 18.4", (-33.9, 18.4)),
        ("36,34 43,13", None), ("91, 0", None), ("12", None), ("", None), ("N", None), ("1e5, 2", None),
        ("°", None), ("الموصل 2", None),
    ],
)  # fmt: skip
def test_a_typed_point_is_one_or_none(typed, point):
    assert point_of(typed) == point
