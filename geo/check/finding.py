"""The outcome of a check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    passed: bool
    what: str
    remedy: str = ""
    """What to do; empty if there is nothing to do, or `what` says it."""
    suspects: tuple[str, ...] = ()
    """Rows that may be wrong and deserve a look; they fail no check."""
