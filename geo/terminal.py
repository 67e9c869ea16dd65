"""Text for a terminal: what an article or a file name says must not move the cursor or turn the line around."""

from __future__ import annotations

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Part of the spelling of Persian and of emoji; they do nothing to their neighbours."""
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """`text` on one line, with control, format (bidi) and unassigned characters spelled as escapes.

    >>> print(printable("red \\x1b[31m, turned \\u202e, two\\nlines"))
    red \\x1b[31m, turned \\u202e, two\\nlines
    """
    return "".join(_escaped(ch) if _is_harmful(ch) else ch for ch in text)


def _is_harmful(ch: str) -> bool:
    return ch not in _JOINERS and unicodedata.category(ch) in _HARMFUL


def _escaped(ch: str) -> str:
    return ch.encode("unicode_escape").decode("ascii")
