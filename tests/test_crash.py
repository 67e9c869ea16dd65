"""Nothing is lost: real processes killed at any moment, full disks, readers and writers at once."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import crash_writer
import pytest
from tables import is_one_of, rows, same_rows
from thorough import times

from geo.store import Atlas

KILLS = times(20, 6)


class WriterProcesses:
    """Starts ingests in processes of their own; see crash_writer.py."""

    def __init__(self) -> None:
        here = Path(__file__).parent
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])}
        command = [sys.executable, str(here / "crash_writer.py")]
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def start(self, store: Path, generation: int, *, mirror: bool = True, wait_s: float = 0.0, **order: Any) -> int:
        order |= {"store": str(store), "generation": generation, "mirror": mirror, "wait_s": wait_s}
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        return self._answer()["pid"]

    def end(self) -> tuple[int, str]:
        """Exit code and, if it was a `StoreError`, its message."""
        answer = self._answer()
        message = answer.get("error", "")
        return (self._answer() if message else answer)["code"], message

    def close(self) -> None:
        self._program.stdin.close()
        self._program.wait()
        self._program.stdout.close()

    def _answer(self) -> dict[str, Any]:
        return json.loads(self._program.stdout.readline())


@pytest.fixture(scope="module")
def processes() -> Iterator[WriterProcesses]:
    started = WriterProcesses()
    yield started
    started.close()


@pytest.fixture(scope="module")
def before(tmp_path_factory, processes) -> Path:
    """An atlas of the first generation."""
    store = tmp_path_factory.mktemp("before") / "atlas"
    processes.start(store, 1)
    assert processes.end() == (0, "")
    return store


@pytest.fixture(scope="module")
def after(tmp_path_factory, before, processes) -> Path:
    """The same, brought to the second generation without interruption."""
    store = tmp_path_factory.mktemp("after") / "atlas"
    shutil.copytree(before, store)
    processes.start(store, 2)
    assert processes.end() == (0, "")
    return store


def test_the_second_generation_differs_in_every_way(before, after):
    one, two = (set(rows(Atlas.open(store), "articles")) for store in (before, after))
    assert one - two
    assert two - one
    assert one & two


@pytest.mark.slow
@pytest.mark.timeout(600)  # 80 s at load 7; what follows shares its process and must not meet it half way
def test_killed_at_any_moment_an_atlas_is_whole_and_a_rerun_completes_it(tmp_path, processes, before, after):
    shutil.copytree(before, tmp_path / "timed")
    started = time.perf_counter()
    processes.start(tmp_path / "timed", 2)
    assert processes.end() == (0, "")
    whole_s = time.perf_counter() - started
    killed, tried = 0, 0
    while killed < KILLS:  # a run that came to its end before it was to be killed does not count
        tried += 1
        assert tried <= 4 * KILLS
        store = tmp_path / f"killed{tried}"
        shutil.copytree(before, store)
        pid = processes.start(store, 2)
        time.sleep(random.Random(tried).random() * whole_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        code, _ = processes.end()
        killed += code == -signal.SIGKILL
        assert code in (0, -signal.SIGKILL)
        assert is_one_of(store, before, after)
        processes.start(store, 2)
        assert processes.end() == (0, "")
        assert same_rows(store, after)


@pytest.mark.parametrize("file_bytes", [0x200, 0x600, 0xA00, 0xE00, 0x1400, 0x2000])
def test_a_full_disk_is_one_clear_line_and_changes_nothing(tmp_path, processes, before, after, file_bytes):
    store = tmp_path / "atlas"
    shutil.copytree(before, store)
    processes.start(store, 2, file_bytes=file_bytes)
    code, message = processes.end()
    if code == 0:
        assert same_rows(store, after)
        return
    assert code == 2
    assert "Check that the disk has room" in message
    assert "\n" not in message
    assert same_rows(store, before)
    processes.start(store, 2)
    assert processes.end() == (0, "")
    assert same_rows(store, after)


def test_two_ingests_at_once_both_land(tmp_path, processes):
    other = WriterProcesses()
    processes.start(tmp_path, 1, mirror=False, wait_s=60)
    other.start(tmp_path, 2, mirror=False, wait_s=60)
    assert (processes.end(), other.end()) == ((0, ""), (0, ""))
    other.close()
    wanted = {item.article_id for generation in (1, 2) for item in crash_writer.corpus(generation)}
    assert set(Atlas.open(tmp_path).digests()) == wanted


def test_a_reader_sees_whole_runs_while_others_write(tmp_path, processes, before, after):
    store = tmp_path / "atlas"
    shutil.copytree(before, store)
    seen: list[bool] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(is_one_of(store, before, after))

    reader = threading.Thread(target=read)
    reader.start()
    processes.start(store, 2)
    ended = processes.end()
    done.set()
    reader.join()
    assert ended == (0, "")
    assert seen
    assert all(seen)
