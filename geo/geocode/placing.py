"""The names that an atlas could not place, put to geocoding services; what they answered, kept beside the atlas.

An answer places a name only if a name it gives is the name asked for, and its country is one that the articles speak
of. Anything else is doubtful: listed for a person, never drawn. People's corrections stand above every answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from geo.errors import GeocodingUnavailableError
from geo.geocode.offline import GazetteerGeocoder
from geo.geocode.services import Found, Service
from geo.normalize import name_key
from geo.records import Entry
from geo.store import Atlas
from geo.store.geocoded import Geocoded, Outage, read, write
from geo.store.lock import take_lock
from geo.store.overlay import FOLDER
from geo.store.unplaced import UnplacedName, countries_beside, unplaced_names

LEAST_SHARE = 0.1
"""Of the places that the articles name, this part must lie in the country of an answer."""

NEAR_KM = 300.0
"""The country of an answer that states none is that of the nearest town within this."""

Progress = Callable[[int, int, str], None]


def names_that_would_leave(atlas: Atlas, services: Sequence[Service]) -> dict[str, list[UnplacedName]]:
    """Service -> the names that asking now would send to it; those it has answered are not sent again.

    What an earlier service may still place is counted in: it is known only when it has been asked.
    """
    names = [name for name in unplaced_names(atlas, limit=1 << 62) if name_key(name.surface)]
    answered = {service.name: service.answered() for service in services}
    return {
        service.name: [name for name in names if name.surface not in answered[service.name]] for service in services
    }


def place_names(
    atlas: Atlas,
    services: Sequence[Service],
    gazetteer: GazetteerGeocoder,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Geocoded:
    """Ask the services in turn for each unplaced name, those of most mentions first, and keep what they answer.

    A service that fails is not asked again in this run. `limit`: ask for so many names at most. `progress` is called
    after each name with how many are done, of how many, and the name. A second process waits for the first.
    """
    lock = take_lock(atlas.folder / FOLDER, wait_s=3600.0)
    try:
        state = read(atlas.folder)
        state.outages, state.waiting = [], []
        names = [name for name in unplaced_names(atlas, limit=1 << 62) if name_key(name.surface)]
        names = names[:limit]
        beside = countries_beside(atlas, [name.surface for name in names])
        out: dict[str, Outage] = {}
        for done, name in enumerate(names, 1):
            _place(name.surface, services, gazetteer, beside.get(name.surface, {}), state, out)
            if done % 20 == 0:
                _keep(atlas.folder, state, out)
            if progress:
                progress(done, len(names), name.surface)
        _keep(atlas.folder, state, out)
    finally:
        os.close(lock)
    return state


def _place(
    surface: str,
    services: Sequence[Service],
    gazetteer: GazetteerGeocoder,
    beside: dict[str, int],
    state: Geocoded,
    out: dict[str, Outage],
) -> None:
    """Put the name to one service after the other until an answer places it."""
    for kept in (state.placed, state.doubtful, state.unknown):
        kept.pop(surface, None)
    unknown: list[str] = []
    for service in services:
        found = _answer(service, surface, out)
        if found is None:
            if surface not in state.waiting:
                state.waiting.append(surface)
            continue
        if not found:
            unknown.append(service.name)
            continue
        reasons = [(each, _doubt(surface, each, gazetteer, beside)) for each in found]
        accepted = next((each for each, doubt in reasons if not doubt), None)
        told = {"service": service.name, "when": _now()}
        if accepted is not None:
            state.placed[surface] = told | {"place": asdict(_entry(surface, accepted, gazetteer))}
            state.doubtful.pop(surface, None)
            state.waiting = [name for name in state.waiting if name != surface]
            return
        best, doubt = reasons[0]
        place = asdict(_entry(surface, best, gazetteer))
        state.doubtful.setdefault(surface, told | {"reason": doubt, "place": place})
    if unknown:
        state.unknown[surface] = unknown


def _answer(service: Service, surface: str, out: dict[str, Outage]) -> list[Found] | None:
    """The service's answer; None = it has none now. Of a service that is out only what it answered before counts."""
    if service.name in out:
        return service.cached(surface)
    try:
        return service.ask(surface)
    except GeocodingUnavailableError as error:
        out[service.name] = Outage(service=service.name, when=_now(), reason=str(error), retry_after=error.retry_after)
        return None


def _doubt(surface: str, found: Found, gazetteer: GazetteerGeocoder, beside: dict[str, int]) -> str:
    """Why the answer is not taken; empty = it is."""
    if _bare(surface) not in {_bare(name) for name in found.names}:
        return f"the answer is called {', '.join(found.names[:3])}"
    country = found.country or _country_at(found, gazetteer)
    total = sum(beside.values())
    if not total:
        return ""
    if not country:
        return "the answer lies in no country that is known"
    if beside.get(country, 0) < LEAST_SHARE * total:
        named = ", ".join(sorted(beside, key=lambda code: -beside[code])[:3])
        return f"the answer lies in {country}; the articles speak of {named}"
    return ""


def _bare(name: str) -> str:
    """The name's key without articles: الشدادي and شدادي are the same."""
    return " ".join(word.removeprefix("ال") if len(word) > 4 else word for word in name_key(name).split())


def _country_at(found: Found, gazetteer: GazetteerGeocoder) -> str:
    near = gazetteer.reverse((found.lat, found.lon), within_km=NEAR_KM)
    return str(near.raw.country) if near is not None and not isinstance(near, list) else ""


def _entry(surface: str, found: Found, gazetteer: GazetteerGeocoder) -> Entry:
    latin = next((name for name in found.names if name.isascii()), "")
    entry = Entry(
        place_id=found.place_id,
        name=latin or surface,
        name_ar="" if surface.isascii() else surface,
        lat=found.lat,
        lon=found.lon,
        feature_class=found.feature_class,
        feature_code=found.feature_code,
        country=found.country,
    )
    return entry if entry.country else replace(entry, country=_country_at(found, gazetteer))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _keep(store: Path, state: Geocoded, out: dict[str, Outage]) -> None:
    state.outages = list(out.values())
    write(store, state)
