"""Dates as front matter states them -> ISO 8601."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")
_IN_WORDS = re.compile(r"(?:(?<!\d)(\d{1,2})\s+)?([^\W\d_]+(?:\s+[^\W\d_]+)?)\s*,?\s+(\d{4})(?!\d)")

# Both calendars of Arabic newspapers, the Maghreb's spellings, then English.
_MONTHS = (
    "يناير|كانون الثاني|جانفي|january|jan",
    "فبراير|شباط|فيفري|february|feb",
    "مارس|آذار|march|mar",
    "أبريل|إبريل|نيسان|أفريل|april|apr",
    "مايو|أيار|ماي|may",
    "يونيو|حزيران|جوان|june|jun",
    "يوليو|تموز|جويلية|july|jul",
    "أغسطس|آب|أوت|august|aug",
    "سبتمبر|أيلول|شتنبر|september|sep",
    "أكتوبر|تشرين الأول|october|oct",
    "نوفمبر|تشرين الثاني|نونبر|november|nov",
    "ديسمبر|كانون الأول|دجنبر|december|dec",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}


def iso_date(stated: str) -> str | None:
    """``2017``, ``2017-10`` or ``2017-10-25``, as exact as it is stated; None = not understood.

    >>> iso_date("2017-10-25T08:00:00Z"), iso_date("25 October 2017"), iso_date("October 2017"), iso_date("last week")
    ('2017-10-25', '2017-10-25', '2017-10', None)
    """
    iso = _ISO.fullmatch(stated)
    if iso:
        return _checked(*iso.groups())
    words = _IN_WORDS.search(stated)
    if not words:
        return None
    day, name, year = words.groups()
    month = _month(name.casefold())
    return _checked(year, f"{month:02}", f"{int(day):02}" if day else None) if month else None


def _month(name: str) -> int | None:
    """The month that a name, or the last word of it, stands for."""
    return _MONTH_NUMBER.get(" ".join(name.split())) or _MONTH_NUMBER.get(name.split()[-1])


def _checked(year: str, month: str | None, day: str | None) -> str | None:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part)
