"""The rows made by a Dask cluster: the same tasks, the same rows, other machines. Imports dask only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo.errors import WorkerError
from geo.parallel import AHEAD, FromSettings, Geoparse, Task, in_order, make_rows
from geo.recognize import plugins
from geo.store.rows import Rows

CONNECT_S = 20
"""How long a scheduler may take to answer; a cluster that is starting takes a few seconds."""


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
            futures = (client.submit(_work, task, self.load, pure=False) for task in tasks)
            yield from in_order(futures, threads * (1 + AHEAD))


def _connected(address: str) -> Any:
    """A client of the scheduler, for a `with`."""
    try:
        from distributed import Client
    except ImportError as error:
        raise WorkerError(
            "--scheduler needs dask, which is not installed: pip install 'article-atlas[cluster]'"
        ) from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkerError(
            f"{address}: no Dask scheduler answers ({error or type(error).__name__}); "
            "start one with: dask scheduler, and name its address as tcp://host:port"
        ) from error


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
