"""Writing a run: rows to every table, then the run itself into `runs`; before that last commit no reader sees it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from geo import remote
from geo.records import Article, Entry, SetAside
from geo.store import compaction, copies, previous, rollup, tables, words
from geo.store.database import connect
from geo.store.lock import take_lock
from geo.store.reader import Atlas
from geo.store.rows import Pair, Rows, by_place, digest, entry_row, rows_of
from geo.store.runs import last_finished
from geo.store.schemas import CONTENT, ENTRY_COLUMNS, SCHEMA_VERSION, SCHEMAS
from geo.store.stored import KEPT, REPLACED, UNSEEN, Stored, nothing
from geo.store.tables import FinishedRun

FLUSH_BYTES = {
    "articles": 32 << 20,
    "texts": 32 << 20,
    "mentions": 64 << 20,
    "place_days": 32 << 20,
    "sketches": 32 << 20,
    "words": 48 << 20,
}
"""A table's rows are held until they are this many, then written as one sorted file: few large files answer faster."""


_COPYING_S = 60.0

_DAYS_ORDER = [(name, "ascending") for name in ("day", "place_id", "kind", "source")]


class Writer:
    """The one writer of an atlas folder; a second one waits `wait_s` seconds, then gets `StoreBusyError`.

    What a killed writer left behind is undone on entry. Without `finish` nothing of this run is ever seen.
    """

    def __init__(self, folder: Path, *, recipe: str, wait_s: float = 0.0) -> None:
        self.folder = folder
        self.recipe = recipe
        self._wait_s = wait_s
        self._copy_of: remote.Remote | None = None
        self._finished: FinishedRun | None = None
        self._run_before = 0
        self._stored = nothing()
        self._next_number = 0
        self._next_word = 0
        self._first_waiting_word = 0
        self._added: dict[str, tuple[Any, ...]] = {}
        self._waiting: dict[str, list[pa.Table]] = {table: [] for table in FLUSH_BYTES}
        self._waiting_bytes = dict.fromkeys(FLUSH_BYTES, 0)
        self.copies = 0
        """Articles that are near-copies of another one: of the last finished run, after `finish` of this one."""

    def __enter__(self) -> Writer:
        tables.check_folder(self.folder)
        self._copy_of = remote.of(self.folder)
        with ExitStack() as stack:
            # A reader that brings its copy up to date holds the lock for a moment; others are told by the lease.
            stack.callback(os.close, take_lock(self.folder, max(self._wait_s, _COPYING_S if self._copy_of else 0.0)))
            if self._copy_of is not None:
                stack.enter_context(self._copy_of.writing(self._wait_s))
                self._copy_of.pull()
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
    def run(self) -> int:
        """The number of the run that is being written."""
        return self._run_before + 1

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What the last finished run set aside."""
        return self._finished.set_aside if self._finished else ()

    @property
    def is_first(self) -> bool:
        """Whether no run ever finished here."""
        return self._finished is None

    def keep_as_it_is(self, article: Article) -> bool:
        """Whether the last finished run holds this very article, made with this very recipe; if so it stays."""
        return len(self._stored) > 0 and self._stored.keep(article.article_id, digest(article), self.recipe)

    @property
    def stored(self) -> Stored:
        """What the last finished run holds."""
        return self._stored

    def keep(self, article_ids: Iterable[str]) -> None:
        """These articles of the last run stay as they are."""
        self._stored.mark(article_ids, KEPT)

    def keep_the_rest(self) -> None:
        """Articles of the last run that were neither kept nor written again stay as well."""
        self._stored.keep_unseen()

    def count_unseen(self) -> int:
        """Articles of the last run that were neither kept nor written again: `finish` removes them."""
        return self._stored.count(UNSEEN)

    def take_numbers(self, count: int) -> int:
        """The first of `count` numbers for articles: given out in reading order, whoever makes the rows."""
        first = self._next_number
        self._next_number += count
        return first

    def add(self, batch: Iterable[Pair]) -> None:
        """Write articles with their resolutions."""
        pairs = list(batch)
        first = self.take_numbers(len(pairs))
        self.add_rows(rows_of(pairs, first_number=first, run=self.run, recipe=self.recipe))

    def add_rows(self, rows: Rows) -> None:
        """Write rows that were made elsewhere, with numbers from `take_numbers`."""
        self._stored.mark(rows.articles["article_id"].to_pylist(), REPLACED)
        self._added.update(rows.entries)
        first_words = pc.add(rows.articles["first_word"], self._next_word)
        at = rows.articles.schema.get_field_index("first_word")
        added = {table: getattr(rows, table) for table in FLUSH_BYTES}
        added["articles"] = rows.articles.set_column(at, "first_word", first_words)
        self._next_word += rows.words.num_rows
        with tables.writing(self.folder):
            for table, waiting in self._waiting.items():
                waiting.append(added[table])
                self._waiting_bytes[table] += added[table].nbytes
                if self._waiting_bytes[table] >= FLUSH_BYTES[table]:
                    self._flush(table)

    def finish(self, *, kept: Collection[str] = (), set_aside: Sequence[SetAside] = ()) -> None:
        """End the run: of the articles stored before, only those kept stay; then let readers see it."""
        self.keep(kept)
        with tables.writing(self.folder):
            self._finish(set_aside)

    def _finish(self, set_aside: Sequence[SetAside]) -> None:
        for table in self._waiting:
            self._flush(table)
        self._remove_what_is_gone()
        self._write_months()
        self._write_places()
        self._write_copies()
        for table in (*CONTENT, "runs"):
            if table in rollup.TABLES:
                rollup.tidy(self.folder, table, self._connection)
            compaction.tidy(self.folder, table)
        finished = FinishedRun(
            run=self.run,
            recipe=self.recipe,
            finished_at=datetime.now(UTC),
            versions=self._versions_now(),
            next_number=self._next_number,
            next_word=self._next_word,
            set_aside=tuple(set_aside),
        )
        row = tables.run_row(finished, self._started_at)
        tables.append(self.folder, "runs", pa.Table.from_pylist([row], schema=SCHEMAS["runs"]))
        if self._copy_of is not None:
            self._copy_of.push()

    def _flush(self, table: str) -> None:
        """Write what waits for this table, in the order in which it is asked for."""
        parts = [part for part in self._waiting[table] if part.num_rows]
        self._waiting[table], self._waiting_bytes[table] = [], 0
        if not parts:
            return
        rows = pa.concat_tables(parts).combine_chunks()
        del parts
        if table == "words":
            first, self._first_waiting_word = self._first_waiting_word, self._next_word
            keys = rows["word"].to_numpy()
            del rows  # the postings are the most that is held at once
            rows = words.sorted_postings(keys, first)
            del keys
        elif table == "mentions":
            rows = rows.take(by_place(rows))
        elif table == "place_days":
            rows = rows.sort_by(_DAYS_ORDER)
        tables.append(self.folder, table, rows)

    def _versions_now(self) -> dict[str, int]:
        return {table: tables.open_table(self.folder, table).version() for table in CONTENT}

    def _start_from_last_run(self) -> None:
        found = last_finished(self.folder, self._connection)
        if found is not None:
            self._run_before = found[0].run
            self._next_number = found[0].next_number
            self._next_word = self._first_waiting_word = found[0].next_word
        if found is None or found[0].schema_version < SCHEMA_VERSION:
            for table in (*CONTENT, "runs"):
                tables.overwrite(self.folder, table, SCHEMAS[table].empty_table())
            return
        self._finished = found[0]
        for table, version in self._finished.versions.items():
            current = tables.open_table(self.folder, table)
            if current.version() != version:
                current.restore(version)
        self._stored = previous.stored(self._last())
        self.copies = self._last().count_copies()

    def _last(self) -> Atlas:
        if self._finished is None:
            raise RuntimeError("there is no finished run to read from")
        return Atlas(self.folder, self._finished, self._connection)

    def _remove_what_is_gone(self) -> None:
        """Delete the rows of articles that are not kept, and take them off the counts."""
        gone = self._stored.gone()
        if not len(gone):
            return
        last = self._last()
        tables.append(self.folder, "place_days", previous.counts_to_subtract(last, gone))
        for table in ("articles", "texts", "mentions", "sketches"):
            tables.remove(self.folder, table, "number", gone, gone + 1)
        tables.remove(self.folder, "words", "ordinal", *previous.words_to_remove(last, gone))

    def _write_months(self) -> None:
        """What this run added to the days, summed up by month."""
        before = set(self._last().files_of("place_days")) if self._finished else set()
        now = tables.open_table(self.folder, "place_days")
        new = [file for file in tables.data_files(self.folder, "place_days", now) if file not in before]
        if new:
            tables.append(self.folder, "place_months", rollup.months(self._connection, new))

    def _write_copies(self) -> None:
        """Who is a near-copy of whom, anew: an article that came or went can change it for others."""

        def files(table: str) -> list[str]:
            return tables.data_files(self.folder, table, tables.open_table(self.folder, table))

        found = copies.find(self._connection, files)
        tables.overwrite(self.folder, "copies", found.copies)
        tables.overwrite(self.folder, "place_copies", found.place_copies)
        self.copies = found.copies.num_rows

    def _write_places(self) -> None:
        """Keep the places that a mention still points to, with those this run brought, its spelling of them winning."""
        stored = {entry.place_id: entry for entry in self._last().entries_in_use()} if self._finished else {}
        added = {key: Entry(**dict(zip(ENTRY_COLUMNS, row, strict=True))) for key, row in self._added.items()}
        entries = stored | added
        if entries == stored and not len(self._stored.gone()):
            return
        months = tables.open_table(self.folder, "place_months")
        in_use = rollup.places_in_use(self._connection, tables.data_files(self.folder, "place_months", months))
        rows = [entry_row(entries[key]) for key in sorted(in_use & entries.keys())]
        tables.overwrite(self.folder, "places", pa.Table.from_pylist(rows, schema=SCHEMAS["places"]))
