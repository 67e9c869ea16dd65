"""Where decisions meet a run: which mentions they mean, and which passages become mentions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from geo.corrections import passages
from geo.corrections.decision import Decision, Scope, Verdict
from geo.normalize import name_key
from geo.report import split_row
from geo.store import tables
from geo.store.database import MENTIONS
from geo.store.rulings import Ruling

if TYPE_CHECKING:
    from geo.store.reader import Atlas


@dataclass(slots=True)
class Found:
    """Where the rulings meet the run; a ruling is named by its number in the list."""

    narrow: list[tuple[int, int, int | None, int | None, str]] = field(default_factory=list)
    """(ruling, article number, start, end, surface); no span = the whole article."""
    wide: list[tuple[int, str | None, str]] = field(default_factory=list)
    """(ruling, source or None = any, surface)."""
    added: list[tuple[int, int, int, str]] = field(default_factory=list)
    """(article number, start, end, surface) of mentions that the program passed over."""
    dropped: list[tuple[int, int, int]] = field(default_factory=list)
    """(article number, start, end) of mentions that an added one takes the place of."""
    settled: dict[int, dict[tuple[int, int], bool]] = field(default_factory=dict)
    """Article number -> passage that a decision is on -> whether it is a mention that keeps others off."""
    waiting: dict[str, str] = field(default_factory=dict)


def find(atlas: Atlas, rulings: Sequence[Ruling]) -> Found:
    """Where each ruling meets the run that `atlas` reads, without any correction laid over it."""
    found = Found()
    numbers = _article_numbers(atlas, [each.decision for each in rulings])
    spans = _mention_spans(atlas, [n for each in numbers.values() for n in each])
    # The latest first: of two decisions on overlapping passages it is the one that stands.
    latest_first = list(reversed(list(enumerate(rulings))))
    for number, ruling in latest_first:
        decision = ruling.decision
        if decision.scope in (Scope.MENTION, Scope.ARTICLE):
            articles = numbers[decision.decision_id]
            if not articles:
                found.waiting[decision.decision_id] = "its article is not in the atlas"
            elif decision.scope is Scope.MENTION:
                _find_passage(atlas, number, decision, articles, spans, found)
    for number, ruling in latest_first:
        if ruling.decision.missed and ruling.decision.scope is not Scope.MENTION:
            _find_missed(atlas, number, ruling.decision, numbers, found)
    # What is said of a name holds for the mentions added by hand too: so when all of them are known.
    added = _added_by_key(found)
    for number, ruling in latest_first:
        decision = ruling.decision
        by_hand = added.get(name_key(decision.surface), set())
        if decision.scope is Scope.ARTICLE:
            _find_in_articles(number, decision, numbers[decision.decision_id], spans, by_hand, found)
        elif decision.scope is not Scope.MENTION:
            source = decision.source if decision.scope is Scope.SOURCE else None
            surfaces = {*_spellings(atlas, decision.surface), *(surface for _, surface in by_hand)}
            found.wide += [(number, source, surface) for surface in sorted(surfaces)]
    return found


def _article_numbers(atlas: Atlas, decisions: Iterable[Decision]) -> dict[str, list[int]]:
    """Decision id -> numbers of the articles it can mean: the one with its id, else those from the same place."""
    narrow = [each for each in decisions if each.scope in (Scope.MENTION, Scope.ARTICLE)]
    by_id = atlas.numbers_of([each.article_id for each in narrow]) if narrow else {}
    found = {each.decision_id: [by_id[each.article_id]] for each in narrow if each.article_id in by_id}
    lost = {each.decision_id: _origin(each) for each in narrow if each.article_id not in by_id}
    by_origin: dict[str, list[int]] = {}
    for number, url, path in atlas.numbers_from(sorted(set(lost.values()) - {""})):
        for origin in {url, path} - {""}:
            by_origin.setdefault(origin, []).append(number)
    return found | {decision_id: by_origin.get(origin, []) for decision_id, origin in lost.items()}


def _origin(decision: Decision) -> str:
    """Where its article came from, by which it is found once its id is gone; empty = nothing tells it from others.

    A row's number is no identity: when an earlier row leaves, the next one has it.
    """
    return decision.url or ("" if split_row(decision.path)[1] else decision.path)


Spans = dict[int, dict[tuple[int, int], str]]
"""Article number -> (start, end) -> surface of its mentions."""


def _mention_spans(atlas: Atlas, numbers: Iterable[int]) -> Spans:
    spans: Spans = {}
    wanted = sorted(set(numbers))
    if wanted and atlas.files_of("mentions"):
        with tables.reading(atlas.folder), atlas.cursor() as cursor:
            cursor.register("wanted", pa.table({"number": wanted}))
            query = f'SELECT number, "start", "end", surface FROM {MENTIONS} SEMI JOIN wanted USING (number)'
            for number, start, end, surface in cursor.execute(
                query, {"mentions": atlas.files_of("mentions")}
            ).fetchall():
                spans.setdefault(number, {})[start, end] = surface
    return spans


def _find_passage(
    atlas: Atlas, ruling: int, decision: Decision, articles: list[int], spans: Spans, found: Found
) -> None:
    """The one mention that is meant, known or to be added, wherever the passage stands now."""
    span = (decision.start, decision.end)
    number = articles[0]
    if spans.get(number, {}).get(span) != decision.surface:
        texts = atlas.texts_of(articles)
        again = {at: text_span for at, text in texts.items() if (text_span := _stands(text, decision))}
        if not again:
            found.waiting[decision.decision_id] = "its passage is not in the article any more"
            return
        number, span = next(iter(again.items()))
    found.narrow.append((ruling, number, *span, decision.surface))
    settled = found.settled.setdefault(number, {})
    if span in settled or decision.verdict is Verdict.NOT_A_PLACE:
        settled.setdefault(span, False)
        return
    if any(stands and _overlap(span, other) for other, stands in settled.items()):
        found.waiting[decision.decision_id] = "a later correction takes another stretch of its passage"
        found.narrow.pop()
        return
    settled[span] = True
    known = spans.get(number, {})
    if span not in known:
        found.added.append((number, *span, decision.surface))
    found.dropped += [(number, *other) for other in known if other != span and _overlap(span, other)]


def _stands(text: str, decision: Decision) -> tuple[int, int] | None:
    """Where the passage stands: where it stood if its words do, else where its surroundings are."""
    start, end = decision.start, decision.end
    before = text[max(0, start - len(decision.before)) : start]
    if (before, text[start:end], text[end : end + len(decision.after)]) == (
        decision.before,
        decision.surface,
        decision.after,
    ):
        return start, end
    return passages.find_again(text, decision)


def _added_by_key(found: Found) -> dict[str, set[tuple[int, str]]]:
    """Folded key -> (article number, surface) of the mentions that people added."""
    keys = {surface: name_key(surface) for *_, surface in found.added}
    added: dict[str, set[tuple[int, str]]] = {}
    for number, _, _, surface in found.added:
        added.setdefault(keys[surface], set()).add((number, surface))
    return added


def _find_in_articles(
    ruling: int, decision: Decision, articles: list[int], spans: Spans, by_hand: set[tuple[int, str]], found: Found
) -> None:
    key = name_key(decision.surface)
    for number in articles:
        surfaces = {surface for surface in spans.get(number, {}).values() if name_key(surface) == key}
        surfaces |= {decision.surface} | {surface for article, surface in by_hand if article == number}
        found.narrow += [(ruling, number, None, None, surface) for surface in sorted(surfaces)]


def _find_missed(atlas: Atlas, ruling: int, decision: Decision, numbers: dict[str, list[int]], found: Found) -> None:
    """Add every occurrence in the scope that is no mention yet; a longer mention around it stays."""
    if decision.scope is Scope.ARTICLE:
        articles = numbers.get(decision.decision_id, [])
    else:
        source = decision.source if decision.scope is Scope.SOURCE else None
        articles = atlas.numbers_with(passages.search_phrases(decision.surface), source)
    spans = _mention_spans(atlas, articles)
    for number, text in atlas.texts_of(articles).items():
        known = spans.get(number, {})
        for start, end in passages.occurrences(text, decision.surface):
            surface = text[start:end]
            found.narrow.append((ruling, number, start, end, surface))
            meeting = [span for span in known if _overlap(span, (start, end))]
            if any(span[0] <= start and end <= span[1] for span in meeting):
                continue
            settled = found.settled.setdefault(number, {})
            if (start, end) in settled or any(
                stands and _overlap(span, (start, end)) for span, stands in settled.items()
            ):
                continue
            settled[start, end] = True
            found.added.append((number, start, end, surface))
            found.dropped += [(number, *span) for span in meeting]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


_KNOWN_SPELLINGS: dict[tuple[Path, str], dict[str, list[str]]] = {}
"""(atlas folder, name of the run) -> folded key -> its spellings in this run; only of the run asked for last."""


def _spellings(atlas: Atlas, surface: str) -> list[str]:
    """The surfaces of this run that fold to the same key as this one, itself included."""
    which = (atlas.folder, atlas.finished.name)
    if which not in _KNOWN_SPELLINGS:
        by_key: dict[str, list[str]] = {}
        for known in _all_surfaces(atlas):
            by_key.setdefault(name_key(known), []).append(known)
        _KNOWN_SPELLINGS.clear()
        _KNOWN_SPELLINGS[which] = by_key
    return sorted({*_KNOWN_SPELLINGS[which].get(name_key(surface), ()), surface})


def _all_surfaces(atlas: Atlas) -> list[str]:
    if not atlas.files_of("mentions"):
        return []
    with tables.reading(atlas.folder), atlas.cursor() as cursor:
        query = f"SELECT DISTINCT surface FROM {MENTIONS}"
        rows = cursor.execute(query, {"mentions": atlas.files_of("mentions")}).fetchall()
    return [surface for (surface,) in rows]
