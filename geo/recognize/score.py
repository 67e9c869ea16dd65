"""How well a stretch of text reads as a place name: the name's own score and what stands around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from geo.gazetteer import Gazetteer, Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import ALEF, JOINT, LAM, fold, fold_lightly
from geo.recognize.tokens import Parse, Token, strip_proclitics
from geo.records import Kind

THRESHOLD = 0.9
"""What a reading must score beside zero: most words of a text are no places."""

SURE = 1.5
"""A mention scored this high vouches for its name and country elsewhere in the text."""

SOFT = re.compile("[ \t\u00a0\u200b-\u200f\"'“”«»‘’#(\\[_\\-]*")
"""A gap across which a cue still speaks: spaces, an opening quote or bracket, a hash."""
LIST_GAP = re.compile("[ \t\u00a0]*[,،/]?[ \t\u00a0\u200b-\u200f\"'“”«»‘’#)]*")
AND = "و"
TANWIN = "\u064b"
"""Marks an indefinite accusative: nouns take it, names of places do not."""

Features = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of tokens read as a place name."""

    first: int
    """Token that begins the name."""
    stop: int
    """Token past its last."""
    parse: Parse
    names: tuple[str, ...]
    """Gazetteer keys; empty if the gazetteer does not know it."""
    key: str
    """The folded name itself, known or not."""
    features: Features
    score: float
    kind: Kind
    rule: str
    class_word: ClassWord | None = None
    class_token: int = -1
    """Token of the class word; -1 = none stands right before."""
    countries: tuple[str, ...] = ()
    """Of its most prominent entry."""


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

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Evidence:
        evidence = cls()
        for reading in readings:
            if reading.parse.proclitic == AND:
                evidence.list_tails.add(reading.first)
            if not reading.names:
                evidence.unknown.add(reading.key)
            elif reading.score >= SURE and reading.kind is Kind.LITERAL:
                evidence.keys[reading.key].add(reading.first)
                evidence.countries.update(reading.countries)
        return evidence


@dataclass(frozen=True, slots=True)
class Context:
    """One text, cut into gaps and tokens."""

    text: str
    parts: list[str]
    """Gap, token, gap, token, ..., gap."""
    starts: list[int]
    """Offset of each part."""
    tokens: list[Token]
    gazetteer: Gazetteer

    def gap(self, index: int) -> str:
        """What stands before token `index`."""
        return self.parts[2 * index]

    def before(self, index: int) -> Token | None:
        """The token before `index`, if nothing but a soft gap lies between."""
        if index > 0 and SOFT.fullmatch(self.parts[2 * index]):
            return self.tokens[index - 1]
        return None

    def after(self, stop: int) -> Token | None:
        """The token at `stop`, if nothing but a soft gap lies before it."""
        if stop < len(self.tokens) and SOFT.fullmatch(self.parts[2 * stop]):
            return self.tokens[stop]
        return None

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
        words = self.text[self.starts[2 * index + 1] : self.starts[2 * first + 1]].strip() if index < first else ""
        if reading.class_word is not None and reading.class_word.key == "ريف":
            words = f"{words} ريف".strip()
            side = self.after(reading.stop)
            if side is not None and side.cues & Cue.SIDE:
                words += " … " + self.parts[2 * reading.stop + 1]
        return words or None

    def matches(self, index: int, parse: Parse) -> Iterator[tuple[int, str, Name]]:
        """Gazetteer names that begin with `parse` at token `index`: (token past the last, key, name), longest first."""
        for length in parse.lengths:
            stop = index + length
            if stop > len(self.tokens) or not all(JOINT.fullmatch(self.gap(i)) for i in range(index + 1, stop)):
                continue
            key = " ".join([parse.core, *(token.folded for token in self.tokens[index + 1 : stop])])
            name = self.gazetteer.name(key)
            if name is not None:
                yield stop, key, name


def best_reading(context: Context, index: int, previous: Reading | None, evidence: Evidence) -> Reading | None:
    """The best place name that begins at token `index`, or None if nothing there reads as one.

    A longer name wins over a shorter one that begins at the same token, if it is good enough by itself.
    """
    token = context.tokens[index]
    best: Reading | None = None
    for parse in token.parses:
        for reading in known_readings(context, index, parse, previous, evidence):
            if reading.score > 0 and (best is None or (reading.stop, reading.score) > (best.stop, best.score)):
                best = reading
    if best is None:
        return unknown_reading(context, index, previous, evidence)
    if token.class_word is not None and best.stop > index + 1:  # إقليم كردستان العراق: not إقليم كردستان
        inner = best_reading(context, index + 1, previous, evidence)
        if inner is not None and inner.stop > best.stop:
            return None
    return best


def known_readings(
    context: Context, index: int, parse: Parse, previous: Reading | None, evidence: Evidence
) -> Iterator[Reading]:
    """Every gazetteer name that begins with `parse`, scored; also those that fail."""
    for stop, key, name in context.matches(index, parse):
        features: Features = [("name", name.score), ("threshold", -THRESHOLD)]
        features += _spelling(context, index, stop, parse, name)
        class_word, class_token = _class_word(context, index, parse, previous)
        if class_word is not None:
            features += _class_features(context, class_word, name)
        features += _before_features(context, index, parse, class_word)
        if class_word is None or class_token < 0:
            features += _list_features(context, index, parse, previous)
        features += _after_features(context, index, stop, name)
        features += _own_features(context, index, stop, previous, class_word, name)
        if name.needs_cue and any(feature in _LEADING for feature, _ in features) and _follows_motion(context, index):
            features.append(("motion", 1.0))
        first_entry = context.gazetteer.entry(name.entries[0])
        countries = tuple(filter(None, first_entry.country.split(",")))
        features += _evidence_features(key, index, name, countries, evidence)
        if stop in evidence.list_tails and LIST_GAP.fullmatch(context.gap(stop)):
            features.append(("list", 1.2))
        score = sum(value for _, value in features)
        stop = _with_side(context, index, stop, parse, class_word, name)
        yield Reading(
            index, stop, parse, (key,), key, features, score,
            _kind(context, index, stop, class_token, union=first_entry.feature_code == "RGNE"),
            max(features[2:], key=lambda feature: feature[1], default=("name", 0.0))[0],
            class_word, class_token, countries,
        )  # fmt: skip


def _with_side(
    context: Context, index: int, stop: int, parse: Parse, class_word: ClassWord | None, name: Name
) -> int:
    """Past the direction that tells a village from its namesake: الغارية الشرقية, where only الغارية is known."""
    after = context.after(stop)
    if stop > index + 1 or after is None or not after.cues & Cue.SIDE or not JOINT.fullmatch(context.gap(stop)):
        return stop
    if not parse.core.startswith("ال") or (class_word is not None and not class_word.fits("PPL")) or class_word_is_part(class_word):
        return stop
    return stop + 1 if context.gazetteer.entry(name.entries[0]).prominence < 3.5 else stop


def class_word_is_part(class_word: ClassWord | None) -> bool:
    """True for ريف and the like: the direction after the name belongs to them."""
    return class_word is not None and class_word.key in ("ريف", "محيط", "ضواحي", "اطراف", "مشارف")


def _spelling(context: Context, index: int, stop: int, parse: Parse, name: Name) -> Features:
    """An exact spelling is worth more than a folded one; a proclitic must not make a word of its own."""
    found: Features = []
    elided = parse.proclitic[-1:] == "ل" and parse.core.startswith((ALEF + LAM,)) and not parse.light.startswith(ALEF)
    if not elided:
        words = [parse.light, *(fold_lightly(context.parts[2 * i + 1]) for i in range(index + 1, stop))]
        printed = " ".join(words)
        forms = [form.replace("-", " ") for form in name.forms]
        if printed not in forms and parse.core >= "\u0600":
            found.append(("spelling", -0.2 if printed in {_plain_alef(form) for form in forms} else -1.1))
        if TANWIN in context.parts[2 * stop - 1]:
            found.append(("indefinite ending", -3.0))
    token = context.tokens[index]
    if parse.proclitic and stop == index + 1 and token.zipf:
        core = context.gazetteer.words.get(parse.core, 1.0)
        surplus = token.zipf - (core - 0.5)
        if surplus > 0:
            found.append(("word of its own", -1.3 * min(surplus, 3.0)))
    return found


def _plain_alef(text: str) -> str:
    return text.translate(_ALEF_FORMS)


_ALEF_FORMS = str.maketrans("أإآٱ", "اااا")


def _class_word(
    context: Context, index: int, parse: Parse, previous: Reading | None
) -> tuple[ClassWord | None, int]:
    """The class word that governs the name: right before it, or before the list it belongs to (then token -1)."""
    token = context.before(index)
    if token is not None and token.class_word is not None and not parse.proclitic:
        return token.class_word, index - 1
    if previous is not None and previous.class_word is not None and previous.class_word.many:
        if _in_list(context, index, parse, previous):
            return previous.class_word, -1
    return None, -1


def _class_features(context: Context, class_word: ClassWord, name: Name) -> Features:
    found = [("class word", 0.3 + 2.2 * class_word.strength)]
    fits = any(class_word.fits(context.gazetteer.entry(row).feature_code) for row in name.entries[:8])
    if fits and class_word.strength:
        found.append(("class word fits", 1.0 + (2.0 * class_word.strength if name.needs_cue else 0.0)))
    return found


def _before_features(context: Context, index: int, parse: Parse, class_word: ClassWord | None) -> Features:
    found: Features = []
    if parse.proclitic:
        weight = {"ب": 1.0, "ل": 0.7}.get(parse.proclitic[-1])
        return [("proclitic", weight)] if weight else found
    token = context.before(index)
    if token is None:
        return _line_start(context, index)
    cues = token.cues
    if class_word is None:
        if cues & Cue.PART:
            found.append(("direction", 1.3))
        elif cues & Cue.INTO:
            found.append(("preposition", 1.0))
        elif cues & Cue.WEAK:
            found.append(("preposition", 0.4))
        if cues & Cue.PERSON:
            found.append(("person", -3.5))
        elif cues & Cue.GIVEN:
            found.append(("person", -2.5))
        if cues & Cue.ORG:
            found.append(("organisation", 0.5))
        if not cues and _definite(token) and parse.core.startswith("ال"):
            found.append(("adjective", -0.9))
    return found


_LEADING = ("preposition", "proclitic")


def _follows_motion(context: Context, index: int) -> bool:
    """True if one of the four words before the name is of going, staying or happening."""
    return any(token.cues & Cue.MOTION for token in context.tokens[max(0, index - 4) : index])


def _line_start(context: Context, index: int) -> Features:
    gap = context.gap(index)
    after = context.gap(index + 1) if index + 1 < len(context.tokens) else "\n"
    if (index == 0 or "\n" in gap) and re.match(r"[ \u00a0]?(?:[:(،,/]|[-–—] )", after):
        return [("dateline", 0.8)]
    return []


def _after_features(context: Context, index: int, stop: int, name: Name) -> Features:
    token = context.after(stop)
    if token is None:
        return []
    if token.cues & Cue.DEMONYM and _definite(token):
        return [("nationality after", 0.7)]
    if not token.cues and _definite(token) and _definite(context.tokens[index]) and name.score < 1.0 and token.zipf > 3.0:
        return [("adjective after", -0.8)]
    return []


def _own_features(
    context: Context, index: int, stop: int, previous: Reading | None, class_word: ClassWord | None, name: Name
) -> Features:
    """The name's own words can speak against it: an adjective, a class word, an idiom, a direction."""
    token = context.tokens[index]
    if name.part_of_country:
        return [] if class_word is not None and class_word.strength == 1.0 else [("direction and country", -6.0)]
    if stop > index + 1:
        return []
    found: Features = []
    lexicon = context.gazetteer.lexicon
    core = token.folded.removeprefix("ال")
    doubtful = name.needs_cue or not name.flags & 1
    if doubtful and class_word is None and (token.class_word is not None or core in lexicon.class_words):
        found.append(("is a class word", -3.0))
    after = context.after(stop)
    if after is not None and token.folded in lexicon.idioms and after.folded.startswith(lexicon.idioms[token.folded]):
        found.append(("idiom", -5.0))
    before = context.before(index)
    if token.cues & Cue.DEMONYM and before is not None and class_word is None and not before.cues & (Cue.INTO | Cue.PART):
        follows_place = previous is not None and previous.stop == index
        if follows_place or before.cues & Cue.DEMONYM or _definite(before) == _definite(token):
            found.append(("adjective", -3.0))
    if token.cues & Cue.ACCUSATIVE and before is not None and not before.cues and before.folded.endswith(ALEF):
        if not _definite(before) and not before.folded.endswith(("ها", "نا", "ما", "لا")):
            found.append(("adjective", -3.0))
    return found


def _definite(token: Token) -> bool:
    return token.folded.startswith("ال") and len(token.folded) > 4


def _in_list(context: Context, index: int, parse: Parse, previous: Reading) -> bool:
    """True if the name goes on from `previous` by و, a comma or a slash."""
    stop = previous.stop
    if index == stop + 1 and context.tokens[stop].folded == AND:
        return bool(LIST_GAP.fullmatch(context.gap(stop)) and LIST_GAP.fullmatch(context.gap(index)))
    if index != stop or not LIST_GAP.fullmatch(context.gap(index)):
        return False
    return parse.proclitic == AND or any(mark in context.gap(index) for mark in ",،/")


def _list_features(context: Context, index: int, parse: Parse, previous: Reading | None) -> Features:
    if previous is None or not _in_list(context, index, parse, previous):
        return []
    return [("list", 1.2)]


def _evidence_features(
    key: str, index: int, name: Name, countries: tuple[str, ...], evidence: Evidence
) -> Features:
    found: Features = []
    if key in evidence.keys and evidence.keys[key] - {index}:
        found.append(("elsewhere in the text", 1.2))
    if evidence.countries and countries:
        if not evidence.countries.isdisjoint(countries):
            found.append(("country of the text", 0.5))
        elif not name.flags & 1:
            found.append(("country of the text", -0.4))
    return found


def _kind(context: Context, index: int, stop: int, class_token: int, *, union: bool = False) -> Kind:
    before = context.before(class_token if class_token >= 0 else index)
    if class_token < 0 and before is not None and before.cues & Cue.ORG and not context.tokens[index].proclitic:
        return Kind.ASSOCIATIVE
    if stop > index + 1 and context.tokens[index].cues & Cue.ORG:
        return Kind.ASSOCIATIVE
    after = context.after(stop)
    if after is not None and after.cues & Cue.ORG_AFTER:
        return Kind.ASSOCIATIVE
    if union and (before is None or not before.cues & Cue.INSIDE):
        return Kind.ASSOCIATIVE
    return Kind.LITERAL


def unknown_reading(context: Context, index: int, previous: Reading | None, evidence: Evidence) -> Reading | None:
    """A name that the gazetteer lacks, told by a class word, by the list it stands in, or by the rest of the text."""
    token = context.tokens[index]
    class_word = token.class_word
    if class_word is not None and class_word.strength and index + 1 < len(context.tokens):
        following = context.after(index + 1)
        if following is None:
            return None
        if following.parses and best_reading(context, index + 1, previous, evidence) is not None:
            return None
        stop = _unknown_stop(context, index + 1, following.folded, class_word)
        if stop and not _is_quoted(context, index, stop):
            parse = Parse(0, "", following.folded, "", ())
            return _unknown(context, index + 1, stop, parse, "class word", class_word, index)
    if previous is not None and previous.class_word is not None and previous.class_word.many:
        for proclitic, letters, core in strip_proclitics(token.folded)[:2]:
            parse = Parse(letters, proclitic, core, "", ())
            if _in_list(context, index, parse, previous) and (stop := _unknown_stop(context, index, core, previous.class_word)):
                return _unknown(context, index, stop, parse, "list", previous.class_word, -1)
    if evidence.unknown:
        for proclitic, letters, core in strip_proclitics(token.folded):
            for key in evidence.unknown:
                words = key.split(" ")
                tail = [t.folded for t in context.tokens[index + 1 : index + len(words)]]
                if words[0] == core and words[1:] == tail and (len(words) > 1 or token.zipf < 3.5):
                    parse = Parse(letters, proclitic, core, "", ())
                    return _unknown(context, index, index + len(words), parse, "elsewhere in the text", None, -1)
    return None


def _is_quoted(context: Context, first: int, stop: int) -> bool:
    """True if quotation marks close tightly around the tokens: a nickname, a title, not a place."""
    after = context.gap(stop)
    return context.gap(first)[-1:] in _QUOTES and after[:1] in _QUOTES and bool(after)


_QUOTES = tuple("\"'“”«»‘’")


def _unknown_stop(context: Context, index: int, core: str, class_word: ClassWord) -> int:
    """Token past an unknown name that begins with `core` at token `index`; 0 = that is no name."""
    token = context.tokens[index]
    if len(core) < 3 or token.cues & ~(Cue.HEAD | Cue.GIVEN) or core < "\u0600":
        return 0
    if token.class_word is not None and not token.cues & Cue.HEAD:
        return 0
    following = context.after(index + 1) if JOINT.fullmatch(context.gap(index + 1) or "x") else None
    if token.cues & Cue.HEAD:
        return index + 2 if following is not None and len(following.folded) > 2 and following.zipf < 5 else 0
    if not _may_be_name(context.gazetteer.words, core, max(token.zipf, context.gazetteer.words.get(core, 0.0)), class_word):
        return 0
    definite = core.startswith("ال")
    if following is None:
        return index + 1
    if definite:
        return index + 2 if following.cues & Cue.SIDE else index + 1
    goes_on = following.zipf < 2.0 and not following.cues and not following.class_word and token.zipf < 2.0
    return index + 2 if goes_on and (not following.parses or _definite(following)) else index + 1


def _may_be_name(words: dict[str, float], core: str, zipf: float, class_word: ClassWord) -> bool:
    """True for a word rare enough to be a name, and no adjective, participle, or word behind a proclitic."""
    definite = core.startswith("ال")
    if zipf >= ((3.2 if definite else 3.0) if class_word.strength == 1.0 else 2.0):
        return False
    if core[0] in "ولبفك" and words.get(core[1:], 0.0) >= 2.5:
        return False
    if core.startswith("لل") and words.get("ال" + core[2:], 0.0) >= 2.0:
        return False
    if definite:
        return not (core.endswith(("ين", "ون", "ات")) and zipf >= 2.0)
    if zipf >= 2.0 and core.endswith(("ي", "ه", "ات", "ا", "ين", "ون")):
        return False
    nisba = core.removesuffix("ه")
    return not (nisba.endswith("ي") and max(words.get(f"ال{nisba}ه", 0.0), words.get(nisba + "ه", 0.0)) >= 2.0)


def _unknown(
    context: Context, index: int, stop: int, parse: Parse, rule: str, class_word: ClassWord | None, class_token: int
) -> Reading:
    key = " ".join([parse.core, *(token.folded for token in context.tokens[index + 1 : stop])])
    kind = _kind(context, index, stop, class_token)
    return Reading(index, stop, parse, (), key, [(rule, 0.5)], 0.5, kind, rule, class_word, class_token)
