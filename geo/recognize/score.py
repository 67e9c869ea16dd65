"""How well a stretch of text reads as a place name: the name's own score and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.gazetteer import Name
from geo.lexicon import ClassWord, Cue
from geo.normalize import ALEF, HEH, LAM, YEH, fold_lightly
from geo.recognize.reading import LIST_GAP, PARTS_OF_TOWNS, SOFT, Context, Evidence, Reading
from geo.recognize.tokens import FROM, TANWIN, TO, Draft, Parse, Token, spelling_cost
from geo.records import Kind

THRESHOLD = 0.9
"""What a reading must score beside zero: most words of a text are no places."""

WEAK_AFTER_MAX = 3.2
"""The most that what follows and the text's countries add to a name of one word."""
WEAK_BEFORE_MAX = 2.4
"""The most that a word before it adds, if it is no class word (a preposition after a word of motion)."""
SURE_CHANCE = THRESHOLD - WEAK_AFTER_MAX
"""A name of one word that scores more by itself is weighed wherever it stands."""
_WEAK_BEFORE = Cue.PEOPLE | Cue.INTO | Cue.WEAK | Cue.PART | Cue.ORG

NEAR = -1.0
"""A reading that failed by no more than this can be lifted by the countries of the text alone."""

_CURRENCY = frozenset("$€£")
_AGAINST = ("threshold", -THRESHOLD)
_DATELINE = re.compile("[ \u00a0]?(?:[:(،,/]|[-–—] )")
_PRONOUN = "ها"
ARTICLE = ALEF + LAM

Features = list[tuple[str, float]]


def known_readings(
    context: Context, index: int, previous: Reading | None, evidence: Evidence, *, failing: bool = False
) -> list[Reading]:
    """The gazetteer names that begin at token `index` and score above zero; all of them if `failing` is asked for."""
    found: list[Reading] = []
    token = context.tokens[index]
    if previous is not None and index - previous.stop > 1:
        previous = None  # too far away to matter
    goes_on = token.seconds and context.goes_on(index, token)
    for parse in token.parses:
        if goes_on and parse.lengths:
            for stop, key, name in context.longer_names(index, parse):
                draft = _draft_at(context, index, stop, parse, name, previous)
                reading = _reading(context, index, stop, parse, key, name, draft, evidence, failing)
                if reading is not None:
                    found.append(reading)
        alone = parse.name
        if alone is not None and (
            parse.score > SURE_CHANCE or failing or _has_a_chance(context, index, parse, previous, evidence)
        ):
            draft = _draft_at(context, index, index + 1, parse, alone, previous)
            reading = _reading(context, index, index + 1, parse, parse.core, alone, draft, evidence, failing)
            if reading is not None:
                found.append(reading)
    return found


def _has_a_chance(context: Context, index: int, parse: Parse, previous: Reading | None, evidence: Evidence) -> bool:
    """False if no cue that stands here can lift a name of one word above zero: spares weighing them all."""
    before = context.tokens[index - 1] if index else None
    if before is not None and before.class_word is not None:
        return True
    if parse.score > SURE_CHANCE - WEAK_BEFORE_MAX and (
        before is None or parse.proclitic or before.cues & _WEAK_BEFORE or "\n" in context.gap(index)
    ):
        return True
    if previous is not None:
        return True
    return parse.core in evidence.keys or index + 1 in evidence.list_tails


def lone_reading(context: Context, index: int, token: Token, evidence: Evidence) -> Reading | None:
    """What `known_readings` finds where a `Token.single` stands that no longer name begins with and none stands before.

    Most names are such.
    """
    parse = token.single
    if parse is None or parse.name is None:
        return None
    if parse.score <= SURE_CHANCE and not _has_a_chance(context, index, parse, None, evidence):
        return None
    draft = context.drafts.get(index)
    if draft is None:
        draft = context.drafts[index] = _draft_at(context, index, index + 1, parse, parse.name, None)
    return _reading(context, index, index + 1, parse, parse.core, parse.name, draft, evidence, failing=False)


def _draft_at(context: Context, index: int, stop: int, parse: Parse, name: Name, previous: Reading | None) -> Draft:
    """The draft of any reading.

    Where no name stands close before, it is made once for all neighbours of the same sort and kept with the word.
    """
    tokens = context.tokens
    token = tokens[index]
    if previous is not None or (stop == index + 1 and token.folded in context.gazetteer.lexicon.idioms):
        return _draft(context, index, stop, parse, name, previous)
    sort = _sort(context, index, stop, token, parse, name)
    which = sort if stop == index + 1 else (sort, *[part.word for part in tokens[index + 1 : stop]])
    draft = parse.drafts.get(which)
    if draft is None:
        draft = parse.drafts[which] = _draft(context, index, stop, parse, name, None)
    return draft


def _sort(context: Context, index: int, stop: int, token: Token, parse: Parse, name: Name) -> int:
    """A number that tells all that `_draft` heeds of the words around a name that begins with `token`."""
    tokens = context.tokens
    before = tokens[index - 1] if index else None
    if before is not None and ((before.tail == " " and not token.lead) or SOFT.fullmatch(before.tail + token.lead)):
        sort = before.as_before << _BEFORE_SHIFT
        leads = before.cues & _LEADS
    else:
        sort = _BEGINS_LINE if _begins_line(context, index) else _NOTHING_BEFORE
        leads = 0
    if name.needs_cue and (leads or parse.proclitic) and _follows_motion(context, index):
        sort |= _MOTION_BEFORE
    if stop < len(tokens):
        after = tokens[stop]
        if after.as_after and context.after(stop) is not None:
            sort |= after.as_after << _AFTER_SHIFT
            if before is not None and before.folded == FROM and after.folded == TO:
                sort |= _FROM_BEFORE
    tail = tokens[stop - 1].tail
    if tail != " " and tail[:1] in _CURRENCY:
        sort |= _CURRENCY_NEXT
    return sort


_LEADS = Cue.INTO | Cue.WEAK
_CURRENCY_NEXT, _BEGINS_LINE, _NOTHING_BEFORE, _FROM_BEFORE, _MOTION_BEFORE = 1, 2, 4, 8, 16
_BEFORE_SHIFT, _AFTER_SHIFT = 5, 25


def _reading(
    context: Context, index: int, stop: int, parse: Parse, key: str, name: Name, draft: Draft, evidence: Evidence,
    failing: bool,
) -> Reading | None:  # fmt: skip
    """The draft with what the evidence of the text adds; None if it fails."""
    features, score = draft.features, draft.score
    if evidence.list_tails and stop in evidence.list_tails and LIST_GAP.fullmatch(context.gap(stop)):
        tail = ("list", 2.4 if name.needs_cue else 1.2)
        features = [*features[: draft.list_tail_at], tail, *features[draft.list_tail_at :]]
        score = sum([value for _, value in features])
    found = _evidence_features(key, index, name, evidence) if evidence.countries or evidence.keys else ()
    for _, value in found:
        score += value
    if score <= 0 and not failing:
        if score > NEAR:
            evidence.near.add(index)
        return None
    if found:
        features = [*features, *found]
    class_token = index - 1 if draft.class_before else -1
    kind, tokens = Kind.LITERAL, context.tokens
    if (
        draft.class_before
        or (index and tokens[index - 1].decides_kind)
        or (stop < len(tokens) and tokens[stop].decides_kind)
        or name.codes[0] in _ORGANISATIONS
    ):
        if stop == index + 1:
            stop = _with_side(context, index, stop, parse, draft.class_word, name)
        kind = kind_at(context, index, stop, class_token, name.codes[0])
    return Reading(index, stop, parse, name, key, features, score, kind, draft.class_word, class_token)


def _draft(context: Context, index: int, stop: int, parse: Parse, name: Name, previous: Reading | None) -> Draft:
    """The reading weighed by the words around it; `previous` is None if it stands too far away to matter."""
    if stop == index + 1:
        features = list(parse.features)
    else:
        features = [("name", name.score), *_spelling(context, index, stop, parse, name)]
    features.append(_AGAINST)
    before, after = context.before(index), context.after(stop)
    listed = previous is not None and context.in_list(index, parse.proclitic, previous)
    class_word, class_token = _class_word(index, parse, before, previous if listed else None)
    if class_word is not None:
        features += _class_features(class_word, name)
    _before_features(context, index, parse, before, class_word, name, features)
    if listed and class_token < 0:
        features.append(("list", 1.2))
    list_tail_at = len(features)
    if context.tokens[stop - 1].tail[:1] in _CURRENCY:
        features.append(("currency", -8.0))
    if after is not None and (after.definite or after.folded == TO):
        _after_features(context, index, stop, after, name, features)
    if name.part_of_country:
        if class_word is None or class_word.strength < 1.0:
            features.append(("direction and country", -6.0))
    elif stop == index + 1:
        _own_features(context, index, before, after, previous, class_word, name, features)
    return Draft(features, sum([value for _, value in features]), list_tail_at, class_word, class_token >= 0)


def _class_word(
    index: int, parse: Parse, before: Token | None, listed_after: Reading | None
) -> tuple[ClassWord | None, int]:
    """The class word that governs the name: right before it, or before the list it belongs to (then token -1)."""
    if before is not None and before.class_word is not None and not parse.proclitic:
        return before.class_word, index - 1
    if listed_after is not None and listed_after.governs:
        return listed_after.class_word, -1
    return None, -1


def _spelling(context: Context, index: int, stop: int, parse: Parse, name: Name) -> Features:
    found: Features = []
    if parse.light:
        words = [parse.light, *(fold_lightly(context.tokens[i].word) for i in range(index + 1, stop))]
        cost = spelling_cost(" ".join(words), name)
        if cost:
            found.append(("spelling", cost))
        if TANWIN in context.tokens[stop - 1].word:
            found.append(("indefinite ending", -3.0))
    return found


def _class_features(class_word: ClassWord, name: Name) -> Features:
    found = [("class word", 0.3 + 2.2 * class_word.strength)]
    if class_word.strength and any(class_word.fits(code) for code in name.codes[:8]):
        found.append(("class word fits", 1.0 + (2.0 * class_word.strength if name.needs_cue else 0.0)))
    return found


def _before_features(
    context: Context, index: int, parse: Parse, token: Token | None, class_word: ClassWord | None,
    name: Name, features: Features,
) -> None:  # fmt: skip
    if parse.proclitic:
        leads = _PROCLITIC_WEIGHTS.get(parse.proclitic[-1], 0.0)
        if leads:
            features.append(("proclitic", leads))
    elif class_word is not None:
        return
    else:
        if token is None:
            leads = 0.0
            if _begins_line(context, index):
                features.append(("dateline", 0.8))
        elif token.cues:
            leads = _cue_features(token.cues, features)
        else:
            leads = 0.0
            if token.definite and parse.core.startswith(ARTICLE):
                features.append(("adjective", -0.9))
    if leads and name.needs_cue and _follows_motion(context, index):
        features.append(("motion", 1.4))


_PROCLITIC_WEIGHTS = {"ب": 1.0, "ل": 0.7}


def _cue_features(cues: int, features: Features) -> float:
    """What the cue word right before the name says; returns the weight of a preposition, 0 if it is none."""
    leads = 0.0
    if cues & Cue.PEOPLE:
        features.append(("people", 1.8))
    elif cues & Cue.PART:
        features.append(("direction", 1.3))
    elif cues & (Cue.INTO | Cue.WEAK):
        leads = 1.0 if cues & Cue.INTO else 0.4
        features.append(("preposition", leads))
    if cues & (Cue.PERSON | Cue.GIVEN):
        features.append(("person", -3.9 if cues & Cue.PERSON else -3.4))
    if cues & Cue.ORG:
        features.append(("organisation", 0.5))
    return leads


def _follows_motion(context: Context, index: int) -> bool:
    """True if one of the four words before the name is of going, staying or happening."""
    return any(token.cues & Cue.MOTION for token in context.tokens[max(0, index - 4) : index])


def _begins_line(context: Context, index: int) -> bool:
    if index and "\n" not in context.gap(index):
        return False
    return index + 1 < len(context.tokens) and _DATELINE.match(context.gap(index + 1)) is not None


def _after_features(context: Context, index: int, stop: int, token: Token, name: Name, features: Features) -> None:
    if token.folded == TO and index and context.tokens[index - 1].folded == FROM:
        features.append(("route", 1.5))
    if token.definite:
        noun = _noun_after(token, name, stop == index + 1, context.tokens[index].definite)
        if noun is not None:
            features.append(noun)


def _noun_after(token: Token, name: Name, one_word: bool, definite: bool) -> tuple[str, float] | None:
    """What a word with the article after it says: a nationality speaks for a place, an adjective against."""
    if token.cues & Cue.DEMONYM:
        return ("nationality after", 0.7)
    if not one_word or token.zipf <= 3.0 or token.cues & ~Cue.PERSON:
        return None
    if definite:
        return ("adjective after", -0.8) if name.score < 1.0 and not token.cues else None
    if token.cues & Cue.PERSON:
        return ("construct", -2.5)  # جنين السيدة: the first noun of two is no place
    doubtful = name.score < 2.0 and name.codes[0] != "PCLI"
    if doubtful and name.key >= ALEF and not token.folded.endswith(HEH):
        return ("construct", -1.0)
    return None


def _own_features(
    context: Context, index: int, before: Token | None, after: Token | None, previous: Reading | None,
    class_word: ClassWord | None, name: Name, features: Features,
) -> None:  # fmt: skip
    """A name of one word can speak against itself: a class word, an idiom, an adjective."""
    token = context.tokens[index]
    if class_word is not None:
        if token.class_word is not None:  # محيط مدينة بصرى: one class word before another
            features.append(("is a class word", -6.0))
        elif token.cues & Cue.DEMONYM and token.definite and context.tokens[index - 1].definite:
            features.append(("adjective", -6.0))  # العاصمة الهندية
        return
    lexicon = context.gazetteer.lexicon
    doubtful = name.needs_cue or not name.by_hand
    if doubtful and (token.class_word is not None or token.folded.removeprefix(ARTICLE) in lexicon.class_words):
        features.append(("is a class word", -3.0))
    if doubtful and token.cues & Cue.GIVEN:
        features.append(("is a given name", -2.0))
    if token.folded in lexicon.idioms and after is not None and after.folded.startswith(lexicon.idioms[token.folded]):
        features.append(("idiom", -5.0))
    if before is not None and token.cues & _ADJECTIVE and _is_adjective(token, before, index, previous):
        features.append(("adjective", -3.0))


_ADJECTIVE = Cue.DEMONYM | Cue.ACCUSATIVE


def _is_adjective(token: Token, before: Token, index: int, previous: Reading | None) -> bool:
    """True if a demonym that is spelled like a place goes with the noun before it (فصائل سورية، مواطنا روسيا)."""
    if token.cues & Cue.DEMONYM:
        follows_place = previous is not None and previous.stop == index
        agrees = follows_place or before.cues & Cue.DEMONYM or before.definite == token.definite
        return bool(agrees and not before.cues & (Cue.INTO | Cue.PART | Cue.WEAK))
    tanwin = len(before.folded) > 3 and before.folded.endswith(ALEF) and not before.folded.endswith(_PRONOUN)
    return tanwin and not before.cues and not before.definite


def _evidence_features(key: str, index: int, name: Name, evidence: Evidence) -> Sequence[tuple[str, float]]:
    cued = name.needs_cue
    where = evidence.keys.get(key)
    elsewhere = where is not None and (len(where) > 1 or index not in where)
    if not evidence.countries or not name.countries:
        return _ELSEWHERE[cued] if elsewhere else ()
    if not evidence.countries.isdisjoint(name.countries):
        return _ELSEWHERE_OF_COUNTRY[cued] if elsewhere else _OF_COUNTRY[cued]
    if name.by_hand:
        return _ELSEWHERE[cued] if elsewhere else ()
    return (*_ELSEWHERE[cued], *_OF_OTHERS) if elsewhere else _OF_OTHERS


_ELSEWHERE = ((("elsewhere in the text", 1.2),), (("elsewhere in the text", 2.4),))
"""For a name of its own, and for one that needs a cue."""
_OF_COUNTRY = ((("country of the text", 0.5),), (("country of the text", 1.0),))
_ELSEWHERE_OF_COUNTRY = (_ELSEWHERE[0] + _OF_COUNTRY[0], _ELSEWHERE[1] + _OF_COUNTRY[1])
_OF_OTHERS = (("country of the text", -0.4),)


def _with_side(context: Context, index: int, stop: int, parse: Parse, class_word: ClassWord | None, name: Name) -> int:
    """Past the direction that tells a village from its namesake: الغارية الشرقية, where only الغارية is known."""
    if stop > index + 1 or name.prominence >= 3.5 or not (parse.core.startswith(ARTICLE) or class_word):
        return stop
    after = context.after(stop)
    if after is None or not after.cues & Cue.SIDE or not context.joined(stop):
        return stop
    if class_word is not None and (class_word.key in PARTS_OF_TOWNS or not class_word.fits("PPL")):
        return stop
    return stop + 1


def kind_at(context: Context, index: int, stop: int, class_token: int, code: str = "") -> Kind:
    """Literal, or associative: inside an organisation's name, a club's town, a union of states, a university.

    `code` is the feature code of the most prominent entry; empty = unknown.
    """
    before = context.before(class_token if class_token >= 0 else index)
    after = context.after(stop)
    if class_token < 0 and before is not None and before.cues & Cue.ORG and not context.tokens[index].proclitic:
        return Kind.ASSOCIATIVE
    if after is not None and after.cues & Cue.ORG_AFTER:
        return Kind.ASSOCIATIVE
    if code.startswith("PPL") and class_token < 0 and _is_club(before, after):
        return Kind.ASSOCIATIVE
    if code == "UNIV" or (code == "RGNE" and (before is None or not before.cues & Cue.INSIDE)):
        return Kind.ASSOCIATIVE
    return Kind.LITERAL


_ORGANISATIONS = frozenset({"UNIV", "RGNE"})


def _is_club(before: Token | None, after: Token | None) -> bool:
    """True for ريال مدريد, and for نابولي الإيطالي: towns are feminine in Arabic, clubs are not."""
    if before is not None and before.cues & Cue.CLUB:
        return True
    return after is not None and bool(after.cues & Cue.DEMONYM) and after.definite and after.folded.endswith(YEH)
