"""Large files that are, byte for byte, as an earlier run read them: their articles stay, and none of them is read.

A file beside the tables notes of each large file what was in it, which articles it gave and what was said of it. It is
believed only if the last finished run holds every one of these articles as the file gave it, made with the very recipe
of this run; so it may be old, or gone, and nothing is lost by that. A file that shares an article with another one is
never noted: which of the two gives it depends on both.
"""

from __future__ import annotations

import hashlib
import logging
from array import array
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import numpy.typing as npt

from geo.articles.paths import Given
from geo.records import SetAside
from geo.store import Atlas
from geo.store.previous import prints
from geo.store.stored import Stored, nothing

LARGE_BYTES = 1 << 20
"""A smaller file is read sooner than looked up."""

_log = logging.getLogger(__name__)

_NAME = "files.msgpack"
_VERSION = 1

Words = npt.NDArray[np.uint64]


class KnownFiles:
    """What is noted of the files of one atlas. `way`: of how they are read; read otherwise they are not known."""

    def __init__(self, store: Path, way: str) -> None:
        self.articles = 0
        """How many articles stay because their file is known."""
        self._file = store / _NAME
        self._way = way
        self._before: dict[str, dict[str, Any]] = {}
        self._now: dict[str, tuple[str, Given]] = {}
        """Path as shown -> the hash of the file's bytes, and what it gave."""
        self._stored = nothing()

    def begin(self, stored: Stored, recipe: str) -> None:
        """Compare with what the last finished run holds, and with the recipe of this one."""
        self._stored, self._way = stored, f"{self._way} {recipe}"
        try:
            noted = msgpack.unpackb(self._file.read_bytes())
            if (noted["version"], noted["way"]) == (_VERSION, self._way) and len(stored):
                self._before = noted["files"]
        except (OSError, ValueError, KeyError, TypeError):
            self._before = {}

    def known(self, file: Path, shown: str, seen: Container[int]) -> Given | None:
        """What the file gave, all of which stays; None = it has to be read. `seen`: ids that other files gave."""
        noted = self._before.get(shown)
        if noted is None or noted["content"] != _hash_of(file):
            return None
        ids = array("Q", noted["ids"])
        if any(number in seen for number in ids) or not self._stored.keep_all(
            *map(_words, (noted["keys"], noted["prints"]))
        ):
            return None
        self.articles += len(ids)
        given = Given(ids, [SetAside(**note) for note in noted["notes"]])
        self._now[shown] = noted["content"], given
        return given

    @contextmanager
    def reading(self, file: Path, shown: str) -> Iterator[Given]:
        """Note what the file gives while this lasts; it is forgotten if the file changed meanwhile."""
        before = _state_of(file)
        content = _hash_of(file) if before and before[0] >= LARGE_BYTES else ""
        given = Given()
        yield given
        if content and given.alone and _state_of(file) == before:
            self._now[shown] = content, given

    def shared(self, path: str) -> None:
        """Another file holds the text of the article with this path, too: its own file is not noted, if it was read."""
        for shown in [shown for shown in self._now if path == shown or path.startswith((f"{shown}#", f"{shown}/"))]:
            del self._now[shown]

    def finish(self, store: Path) -> None:
        """Write down what was noted, for the next run, and what holds of earlier notes; nothing if that is all."""
        if all(self._before.get(shown, {}).get("content") == content for shown, (content, _) in self._now.items()):
            return
        ids, keys, made = prints(Atlas.open(store))
        order = np.argsort(ids)
        files = {shown: noted for shown, noted in self._before.items() if np.isin(_words(noted["keys"]), keys).all()}
        for shown, (content, given) in self._now.items():
            own = np.frombuffer(given.ids, np.uint64)
            if not np.isin(own, ids).all():
                continue  # another file took one of them over
            at = order[np.searchsorted(ids, own, sorter=order)]
            notes = [asdict(note) for note in given.notes]
            files[shown] = {"content": content, "ids": own.tobytes(), "notes": notes}
            files[shown] |= {"keys": keys[at].tobytes(), "prints": made[at].tobytes()}
        whole = self._file.with_suffix(".part")
        try:
            whole.write_bytes(msgpack.packb({"version": _VERSION, "way": self._way, "files": files}))
            whole.replace(self._file)
        except OSError as error:  # the run has landed; without the note the next one reads the files again
            _log.warning("%s: cannot be written (%s); the next ingest reads all files again", self._file, error)


def way_of_reading(*parts: object) -> str:
    """A hash of the settings and columns that decide what a file gives, and of the code that reads it."""
    hashed = hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=8)
    for file in sorted((Path(__file__).parent / "articles").rglob("*.py")):
        hashed.update(file.read_bytes())
    return hashed.hexdigest()


def _hash_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "blake2b").hexdigest()
    except OSError:
        return ""


def _state_of(file: Path) -> Sequence[int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _words(raw: bytes) -> Words:
    return np.frombuffer(raw, np.uint64)
