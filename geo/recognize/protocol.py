"""What any recogniser must do; the rules are one, a plug-in may be another (see `plugins`)."""

from __future__ import annotations

from typing import Protocol

from geo.records import Mention


class Recognizer(Protocol):
    """Finds the mentions in a text; which place each one means is the resolver's business."""

    def recognize(self, text: str) -> list[Mention]:
        """The mentions of `text` in order, none overlapping; ``text[m.start:m.end] == m.surface`` for each.

        `Mention.names` holds the gazetteer's keys that the surface can stand for: without them it stays unresolved.
        Must take any text, and yield the same mentions whatever it was given before.
        """
        ...
