"""A model's opinion on what the rules were unsure of: words, spans, veto and rescue. Pure; knows no model."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from geo.records import Kind, Mention

VETO_BELOW = 1.0
"""A literal mention that scores less can be vetoed. On the Arabic development texts 20 of 22 such were right, so a
veto pays only by a model that misses fewer than one place in ten; taggers report to miss 7 in a hundred."""

RESCUE_ABOVE = -2.0
"""A refused reading that scores more can be rescued. On the same texts 8 of 37 such were places, of those that scored
between this and -5, 6 of 216."""

PLACE_LABELS = frozenset({"LOC", "LOCATION", "GPE", "FAC"})
"""What the common tag sets (CoNLL, ANERcorp, OntoNotes) call places, less the prefix that says begin or inside."""

_BEGINS, _ENDS = frozenset("BSU"), frozenset("ESLU")
"""Prefixes of the schemes BIO, BIOES and BILOU: ``B-LOC`` begins a name, ``S-LOC`` and ``U-LOC`` also end it."""

Span = tuple[int, int]
"""Offsets into the text, start and end. A sequence of spans is sorted, and they are disjoint."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a word, or a whole one, as a window of the model labelled it."""

    word: int | None
    """Number of the word in the whole text; None = a mark of the model's own, such as the end of the window."""
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What became of the rules' mentions."""

    mentions: list[Mention]
    """Those that stand and those that were rescued, in order, none overlapping."""
    vetoed: list[Mention]


def words_of(windows: Iterable[Sequence[Piece]]) -> list[Piece]:
    """One piece for each word, in order of the text.

    Its label is that of its first piece: models are trained on that one, and what they say to the others is noise.
    Of the windows that hold a word, the one counts in which it stands farthest from an edge.
    """
    best: dict[int, tuple[int, Piece]] = {}
    for window in windows:
        words = list(_join(window))
        for index, word in enumerate(words):
            depth = min(index, len(words) - 1 - index)
            if word.word is not None and (word.word not in best or depth > best[word.word][0]):
                best[word.word] = depth, word
    return [best[number][1] for number in sorted(best)]


def _join(window: Sequence[Piece]) -> Iterable[Piece]:
    for number, group in groupby((piece for piece in window if piece.end > piece.start), key=lambda piece: piece.word):
        pieces = list(group)
        if number is not None:
            yield replace(pieces[0], end=pieces[-1].end)


def place_spans(words: Iterable[Piece], labels: Collection[str] = PLACE_LABELS) -> list[Span]:
    """The stretches of words that carry one of the labels, with or without a prefix such as ``B-``.

    >>> place_spans([Piece(0, 0, 3, "B-LOC"), Piece(1, 4, 9, "I-LOC"), Piece(2, 10, 12, "O"), Piece(3, 13, 15, "GPE")])
    [(0, 9), (13, 15)]
    """
    spans: list[Span] = []
    goes_on = False
    for word in words:
        prefix, name = split_label(word.label)
        if name not in labels:
            goes_on = False
            continue
        if goes_on and prefix not in _BEGINS:
            spans[-1] = spans[-1][0], word.end
        else:
            spans.append((word.start, word.end))
        goes_on = prefix not in _ENDS
    return spans


def split_label(label: str) -> tuple[str, str]:
    """Prefix, which may be empty, and name, in capitals: ``B-LOC`` is B and LOC."""
    prefix, dash, name = label.upper().partition("-")
    return (prefix, name) if dash else ("", prefix)


def form_opinion(taken: Iterable[Mention], refused: Iterable[Mention], spans: Sequence[Span]) -> Opinion:
    """Weigh the rules' mentions and near misses against the spans that a model takes for places.

    The model is asked only where the rules are unsure, and only for yes or no: it moves no offset, and a place that no
    reading of theirs comes near is not added. Names inside the names of organisations are not put to it.
    """
    mentions: list[Mention] = []
    vetoed: list[Mention] = []
    for mention in taken:
        doubtful = mention.kind is Kind.LITERAL and mention.score < VETO_BELOW
        (vetoed if doubtful and not _meets(_span(mention), spans) else mentions).append(mention)
    standing = sorted(map(_span, mentions))
    unanswered = [span for span in spans if not _meets(span, standing)]
    mentions += _rescued(refused, unanswered, standing)
    return Opinion(
        mentions=sorted(mentions, key=_span),
        vetoed=[replace(mention, rule="transformer veto") for mention in vetoed],
    )


def _rescued(refused: Iterable[Mention], unanswered: Sequence[Span], standing: list[Span]) -> list[Mention]:
    """The near misses that meet a span which no mention answers; of those that overlap, the longest."""
    near = [m for m in refused if m.kind is Kind.LITERAL and m.score > RESCUE_ABOVE and _meets(_span(m), unanswered)]
    rescued: list[Mention] = []
    for mention in sorted(near, key=lambda m: (m.start - m.end, -m.score, m.start)):
        if not _meets(_span(mention), standing):
            insort(standing, _span(mention))
            rescued.append(replace(mention, rule="transformer rescue"))
    return rescued


def _span(mention: Mention) -> Span:
    return mention.start, mention.end


def _meets(span: Span, others: Sequence[Span]) -> bool:
    """True if the span overlaps one of the others."""
    index = bisect_right(others, span[0], key=lambda other: other[1])
    return index < len(others) and others[index][0] < span[1]
