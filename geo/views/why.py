"""Why here? One passage: what it could mean, what spoke for each, and what the gazetteer says; the form that mends it.

The passage need not be a mention: one that the program passed over is shown with what spoke against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.corrections.decision import Decision
from geo.gazetteer.provenance import Provenance
from geo.recognize import plugins
from geo.records import Article, Candidate, Entry, Kind, StoredMention
from geo.settings import Settings
from geo.store import Atlas
from geo.store.narrowed import Narrowed
from geo.views import excerpts, mend, opening
from geo.views.address import Address, Passage, passage
from geo.views.map import UNSURE
from geo.views.reasons import reason, shares
from geo.views.words import Words
from geo.why import Choice, Why, why

MOST_CHOICES = 9
"""Candidates shown: as many as there are keys with a digit."""


@st.cache_data(show_spinner=False)
def _recipe(settings: Settings) -> str:
    return plugins.recipe(settings)


def why_data(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any] | None:
    """The panel's data for the passage that the address asks about; None = there is no such passage."""
    atlas, at = narrowed.atlas, passage(asked.why or "")
    article = atlas.article(at.article_id) if at else None
    if at is None or article is None or at.end > len(article.text):
        return None
    mention = mend.mention_at(atlas, at)
    known = mention is not None
    mention = mention or StoredMention(
        article_id=at.article_id,
        start=at.start,
        end=at.end,
        surface=article.text[at.start : at.end],
        kind=Kind.LITERAL,
        place_id=None,
        confidence=0.0,
        rule="",
    )
    told = case(atlas, article, mention, known, settings, words)
    title = mention.surface
    return {
        "view": "why",
        "key": f"why {at}",
        "spoken": f"{words['why']} {title}",
        "way_back": words["why_back_article"] if asked.article else words["why_back"],
        **told,
        "mend": mend.form_data(atlas, article, mention, known, settings, words),
        "scene": {"selected": None, "second": None, "lines": [], "candidates": told.pop("on_map")},
    }


def case(
    atlas: Atlas, article: Article, mention: StoredMention, known: bool, settings: Settings, words: Words
) -> dict[str, Any]:
    """One mention with all that was weighed; `known`: the atlas holds it."""
    found = why(atlas, mention, opening.geoparser(settings), settings, _recipe(settings))
    numbered = list(enumerate(found.choices[:MOST_CHOICES], 1))
    choices = [_choice(number, each, found, words) for number, each in numbered]
    on_map = [_point(number, each.candidate.entry, words) for number, each in numbered]
    entry = found.entry
    if entry is not None and all(each["place_id"] != entry.place_id for each in choices):
        on_map.append(_point(0, entry, words))
    for point in on_map:
        point["now"] = entry is not None and point["place_id"] == entry.place_id
    return {
        "title": mention.surface,
        "at": str(Passage(mention.article_id, mention.start, mention.end)),
        "article": excerpts.article_head(article, words),
        "excerpt": excerpts.item(article, mention, settings.excerpt_chars),
        "means": _place(entry, found.provenance, words) if entry else None,
        "standing": _standing(found, known, words),
        "sure": _sure(found, words),
        "unsure": entry is not None and mention.confidence < UNSURE,
        "rule": words.say("why_rule", rule=reason(found.rule, words)) if found.choices and not found.decision else "",
        "decision": _decision(found.decision, words) if found.decision else None,
        "choices": choices,
        "recognition": {
            "score": round(found.score, 2),
            "shares": shares(found.recognition, words),
            "taken": found.score > 0,
        }
        if found.recognition
        else None,
        "stale": "" if found.up_to_date or not known else words["why_stale"],
        "on_map": on_map,
    }


def _standing(found: Why, known: bool, words: Words) -> str:
    if not known:
        return words["why_missed"]
    if found.mention.kind is Kind.ASSOCIATIVE:
        return words["why_associative"]
    return words["why_unplaced"] if found.entry is None else ""


def _sure(found: Why, words: Words) -> str:
    if found.entry is None or found.decision is not None:
        return ""
    share = words.percent(found.mention.confidence)
    return words.say("why_unsure" if found.mention.confidence < UNSURE else "why_sure", share=share)


def _decision(decision: Decision, words: Words) -> dict[str, str]:
    told = {"who": decision.who, "day": words.day(decision.when), "scope": words[f"scope_{decision.scope.value}"]}
    return {"id": decision.decision_id, "text": words.say("why_decided", **told), "why": decision.why}


def _choice(number: int, choice: Choice, found: Why, words: Words) -> dict[str, Any]:
    candidate: Candidate = choice.candidate
    place = _place(candidate.entry, choice.provenance, words)
    return {
        **place,
        "n": number,
        "number": words.number(number),
        "score": f"{candidate.score:.2f}",
        "shares": shares(candidate.features, words),
        "own": number == 1,
        "now": found.entry is not None and candidate.entry.place_id == found.entry.place_id,
    }


def _place(entry: Entry, provenance: Provenance | None, words: Words) -> dict[str, Any]:
    return mend.option(entry, words) | {
        "source": provenance.source if provenance else "",
        "licence": provenance.licence if provenance else "",
        "url": provenance.url if provenance else "",
    }


def _point(number: int, entry: Entry, words: Words) -> dict[str, Any]:
    at: Mapping[str, Any] = {"lat": round(entry.lat, 4), "lon": round(entry.lon, 4)}
    return {"n": number, "label": words.number(number) if number else "", "name": words.name(entry)} | {
        "place_id": entry.place_id,
        **at,
    }
