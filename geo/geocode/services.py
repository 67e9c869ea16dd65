"""Services that geopy knows, by its names: one request a second, an own user agent, cached, an outage told as one."""

from __future__ import annotations

import hashlib
import inspect
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderRateLimited, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import SERVICE_TO_GEOCODER
from geopy.geocoders.base import Geocoder
from geopy.location import Location

import geo
from geo.errors import GeocodingUnavailableError, GeoError, SettingsError
from geo.geocode.cache import AnswerCache
from geo.geocode.offline import GazetteerGeocoder
from geo.settings import GAZETTEER, Settings

DELAY_S = 1.0
"""Between two requests to one service: what the public ones ask for."""
TIMEOUT_S = 10.0
TRIES = 3
LONGEST_WAIT_S = 60.0
"""A service that asks to be left alone for longer than this is out of reach for now."""
MOST_FOUND = 5
"""Places asked for of one name: of several namesakes the one that fits the articles is wanted."""

_ALIASES = {"google": "googlev3"}
_NOT_OPTIONS = frozenset({"self", "proxies", "ssl_context", "adapter_factory"})
_ASKED_WITH = {"nominatim": {"limit": MOST_FOUND, "namedetails": True, "addressdetails": True, "language": "ar"}}
"""What a service is asked for beside the name, so that its answer can be checked."""

# Whatever an answer that is no answer makes geopy's parsers stumble over.
_FAILURES = (GeopyError, LookupError, TypeError, ValueError, AttributeError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place that a service answered with."""

    place_id: str
    """``nominatim:relation-123``: the service's own id, else a hash of the answer."""
    address: str
    lat: float
    lon: float
    names: tuple[str, ...]
    """Every name the answer gives it; the first part of the address is one."""
    country: str
    """ISO 3166-1 alpha-2; empty = the answer does not say."""
    feature_class: str = "P"
    feature_code: str = "PPL"


class Service:
    """One geocoding service. What it answered is never asked again; `GeocodingUnavailableError` = not known yet."""

    def __init__(
        self,
        name: str,
        geocoder: Geocoder,
        cache: AnswerCache,
        *,
        secrets: Iterable[str] = (),
        delay_s: float = DELAY_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`secrets` are kept out of every message."""
        self.name = name
        self.address = f"{geocoder.scheme}://{getattr(geocoder, 'domain', name)}"
        """Where the names go."""
        self._cache = cache
        self._key = f"{name} {self.address}"
        self._secrets = tuple(secrets)
        self._sleep = sleep
        self._call = RateLimiter(geocoder.geocode, min_delay_seconds=delay_s, max_retries=0, swallow_exceptions=False)
        accepted = inspect.signature(geocoder.geocode).parameters
        asked_with = _ASKED_WITH.get(name, {"limit": MOST_FOUND})
        self._asked_with = {key: value for key, value in asked_with.items() if key in accepted}

    def cached(self, query: str) -> list[Found] | None:
        """What it answered before; None = it was never asked, or gave no answer."""
        found = self._cache.get(self._key, query)
        return None if found is None else [Found(**{**each, "names": tuple(each["names"])}) for each in found]

    def answered(self) -> set[str]:
        """Every query it has answered."""
        return self._cache.known(self._key)

    def ask(self, query: str) -> list[Found]:
        """Places of this name, best first; none = it knows no such place."""
        known = self.cached(query)
        if known is not None:
            return known
        found = self._ask(query)
        self._cache.put(self._key, query, [asdict(each) for each in found])
        return found

    def _ask(self, query: str) -> list[Found]:
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._call(query, exactly_one=False, **self._asked_with)
                return [_found(self.name, location) for location in (answer or [])[:MOST_FOUND]]
            except _FAILURES as error:
                wait = _wait_s(error, attempt)
                if attempt == TRIES or wait > LONGEST_WAIT_S:
                    raise self._unavailable(error, wait) from None  # the cause can carry the key in its address
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _unavailable(self, error: Exception, wait: float) -> GeocodingUnavailableError:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        for secret in self._secrets:
            reason = reason.replace(secret, "***")
        told = GeocodingUnavailableError(
            f"{self.name} at {self.address} gives no answer ({reason}); the name stays unplaced, ask again later"
        )
        told.retry_after = wait if isinstance(error, GeocoderRateLimited) else None
        return told


def _wait_s(error: Exception, attempt: int) -> float:
    """Seconds until the next try: what the service asks for, else twice as long each time."""
    asked = error.retry_after if isinstance(error, GeocoderRateLimited) else None
    return float(asked) if asked else float(2**attempt)


def _found(service: str, location: Location) -> Found:
    raw = location.raw if isinstance(location.raw, dict) else {}
    properties = raw.get("properties")
    details: dict[str, Any] = properties if isinstance(properties, dict) else raw
    feature_class, feature_code = _feature(details)
    if (location.latitude, location.longitude) == (0.0, 0.0):
        raise ValueError("an answer at 0, 0: the place is missing from it")
    return Found(
        place_id=f"{service}:{_own_id(details, location)}",
        address=location.address or "",
        lat=location.latitude,
        lon=location.longitude,
        names=tuple(dict.fromkeys(_names(details, location.address or ""))),
        country=_country(details),
        feature_class=feature_class,
        feature_code=feature_code,
    )


_FEATURES = {
    "boundary": ("A", "ADM3"),
    "waterway": ("H", "STM"),
    "peak": ("T", "PK"),
    "mountain_range": ("T", "MTS"),
    "water": ("H", "LK"),
    "bay": ("H", "BAY"),
    "island": ("T", "ISL"),
}
"""OpenStreetMap's keys and values; what is not here is drawn as a town is."""


def _feature(details: dict[str, Any]) -> tuple[str, str]:
    told = (details.get("type"), details.get("osm_value"), details.get("class"), details.get("osm_key"))
    return next((_FEATURES[each] for each in told if isinstance(each, str) and each in _FEATURES), ("P", "PPL"))


def _own_id(details: dict[str, Any], location: Location) -> str:
    if details.get("osm_id"):
        return f"{details.get('osm_type', 'osm')}-{details['osm_id']}".lower()
    told = f"{location.address} {location.latitude:.5f} {location.longitude:.5f}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _names(details: dict[str, Any], address: str) -> Iterator[str]:
    every = details.get("namedetails")
    for name in (details.get("name"), *(every.values() if isinstance(every, dict) else ())):
        if isinstance(name, str) and name:
            yield name
    first = address.replace("،", ",").partition(",")[0].strip()
    if first:
        yield first


def _country(details: dict[str, Any]) -> str:
    address = details.get("address")
    for code in (
        address.get("country_code") if isinstance(address, dict) else None,
        details.get("countrycode"),
        details.get("country_code"),
    ):
        if isinstance(code, str) and len(code) == 2:
            return code.upper()
    return ""


def load_services(settings: Settings) -> list[Service]:
    """The services that the settings name, in their order; none unless asked for. `SettingsError`. Asks nothing yet."""
    logging.getLogger("geopy").setLevel(logging.WARNING)  # below that it logs addresses with the keys in them
    cache = AnswerCache(settings.cache)
    return [_load(name, settings, cache) for name in settings.geocoders if name != GAZETTEER]


def _load(name: str, settings: Settings, cache: AnswerCache) -> Service:
    geopy_name = _ALIASES.get(name, name)
    if geopy_name not in SERVICE_TO_GEOCODER:
        raise SettingsError(
            f"GEOCODERS: no geocoder {name!r}; name some of: {', '.join([GAZETTEER, *sorted(SERVICE_TO_GEOCODER)])}"
        )
    kind = SERVICE_TO_GEOCODER[geopy_name]
    given = {option: value for service, option, value in settings.geocoder_options if service == name}
    # Not geopy's usual adapter: it asks again by itself, at once, and logs addresses with the keys in them.
    options: dict[str, Any] = {
        "user_agent": f"article-atlas/{geo.__version__}",
        "timeout": TIMEOUT_S,
        "adapter_factory": URLLibAdapter,
    }
    allowed = [parameter for parameter in inspect.signature(kind.__init__).parameters if parameter not in _NOT_OPTIONS]
    for option, value in given.items():
        if option == "address":
            options |= _address(name, value)
        elif option in allowed:
            options[option] = _seconds(name, value) if option == "timeout" else value
        else:
            raise SettingsError(
                f"ARTICLE_ATLAS_{name.upper()}_{option.upper()}: {name} has no such option; it has: "
                + ", ".join(["ADDRESS", *(parameter.upper() for parameter in allowed)])
            )
    try:
        geocoder = kind(**options)
    except (GeopyError, TypeError, ValueError) as error:
        raise SettingsError(
            f"GEOCODERS: {name} cannot be used ({error}); set what it needs with ARTICLE_ATLAS_{name.upper()}_..."
        ) from error
    public = {"address", "domain", "scheme", "user_agent", "timeout", "auth_domain", "referer"}
    return Service(name, geocoder, cache, secrets=[value for option, value in given.items() if option not in public])


def _address(name: str, value: str) -> dict[str, str]:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises if it is none
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise SettingsError(
            f"ARTICLE_ATLAS_{name.upper()}_ADDRESS is no address; write it like http://127.0.0.1:8080 or https://HOST/PATH"
        )
    return {"scheme": parts.scheme, "domain": (parts.netloc + parts.path).rstrip("/")}


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise SettingsError(f"ARTICLE_ATLAS_{name.upper()}_TIMEOUT {value!r} is no number of seconds within 0..600")
    return seconds


class ChainGeocoder(Geocoder):  # type: ignore[misc]  # geopy carries no types
    """geopy's interface over the gazetteer and then the services: each is asked for what those before it do not know.

    ``location.raw`` is an `Entry` of the gazetteer, or a `Found`. None = nobody knows such a place;
    `GeocodingUnavailableError` = those who answered do not, and another gave no answer.
    """

    def __init__(self, gazetteer: GazetteerGeocoder, services: Sequence[Service]) -> None:
        super().__init__(scheme=None, timeout=0, proxies=None, user_agent="article-atlas")
        self.gazetteer = gazetteer
        self.services = tuple(services)

    def geocode(self, query: str, *, exactly_one: bool = True) -> Location | list[Location] | None:
        """The place with this name, or all that the first who knows one knows, best first."""
        known = self.gazetteer.geocode(query, exactly_one=False)
        outage: GeoError | None = None
        for service in self.services if not known else ():
            try:
                known = [Location(each.address, (each.lat, each.lon, 0.0), each) for each in service.ask(query)]
            except GeocodingUnavailableError as error:
                outage = error
            if known:
                break
        if not known and outage is not None:
            raise outage
        if exactly_one:
            return known[0] if known else None
        return known or None

    def reverse(self, query: Any, *, exactly_one: bool = True, **options: Any) -> Location | list[Location] | None:
        """The town nearest to a point, by the gazetteer alone: no point leaves this machine."""
        return self.gazetteer.reverse(query, exactly_one=exactly_one, **options)
