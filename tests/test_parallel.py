from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import places
import pytest
from loaders import Load, die, geoparse
from tables import same_rows

from geo import ingest as ingest_module
from geo.errors import WorkerError
from geo.ingest import ingest_items
from geo.parallel import InProcess, Processes, Task
from geo.records import Article
from geo.store import Atlas

ARTICLES = [
    places.article(f"{n} من الموصل إلى سرت ثم ليبيا", f"a{n}", source=f"s{n % 3}", published=f"2017-{n % 12 + 1:02}")
    for n in range(40)
]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(ingest_module, "BATCH_ARTICLES", 3)


def run(store: Path, runner: object, articles: object = ARTICLES) -> None:
    ingest_items(articles, store, runner=runner, recipe="r1")


def test_worker_processes_make_the_tables_that_one_process_makes(tmp_path):
    run(tmp_path / "one", InProcess(geoparse))
    run(tmp_path / "two", Processes(load=Load(geoparse), workers=2))
    assert same_rows(tmp_path / "one", tmp_path / "two")


def test_a_small_corpus_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.parallel.ProcessPoolExecutor", None)
    run(tmp_path, Processes(load=Load(geoparse), workers=2), ARTICLES[:6])
    assert Atlas.open(tmp_path).summary().articles == 6


def test_no_more_articles_are_drawn_than_the_workers_can_soon_begin(tmp_path):
    drawn = 0

    def articles() -> Iterator[Article]:
        nonlocal drawn
        for article in ARTICLES:
            drawn += 1
            yield article

    rows = Processes(load=Load(geoparse), workers=2).rows(tasks_of(articles()))
    next(rows)
    rows.close()
    assert drawn < len(ARTICLES) - 10


def test_a_worker_that_is_gone_is_an_error_with_a_remedy_and_nothing_is_seen(tmp_path):
    with pytest.raises(WorkerError, match="--workers 1"):
        run(tmp_path, Processes(load=Load(die), workers=2))
    run(tmp_path, InProcess(geoparse))
    run(tmp_path / "reference", InProcess(geoparse))
    assert same_rows(tmp_path, tmp_path / "reference")


def tasks_of(articles: Iterator[Article]) -> Iterator[Task]:
    for number, article in enumerate(articles):
        yield Task(articles=(article,), first_number=number, run=1, recipe="r1")
