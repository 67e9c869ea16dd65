"""Where a passage stands in a text that may have been edited, and where else the same name stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geo.corrections.decision import Decision
from geo.normalize import JOINT, TOKEN, fold, name_key
from geo.recognize.tokens import strip_proclitics

ENOUGH = 8
"""Characters beside the passage that must be the same: a common word with its two spaces is not enough."""

_PROCLITICS = ("", *"وفبلكس", *(first + second for first in "وف" for second in "بلك"), "أ")


def find_again(text: str, decision: Decision) -> tuple[int, int] | None:
    """The decision's passage in `text`, which was edited since; None = no occurrence stands in the same words.

    Of several the one with most of its surroundings unchanged, and of those the nearest to where it stood.
    """
    needed = min(ENOUGH, len(decision.before) + len(decision.after))
    best: tuple[int, int, int] | None = None
    at = text.find(decision.surface)
    while at >= 0:
        end = at + len(decision.surface)
        same = _same_end(text[:at], decision.before) + _same_start(text[end:], decision.after)
        if same >= needed and (best is None or (same, -abs(at - decision.start)) > best[:2]):
            best = (same, -abs(at - decision.start), at)
        at = text.find(decision.surface, at + 1)
    return None if best is None else (best[2], best[2] + len(decision.surface))


def _same_end(text: str, wanted: str) -> int:
    """How many characters at the end of both are the same."""
    return _same_start(text[::-1][: len(wanted)], wanted[::-1])


def _same_start(text: str, wanted: str) -> int:
    count = 0
    for one, other in zip(text, wanted, strict=False):
        if one != other:
            break
        count += 1
    return count


def occurrences(text: str, surface: str) -> Iterator[tuple[int, int]]:
    """Every place where the name stands, however spelled, proclitics left out; none overlap.

    >>> list(occurrences("في الشدادي وبالشدادي والشداديين", "الشدادي"))
    [(3, 10), (13, 20)]
    """
    wanted = name_key(surface).split()
    if not wanted:
        return
    found = list(TOKEN.finditer(text))
    index = 0
    while index + len(wanted) <= len(found):
        letters = _letters_before(found[index][0], wanted[0])
        if letters is not None and _goes_on(text, found, index, wanted):
            yield found[index].start() + letters, found[index + len(wanted) - 1].end()
            index += len(wanted)
        else:
            index += 1


def _letters_before(token: str, wanted: str) -> int | None:
    """Characters of the token before the word `wanted`, its proclitics; None = it is another word."""
    folded = fold(token)
    for _, letters, core in strip_proclitics(folded.text) if folded.text else ():
        if core == wanted:
            return folded.offsets[letters] if letters < len(folded.offsets) else None
    return None


def _goes_on(text: str, found: list[re.Match[str]], index: int, wanted: list[str]) -> bool:
    for offset in range(1, len(wanted)):
        before, token = found[index + offset - 1], found[index + offset]
        if fold(token[0]).text != wanted[offset]:
            return False
        if not JOINT.fullmatch(text[before.end() : token.start()]):
            return False
    return True


def search_phrases(surface: str) -> list[str]:
    """What to search the texts for, so that no article with an occurrence is missed: the name after every proclitic."""
    words = name_key(surface).split()
    if not words:
        return []
    first, rest = words[0], words[1:]
    firsts = [proclitic + first for proclitic in _PROCLITICS]
    if first.startswith("ال"):  # after ل the article loses its alef
        firsts += [proclitic + "لل" + first[2:] for proclitic in ("", "و", "ف")]
    return [" ".join([word, *rest]) for word in dict.fromkeys(firsts)]
