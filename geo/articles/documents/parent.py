"""Readers that ask a child process: a parser that loops, floods or crashes costs one file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.articles.columns import Columns, first_of_each, read_row
from geo.articles.csv_rows import check_header
from geo.articles.fields import build
from geo.articles.source import Source, UnreadableError
from geo.records import Article, SetAside
from geo.settings import ROOT, Settings

TABLES = frozenset({".xlsx", ".parquet"})
_TABLE_MEMORY = 3
"""A table's rows are read as a stream, but its shared strings, or a group of its columns, are held."""
_SPLIT_IT = "save it in another format (.txt, .html, .csv), or in smaller parts"
_BYTES_PER_CHAR = 6
"""At most, of a text in JSON."""


def read_document(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """The one article of an .html, .docx or .pdf file."""
    with source.on_disk(settings.max_document_bytes) as file:
        for reply in _ask(source, file, columns, settings):
            for reason, remedy in reply["notes"]:
                yield source.set_aside(reason, remedy)
            yield from build(source.path, reply["text"], reply["stated"], remedy="correct it in the file")


def read_table(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """The rows of an .xlsx or .parquet file; of a sheet without a text column only its name, if another has one."""
    most = settings.max_document_bytes if source.suffix == ".xlsx" else settings.max_table_bytes
    notes: list[SetAside] = []
    read = 0
    with source.on_disk(most) as file:
        header: list[str] | None = None
        for reply in _ask(source, file, columns, settings):
            if "header" in reply:
                header = reply["header"]
                read, header = read + 1, _usable(source, reply, columns, notes)
            elif header is not None:
                yield from read_row(source, reply["row"], dict(zip(header, reply["values"], strict=False)), columns)
    yield from notes
    if not read:
        raise UnreadableError("it is empty", "put a header and rows into it or delete it")


def _usable(source: Source, reply: dict[str, Any], columns: Columns, notes: list[SetAside]) -> list[str] | None:
    """The header, if articles can be read below it."""
    header: list[str] = reply["header"]
    sheet = f"sheet {reply['sheet'][:60]!r}: " if reply["sheet"] else ""
    try:
        check_header(header, columns)
    except UnreadableError as error:
        notes.append(source.set_aside(f"{sheet}{error.reason}", error.remedy))
        return None
    if doubled := columns.doubled(header):
        notes.append(source.set_aside(f"{sheet}{doubled[0]}", doubled[1]))
    return first_of_each(header)


def _ask(source: Source, file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    memory = settings.parse_memory_bytes * (_TABLE_MEMORY if source.suffix in TABLES else 1)
    request = {
        "file": str(file.absolute()),
        "suffix": source.suffix,
        "columns": asdict(columns),
        "seconds": settings.parse_seconds,
        "memory": memory,
        "settings": {
            "max_file_bytes": settings.max_file_bytes,
            "max_document_bytes": settings.max_document_bytes,
            "max_archive_files": settings.max_archive_files,
            "encoding": settings.encoding,
        },
    }
    child = _idle.pop(os.getpid(), None) or _Child()
    refused = None
    done = False
    try:
        for reply in child.ask(request, most=_BYTES_PER_CHAR * settings.max_file_bytes):
            if "refused" in reply:
                refused = UnreadableError(*reply["refused"])
            else:
                yield reply
        done = True
    finally:
        if not done or child.is_spent or _idle.setdefault(os.getpid(), child) is not child:
            child.kill()
    if refused:
        raise refused


_idle: dict[int, _Child] = {}
"""The child that waits for the next file, by process: a forked process must not talk to its parent's."""


class _Child:
    """A process that parses one file after another. It ends when this one does."""

    def __init__(self) -> None:
        # One arena and one thread: address space is what is limited, and each of them reserves 64 MB or more of it.
        self.is_spent = False
        calm = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "geo.articles.documents.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | calm,
        )

    def ask(self, request: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
        """What the parser finds, item by item; `UnreadableError` if it does not live to the end."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the parser has no pipes")
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._epitaph(request) from None
        while True:
            line = stdout.readline(most + 1)
            if len(line) > most:
                raise UnreadableError("its text is too long for one article", _SPLIT_IT)
            if not line.endswith(b"\n"):
                raise self._epitaph(request)
            reply: dict[str, Any] = json.loads(line)
            if "end" in reply:
                self.is_spent = reply["end"] == "spent"
                return
            yield reply

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _epitaph(self, request: dict[str, Any]) -> UnreadableError:
        code = self._process.wait()
        if code == -signal.SIGALRM:
            return UnreadableError(f"reading it took longer than {request['seconds']:g} seconds", _SPLIT_IT)
        return UnreadableError("its parser broke down; it is damaged, or made to do harm", _SPLIT_IT)
