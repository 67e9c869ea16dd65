"""How much is tried: by default what fits into a quarter of an hour, all of it with ARTICLE_ATLAS_THOROUGH=1."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("ARTICLE_ATLAS_THOROUGH"))


def times(thorough: int, otherwise: int) -> int:
    """How often to do the same again."""
    return thorough if THOROUGH else otherwise
