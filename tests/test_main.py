from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import places
import pytest

from geo import __main__ as cli
from geo.commands import ingest as ingest_command
from geo.commands import texts
from geo.settings import ROOT
from geo.store import Atlas, Writer


@pytest.fixture(autouse=True)
def small_gazetteer(monkeypatch):
    monkeypatch.setattr(texts, "load_geoparse", lambda settings: places.geoparse)


@pytest.fixture
def lines(tmp_path: Path):
    def write(*objects: object) -> str:
        path = tmp_path / "in.jsonl"
        texts = [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in objects]
        path.write_text("\n".join(texts), encoding="utf-8")
        return str(path)

    return write


def test_geoparse_writes_a_line_for_each_text(lines, capsys):
    assert cli.main(["geoparse", lines({"id": 7, "text": "في الموصل"}, {"id": "b", "text": "لا شيء"})]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "id": 7,
        "mentions": [
            {
                "start": 3,
                "end": 9,
                "surface": "الموصل",
                "kind": "literal",
                "place_id": "geonames:99072",
                "name": "Mosul",
                "name_ar": "الموصل",
                "lat": 36.335,
                "lon": 43.11889,
                "feature_class": "P",
                "country": "IQ",
                "confidence": 0.9,
            }
        ],
    }
    assert second == {"id": "b", "mentions": []}


def test_an_unresolved_mention_has_null_for_its_place(lines, capsys):
    cli.main(["geoparse", lines({"id": 1, "text": "أطلنطس"})])
    [mention] = json.loads(capsys.readouterr().out)["mentions"]
    assert mention["place_id"] is mention["name"] is mention["lat"] is mention["country"] is None


def test_bad_lines_are_named_and_counted_and_the_rest_is_done(lines, capsys):
    path = lines("{", {"id": 1, "text": "سرت"}, "[]", {"id": 2}, "", '{"id": 3, "text": "\\ud800"}', {"text": "x"})
    assert cli.main(["geoparse", path]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1]
    assert [line.split(":")[1] for line in err.splitlines()[:-1]] == ["1", "3", "4", "6", "7"]
    assert err.splitlines()[-1] == "5 bad lines left out"


def test_geoparse_reads_standard_input(monkeypatch, capsys):
    stdin = io.TextIOWrapper(io.BytesIO('\ufeff{"id": 1, "text": "سرت"}\n'.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert cli.main(["geoparse", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["mentions"][0]["name"] == "Sirte"


def test_ingest_makes_an_atlas_and_names_what_it_set_aside(tmp_path, capsys):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("سرت", encoding="utf-8")
    (tmp_path / "corpus" / "\u202ebad\x1b[31m.txt").write_text("")
    assert cli.main(["ingest", str(tmp_path / "corpus"), "--store", str(tmp_path / "atlas")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 articles: 1 new, 0 unchanged, 0 removed, 0 near-duplicates; 1 notes on files;")
    assert err == (
        "  \\u202ebad\\x1b[31m.txt: it is empty; put the article's text into it or delete it\n"
        f"  all of them: {tmp_path}/atlas.set-aside.tsv\n"
    )
    assert Atlas.open(tmp_path / "atlas").summary().articles == 1


def test_ingest_takes_several_paths_and_names_of_columns(tmp_path):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    (tmp_path / "b.csv").write_text("lead,seen\nالموصل,9 تموز 2018\n", encoding="utf-8")
    command = ["ingest", f"{tmp_path}/a.txt", f"{tmp_path}/b.csv", "--text", "lead", "--date", "seen", "--quiet"]
    assert cli.main([*command, "--store", str(tmp_path / "atlas")]) == 0
    atlas = Atlas.open(tmp_path / "atlas")
    found = {item.path: item.published for item in atlas.articles(atlas.digests()).values()}
    assert found == {"a.txt": None, "b.csv#2": "2018-07-09"}


def test_ingest_reads_json_lines_and_adds_them(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    store = ["--store", str(tmp_path / "atlas"), "--quiet"]
    assert cli.main(["ingest", str(tmp_path / "a.txt"), *store]) == 0
    line = json.dumps({"text": "الموصل"}).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line)))
    assert cli.main(["ingest", "-", "--add", *store]) == 0
    assert Atlas.open(tmp_path / "atlas").summary().articles == 2


def test_ingest_writes_what_it_set_aside_to_a_file(tmp_path):
    (tmp_path / "=a.csv").write_text("text\nx\n\tx,y\n", encoding="utf-8")
    report = tmp_path / "report.tsv"
    assert cli.main(["ingest", f"{tmp_path}/=a.csv", f"--store={tmp_path}/atlas", f"--report={report}", "--quiet"]) == 0
    assert report.read_text(encoding="utf-8").splitlines() == [
        "file\trow\treason\tremedy",
        "'=a.csv\t3\tit has 2 fields, the header has 1\t"
        "correct the row: a field with separators or line ends needs quotes",
    ]


def test_other_paths_do_not_drop_what_the_first_ones_brought(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"سرت {name}", encoding="utf-8")
    store = ["--store", str(tmp_path / "atlas"), "--quiet"]
    assert cli.main(["ingest", f"{tmp_path}/a.txt", *store]) == 0
    assert cli.main(["ingest", f"{tmp_path}/b.txt", *store]) == 2
    assert "a.txt; to keep its articles beside the new ones say --add" in capsys.readouterr().err
    assert cli.main(["ingest", f"{tmp_path}/b.txt", "--add", *store]) == 0
    assert Atlas.open(tmp_path / "atlas").summary().articles == 2
    assert cli.main(["ingest", f"{tmp_path}/b.txt", f"{tmp_path}/a.txt", *store]) == 0
    assert cli.main(["ingest", f"{tmp_path}/b.txt", "--mirror", *store]) == 0
    assert Atlas.open(tmp_path / "atlas").summary().articles == 1


def test_an_ingest_that_reads_nothing_leaves_the_atlas_as_it_was(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("body\nسرت\nليبيا\n", encoding="utf-8")
    command = ["ingest", f"{tmp_path}/t.csv", "--quiet", "--store", f"{tmp_path}/atlas"]
    assert cli.main([*command, "--text", "body"]) == 0
    assert cli.main([*command, "--text", "bdy"]) == 2
    told = capsys.readouterr().err
    assert "t.csv: it has no column 'bdy'" in told
    assert "The atlas stays as it was, with 2 articles" in told
    assert Atlas.open(tmp_path / "atlas").summary().articles == 2
    assert cli.main([*command, "--text", "bdy", "--mirror"]) == 0
    assert Atlas.open(tmp_path / "atlas").summary().articles == 0


def test_two_that_add_at_once_are_both_remembered(tmp_path, monkeypatch):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"سرت {name}", encoding="utf-8")
    store = ["--add", "--quiet", "--store", f"{tmp_path}/atlas"]
    real = ingest_command._Record.decide

    def while_the_other_one_lands(record, **asked):
        monkeypatch.setattr(ingest_command._Record, "decide", real)
        decided = real(record, **asked)
        assert cli.main(["ingest", f"{tmp_path}/b.txt", *store]) == 0
        return decided

    monkeypatch.setattr(ingest_command._Record, "decide", while_the_other_one_lands)
    assert cli.main(["ingest", f"{tmp_path}/a.txt", *store]) == 0
    assert json.loads((tmp_path / "atlas" / "ingested.json").read_text()) == [f"{tmp_path}/a.txt", f"{tmp_path}/b.txt"]


def test_a_first_ingest_that_was_stopped_is_simply_run_again(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    with Writer(tmp_path / "atlas", recipe="stopped"):
        pass  # the tables are there, and no run
    assert cli.main(["ingest", f"{tmp_path}/a.txt", "--store", f"{tmp_path}/atlas"]) == 0
    assert capsys.readouterr().out.startswith("1 articles: 1 new")


def test_an_atlas_among_the_articles_is_not_read(tmp_path, capsys):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"سرت {name}", encoding="utf-8")
    command = ["ingest", f"{tmp_path}", "--store", f"{tmp_path}/atlas"]
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("2 articles: 2 new, 0 unchanged, 0 removed, 0 near-duplicates; 1 notes")
    (tmp_path / "b.txt").unlink()
    assert cli.main(command) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("1 articles: 0 new, 1 unchanged, 1 removed")
    assert "atlas: it is an atlas, not articles" in shown.err


def test_of_two_first_ingests_at_once_only_one_takes_the_atlas_for_its_own(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    (tmp_path / "atlas").mkdir()
    (tmp_path / "atlas" / "ingested.json").write_text('["/elsewhere"]')  # the other one has begun, and no run has ended
    assert cli.main(["ingest", f"{tmp_path}/a.txt", "--store", f"{tmp_path}/atlas"]) == 2
    assert "made from /elsewhere" in capsys.readouterr().err
    assert cli.main(["ingest", f"{tmp_path}/a.txt", "--store", f"{tmp_path}/atlas", "--add", "--quiet"]) == 0
    assert json.loads((tmp_path / "atlas" / "ingested.json").read_text()) == ["/elsewhere", f"{tmp_path}/a.txt"]


def test_the_same_paths_again_are_followed(tmp_path):
    (tmp_path / "corpus").mkdir()
    for text in ("سرت", "الموصل"):
        (tmp_path / "corpus" / "a.txt").write_text(text, encoding="utf-8")
        assert cli.main(["ingest", f"{tmp_path}/corpus", "--store", f"{tmp_path}/atlas", "--quiet"]) == 0
    assert [count.entry.name for count in Atlas.open(tmp_path / "atlas").place_counts()] == ["Mosul"]


def test_a_first_ingest_that_fails_leaves_no_claim(tmp_path):
    store = ["--store", str(tmp_path / "atlas"), "--quiet"]
    assert cli.main(["ingest", f"{tmp_path}/none", *store]) == 2
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    assert cli.main(["ingest", f"{tmp_path}/a.txt", *store]) == 0


def test_without_a_store_the_atlas_is_in_the_current_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARTICLE_ATLAS_STORE", raising=False)
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    assert cli.main(["ingest", "a.txt", "--quiet"]) == 0
    assert cli.main(["query", "places", "--json"]) == 0
    assert [place["name"] for place in json.loads(capsys.readouterr().out)] == ["Sirte"]
    assert (tmp_path / ".atlas" / "runs").is_dir()


def test_a_named_encoding_is_believed(tmp_path, capsys):
    words = "سرت الموصل"
    (tmp_path / "a.txt").write_bytes(words.encode("iso8859-6"))
    (tmp_path / "b.csv").write_bytes(f"text\n{words} b\n".encode("iso8859-6"))
    (tmp_path / "c.jsonl").write_bytes(json.dumps({"text": f"{words} c"}, ensure_ascii=False).encode("iso8859-6"))
    page = f"<html><body><article><h1>x</h1><p>{words * 30} d</p></article></body></html>"
    (tmp_path / "d.html").write_bytes(page.encode("iso8859-6"))
    store = ["--store", str(tmp_path / "atlas")]
    assert cli.main(["ingest", str(tmp_path), *store, "--encoding", "ISO-8859-6", "--quiet"]) == 0
    atlas = Atlas.open(tmp_path / "atlas")
    assert all(words in article.text for article in atlas.articles(atlas.digests()).values())
    assert atlas.summary().articles == 4
    assert cli.main(["ingest", f"{tmp_path}/a.txt", "--store", f"{tmp_path}/b", "--encoding", "utf-8"]) == 0
    assert "it is not utf-8: byte 1 does not fit; leave --encoding away" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", ""])
def test_an_encoding_that_is_none_is_refused(tmp_path, capsys, name):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    assert cli.main(["ingest", f"{tmp_path}/a.txt", "--store", f"{tmp_path}/atlas", f"--encoding={name}"]) == 2
    assert "not an encoding of text" in capsys.readouterr().err


def test_ingest_reports_as_json(tmp_path, capsys):
    (tmp_path / "corpus").mkdir()
    assert cli.main(["ingest", str(tmp_path / "corpus"), "--store", str(tmp_path / "atlas"), "--json", "--quiet"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["read"], report["set_aside"]) == (0, [])


def test_a_missing_folder_is_an_error_message_not_a_traceback(tmp_path, capsys):
    assert cli.main(["ingest", str(tmp_path / "no\x1b[31m"), "--store", str(tmp_path / "atlas")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("article-atlas: ")
    assert "no such folder" in err
    assert "\x1b" not in err
    assert not (tmp_path / "atlas").exists()


GOLD = {
    "id": 1,
    "text": "في الموصل",
    "toponyms": [{"start": 3, "end": 9, "surface": "الموصل", "lat": 36.3, "lon": 43.1}],
}


def test_evaluate_geoparses_the_gold_and_prints_the_figures(lines, capsys):
    assert cli.main(["evaluate", lines(GOLD), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["strict_F1"] == 1
    cli.main(["evaluate", lines(GOLD)])
    assert "span, strict                1.000  1.000  1.000" in capsys.readouterr().out


def test_evaluate_takes_predictions_without_their_associative_mentions(lines, tmp_path, capsys):
    mentions = [{"start": 0, "end": 2, "lat": 1, "lon": 1, "kind": "associative"}, {"start": 3, "end": 9}]
    (tmp_path / "p.jsonl").write_text(json.dumps({"id": 1, "mentions": mentions}))
    cli.main(["evaluate", lines(GOLD), "--predictions", str(tmp_path / "p.jsonl"), "--json"])
    assert json.loads(capsys.readouterr().out)["strict_P"] == 1


def test_evaluate_lists_errors_where_they_do_not_disturb_the_json(lines, capsys):
    gold = {**GOLD, "text": "في الموصل ثم سرت"}
    cli.main(["evaluate", lines(gold), "--json", "--errors", "3"])
    out, err = capsys.readouterr()
    assert json.loads(out)["overlap_P"] == 0.5
    assert err.startswith("SPURIOUS 1 ")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{", ":1: not JSON"),
        ('{"text": "x"}', ':1: no "id"'),
        ({**GOLD, "text": "x في الموصل"}, "characters 3 to 9 are"),
        ({**GOLD, "toponyms": [{"start": "3", "end": 9}]}, "no numbers"),
        ({**GOLD, "toponyms": [{"start": 3, "end": 9, "alt_spans": [[1]]}]}, "no numbers"),
        ({**GOLD, "toponyms": 1}, "not a list of objects"),
        ({**GOLD, "toponyms": [{"start": 3, "end": 9, "alt_spans": 5}]}, "no numbers"),
        ({**GOLD, "toponyms": [{"start": 3, "end": 9, "alt_spans": None}]}, "no numbers"),
        ({**GOLD, "toponyms": [{"start": 3, "end": 9, "alt_spans": [[3, 10]]}]}, "outside the text (9)"),
        ({**GOLD, "toponyms": [{"start": 800, "end": 1300}]}, "outside the text (9)"),
        ({**GOLD, "traps": [{"start": -5, "end": -1}]}, "outside the text"),
        ({**GOLD, "toponyms": [{"start": 9, "end": 3}]}, "turned around"),
        ({**GOLD, "toponyms": [{"start": 3, "end": 9, "class": [5]}]}, "class or kind is no text"),
        ('{"id": 1, "text": "Mosul", "toponyms": [{"start": 0, "end": 5, "lat": 1e400}]}', "outside the earth"),
        ('{"id": 1, "text": "Mosul", "toponyms": [{"start": 0, "end": 5, "lon": NaN}]}', "outside the earth"),
        ({**GOLD, "id": [1]}, ':1: no "id"'),
    ],
)
def test_a_wrong_gold_line_is_named(lines, capsys, wrong, message):
    assert cli.main(["evaluate", lines(wrong)]) == 2
    assert message in capsys.readouterr().err


def test_an_id_that_occurs_twice_is_named_because_its_predictions_would_be_pooled(lines, tmp_path, capsys):
    assert cli.main(["evaluate", lines(GOLD, {**GOLD, "id": "1"})]) == 2
    assert "in.jsonl:2: document '1': line 1 has this id too" in capsys.readouterr().err
    (tmp_path / "p.jsonl").write_text('{"id": 1, "mentions": []}\n{"id": "1", "mentions": []}\n')
    assert cli.main(["evaluate", lines(GOLD), "--predictions", str(tmp_path / "p.jsonl")]) == 2
    assert "p.jsonl:2: document '1': line 1 has this id too" in capsys.readouterr().err


def test_a_prediction_outside_its_text_is_named(lines, tmp_path, capsys):
    (tmp_path / "p.jsonl").write_text(json.dumps({"id": 1, "mentions": [{"start": 800, "end": 1300}]}))
    assert cli.main(["evaluate", lines(GOLD), "--predictions", str(tmp_path / "p.jsonl")]) == 2
    assert "outside the text (9)" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["geoparse", "no.jsonl"], ["evaluate", "no.jsonl"]])
def test_a_missing_input_is_an_error_message(command, capsys):
    assert cli.main(command) == 2
    assert "no.jsonl: cannot be read (No such file or directory)" in capsys.readouterr().err


COMMANDS = "ingest query export unplaced why corrections geocode gazetteer geoparse evaluate explain check".split()


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    out = capsys.readouterr().out
    assert "examples:" in out
    assert re.findall(r"^    (\w+)(?: +\w.*)?$", out, re.MULTILINE) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    out = capsys.readouterr().out
    assert "examples:\n" in out
    assert f"article-atlas {command}" in out.partition("examples:")[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "geo", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


def test_the_version_is_printed():
    assert run("--version").stdout.startswith(b"Article Atlas ")


def test_output_is_utf8_in_any_locale(lines):
    wrong = lines({**GOLD, "text": "x في الموصل"})
    done = run("evaluate", wrong, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "not 'الموصل'" in done.stderr.decode("utf-8")


def test_an_ingest_by_several_processes_says_nothing_of_itself(tmp_path):
    rows = "".join(json.dumps({"text": f"خبر {n} من الموصل"}, ensure_ascii=False) + "\n" for n in range(620))
    (tmp_path / "many.jsonl").write_text(rows, encoding="utf-8")
    store = str(tmp_path / "atlas")
    done = run("ingest", str(tmp_path / "many.jsonl"), "--store", store, "--workers", "2", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert Atlas.open(tmp_path / "atlas").summary().articles == 620


def shell(script: str, **options) -> subprocess.CompletedProcess[bytes]:
    command = script.replace("geo ", f"{sys.executable} -m geo ", 1)
    return subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, check=False, **options)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("geo query places --store {store} > /dev/full", "No space left on device"),
        ("geo export --format jsonl --output - --store {store} > /dev/full", "No space left on device"),
        ("geo query places --store {store} >&-", "standard output is closed"),
        ("geo geoparse - <&-", "standard input is closed"),
        ("geo explain - <&-", "standard input is closed"),
        ("geo ingest - --store {store}.new <&-", "standard input is closed"),
        ("geo ingest - - --store {store}.new", "- is named twice"),
        ("geo query places --store /", "/: the atlas needs a folder of its own"),
        ("ARTICLE_ATLAS_UPLOAD_MB=abc geo query places --store {store}", "ARTICLE_ATLAS_UPLOAD_MB 'abc' is no number"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(tmp_path, script, said):
    with Writer(tmp_path / "atlas", recipe="r") as writer:
        item = places.article("سرت", "a1")
        writer.add([(item, places.geoparse(item.text))])
        writer.finish()
    done = shell(script.format(store=tmp_path / "atlas"), stdin=subprocess.DEVNULL)
    [line] = done.stderr.decode().splitlines()
    assert line.startswith("article-atlas: ")
    assert said in line
    assert done.returncode == 2


def test_with_standard_error_closed_the_results_stay_clean():
    done = shell("geo geoparse - 2>&-", input=b"{\n")
    assert (done.returncode, done.stdout) == (1, b"")


def test_the_current_folder_may_be_the_atlas(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    (tmp_path / "atlas").mkdir()
    monkeypatch.chdir(tmp_path / "atlas")
    assert cli.main(["ingest", "../a.txt", "--store", ".", "--quiet"]) == 0
    assert cli.main(["query", "places", "--store", ".", "--json"]) == 0
    assert [place["name"] for place in json.loads(capsys.readouterr().out)] == ["Sirte"]
    assert {item.name for item in tmp_path.iterdir()} == {"a.txt", "atlas", "atlas.set-aside.tsv"}


def test_explain_reads_the_encodings_that_ingest_reads(monkeypatch, capsys):
    text = "وصل الوفد إلى مدينة الموصل في العراق صباح اليوم"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("cp1256")), encoding="utf-8"))
    assert cli.main(["explain", "-"]) == 0
    assert "الموصل" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bytes(range(32))), encoding="utf-8"))
    assert cli.main(["explain", "-"]) == 2
    assert "standard input: it is not text" in capsys.readouterr().err
