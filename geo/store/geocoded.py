"""What geocoding services said of an atlas's names: a file beside the atlas folder, read whenever that is opened."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import GeoError
from geo.records import Entry

SUFFIX = ".geocoded.json"

CONFIDENCE = 0.5
"""Of a place by a service. Not measured: it says that nothing but the name and the country spoke for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A service that gave no answer when it was last asked."""

    service: str
    when: str
    """ISO 8601, UTC."""
    reason: str
    retry_after: float | None
    """Seconds after `when`; None = it did not say."""


@dataclass(slots=True, kw_only=True)
class Geocoded:
    """What services said of the names of one atlas; the page shows it."""

    placed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Printed name -> ``{"service", "when", "place"}``."""
    doubtful: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Printed name -> ``{"service", "when", "reason", "place"}``: stays unplaced until a person decides."""
    unknown: dict[str, list[str]] = field(default_factory=dict)
    """Printed name -> services that know no such place."""
    waiting: list[str] = field(default_factory=list)
    """Names that a service did not answer: they stay unplaced and are asked again."""
    outages: list[Outage] = field(default_factory=list)

    def entry(self, surface: str) -> Entry:
        """The place that a service gave this name, accepted or doubtful."""
        return Entry(**(self.placed.get(surface) or self.doubtful[surface])["place"])


def read(store: Path) -> Geocoded:
    """What was answered so far for the atlas in this folder; nothing if no service was ever asked."""
    path = path_of(store)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        outages = [Outage(**each) for each in values.pop("outages")]
        return Geocoded(**values, outages=outages)
    except FileNotFoundError:
        return Geocoded()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GeoError(f"{path}: cannot be read ({error}); delete it: python -m geo geocode asks again") from error


def write(store: Path, state: Geocoded) -> None:
    """Put the answers on disk, whole or not at all."""
    path = path_of(store)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(state), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def path_of(store: Path) -> Path:
    """The file of answers, beside the atlas folder."""
    return store.with_name(store.name + SUFFIX)
