"""The two components of the page: the masthead and the reading panel.

They get plain data and write it as text nodes; what the reader chooses comes back as the parameters of an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from geo.views import address
from geo.views.style import browser_file
from geo.views.words import Words


def _component(name: str) -> Any:
    return st.components.v2.component(
        f"article_atlas_{name}",
        html=browser_file(f"{name}.html"),
        css=browser_file(f"{name}.css"),
        js=browser_file("dom.js") + browser_file(f"{name}.js"),
    )


_MASTHEAD = _component("masthead")
_PANEL = _component("panel")


def masthead(words: Words, line: str, set_aside: list[dict[str, str]], files: int) -> None:
    """Title, one line on what one sees, the `files` that need a look and the first of them, the other language."""
    texts = words.for_browser(set_aside=words.count(words.files, files))
    data = {"words": texts, "line": line, "set_aside": set_aside, "other_lang": words.other_lang}
    _mount(_MASTHEAD, "masthead", words, data, follow=_switch_language)


def panel(words: Words, sight: Mapping[str, Any], notice: str | None = None) -> None:
    """The reading panel on a sight made by `places`, `excerpts` or `reader`."""
    kept = {"lang": address.current().lang}
    data = {"words": words.for_browser(), "kept": kept, "notice": notice, **sight}
    _mount(_PANEL, "panel", words, data, follow=address.go)


def _switch_language(target: Mapping[str, object]) -> None:
    address.go({**address.current().parameters(), **target})


def _mount(
    component: Any, key: str, words: Words, data: dict[str, Any], follow: Callable[[Mapping[str, object]], None]
) -> None:
    """Mount a component; `follow` gets the parameters of the address that the reader asks for."""

    def on_go() -> None:
        target = st.session_state[key].get("go")
        if isinstance(target, Mapping):
            follow(target)

    component(key=key, data={**data, "lang": words.lang, "dir": words.direction}, on_go_change=on_go)
