"""What the recogniser holds while it walks one text: the tokens, a reading of some of them, what it is sure of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from geo.gazetteer import Gazetteer, Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import JOINT, fold
from geo.recognize.tokens import Parse, Token
from geo.records import Kind

SURE = 1.5
"""A mention scored this high vouches for its name and country elsewhere in the text."""

AND = "و"
SOFT = re.compile("[ \t\u00a0\u200b-\u200f\"'“”«»‘’#(\\[_\\-]*")
"""A gap across which a cue still speaks: spaces, an opening quote or bracket, a hash."""
LIST_GAP = re.compile("[ \t\u00a0]*[,،/]?[ \t\u00a0\u200b-\u200f\"'“”«»‘’#)]*")

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
class Draft:
    """A reading weighed by the words around it, before the evidence of the text: the same in both walks."""

    features: list[tuple[str, float]]
    score: float
    list_tail_at: int
    """Where among the features stands that the next name goes on a list."""
    class_word: ClassWord | None
    class_token: int
    stop: int
    kind: Kind | None = None
    """None = not worked out yet: most drafts fail."""


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


@dataclass(frozen=True, slots=True)
class Context:
    """One text, cut into gaps and tokens."""

    text: str
    parts: list[str]
    """Gap, token, gap, token, ..., gap."""
    starts: list[int]
    """Offset of each part."""
    tokens: list[Token]
    hot: list[int]
    """Tokens that can begin a name or are class words, in order."""
    gazetteer: Gazetteer
    drafts: dict[tuple[int, int, str, int, str], Draft] = field(default_factory=dict)
    """(first token, token past the last, key, where the name right before ends, its governing class word) -> draft."""

    def gap(self, index: int) -> str:
        """What stands before token `index`."""
        return self.parts[2 * index]

    def before(self, index: int) -> Token | None:
        """The token before `index`, if nothing but a soft gap lies between."""
        if index > 0:
            gap = self.parts[2 * index]
            if gap == " " or SOFT.fullmatch(gap):
                return self.tokens[index - 1]
        return None

    def after(self, stop: int) -> Token | None:
        """The token at `stop`, if nothing but a soft gap lies before it."""
        if stop < len(self.tokens):
            gap = self.parts[2 * stop]
            if gap == " " or SOFT.fullmatch(gap):
                return self.tokens[stop]
        return None

    def joined(self, index: int) -> bool:
        """True if a name may run on over the gap before token `index`."""
        gap = self.parts[2 * index]
        return gap == " " or JOINT.fullmatch(gap) is not None

    def in_list(self, index: int, proclitic: str, previous: Reading) -> bool:
        """True if a name at `index` goes on from `previous` by و, a comma or a slash."""
        stop = previous.stop
        if index == stop + 1:
            middle = self.tokens[stop].folded == AND
            return middle and bool(LIST_GAP.fullmatch(self.gap(stop)) and LIST_GAP.fullmatch(self.gap(index)))
        if index != stop:
            return False
        gap = self.parts[2 * index]
        if proclitic != AND and not ("," in gap or "،" in gap or "/" in gap):
            return False
        return LIST_GAP.fullmatch(gap) is not None

    def longer_names(self, index: int, parse: Parse) -> Iterator[tuple[int, str, Name]]:
        """Names of several tokens that begin with `parse` at token `index`: (token past the last, key, name)."""
        tokens, gazetteer = self.tokens, self.gazetteer
        if index + 1 >= len(tokens) or tokens[index + 1].folded not in tokens[index].seconds:
            return
        for length in parse.lengths:
            stop = index + length
            if stop <= len(tokens) and all(self.joined(i) for i in range(index + 1, stop)):
                key = " ".join([parse.core, *(token.folded for token in tokens[index + 1 : stop])])
                name = gazetteer.name(key)
                if name is not None:
                    yield stop, key, name

    def span(self, reading: Reading) -> tuple[int, int]:
        """Offsets of the reading in the text, a kept class word included, proclitics left out."""
        start = self.starts[2 * reading.first + 1] + reading.parse.offset
        if reading.class_word and reading.class_word.keep and reading.class_token >= 0:
            word = self.parts[2 * reading.class_token + 1]
            attached = len(self.tokens[reading.class_token].proclitic)
            start = self.starts[2 * reading.class_token + 1] + fold(word).offsets[attached]
        last = reading.stop - 1
        return start, self.starts[2 * last + 1] + self.tokens[last].length

    def modifier(self, reading: Reading) -> str | None:
        """The direction or part named with it, as printed: ``شمال شرق`` in شمال شرق سوريا; None = none."""
        first = reading.class_token if reading.class_token >= 0 else reading.first
        index = first
        while (token := self.before(index)) is not None and token.cues & Cue.PART:
            index -= 1
        words = self._printed(index, first) if index < first else ""
        if reading.class_word is not None and reading.class_word.key in PARTS_OF_TOWNS and reading.class_token >= 0:
            words = f"{words} {self._printed(first, first + 1)}".strip()
            side = self.after(reading.stop)
            if side is not None and side.cues & Cue.SIDE:
                words += " … " + self.parts[2 * reading.stop + 1]
        return words or None

    def _printed(self, first: int, stop: int) -> str:
        """The tokens as printed, the proclitic of the first left out."""
        text = self.text[self.starts[2 * first + 1] : self.starts[2 * stop]]
        return text[len(self.tokens[first].proclitic) :]
