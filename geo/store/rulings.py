"""What is laid over a run, and in which order: the answers of geocoding services first, then what people decided."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geo.corrections.decision import Decision
from geo.corrections.log import Corrections

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


def of(store: Path) -> list[Ruling]:
    """What counts now for the atlas in this folder; of two that meet, the later in the list wins."""
    return [
        Ruling(decision=decision, rule=f"{RULE} {decision.decision_id}")
        for decision in Corrections(store).history().active()
    ]


def stamp(store: Path) -> tuple[int, ...]:
    """Changes with everything that `of` reads."""
    return (Corrections(store).stamp(),)
