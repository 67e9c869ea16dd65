"""Why here? What spoke for a mention being a place and for this one, laid open; and the names that were refused."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from geo.corrections.decision import Decision
from geo.corrections.log import Corrections
from geo.gazetteer import Gazetteer
from geo.gazetteer.added import list_added
from geo.gazetteer.provenance import Provenance, provenance
from geo.recognize import RuleRecognizer
from geo.recognize.reading import Context, Reading
from geo.records import Candidate, Entry, Kind, Resolution, StoredMention
from geo.resolve import Geoparser
from geo.settings import Settings
from geo.store import Atlas, refused
from geo.store.rulings import RULE

Shares = tuple[tuple[str, float], ...]

LEAST = -2.0
"""Names that scored less are not kept: of 216 that scored between -2 and -5 in news, 6 were places (NLP figures)."""

AT_ONCE = 200
"""Articles looked through before what was refused in them is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry that the mention could mean."""

    candidate: Candidate
    """Its score and each feature's share of it."""
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a mention is where it is."""

    mention: StoredMention
    """As it counts now, corrected."""
    entry: Entry | None
    """What it means now; None = unplaced."""
    provenance: Provenance | None
    """Of `entry`."""
    choices: tuple[Choice, ...]
    """What the program weighed, best first; the first one is its own choice."""
    rule: str
    """The feature that decided between the first two of them."""
    confidence: float
    """The program's in its own choice."""
    recognition: Shares
    """What spoke for and against the name as a place; empty if another recogniser than the rules is used."""
    score: float
    """Their sum: above 0 it is a place."""
    decision: Decision | None
    """The correction that stands above all this; None = the program decided."""
    up_to_date: bool
    """False if the program has changed since the article was read in: it would now decide as told here."""


def why(atlas: Atlas, mention: StoredMention, geoparser: Geoparser, settings: Settings, recipe: str) -> Why:
    """Why this stored mention is where it is, worked out anew from the article's text; `recipe` is the program's."""
    article = atlas.articles([mention.article_id])[mention.article_id]
    found = geoparser.geoparse(article.text, article.source)
    own = next((r for r in found if (r.mention.start, r.mention.end) == (mention.start, mention.end)), None)
    added = list_added(settings.gazetteers)
    [entry] = atlas.entries([mention.place_id]) if mention.place_id is not None else [None]
    reading = _reading(geoparser, article.text, mention.start, mention.end)
    return Why(
        mention=mention,
        entry=entry,
        provenance=provenance(entry, added) if entry is not None else None,
        choices=tuple(
            Choice(candidate=each, provenance=provenance(each.entry, added)) for each in (own.candidates if own else ())
        ),
        rule=own.rule if own else "the program did not take it for a place",
        confidence=own.confidence if own else 0.0,
        recognition=tuple(reading.features) if reading else (),
        score=reading.score if reading else 0.0,
        decision=_decision(atlas, mention),
        up_to_date=recipe == atlas.recipe and (_is_laid_over(mention) or _same(own, mention)),
    )


def _reading(geoparser: Geoparser, text: str, start: int, end: int) -> Reading | None:
    """The recogniser's reading of this very stretch, taken or refused."""
    recognizer = geoparser.recognizer
    if not isinstance(recognizer, RuleRecognizer):
        return None
    context = recognizer.context(text)
    taken = recognizer.readings(context)
    return next(
        (reading for reading in (*taken, *recognizer.refused(context, taken)) if context.span(reading) == (start, end)),
        None,
    )


def _decision(atlas: Atlas, mention: StoredMention) -> Decision | None:
    decision_id = mention.rule.removeprefix(RULE).strip() if mention.rule.startswith(RULE) else ""
    record = Corrections(atlas.folder).history().records.get(decision_id)
    return record.decision if record else None


def _is_laid_over(mention: StoredMention) -> bool:
    return mention.rule.startswith((RULE, "geocoder "))


def _same(own: Resolution | None, mention: StoredMention) -> bool:
    return own is not None and (own.entry.place_id if own.entry else None) == mention.place_id


# --- names that were seen and refused ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A name of the gazetteer that a text holds and that was not taken for a place."""

    start: int
    end: int
    surface: str
    score: float
    """0 is the threshold: the nearer, the more like a place. Above it only if the evidence came too late."""
    reason: str
    """The feature that spoke most against it."""


def refusals(text: str, gazetteer: Gazetteer, least: float = LEAST) -> list[Refusal]:
    """The names refused in a text that scored above `least`, in order, none overlapping one another or a mention.

    By the rules, whichever recogniser reads the articles.
    """
    return _refusals(text, RuleRecognizer(gazetteer), least)


def _refusals(text: str, recognizer: RuleRecognizer, least: float) -> list[Refusal]:
    context = recognizer.context(text)
    taken = recognizer.readings(context)
    busy = [context.span(reading) for reading in taken]
    found: list[Refusal] = []
    near = (r for r in recognizer.refused(context, taken) if least < r.score and r.kind is Kind.LITERAL)
    for reading in sorted(near, key=lambda reading: (-reading.score, reading.first)):
        start, end = context.span(reading)
        if not any(start < other_end and other_start < end for other_start, other_end in busy):
            busy.append((start, end))
            found.append(_refusal(context, reading, start, end))
    return sorted(found, key=lambda refusal: refusal.start)


def _refusal(context: Context, reading: Reading, start: int, end: int) -> Refusal:
    against = [(value, name) for name, value in reading.features if value < 0 and name != "threshold"]
    if reading.score > 0:  # places that only the second look was sure of vouch for it, and there is no third
        against = [(0.0, "evidence came too late")]
    return Refusal(
        start=start,
        end=end,
        surface=context.text[start:end],
        score=round(reading.score, 2),
        reason=min(against)[1] if against else "nothing speaks for it",
    )


def look_through(atlas: Atlas, gazetteer: Gazetteer, *, seconds: float | None = None) -> tuple[int, int]:
    """Note the refused names of articles that were not looked through yet, newest first, for about so many seconds.

    None = to the end. Returns how many articles have been looked through, and of how many: ask
    `geo.store.refused.refused_names` for what was found. Two processes may do this at once.
    """
    recognizer = RuleRecognizer(gazetteer)
    until = None if seconds is None else time.monotonic() + seconds
    while numbers := refused.next_articles(atlas, AT_ONCE):
        texts = atlas.texts_of(numbers)
        refused.keep(atlas, numbers, _rows(texts.items(), recognizer))
        if until is not None and time.monotonic() >= until:
            break
    return refused.looked_through(atlas)


def _rows(texts: Iterable[tuple[int, str]], recognizer: RuleRecognizer) -> list[refused.Row]:
    return [
        (number, each.start, each.end, each.surface, each.score, each.reason)
        for number, text in texts
        for each in _refusals(text, recognizer, LEAST)
    ]
