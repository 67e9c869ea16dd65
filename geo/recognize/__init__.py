"""Text -> mentions (toponym recognition): a token memo over a scored gazetteer. No I/O.

One walk over the tokens, left to right. Where a token can begin a name, every reading is scored: the name's own
score (`gazetteer.compile.static_score`) plus what the words around it say. Above zero it is a place name. A second
walk knows which names and countries the first one was sure of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Self

from geo.gazetteer import Gazetteer
from geo.recognize import unknown
from geo.recognize.reading import AND, Context, Evidence, Reading
from geo.recognize.score import known_readings, lone_reading
from geo.recognize.tokens import ALONE, TokenMemo
from geo.records import Mention
from geo.settings import Settings

Read = Callable[[Context, int, "Reading | None", Evidence], list[Reading]]
"""What lists the readings that begin at a token."""


class RuleRecognizer:
    """The recogniser that is used unless another is asked for. Safe to share between threads: the memo only caches."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.memo = TokenMemo(gazetteer)

    @classmethod
    def from_settings(cls, gazetteer: Gazetteer, settings: Settings) -> Self:
        """What `plugins` calls; the settings hold nothing that the rules heed."""
        return cls(gazetteer)

    def recognize(self, text: str) -> list[Mention]:
        """The mentions of `text` in order, none overlapping; ``text[m.start:m.end] == m.surface`` for each."""
        context = self.context(text)
        return [_mention(context, reading) for reading in self.readings(context)]

    def weigh(self, text: str, least: float) -> tuple[list[Mention], list[Mention]]:
        """The mentions of `text`, as `recognize` finds them, and the near misses: refused, but scoring above `least`.

        Both are in order. Near misses can overlap mentions (of which they are another reading) and one another.
        """
        context = self.context(text)
        taken = self.readings(context)
        near = (reading for reading in self.refused(context, taken) if reading.score > least)
        return [_mention(context, reading) for reading in taken], [_mention(context, reading) for reading in near]

    def context(self, text: str) -> Context:
        """The text cut into tokens and gaps, each token looked up."""
        tokens, marked = self.memo.cut(text)
        context = Context(text, tokens, marked, self.gazetteer)
        last = len(tokens) - 1
        context.hot = [
            i for i in marked if tokens[i].flag == ALONE or (i < last and tokens[i + 1].folded in tokens[i].seconds)
        ]
        return context

    def readings(self, context: Context) -> list[Reading]:
        """The accepted readings after both walks, in order."""
        blank = Evidence()
        first = walk(context, blank, context.hot)
        if not first:
            return first
        evidence = Evidence.of(first)
        return walk(context, evidence, _worth_a_second_look(context, evidence, first, blank.near))

    def refused(self, context: Context, taken: list[Reading]) -> Iterator[Reading]:
        """The readings of the gazetteer's names that were not taken, in order, whatever they score."""
        evidence = Evidence.of(taken)
        at = {reading.first: reading for reading in taken}
        previous: Reading | None = None
        for index in range(len(context.tokens)):
            own = at.get(index)
            for reading in known_readings(context, index, previous, evidence, failing=True):
                if own is None or reading.stop != own.stop:
                    yield reading
            previous = own or previous


def _worth_a_second_look(context: Context, evidence: Evidence, first: list[Reading], near: set[int]) -> list[int]:
    """The tokens where the evidence of the first walk can change what is read: a quarter of the hot ones."""
    tokens, keys, tails = context.tokens, evidence.keys, evidence.list_tails
    look = {reading.first for reading in first} | near | {tail - length for tail in tails for length in (1, 2, 3)}
    words = {key.partition(" ")[0] for key in keys}
    for index in context.hot:
        token = tokens[index]
        if token.class_word is not None:
            look.add(index)
        else:
            for parse in token.parses:
                if parse.core in words:
                    look.add(index)
                    break
    if evidence.unknown:
        heads = evidence.first_words()
        look.update(i for i, token in enumerate(tokens) if token.folded in heads)
    return sorted(look)


def walk(context: Context, evidence: Evidence, hot: Iterable[int], read: Read = known_readings) -> list[Reading]:
    """The accepted readings of one walk over the tokens `hot`, in order, none overlapping."""
    accepted: list[Reading] = []
    previous: Reading | None = None
    free = 0
    tokens = context.tokens
    plain = read is known_readings and not evidence.unknown
    for index in hot:
        if index < free:
            continue
        while free < index and previous is not None and previous.governs:  # unknown names of a list are not hot
            more = _unknown_member(context, free, index, previous)
            if more is None:
                break
            accepted.append(more)
            previous, free = more, more.stop
        if index < free:
            continue
        token = tokens[index]
        if (
            plain
            and token.single is not None
            and (previous is None or index - free > 1)
            and not (token.seconds and context.goes_on(index, token))
        ):
            reading = lone_reading(context, index, token, evidence)
        else:
            reading = best_reading(context, index, previous, evidence, read)
        if reading is not None:
            accepted.append(reading)
            previous, free = reading, reading.stop
    return accepted


def _unknown_member(context: Context, free: int, index: int, previous: Reading) -> Reading | None:
    """The unknown name that goes on the list of `previous` before token `index`."""
    at = free + 1 if context.tokens[free].folded == AND else free
    return unknown.in_list(context, at, previous) if at < index else None


def best_reading(
    context: Context, index: int, previous: Reading | None, evidence: Evidence, read: Read = known_readings
) -> Reading | None:
    """The best place name that begins at token `index`, or None if nothing there reads as one."""
    token = context.tokens[index]
    best = _best_known(read(context, index, previous, evidence))
    if best is not None and (token.class_word is None or best.stop == index + 1):
        return best
    if token.class_word is not None and index + 1 < len(context.tokens):
        if best is not None:  # إقليم كردستان العراق: not إقليم كردستان
            inner = _best_known(read(context, index + 1, previous, evidence))
            return None if inner is not None and inner.stop > best.stop else best
        found = unknown.after_class_word(context, index)
        if found is not None and _best_known(read(context, index + 1, previous, evidence)) is None:
            return found
    if previous is not None and previous.governs and (found := unknown.in_list(context, index, previous)) is not None:
        return found
    return unknown.elsewhere(context, index, evidence) if evidence.unknown else None


def _best_known(readings: list[Reading]) -> Reading | None:
    """A longer name wins over a shorter one that begins at the same token, if it is good enough by itself."""
    if len(readings) < 2:
        return readings[0] if readings else None
    return max(readings, key=lambda reading: (reading.stop, reading.score))


def _mention(context: Context, reading: Reading) -> Mention:
    start, end = context.span(reading)
    return Mention(
        start=start,
        end=end,
        surface=context.text[start:end],
        kind=reading.kind,
        rule=reading.rule,
        score=round(reading.score, 2),
        names=(reading.key,) if reading.name is not None else (),
        class_word=reading.class_word.key if reading.class_word else None,
        modifier=context.modifier(reading),
    )
