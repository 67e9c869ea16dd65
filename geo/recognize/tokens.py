"""Tokens: what each distinct word could be, worked out once and remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.gazetteer import Gazetteer, Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import ALEF, KAF, LAM, fold, fold_lightly, is_arabic

MEMO_LIMIT = 400_000
"""Distinct words remembered; a hundred thousand articles have fewer. Then the memo starts anew."""

LONGEST_TOKEN = 60
"""Longer runs of letters are not words; they are passed over unread."""

TANWIN = "\u064b"
"""Marks an indefinite accusative: nouns take it, names of places do not."""

_QUESTION = ALEF
_BEFORE = "وف" + _QUESTION
_PREPOSITIONS = "بكل"

Features = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Parse:
    """One way to read a token as the beginning of a name: what is attached, and the name's first token."""

    offset: int
    """Where the name begins inside the token, in code points."""
    proclitic: str
    core: str
    """Folded."""
    light: str
    """As `normalize.fold_lightly`; empty where an alef is not written (للموصل): tells an exact spelling."""
    name: Name | None
    """The name of this one token; None = it only begins longer ones."""
    features: Features
    """What speaks for and against that name wherever the token stands."""
    score: float
    """Sum of `features`."""
    lengths: tuple[int, ...]
    """Lengths, in tokens, of the longer names that begin with it, longest first."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a word could be, wherever it stands."""

    folded: str
    length: int
    """In code points, trailing quotes left out."""
    parses: tuple[Parse, ...]
    class_word: ClassWord | None
    cues: int
    """Bits of `lexicon.Cue`."""
    zipf: float
    """How common the word is, clitics included; 0 = not in the list."""
    proclitic: str
    """What is attached to the class word or cue."""
    definite: bool
    """Arabic with the article."""
    alone: bool
    """True if it can be a name of one word, or is a class word."""
    hot: bool
    """True if a name can begin here, or it is a class word."""
    seconds: frozenset[str]
    """Folded tokens with which it can begin a longer name."""


class TokenMemo(dict[str, Token]):
    """Token by its printed form; computed at first sight. What it returns never depends on what it has seen."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self.gazetteer = gazetteer
        self.lexicon = gazetteer.lexicon

    def __missing__(self, word: str) -> Token:
        if len(self) >= MEMO_LIMIT:
            self.clear()
        token = self[word] = self._read(word)
        return token

    def _read(self, word: str) -> Token:
        if len(word) > LONGEST_TOKEN:
            return Token("", len(word), (), None, 0, 0.0, "", False, False, False, frozenset())
        if is_arabic(word):
            return self._read_arabic(word)
        return self._read_latin(word)

    def _read_arabic(self, word: str) -> Token:
        folded = fold(word)
        text = folded.text
        if not text:
            return Token("", len(word), (), None, 0, 0.0, "", False, False, False, frozenset())
        zipf = self.gazetteer.words.get(text, 0.0)
        parses = []
        class_word, cues, attached = self.lexicon.class_words.get(text), self.lexicon.cues.get(text, 0), ""
        for proclitic, letters, core in strip_proclitics(text):
            elided = len(core) > len(text) - letters
            light = "" if elided else fold_lightly(word[folded.offsets[letters] :])
            parse = self._parse(word, folded.offsets[letters], proclitic, core, light, zipf, class_word is not None)
            if parse is not None:
                parses.append(parse)
            if proclitic and class_word is None and not cues:
                class_word, cues = self.lexicon.class_words.get(core), self.lexicon.cues.get(core, 0)
                attached = proclitic if class_word or cues else ""
                if proclitic not in ("و", "ف"):
                    cues &= ~(Cue.GIVEN | Cue.INTO)
        definite = text.startswith(ALEF + LAM) and len(text) > 4
        return self._token(text, len(word), tuple(parses), class_word, cues, zipf, attached, definite)

    def _read_latin(self, word: str) -> Token:
        core = word.strip("'\u2018\u2019")
        start = word.find(core) if core else 0
        for ending in ("'s", "\u2019s", "\u2018s"):
            core = core.removesuffix(ending)
        text = fold(core.replace(".", "")).text
        zipf = self.gazetteer.words.get(text, 0.0)
        class_word, cues = self.lexicon.class_words.get(text), self.lexicon.cues.get(text, 0)
        parse = self._parse(word, start, "", text, "", zipf, class_word is not None) if core[:1].isupper() else None
        if parse is not None and parse.name is not None:
            parse = _with_capitals(parse, core.replace(".", ""))
        return self._token(text, start + len(core), (parse,) if parse else (), class_word, cues, zipf, "", False)

    def _token(
        self, folded: str, length: int, parses: tuple[Parse, ...], class_word: ClassWord | None,
        cues: int, zipf: float, proclitic: str, definite: bool,
    ) -> Token:  # fmt: skip
        alone = class_word is not None or any(parse.name is not None for parse in parses)
        seconds = frozenset().union(*(self.gazetteer.seconds(parse.core) for parse in parses if parse.lengths))
        hot = alone or bool(seconds)
        return Token(folded, length, parses, class_word, cues, zipf, proclitic, definite, alone, hot, seconds)

    def _parse(
        self, word: str, offset: int, proclitic: str, core: str, light: str, zipf: float, is_class_word: bool
    ) -> Parse | None:
        mask = self.gazetteer.starts.get(core, 0)
        if not mask:
            return None
        name = self.gazetteer.name(core) if mask & 2 else None
        features: Features = ()
        if name is not None:
            found = [("name", name.score)]
            spelling = spelling_cost(light, name) if light else 0.0
            if spelling:
                found.append(("spelling", spelling))
            if light and TANWIN in word:
                found.append(("indefinite ending", -3.0))
            if proclitic[-1:] == KAF and not core.startswith(ALEF + LAM):
                found.append(("rare proclitic", -2.2))
            if proclitic and zipf:
                found += _own_word(zipf, self.gazetteer.words.get(core, 1.0))
            features = tuple(found)
        lengths = tuple(n for n in range(mask.bit_length() - 1, 1, -1) if mask >> n & 1)
        if name is None and not lengths:
            return None
        return Parse(offset, proclitic, core, light, name, features, sum(value for _, value in features), lengths)


def _own_word(whole: float, core: float) -> Features:
    """What speaks against a proclitic: a word with one is ten times rarer than without, unless it is a word by itself.

    Both are zipf frequencies: of باكرا ("early") and of أكرا (Accra).
    """
    surplus = whole - (core - 0.5)
    if surplus <= 0:
        return ()
    return (("word of its own", -1.3 * min(surplus, 3.0) - (2.0 if whole > core else 0.0)),)


def _with_capitals(parse: Parse, core: str) -> Parse:
    """US, U.S. and UK are names, us is not: an initialism counts in capitals only."""
    if parse.name is None:
        return parse
    initialisms = [form for form in parse.name.forms if form.isupper()]
    if not initialisms or (core not in initialisms and core in parse.name.forms):
        return parse
    features = (*parse.features, ("initialism", 4.0 if core in initialisms else -5.0))
    return replace(parse, features=features, score=sum(value for _, value in features))


def spelling_cost(printed: str, name: Name) -> float:
    """0 for a spelling that the gazetteer knows; less where only folding makes them equal.

    A hamza left out is everyday (الانبار); one put in, or ه for ة, is more often another word (وأدان, بصره).
    """
    if printed in name.forms:
        return 0.0
    if printed in name.plain_forms:
        return -0.2
    if printed.startswith("ال") and printed[:-1] + "ة" in name.plain_forms:  # with the article ه is no pronoun
        return -0.4
    return -1.1


def strip_proclitics(text: str) -> list[tuple[str, int, str]]:
    """Ways to split proclitics off a folded token: (proclitic, its length in letters, core), the bare token first.

    After ل the article loses its alef, so للموصل can hold الموصل and للاذقية can hold اللاذقية.

    >>> strip_proclitics("وبدمشق")
    [('', 0, 'وبدمشق'), ('و', 1, 'بدمشق'), ('وب', 2, 'دمشق')]
    >>> strip_proclitics("للموصل")
    [('', 0, 'للموصل'), ('ل', 1, 'لموصل'), ('ل', 1, 'الموصل'), ('ل', 1, 'اللموصل')]
    """
    found = [("", 0, text)]
    for length in (0, 1):
        if length and (len(text) < 3 or text[0] not in _BEFORE):
            break
        rest = text[length:]
        if length and text[0] != _QUESTION:
            found.append((text[:1], 1, rest))
        if len(rest) > 3 and rest[0] in (_PREPOSITIONS if text[:length] != _QUESTION else _PREPOSITIONS[:2]):
            core = rest[1:]
            found.append((text[: length + 1], length + 1, core))
            if rest.startswith(LAM + LAM):
                found.append((text[: length + 1], length + 1, ALEF + core))
                found.append((text[: length + 1], length + 1, ALEF + LAM + core))
    return found
