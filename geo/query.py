"""What a reader types to find articles -> clauses, all of which an article has to meet. Pure.

Words stand each on its own; words in quotes one after the other; a place name of several words is one clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from geo.store.selection import Clause
from geo.store.words import words_of

_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_PARTS = re.compile(f"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^{_QUOTES}]+)")
"""A phrase in quotation marks of whatever kind, or what stands between two of them."""
_LONGEST_NAME = 6
"""Words of a place name that are tried together."""


def clauses(text: str, named: Callable[[str], tuple[str, ...]]) -> tuple[Clause, ...]:
    """The clauses of what was typed; `named` gives the ids of the places with a name, none if there is no such name.

    >>> known = {"deir ez zor": ("geonames:170794",)}
    >>> found = clauses('army "took the city" Deir ez-Zor', lambda name: known.get(name, ()))
    >>> [clause.words for clause in found], found[2].places
    ([('army',), ('took', 'the', 'city'), ('deir', 'ez', 'zor')], ('geonames:170794',))
    """
    return tuple(clause for clause in _clauses(text, named) if clause.words)


def _clauses(text: str, named: Callable[[str], tuple[str, ...]]) -> Iterator[Clause]:
    for part in _PARTS.finditer(text):
        if part[1] is not None:
            words = tuple(words_of(part[1]))
            yield Clause(words=words, places=named(" ".join(words)))
        else:
            yield from _runs(words_of(part[2]), named)


def _runs(words: list[str], named: Callable[[str], tuple[str, ...]]) -> Iterator[Clause]:
    at = 0
    while at < len(words):
        lengths = range(min(_LONGEST_NAME, len(words) - at), 0, -1)
        tried = ((length, named(" ".join(words[at : at + length]))) for length in lengths)
        length, places = next(((length, places) for length, places in tried if places), (1, ()))
        yield Clause(words=tuple(words[at : at + length]), places=places)
        at += length
