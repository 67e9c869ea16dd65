"""``ingest``: articles into the atlas."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geo import remote
from geo.commands.options import OK, add_store, at_least_one, command, refuse_twice, store_of
from geo.errors import CorpusError, StoreError
from geo.progress import Progress
from geo.records import SetAside
from geo.report import report_of, write_report
from geo.settings import Settings
from geo.terminal import printable

COLUMN_OPTIONS = {name: name for name in ("text", "title", "author", "source", "url", "language")} | {
    "date": "published"
}

MOST_LISTED = 100
"""Notes on files that a terminal is shown; the report file has all."""

_RECORD = "ingested.json"
_RECORDING_S = 10.0
_EXAMPLES = """\
examples:
  article-atlas ingest articles/
  article-atlas ingest dump.csv.gz pages.zip --text body --title headline --date published
  article-atlas ingest old/ --encoding cp1256 --store old.atlas
  ssh archive cat dump.jsonl | article-atlas ingest - --add
  article-atlas ingest articles/ --scheduler tcp://10.0.0.5:8786

Reads .txt .md .html .docx .pdf .csv .tsv .xlsx .json .jsonl .ndjson .parquet, each also as .gz, and .zip of
these. The same PATHs again: the atlas follows them, what they no longer hold leaves it. Other PATHs than last
time: say --add or --mirror. Exit code 0 also if something was set aside: it is listed, and written to the report
file; 2 if the atlas could not be brought up to date."""


def register(commands: Any) -> None:
    """Declare the command."""
    made = command(commands, "ingest", _ingest, "read articles into the atlas", _EXAMPLES)
    made.add_argument(
        "path", type=Path, metavar="PATH", nargs="+", help="files and folders; - reads JSON lines on standard input"
    )
    add_store(made)
    made.add_argument(
        "--report", type=Path, metavar="FILE", help="where to list what was set aside (default: DIR.set-aside.tsv)"
    )
    stay = made.add_mutually_exclusive_group()
    stay.add_argument("--add", action="store_true", help="keep the articles that the PATHs do not hold")
    stay.add_argument("--mirror", action="store_true", help="drop the articles that the PATHs do not hold")
    made.add_argument(
        "--encoding", metavar="NAME", help="of text files and tables, where it is told wrong: cp1256, ..."
    )
    made.add_argument(
        "--workers",
        type=at_least_one,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: a core each)",
    )
    made.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="geoparse on this Dask cluster (docs/scale.md)")
    made.add_argument(
        "--wait",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="how long to wait for another ingest into the same atlas (default: %(default)g)",
    )
    names = made.add_argument_group("names of columns, where they are not the usual ones")
    for option, field in COLUMN_OPTIONS.items():
        names.add_argument(f"--{option}", dest=field, metavar="NAME", help=f"the column of the {option}")
    made.add_argument("--json", action="store_true", help="print the report as one JSON object")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.articles import Columns, Meter, read_paths
    from geo.articles.decoding import known_encoding
    from geo.ingest import ingest_items
    from geo.known_files import KnownFiles, way_of_reading
    from geo.parallel import FromSettings, Processes, Runner
    from geo.recognize import plugins

    refuse_twice(arguments.path)
    if arguments.encoding is not None:
        settings = dataclasses.replace(settings, encoding=known_encoding(arguments.encoding))
    store = store_of(arguments, settings)
    columns = Columns(**{field: getattr(arguments, field) for field in COLUMN_OPTIONS.values()})
    meter = Meter()
    known = KnownFiles(store, way_of_reading(columns, settings))
    load = FromSettings(settings)
    runner: Runner = Processes(load=load, workers=arguments.workers)
    if arguments.scheduler:
        from geo.cluster import Cluster

        runner = Cluster(load=load, address=arguments.scheduler)
    with _Record(store, arguments.path) as record, Progress(sys.stderr, meter, quiet=arguments.quiet) as progress:
        report = ingest_items(
            read_paths(arguments.path, settings, columns, meter=meter, known=known),
            store,
            runner=runner,
            recipe=plugins.recipe(settings),
            mirror=record.decide(add=arguments.add, mirror=arguments.mirror),
            may_empty=arguments.mirror,
            wait_s=arguments.wait,
            progress=progress,
            known=known,
        )
    listed = write_report(report.set_aside, arguments.report or report_of(store))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    elif not arguments.quiet:
        print(
            f"{report.read} articles: {report.new} new, {report.unchanged} unchanged, {report.removed} removed,"
            f" {report.copies} near-duplicates; {len(report.set_aside)} notes on files; {report.seconds:.2f} s"
        )
    if not arguments.quiet:
        if report.older:
            print(
                f"  {report.older} older texts stay beside a new one from a file with the same path, as --add asks; "
                "--mirror drops all that the PATHs do not hold",
                file=sys.stderr,
            )
        _list_set_aside(report.set_aside, listed)
    return OK


class _Record:
    """Which PATHs an atlas was made from, in a file beside its tables: other ones must not drop what these brought.

    It is claimed before the reading starts, so that of two first ingests at once only one takes the atlas for its own.
    """

    def __init__(self, store: Path, paths: Sequence[Path]) -> None:
        self._file = store / _RECORD
        self._is_copy = remote.of(store) is not None
        from geo.store import runs, tables

        if self._is_copy:  # what lies in object storage counts, and other machines may have put it there
            tables.bring(store)
        self._has_run = runs.ever_finished(store)
        self._now = sorted({str(path) if str(path) == "-" else str(path.resolve()) for path in paths})
        self._adds = False
        self._claimed = False

    def __enter__(self) -> _Record:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._write()
        elif self._claimed:
            self._file.unlink(missing_ok=True)

    def decide(self, *, add: bool, mirror: bool) -> bool:
        """Whether what the PATHs do not hold leaves the atlas; `StoreError` if that has to be said."""
        self._adds = add
        if add or mirror:
            return not add
        before = self._read()
        if not before and not self._has_run and self._claim():
            return True
        before = before or self._read()
        if before == self._now and "-" not in self._now and not self._is_copy:
            return True
        made_from = f" made from {', '.join(before)}" if before else ""
        raise StoreError(
            f"{self._file.parent}: an atlas is here{made_from}; to keep its articles beside the new ones say --add,"
            " to keep only what the PATHs hold say --mirror, or name another folder with --store"
        )

    def _claim(self) -> bool:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("x", encoding="utf-8") as stream:
                stream.write(json.dumps(self._now, ensure_ascii=False))
        except FileExistsError:
            return False
        except OSError as error:
            raise StoreError(
                f"{self._file.parent}: cannot write here ({error.strerror}); choose another folder with --store"
            ) from error
        self._claimed = True
        return True

    def _read(self) -> list[str]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [path for path in found if isinstance(path, str)] if isinstance(found, list) else []

    def _write(self) -> None:
        """Under a lock of its own: two that add, one after the other, must both be told."""
        from geo.store.lock import take_lock

        lock = take_lock(self._file.parent, _RECORDING_S, name=f"{_RECORD}.lock")
        try:
            before = self._read()
            after = sorted({*before, *self._now}) if self._adds else self._now
            if after != before:
                whole = self._file.with_suffix(".tmp")
                whole.write_text(json.dumps(after, ensure_ascii=False), encoding="utf-8")
                whole.replace(self._file)
        except OSError as error:
            raise CorpusError(
                f"{self._file}: cannot be written ({error.strerror}); the atlas is complete, but the next ingest will"
                " ask for --add or --mirror"
            ) from error
        finally:
            os.close(lock)


def _list_set_aside(items: Sequence[SetAside], listed: Path) -> None:
    for item in items[:MOST_LISTED]:
        print(f"  {printable(item.path)}: {printable(item.reason)}; {printable(item.remedy)}", file=sys.stderr)
    if items:
        more = f"{len(items) - MOST_LISTED} more; " if len(items) > MOST_LISTED else ""
        print(f"  {more}all of them: {printable(str(listed))}", file=sys.stderr)
