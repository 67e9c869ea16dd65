"""The address is the state: what one looks at stands in the query string, and a copied link opens the same sight.

The browser asks for another sight with the whole of its parameters (`browser/dom.js`), so that what it wrote into the
address by itself, the map's view, is never lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import streamlit as st

from geo.levels import Level
from geo.records import Kind
from geo.store.narrowed import Order

LANGUAGES = ("ar", "en")
THEMES = ("light", "dark")
TABS = ("excerpts", "names", "together", "compare")
CONFIDENCES = (0.5, 0.7, 0.9)
"""What one may ask for; finer steps mean nothing (docs/geoparsing.md)."""
BOTH = "both"
SIGHTS = ("unplaced", "refused", "review", "corrections")
LEAST = -1.0
"""Where the slider of the refused names stands at first; 0 is the threshold, and below -2 nothing is kept."""
MOST_VALUES = 50
"""Of one filter that takes several; more are left out."""

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article, in code points."""

    article_id: str
    start: int
    end: int

    def __str__(self) -> str:
        """As the address has it."""
        return f"{self.article_id}:{self.start}-{self.end}"


def passage(text: str) -> Passage | None:
    """The passage that is written so; None = none is.

    >>> passage("4b93:12-18"), passage("4b93:18-12")
    (Passage(article_id='4b93', start=12, end=18), None)
    """
    found = re.fullmatch(r"(.{1,120}):(\d{1,9})-(\d{1,9})", text)
    if not found or not text.isascii() or int(found[2]) >= int(found[3]):
        return None
    return Passage(found[1], int(found[2]), int(found[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The filters as the address has them."""

    since: date | None = None
    until: date | None = None
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    level: tuple[Level, ...] = ()
    kind: str = Kind.LITERAL.value
    """A `Kind` or `BOTH`."""
    confidence: float = 0.0
    q: str = ""
    """Free text, as typed."""

    def without(self, name: str, value: str | None = None) -> Narrowing:
        """The same without one filter, or without one of its values."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        if value is None:
            kept[name] = getattr(NO_NARROWING, name)
        else:
            kept[name] = tuple(each for each in kept[name] if each != value)
        return Narrowing(**kept)


NO_NARROWING = Narrowing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A sight of the page. What the query string does not say, or says in a way that means nothing, is the default."""

    lang: str | None = None
    digits: str | None = None
    """``arab`` = ٠١٢; None = 012."""
    theme: str | None = None
    """One of `THEMES`; None = as the system is set."""
    place: str | None = None
    other: str | None = None
    """The place it is compared with."""
    why: str | None = None
    """A passage, as `Passage` writes it: why it is where it is, and what it should be."""
    see: str | None = None
    """What is seen instead of the places: one of `SIGHTS`."""
    least: float = LEAST
    """Of names that were refused: those that scored at least this."""
    name: str | None = None
    """The name whose excerpts are opened in a list of names."""
    article: str | None = None
    at: int | None = None
    """Offset of a mention into the article's text, in code points."""
    tab: str = TABS[0]
    order: Order = Order.RELEVANCE
    page: int = 1
    find: str = ""
    """What the names in the list of places are narrowed to."""
    narrowing: Narrowing = NO_NARROWING
    view: str | None = None
    """The map's centre and zoom; the browser's business."""
    tiles: str | None = None
    """``1`` = tiles are shown; the browser's business."""
    misread: tuple[str, ...] = ()
    """The parameters that mean nothing."""

    def parameters(self) -> dict[str, list[str]]:
        """As a query string has it: only what differs from the first sight of the page."""
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _NOT_WRITTEN}
        own |= {field.name: getattr(self.narrowing, field.name) for field in fields(Narrowing)}
        return {name: _written(value) for name, value in own.items() if value != _DEFAULTS[name]}


_NOT_WRITTEN = frozenset({"narrowing", "misread"})
_DEFAULTS = {field.name: field.default for kind in (Address, Narrowing) for field in fields(kind)}


def parse(parameters: Mapping[str, str | Sequence[str]]) -> Address:
    """The sight that a query string, or a link of the page, asks for.

    >>> sight = parse({"lang": "xx", "place": "cldr:LY", "at": "-3", "source": ["a", "b"], "since": "2017-02-30"})
    >>> parse({"source": "", "q": ""}).narrowing.source
    ('',)
    >>> sight.place, sight.lang, sight.at, sight.narrowing.source, sight.misread
    ('cldr:LY', None, None, ('a', 'b'), ('lang=xx', 'at=-3', 'since=2017-02-30'))
    """
    values = {name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items()}
    misread: list[str] = []
    own: dict[str, Any] = {}
    narrowing: dict[str, Any] = {}
    for name, read in _READERS.items():
        given = [value for value in values.get(name, []) if value or name in _OR_NONE][:MOST_VALUES]
        if not given:
            continue
        understood = [value for value in map(read, given) if value is not None]
        misread += [f"{name}={value}" for value in given if read(value) is None]
        if understood:
            found = tuple(dict.fromkeys(understood)) if name in _SEVERAL else understood[-1]
            (narrowing if name in _NARROWING else own)[name] = found
    return Address(**own, narrowing=Narrowing(**narrowing), misread=tuple(misread))


def current() -> Address:
    """What the browser's address asks for."""
    return parse({name: st.query_params.get_all(name) for name in st.query_params})


def go(target: Parameters) -> None:
    """Show another sight: all of its parameters."""
    st.query_params.from_dict(parse(target).parameters())


def language() -> str:
    """The address's language, else the browser's if it is Arabic, else English."""
    asked = current().lang
    return asked or ("ar" if (st.context.locale or "").lower().startswith("ar") else "en")


def chosen(narrowing: Narrowing) -> Iterator[tuple[str, str]]:
    """The filters that are on, as name and value; those that take several, one by one."""
    for field in fields(Narrowing):
        value = getattr(narrowing, field.name)
        if value != field.default:
            yield from ((field.name, each) for each in _written(value))


def _written(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return [value.isoformat() if isinstance(value, date) else str(value)]


def _one_of(*values: str) -> Any:
    return lambda text: text if text in values else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _confidence(text: str) -> float | None:
    return next((each for each in CONFIDENCES if str(each) == text), None)


def _level(text: str) -> Level | None:
    return next((level for level in Level if level == text), None)


def _order(text: str) -> Order | None:
    return next((order for order in Order if order == text), None)


def _view(text: str) -> str | None:
    """Latitude, longitude, zoom."""
    try:
        lat, lon, zoom = map(float, text.split(","))
    except ValueError:
        return None
    fair = all(map(math.isfinite, (lat, lon, zoom))) and abs(lat) <= 90 and abs(lon) <= 360 and 0 <= zoom <= 22
    return text if fair and len(text) < 40 else None


def _text(text: str) -> str:
    return text[:500]


def _passage(text: str) -> str | None:
    return text if passage(text) else None


def _least(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value, 1) if -2 <= value <= 0 else None


_READERS: Mapping[str, Any] = {
    "lang": _one_of(*LANGUAGES),
    "digits": _one_of("arab"),
    "theme": _one_of(*THEMES),
    "place": _text,
    "other": _text,
    "why": _passage,
    "see": _one_of(*SIGHTS),
    "least": _least,
    "name": _text,
    "article": _text,
    "at": _number,
    "tab": _one_of(*TABS),
    "order": _order,
    "page": lambda text: _number(text) or None,
    "find": _text,
    "view": _view,
    "tiles": _one_of("1"),
    "since": _day,
    "until": _day,
    "source": _text,
    "author": _text,
    "language": _text,
    "country": _text,
    "level": _level,
    "kind": _one_of(*(kind.value for kind in Kind), BOTH),
    "confidence": _confidence,
    "q": _text,
}
_NARROWING = frozenset(field.name for field in fields(Narrowing))
_SEVERAL = frozenset({"source", "author", "language", "country", "level"})
_OR_NONE = frozenset({"source", "author", "language"})
"""Empty, ``?source=``, they ask for the articles that state none (`geo.store.filters.NOT_STATED`)."""
