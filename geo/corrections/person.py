"""Who decides, unless somebody says otherwise."""

from __future__ import annotations

import getpass
import os

NOBODY = "somebody"


def person() -> str:
    """Who decides on this machine: ``ARTICLE_ATLAS_USER``, else the name of the account."""
    try:
        return os.environ.get("ARTICLE_ATLAS_USER") or getpass.getuser()
    except (KeyError, OSError):
        return NOBODY
