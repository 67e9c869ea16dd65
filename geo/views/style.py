"""The page's own style, and the component scripts: files of `browser/`, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

BROWSER = Path(__file__).parent / "browser"


@cache
def browser_file(name: str) -> str:
    """The text of a file in `browser/`."""
    return (BROWSER / name).read_text(encoding="utf-8")


def apply(direction: str, theme: str | None) -> None:
    """Set the page's look; its direction, ``rtl`` or ``ltr``; its theme, ``light`` or ``dark``, None = the system's."""
    script = f"{browser_file('theme.js')}window.atlasTheme({json.dumps(theme)});"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)  # no input: `address` knows two themes
    st.html(f"<style>{browser_file('page.css')}{browser_file('dialog.css')}</style>")
    st.html(f'<span class="atlas-{direction}"></span>')
