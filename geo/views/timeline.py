"""Mentions over time, in bars: of the selected place against all others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo.records import PlaceCount
from geo.store.narrowed import Days, Narrowed
from geo.views.words import Words

if TYPE_CHECKING:
    from geo.views.address import Narrowing

MOST_DAYS, MOST_WEEKS, MOST_MONTHS, MOST_BARS = 92, 110, 150, 120
"""A range of up to so many days is shown by day, of so many weeks by week, and so on; then several years a bar."""
MOST_TICKS = 7
STRAY = 0.005
"""Up to this share of the mentions, at either end of the time, may be gathered into one bar: misdated articles, an
archive's oldest. 24 of the 7,988 articles of a news dump took six sevenths of the timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: the first and last day it counts, mentions of the place and of all places."""

    first: date
    last: date
    here: int
    all: int
    gathered: bool = False
    """It stands for all that lies before, or after, what the other bars show."""


def bucket_of(first: date, last: date) -> tuple[str, int]:
    """How finely a range is shown: ``day``, ``week``, ``month`` or ``year``, and how many of them a bar holds.

    >>> bucket_of(date(2017, 1, 1), date(2017, 3, 1)), bucket_of(date(2017, 1, 1), date(2018, 3, 1))
    (('day', 1), ('week', 1))
    >>> bucket_of(date(2007, 1, 1), date(2018, 3, 1)), bucket_of(date(1, 1, 1), date(2018, 3, 1))
    (('month', 1), ('year', 17))
    """
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return "day", 1
    if days <= 7 * MOST_WEEKS:
        return "week", 1
    if days <= 30.5 * MOST_MONTHS:
        return "month", 1
    return "year", max(1, math.ceil((last.year - first.year + 1) / MOST_BARS))


def bars(days: Days, bucket: str, step: int) -> list[Bar]:
    """A bar for each stretch from the first day with a mention to the last, empty ones included."""
    if not days.all:
        return []
    starts = list(_starts(min(days.all), max(days.all), bucket, step))
    ends = [start - timedelta(1) for start in starts[1:]] + [max(days.all)]
    sums = {start: [0, 0] for start in starts}
    at = 0
    for day in sorted(days.all):
        while day > ends[at]:
            at += 1
        sums[starts[at]][0] += days.here.get(day, 0)
        sums[starts[at]][1] += days.all[day]
    return [
        Bar(first=start, last=end, here=sums[start][0], all=sums[start][1])
        for start, end in zip(starts, ends, strict=True)
    ]


def drawn(days: Days) -> tuple[list[Bar], str, int]:
    """The bars, how finely, and how many of these a bar holds: what strays is one bar at its end of the time."""
    if not days.all:
        return [], "day", 1
    first, last = core_of(days.all)
    bucket, step = bucket_of(first, last)
    if first > min(days.all):
        first = max(min(days.all), next(_starts(first, last, bucket, step)))
    made = bars(_within(days, lambda day: first <= day <= last), bucket, step)
    before, after = _within(days, lambda day: day < first), _within(days, lambda day: day > last)
    head = [_gathered(before, min(before.all), first - timedelta(1))] if before.all else []
    tail = [_gathered(after, last + timedelta(1), max(after.all))] if after.all else []
    return head + made + tail, bucket, step


def core_of(counted: Mapping[date, int]) -> tuple[date, date]:
    """First and last day, without what strays: few mentions at an end that take more time than all others.

    >>> days = {date(2018, 1, 1) + timedelta(n): 9 for n in range(99)}
    >>> core_of(days | {date(2011, 1, 1): 1}) == core_of(days) == (date(2018, 1, 1), date(2018, 4, 9))
    True
    """
    days = sorted(counted)
    few = STRAY * sum(counted.values())
    first, last = _after_few(days, counted, few), _after_few(reversed(days), counted, few)
    core = last - first
    return first if first - days[0] > core else days[0], last if days[-1] - last > core else days[-1]


def _after_few(days: Iterable[date], counted: Mapping[date, int], few: float) -> date:
    """The first of these days with which more than `few` mentions are counted."""
    seen = 0
    for day in days:
        seen += counted[day]
        if seen > few:
            return day
    raise ValueError("no mentions")


def _within(days: Days, fits: Callable[[date], bool]) -> Days:
    here, every = ({day: n for day, n in part.items() if fits(day)} for part in (days.here, days.all))
    return Days(here=here, all=every, undated=0, undated_here=0)


def _gathered(days: Days, first: date, last: date) -> Bar:
    return Bar(first=first, last=last, here=sum(days.here.values()), all=sum(days.all.values()), gathered=True)


def _starts(first: date, last: date, bucket: str, step: int) -> Iterator[date]:
    """First days of the stretches; weeks begin on Monday."""
    day = {
        "day": first,
        "week": date.fromordinal(max(1, first.toordinal() - first.weekday())),
        "month": first.replace(day=1),
        "year": date(first.year, 1, 1),
    }[bucket]
    while day <= last:
        yield day
        try:
            day = _next(day, bucket, step)
        except (OverflowError, ValueError):
            return


def _next(day: date, bucket: str, step: int) -> date:
    if bucket in ("day", "week"):
        return day + timedelta(7 if bucket == "week" else 1)
    if bucket == "month":
        return (day + timedelta(32)).replace(day=1)
    return day.replace(year=day.year + step)


def timeline_data(
    narrowed: Narrowed, selected: PlaceCount | None, narrowing: Narrowing, words: Words
) -> Mapping[str, Any]:
    """What the timeline shows: all mentions that are selected and dated, and a word on those that are not."""
    days = narrowed.days(selected.entry.place_id if selected else None)
    made, bucket, step = drawn(days)
    name = words.name(selected.entry) if selected else None
    undated = days.undated_here if selected else days.undated
    fine = [at for at, bar in enumerate(made) if not bar.gathered]
    ticks = fine[:: max(1, math.ceil(len(fine) / MOST_TICKS))]
    by = words.say("bucket_years", n=words.number(step)) if step > 1 else words[f"bucket_{bucket}"]
    return {
        "title": words.say("timeline_of", name=name) if name else words["timeline"],
        "by": words.comma.join([by, *_strays(made, words)]),
        "name": name,
        "comma": words.comma,
        "empty": not (days.all or days.undated),
        "bars": [
            [bar.first.isoformat(), bar.last.isoformat(), bar.here, bar.all, _span(bar, bucket, step, words)]
            for bar in made
        ],
        "ticks": {at: tick(made[at].first, bucket, words) for at in ticks},
        "undated": words.say("undated", mentions=words.count("mentions", undated)) if undated else "",
        "narrowed": narrowing.since is not None or narrowing.until is not None,
    }


def _strays(made: list[Bar], words: Words) -> Iterator[str]:
    """What the first and the last bar stand for, if they gather what strays."""
    if made and made[0].gathered:
        yield words.say("gathered_before", day=words.date(made[1].first))
    if made and made[-1].gathered:
        yield words.say("gathered_after", day=words.date(made[-2].last))


def tick(day: date, bucket: str, words: Words) -> str:
    """What stands below a bar that begins on this day."""
    return words.date(day, {"day": "d MMM", "week": "d MMM y", "month": "MMM y"}.get(bucket, "y"))


def _span(bar: Bar, bucket: str, step: int, words: Words) -> str:
    if bar.gathered:
        return words.span(bar.first, bar.last)
    if bucket in ("day", "month"):
        return words.date(bar.first, "d MMMM y" if bucket == "day" else "MMMM y")
    if bucket == "year" and step == 1:
        return words.date(bar.first, "y")
    pattern = "d MMMM y" if bucket == "week" else "y"
    return words.span(bar.first, bar.last, pattern)
