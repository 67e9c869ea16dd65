"""Dates as people state them, Arabic or English -> ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

MAX_CHARS = 100
_YEARS = range(1500, 2200)
"""The years of this calendar: 1438 is of another one, and would be put six centuries off."""

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})(?:[/.-](\d{1,2})(?:[T ,].*)?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ,].*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(?:\d{2}|\d{4}|\d{6}))?")
_SECONDS = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?")
_NAME = r"[^\W\d_]+\.?(?:\s+[^\W\d_]+)?(?:\s*[/(،–-]\s*[^\W\d_]+(?:\s+[^\W\d_]+)?\s*\)?)?"
_DAY_FIRST = re.compile(rf"(?:(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+)?({_NAME})\s*[,،-]?\s*(\d{{4}})(?!\d)")
_TIME = r"(?:(?:\d\d:)+\d\d\s+(?:[a-z]+\s+)?)?"
_MONTH_FIRST = re.compile(
    rf"([^\W\d_]+(?:\s+[^\W\d_]+)?)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[,،]\s*|\s+){_TIME}(\d{{4}})(?!\d)"
)
_FILLERS = re.compile(r"\b(?:من|شهر|عام|سنة|of|the)\b")

# Both calendars of Arabic newspapers, the Maghreb's spellings, then English. Hamzas are folded away.
_MONTHS = (
    "يناير|كانون الثاني|كانون ثاني|جانفي|january|jan",
    "فبراير|شباط|فيفري|february|feb",
    "مارس|اذار|march|mar",
    "ابريل|نيسان|افريل|april|apr",
    "مايو|ايار|نوار|ماي|may",
    "يونيو|يونيه|حزيران|جوان|june|jun",
    "يوليو|يوليه|تموز|جويلية|يوليوز|july|jul",
    "اغسطس|اب|اوت|غشت|august|aug",
    "سبتمبر|ايلول|شتنبر|september|sept|sep",
    "اكتوبر|تشرين الاول|تشرين اول|october|oct",
    "نوفمبر|تشرين الثاني|تشرين ثاني|نونبر|november|nov",
    "ديسمبر|كانون الاول|كانون اول|دجنبر|december|dec",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_HAMZAS = str.maketrans("أإآ", "ااا", "\u0640\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")


@lru_cache(maxsize=10_000)
def iso_date(stated: str) -> str | None:
    """``2017``, ``2017-10`` or ``2017-10-25``, as exact as it is stated; None = not understood, or not clear.

    The date is the one that is printed, whatever the time zone. In 3/4/2017 either number may be the month: None;
    with Arabic-Indic digits, dots or hyphens the day comes first.

    >>> iso_date("Mon, 09 Jul 2018 18:32:50 +0400"), iso_date("كانون الثاني ٢٠١٧"), iso_date("last week")
    ('2018-07-09', '2017-01', None)
    """
    if len(stated) > MAX_CHARS:
        return None
    plain = stated if stated.isascii() else _plain(stated)
    plain = " ".join(plain.split())
    numbers = _in_numbers(plain, day_first=not stated.isascii()) if plain[:1].isdecimal() else None
    return numbers or _in_words(plain.casefold())


def _plain(stated: str) -> str:
    """Western digits, alefs without hamza, no marks of direction."""
    return "".join(str(int(ch)) if ch.isdecimal() else ch for ch in stated).translate(_HAMZAS)


def _in_numbers(stated: str, *, day_first: bool) -> str | None:
    year_first = _ISO.fullmatch(stated) or _YEAR_FIRST.fullmatch(stated) or _COMPACT.fullmatch(stated)
    if year_first:
        return _checked(*year_first.groups())
    year_last = _YEAR_LAST.fullmatch(stated)
    if year_last:
        return _from_year_last(*year_last.groups(), day_first=day_first)
    seconds = _SECONDS.fullmatch(stated)
    return datetime.fromtimestamp(int(seconds[1]), UTC).date().isoformat() if seconds else None


def _from_year_last(first: str, sign: str, second: str, year: str, *, day_first: bool) -> str | None:
    if int(second) > 12:
        return _checked(year, first, second)
    if int(first) > 12 or first == second or day_first or sign != "/":
        return _checked(year, second, first)
    return None


def _in_words(stated: str) -> str | None:
    stated = " ".join(_FILLERS.sub(" ", stated).split())
    for words in _DAY_FIRST.finditer(stated):
        day, name, year = words.groups()
        if month := _month(name):
            return _checked(year, str(month), day)
    for words in _MONTH_FIRST.finditer(stated):
        name, day, year = words.groups()
        if month := _month(name):
            return _checked(year, str(month), day)
    return None


def _month(name: str) -> int | None:
    """The month that a name, one half of a double name (تموز/يوليو), or the last word of it stands for."""
    halves = [" ".join(half.rstrip(".").split()) for half in re.split(r"[/(،–-]", name.replace(")", ""))]
    numbers = {_MONTH_NUMBER.get(half) or _MONTH_NUMBER.get(half.split()[-1]) for half in halves if half}
    numbers.discard(None)
    return numbers.pop() if len(numbers) == 1 else None


def _checked(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """The parts as one ISO date; None if there is no such day."""
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if int(year) not in _YEARS:
        return None
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
