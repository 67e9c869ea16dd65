"""The rows made by a Dask cluster: the same tasks, the same rows, other machines. Imports dask only when asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo.errors import GeoError, WorkerError
from geo.parallel import AHEAD, FromSettings, Geoparse, Task, in_order, make_rows
from geo.recognize import plugins
from geo.store.rows import Rows

CONNECT_S = 20
"""How long a scheduler may take to answer; a cluster that is starting takes a few seconds."""

LOOK_EVERY_S = 30.0
"""How long a task is waited for before it is asked whether there are workers; none twice in a row is the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Workers behind a Dask scheduler. A task whose worker is gone is given to another one.

    Each worker needs Article Atlas installed, of the same version; it compiles and loads its own gazetteer.
    """

    load: Callable[[], Geoparse]
    """As for `geo.parallel.Processes`."""
    address: str
    """Of the scheduler: ``tcp://host:port``."""

    def rows(self, tasks: Iterator[Task]) -> Iterator[Rows]:
        """The rows of each task, in the order of the tasks; `WorkerError` if the cluster cannot be used."""
        with _connected(self.address) as client:
            threads = sum(client.nthreads().values())
            if not threads:
                raise WorkerError(
                    f"{self.address}: this scheduler has no workers; start one: dask worker {self.address}"
                )
            # pure=False: a task is told by its place in the stream, not by a hash of all its texts.
            futures: Iterator[Any] = (
                _Awaited(client, self.address, client.submit(_work, task, self.load, pure=False)) for task in tasks
            )
            yield from in_order(futures, threads * (1 + AHEAD))


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A future that is waited for only as long as there are workers: Dask itself would wait for new ones for ever."""

    client: Any
    address: str
    future: Any

    def result(self) -> Rows:
        from distributed import TimeoutError as WaitedError

        alone = False
        while True:
            try:
                rows: Rows = self.future.result(timeout=LOOK_EVERY_S)
            except WaitedError:
                if self.future.status == "error":  # the task's own
                    raise
            else:
                return rows
            was_alone, alone = alone, not self.client.nthreads()
            if was_alone and alone:
                raise WorkerError(
                    f"{self.address}: all workers of this scheduler are gone; nothing of this run is seen. "
                    f"Start one: dask worker {self.address}, then ingest again"
                )


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the scheduler; if that or worker after worker ends meanwhile, an error with a remedy."""
    try:
        from distributed import CancelledError, Client, KilledWorker
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise WorkerError(
            "--scheduler needs dask, which is not installed: pip install 'article-atlas[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkerError(
            f"{address}: no Dask scheduler answers ({error or type(error).__name__}); "
            "start one with: dask scheduler, and name its address as tcp://host:port"
        ) from error
    with _unlogged("distributed.client"), client:
        try:
            yield client
        except GeoError:
            raise
        except KilledWorker as error:
            raise WorkerError(
                f"{address}: worker after worker ended over the same articles, as the system does when memory runs "
                "out; nothing of this run is seen. Look at the logs of the workers, give them more memory, then ingest "
                "again"
            ) from error
        except Exception as error:
            if client.status == "running" and not isinstance(error, (CancelledError, CommClosedError)):
                raise
            raise WorkerError(
                f"{address}: the connection to the Dask scheduler was lost; nothing of this run is seen. "
                f"See that it runs (dask scheduler) and has workers (dask worker {address}), then ingest again"
            ) from error


@contextmanager
def _unlogged(name: str) -> Iterator[None]:
    """Without the tracebacks that a client logs beside what it raises."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _work(task: Task, load: Callable[[], Geoparse]) -> Rows:
    """On a worker; refused if its code or gazetteer would yield other rows than the recipe says."""
    if isinstance(load, FromSettings) and (own := _recipe(load)) != task.recipe:
        raise WorkerError(
            f"a worker has another recipe ({own}) than the ingest ({task.recipe}); install the same version of "
            "Article Atlas and of its libraries on all machines, then restart the workers"
        )
    return make_rows(task, _loaded(load))


@lru_cache(maxsize=1)
def _recipe(load: FromSettings) -> str:
    return plugins.recipe(load.settings)


@lru_cache(maxsize=1)
def _loaded(load: Callable[[], Geoparse]) -> Geoparse:
    return load()
