"""Articles into the atlas, in one stream: read, geoparse what is new, write, let readers see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geo.articles import read_folder
from geo.records import Article, Resolution, SetAside
from geo.settings import Settings
from geo.store import Writer

BATCH_ARTICLES = 500
"""Articles per commit: a commit costs about 10 ms, and a batch is what is held in memory."""

Geoparse = Callable[[Article], list[Resolution]]
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
    set_aside: list[SetAside]
    seconds: float


def ingest(
    corpus: Path | Iterable[Article | SetAside],
    store: Path,
    *,
    geoparse: Geoparse,
    recipe: str,
    settings: Settings,
    mirror: bool = True,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the atlas under `store` up to date with `corpus`: a folder, or what `read_paths` yields.

    `mirror`: articles that the corpus no longer holds leave the atlas; otherwise they stay.
    `progress` is called after each article with how many were read so far and its path.
    If nothing changed nothing is written. `CorpusError`, `StoreError` and `StoreBusyError` are the caller's.
    """
    started = time.perf_counter()
    items = read_folder(corpus, settings) if isinstance(corpus, Path) else corpus
    with Writer(store, recipe=recipe) as writer:
        state = _State(writer=writer, geoparse=geoparse)
        for item in items:
            state.take(item)
            if progress and isinstance(item, Article):
                progress(state.read, item.path or item.article_id)
        kept = state.unchanged if mirror else set(writer.stored_ids) - state.written
        removed = len(set(writer.stored_ids) - state.written - kept)
        if writer.is_first or state.written or removed or tuple(state.set_aside) != writer.set_aside:
            state.flush()
            writer.finish(kept=kept, set_aside=state.set_aside)
    return IngestReport(
        read=state.read,
        new=len(state.written),
        unchanged=len(state.unchanged),
        removed=removed,
        set_aside=state.set_aside,
        seconds=time.perf_counter() - started,
    )


@dataclass(slots=True, kw_only=True)
class _State:
    """What the stream has brought so far."""

    writer: Writer
    geoparse: Geoparse
    written: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    set_aside: list[SetAside] = field(default_factory=list)
    _batch: list[tuple[Article, list[Resolution]]] = field(default_factory=list)

    @property
    def read(self) -> int:
        return len(self.written) + len(self.unchanged)

    def take(self, item: Article | SetAside) -> None:
        if isinstance(item, SetAside):
            self.set_aside.append(item)
        elif self.writer.holds(item):
            self.unchanged.add(item.article_id)
        else:
            self._batch.append((item, self.geoparse(item)))
            self.written.add(item.article_id)
            if len(self._batch) >= BATCH_ARTICLES:
                self.flush()

    def flush(self) -> None:
        if self._batch:
            self.writer.add(self._batch)
            self._batch.clear()
