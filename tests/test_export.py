"""Every format is opened by a reader that knows nothing of Article Atlas, and says what the atlas says."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import LIBYA, MOSUL, SIRTE, article, geoparse

from geo import __main__ as cli
from geo.commands.export import FORMATS as COMMAND_FORMATS
from geo.corrections import Corrections, Scope, Verdict, draft, user_entry
from geo.errors import ExportError, QuestionError
from geo.export import FORMATS, Exported, export
from geo.export import formats as formats_module
from geo.export import page as page_module
from geo.export.cells import cell, write_csv
from geo.export.places import uri
from geo.export.rows import COLUMNS
from geo.export.stream import json_line
from geo.store import Atlas, Filters, Writer
from geo.store.wanted import (
    KINDS,
    Wanted,
    count_articles,
    count_mentions,
    count_places,
    mentions_with_articles,
    newest_mentions,
    places_named,
    total_articles,
)

HOSTILE = '=HYPERLINK("http://x","سرت") </script><script>alert(1)</script> ${alert(2)} & <b>\x0b\u202e]]>'
ARTICLES = [
    article(
        "من الموصل إلى سرت ثم الموصل",
        "a1",
        source="الشرق",
        published="2017-10-25",
        language="ar",
        title="عنوان الخبر",
        author="سالم الأحمد",
        url="https://example.org/news/1?a=1&b=<2>",
    ),
    article(
        f"{HOSTILE} في سرت", "a2", title=HOSTILE, author="@سالم", source="+x", path="=a.csv#2", published="2017-11"
    ),
    article("صحيفة الموصل في ليبيا", "a3", source="س", published="2018", url="javascript:alert(1)"),
    article("إلى أطلنطس", "a4", path="d.txt"),
]
OF_MANY = [name for name, each in FORMATS.items() if not each.of_one_place]
TEXTS = {item.article_id: item.text for item in ARTICLES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "atlas"
    with Writer(folder, recipe="r") as writer:
        writer.add((item, geoparse(item.text)) for item in ARTICLES)
        writer.finish()
    return folder


@pytest.fixture(scope="module")
def atlas(folder) -> Atlas:
    return Atlas.open(folder)


@pytest.fixture
def exported(atlas, tmp_path):
    def write(name: str, wanted: Wanted | None = None) -> Path:
        output = tmp_path / f"atlas{FORMATS[name].suffix}"
        export(atlas, wanted or Wanted(), name, output)
        return output

    return write


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# ---- flat ----


def test_json_lines_lose_nothing(exported):
    rows = lines(exported("jsonl", Wanted(kinds=KINDS)))
    assert len(rows) == sum(len(geoparse(text)) for text in TEXTS.values())
    assert [row["title"] for row in rows if row["article_id"] == "a2"] == [HOSTILE] * 2
    for row in rows:
        text, start = TEXTS[row["article_id"]], row["excerpt_start"]
        assert text[row["start"] : row["end"]] == row["surface"]
        assert text[start : start + len(row["excerpt"])] == row["excerpt"]


def test_pandas_reads_the_csv_with_its_arabic(exported):
    path = exported("csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(path)
    assert list(frame.columns) == [*COLUMNS, "provenance"]
    first = frame.iloc[0]
    assert (first["name"], first["name_ar"], first["lat"], first["lon"]) == ("Mosul", "الموصل", MOSUL.lat, MOSUL.lon)
    assert (first["place_mentions"], first["place_articles"]) == (2, 1)
    assert (first["title"], first["source"], first["published"]) == ("عنوان الخبر", "الشرق", "2017-10-25")
    assert first["url"] == ARTICLES[0].url
    assert first["confidence"] == 0.9
    assert set(frame["position"]) == {"point", "area"}


def test_the_csv_is_its_twin_but_for_the_cells_that_would_run(exported):
    with exported("csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = list(csv.DictReader(stream))
    twins = lines(exported("jsonl"))
    for row, twin in zip(cells, twins, strict=True):
        for name in COLUMNS:
            plain = "" if twin[name] is None else str(twin[name])
            assert row[name] in (plain, f"'{plain}")
            assert not row[name].startswith(("=", "+", "@", "\t", "\r"))
    assert {row["author"] for row in cells if row["article_id"] == "a2"} == {"'@سالم"}


def test_a_spreadsheet_program_finds_no_formula(exported):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    with exported("csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            book.active.append(["".join(ch for ch in cell if ch >= " ") for cell in row])  # it holds no controls
    types = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in types


def test_geopandas_reads_the_geoparquet(exported):
    geopandas = pytest.importorskip("geopandas")
    frame = geopandas.read_parquet(exported("geoparquet", Wanted(kinds=KINDS)))
    assert frame.crs.to_epsg() == 4326 or frame.crs.to_string() == "OGC:CRS84"
    mosul = frame[frame["place_id"] == MOSUL.place_id].iloc[0]
    assert (mosul.geometry.x, mosul.geometry.y) == (MOSUL.lon, MOSUL.lat)
    assert frame[frame["place_id"].isna()].geometry.isna().all()
    assert set(frame[frame["position"] == "area"]["radius_km"]) == {LIBYA.radius_km}
    assert "GeoNames" in pd.read_parquet(exported("geoparquet")).attrs.get("provenance", "GeoNames")


UNSEEN_FIRST = ["\u061c=", "\u180e+", "\u2060=", "\u3000-", "\ufe0f=", "\u034f=", "\x0b=", "\u3164=", " \t"]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\u200f=", " =", *UNSEEN_FIRST]
)
def test_a_cell_that_would_run_gets_an_apostrophe(start):
    assert cell(f"{start}cmd") == f"'{start}cmd"


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\r\n")), min_size=2, max_size=2)))
def test_a_csv_is_read_back_as_it_was_but_for_apostrophes(rows):
    stream = io.StringIO(newline="")
    write_csv(stream, ["a", "b"], rows)
    stream.seek(0)
    for row, written in zip(list(csv.reader(stream))[1:], rows, strict=True):
        assert all(found in (text, f"'{text}") for found, text in zip(row, written, strict=True))


@given(st.text())
def test_json_stays_on_one_line_and_loses_nothing(text):
    line = json_line(text)
    assert len(line.splitlines()) == 1
    assert json.loads(line) == text


# ---- places ----


def test_gdal_reads_the_geojson(exported):
    geopandas = pytest.importorskip("geopandas")
    frame = geopandas.read_file(exported("geojson"), engine="pyogrio").set_index("place_id")
    assert list(frame.index) == [SIRTE.place_id, MOSUL.place_id, LIBYA.place_id]
    assert (frame.loc[MOSUL.place_id].geometry.x, frame.loc[MOSUL.place_id].geometry.y) == (MOSUL.lon, MOSUL.lat)
    assert "a point inside the area" in frame.loc[LIBYA.place_id, "note"]
    assert frame.loc[MOSUL.place_id, "note"] == ""
    excerpts = frame.loc[SIRTE.place_id, "excerpts"]
    excerpts = json.loads(excerpts) if isinstance(excerpts, str) else excerpts
    assert [each["title"] for each in excerpts] == [HOSTILE, HOSTILE, "عنوان الخبر"]
    assert [each["excerpt"] for each in excerpts][-1] == TEXTS["a1"]


def test_gdal_reads_the_kml(exported):
    pyogrio = pytest.importorskip("pyogrio")
    path = exported("kml")
    assert [str(name) for name, _ in pyogrio.list_layers(path)] == ["Places", "Areas"]
    layers = (pyogrio.read_dataframe(path, layer=layer) for layer in ("Places", "Areas"))
    points, areas = (layer.rename(columns={"Description": "description"}) for layer in layers)  # as GDAL was built
    assert list(points["Name"]) == ["Sirte · سرت", "Mosul · الموصل"]
    assert (points.geometry.iloc[1].x, points.geometry.iloc[1].y) == (MOSUL.lon, MOSUL.lat)
    assert "a point inside the area" in areas["description"].iloc[0]
    description = points["description"].iloc[0]
    assert "<script" not in description
    assert "&lt;script&gt;" in description


def test_an_xml_parser_reads_the_kml_s_data(exported):
    root = ET.parse(exported("kml")).getroot()
    names = {"k": "http://www.opengis.net/kml/2.2"}
    found = {
        data.get("name"): data.findtext("k:value", namespaces=names)
        for data in root.find(".//k:Placemark", names).iterfind(".//k:Data", names)
    }
    assert found["place_id"] == SIRTE.place_id
    assert (found["place_mentions"], found["place_articles"], found["position"]) == ("3", "2", "point")
    assert {style.get("id") for style in root.iterfind(".//k:Style", names)} == {"point", "area"}


def test_linked_places_are_valid_geojson_with_cited_names(exported):
    geopandas = pytest.importorskip("geopandas")
    path = exported("lpf")
    assert len(geopandas.read_file(path, engine="pyogrio")) == 3
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert collection["@context"].startswith("https://")
    records = {record["@id"]: record for record in collection["features"]}
    assert set(records) == {uri(entry.place_id) for entry in (MOSUL, SIRTE, LIBYA)}
    for record in records.values():
        assert {"@id", "type", "properties", "geometry", "names", "types"} <= record.keys()
        assert record["names"][0]["citations"][0]["label"]
        assert record["properties"]["title"]
        assert record["properties"]["fclasses"]
    [point] = records[uri(LIBYA.place_id)]["geometry"]["geometries"]
    assert point["certainty"] == "less-certain"
    attested = records[uri(MOSUL.place_id)]["names"][0]
    assert (attested["toponym"], attested["lang"], len(attested["citations"])) == ("الموصل", "ar", 2)
    assert attested["citations"][0]["when"] == {"timespans": [{"start": {"in": "2017-10-25"}}]}


# ---- quotations and citations ----


def test_every_quotation_is_found_again_in_its_article(exported):
    collection = json.loads(exported("webannotation", Wanted(kinds=KINDS)).read_text(encoding="utf-8"))
    page = collection["first"]
    assert collection["total"] == len(page["items"]) == 8
    assert collection["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    for item in page["items"]:
        text = TEXTS[item["id"].split(":")[3]]
        quote, position = item["target"]["selector"]
        assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        assert text[position["start"] : position["end"]] == quote["exact"]
        found = text.find(quote["prefix"] + quote["exact"] + quote["suffix"])
        assert found + len(quote["prefix"]) == position["start"]
    bodies = [item["body"] for item in page["items"]]
    assert {body.get("source") for body in bodies} == {uri(e.place_id) for e in (MOSUL, SIRTE, LIBYA)} | {None}
    assert all("note" in body for body in bodies if body.get("position") == "area")


def test_rispy_reads_the_ris(exported):
    rispy = pytest.importorskip("rispy")
    entries = rispy.loads(exported("ris", Wanted(kinds=KINDS)).read_text(encoding="utf-8"))
    assert [entry["type_of_reference"] for entry in entries] == ["NEWS"] * 4
    first = entries[0]
    assert (first["title"], first["authors"], first["secondary_title"]) == ("عنوان الخبر", ["سالم الأحمد"], "الشرق")
    assert (first["year"], first["date"], first["language"]) == ("2017", "2017/10/25/", "ar")
    assert first["urls"] == [ARTICLES[0].url]
    assert first["keywords"] == ["Mosul", "الموصل", "Sirte", "سرت"]
    assert "(36.3350, 43.1189; geonames:99072); 3 mentions in 2 articles, confidence 0.90: من" in first["notes"][0]
    assert "\n" not in entries[1]["title"]
    assert any("area of about 748 km" in note for note in entries[2]["notes"])


def test_a_citation_processor_reads_the_csl(exported):
    path = exported("csl")
    items = json.loads(path.read_text(encoding="utf-8"))
    assert (items[0]["type"], items[0]["title"]) == ("article-newspaper", "عنوان الخبر")
    assert items[0]["issued"] == {"date-parts": [[2017, 10, 25]]}
    assert [place["name"] for place in items[0]["custom"]["places"]] == ["Mosul", "Sirte", "Mosul"]
    source = pytest.importorskip("citeproc.source.json")
    known = [{key: value for key, value in item.items() if key not in ("custom", "keyword")} for item in items]
    read = source.CiteProcJSON(known)
    assert str(read["a1"]["title"]) == "عنوان الخبر"
    assert read["a1"]["issued"].year == 2017


# ---- all of them ----


@pytest.mark.parametrize("name", OF_MANY)
def test_every_format_says_where_it_comes_from(exported, name):
    raw = exported(name).read_bytes()
    assert b"GeoNames (CC BY 4.0" in raw
    assert b"Article Atlas 0." in raw


@pytest.mark.parametrize("name", [name for name in OF_MANY if name != "geoparquet"])
def test_every_format_carries_place_article_and_excerpt(exported, name):
    text = exported(name).read_text(encoding="utf-8")
    for word in ("Mosul", "الموصل", "36.33", "عنوان الخبر", "الشرق", "0.9", "geonames", "example.org/news"):
        assert word in text, word
    assert "2017-10-25" in text or "2017/10/25" in text or "2017, 10, 25" in text


@pytest.mark.parametrize("name", OF_MANY)
def test_the_filters_are_obeyed(atlas, tmp_path, name):
    wanted = Wanted(filters=Filters(sources=("الشرق",)), place_ids=(MOSUL.place_id,))
    assert export(atlas, wanted, name, tmp_path / "x") == Exported(mentions=2, places=1, selected=2)


@pytest.mark.parametrize("name", OF_MANY)
def test_nothing_found_is_a_file_that_can_be_read(exported, name):
    path = exported(name, Wanted(phrase="لا وجود لها"))
    raw = path.read_bytes()
    if name in ("geojson", "lpf", "webannotation", "csl"):
        json.loads(raw)
    elif name == "kml":
        ET.fromstring(raw)
    elif name == "geoparquet":
        assert len(pd.read_parquet(path)) == 0
    elif name == "csv":
        assert len(pd.read_csv(path)) == 0


@pytest.mark.parametrize("name", OF_MANY)
def test_mentions_without_a_place_are_in_it_or_told(atlas, tmp_path, name):
    done = export(atlas, Wanted(kinds=KINDS), name, tmp_path / "x")
    assert done.selected == 8
    assert done.mentions == (7 if FORMATS[name].of_places else 8)


def test_places_without_any_are_refused_for_a_list_of_places(atlas, tmp_path):
    with pytest.raises(QuestionError, match="choose one of csv, jsonl"):
        export(atlas, Wanted(kinds=("unplaced",)), "kml", tmp_path / "x")


def test_the_command_knows_every_format():
    assert set(COMMAND_FORMATS) == set(FORMATS)


def test_an_export_that_breaks_leaves_the_old_file_and_no_other(atlas, tmp_path, monkeypatch):
    output = tmp_path / "atlas.csv"
    output.write_text("old")

    def breaks(selected, stream, provenance):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    broken = replace(FORMATS["csv"], write=breaks)
    monkeypatch.setattr(formats_module, "FORMATS", {"csv": broken})
    with pytest.raises(ExportError, match=r"No space left on device.*nothing was changed"):
        export(atlas, Wanted(), "csv", output)
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


def test_a_link_stays_a_link_and_its_file_is_replaced(atlas, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.jsonl").write_text("old")
    link = tmp_path / "x.jsonl"
    link.symlink_to("real/x.jsonl")
    export(atlas, Wanted(), "jsonl", link)
    assert link.is_symlink()
    assert len(lines(tmp_path / "real" / "x.jsonl")) == count_mentions(atlas, Wanted())[0]
    assert [item.name for item in (tmp_path / "real").iterdir()] == ["x.jsonl"]


def test_a_named_pipe_is_written_into(atlas, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text, encoding="utf-8")
        export(atlas, Wanted(), "jsonl", pipe)
        assert len(read.result(timeout=30).splitlines()) == count_mentions(atlas, Wanted())[0]
    assert pipe.is_fifo()


def test_a_device_without_room_is_an_error_and_stays(atlas, tmp_path):
    link = tmp_path / "full"
    link.symlink_to("/dev/full")  # not the device itself, which a mistake would replace
    with pytest.raises(ExportError, match="No space left on device"):
        export(atlas, Wanted(), "jsonl", link)
    assert link.is_symlink()


def test_an_exported_file_may_be_read_as_any_other(exported):
    mask = os.umask(0o022)
    try:
        assert stat.S_IMODE(exported("csv").stat().st_mode) == 0o644
    finally:
        os.umask(mask)


def test_a_folder_that_is_not_there_is_an_error_with_a_remedy(folder, tmp_path, capsys):
    command = ["export", "--store", str(folder), "--format", "csv", "--output"]
    assert cli.main([*command, str(tmp_path / "no" / "x.csv")]) == 2
    assert "name a file in a folder that can" in capsys.readouterr().err
    assert cli.main([*command, str(tmp_path)]) == 2
    assert "no folder" in capsys.readouterr().err


def test_the_command_says_what_it_wrote_and_what_not(folder, tmp_path, capsys):
    command = ["export", "--store", str(folder), "--kind", "all", "--output", str(tmp_path / "x.kml")]
    assert cli.main([*command, "--format", "kml"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "7 mentions of 3 places\n1 selected mentions are not in it (no place)" in err
    assert cli.main([*command, "--format", "kml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"mentions": 7, "places": 3, "selected": 8}


def test_standard_output_is_a_file_too(folder, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", out)
    assert cli.main(["export", "--store", str(folder), "--format", "jsonl", "--output", "-", "--quiet"]) == 0
    assert len(out.buffer.getvalue().splitlines()) == 6


def test_a_page_of_a_large_atlas_is_bounded_and_says_so(atlas, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "MOST_EXCERPTS", 3)
    monkeypatch.setattr(page_module, "LEAST_OF_A_PLACE", 1)
    done = export(atlas, Wanted(), "html", tmp_path / "x.html")
    assert done == Exported(mentions=3, places=3, selected=6)
    assert '"more": 2' in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_rows_come_in_any_number(tmp_path):
    with Writer(tmp_path / "atlas", recipe="r") as writer:
        items = [article(f"من الموصل إلى سرت رقم {n}", f"a{n:05}", published=f"20{n % 20:02}") for n in range(6_000)]
        writer.add((item, geoparse(item.text)) for item in items)
        writer.finish()
    atlas = Atlas.open(tmp_path / "atlas")
    export(atlas, Wanted(), "geojson", tmp_path / "x.geojson")
    first, second = json.loads((tmp_path / "x.geojson").read_text(encoding="utf-8"))["features"]
    assert len(first["properties"]["excerpts"]) == len(second["properties"]["excerpts"]) == 6_000
    dates = [each["published"] for each in first["properties"]["excerpts"]]
    assert dates == sorted(dates, reverse=True)
    assert len(newest_mentions(atlas, Wanted())) == 12_000


@pytest.mark.parametrize("name", OF_MANY)
def test_every_format_follows_what_people_corrected(folder, tmp_path, name):
    store = tmp_path / "atlas"
    shutil.copytree(folder, store)
    text = TEXTS["a1"]
    start = text.index("سرت")
    moved = draft(ARTICLES[0], start, start + 3, verdict=Verdict.PLACE, who="Huda", place=LIBYA)
    Corrections(store).decide(moved)
    atlas = Atlas.open(store)
    wanted = Wanted(place_ids=(LIBYA.place_id,))
    assert export(atlas, wanted, name, tmp_path / "x") == Exported(mentions=2, places=1, selected=2)
    assert count_mentions(atlas, Wanted(place_ids=(SIRTE.place_id,))) == (2, 1)
    missed = draft(ARTICLES[3], 0, 3, verdict=Verdict.PLACE, who="Huda", place=user_entry("Ila", 1.0, 2.0), missed=True)
    Corrections(store).decide(missed)
    atlas = Atlas.open(store)
    [own] = places_named(atlas, "Ila")
    done = export(atlas, Wanted(place_ids=(own.place_id,)), name, tmp_path / "y")
    assert (done.mentions, done.places) == (1, 1)


def test_an_atlas_in_which_nothing_was_found_is_asked_for_what_people_added(tmp_path):
    store = tmp_path / "atlas"
    with Writer(store, recipe="r") as writer:
        writer.add((item, []) for item in (ARTICLES[0], ARTICLES[3]))
        writer.finish()
    assert [each.mentions for each in count_articles(Atlas.open(store), Wanted())] == [0, 0]
    place = user_entry("Ila", 1.0, 2.0)
    added = {"verdict": Verdict.PLACE, "who": "Huda", "place": place, "missed": True, "scope": Scope.EVERYWHERE}
    Corrections(store).decide(draft(ARTICLES[3], 0, 3, **added))
    atlas = Atlas.open(store)
    [own] = count_places(atlas, Wanted())
    assert (own.mentions, own.articles) == count_mentions(atlas, Wanted()) == (2, 2)
    assert [mention.surface for mention, _ in mentions_with_articles(atlas, Wanted())] == ["إلى", "إلى"]
    assert [each.mentions for each in count_articles(atlas, Wanted())] == [1, 1]
    assert total_articles(atlas, Wanted(place_ids=(place.place_id,))) == 2
