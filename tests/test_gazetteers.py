"""Gazetteers of one's own: their names are found and placed, their bad rows named, and they can be taken out again."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from geo import gazetteer as geo_gazetteer
from geo import settings as geo_settings
from geo.__main__ import main
from geo.errors import GazetteerError, SettingsError
from geo.gazetteer import added, cost, sheets
from geo.gazetteer.sheets import AddedRow, BadRow
from geo.resolve import geoparse
from geo.settings import Settings

pytestmark = pytest.mark.timeout(600)  # one gazetteer is compiled: ten seconds on an idle machine

SHEET = """name_ar,name,lat,lon,country,population,aliases,id
خربوطة الزنبق,Kharbutat Zanbaq,36.51,40.61,SY,900,خربوطة الزنابق|Zanbaqiya,z1
كفرزعتان,Kafr Zaatan,36.02,37.11,SY,,,z2
الموصل,Mosul,36.336,43.12,IQ,,حدبائية الشمال,m
بلا مكان,Nowhere,331.5,1,SY,,,z3
مكرر,Twice,36.0,37.0,SY,,,z1
,,36.0,37.0,SY,,,z5
"""


def dump_line(key: int, name: str, alternates: str = "", **cells: str) -> str:
    values = [
        str(key), name, name, alternates, "36.1", "38.2", "P", "PPL", "SY", "", "02", "", "", "", "1200", "", "300",
        "Asia/Damascus", "2024-01-01",
    ]  # fmt: skip
    for column, value in cells.items():
        values[{"lat": 4, "lon": 5, "cls": 6, "code": 7, "country": 8}[column]] = value
    return "\t".join(values) + "\n"


DUMP = (
    dump_line(90_000_001, "Tall Shamqara", "Tall Shamqarah")
    + dump_line(90_000_002, "Wadi Shamqara", "وادي شمقارة", cls="H", code="WAD")
    + dump_line(90_000_003, "Elsewhere", country="BR")
    + dump_line(99072, "Mosul", "مدينة الحدباوين,Hadbawin", lat="36.335", lon="43.119", country="IQ")
    + "90000004\ttoo\tfew\n"
    + dump_line(90_000_005, "Badlat", lat="north")
)
ALTERNATES = (
    "1\t90000001\tar\tتل شمقارة\t1\t\t\t\t\t\n"
    "2\t90000001\tfr\tTell Chamkara\t\t\t\t\t\t\n"
    "3\t90000001\tar\tتل قديمة\t\t\t\t1\t\t\n"
    "4\t12345\tar\tغير مأخوذ\t\t\t\t\t\t\n"
    "5\t90000001\tlink\thttps://example.org\t\t\t\t\t\t\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of a user who added a sheet and a dump."""
    home = tmp_path_factory.mktemp("home")
    (home / "villages.csv").write_text(SHEET, encoding="utf-8-sig")
    (home / "dump.txt").write_text(DUMP, encoding="utf-8")
    (home / "alternateNamesV2.txt").write_text(ALTERNATES, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def settings(home):
    return Settings(cache=home / "cache", gazetteers=home / "added")


@pytest.fixture(scope="module")
def told(home, settings):
    """What the command printed while both were added; what they cost is measured in another test."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTICLE_ATLAS_CACHE", str(settings.cache))
    patch.setenv("ARTICLE_ATLAS_GAZETTEERS", str(settings.gazetteers))
    patch.setattr(cost, "measure", lambda _: cost.Cost(places=1, start_s=0.1, memory_mb=100))
    codes = [
        main(["gazetteer", "add", str(home / "villages.csv"), "--licence", "CC0", "--source", "field notes"]),
        main([
            "gazetteer", "add", str(home / "dump.txt"), "--country", "sy,IQ",
            "--alternate-names", str(home / "alternateNamesV2.txt"),
        ]),
    ]  # fmt: skip
    patch.undo()
    return codes


@pytest.fixture(scope="module")
def more(told, settings):
    """The gazetteer with both in it."""
    return geo_gazetteer.load(settings)


def places(text: str, known) -> dict[str, str | None]:
    return {r.mention.surface: r.entry and r.entry.place_id for r in geoparse(text, known)}


@pytest.mark.slow
def test_a_place_of_the_sheet_is_found_and_placed(more, gazetteer):
    text = "وصلت القافلة إلى خربوطة الزنبق ثم إلى كفرزعتان شمال حلب."
    assert places(text, more)["خربوطة الزنبق"] == "villages:z1"
    assert places(text, more)["كفرزعتان"] == "villages:z2"
    assert "villages:z1" not in places(text, gazetteer).values()


@pytest.mark.slow
def test_its_other_names_are_found_too(more):
    assert places("في خربوطة الزنابق", more) == {"خربوطة الزنابق": "villages:z1"}
    assert places("They came to Kafr Zaatan yesterday.", more) == {"Kafr Zaatan": "villages:z2"}


@pytest.mark.slow
def test_a_place_that_is_known_gains_names_and_keeps_its_id(more):
    assert {e.place_id for e in more.entries("حدبائيه الشمال")} == {"geonames:99072"}
    assert "villages:m" not in more.rows_by_id
    assert {e.place_id for e in more.entries("hadbawin")} == {"geonames:99072"}


@pytest.mark.slow
def test_places_of_the_dump_carry_its_ids_and_alternate_names(more):
    [entry] = more.entries("تل شمقاره")
    assert (entry.place_id, entry.name, entry.name_ar) == ("geonames:90000001", "Tall Shamqara", "تل شمقارة")
    assert more.entries("تل قديمه") == [], "a historic name"
    assert more.by_id("geonames:90000002").feature_code == "WAD"
    assert more.by_id("geonames:90000003") is None, "it lies in a country that was not asked for"


@pytest.mark.slow
def test_what_it_costs_is_measured(more, settings):
    found = cost.measure(settings)
    assert found.places == len(more)
    assert found.start_s > 0
    assert found.memory_mb > 50


def test_bad_rows_are_named(told, settings):
    assert told == [1, 1]
    of_sheet = (settings.gazetteers / "villages.left-out.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in of_sheet] == ["villages.csv:5", "villages.csv:6", "villages.csv:7"]
    assert "331.5" in of_sheet[0]
    assert "stands at villages.csv:2 already" in of_sheet[1]
    of_dump = (settings.gazetteers / "dump.left-out.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in of_dump] == ["dump.txt:5", "dump.txt:6"]


def test_they_are_listed_with_their_licence(told, settings, monkeypatch, capsys):
    monkeypatch.setenv("ARTICLE_ATLAS_GAZETTEERS", str(settings.gazetteers))
    monkeypatch.setattr(cost, "measure", lambda _: cost.Cost(places=1, start_s=0.1, memory_mb=100))
    assert main(["gazetteer", "list"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split("\t")[:5] == ["dump", "3 places", "dump.txt", "SY,IQ", "CC BY 4.0"]
    assert out[1].split("\t")[4:6] == ["CC0", "field notes"]
    assert "memory 100 MB" in out[2]


def test_adding_and_removing_changes_the_recipe_so_that_articles_are_read_again(home, tmp_path):
    settings = Settings(gazetteers=tmp_path / "added")
    plain = geo_gazetteer.recipe(settings)
    added.add(settings.gazetteers, "v", sheets.read_sheet(home / "villages.csv"), geonames=False, file="v", most=9)
    changed = geo_gazetteer.recipe(settings)
    added.remove(settings.gazetteers, "v")
    assert changed != plain == geo_gazetteer.recipe(settings)
    with pytest.raises(GazetteerError, match="no gazetteer 'v'"):
        added.remove(settings.gazetteers, "v")


def test_rows_come_back_as_they_were_kept(home, tmp_path):
    kept = [row for row in sheets.read_sheet(home / "villages.csv") if isinstance(row, AddedRow)]
    made, bad = added.add(tmp_path, "v", kept, geonames=False, file="v", most=9)
    assert list(added.rows_of(tmp_path, made)) == kept
    assert (made.rows, bad) == (3, [])


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_packed_dumps_are_read(home, tmp_path, packed):
    path = tmp_path / f"allCountries.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(DUMP.encode()))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "about")
            archive.writestr("allCountries.txt", DUMP)
    assert sheets.is_geonames(path)
    plain = list(sheets.read_geonames(home / "dump.txt", classes=["H"]))
    assert [row.key for row in plain if isinstance(row, AddedRow)] == ["90000002"]
    assert [r for r in sheets.read_geonames(path, classes=["h"]) if isinstance(r, AddedRow)] == plain[:1]


@pytest.mark.parametrize("header", ["Name;Latitude;Longitude", "name_ar\tlat\tlng", "الاسم,Y,X"])
def test_a_sheet_may_call_its_columns_otherwise(tmp_path, header):
    delimiter = next(mark for mark in ";\t," if mark in header)
    path = tmp_path / "s.csv"
    path.write_text(header + "\n" + delimiter.join(("كفرزعتان", "36.5", "-1.25")) + "\n", encoding="utf-8")
    [row] = sheets.read_sheet(path)
    assert (row.names, row.lat, row.lon, row.feature_code) == (("كفرزعتان",), 36.5, -1.25, "PPL")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "columns are missing"),
        (b"name,lat\nx,1\n", "needed are name or name_ar, lat and lon"),
        ("name,lat,lon\nكفر,1,1\n".encode("cp1256"), "not UTF-8"),
        (b"name,lat,lon\nx,x,1\n", "no place in it; the first of 1"),
    ],
)
def test_a_file_that_is_no_gazetteer_is_refused(tmp_path, content, reason):
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=reason):
        added.add(tmp_path / "added", "s", sheets.read_sheet(path), geonames=False, file="s.csv", most=9)
    assert not list((tmp_path / "added").glob("*.json"))


@pytest.mark.parametrize("name", ["geonames", "../up", "", "A B", "user"])
def test_a_name_that_will_not_do_is_refused(tmp_path, name):
    with pytest.raises(GazetteerError, match="gazetteer name"):
        added.add(tmp_path, name, [], geonames=False, file="s", most=9)


def test_more_places_than_the_setting_allows_are_refused_and_nothing_is_kept(home, tmp_path):
    with pytest.raises(GazetteerError, match="--country"):
        added.add(tmp_path, "v", sheets.read_sheet(home / "villages.csv"), geonames=False, file="v", most=2)
    assert list(tmp_path.iterdir()) == []
    assert geo_settings.load({"ARTICLE_ATLAS_GAZETTEER_ROWS": "7"}).gazetteer_rows == 7
    with pytest.raises(SettingsError, match="ARTICLE_ATLAS_GAZETTEER_ROWS"):
        geo_settings.load({"ARTICLE_ATLAS_GAZETTEER_ROWS": "many"})


@pytest.mark.parametrize("line", ["\t" * 18, "x" * 100, "1\t2", "90\tA\tA\t\t1\t1\tQ\tPPL\tSY" + "\t" * 10])
def test_any_line_of_a_dump_is_a_place_or_named(tmp_path, line):
    path = tmp_path / "d.txt"
    path.write_text(line + "\n", encoding="utf-8")
    [row] = sheets.read_geonames(path)
    assert isinstance(row, BadRow)


def test_filters_are_for_dumps(home, capsys):
    assert main(["gazetteer", "add", str(home / "villages.csv"), "--country", "SY"]) == 2
    assert "leave the filters out" in capsys.readouterr().err
