"""What the recogniser holds while it walks one text: the tokens, a reading of some of them, what it is sure of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import attrgetter

from geo.gazetteer import Gazetteer, Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import JOINT, fold
from geo.recognize.tokens import Draft, Parse, Token
from geo.records import Kind

SURE = 1.5
"""A mention scored this high vouches for its name and country elsewhere in the text."""

AND = "و"
SOFT = re.compile("[ \t\u00a0\u200b-\u200f\"'“”«»‘’#(\\[_\\-]*")
"""A gap across which a cue still speaks: spaces, an opening quote or bracket, a hash."""
LIST_GAP = re.compile("[ \t\u00a0]*[,،/]?[ \t\u00a0\u200b-\u200f\"'“”«»‘’#)]*")

_WIDTH = attrgetter("width")

PARTS_OF_TOWNS = frozenset({"ريف", "محيط", "ضواحي", "اطراف", "مشارف"})
"""Class words that a direction after the name belongs to (ريف حلب الشرقي)."""


@dataclass(slots=True)
class Reading:
    """A stretch of tokens read as a place name."""

    first: int
    """Token that begins the name."""
    stop: int
    """Token past its last."""
    parse: Parse
    name: Name | None
    """None = the gazetteer does not know it."""
    key: str
    """The folded name itself, known or not."""
    features: list[tuple[str, float]]
    score: float
    kind: Kind
    class_word: ClassWord | None = None
    class_token: int = -1
    """Token of the class word; -1 = none stands right before."""

    @property
    def rule(self) -> str:
        """What spoke for it most, beside the name itself."""
        most, weight = "name", 0.0
        for feature, value in self.features:
            if value > weight and feature not in ("name", "threshold"):
                most, weight = feature, value
        return most

    @property
    def governs(self) -> bool:
        """True if its class word governs the list that follows (مدينتي الرقة ودير الزور)."""
        return self.class_word is not None and self.class_word.many


@dataclass(slots=True)
class Evidence:
    """What a first walk over the text was sure of."""

    keys: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Name -> the tokens that begin it where it was sure."""
    unknown: set[str] = field(default_factory=set)
    """Names that are not in the gazetteer but followed a class word."""
    countries: set[str] = field(default_factory=set)
    list_tails: set[int] = field(default_factory=set)
    """First tokens of names that go on a list by و: what stands before them is likely one too."""
    near: set[int] = field(default_factory=set)
    """Filled by the walk: tokens whose best reading failed by so little that more evidence could lift it."""

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Evidence:
        """The evidence of one walk's accepted readings."""
        evidence = cls()
        for reading in readings:
            if reading.parse.proclitic == AND:
                evidence.list_tails.add(reading.first)
            if reading.name is None:
                evidence.unknown.add(reading.key)
            elif reading.score >= SURE and reading.kind is Kind.LITERAL:
                evidence.keys[reading.key].add(reading.first)
                evidence.countries.update(reading.name.countries)
        return evidence

    def first_words(self) -> set[str]:
        """Folded tokens that can begin one of the unknown names, proclitics included."""
        heads = {key.partition(" ")[0] for key in self.unknown}
        return heads | {proclitic + head for proclitic in "وفبكل" for head in heads}


@dataclass
class Context:
    """One text, cut into gaps and tokens."""

    text: str
    tokens: list[Token]
    hot: list[int]
    """Tokens that can begin a name or are class words, in order."""
    gazetteer: Gazetteer
    drafts: dict[int, Draft] = field(default_factory=dict)
    """Token -> the draft of the name of one word that begins there, kept from the first walk for the second."""

    @cached_property
    def _begins(self) -> list[int]:
        """Where the lead of each token begins."""
        return list(accumulate(map(_WIDTH, self.tokens), initial=0))

    def start(self, index: int) -> int:
        """Offset of token `index` in the text."""
        return self._begins[index] + len(self.tokens[index].lead)

    def gap(self, index: int) -> str:
        """What stands before token `index`."""
        if index == len(self.tokens):
            return self.tokens[-1].tail[:-1]
        lead = self.tokens[index].lead
        return self.tokens[index - 1].tail + lead if index else lead

    def before(self, index: int) -> Token | None:
        """The token before `index`, if nothing but a soft gap lies between."""
        if index > 0:
            token = self.tokens[index - 1]
            if (token.tail == " " and not self.tokens[index].lead) or SOFT.fullmatch(self.gap(index)):
                return token
        return None

    def after(self, stop: int) -> Token | None:
        """The token at `stop`, if nothing but a soft gap lies before it."""
        if stop < len(self.tokens):
            token = self.tokens[stop]
            if (self.tokens[stop - 1].tail == " " and not token.lead) or SOFT.fullmatch(self.gap(stop)):
                return token
        return None

    def joined(self, index: int) -> bool:
        """True if a name may run on over the gap before token `index`."""
        tail, lead = self.tokens[index - 1].tail, self.tokens[index].lead
        return (tail == " " and not lead) or JOINT.fullmatch(tail + lead) is not None

    def in_list(self, index: int, proclitic: str, previous: Reading) -> bool:
        """True if a name at `index` goes on from `previous` by و, a comma or a slash."""
        stop = previous.stop
        if index == stop + 1:
            middle = self.tokens[stop].folded == AND
            return middle and bool(LIST_GAP.fullmatch(self.gap(stop)) and LIST_GAP.fullmatch(self.gap(index)))
        if index != stop:
            return False
        gap = self.gap(index)
        if proclitic != AND and not ("," in gap or "،" in gap or "/" in gap):
            return False
        return LIST_GAP.fullmatch(gap) is not None

    def goes_on(self, index: int, token: Token) -> bool:
        """True if the next token can be the second of a name that begins with `token`, the one at `index`."""
        return index + 1 < len(self.tokens) and self.tokens[index + 1].folded in token.seconds

    def longer_names(self, index: int, parse: Parse) -> Iterator[tuple[int, str, Name]]:
        """Names of several tokens that begin with `parse` at token `index`: (token past the last, key, name)."""
        tokens, gazetteer = self.tokens, self.gazetteer
        for length in parse.lengths:
            stop = index + length
            if stop <= len(tokens):
                key = " ".join([parse.core, *[token.folded for token in tokens[index + 1 : stop]]])
                name = gazetteer.name(key)
                if name is not None and all(self.joined(i) for i in range(index + 1, stop)):
                    yield stop, key, name

    def span(self, reading: Reading) -> tuple[int, int]:
        """Offsets of the reading in the text, a kept class word included, proclitics left out."""
        start = self.start(reading.first) + reading.parse.offset
        if reading.class_word and reading.class_word.keep and reading.class_token >= 0:
            token = self.tokens[reading.class_token]
            start = self.start(reading.class_token) + fold(token.word).offsets[len(token.proclitic)]
        last = reading.stop - 1
        return start, self.start(last) + self.tokens[last].length

    def modifier(self, reading: Reading) -> str | None:
        """The direction or part named with it, as printed: ``شمال شرق`` in شمال شرق سوريا; None = none."""
        first = reading.class_token if reading.class_token >= 0 else reading.first
        if reading.class_token < 0 and not (first and self.tokens[first - 1].cues & Cue.PART):
            return None
        index = first
        while (token := self.before(index)) is not None and token.cues & Cue.PART:
            index -= 1
        words = self._printed(index, first) if index < first else ""
        if reading.class_word is not None and reading.class_word.key in PARTS_OF_TOWNS and reading.class_token >= 0:
            words = f"{words} {self._printed(first, first + 1)}".strip()
            side = self.after(reading.stop)
            if side is not None and side.cues & Cue.SIDE:
                words += " … " + side.word
        return words or None

    def _printed(self, first: int, stop: int) -> str:
        """The tokens as printed, the proclitic of the first left out."""
        last = stop - 1
        text = self.text[self.start(first) : self.start(last) + len(self.tokens[last].word)]
        return text[len(self.tokens[first].proclitic) :]
