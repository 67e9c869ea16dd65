"""The filters: what they offer, which are on, and which of them left nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from geo import gazetteer, query
from geo.levels import Level, level_of
from geo.normalize import name_key
from geo.records import Kind
from geo.settings import Settings
from geo.store import Filters
from geo.store.filters import NOT_STATED
from geo.store.narrowed import Narrowed, Order
from geo.store.selection import Selection
from geo.views import address
from geo.views.address import Narrowing
from geo.views.words import Words

MOST_OFFERED = 300
"""Values of one filter that the browser gets, those of most articles; others are found by typing them whole."""
FIELDS = ("source", "author", "language", "country", "level")
_STATED = FIELDS[:3]
"""An article may state none of these; that can be asked for too (`NOT_STATED`)."""


@st.cache_resource(show_spinner=False, max_entries=2)
def _names(settings: Settings) -> gazetteer.Gazetteer:
    return gazetteer.load(settings)


def selection(narrowing: Narrowing, settings: Settings) -> Selection:
    """The filters as the store takes them; place names in the free text become places (الرقة for "Raqqa")."""
    return Selection(
        filters=Filters(since=narrowing.since, until=narrowing.until, sources=narrowing.source),
        authors=narrowing.author,
        languages=narrowing.language,
        countries=narrowing.country,
        levels=narrowing.level,
        kind=None if narrowing.kind == address.BOTH else Kind(narrowing.kind),
        confidence=narrowing.confidence,
        text=query.clauses(narrowing.q, _named(settings)) if narrowing.q else (),
    )


def _named(settings: Settings) -> Callable[[str], tuple[str, ...]]:
    def named(words: str) -> tuple[str, ...]:
        return tuple(entry.place_id for entry in _names(settings).entries(name_key(words)))

    return named


def ids_called(name: str, settings: Settings) -> frozenset[str]:
    """Ids of the places that have this name in the gazetteer, in whatever script and spelling."""
    return frozenset(_named(settings)(name))


def filters_data(
    narrowed: Narrowed,
    everything: Narrowed,
    narrowing: Narrowing,
    words: Words,
    notice: str | None,
    narrow: Callable[[Narrowing], Narrowed] | None = None,
) -> dict[str, Any]:
    """What the filter bar shows; with `narrow`, the count beside each value is of what the other filters leave."""

    def left(field: str) -> Narrowed | None:
        others = narrowing.without(field)
        return narrow(others) if narrow and others != address.NO_NARROWING else None

    chips = chips_of(narrowing, words)
    return {
        "totals": words.totals(narrowed.totals),
        "notice": notice,
        "chips": chips,
        "q": narrowing.q,
        "since": narrowing.since and narrowing.since.isoformat(),
        "until": narrowing.until and narrowing.until.isoformat(),
        "kind": narrowing.kind,
        "confidence": str(narrowing.confidence) if narrowing.confidence else "",
        "kinds": [[kind, words[f"kind_{kind}"]] for kind in (Kind.LITERAL.value, Kind.ASSOCIATIVE.value, address.BOTH)],
        "confidences": [
            ["", words["confidence_any"]],
            *([str(share), words.percent(share)] for share in address.CONFIDENCES),
        ],
        "several": [
            {
                "name": field,
                "label": words[field],
                "chosen": [str(value) for value in getattr(narrowing, field)],
                "offered": offered(everything, left(field), field, words),
            }
            for field in FIELDS
        ],
    }


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs={Narrowed: Narrowed.key, Words: Words.key})
def offered(everything: Narrowed, left: Narrowed | None, field: str, words: Words) -> list[list[str]]:
    """The values one can choose of a filter, in the reader's language, the commonest first, each with its count.

    The counts are of what the other filters have `left`: articles; of countries and kinds of place, mentions.
    """
    if field in ("country", "level"):
        values = _places_by(field, everything)
        now = dict(_places_by(field, left)) if left else {}
    else:
        values = everything.values(field)
        now = left.articles_by_value[field] if left else {}
    if [value for value, _ in values] == [NOT_STATED]:
        return []  # no article states one: nothing to choose from
    shown = [(value, now.get(value, 0) if left else n) for value, n in values[:MOST_OFFERED]]
    if field != "level":
        shown.sort(key=lambda item: -item[1])
    named: dict[str, Callable[[str], str]] = {
        "country": words.country,
        "language": words.language,
        "level": lambda level: words[f"level_{level}"],
    }
    name = named.get(field, str)
    return [[value, name(value) if value else words[f"not_stated_{field}"], words.number(n)] for value, n in shown]


def _places_by(field: str, narrowed: Narrowed) -> list[tuple[str, int]]:
    """Mentions by country, the most mentioned first; or by kind of place, all kinds in their own order."""
    counted: Counter[str] = Counter()
    for count in narrowed.place_counts:
        if field == "country":
            counted.update({code: count.mentions for code in count.entry.country.split(",") if code})
        else:
            counted[level_of(count.entry).value] += count.mentions
    return counted.most_common() if field == "country" else [(level.value, counted[level.value]) for level in Level]


def chips_of(narrowing: Narrowing, words: Words) -> list[dict[str, Any]]:
    """The filters that are on: what each is, and the parameters of the address without it. Two dates are one filter."""
    chosen = list(address.chosen(narrowing))
    chips = []
    if narrowing.since and narrowing.until:
        label_of_both = f"{words['dates']}: {words.span(narrowing.since, narrowing.until)}"
        without = patch(narrowing.without("since").without("until"))
        chips.append({"name": "dates", "label": label_of_both, "without": without})
        chosen = [each for each in chosen if each[0] not in ("since", "until")]
    return chips + [
        {
            "name": name,
            "label": label(name, value, words),
            "without": patch(narrowing.without(name, value if name in FIELDS else None)),
        }
        for name, value in chosen
    ]


def label(name: str, value: str, words: Words) -> str:
    """One filter in words."""
    if value == NOT_STATED and name in _STATED:
        return words.none_stated(name)
    said = {
        "since": lambda: f"{words['since']} {words.day(value)}",
        "until": lambda: f"{words['until']} {words.day(value)}",
        "language": lambda: words.language(value),
        "country": lambda: words.country(value),
        "level": lambda: words[f"level_{value}"],
        "kind": lambda: words[f"kind_{value}"],
        "confidence": lambda: f"≥ {words.percent(float(value))}",
    }.get(name, lambda: value)()
    title = words["dates"] if name in ("since", "until") else words["text"] if name == "q" else words[name]
    return f"{title}: {said}"


def patch(narrowing: Narrowing) -> dict[str, list[str]]:
    """The filters as parameters of the address; an empty list takes one away."""
    written = address.Address(narrowing=narrowing).parameters()
    return {name: written.get(name, []) for name in address.Narrowing.__slots__}


def ways_out(
    narrowing: Narrowing, narrow: Callable[[Narrowing], Narrowed], place_id: str | None, words: Words
) -> dict[str, Any] | None:
    """Which filter left nothing, of one place or of all: what would be there without it; None = there is something."""

    def mentions(tried: Narrowing) -> int:
        found = narrow(tried)
        if place_id is None:
            return sum(count.mentions for count in found.place_counts)
        count = found.count_of(place_id)
        return count.mentions if count else 0

    if narrowing == address.NO_NARROWING or mentions(narrowing):
        return None
    names = list(dict.fromkeys(name for name, _ in address.chosen(narrowing)))
    tried = {name: mentions(narrowing.without(name)) for name in names}
    offers = [
        {
            "text": words.say("drop_one", what=_all_of(narrowing, name, words), mentions=words.count("mentions", n)),
            "without": patch(narrowing.without(name)),
        }
        for name, n in sorted(tried.items(), key=lambda item: -item[1])
        if n
    ]
    if not offers:
        n = mentions(address.NO_NARROWING)
        text = words.say("drop_all", mentions=words.count("mentions", n))
        offers = [{"text": text, "without": patch(address.NO_NARROWING)}]
    return {"offers": offers}


def _all_of(narrowing: Narrowing, name: str, words: Words) -> str:
    labels = [label(each, _isolated(each, value), words) for each, value in address.chosen(narrowing) if each == name]
    return f"«{words.comma.join(labels)}»" if words.arabic else f"“{words.comma.join(labels)}”"


def _isolated(name: str, value: str) -> str:
    """What was typed or printed, on an island of direction: it would reorder the numbers after it."""
    return f"\u2068{value}\u2069" if value and name in ("q", "source", "author") else value


def orders(words: Words) -> Sequence[list[str]]:
    """The orders of excerpts, as the browser offers them."""
    return [[order.value, words[f"order_{order.value}"]] for order in Order]
