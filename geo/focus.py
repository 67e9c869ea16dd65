"""What an article is mainly about, told apart from what it names in passing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from geo.records import StoredMention

MOST = 3
"""So many places an article can be about."""
HEADLINE = 2
"""A name in the title counts like so many mentions more."""
SHARE = 0.5
"""A focus place has at least this share of the weight of the weightiest one."""


def focus(mentions: Sequence[StoredMention], title: str, length: int) -> tuple[str, ...]:
    """Ids of the places that the article is about, weightiest first; none if every place is named once, in passing.

    A mention weighs 1; one more if the place is named in the first fifth of the text of `length` characters, `HEADLINE`
    more if a spelling of it stands in the title.
    """
    weights: Counter[str] = Counter()
    early: set[str] = set()
    titled: set[str] = set()
    for mention in mentions:
        if mention.place_id is None:
            continue
        weights[mention.place_id] += 1
        if mention.start < length / 5:
            early.add(mention.place_id)
        if mention.surface in title:
            titled.add(mention.place_id)
    for place_id in weights:
        weights[place_id] += (place_id in early) + HEADLINE * (place_id in titled)
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    least = max(2, SHARE * ranked[0][1]) if ranked else 0
    return tuple(place_id for place_id, weight in ranked[:MOST] if weight >= least)
