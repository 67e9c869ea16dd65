"""The child process: a request a line on standard input; on standard output replies, ``{"end": ...}`` after the last.

An alarm ends it when a parser takes too long for its next reply; the system refuses it memory beyond what was asked.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from geo.articles.columns import Columns
from geo.articles.source import UnreadableError
from geo.settings import Settings

Parser = Callable[[Path, Columns, Settings], Iterator[dict[str, Any]]]

_MODULES = {".html": "page", ".htm": "page", ".docx": "word", ".pdf": "pdf", ".xlsx": "sheets", ".parquet": "parquet"}


def main() -> None:
    """Serve until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints must not mix with the replies
    for line in sys.stdin.buffer:
        if not serve(json.loads(line), out):
            return


def serve(request: dict[str, Any], out: BinaryIO) -> bool:
    """Answer one request; False = this process is spent."""
    parser: Parser = import_module(f"geo.articles.documents.{_MODULES[request['suffix']]}").parse
    with suppress(ValueError):  # macOS knows no such limit; there the alarm alone protects
        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], resource.getrlimit(resource.RLIMIT_AS)[1]))
    settings = Settings(**request["settings"])
    healthy = True
    signal.setitimer(signal.ITIMER_REAL, request["seconds"])
    try:
        for reply in parser(Path(request["file"]), Columns(**request["columns"]), settings):
            _send(out, reply, request["seconds"])
    except UnreadableError as error:
        _send(out, {"refused": [error.reason, error.remedy]}, request["seconds"])
    except MemoryError:
        most = f"reading it took more than {request['memory'] / 1e6:.0f} MB of memory"
        _send(out, {"refused": [most, "save it in smaller parts"]}, request["seconds"])
        healthy = False
    except Exception as error:  # noqa: BLE001 - whatever a parser raises over a hostile file is this file's, named
        reason = f"it is damaged, or not what its name says ({type(error).__name__}: {str(error)[:200]})"
        _send(out, {"refused": [reason, "open and save it in the program that made it"]}, request["seconds"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    _send(out, {"end": "ready" if healthy else "spent"}, 0)
    return healthy


def _send(out: BinaryIO, reply: dict[str, Any], seconds: float) -> None:
    """Write one line; while the reader is busy no time is counted."""
    line = json.dumps(reply, default=_plain).encode() + b"\n"
    signal.setitimer(signal.ITIMER_REAL, 0)
    out.write(line)
    out.flush()
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _plain(value: Any) -> str:
    """Dates as ISO 8601, anything else as it prints."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)


def article(text: str, notes: list[tuple[str, str]] | None = None, **stated: Any) -> dict[str, Any]:
    """The reply that carries one article."""
    return {"text": text, "stated": stated, "notes": notes or []}


if __name__ == "__main__":
    main()
