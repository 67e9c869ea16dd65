"""Tokens: what each distinct word could be, worked out once and remembered."""

from __future__ import annotations

from dataclasses import dataclass

from geo.gazetteer import Gazetteer
from geo.lexicon import ClassWord, Cue
from geo.normalize import ALEF, LAM, fold, fold_lightly, is_arabic

MEMO_LIMIT = 400_000
"""Distinct words remembered; a hundred thousand articles have fewer. Then the memo starts anew."""

LONGEST_TOKEN = 60
"""Longer runs of letters are not words; they are passed over unread."""

_QUESTION = ALEF
_BEFORE = "وف" + _QUESTION
_PREPOSITIONS = "بكل"


@dataclass(frozen=True, slots=True)
class Parse:
    """One way to read a token as the beginning of a name: what is attached, and the name's first token."""

    offset: int
    """Where the name begins inside the token, in code points."""
    proclitic: str
    core: str
    """Folded."""
    light: str
    """As `normalize.fold_lightly`: tells an exact spelling."""
    lengths: tuple[int, ...]
    """Lengths, in tokens, of the gazetteer names that begin with it, longest first."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a word could be, wherever it stands."""

    folded: str
    length: int
    """In code points, trailing quotes left out."""
    parses: tuple[Parse, ...]
    class_word: ClassWord | None
    cues: Cue
    zipf: float
    """How common the word is, clitics included; 0 = not in the list."""
    proclitic: str
    """What is attached to the class word or cue."""
    capital: bool
    """Latin with a capital first letter."""


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
            return Token("", len(word), (), None, Cue.NONE, 0.0, "", False)
        if is_arabic(word):
            return self._read_arabic(word)
        return self._read_latin(word)

    def _read_arabic(self, word: str) -> Token:
        folded = fold(word)
        text = folded.text
        parses = []
        class_word, cues, attached = self.lexicon.class_words.get(text), self.lexicon.cues.get(text, Cue.NONE), ""
        for proclitic, attached_letters, core in strip_proclitics(text):
            lengths = self._lengths(core)
            if lengths:
                at = folded.offsets[attached_letters]
                parses.append(Parse(at, proclitic, core, fold_lightly(word[at:]), lengths))
            if proclitic and class_word is None and not cues:
                class_word, cues = self.lexicon.class_words.get(core), self.lexicon.cues.get(core, Cue.NONE)
                attached = proclitic if class_word or cues else ""
                cues &= ~(Cue.GIVEN | Cue.INTO) if proclitic not in ("و", "ف") else cues
        zipf = self.gazetteer.words.get(text, 0.0)
        return Token(text, len(word), tuple(parses), class_word, cues, zipf, attached, False)

    def _read_latin(self, word: str) -> Token:
        core = word.strip("'\u2018\u2019")
        start = word.find(core) if core else 0
        for ending in ("'s", "\u2019s", "\u2018s"):
            core = core.removesuffix(ending)
        text = fold(core).text
        capital = core[:1].isupper()
        lengths = self._lengths(text) if capital else ()
        parses = (Parse(start, "", text, fold_lightly(core), lengths),) if lengths else ()
        cues = self.lexicon.cues.get(text, Cue.NONE)
        zipf = self.gazetteer.words.get(text, 0.0)
        return Token(text, start + len(core), parses, self.lexicon.class_words.get(text), cues, zipf, "", capital)

    def _lengths(self, core: str) -> tuple[int, ...]:
        mask = self.gazetteer.starts.get(core, 0)
        return tuple(n for n in range(mask.bit_length() - 1, 0, -1) if mask >> n & 1)


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
        if length and (len(text) < 4 or text[0] not in _BEFORE):
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
