"""How far a run is: articles, rate and time left; one line that changes on a terminal, plain lines in a log."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TextIO

from geo.terminal import printable

_ON_TERMINAL_S = 0.1
_IN_LOG_S = 30.0
"""Seconds between two lines; a run that ends before the first writes none."""
_BAR = 20


class Share(Protocol):
    """What tells how much of the work is done."""

    total: int
    done: int


class Progress:
    """Call it after each article. Leaves nothing behind on a terminal."""

    def __init__(
        self,
        stream: TextIO = sys.stderr,
        share: Share | None = None,
        *,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._share = share
        self._quiet = quiet
        self._clock = clock
        self._on_terminal = stream.isatty()
        self._every_s = _ON_TERMINAL_S if self._on_terminal else _IN_LOG_S
        self._started = self._shown = clock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal and not self._quiet:
            print("\r\x1b[K", end="", file=self._stream, flush=True)

    def __call__(self, read: int, path: str) -> None:
        now = self._clock()
        if self._quiet or now - self._shown < self._every_s:
            return
        self._shown = now
        line = self._line(read, now - self._started)
        if self._on_terminal:
            line = f"{line}  {printable(path)}"[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{line}", end="", file=self._stream, flush=True)
        else:
            print(line, file=self._stream, flush=True)

    def _line(self, read: int, seconds: float) -> str:
        rate = f"{read:,} articles, {read / max(seconds, 0.001):,.0f}/s"
        if not self._share or not self._share.total:
            return rate
        share = min(1.0, self._share.done / self._share.total)
        left = f", {_minutes(seconds / share - seconds)} left" if share > 0.001 else ""
        bar = "#" * round(_BAR * share)
        return (f"[{bar:.<{_BAR}}] " if self._on_terminal else "") + f"{share:.0%}  {rate}{left}"


def _minutes(seconds: float) -> str:
    """Hours, minutes and seconds as a clock shows them.

    >>> _minutes(3725), _minutes(62)
    ('1:02:05', '1:02')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
