"""An atlas in object storage; a stand-in on this machine (`s3_service`) speaks S3 over HTTP, conditions and all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
import s3_service
from places import LIBYA, MOSUL, SIRTE, article, geoparse
from tables import same_rows
from thorough import times

from geo import __main__ as cli
from geo import remote
from geo.api import open_atlas
from geo.corrections.decision import Decision, Scope, Verdict, now
from geo.corrections.log import Corrections
from geo.errors import StoreBusyError, StoreError
from geo.ingest import ingest_items
from geo.parallel import InProcess
from geo.settings import load
from geo.store import Atlas, Writer

pytest.importorskip("obstore", reason="obstore is not installed: pip install '.[object-storage]'")

ONE = article("من الموصل إلى سرت ثم الموصل", "a1", published="2017-10")
TWO = article("كتبت صحيفة الموصل عن سرت في ليبيا", "b2")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a service with one bucket."""
    with s3_service.serving("news") as address:
        yield address


@pytest.fixture
def environment(service, monkeypatch) -> dict[str, str]:
    found = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": service,
        "AWS_ALLOW_HTTP": "true",
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def address(environment, tmp_path) -> str:
    return f"s3://news/{tmp_path.name}/atlas"


def copy(address: str, machine: Path) -> Path:
    """The folder of the copy on a machine, which is a folder here."""
    return remote.store_path(address, machine)


def write(folder: Path, *articles, wait_s: float = 0.0) -> None:
    with Writer(folder, recipe="r1", wait_s=wait_s) as writer:
        writer.keep_the_rest()
        writer.add((item, geoparse(item.text)) for item in articles)
        writer.finish()


def names(atlas: Atlas) -> list[str]:
    return [count.entry.place_id for count in atlas.place_counts()]


def no_place(surface: str, who: str) -> Decision:
    return Decision(
        decision_id=f"{who}-{surface}", when=now(), who=who, verdict=Verdict.NOT_A_PLACE,
        scope=Scope.EVERYWHERE, surface=surface,
    )  # fmt: skip


def test_what_one_machine_wrote_another_one_reads(address, tmp_path):
    write(copy(address, tmp_path / "a"), ONE, TWO)
    atlas = Atlas.open(copy(address, tmp_path / "b"))
    assert names(atlas) == [MOSUL.place_id, SIRTE.place_id, LIBYA.place_id]
    found = atlas.article("a1")
    assert found is not None
    assert found.text == ONE.text


def test_the_tables_are_those_of_an_atlas_in_a_folder(address, tmp_path):
    for folder in (copy(address, tmp_path / "a"), tmp_path / "folder" / "here"):
        ingest_items([ONE, TWO], folder, runner=InProcess(lambda item: geoparse(item.text)), recipe="r1")
    Atlas.open(copy(address, tmp_path / "b"))
    same_rows(copy(address, tmp_path / "b"), tmp_path / "folder" / "here")


def test_a_reader_is_told_of_a_run_by_another_machine(address, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "LOOK_EVERY_S", 0.0)
    write(copy(address, tmp_path / "a"), ONE)
    atlas = Atlas.open(copy(address, tmp_path / "b"))
    assert atlas.is_latest()
    write(copy(address, tmp_path / "a"), TWO)
    assert not atlas.is_latest()
    again = Atlas.open(copy(address, tmp_path / "b"))
    assert again.is_latest()
    assert again.summary().articles == 2
    assert atlas.summary().articles == 1, "what was opened before stays as it is"


def test_runs_of_two_machines_both_land(address, tmp_path):
    write(copy(address, tmp_path / "a"), ONE)
    write(copy(address, tmp_path / "b"), TWO)
    assert Atlas.open(copy(address, tmp_path / "a")).summary().articles == 2


def test_a_second_writer_is_told_that_there_is_one(address, tmp_path):
    write(copy(address, tmp_path / "a"), ONE)
    with (
        Writer(copy(address, tmp_path / "a"), recipe="r1"),
        pytest.raises(StoreBusyError, match="being written by another process"),
    ):
        write(copy(address, tmp_path / "b"), TWO)
    write(copy(address, tmp_path / "b"), TWO)


def two_writers_without_a_lease(address: str, tmp_path: Path) -> None:
    """One writes while the other one, taken to be gone, still does."""
    write(copy(address, tmp_path / "a"), ONE)
    with Writer(copy(address, tmp_path / "a"), recipe="r1") as slow:
        with patch.object(remote, "LEASE_S", -1.0):  # as if it had been silent for too long
            write(copy(address, tmp_path / "b"), TWO)
        slow.keep_the_rest()
        slow.add([(article("سرت", "c3"), geoparse("سرت"))])
        with pytest.raises(StoreBusyError, match="ingest again"):
            slow.finish()


def test_of_two_writers_without_a_lease_one_is_refused_and_loses_nothing_of_the_other(address, tmp_path):
    two_writers_without_a_lease(address, tmp_path)
    assert set(Atlas.open(copy(address, tmp_path / "c")).articles({"a1", "b2", "c3"})) == {"a1", "b2"}


def test_the_refused_run_lands_when_it_is_made_again(address, tmp_path):
    two_writers_without_a_lease(address, tmp_path)
    write(copy(address, tmp_path / "a"), article("سرت", "c3"))
    ids = {"a1", "b2", "c3"}
    assert set(Atlas.open(copy(address, tmp_path / "c")).articles(ids)) == ids


THREE = article("سرت ثم سرت", "c3")


def refused_at_the_end(folder: Path, monkeypatch) -> None:
    """A run that the service begins to refuse while it is put up, and goes on to refuse."""
    put = remote.Remote._put

    def refused(self: remote.Remote, path: str) -> str | None:
        monkeypatch.setattr(s3_service.Handler, "refusing", True)
        return put(self, path)

    with patch.object(remote.Remote, "_put", refused), pytest.raises(StoreError, match="try again"):
        write(folder, TWO)


def test_a_run_that_never_landed_is_not_shown_where_it_was_written(address, tmp_path, monkeypatch):
    folder = copy(address, tmp_path / "a")
    write(folder, ONE)
    refused_at_the_end(folder, monkeypatch)
    atlas = Atlas.open(folder)
    assert atlas.run == 1
    assert set(atlas.articles({"a1", "b2"})) == {"a1"}


def test_a_first_run_that_never_landed_leaves_no_atlas(address, tmp_path, monkeypatch):
    folder = copy(address, tmp_path / "a")
    refused_at_the_end(folder, monkeypatch)
    with pytest.raises(StoreError, match="no atlas here"):
        Atlas.open(folder)


def test_a_run_that_is_being_put_up_is_not_shown_yet(address, tmp_path, monkeypatch):
    folder = copy(address, tmp_path / "a")
    write(folder, ONE)
    push = remote.Remote.push
    seen: list[int] = []

    def looked_at(self: remote.Remote) -> None:
        seen.append(Atlas.open(folder).run)
        push(self)

    with patch.object(remote.Remote, "push", looked_at):
        write(folder, TWO)
    assert [*seen, Atlas.open(folder).run] == [1, 2]


def test_a_run_that_takes_the_place_of_one_that_never_landed_is_noticed(address, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "LOOK_EVERY_S", 0.0)
    here, there = copy(address, tmp_path / "a"), copy(address, tmp_path / "b")
    write(here, ONE)
    refused_at_the_end(here, monkeypatch)
    atlas = Atlas.open(here)
    assert atlas.is_latest()
    monkeypatch.setattr(s3_service.Handler, "refusing", False)
    remote_lease_gone(address)
    write(there, THREE)
    assert not atlas.is_latest()
    again = Atlas.open(here)
    assert (again.run, set(again.articles({"a1", "b2", "c3"}))) == (2, {"a1", "c3"})
    write(here, TWO)
    assert set(Atlas.open(there).articles({"a1", "b2", "c3"})) == {"a1", "b2", "c3"}


def test_another_run_of_the_same_number_is_noticed_and_corrected_anew(address, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "LOOK_EVERY_S", 0.0)
    here, there = copy(address, tmp_path / "a"), copy(address, tmp_path / "b")
    write(here, ONE)
    Corrections(here).decide(no_place("سرت", "Amal"))
    before = Atlas.open(here)
    remote_tables_gone(address)
    write(there, TWO)
    assert not before.is_latest()
    after = Atlas.open(here)
    assert after.is_latest()
    assert (before.run, after.run) == (1, 1)
    assert before.state != after.state
    assert names(after) == names(Atlas.open(there)) == [LIBYA.place_id]


def test_without_the_network_the_copy_is_read_and_nothing_is_written(address, tmp_path, monkeypatch, caplog):
    folder = copy(address, tmp_path / "a")
    write(folder, ONE)
    monkeypatch.setattr(remote, "LOOK_EVERY_S", 0.0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    remote._opened.cache_clear()
    atlas = Atlas.open(folder)
    assert names(atlas) == [MOSUL.place_id, SIRTE.place_id]
    assert atlas.is_latest()
    assert "going on with the copy" in caplog.text
    with pytest.raises(StoreError, match="object storage cannot be used"):
        write(folder, TWO)
    with pytest.raises(StoreError, match="object storage cannot be used"):
        Atlas.open(copy(address, tmp_path / "never"))
    remote._opened.cache_clear()


def test_a_bucket_that_is_not_there_is_named(environment, tmp_path):
    with pytest.raises(StoreError, match="s3://nowhere/atlas: object storage cannot be used"):
        Atlas.open(copy("s3://nowhere/atlas", tmp_path))


def test_corrections_of_two_machines_meet(address, tmp_path, monkeypatch):
    monkeypatch.setattr(remote, "LOOK_EVERY_S", 0.0)
    here, there = copy(address, tmp_path / "a"), copy(address, tmp_path / "b")
    write(here, ONE, TWO)
    atlas = Atlas.open(there)
    Corrections(here).decide(no_place("سرت", "Amal"))
    assert not atlas.is_latest()
    Corrections(there).decide(no_place("ليبيا", "Sami"))
    assert names(Atlas.open(there)) == names(Atlas.open(here)) == [MOSUL.place_id]
    Corrections(there).undo("Amal-سرت", who="Sami")
    assert SIRTE.place_id in names(Atlas.open(here))


def test_a_writer_killed_at_any_moment_leaves_the_run_before(address, environment, tmp_path):
    write(copy(address, tmp_path / "a"), ONE)
    script = Path(__file__).with_name("remote_writer.py")
    for number, seconds in enumerate((0.1, 0.4, 0.0, 0.6)[: times(4, 2)]):
        command = [sys.executable, str(script), address, str(tmp_path / f"m{number}")]
        path = os.pathsep.join([str(script.parent.parent), str(script.parent)])
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        atlas = Atlas.open(copy(address, tmp_path / f"reader{number}"))
        found = atlas.summary().articles
        assert found in (1, 401), "a run is seen whole or not at all"
        remote_lease_gone(address)
        if found == 401:
            break
    write(copy(address, tmp_path / "a"), TWO)
    assert Atlas.open(copy(address, tmp_path / "z")).summary().articles in (2, 402)


def remote_lease_gone(address: str) -> None:
    """As when a minute has passed."""
    import obstore
    from obstore.store import from_url

    obstore.delete(from_url(address), remote.LEASE)


def remote_tables_gone(address: str) -> None:
    """As when somebody deletes the tables at the address, to begin anew; what was corrected stays."""
    import obstore
    from obstore.store import from_url

    store = from_url(address)
    found = [item["path"] for batch in obstore.list(store) for item in batch]
    obstore.delete(store, [path for path in found if "/" in path])


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache of its own, but for the compiled gazetteer."""
    made = tmp_path / "cache"
    made.mkdir()
    usual = load({}).cache
    usual.mkdir(parents=True, exist_ok=True)
    for item in usual.iterdir():
        if item.name != "object-storage":
            (made / item.name).symlink_to(item)
    monkeypatch.setenv("ARTICLE_ATLAS_CACHE", str(made))
    return made


def test_the_command_line_takes_an_address(address, tmp_path, cache, capsys):
    (tmp_path / "one.txt").write_text("زار الوفد الموصل ثم الرقة.\n", encoding="utf-8")
    assert cli.main(["ingest", str(tmp_path / "one.txt"), "--store", address, "--quiet"]) == 0
    assert cli.main(["query", "places", "--store", address, "--json"]) == 0
    assert {row["name_ar"] for row in json.loads(capsys.readouterr().out)} == {"الموصل", "الرقة"}
    assert open_atlas(address).summary().mentions == 2


def test_what_another_machine_put_there_is_not_dropped_unasked(address, tmp_path, cache, capsys):
    write(copy(address, tmp_path / "another"), ONE)
    (tmp_path / "one.txt").write_text("زار الوفد الموصل ثم الرقة.\n", encoding="utf-8")
    ingest = ["ingest", str(tmp_path / "one.txt"), "--store", address, "--quiet"]
    assert cli.main(ingest) == 2
    assert "--add" in capsys.readouterr().err
    assert cli.main([*ingest, "--add"]) == 0
    assert cli.main(ingest) == 2
    assert Atlas.open(copy(address, tmp_path / "another")).summary().articles == 2
