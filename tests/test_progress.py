from __future__ import annotations

import io

from geo.articles import Meter
from geo.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *, quiet: bool = False, total: int = 1000) -> str:
    times = iter([0.0, 10.0, 60.0])
    with Progress(stream, Meter(total=total, done=250), quiet=quiet, clock=lambda: next(times)) as progress:
        progress(500, "a.txt")
        progress(3000, "b\x1b[2J.txt")
    return stream.getvalue()


def test_a_terminal_shows_bar_articles_rate_and_time_left():
    text = shown(Terminal())
    assert "[#####...............] 25%  3,000 articles, 50/s, 3:00 left  b\\x1b[2J.txt" in text
    assert text.endswith("\r\x1b[K")


def test_a_log_has_plain_lines_now_and_then():
    assert shown(io.StringIO()) == "25%  3,000 articles, 50/s, 3:00 left\n"


def test_a_pipe_of_unknown_length_shows_no_share():
    assert shown(io.StringIO(), total=0) == "3,000 articles, 50/s\n"


def test_quiet_shows_nothing():
    assert shown(Terminal(), quiet=True) == ""
