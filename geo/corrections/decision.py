"""One human decision on a mention, and how it names the passage and the place so that both are found again."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from geo.errors import CorrectionError
from geo.normalize import name_key
from geo.records import Article, Entry, Kind

CONTEXT = 40
"""Characters kept on each side of the passage: by these it is found again when the text around it moved."""

LONGEST = {"surface": 300, "why": 2_000, "who": 200}
"""Code points that a field may have; a longer one is refused, because it is no name, no reason and no person."""


class Verdict(StrEnum):
    """What was decided."""

    PLACE = "place"
    """It means this place."""
    UNPLACED = "unplaced"
    """It is a place, but none that is known."""
    NOT_A_PLACE = "not a place"
    REVIEWED = "reviewed"
    """Somebody read the article to its end: what was not corrected in it is right. Changes nothing on the map."""


class Scope(StrEnum):
    """Which mentions with this surface are meant; the narrower scope wins, then the later decision."""

    EVERYWHERE = "everywhere"
    SOURCE = "source"
    ARTICLE = "article"
    MENTION = "mention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what on which passage, when and why."""

    decision_id: str
    """Unique over all machines: what a team imports twice is there once."""
    when: str
    """ISO 8601 in UTC, to the microsecond: it orders decisions, also those of several machines."""
    who: str
    why: str = ""
    verdict: Verdict
    scope: Scope
    surface: str = ""
    """The name as printed where it was decided on; wider scopes mean every spelling that folds to the same key."""
    missed: bool = False
    """The program passed over it: every such passage in the scope becomes a mention, not only known mentions."""
    kind: Kind | None = None
    """What the mention stands for from now on; None = as the program says (literal if it passed over it)."""
    article_id: str = ""
    start: int = -1
    """Code points into the text as it was; -1 = no passage, as with a decision typed into a sheet."""
    end: int = -1
    before: str = ""
    after: str = ""
    digest: str = ""
    """The stored article's digest: while it is the same, so are the offsets."""
    title: str = ""
    source: str = ""
    published: str = ""
    url: str = ""
    path: str = ""
    """With `url`, how an article is found again after its text was edited, which changes its id."""
    place: Entry | None = None
    """The place it means, whole: a gazetteer that no longer knows its id does not lose it."""
    from_place_id: str = ""
    """What the program had taken it for; empty = unplaced or missed. For the record only."""
    from_name: str = ""


def draft(
    article: Article,
    start: int,
    end: int,
    *,
    verdict: Verdict,
    who: str,
    scope: Scope = Scope.MENTION,
    place: Entry | None = None,
    instead_of: Entry | None = None,
    why: str = "",
    missed: bool = False,
    kind: Kind | None = None,
    digest: str = "",
) -> Decision:
    """A decision on ``article.text[start:end]``, made now, not yet written; `CorrectionError` if it makes no sense."""
    if verdict is not Verdict.REVIEWED and not 0 <= start < end <= len(article.text):
        raise CorrectionError(
            f"article {article.article_id}: no passage at {start}:{end} in a text of {len(article.text)} characters"
        )
    passage = article.text[start:end] if verdict is not Verdict.REVIEWED else ""
    return checked(
        Decision(
            decision_id=uuid.uuid4().hex,
            when=now(),
            who=who,
            why=why,
            verdict=verdict,
            scope=scope if verdict is not Verdict.REVIEWED else Scope.ARTICLE,
            surface=passage,
            missed=missed,
            kind=kind,
            article_id=article.article_id,
            start=start if passage else -1,
            end=end if passage else -1,
            before=article.text[max(0, start - CONTEXT) : start] if passage else "",
            after=article.text[end : end + CONTEXT] if passage else "",
            digest=digest,
            title=article.title,
            source=article.source or "",
            published=article.published or "",
            url=article.url or "",
            path=article.path or "",
            place=place,
            from_place_id=instead_of.place_id if instead_of else "",
            from_name=instead_of.name if instead_of else "",
        )
    )


def user_entry(
    name: str, lat: float, lon: float, *, name_ar: str = "", country: str = "", feature_code: str = "PPL"
) -> Entry:
    """A place that no gazetteer has. Two people who enter the same name at the same point get the same `place_id`."""
    from geo.gazetteer.rows import FEATURE_CLASS

    names = name_key(name or name_ar)
    if not names:
        raise CorrectionError(f"a new place needs a name with letters, not {name or name_ar!r}; type its usual name")
    at = hashlib.sha256(f"{names} {lat:.4f} {lon:.4f}".encode()).hexdigest()[:12]
    entry = Entry(
        place_id=f"user:{at}",
        name=(name or name_ar).strip(),
        name_ar=name_ar.strip(),
        lat=lat,
        lon=lon,
        feature_class=FEATURE_CLASS.get(feature_code, "P"),
        feature_code=feature_code,
        country=country.strip().upper(),
    )
    return _checked_entry(entry, "the new place")


def now() -> str:
    """The time as a decision writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def checked(decision: Decision) -> Decision:
    """The decision, if it makes sense; else `CorrectionError` says what does not, and what to do."""
    wrong = next(_wrong(decision), None)
    if wrong:
        raise CorrectionError(f"decision {decision.decision_id or '(new)'}: {wrong}")
    if decision.place is not None:
        _checked_entry(decision.place, f"decision {decision.decision_id}")
    return decision


def _wrong(decision: Decision) -> Iterator[str]:
    if not decision.decision_id:
        yield "it has no id"
    if not _is_time(decision.when):
        yield f"when {decision.when!r} is no ISO 8601 time with its zone"
    if not decision.who.strip():
        yield "nobody is named; say who decided"
    for name, most in LONGEST.items():
        if len(getattr(decision, name)) > most:
            yield f"{name} has more than {most} characters; shorten it"
    if (decision.verdict is Verdict.PLACE) != (decision.place is not None):
        yield f"verdict {decision.verdict.value!r} {'lacks its' if decision.place is None else 'takes no'} place"
    if decision.verdict is not Verdict.REVIEWED and not name_key(decision.surface):
        yield f"surface {decision.surface!r} holds no letters; write the name as printed"
    yield from _wrong_scope(decision)


def _wrong_scope(decision: Decision) -> Iterator[str]:
    scope = decision.scope
    if scope in (Scope.MENTION, Scope.ARTICLE) and not decision.article_id:
        yield f"this {scope.value}, but no article is named; widen the scope or name it"
    if scope is Scope.MENTION and not 0 <= decision.start < decision.end:
        yield "this mention, but no span is named; widen the scope or name it"
    if scope is Scope.SOURCE and not decision.source:
        yield "this source, but the article names none; choose this article or everywhere"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _checked_entry(entry: Entry, where: str) -> Entry:
    for name, most in (("lat", 90.0), ("lon", 180.0)):
        value = getattr(entry, name)
        if not (isinstance(value, (int, float)) and math.isfinite(value) and abs(value) <= most):
            raise CorrectionError(f"{where}: {name} {value!r} is not a number within {-most:g}..{most:g}; correct it")
    if not entry.place_id or not (entry.name or entry.name_ar):
        raise CorrectionError(f"{where}: the place has no id or no name; name both")
    return entry


_NAMES = tuple(field.name for field in fields(Decision))
_ENTRY_NAMES = frozenset(field.name for field in fields(Entry))


def as_dict(decision: Decision) -> dict[str, Any]:
    """The decision as JSON takes it; fields that say nothing are left out."""
    fields_set = ((name, getattr(decision, name)) for name in _NAMES)
    # Not ``in (..., False)``: 0 equals False, and an article may begin with the passage.
    values = {name: value for name, value in fields_set if value is not False and value not in ("", None, -1)}
    if decision.place is not None:
        place = {name: value for name, value in asdict(decision.place).items() if value not in ("", None)}
        values["place"] = place
    return values


def from_dict(values: Mapping[str, Any]) -> Decision:
    """The decision that `as_dict` wrote; names that a later version added are passed over. `CorrectionError`."""
    known = {name: value for name, value in values.items() if name in _NAMES}
    try:
        if known.get("place") is not None:
            place = {name: value for name, value in known["place"].items() if name in _ENTRY_NAMES}
            absent: dict[str, Any] = dict.fromkeys(("name", "name_ar", "feature_class", "feature_code", "country"), "")
            known["place"] = Entry(**{**absent, **place})
        known["verdict"], known["scope"] = Verdict(known["verdict"]), Scope(known["scope"])
        known["kind"] = Kind(known["kind"]) if known.get("kind") else None
        for name in ("start", "end"):
            if not isinstance(known.get(name, -1), int):
                raise ValueError(f"{name} is no number")
        for name in ("decision_id", "when", "who", "why", "surface", "article_id", "source"):
            if not isinstance(known.get(name, ""), str):
                raise ValueError(f"{name} is no text")
        return checked(Decision(**known))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, CorrectionError):
            raise
        raise CorrectionError(f"not a decision ({error})") from error
