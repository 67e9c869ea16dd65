"""Writing a run: rows to every table, then the run itself into `runs`; before that last commit no reader sees it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from geo.errors import StoreBusyError, StoreError
from geo.records import Article, Entry, Resolution, SetAside
from geo.store import tables
from geo.store.reader import Atlas, connect, last_finished
from geo.store.tables import CONTENT, FinishedRun

LOCK_NAME = "lock"


class Writer:
    """The one writer of an atlas folder, from `with` to its end; a second one gets `StoreBusyError`.

    What a killed writer left behind is undone on entry. Without `finish` nothing of this run is ever seen.
    """

    def __init__(self, folder: Path, *, recipe: str) -> None:
        self.folder = folder
        self.recipe = recipe
        self._finished: FinishedRun | None = None
        self._stored: dict[str, tuple[str, str]] = {}
        self._added: dict[str, Entry] = {}

    def __enter__(self) -> Writer:
        tables.check_folder(self.folder)
        with ExitStack() as stack:
            stack.callback(os.close, _take_lock(self.folder))
            self._connection = stack.enter_context(connect(self.folder))
            self._started_at = datetime.now(UTC)
            with tables.writing(self.folder):
                self._start_from_last_run()
            self._held = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    @property
    def stored_ids(self) -> Collection[str]:
        """Ids of the articles of the last finished run."""
        return self._stored.keys()

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What the last finished run set aside."""
        return self._finished.set_aside if self._finished else ()

    @property
    def is_first(self) -> bool:
        """Whether no run ever finished here."""
        return self._finished is None

    def holds(self, article: Article) -> bool:
        """Whether the last finished run holds this very article, made with this very recipe."""
        return self._stored.get(article.article_id) == (tables.digest(article), self.recipe)

    def add(self, batch: Iterable[tuple[Article, Sequence[Resolution]]]) -> None:
        """Write articles with their resolutions: one commit to each table."""
        pairs = list(batch)
        articles = [tables.article_row(article, self._run, self.recipe) for article, _ in pairs]
        mentions = [
            tables.mention_row(article, resolution, self._run, self.recipe)
            for article, resolutions in pairs
            for resolution in resolutions
        ]
        entries = (resolution.entry for _, resolutions in pairs for resolution in resolutions)
        self._added.update((entry.place_id, entry) for entry in entries if entry)
        with tables.writing(self.folder):
            tables.append(self.folder, "articles", articles)
            tables.append(self.folder, "mentions", mentions)

    def finish(self, *, kept: Collection[str], set_aside: Sequence[SetAside] = ()) -> None:
        """End the run: of the articles stored before, only those in `kept` stay; then let readers see it."""
        with tables.writing(self.folder):
            self._finish([article_id for article_id in self._stored if article_id not in kept], set_aside)

    def _finish(self, stale: list[str], set_aside: Sequence[SetAside]) -> None:
        for table in ("articles", "mentions"):
            self._remove(table, stale)
        self._write_places()
        for table in (*CONTENT, "runs"):
            tables.tidy(self.folder, table)
        finished = FinishedRun(
            run=self._run,
            recipe=self.recipe,
            finished_at=datetime.now(UTC),
            versions=self._versions_now(),
            set_aside=tuple(set_aside),
        )
        tables.append(self.folder, "runs", [tables.run_row(finished, self._started_at)])

    @property
    def _run(self) -> int:
        return self._finished.run + 1 if self._finished else 1

    def _versions_now(self) -> dict[str, int]:
        return {table: tables.open_table(self.folder, table).version() for table in CONTENT}

    def _start_from_last_run(self) -> None:
        found = last_finished(self.folder, self._connection)
        if found is None:
            for table in (*CONTENT, "runs"):
                tables.overwrite(self.folder, table, [])
            return
        self._finished = found[0]
        for table, version in self._finished.versions.items():
            current = tables.open_table(self.folder, table)
            if current.version() != version:
                current.restore(version)
        self._stored = Atlas(self.folder, self._finished, self._connection).digests()

    def _remove(self, table: str, article_ids: list[str]) -> None:
        """Delete the rows that earlier runs wrote for these articles."""
        if not article_ids:
            return
        # A join, because a long `IN (...)` list overflows the library's stack (seen with 50,000 ids).
        tables.open_table(self.folder, table).merge(
            pa.table({"article_id": article_ids}),
            predicate=f"old.article_id = gone.article_id AND old.run < {self._run}",
            source_alias="gone",
            target_alias="old",
        ).when_matched_delete().execute()

    def _write_places(self) -> None:
        """Keep the places that a mention still points to, with those this run brought, its spelling of them winning."""
        now = FinishedRun(
            run=self._run, recipe=self.recipe, finished_at=self._started_at, versions=self._versions_now()
        )
        in_use = Atlas(self.folder, now, self._connection).entries_in_use()
        entries = {entry.place_id: entry for entry in in_use} | self._added
        tables.overwrite(self.folder, "places", [tables.entry_row(entries[key]) for key in sorted(entries)])


def _take_lock(folder: Path) -> int:
    """An open file descriptor that holds the folder's lock; the system frees it when the process dies."""
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot write here ({error.strerror}); choose another folder with --store"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StoreBusyError(
            f"{path} is held by another process that is writing this atlas; wait until it ends or use another --store"
        ) from error
    return lock
