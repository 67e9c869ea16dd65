"""Is Arabic from a PDF in the order in which it is read?

A PDF says where each glyph stands, not in which order it is read; parsers guess, and reverse letters or words of
right-to-left lines (py-pdf/pypdf issues 1296, 1629; seen with version 7.1: the words of every line of an Arabic PDF
from Chromium). Such a text must not be quoted, so Arabic is read only if its own grammar proves the order:

letters
    Teh marbuta and alef maksura stand at the end of words only, the article al- at their beginning.
words
    A relative pronoun or a verbal particle follows a definite noun and does not stand before one; a demonstrative
    stands before one. Of 5,000 news articles turned around, by letters or by words, none was taken for right.
pieces
    Words or runs of an Arabic line that are drawn one by one from left to right may be joined in reverse. If all lines
    are drawn so, their grammar tells; if only some are, the grammar of the whole may not: such a text is refused.
mixed lines
    Where Arabic meets numbers, Latin or signs that belong to neither, no grammar tells whether they stand where they
    should (seen: nine of ten wrong lines in PDFs of two other producers). These lines are left out, and marked.
"""

from __future__ import annotations

import re
import unicodedata

from geo.articles.source import UnreadableError

ALEF, LAM, TEH_MARBUTA, ALEF_MAKSURA = "\u0627", "\u0644", "\u0629", "\u0649"
_ARTICLE = ALEF + LAM
_ARABIC_WORD = re.compile("[\u0621-\u0652\ufb50-\ufdef\ufe70-\ufefc]{2,}")
_FORMS = re.compile("[\ufb50-\ufbff\ufc00-\ufd3d\ufd40-\ufdef\ufe70-\ufefc]")
_UNCLEAR = re.compile(r"[^\W_\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]|[\d_#%/\\()\[\]{}<>«»\"'“”‘’*+=@&|-]|^\s*[^\w\s]")
"""In a line with Arabic: letters of another script, digits, signs, or a line that starts with a stop."""

_AFTER_DEFINITE = dict.fromkeys("التي الذي الذين لم لن لا قد كما".split(), 4.0) | {
    "عام": 3.0, "حيث": 2.6, "ما": 2.4, "بعد": 1.5, "منذ": 1.5, "أي": 1.5, "كانت": 1.3, "كان": 1.1,
}  # fmt: skip
"""How many times likelier (as a natural logarithm) a definite noun stands before the word alone than after it alone."""
_BEFORE_DEFINITE = {"هذه": 4.0, "هذا": 3.5, "ذلك": 2.5, "يوم": 2.0, "كل": 1.5, "من": 0.45}
"""The same the other way around. Both counted in 3,000 news articles."""
_PROOF = 8.0
"""The other 5,000 articles with the words of each line reversed reach 4.9 at most."""
_MOST_AGAINST = 0.2
"""Share of the evidence that may speak against the order: more, and some lines are turned."""
_MOST_IMPOSSIBLE = 0.02
"""Of the words with a letter that only ends words: run-together words in a right text stay below."""
_ALL_LINES = 0.9
_MOST_LEFT_OUT = 0.5
OMISSION = "[…]"
_FEW_WORDS = 0.02
"""Share of Arabic words below which the text is of another language."""
_SAVE_OTHERWISE = "find the article as .html or .docx, or copy its text into a .txt file and compare it with the page"


def verified(text: str, *, rightward_lines: int = 0) -> tuple[str, list[tuple[str, str]]]:
    """The text, and notes on it; `UnreadableError` if it has Arabic whose order is not proven.

    `rightward_lines`: how many lines were drawn in pieces from left to right.
    """
    words = text.split()
    arabic = sum(bool(_ARABIC_WORD.search(word)) for word in words)
    if not arabic:
        return text, []
    if arabic < _FEW_WORDS * len(words):
        return text, [(f"read, but the order of its {arabic} Arabic words is uncertain", _SAVE_OTHERWISE)]
    folded = _FORMS.sub(lambda form: unicodedata.normalize("NFKC", form[0]), text)
    kept, left_out, lines = _without_unclear(folded)
    doubt = _doubt_letters(folded) or _doubt_words(folded)
    doubt = doubt or _doubt_pieces(rightward_lines, sum(bool(line.strip()) for line in folded.splitlines()), lines)
    if not doubt and left_out > _MOST_LEFT_OUT * lines:
        doubt = f"{left_out} of its {lines} Arabic lines have numbers, Latin or signs, which may stand in wrong places"
    if doubt:
        raise UnreadableError(f"order uncertain: {doubt}", _SAVE_OTHERWISE)
    notes = []
    if left_out:
        what = f"{left_out} of its {lines} Arabic lines were left out, at {OMISSION}: order uncertain where Arabic"
        notes.append((f"read, but {what} meets numbers, Latin or signs", _SAVE_OTHERWISE))
    if folded != text:
        notes.append(("read, with letters in the place of their presentation forms", "nothing to do"))
    return kept, notes


def _without_unclear(text: str) -> tuple[str, int, int]:
    """``(text, Arabic lines left out of it, Arabic lines)``."""
    lines = text.splitlines()
    arabic = [bool(_ARABIC_WORD.search(line)) for line in lines]
    unclear = [is_arabic and bool(_UNCLEAR.search(line)) for line, is_arabic in zip(lines, arabic, strict=True)]
    kept = [OMISSION if left_out else line for line, left_out in zip(lines, unclear, strict=True)]
    return "\n".join(kept), sum(unclear), sum(arabic)


def is_trusted(line: str) -> bool:
    """Whether a single line can be shown: it has no Arabic, whose order could not be proven."""
    return not _ARABIC_WORD.search(line)


def _doubt_pieces(rightward: int, lines: int, arabic_lines: int) -> str | None:
    """Some lines are drawn in another way than the rest, and lines of Arabic must be among them."""
    if lines - arabic_lines < rightward < _ALL_LINES * lines:
        return "some lines of its Arabic are drawn in pieces from left to right, others are not"
    return None


def _doubt_letters(text: str) -> str | None:
    words = _ARABIC_WORD.findall(text)
    last_only = (TEH_MARBUTA, ALEF_MAKSURA)
    right = sum(word.endswith(last_only) for word in words)
    wrong = sum(word.startswith(last_only) for word in words)
    definite = sum(word.startswith(_ARTICLE) for word in words)
    reversed_definite = sum(word.endswith(_ARTICLE[::-1]) for word in words)
    if wrong > _MOST_IMPOSSIBLE * (right + wrong) or reversed_definite > definite:
        return "the letters of its Arabic words come in reverse"
    return None


def _doubt_words(text: str) -> str | None:
    right = wrong = 0.0
    for line in text.splitlines():
        words = line.split()
        for before, word, after in zip(words, words[1:], words[2:], strict=False):
            weight = _AFTER_DEFINITE.get(word) or -_BEFORE_DEFINITE.get(word, 0.0)
            weight *= before.startswith(_ARTICLE) - after.startswith(_ARTICLE)
            right += max(weight, 0.0)
            wrong += max(-weight, 0.0)
    if wrong > _MOST_AGAINST * right:
        return "the words of its Arabic lines come in reverse"
    if right - wrong < _PROOF:
        return "its Arabic is too short to prove that its words come in the order in which they are read"
    return None
