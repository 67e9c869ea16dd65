"""Corrected articles as gold: what quality on one's own corpus is measured against (`python -m geo evaluate`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo.corrections.decision import Decision, Scope, Verdict
from geo.corrections.log import Corrections
from geo.records import Article, Geometry, PlaceCount, StoredMention
from geo.store import Atlas
from geo.store.rulings import RULE


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """Articles in which every mention was decided by a person, or that somebody marked as reviewed."""

    documents: list[dict[str, Any]]
    """As `geo.jsonl.read_gold` reads them."""
    unfinished: dict[str, int]
    """Article id -> mentions that nobody decided yet: of these articles some were corrected, but they are no gold."""


def gold(atlas: Atlas) -> Gold:
    """The gold that the corrections of this atlas make. Open it afresh: decisions made since are not in it."""
    decisions = Corrections(atlas.folder).history().active()
    reviewed = {each.article_id for each in decisions if each.verdict is Verdict.REVIEWED}
    touched = {
        each.article_id for each in decisions if each.scope in (Scope.MENTION, Scope.ARTICLE) and each.article_id
    }
    documents: list[dict[str, Any]] = []
    unfinished: dict[str, int] = {}
    for article in atlas.articles(sorted(touched | reviewed)).values():
        mentions = atlas.mentions(article_id=article.article_id)
        undecided = sum(not mention.rule.startswith(RULE) for mention in mentions)
        if undecided and article.article_id not in reviewed:
            unfinished[article.article_id] = undecided
        else:
            documents.append(_document(atlas, article, mentions, decisions))
    return Gold(documents=documents, unfinished=unfinished)


def _document(
    atlas: Atlas, article: Article, mentions: list[StoredMention], decisions: list[Decision]
) -> dict[str, Any]:
    places = {
        place_id: atlas.place(place_id)
        for place_id in {each.place_id for each in mentions if each.place_id is not None}
    }
    return {
        "id": article.article_id,
        "lang": article.language,
        "source": article.source,
        "text": article.text,
        "toponyms": [_toponym(mention, places.get(mention.place_id or "")) for mention in mentions],
        "traps": list(_traps(article, mentions, decisions)),
    }


def _toponym(mention: StoredMention, place: PlaceCount | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "kind": mention.kind.value,
        "lat": None,
        "lon": None,
    }
    if place is not None:
        entry = place.entry
        found |= {"place": entry.name, "lat": entry.lat, "lon": entry.lon, "class": entry.feature_code}
        if entry.geometry is Geometry.AREA and entry.radius_km is not None:
            found["radius_km"] = entry.radius_km
    return found


def _traps(article: Article, mentions: list[StoredMention], decisions: list[Decision]) -> Iterator[dict[str, Any]]:
    """What a person said of this very passage that it is no place."""
    for each in decisions:
        if each.verdict is Verdict.NOT_A_PLACE and each.article_id == article.article_id and each.start >= 0:
            same = article.text[each.start : each.end] == each.surface
            if same and not any(m.start < each.end and each.start < m.end for m in mentions):
                yield {"start": each.start, "end": each.end, "surface": each.surface}
