"""Tokens: what each distinct word could be, worked out once and remembered.

A text is cut at its spaces, and each chunk between two of them is looked up whole: nearly all are one word, perhaps
with a comma, and have been seen before. Only a chunk that is new is cut by `normalize.TOKEN`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import compress
from operator import attrgetter
from typing import cast

from geo.gazetteer import Gazetteer, Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import ALEF, HEH, KAF, LAM, TOKEN, fold, fold_key, fold_lightly, is_arabic

MEMO_LIMIT = 400_000
"""Distinct words remembered; a hundred thousand articles have fewer. Then the memo starts anew."""

LONGEST_TOKEN = 60
"""Longer runs of letters are not words; they are passed over unread."""

LONGEST_CHUNK = 100
"""Longer chunks between two spaces are not remembered: they do not come again."""

TANWIN = "\u064b"
"""Marks an indefinite accusative: nouns take it, names of places do not."""

_QUESTION = ALEF
_BEFORE = "وف" + _QUESTION
_PREPOSITIONS = "بكل"
_PROCLITICS = _BEFORE + _PREPOSITIONS

FROM, TO = "من", "الي"

_NONE: frozenset[str] = frozenset()

_DECIDE_KIND = Cue.ORG | Cue.CLUB | Cue.INSIDE | Cue.ORG_AFTER | Cue.DEMONYM | Cue.SIDE

Features = tuple[tuple[str, float], ...]


@dataclass(slots=True)
class Draft:
    """A reading weighed by the words around it, before the evidence of the text: the same in both walks."""

    features: list[tuple[str, float]]
    score: float
    list_tail_at: int
    """Where among the features stands that the next name goes on a list."""
    class_word: ClassWord | None
    class_before: bool
    """True if the class word stands right before the name."""


@dataclass(slots=True, eq=False)
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
    drafts: dict[int | tuple[object, ...], Draft] = field(default_factory=dict)
    """What `score` made of the names that begin so, for each sort of neighbours they were seen between."""


COLD, ALONE, PAIR, SEVERAL = 0, 1, 2, 3
"""No name can begin here; one of one word can, or it is a class word; only a longer one can; not one token."""

AS_NOTHING = 0
"""The sort of a neighbour that says nothing, or is not there."""


@dataclass(slots=True, eq=False)
class Token:
    """What a word could be, wherever it stands, with the gap printed around it. Shared and never changed."""

    word: str
    """As printed."""
    folded: str
    length: int
    """In code points, trailing quotes left out."""
    parses: tuple[Parse, ...] = ()
    class_word: ClassWord | None = None
    cues: int = 0
    """Bits of `lexicon.Cue`."""
    zipf: float = 0.0
    """How common the word is, clitics included; 0 = not in the list, or not Arabic."""
    proclitic: str = ""
    """What is attached to the class word or cue."""
    definite: bool = False
    """Arabic with the article."""
    seconds: frozenset[str] = frozenset()
    """Folded tokens with which it can begin a longer name."""
    as_before: int = AS_NOTHING
    """Its sort as the word before a name: words of one sort say the same of what follows."""
    as_after: int = AS_NOTHING
    """Its sort as the word after a name."""
    decides_kind: bool = False
    """True if it, before or after a name, can make the name an organisation's, or go on with it."""
    flag: int = COLD
    """`COLD`, `ALONE` or `PAIR`."""
    single: Parse | None = None
    """Its only parse, if that is a name of one word, and it is no class word."""
    lead: str = ""
    """What stands between it and the `tail` of the token before: an opening quote."""
    tail: str = " "
    """What stands after it, up to the `lead` of the next token."""
    width: int = 0
    """Of lead, word and tail, in code points."""

    def between(self, lead: str, tail: str) -> Token:
        """The same word with other gaps."""
        return Token(
            self.word, self.folded, self.length, self.parses, self.class_word, self.cues, self.zipf, self.proclitic,
            self.definite, self.seconds, self.as_before, self.as_after, self.decides_kind, self.flag, self.single,
            lead, tail, len(lead) + len(self.word) + len(tail),
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class Several:
    """A chunk that holds more than one token, or none."""

    tokens: list[Token]
    hot: list[int]
    """Which of them are not cold."""
    gap: str
    """The chunk and the space after it, if it holds no token."""
    flag: int = SEVERAL


_FLAG = attrgetter("flag")


class TokenMemo(dict[str, Token | Several]):
    """Chunk -> what it is, worked out at first sight. What it returns never depends on what it has seen."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self.gazetteer = gazetteer
        self.lexicon = gazetteer.lexicon
        self._words: dict[str, Token] = {}
        self._widened: dict[tuple[Token, str], Token] = {}
        self._sorts: dict[tuple[object, ...], int] = {}
        self._telling = gazetteer.starts.keys() | self.lexicon.class_words.keys() | self.lexicon.cues.keys()

    def cut(self, text: str) -> tuple[list[Token], list[int]]:
        """The tokens of `text`, and which of them are not cold.

        What is printed is the leads, words and tails one after the other, the last tail being one space too long.
        """
        found = list(map(self.__getitem__, text.split(" ")))
        marked = list(compress(range(len(found)), map(_FLAG, found)))
        tokens: list[Token] = []
        hot: list[int] = []
        leading, done, shift = "", 0, 0
        for at in marked:
            several = found[at]
            if several.flag != SEVERAL:
                hot.append(at + shift)
                continue
            tokens += cast(list[Token], found[done:at])
            done = at + 1
            inner = cast(Several, several)
            if inner.tokens:
                hot += [len(tokens) + place for place in inner.hot]
                tokens += inner.tokens
            elif tokens:
                tokens[-1] = self._widened_by(tokens[-1], inner.gap)
            else:
                leading += inner.gap
            shift = len(tokens) - done
        if not done:
            return cast(list[Token], found), hot
        tokens += cast(list[Token], found[done:])
        if leading and tokens:
            tokens[0] = tokens[0].between(leading + tokens[0].lead, tokens[0].tail)
        return tokens, hot

    def _widened_by(self, token: Token, gap: str) -> Token:
        """The token with a number or a dash more in the gap after it."""
        widened = self._widened.get((token, gap))
        if widened is None:
            widened = token.between(token.lead, token.tail + gap)
            if len(widened.tail) <= LONGEST_CHUNK:
                self._widened[token, gap] = widened
        return widened

    def __missing__(self, chunk: str) -> Token | Several:
        if len(self) + len(self._widened) >= MEMO_LIMIT:
            self.clear()
            self._words.clear()
            self._widened.clear()
        found: Token | Several
        parts = TOKEN.split(chunk)
        if len(parts) == 3:
            lead, word, tail = parts
            found = self._word(word)
            if lead or tail:
                found = found.between(lead, tail + " ")
        elif len(parts) == 1:
            found = Several([], [], chunk + " ")
        else:
            parts[-1] += " "
            tokens = [self._word(word).between("", tail) for word, tail in zip(parts[1::2], parts[2::2], strict=True)]
            tokens[0] = tokens[0].between(parts[0], tokens[0].tail)
            found = Several(tokens, [place for place, token in enumerate(tokens) if token.flag], "")
        if len(chunk) <= LONGEST_CHUNK:
            self[chunk] = found
        return found

    def _word(self, word: str) -> Token:
        token = self._words.get(word)
        if token is None:
            token = self._read(word)
            if len(word) <= LONGEST_CHUNK:
                self._words[word] = token
        return token

    def _read(self, word: str) -> Token:
        if len(word) > LONGEST_TOKEN:
            return Token(word, "", len(word), width=len(word) + 1)
        if is_arabic(word):
            return self._read_arabic(word)
        return self._read_latin(word)

    def _read_arabic(self, word: str) -> Token:
        text = fold_key(word)
        if not text:
            return Token(word, "", len(word), width=len(word) + 1)
        zipf = self.gazetteer.words.get(text, 0.0)
        definite = text.startswith(ALEF + LAM) and len(text) > 4
        splits = strip_proclitics(text) if text[0] in _PROCLITICS else [("", 0, text)]
        if self._telling.isdisjoint([core for _, _, core in splits]):
            return self._token(word, text, len(word), (), None, 0, zipf, "", definite)
        parses = []
        class_word, cues, attached = self.lexicon.class_words.get(text), self.lexicon.cues.get(text, 0), ""
        for proclitic, letters, core in splits:
            if core in self.gazetteer.starts:
                folded = fold(word)
                elided = len(core) > len(text) - letters
                light = "" if elided else fold_lightly(word[folded.offsets[letters] :])
                parse = self._parse(word, folded.offsets[letters], proclitic, core, light, zipf)
                if parse is not None:
                    parses.append(parse)
            if proclitic and class_word is None and not cues:
                class_word, cues = self.lexicon.class_words.get(core), self.lexicon.cues.get(core, 0)
                attached = proclitic if class_word or cues else ""
                if proclitic not in ("و", "ف"):
                    cues &= ~(Cue.GIVEN | Cue.INTO)
        return self._token(word, text, len(word), tuple(parses), class_word, cues, zipf, attached, definite)

    def _read_latin(self, word: str) -> Token:
        core = word.strip("'\u2018\u2019")
        start = word.find(core) if core else 0
        for ending in ("'s", "\u2019s", "\u2018s"):
            core = core.removesuffix(ending)
        text = fold(core.replace(".", "")).text
        class_word, cues = self.lexicon.class_words.get(text), self.lexicon.cues.get(text, 0)
        parse = self._parse(word, start, "", text, "", 0.0) if core[:1].isupper() else None
        if parse is not None and parse.name is not None:
            parse = _with_capitals(parse, core.replace(".", ""))
        parses = (parse,) if parse else ()
        return self._token(word, text, start + len(core), parses, class_word, cues, 0.0, "", False)

    def _token(
        self, word: str, folded: str, length: int, parses: tuple[Parse, ...], class_word: ClassWord | None,
        cues: int, zipf: float, proclitic: str, definite: bool,
    ) -> Token:  # fmt: skip
        as_before = as_after = AS_NOTHING
        tanwin = folded[-1:] == ALEF and len(folded) > 3 and folded[-2] != HEH
        if cues or definite or tanwin or class_word is not None:
            as_before = self._sort(cues, class_word.key if class_word else "", definite, tanwin)
        if definite or folded == TO:
            person, other = bool(cues & Cue.PERSON), bool(cues & ~Cue.PERSON)
            feminine, common = folded[-1:] == HEH, zipf > 3.0
            as_after = self._sort(definite, folded == TO, person, other, cues & Cue.DEMONYM, feminine, common)
        if not parses and not cues and class_word is None:  # most words
            return Token(
                word, folded, length, (), None, 0, zipf, "", definite, _NONE, as_before, as_after, width=len(word) + 1
            )
        alone = class_word is not None
        seconds = _NONE
        if parses:
            alone = alone or any(parse.name is not None for parse in parses)
            seconds = seconds.union(*(self.gazetteer.seconds(parse.core) for parse in parses if parse.lengths))
        return Token(
            word, folded, length, parses, class_word, cues, zipf, proclitic, definite, seconds,
            as_before, as_after, bool(cues & _DECIDE_KIND), ALONE if alone else PAIR if seconds else COLD,
            parses[0] if len(parses) == 1 and parses[0].name is not None and class_word is None else None,
            width=len(word) + 1,
        )  # fmt: skip

    def _sort(self, *traits: object) -> int:
        """A number for words of like traits, from 1 on."""
        return self._sorts.setdefault(traits, len(self._sorts) + 1)

    def _parse(self, word: str, offset: int, proclitic: str, core: str, light: str, zipf: float) -> Parse | None:
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
