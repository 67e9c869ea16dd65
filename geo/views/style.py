"""The page's own style, and the component scripts: files of `browser/`, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

BROWSER = Path(__file__).parent / "browser"


@cache
def browser_file(name: str) -> str:
    """The text of a file in `browser/`."""
    return (BROWSER / name).read_text(encoding="utf-8")


def apply(direction: str) -> None:
    """Set the page's look and its direction, ``rtl`` or ``ltr``."""
    st.html(f"<style>{browser_file('page.css')}{browser_file('dialog.css')}</style>")
    st.html(f'<span class="atlas-{direction}"></span>')
