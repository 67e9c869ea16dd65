"""Who makes the rows: this process, worker processes on this machine, or a Dask cluster. The tables are the same.

Each takes tasks and gives their rows back in the order of the tasks, however many are under way at once. No more
tasks are drawn than the workers can soon begin, so that memory does not grow with the corpus.
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Protocol

from geo.errors import WorkerError
from geo.records import Article, Resolution
from geo.settings import Settings
from geo.store.rows import Rows, rows_of

Geoparse = Callable[[Article], list[Resolution]]

IN_PROCESS_TASKS = 2
"""A corpus of no more tasks than this is done here: starting workers takes longer than its articles do."""

AHEAD = 2
"""Tasks that wait for each worker beside the one it is at, so that none idles while a file is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some articles whose rows are to be made."""

    articles: tuple[Article, ...]
    first_number: int
    run: int
    recipe: str


class Runner(Protocol):
    """Makes the rows of tasks."""

    def rows(self, tasks: Iterator[Task]) -> Iterator[Rows]:
        """The rows of each task, in the order of the tasks."""
        ...


@dataclass(frozen=True, slots=True)
class InProcess:
    """One task after the other, here."""

    geoparse: Geoparse

    def rows(self, tasks: Iterator[Task]) -> Iterator[Rows]:
        """The rows of each task, made when they are asked for."""
        for task in tasks:
            yield make_rows(task, self.geoparse)


@dataclass(frozen=True, slots=True)
class FromSettings:
    """Loads the geoparser of these settings; small and hashable, so that it can be sent where the work is done."""

    settings: Settings

    def __call__(self) -> Geoparse:
        """The geoparser; gazetteer and rules are loaded here."""
        from geo import gazetteer
        from geo.resolve import Geoparser

        geoparser = Geoparser.from_settings(gazetteer.load(self.settings), self.settings)
        return lambda article: geoparser.geoparse(article.text, article.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """As many tasks at once as there are workers, each a process of its own on this machine."""

    load: Callable[[], Geoparse]
    """Called once in each worker; must be picklable, and hashable so that it is called once."""
    workers: int

    def rows(self, tasks: Iterator[Task]) -> Iterator[Rows]:
        """The rows of each task; `WorkerError` if a worker is gone."""
        few = list(islice(tasks, IN_PROCESS_TASKS + 1))
        if len(few) <= IN_PROCESS_TASKS or self.workers <= 1:
            yield from InProcess(_once(self.load)).rows(chain(few, tasks)) if few else ()
            return
        pool = ProcessPoolExecutor(
            self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
        )
        try:
            yield from in_order(
                (pool.submit(_work, task, self.load) for task in chain(few, tasks)), self.workers * (1 + AHEAD)
            )
        except BrokenProcessPool as error:
            raise WorkerError(
                "a worker process ended before its work was done, as the system does when memory runs out; nothing of "
                "this run is seen. Ingest again, with fewer workers: --workers 1"
            ) from error
        except BaseException:  # else a worker that waits for more is waited for, for ever if that is interrupted again
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def in_order(futures: Iterable[Future[Rows]], most: int) -> Iterator[Rows]:
    """The results in the order of the futures, of which `most` are drawn before the first one is waited for."""
    under_way: deque[Future[Rows]] = deque()
    for future in futures:
        under_way.append(future)
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def make_rows(task: Task, geoparse: Geoparse) -> Rows:
    """The rows of one task."""
    pairs = ((article, geoparse(article)) for article in task.articles)
    return rows_of(pairs, first_number=task.first_number, run=task.run, recipe=task.recipe)


def _work(task: Task, load: Callable[[], Geoparse]) -> Rows:
    return make_rows(task, _settled(load))


@lru_cache(maxsize=1)
def _settled(load: Callable[[], Geoparse]) -> Geoparse:
    """In a worker: the gazetteer's million objects are there for good, so the garbage collector need not visit them.

    With fewer visits to the rest as well an article takes a tenth less time.
    """
    geoparse = load()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # else libraries in C++ take what is frozen for lost, and say so at the end
    gc.set_threshold(100_000, 50, 100)
    return geoparse


@lru_cache(maxsize=1)
def _once(load: Callable[[], Geoparse]) -> Geoparse:
    return load()


def _start_worker() -> None:
    """A worker leaves an interrupt to its parent, and does not outlive it, even if that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent: Any = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
