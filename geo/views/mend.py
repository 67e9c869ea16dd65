"""Mend it: what the form offers for one passage, and what happens when the browser says what was decided.

The browser says it as one plain object (`act`); the answer is a sentence, and the atlas opened anew. Who decides is
remembered by the browser; on this machine alone it is the name of the account until somebody types another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from geo.corrections import sheet
from geo.corrections.decision import Decision, Scope, Verdict, draft, now, user_entry
from geo.corrections.log import Corrections
from geo.corrections.person import person
from geo.errors import CorrectionError, GeoError
from geo.gazetteer.search import find_entries, point_of
from geo.records import Article, Entry, Kind, StoredMention
from geo.settings import Settings
from geo.store import Atlas
from geo.store.overlay import matches
from geo.store.rulings import Ruling
from geo.views import notices, opening
from geo.views.address import Passage, passage
from geo.views.words import Words

CODES = {"PPL": "city", "PPLX": "quarter", "ADM2": "governorate", "RGN": "region", "MT": "natural", "BLDG": "site"}
"""What a new place can be: GeoNames code -> the level whose name the form shows."""

MOST_FOUND = 12
MOST_SHEET = 20_000_000
"""Characters of an imported sheet: some 50,000 decisions."""

_SAID, _SOUGHT, _OFFERED, _SKIPPED = "mend said", "mend sought", "mend offered", "mend skipped"

Payload = Mapping[str, Any]


# --- what the form offers ---


def form_data(
    atlas: Atlas, article: Article, mention: StoredMention, known: bool, settings: Settings, words: Words
) -> dict[str, Any]:
    """What can be decided on this passage, and how many mentions each scope would touch."""
    at = f"{mention.article_id}:{mention.start}-{mention.end}"
    sought, of = st.session_state.get(_SOUGHT, ("", at))
    typed = sought if of == at else ""
    found = found_entries(typed or mention.surface, atlas, settings)
    reach = _reach(atlas.folder, atlas.finished.name, at, settings)
    return {
        "who": person(),
        "known": known,
        "associative": mention.kind is Kind.ASSOCIATIVE,
        "now": f"place {mention.place_id}" if mention.place_id else "unplaced" if known else "",
        "sought": typed,
        "found": [option(entry, words) for entry in found],
        "none_found": words.say("mend_none_found", query=typed) if typed and not found else "",
        "codes": [[code, words[f"level_{level}"]] for code, level in CODES.items()],
        "scopes": [
            {
                "scope": scope,
                "label": _scope_label(scope, article, words),
                "count": words.count("mentions", count),
                "save": words.say("mend_save", mentions=words.count("mentions", count)),
            }
            for scope, count in reach.items()
        ],
    }


def _scope_label(scope: str, article: Article, words: Words) -> str:
    label = words[f"scope_{scope}"]
    return f"{label} ({article.source})" if scope == Scope.SOURCE.value else label


def found_entries(typed: str, atlas: Atlas, settings: Settings) -> list[Entry]:
    """Places of the gazetteer, and those that readers entered, with this name."""
    gazetteer = opening.geoparser(settings).resolver.gazetteer
    found = find_entries(typed, gazetteer, own=_own(atlas).values(), limit=MOST_FOUND)
    st.session_state.setdefault(_OFFERED, {}).update({entry.place_id: entry for entry in found})
    return found


def option(entry: Entry, words: Words) -> dict[str, Any]:
    """An entry as a form offers it."""
    name, other = words.names(entry)
    within = f"{words['within']} {entry.within}" if entry.within and words.arabic else ""
    return {
        "place_id": entry.place_id,
        "name": name,
        "other": other,
        "facts": words.comma.join(filter(None, [words.facts(entry), within])),
        "point": f"{entry.lat:.3f}, {entry.lon:.3f}",
        "symbol": entry.geometry.value.replace("point", "place"),
    }


def _own(atlas: Atlas) -> dict[str, Entry]:
    """Places that readers entered, by id."""
    places = (each.place for each in Corrections(atlas.folder).history().active())
    return {place.place_id: place for place in places if place and place.place_id.startswith("user:")}


@st.cache_data(show_spinner=False, max_entries=256)
def _reach(folder: Path, run: str, at: str, settings: Settings) -> dict[str, int]:
    """Scope -> how many mentions a decision on this passage would touch; `run` only tells one answer from another."""
    base = _as_found(folder, run)
    where = passage(at)
    article = base.article(where.article_id) if where else None
    if where is None or article is None:
        return {}
    missed = is_missed(base, at)
    found = {}
    for scope in reversed(Scope):
        try:
            decision = draft(
                article, where.start, where.end, verdict=Verdict.UNPLACED, who="-", scope=scope, missed=missed
            )
        except CorrectionError:  # an article without a source has no such scope
            continue
        found[scope.value] = matches(base, Ruling(decision=decision, rule=""))
    return found


@st.cache_resource(show_spinner=False, max_entries=2)
def _as_found(folder: Path, run: str) -> Atlas:
    """The atlas as the program found it."""
    return Atlas.open(folder, corrected=False)


def is_missed(base: Atlas, at: str) -> bool:
    """Whether the program passed over this passage; `base` is the atlas as it found it."""
    where = passage(at)
    return where is not None and mention_at(base, where) is None


def mention_at(atlas: Atlas, at: Passage) -> StoredMention | None:
    """The mention that is this very stretch; None = there is none."""
    mentions = atlas.mentions(article_id=at.article_id)
    return next((each for each in mentions if (each.start, each.end) == (at.start, at.end)), None)


def said() -> dict[str, Any]:
    """What came of the last act: ``answered`` names it, ``text`` says it once, ``file`` is what to save."""
    found: dict[str, Any] = st.session_state.get(_SAID, {"answered": None})
    st.session_state[_SAID] = {"answered": found.get("answered")}
    return found


def skipped() -> list[str]:
    """The passages that were skipped in the review of this session."""
    return list(st.session_state.get(_SKIPPED, []))


# --- what the browser says ---


def act(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> None:
    """Do what the reader decided, and keep in mind what came of it for the next drawing."""
    asked = _ACTS.get(str(payload.get("do")))
    if asked is None:
        return
    try:
        answer = asked(payload, atlas, settings, words)
    except GeoError as error:
        answer = {"text": notices.visible(str(error)), "bad": True}
    st.session_state[_SAID] = {"answered": payload.get("id"), **answer}


def _decide(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    where = passage(_text(payload, "at"))
    article = atlas.article(where.article_id) if where else None
    if where is None or article is None:
        raise CorrectionError(words["mend_gone"])
    choice = _text(payload, "choice")
    place = None
    if choice.startswith("place "):
        place = _known(choice.removeprefix("place "), atlas, settings)
    elif choice == "new":
        place = _new_place(payload, words)
    elif choice not in ("unplaced", "not a place"):
        raise CorrectionError(words["mend_choose"])
    verdict = Verdict.PLACE if place else Verdict(choice)
    scope = Scope(_text(payload, "scope") or Scope.MENTION.value)
    mention = mention_at(atlas, where)
    before = atlas.entries([mention.place_id]) if mention and mention.place_id else []
    wants = Kind.ASSOCIATIVE if payload.get("associative") else Kind.LITERAL
    has = mention.kind if mention else Kind.LITERAL
    decision = draft(
        article,
        where.start,
        where.end,
        verdict=verdict,
        who=_who(payload),
        why=_text(payload, "why").strip(),
        scope=scope,
        place=place,
        instead_of=before[0] if before else None,
        missed=verdict is not Verdict.NOT_A_PLACE
        and is_missed(_as_found(atlas.folder, atlas.finished.name), str(where)),
        kind=wants if "associative" in payload and wants is not has else None,
    )
    Corrections(atlas.folder).decide(decision)
    after = opening.latest(settings, atlas).corrected
    changed = after.changed.get(decision.decision_id, 0) if after else 0
    text = words.say("mend_saved", what=told(decision, words), mentions=words.count("mentions", changed))
    if after and decision.decision_id in after.waiting:
        text = words["mend_waits"]
    return {"text": text, "undo": True}


def told(decision: Decision, words: Words) -> str:
    """What was decided, in a few words.

    >>> from geo.views.words import ENGLISH
    >>> told(Decision(decision_id="1", when="", who="", verdict=Verdict.UNPLACED, scope=Scope.MENTION, surface="سرت"),
    ...     ENGLISH)
    '“سرت”: a place, but none that is known'
    """
    key = {"not a place": "not_a_place", "reviewed": "mend_reviewed", "unplaced": "mend_unknown"}
    what = words.name(decision.place) if decision.place else words[key[decision.verdict.value]]
    return words.say("mend_told", surface=decision.surface or decision.title, what=what)


def _undo(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    log, who, given = Corrections(atlas.folder), _who(payload), _text(payload, "decision") or None
    back = payload.get("do") == "undo"
    decision = log.undo(given, who=who) if back else log.redo(given, who=who)
    if decision is None:
        return {"text": words.say("mend_nothing_undo" if back else "mend_nothing_redo", who=who)}
    opening.latest(settings, atlas)
    return {"text": words.say("mend_undone" if back else "mend_redone", what=told(decision, words)), "redo": back}


def _seek(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    st.session_state[_SOUGHT] = (_text(payload, "text")[:200], _text(payload, "at"))
    return {}


def _skip(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    st.session_state.setdefault(_SKIPPED, []).append(_text(payload, "at"))
    return {}


def _unskip(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    st.session_state[_SKIPPED] = []
    return {}


def _look(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    """Only another drawing is wanted: it looks through some more articles for names that were refused."""
    return {}


def _export(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    records = Corrections(atlas.folder).history().records.values()
    return {"file": {"name": "corrections.csv", "text": "\ufeff" + sheet.write(records)}}


def _import(payload: Payload, atlas: Atlas, settings: Settings, words: Words) -> dict[str, Any]:
    text, name = _text(payload, "text"), notices.visible(_text(payload, "name"))[:200]
    if len(text) > MOST_SHEET:
        raise CorrectionError(words["mend_too_long"])
    found = sheet.parse(text, name, who=_who(payload), when=now())
    new, changed = Corrections(atlas.folder).merge(found.records)
    opening.latest(settings, atlas)
    answer = words.say("mend_imported", new=words.number(new), changed=words.number(changed))
    if found.bad:
        answer += " " + words.say("mend_bad_rows", n=words.number(len(found.bad)), first=found.bad[0])
    return {"text": answer, "bad": bool(found.bad)}


_ACTS: Mapping[str, Callable[[Payload, Atlas, Settings, Words], dict[str, Any]]] = {
    "decide": _decide,
    "undo": _undo,
    "redo": _undo,
    "seek": _seek,
    "skip": _skip,
    "unskip": _unskip,
    "look": _look,
    "export": _export,
    "import": _import,
}


def _known(place_id: str, atlas: Atlas, settings: Settings) -> Entry:
    offered: dict[str, Entry] = st.session_state.get(_OFFERED, {})
    entry = (
        offered.get(place_id)
        or next(iter(atlas.entries([place_id])), None)
        or _own(atlas).get(place_id)
        or opening.geoparser(settings).resolver.gazetteer.by_id(place_id)
    )
    if entry is None:
        raise CorrectionError(f"{place_id}: no such place; choose another one")
    return entry


def _new_place(payload: Payload, words: Words) -> Entry:
    point = point_of(_text(payload, "point"))
    if point is None:
        raise CorrectionError(words.say("mend_no_point", typed=_text(payload, "point")))
    name = _text(payload, "name").strip()
    arabic = any("\u0600" <= character <= "\u06ff" for character in name)
    code = _text(payload, "code")
    return user_entry(name, *point, name_ar=name if arabic else "", feature_code=code if code in CODES else "PPL")


def _who(payload: Payload) -> str:
    return _text(payload, "who").strip() or person()


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
