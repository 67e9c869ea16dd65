"""Gazetteers that a user added: kept whole in a folder of their own, and compiled in with the others."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgpack

from geo.errors import GazetteerError
from geo.gazetteer.sheets import AddedRow, BadRow, Row

RESERVED = frozenset({"atlas", "cldr", "geocoded", "geonames", "m49", "user"})
"""Begin the ids of places from elsewhere."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PACKED = ".places.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What is known of an added gazetteer."""

    name: str
    geonames: bool
    """Its places carry GeoNames' ids; else ``NAME:id``."""
    file: str
    """The name of the file that it was read from."""
    source: str
    licence: str
    """As the user states them; shown with each place. Empty = not stated."""
    filters: str
    added_at: str
    rows: int
    bad: int
    digest: str
    """Of its rows: part of the recipe, so that articles are geoparsed again when they change."""

    def place_id(self, row: AddedRow) -> str:
        """The id of one of its places."""
        return f"geonames:{row.key}" if self.geonames else f"{self.name}:{row.key}"


def usual_name(path: Path) -> str:
    """A name for the gazetteer in this file.

    >>> usual_name(Path("Villages of Hasakah.csv"))
    'villages-of-hasakah'
    """
    stem = path.name.lower().partition(".")[0]
    return re.sub("[^a-z0-9]+", "-", stem).strip("-") or "places"


def add(
    folder: Path,
    name: str,
    rows: Iterable[Row],
    *,
    geonames: bool,
    file: str,
    source: str = "",
    licence: str = "",
    filters: str = "",
    most: int,
) -> tuple[Added, list[BadRow]]:
    """Keep these rows under this name, replacing what had it; whole or not at all. Returns it and the rows left out.

    `GazetteerError` if the name will not do, no row is good, or there are more than `most`.
    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise GazetteerError(
            f"gazetteer name {name!r}: use a-z, 0-9 and '-', a letter first, none of {', '.join(sorted(RESERVED))}"
        )
    folder.mkdir(parents=True, exist_ok=True)
    bad: list[BadRow] = []
    digest = hashlib.sha256()
    count = 0
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as plain, gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1, mtime=0) as out:
            for row in rows:
                if isinstance(row, BadRow):
                    bad.append(row)
                    continue
                count += 1
                if count > most:
                    raise GazetteerError(
                        f"{file}: more than {most:,} places; take fewer with --country and --class, or raise the limit "
                        "with ARTICLE_ATLAS_GAZETTEER_ROWS (docs/gazetteers.md tells the memory)"
                    )
                packed = msgpack.packb(list(asdict(row).values()))
                digest.update(packed)
                out.write(packed)
        if not count:
            first = f"; the first of {len(bad)}: {bad[0].where}: {bad[0].reason}" if bad else ""
            raise GazetteerError(f"{file}: no place in it{first}")
        added = Added(
            name=name,
            geonames=geonames,
            file=file,
            source=source,
            licence=licence,
            filters=filters,
            added_at=datetime.now(UTC).isoformat(timespec="seconds"),
            rows=count,
            bad=len(bad),
            digest=digest.hexdigest()[:16],
        )
        Path(temporary).replace(folder / (name + _PACKED))
        _write(folder / f"{name}.json", json.dumps(asdict(added), ensure_ascii=False, indent=1))
    finally:
        Path(temporary).unlink(missing_ok=True)
    return added, bad


def remove(folder: Path, name: str) -> None:
    """Forget the gazetteer of this name; `GazetteerError` if there is none."""
    if name not in {each.name for each in list_added(folder)}:
        raise GazetteerError(f"no gazetteer {name!r} was added; see: python -m geo gazetteer list")
    (folder / f"{name}.json").unlink()
    (folder / (name + _PACKED)).unlink(missing_ok=True)


def list_added(folder: Path) -> list[Added]:
    """The gazetteers in this folder by name; `GazetteerError` names a file that is damaged."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Added(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise GazetteerError(f"{path}: cannot be read ({error}); delete it and add the gazetteer again") from error
    return found


def rows_of(folder: Path, added: Added) -> Iterator[AddedRow]:
    """Its places, read as a stream."""
    path = folder / (added.name + _PACKED)
    try:
        with gzip.open(path) as file:
            for values in msgpack.Unpacker(file, max_buffer_size=0):
                row: Any = dict(zip(AddedRow.__dataclass_fields__, values, strict=True))
                yield AddedRow(**{**row, "names": tuple(row["names"])})
    except (OSError, EOFError, ValueError, TypeError, msgpack.UnpackException) as error:
        raise GazetteerError(f"{path}: cannot be read ({error}); add the gazetteer again") from error


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)
