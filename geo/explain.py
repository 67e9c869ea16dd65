"""Why a name was or was not taken as a place, and why this one: the scores, laid open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geo.gazetteer import Gazetteer
from geo.recognize import Recognizer
from geo.recognize.reading import Context, Evidence, Reading
from geo.recognize.score import known_readings
from geo.records import Entry, Resolution
from geo.resolve import Geoparser

SHOWN_CANDIDATES = 5


def explain(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Lines of text: every name seen, taken or refused, with each feature's share of its score; then its candidates."""
    geoparser = Geoparser.over(gazetteer)
    resolutions = {r.mention.start: r for r in geoparser.geoparse(text)}
    recognizer = geoparser.recognizer
    context = recognizer.context(text)
    taken = recognizer.readings(context)
    for reading in _seen(recognizer, context, taken):
        start, end = context.span(reading)
        accepted = any(reading.first == other.first and reading.stop == other.stop for other in taken)
        verdict = reading.kind if accepted else "refused"
        yield f"{text[start:end]}  [{start}:{end}]  {verdict}  {reading.score:+.2f} = {_shares(reading.features)}"
        if accepted and start in resolutions:
            yield from _choice(resolutions[start])


def _seen(recognizer: Recognizer, context: Context, taken: list[Reading]) -> Iterator[Reading]:
    """The accepted readings and the refused ones, in order of the text."""
    evidence = Evidence.of(taken)
    at = {reading.first: reading for reading in taken}
    previous: Reading | None = None
    for index in range(len(context.tokens)):
        yield from (
            reading
            for reading in known_readings(context, index, previous, evidence, failing=True)
            if index not in at or reading.stop != at[index].stop
        )
        if index in at:
            previous = at[index]
            yield previous


def _choice(resolution: Resolution) -> Iterator[str]:
    if resolution.entry is None:
        yield f"    unresolved: {resolution.rule}"
        return
    yield f"    means {_place(resolution.entry)}, confidence {resolution.confidence:.2f}, by {resolution.rule}"
    for candidate in resolution.candidates[:SHOWN_CANDIDATES]:
        yield f"    {candidate.score:6.2f}  {_place(candidate.entry)}  = {_shares(candidate.features)}"


def _place(entry: Entry) -> str:
    return f"{entry.name} ({entry.feature_code} {entry.country}, {entry.lat:.2f} {entry.lon:.2f}, {entry.place_id})"


def _shares(features: Iterable[tuple[str, float]]) -> str:
    return " ".join(f"{name} {value:+.2f}" for name, value in features)
