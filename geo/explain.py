"""Why a name was or was not taken as a place, and why this one: the scores, laid open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geo.gazetteer import Gazetteer
from geo.recognize import RuleRecognizer
from geo.records import Entry, Resolution
from geo.resolve import Resolver

SHOWN_CANDIDATES = 5


def explain(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Lines of text: every name seen, taken or refused, with each feature's share of its score; then its candidates."""
    recognizer = RuleRecognizer(gazetteer)
    context = recognizer.context(text)
    taken = recognizer.readings(context)
    accepted = {(reading.first, reading.stop) for reading in taken}
    resolutions = {r.mention.start: r for r in Resolver(gazetteer).resolve(text, recognizer.recognize(text))}
    for reading in sorted([*recognizer.refused(context, taken), *taken], key=lambda reading: reading.first):
        start, end = context.span(reading)
        is_taken = (reading.first, reading.stop) in accepted
        verdict = reading.kind if is_taken else "refused"
        yield f"{text[start:end]}  [{start}:{end}]  {verdict}  {reading.score:+.2f} = {share_line(reading.features)}"
        if is_taken and start in resolutions:
            yield from _choice(resolutions[start])


def _choice(resolution: Resolution) -> Iterator[str]:
    if resolution.entry is None:
        yield f"    unresolved: {resolution.rule}"
        return
    yield f"    means {place_line(resolution.entry)}, confidence {resolution.confidence:.2f}, by {resolution.rule}"
    for candidate in resolution.candidates[:SHOWN_CANDIDATES]:
        yield f"    {candidate.score:6.2f}  {place_line(candidate.entry)}  = {share_line(candidate.features)}"


def place_line(entry: Entry) -> str:
    """An entry on one line."""
    return f"{entry.name} ({entry.feature_code} {entry.country}, {entry.lat:.2f} {entry.lon:.2f}, {entry.place_id})"


def share_line(features: Iterable[tuple[str, float]]) -> str:
    """Each feature with its share of a score."""
    return " ".join(f"{name} {value:+.2f}" for name, value in features)
