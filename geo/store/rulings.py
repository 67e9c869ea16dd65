"""What is laid over a run, and in which order: the answers of geocoding services first, then what people decided."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.corrections.decision import Decision, Scope, Verdict
from geo.corrections.log import Corrections
from geo.errors import CorrectionError
from geo.store import geocoded

_log = logging.getLogger(__name__)

RULE = "correction"
"""Begins the rule of every mention that a person decided; the decision's id follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision as it is applied; also an answer of a geocoding service, which is worth less than a person."""

    decision: Decision
    rule: str
    confidence: float = 1.0
    only_unplaced: bool = False
    """Leaves alone what the program or a person placed."""


def bring(store: Path) -> None:
    """Exchange corrections with those in object storage, where the atlas is kept there."""
    try:
        Corrections(store).share()
    except CorrectionError as error:
        _log.warning("%s", error)


def of(store: Path) -> list[Ruling]:
    """What counts now for the atlas in this folder; of two that meet, the later in the list wins."""
    people = [
        Ruling(decision=decision, rule=f"{RULE} {decision.decision_id}")
        for decision in Corrections(store).history().active()
    ]
    return [*_answers(store), *people]


def _answers(store: Path) -> Iterator[Ruling]:
    """What services answered, as decisions on the names that are unplaced."""
    state = geocoded.read(store)
    for surface, answer in sorted(state.placed.items()):
        decision = Decision(
            decision_id=f"geocoded:{surface}",
            when=answer["when"],
            who=answer["service"],
            verdict=Verdict.PLACE,
            scope=Scope.EVERYWHERE,
            surface=surface,
            place=state.entry(surface),
        )
        yield Ruling(
            decision=decision,
            rule=f"geocoder {answer['service']}",
            confidence=geocoded.CONFIDENCE,
            only_unplaced=True,
        )


def stamp(store: Path) -> tuple[int, ...]:
    """Changes with everything that `of` reads."""
    try:
        answers = geocoded.path_of(store).stat()
    except FileNotFoundError:
        return Corrections(store).stamp(), 0, 0
    return Corrections(store).stamp(), answers.st_size, answers.st_mtime_ns
