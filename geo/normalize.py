"""Text -> folded text, with a way back to the original offsets. For matching, never for display.

Folding is per token: a token is a run of Arabic or of Latin letters with their marks. Everything else is a gap.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

ALEF = "\u0627"
LAM = "\u0644"
HEH = "\u0647"
YEH = "\u064a"
KAF = "\u0643"

# Dropped: marks, tatweel, zero-width and bidi controls, soft hyphen. Legitimate in text, they tell no two names apart.
_INVISIBLE = (
    "\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"  # controls, tatweel
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # Arabic marks
    "\u0300-\u036f"  # Latin combining marks
)
_ARABIC = (
    "\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfb\ufe70-\ufefc"
)
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u02bb-\u02bf\u1e00-\u1eff'\u2018\u2019"

TOKEN = re.compile(f"([{_ARABIC}{_INVISIBLE}]+|(?:[A-Z]\\.){{2,}}|[{_LATIN}][{_LATIN}{_INVISIBLE}]*)")
"""One capture group, so that `TOKEN.split` returns gap, token, gap, ... whose lengths add up to the text."""

# A name may run on over these: spaces, one line break, a hyphen or underscore (hashtags, Latin names).
JOINT = re.compile(rf"[ \t\u00a0{_INVISIBLE}]*(?:[ \t\u00a0]|\r?\n|[-_\u2010\u2011])[ \t\u00a0{_INVISIBLE}]*")

_ALEFS = "أإآٱ\u0672\u0673\u0675"
_LEVEL1 = {ord(a): ALEF for a in _ALEFS} | {
    ord("\u06cc"): YEH,  # Farsi yeh
    ord("\u06a9"): KAF,  # keheh
    ord("\u06aa"): KAF,
    ord("\u06c1"): HEH,
    ord("\u06be"): HEH,
    ord("\u06d5"): HEH,
}
_LEVEL2 = {ord("ى"): YEH, ord("ة"): HEH}
_DROP = re.compile(f"[{_INVISIBLE}]+")
_QUOTES = "'\u2018\u2019\u02bb\u02bc\u02bd\u02be\u02bf"
_APOSTROPHES = {ord(c): None for c in _QUOTES}
_LATIN_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded string and where each of its characters stood."""

    text: str
    offsets: tuple[int, ...]
    """``offsets[i]`` is where folded character i begins in the original."""
    source_length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of the folded slice ``[start:end]``, marks after its last letter included."""
        if start >= end:
            raise ValueError(
                f"span {start}..{end} of a folded text of {len(self.text)} characters is empty; start must be below end"
            )
        last = self.offsets[end] if end < len(self.offsets) else self.source_length
        return self.offsets[start], last


def is_arabic(token: str) -> bool:
    """True if the token's first letter is of the Arabic script (tokens are of one script)."""
    return bool(token) and token[0] >= "\u0600"


def _fold_character(char: str) -> str:
    """One character folded on its own: "" if it is dropped, several letters for a ligature."""
    if _DROP.fullmatch(char):
        return ""
    if char >= "\ufb50":  # presentation forms: the one place where compatibility folding is right
        char = _DROP.sub("", unicodedata.normalize("NFKC", char)).replace(" ", "")
    elif char < "\u0600" or char in _QUOTES:
        char = unicodedata.normalize("NFKD", char.lower().translate(_LATIN_LETTERS))
        char = _DROP.sub("", char).translate(_APOSTROPHES)
    else:
        char = _DROP.sub("", unicodedata.normalize("NFD", char)) if char in "ۀۂۓ" else char
    return char.translate(_LEVEL1).translate(_LEVEL2)


_fold_cached = lru_cache(maxsize=4096)(_fold_character)

_PLAIN_ARABIC = re.compile("[\u0610-\u06bf\u06c1\u06c3-\u06d2\u06d4-\u06ff\u200b-\u200f]+")
"""No presentation form and no letter that decomposes: each character folds to one or to none."""

_ARABIC_TABLE = {code: _fold_character(chr(code)) or None for code in (*range(0x0610, 0x0700), *range(0x200B, 0x2010))}


def fold(text: str) -> Folded:
    """Fold the spelling variants that rarely tell two places apart.

    Drops diacritics, tatweel and invisible characters; unifies alef, yeh and teh marbuta; lowers Latin letters and
    drops their accents and apostrophes. For matching, never for display: different words can fold to the same
    string. Folding twice changes nothing.

    >>> folded = fold("مَكّة المكرمة")
    >>> folded.text, folded.original_span(0, 3)
    ('مكه المكرمه', (0, 5))
    >>> fold("Sana’a").text
    'sanaa'
    """
    if _PLAIN_ARABIC.fullmatch(text):  # nearly every word: one table at the speed of C
        folded = text.translate(_ARABIC_TABLE)
        if len(folded) == len(text):
            return Folded(folded, tuple(range(len(text))), len(text))
        kept = tuple(index for index, char in enumerate(text) if _ARABIC_TABLE.get(ord(char), char) is not None)
        return Folded(folded, kept, len(text))
    out: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        folded = _fold_cached(char)
        out.append(folded)
        offsets.extend([index] * len(folded))
    return Folded("".join(out), tuple(offsets), len(text))


def fold_key(text: str) -> str:
    """The folded text alone: what names are looked up by."""
    if _PLAIN_ARABIC.fullmatch(text):
        return text.translate(_ARABIC_TABLE)
    return "".join(map(_fold_cached, text))


def fold_lightly(token: str) -> str:
    """Like `fold_key`, but keeps alef forms, ة/ه and ى/ي apart: tells an exact spelling from a loose one.

    >>> fold_lightly("سُورية"), fold_lightly("سوريه")
    ('سورية', 'سوريه')
    """
    return _DROP.sub("", token)


def name_key(name: str) -> str:
    """The gazetteer key of a name: its folded tokens joined by one space.

    >>> name_key("دير ـ الزور"), name_key("Deir ez-Zor")
    ('دير الزور', 'deir ez zor')
    """
    keys = (fold_key(token) for token in TOKEN.findall(name))
    return " ".join(key for key in keys if key)
