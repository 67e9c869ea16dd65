"""A real Dask scheduler and two workers, each a process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import crash_writer
import pytest
from loaders import Load, die, geoparse_slowly
from tables import same_rows

from geo import __main__ as cli
from geo import ingest as ingest_module
from geo.cluster import Cluster
from geo.errors import WorkerError
from geo.ingest import ingest_items
from geo.parallel import FromSettings, InProcess
from geo.settings import Settings
from geo.store import Atlas

distributed = pytest.importorskip("distributed", reason="dask is not installed: pip install '.[cluster]'")

ARTICLES = crash_writer.corpus(1, count=60)


class DaskProcesses:
    """A scheduler and its workers, on ports of this machine that were free."""

    def __init__(self, folder: Path, workers: int) -> None:
        here = Path(__file__).parent
        self._env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])}
        self._folder = folder
        self._logs = folder / "scheduler.log"
        command = ["distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"]
        self.all = [self._start(command, self._logs)]
        self.address = self._address()
        self.workers = [self.start_worker(number) for number in range(workers)]

    def start_worker(self, number: int) -> subprocess.Popen[bytes]:
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._folder)]
        command = ["distributed.cli.dask_worker", self.address, *options]
        self.all.append(self._start(command, self._folder / f"worker{number}.log"))
        return self.all[-1]

    def wait_for(self, workers: int) -> None:
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def close(self) -> None:
        for process in reversed(self.all):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, module: list[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen([sys.executable, "-m", *module], stdout=out, stderr=out, env=self._env)

    def _address(self) -> str:
        for _ in range(600):
            if found := re.search(r"tcp://127\.0\.0\.1:\d+", self._logs.read_text(encoding="utf-8")):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(self._logs.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dask(tmp_path_factory) -> Iterator[DaskProcesses]:
    processes = DaskProcesses(tmp_path_factory.mktemp("dask"), workers=2)
    processes.wait_for(2)
    yield processes
    processes.close()


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_ARTICLES", 3)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    """The atlas that one process makes."""
    store = tmp_path_factory.mktemp("alone")
    ingest_items(ARTICLES, store, runner=InProcess(Load()()), recipe="r1")
    return store


def test_two_workers_write_the_tables_that_one_process_writes(tmp_path, dask, alone):
    ingest_items(ARTICLES, tmp_path, runner=Cluster(load=Load(), address=dask.address), recipe="r1")
    assert same_rows(tmp_path, alone)


def test_the_command_with_a_scheduler_writes_what_it_writes_alone(tmp_path, dask, capsys):
    towns = "الموصل الرقة الحسكة بيروت بغداد Baghdad Aleppo".split()
    lines = [json.dumps({"text": f"وصل إلى مدينة {towns[n % 7]} رقم {n}", "date": "2017-10-25"}) for n in range(20)]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = ["ingest", str(tmp_path / "news.jsonl")]
    there = ["--store", str(tmp_path / "there"), "--scheduler", dask.address]
    assert cli.main([*command, *there]) == 0
    assert capsys.readouterr().out.startswith("20 articles: 20 new")
    assert cli.main([*command, "--store", str(tmp_path / "here"), "--workers", "1"]) == 0
    assert Atlas.open(tmp_path / "here").summary().placed >= 20
    assert same_rows(tmp_path / "there", tmp_path / "here")


def test_the_command_without_a_scheduler_that_answers_fails_with_a_remedy(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("geo.cluster.CONNECT_S", 0.5)
    (tmp_path / "a.txt").write_text("سرت", encoding="utf-8")
    store = ["--store", str(tmp_path / "atlas")]
    assert cli.main(["ingest", f"{tmp_path}/a.txt", *store, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "start one with: dask scheduler" in capsys.readouterr().err
    assert cli.main(["query", "places", *store]) == 2


def test_a_worker_of_another_version_is_refused(tmp_path, dask):
    runner = Cluster(load=FromSettings(Settings()), address=dask.address)
    with pytest.raises(WorkerError, match="install the same version"):
        ingest_items(ARTICLES, tmp_path, runner=runner, recipe="of another version")


def test_no_scheduler_at_the_address_is_an_error_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.cluster.CONNECT_S", 0.5)
    with pytest.raises(WorkerError, match="dask scheduler"):
        ingest_items(ARTICLES, tmp_path, runner=Cluster(load=Load(), address="tcp://127.0.0.1:9"), recipe="r1")


@pytest.fixture
def doomed(tmp_path) -> Iterator[DaskProcesses]:
    """A scheduler and one worker, for a test that kills."""
    processes = DaskProcesses(tmp_path, workers=1)
    processes.wait_for(1)
    yield processes
    processes.close()


def kill_at(article: int, process: subprocess.Popen[bytes]):
    """Kills when so many articles were read."""
    seen = 0

    def progress(_read: int, _path: str) -> None:
        nonlocal seen
        seen += 1
        if seen == article:
            process.kill()
            process.wait()

    return progress


@pytest.mark.parametrize("article", [1, 20])
def test_a_scheduler_killed_in_the_middle_is_an_error_with_a_remedy(tmp_path, doomed, article):
    runner = Cluster(load=Load(geoparse_slowly), address=doomed.address)
    with pytest.raises(WorkerError, match="connection to the Dask scheduler was lost"):
        ingest_items(ARTICLES, tmp_path / "atlas", runner=runner, recipe="r1", progress=kill_at(article, doomed.all[0]))


def test_a_scheduler_that_is_long_gone_when_the_first_articles_are_read(tmp_path, doomed, monkeypatch):
    monkeypatch.setattr("geo.cluster.CONNECT_S", 3)
    killing = kill_at(1, doomed.all[0])

    def progress(read: int, path: str) -> None:
        killing(read, path)
        if read == 1:
            time.sleep(6)

    with pytest.raises(WorkerError, match="connection to the Dask scheduler was lost"):
        ingest_items(
            ARTICLES,
            tmp_path / "atlas",
            runner=Cluster(load=Load(), address=doomed.address),
            recipe="r1",
            progress=progress,
        )


def test_the_only_worker_killed_in_the_middle_is_an_error_with_a_remedy(tmp_path, doomed, monkeypatch):
    monkeypatch.setattr("geo.cluster.LOOK_EVERY_S", 0.5)
    runner = Cluster(load=Load(geoparse_slowly), address=doomed.address)
    with pytest.raises(WorkerError, match="all workers of this scheduler are gone"):
        ingest_items(ARTICLES, tmp_path / "atlas", runner=runner, recipe="r1", progress=kill_at(20, doomed.workers[0]))


def test_a_worker_that_comes_in_time_goes_on_where_the_killed_one_was(tmp_path, doomed, alone):
    killing = kill_at(20, doomed.workers[0])

    def progress(read: int, path: str) -> None:
        killing(read, path)
        if read == 20:
            doomed.start_worker(1)

    runner = Cluster(load=Load(geoparse_slowly), address=doomed.address)
    ingest_items(ARTICLES, tmp_path / "atlas", runner=runner, recipe="r1", progress=progress)
    assert same_rows(tmp_path / "atlas", alone)


def test_articles_that_end_every_worker_are_an_error_with_a_remedy(tmp_path, doomed):
    for number in range(1, 4):
        doomed.start_worker(number)
    doomed.wait_for(4)
    with pytest.raises(WorkerError, match="worker after worker ended"):
        ingest_items(
            ARTICLES[:3], tmp_path / "atlas", runner=Cluster(load=Load(die), address=doomed.address), recipe="r1"
        )


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path, dask, alone, monkeypatch):
    monkeypatch.setattr("geo.cluster.LOOK_EVERY_S", 0.05)
    seen = 0

    def progress(_read: int, _path: str) -> None:
        nonlocal seen
        seen += 1
        if seen == 30:
            dask.workers[1].send_signal(signal.SIGKILL)

    runner = Cluster(load=Load(geoparse_slowly), address=dask.address)
    ingest_items(ARTICLES, tmp_path, runner=runner, recipe="r1", progress=progress)
    assert same_rows(tmp_path, alone)
