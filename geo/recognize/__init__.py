"""Text -> mentions (toponym recognition): a token memo over a scored gazetteer. No I/O.

One walk over the tokens, left to right. Where a token can begin a name, every reading is scored: the name's own
score (`gazetteer.compile.static_score`) plus what the words around it say. Above zero it is a place name. A second
walk knows which names and countries the first one was sure of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from geo.gazetteer import Gazetteer
from geo.normalize import TOKEN
from geo.recognize.score import Context, Evidence, Reading, best_reading
from geo.recognize.tokens import TokenMemo
from geo.records import Kind, Mention

class Recognizer:
    """Finds the mentions in a text. Safe to share between threads: the memo only caches."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.memo = TokenMemo(gazetteer)

    def recognize(self, text: str) -> list[Mention]:
        """The mentions of `text` in order, none overlapping; ``text[m.start:m.end] == m.surface`` for each."""
        context = self.context(text)
        first = list(self._walk(context, Evidence()))
        evidence = Evidence.of(first)
        readings = list(self._walk(context, evidence)) if first else []
        return [_mention(context, reading) for reading in readings]

    def context(self, text: str) -> Context:
        """The text cut into tokens and gaps, each token looked up."""
        parts = TOKEN.split(text)
        memo = self.memo
        tokens = [memo[word] for word in parts[1::2]]
        return Context(text, parts, [0, *accumulate(map(len, parts))], tokens, self.gazetteer)

    def _walk(self, context: Context, evidence: Evidence) -> Iterator[Reading]:
        tokens = context.tokens
        previous: Reading | None = None
        free = 0
        for index, token in enumerate(tokens):
            if index < free:
                continue
            governed = previous is not None and previous.class_word is not None and previous.class_word.many
            if not (token.parses or token.class_word or evidence.unknown or (governed and index <= free + 1)):
                continue
            reading = best_reading(context, index, previous, evidence)
            if reading is not None:
                yield reading
                previous = reading
                free = reading.stop


def _mention(context: Context, reading: Reading) -> Mention:
    start, end = context.span(reading)
    return Mention(
        start=start,
        end=end,
        surface=context.text[start:end],
        kind=reading.kind,
        rule=reading.rule,
        score=round(reading.score, 2),
        names=reading.names,
        class_word=reading.class_word.key if reading.class_word else None,
        modifier=context.modifier(reading),
    )
