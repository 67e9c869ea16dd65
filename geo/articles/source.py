"""One thing to be read: a file, or what lies packed inside one. Opened as a stream that ends before it floods us."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from geo.records import SetAside
from geo.settings import Settings

_RATIO_COUNTS_FROM = 10_000_000
"""Bytes. A smaller text may repeat itself as much as it likes."""
_SPLIT_IT = "split it into one file for each article"


class UnreadableError(Exception):
    """Why this source, or the rest of it, was not read, and what to do; readers raise it, `read_source` reports it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(slots=True)
class Meter:
    """How far the reading is, in bytes of the files on disk: what a progress bar shows."""

    total: int = 0
    """0 = not known, as for a pipe."""
    done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an article, or many, can be read from."""

    path: str
    """As shown: relative to the corpus; inside an archive ``archive.zip/inner.txt``."""
    suffix: str
    """Says which reader takes it: ``.jsonl`` also for ``news.jsonl.gz``."""
    open: Callable[[], BinaryIO]
    """A fresh stream; the caller closes it."""
    file: Path | None = None
    """The file that holds exactly these bytes; None = they are packed or piped."""
    meter: Meter = field(default_factory=Meter)

    def read(self, max_bytes: int) -> bytes:
        """All bytes; `UnreadableError` if there are more than `max_bytes`."""
        with self.open() as stream:
            raw = stream.read(max_bytes + 1)
        if len(raw) > max_bytes:
            raise UnreadableError(f"it is larger than {max_bytes / 1e6:g} MB", _SPLIT_IT)
        return raw

    def set_aside(self, reason: str, remedy: str, row: int | str | None = None) -> SetAside:
        """The notice on this source, or on one row of it; what names in it have of broken bytes is spelled out."""
        reason, remedy = (text.encode("utf-8", "backslashreplace").decode() for text in (reason, remedy))
        return SetAside(path=self.row_path(row) if row is not None else self.path, reason=reason, remedy=remedy)

    def row_path(self, row: int | str) -> str:
        """The `Article.path` of one row."""
        return f"{self.path}#{row}"

    @contextmanager
    def on_disk(self, max_bytes: int) -> Iterator[Path]:
        """A file with these bytes, for parsers that want one: a temporary one, with a name of ours, if need be."""
        if self.file is not None:
            if self.file.stat().st_size > max_bytes:
                raise UnreadableError(f"it is larger than {max_bytes / 1e6:g} MB", _SPLIT_IT)
            yield self.file
            return
        with tempfile.NamedTemporaryFile(prefix="article-atlas-", suffix=self.suffix) as spool, self.open() as stream:
            shutil.copyfileobj(_Guarded(stream, max_bytes=max_bytes), spool)
            spool.flush()
            yield Path(spool.name)


class Counted(io.FileIO):
    """A file that tells the meter how much of it was read."""

    def __init__(self, file: str | os.PathLike[str], meter: Meter) -> None:
        super().__init__(file, "rb")
        self.seen = 0
        self._meter = meter

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        """As `FileIO`; counts."""
        count = super().readinto(buffer) or 0
        self.seen += count
        self._meter.done += count
        return count

    def readall(self) -> bytes:
        """As `FileIO`; counts."""
        raw = super().readall() or b""
        self.seen += len(raw)
        self._meter.done += len(raw)
        return raw


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Guarded(io.RawIOBase):
    """A stream that raises `UnreadableError` once it has given more than it should."""

    def __init__(self, inner: _Readable, *, max_bytes: int | None = None, max_out: Callable[[], int] | None = None):
        super().__init__()
        self._inner = inner
        self._max_bytes = max_bytes
        self._max_out = max_out
        self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        chunk = self._inner.read(len(buffer))
        self._out += len(chunk)
        if self._max_bytes is not None and self._out > self._max_bytes:
            raise UnreadableError(f"it is larger than {self._max_bytes / 1e6:g} MB", _SPLIT_IT)
        if self._max_out and self._out > max(_RATIO_COUNTS_FROM, self._max_out()):
            raise UnreadableError(
                f"it unpacks to far more than it should (over {self._out / 1e6:.0f} MB)",
                "unpack it yourself, if you trust it, and name the unpacked file",
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close:
            close()
        super().close()


def guarded(stream: BinaryIO, max_out: Callable[[], int]) -> BinaryIO:
    """`stream`, ending in `UnreadableError` when it has given more than `max_out()` says at that moment."""
    return io.BufferedReader(_Guarded(stream, max_out=max_out), buffer_size=1 << 16)


def unpack_gzip(stream: BinaryIO, consumed: Callable[[], int], settings: Settings) -> BinaryIO:
    """What the gzip stream holds, as long as it is not a bomb; `consumed` = packed bytes read so far."""
    return guarded(
        gzip.GzipFile(fileobj=stream),  # type: ignore[arg-type]
        lambda: settings.max_unpack_ratio * consumed(),
    )


def file_source(file: Path, path: str, settings: Settings, meter: Meter) -> Source:
    """The source that a file on disk is; ``.gz`` is taken off."""
    suffix = file.suffix.lower()
    if suffix != ".gz":
        return Source(
            path=path, suffix=suffix, open=lambda: io.BufferedReader(Counted(file, meter)), file=file, meter=meter
        )

    def opened() -> BinaryIO:
        counted = Counted(file, meter)
        return unpack_gzip(io.BufferedReader(counted), lambda: counted.seen, settings)

    return Source(path=path, suffix=Path(file.stem).suffix.lower(), open=opened, meter=meter)
