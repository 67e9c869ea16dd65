"""Names that the gazetteer lacks, told by a class word, by the list they stand in, or by the rest of the text."""

from __future__ import annotations

from geo.lexicon import ClassWord, Cue
from geo.normalize import is_arabic
from geo.recognize.reading import PARTS_OF_TOWNS, Context, Evidence, Reading
from geo.recognize.score import kind_at
from geo.recognize.tokens import Parse, strip_proclitics

SCORE = 0.5
"""Sure enough to be shown as unplaced, never sure enough to vouch for others."""

_QUOTES = tuple("\"'“”«»‘’")


def after_class_word(context: Context, index: int) -> Reading | None:
    """The unknown name after the class word at token `index`, if it looks like one."""
    class_word = context.tokens[index].class_word
    if class_word is None or not class_word.strength:
        return None
    following = context.after(index + 1)
    if following is None:
        return None
    stop = _stop(context, index + 1, following.folded, class_word)
    if not stop or _is_quoted(context, index, stop):
        return None
    return _unknown(
        context, index + 1, stop, Parse(0, "", following.folded, "", None, (), 0.0, ()), "class word", class_word, index
    )


def in_list(context: Context, index: int, previous: Reading) -> Reading | None:
    """The unknown name at token `index`, if it goes on the list that a plural class word governs."""
    class_word = previous.class_word
    if class_word is None or not class_word.many:
        return None
    for proclitic, letters, core in strip_proclitics(context.tokens[index].folded)[:2]:
        if core and context.in_list(index, proclitic, previous):
            stop = _stop(context, index, core, class_word)
            if stop:
                parse = Parse(letters, proclitic, core, "", None, (), 0.0, ())
                return _unknown(context, index, stop, parse, "list", class_word, -1)
    return None


def elsewhere(context: Context, index: int, evidence: Evidence) -> Reading | None:
    """The unknown name at token `index`, if a class word told it elsewhere in the text."""
    token = context.tokens[index]
    for proclitic, letters, core in strip_proclitics(token.folded):
        for key in evidence.unknown:
            words = key.split(" ")
            tail = [following.folded for following in context.tokens[index + 1 : index + len(words)]]
            if words[0] == core and words[1:] == tail and (len(words) > 1 or token.zipf < 3.5):
                parse = Parse(letters, proclitic, core, "", None, (), 0.0, ())
                return _unknown(context, index, index + len(words), parse, "elsewhere in the text", None, -1)
    return None


def _is_quoted(context: Context, first: int, stop: int) -> bool:
    """True if quotation marks close tightly around the tokens: a nickname, a title, not a place."""
    after = context.gap(stop)
    return context.gap(first)[-1:] in _QUOTES and bool(after) and after[0] in _QUOTES


def _stop(context: Context, index: int, core: str, class_word: ClassWord) -> int:
    """Token past an unknown name that begins with `core` at token `index`; 0 = that is no name."""
    token = context.tokens[index]
    if len(core) < 3 or not is_arabic(core) or token.cues & ~(Cue.HEAD | Cue.GIVEN):
        return 0
    following = context.after(index + 1) if index + 1 < len(context.tokens) and context.joined(index + 1) else None
    if token.cues & Cue.HEAD:
        return index + 2 if following is not None and len(following.folded) > 2 and following.zipf < 5 else 0
    words = context.gazetteer.words
    if token.class_word is not None or not _may_be_name(words, core, max(token.zipf, words.get(core, 0.0)), class_word):
        return 0
    if following is None:
        return index + 1
    if following.cues & Cue.SIDE and class_word.key not in PARTS_OF_TOWNS:
        return index + 2
    if core.startswith("ال"):
        return index + 1
    goes_on = (
        is_arabic(following.folded)
        and following.zipf < 2.0
        and not following.cues
        and following.class_word is None
        and token.zipf < 2.0
    )
    return index + 2 if goes_on and (not following.parses or following.definite) else index + 1


def _may_be_name(words: dict[str, float], core: str, zipf: float, class_word: ClassWord) -> bool:
    """True for a word rare enough to be a name, and no adjective, participle, or word behind a proclitic."""
    definite = core.startswith("ال")
    if zipf >= ((3.2 if definite else 3.0) if class_word.strength == 1.0 else 2.8 if definite else 2.0):
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
    kind = kind_at(context, index, stop, class_token)
    return Reading(index, stop, parse, None, key, [(rule, SCORE)], SCORE, kind, class_word, class_token)
