"""Geoparsers that are loaded where the work is done: in another process or on another machine."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import places

from geo.parallel import Geoparse
from geo.records import Article, Resolution


def geoparse(article: Article) -> list[Resolution]:
    """The few places that tests know."""
    return places.geoparse(article.text)


def geoparse_slowly(article: Article) -> list[Resolution]:
    """Slow enough for a worker to be killed in the middle."""
    time.sleep(0.05)
    return places.geoparse(article.text)


def die(_: Article) -> list[Resolution]:
    """What a system without memory does to a worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    return []


@dataclass(frozen=True)
class Load:
    """Loads one of the above."""

    geoparse: Geoparse = geoparse

    def __call__(self) -> Geoparse:
        """At once."""
        return self.geoparse
