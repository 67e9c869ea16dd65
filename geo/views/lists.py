"""What is not on the map and what people decided, as lists; and the review, one mention after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from geo.corrections.log import Corrections, Record
from geo.corrections.person import person
from geo.errors import GeoError, SettingsError
from geo.geocode.placing import names_that_would_leave
from geo.geocode.services import load_services
from geo.records import Article
from geo.settings import GAZETTEER, Settings
from geo.store import Atlas, geocoded
from geo.store.account import (
    account,
    count_open,
    count_unplaced_names,
    least_sure,
    unplaced_in,
    unplaced_mentions_in,
)
from geo.store.narrowed import Narrowed
from geo.store.refused import looked_through, refused_names, refused_passages
from geo.views import excerpts, mend, notices, opening
from geo.views.address import Address, Passage
from geo.views.places import pager
from geo.views.reasons import reason
from geo.views.why import case
from geo.views.words import Words
from geo.why import look_through

ON_A_PAGE = 100
MOST_EXCERPTS = 20
LOOK_S = 1.0
"""So long articles are looked through for refused names before the page is drawn; then the browser asks again."""
MOST_LEAVING = 50


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={Narrowed: Narrowed.key, Words: Words.key})
def account_data(narrowed: Narrowed, words: Words) -> dict[str, Any]:
    """Where all mentions are: the line that adds up, each part with the sight that lists it."""
    found = account(narrowed)
    return {
        "all": words.count("mentions", found.mentions),
        "parts": [
            ["placed", words.say("account_placed", n=words.number(found.placed))],
            ["unplaced", words.say("account_unplaced", n=words.number(found.unplaced))],
            ["associative", words.say("account_associative", n=words.number(found.associative))],
        ],
        "numbers": [found.placed, found.unplaced, found.associative, found.mentions],
    }


def sight_data(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any]:
    """The panel's data for one of `address.SIGHTS`."""
    makers = {"unplaced": _unplaced, "refused": _refused, "review": _review, "corrections": _corrections}
    see = asked.see or "unplaced"
    made = makers[see](narrowed, asked, settings, words)
    title = words[f"see_{see}"]
    scene = {"selected": None, "second": None, "lines": [], "candidates": made.pop("on_map", [])}
    own = {"view": see, "key": f"{see} {asked.page}", "spoken": title, "heading": title, "scene": scene}
    return own | made


# --- not on the map ---


def _unplaced(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any]:
    total = count_unplaced_names(narrowed)
    first = (min(asked.page, max(1, -(-total // ON_A_PAGE))) - 1) * ON_A_PAGE
    names = unplaced_in(narrowed, limit=ON_A_PAGE, offset=first)
    opened = []
    if asked.name:
        mentions = unplaced_mentions_in(narrowed, asked.name, limit=MOST_EXCERPTS)
        opened = excerpts.groups(narrowed, mentions, settings.excerpt_chars, words)
    return {
        "account": account_data(narrowed, words),
        "names": [
            {
                "name": name.surface,
                "count": words.mentions_in_articles(name.mentions, name.articles),
                "reason": reason("not in the gazetteer", words),
            }
            for name in names
        ],
        "opened": asked.name,
        "groups": opened,
        "none": words["unplaced_none"] if not total else "",
        "pager": pager(first // ON_A_PAGE + 1, first, len(names), total, ON_A_PAGE, words),
        "services": _services(narrowed.atlas, settings, words),
    }


def _services(atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    """What geocoding services have to do with these names: outages, who waits, doubtful answers, what would leave."""
    state = geocoded.read(atlas.folder)
    outages = [
        words.say(
            "outage", service=notices.visible(each.service), when=each.when[:16], reason=notices.visible(each.reason)
        )
        for each in state.outages
    ]
    doubtful = [
        words.say(
            "doubtful",
            name=name,
            service=answer["service"],
            place=words.name(state.entry(name)),
            reason=answer["reason"],
        )
        for name, answer in sorted(state.doubtful.items())
    ]
    waiting = words.say("waiting_names", names=words.comma.join(state.waiting[:MOST_LEAVING])) if state.waiting else ""
    return {"outages": outages, "waiting": waiting, "doubtful": doubtful, "leaving": leaving(atlas, settings, words)}


def services_line(atlas: Atlas, settings: Settings, words: Words) -> str:
    """A line beside the list of places: that names can leave this machine, or that a service was out of reach."""
    networked = [name for name in settings.geocoders if name != GAZETTEER]
    if not networked:
        return ""
    out = words["services_out"] if geocoded.read(atlas.folder).outages else ""
    return " ".join(filter(None, [words.say("services_on", services=words.comma.join(networked)), out]))


def leaving(atlas: Atlas, settings: Settings, words: Words) -> list[dict[str, Any]]:
    """Which names a network service would learn if it were asked now; none unless the settings name one."""
    if set(settings.geocoders) <= {GAZETTEER}:
        return []
    try:
        services = load_services(settings)
        names = names_that_would_leave(atlas, services)
    except SettingsError as error:
        return [{"text": notices.visible(str(error)), "names": []}]
    return [
        {
            "text": words.say("would_leave", n=words.number(len(names[each.name])), address=each.address),
            "names": [name.surface for name in names[each.name][:MOST_LEAVING]],
            "more": max(0, len(names[each.name]) - MOST_LEAVING),
        }
        for each in services
    ]


def _refused(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any]:
    atlas, filters = narrowed.atlas, narrowed.selection.filters
    looked, every = looked_through(atlas)
    trouble = ""
    if looked < every:
        try:
            looked, every = look_through(atlas, opening.geoparser(settings).resolver.gazetteer, seconds=LOOK_S)
        except (GeoError, OSError) as error:  # a store that cannot be written: what was noted is shown
            trouble = notices.visible(str(error))
    names = refused_names(atlas, asked.least, filters=filters, chosen=narrowed.chosen, limit=ON_A_PAGE)
    opened = []
    if asked.name:
        found = refused_passages(
            atlas, asked.name, asked.least, filters=filters, chosen=narrowed.chosen, limit=MOST_EXCERPTS
        )
        articles = atlas.articles({each.article_id for each in found})
        opened = [
            {
                "article": excerpts.article_head(articles[each.article_id], words),
                "items": [_cut(articles[each.article_id], each.start, each.end, settings)],
            }
            for each in found
            if each.article_id in articles
        ]
    return {
        "least": asked.least,
        "looked": words.say("refused_looked", n=words.number(looked), all=words.number(every)),
        "more": looked < every and not trouble,
        "trouble": trouble,
        "names": [
            {
                "name": each.surface,
                "count": words.mentions_in_articles(each.times, each.articles),
                "score": f"{each.score:+.2f}",
                "reason": reason(each.reason, words),
            }
            for each in names
        ],
        "most": words.say("refused_most", n=words.number(ON_A_PAGE)) if len(names) == ON_A_PAGE else "",
        "opened": asked.name,
        "groups": opened,
        "none": words["refused_none"] if not names else "",
    }


def _cut(article: Article, start: int, end: int, settings: Settings) -> dict[str, Any]:
    return excerpts.cut(article, start, end, settings.excerpt_chars)


# --- one after the other ---


def _review(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any]:
    skipped = mend.skipped()
    mention = least_sure(narrowed, skipped)
    left, done = count_open(narrowed)
    progress = words.say("review_progress", left=words.count("mentions", left), done=words.number(done))
    made: dict[str, Any] = {"progress": progress, "skipped": len(skipped), "who": person()}
    article = narrowed.atlas.article(mention.article_id) if mention else None
    if mention is None or article is None:
        return made | {"item": None}
    item = case(narrowed.atlas, article, mention, True, settings, words)
    made["on_map"] = item.pop("on_map")
    item["place_id"] = mention.place_id
    return made | {"item": item, "key": f"review {item['at']}"}


# --- what people decided ---


def _corrections(narrowed: Narrowed, asked: Address, settings: Settings, words: Words) -> dict[str, Any]:
    atlas = narrowed.atlas
    history = Corrections(atlas.folder).history()
    records = list(history.records.values())[::-1]
    first = (min(asked.page, max(1, -(-len(records) // ON_A_PAGE))) - 1) * ON_A_PAGE
    shown = records[first : first + ON_A_PAGE]
    damaged = words.say("log_damaged", lines=words.comma.join(history.damaged)) if history.damaged else ""
    return {
        "who": person(),
        "rows": list(_rows(shown, atlas, words)),
        "none": "" if records else words["corrections_none"],
        "damaged": damaged,
        "log": notices.visible(str(Corrections(atlas.folder).path)),
        "pager": pager(first // ON_A_PAGE + 1, first, len(shown), len(records), ON_A_PAGE, words),
    }


def _rows(records: Iterable[Record], atlas: Atlas, words: Words) -> Iterable[dict[str, Any]]:
    overlay = atlas.corrected
    for record in records:
        decision = record.decision
        changed = overlay.changed.get(decision.decision_id, 0) if overlay else 0
        waits = overlay.waiting.get(decision.decision_id, "") if overlay else ""
        state = words.say("correction_undone", who=record.changed_by) if not record.active else words["mend_waits"]
        if record.active and not waits:
            state = words.count("mentions", changed)
        passage = Passage(decision.article_id, decision.start, decision.end)
        yield {
            "id": decision.decision_id,
            "active": record.active,
            "what": mend.told(decision, words),
            "by": words.comma.join([decision.who, words.day(decision.when), words[f"scope_{decision.scope.value}"]]),
            "why": decision.why,
            "state": state,
            "at": str(passage) if decision.article_id and decision.start >= 0 else None,
        }
