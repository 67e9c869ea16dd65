"""Articles into the atlas, in one stream: read, geoparse what is new, write, let readers see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.articles import read_folder
from geo.errors import CorpusError
from geo.known_files import KnownFiles
from geo.parallel import Geoparse, InProcess, Runner, Task
from geo.records import Article, SetAside
from geo.report import split_row
from geo.settings import Settings
from geo.store import Atlas, Writer
from geo.store.previous import older_texts

BATCH_ARTICLES = 200
"""Articles that a worker is given at once: half a second of work, and what it holds in memory."""

Progress = Callable[[int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What one ingest did."""

    read: int
    """Distinct articles in the corpus."""
    new: int
    """Of these, geoparsed and written now: not seen before, edited, or made by another recipe."""
    unchanged: int
    """Of these, left as they were."""
    removed: int
    """Articles of the last run that the corpus no longer holds."""
    copies: int
    """Articles in the atlas that are near-copies of another one (wire copy): kept, linked, counted."""
    set_aside: list[SetAside]
    seconds: float
    older: int = 0
    """Articles of earlier runs that stay, although a file with their path now holds another text; 0 if mirrored."""


def ingest(
    corpus: Path | Iterable[Article | SetAside],
    store: Path,
    *,
    geoparse: Geoparse,
    recipe: str,
    settings: Settings,
    mirror: bool = True,
    progress: Progress | None = None,
    runner: Runner | None = None,
    wait_s: float = 0.0,
) -> IngestReport:
    """Bring the atlas under `store` up to date with `corpus`: a folder, or what `read_paths` yields.

    `mirror`: articles that the corpus no longer holds leave the atlas; otherwise they stay.
    `progress` is called after each article with how many were read so far and its path.
    `runner` makes the rows in place of `geoparse`, in this process or elsewhere. `wait_s`: how long to wait for
    another process that is writing this atlas. If nothing changed nothing is written. `CorpusError`, `StoreError`,
    `StoreBusyError` and `WorkerError` are the caller's.
    """
    return ingest_items(
        read_folder(corpus, settings) if isinstance(corpus, Path) else corpus,
        store,
        runner=runner or InProcess(geoparse),
        recipe=recipe,
        mirror=mirror,
        progress=progress,
        wait_s=wait_s,
    )


def ingest_items(
    items: Iterable[Article | SetAside],
    store: Path,
    *,
    runner: Runner,
    recipe: str,
    mirror: bool = True,
    may_empty: bool = True,
    progress: Progress | None = None,
    wait_s: float = 0.0,
    known: KnownFiles | None = None,
) -> IngestReport:
    """`ingest` for articles from anywhere; they are read one by one, and never held all at once.

    `known`: the files that `items` passes over, because the atlas holds what they gave. `may_empty`: False = if no
    article is read, what the atlas holds stays, and a `CorpusError` says so.
    """
    started = time.perf_counter()
    with Writer(store, recipe=recipe, wait_s=wait_s) as writer:
        if known is not None:
            known.begin(writer.stored, recipe)
        stream = _Stream(writer=writer, progress=progress)
        if not mirror:
            stream.noted_before = {split_row(note.path)[0] for note in writer.set_aside}
        for rows in runner.rows(stream.tasks(items)):
            writer.add_rows(rows)
        if not mirror:
            writer.keep_the_rest()
        removed = writer.count_unseen()
        if not may_empty and removed and removed == len(writer.stored) and not stream.new:
            raise _nothing_read(removed, stream.set_aside)
        set_aside = [note for note in writer.set_aside if split_row(note.path)[0] in stream.noted_before]
        set_aside += stream.set_aside
        if writer.is_first or stream.new or removed or tuple(set_aside) != writer.set_aside:
            writer.finish(set_aside=set_aside)
        if known is not None:
            stream.unchanged += known.articles
            known.finish(store)
    return IngestReport(
        read=stream.new + stream.unchanged,
        new=stream.new,
        unchanged=stream.unchanged,
        removed=removed,
        copies=writer.copies,
        set_aside=set_aside,
        seconds=time.perf_counter() - started,
        older=older_texts(Atlas.open(store, corrected=False)) if stream.new and not mirror else 0,
    )


@dataclass(slots=True, kw_only=True)
class _Stream:
    """What the articles bring as they go by."""

    writer: Writer
    progress: Progress | None
    new: int = 0
    unchanged: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    noted_before: set[str] = field(default_factory=set)
    """Files that the last run noted something on and that have not come by: where articles stay, notes do."""

    def tasks(self, items: Iterable[Article | SetAside]) -> Iterator[Task]:
        """The articles that the atlas does not hold as they are, in batches; the others are kept."""
        batch: list[Article] = []
        for item in items:
            self.noted_before.discard(split_row(item.path or "")[0])
            if isinstance(item, SetAside):
                self.set_aside.append(item)
                continue
            if self.writer.keep_as_it_is(item):
                self.unchanged += 1
            else:
                batch.append(item)
                self.new += 1
            if len(batch) >= BATCH_ARTICLES:
                yield self._task(batch)
                batch = []
            if self.progress:
                self.progress(self.new + self.unchanged, item.path or item.article_id)
        if batch:
            yield self._task(batch)

    def _task(self, batch: list[Article]) -> Task:
        return Task(
            articles=tuple(batch),
            first_number=self.writer.take_numbers(len(batch)),
            run=self.writer.run,
            recipe=self.writer.recipe,
        )


def _nothing_read(held: int, set_aside: Sequence[SetAside]) -> CorpusError:
    why = (
        f"; {len(set_aside)} notes on files, the first on {set_aside[0].path}: {set_aside[0].reason}"
        if set_aside
        else ""
    )
    return CorpusError(
        f"no article was read{why}. The atlas stays as it was, with {held} articles; correct this and ingest again, or "
        "say --mirror if it shall be empty"
    )
