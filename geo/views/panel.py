"""The components of the page: masthead, filters, timeline and reading panel.

They get plain data and write it as text nodes; what the reader chooses comes back as the parameters of an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from geo.views import address
from geo.views.address import Address
from geo.views.style import browser_file
from geo.views.words import Words

_TYPED = "typed"
"""Session state: what was typed into the search of a list, and the address at that time."""


def _component(name: str, *parts: str) -> Any:
    """A component of `browser/`; `parts` are further files of its script and its style."""
    return st.components.v2.component(
        f"article_atlas_{name}",
        html=browser_file(f"{name}.html"),
        css="".join(browser_file(f"{part}.css") for part in ("base", name, *parts)),
        js="".join(browser_file(f"{part}.js") for part in ("dom", name, *parts)),
    )


_MASTHEAD = _component("masthead")
_FILTERS = _component("filters")
_TIMELINE = _component("timeline")
_PANEL = _component("panel", "mend")


_SAID = {
    "masthead": (
        "title switch digits theme theme_system theme_light theme_dark bring bring_read_only close bring_choose "
        "remove_file"
    ),
    "filters": (
        "take filters search_text search_hint search clear_all drop close dates since until kind kind_note confidence "
        "find_in more_values"
    ),
    "timeline": "timeline timeline_hint handle_since handle_until whole_time no_dates others own_scale",
    "panel": (
        "panel choose_text search_places all_places list_page tab_excerpts tab_together tab_compare views_of_place "
        "order previous next pages open_article show_on_map unplaced in_articles in_sentences place "
        "compare_text compare_shared compare_end back_to_excerpts places_of_article focus walk walk_next walk_previous "
        "walk_at "
        "why why_title why_candidates why_none why_score why_own why_now why_details why_as_place why_source "
        "why_licence mend mend_seek mend_seek_hint mend_new mend_name mend_point mend_point_hint mend_pin "
        "mend_pin_on mend_kind mend_unknown not_a_place mend_scope mend_who mend_because mend_associative "
        "undo redo mend_missed mend_missed_hint mend_missed_none mend_mark at_this_point tab_names "
        "names_text name_printed names_sure see_unplaced see_refused see_review see_corrections account "
        "account_is review_none review_accept review_reject review_unknown review_skip review_open "
        "review_keys review_again refused_text refused_least unplaced_text corrections_text export_csv "
        "import_csv doubtful_title show_excerpts hide_excerpts reason unsure copy_citation copied not_copied"
    ),
}
"""The texts that each component needs; what is sent with every click is kept small."""


def asked() -> Address:
    """What the address asks for, and what is being typed: the browser writes that into the address by itself."""
    typed = st.session_state.get(_TYPED)
    if typed and typed[1] == _parameters():
        return replace(address.current(), find=typed[0], page=1)
    return address.current()


def masthead(words: Words, line: str, set_aside: list[dict[str, str]], files: int, *, adds: bool) -> str | None:
    """Title, one line on what one sees, the notes on `files` and the first of them, language, digits, theme.

    `adds`: whether articles can be added. Gives the dialog that is asked for.
    """
    data: dict[str, Any] = {
        "line": line,
        "files": words.count("files", files),
        "set_aside": set_aside,
        "other_lang": words.other_lang,
    }
    data |= {
        "adds": adds,
        "arabic_digits": words.arabic_digits,
        "theme": address.current().theme,
        "themes": address.THEMES,
    }
    return _mount(_MASTHEAD, "masthead", words, data)


def filters(words: Words, data: Mapping[str, Any]) -> str | None:
    """The search over the texts, the filters that are on, and the form for more; gives the dialog that is asked for."""
    return _mount(_FILTERS, "filters", words, data)


def form_was_opened() -> bool:
    """Whether the form of the filters was ever opened: until then nobody sees the counts beside its values."""
    state = st.session_state.get("filters")
    return bool(state and state.get("form"))


def timeline(words: Words, data: Mapping[str, Any]) -> None:
    """Mentions over time."""
    _mount(_TIMELINE, "timeline", words, data)


def panel(words: Words, sight: Mapping[str, Any], act: Callable[[Mapping[str, Any]], None]) -> None:
    """The reading panel on a sight made by `desk`; `act` gets what the reader decides (`views/mend.py`)."""

    def on_act() -> None:
        said = st.session_state["panel"].get("act")
        if isinstance(said, Mapping):
            act(said)

    _mount(_PANEL, "panel", words, sight, on_act_change=on_act)


def _mount(component: Any, key: str, words: Words, data: Mapping[str, Any], **more: Callable[[], None]) -> str | None:
    def on_go() -> None:
        target = st.session_state[key].get("go")
        if isinstance(target, Mapping):
            st.session_state.pop(_TYPED, None)
            address.go({str(name): values for name, values in target.items() if _is_texts(values)})

    def on_find() -> None:
        typed = st.session_state[key].get("find")
        if isinstance(typed, str):
            st.session_state[_TYPED] = (typed[:200], _parameters())

    said = {name: words[name] for name in _SAID[key].split()}
    digits = "arab" if words.arabic_digits else "latn"
    language = {"lang": words.lang, "dir": words.direction, "digits": digits, "words": said}
    shown = component(
        key=key,
        data={**data, **language},
        on_go_change=on_go,
        on_find_change=on_find,
        on_open_change=_nothing,
        on_form_change=_nothing,
        **more,
    )
    opened = shown.get("open")
    return opened if isinstance(opened, str) else None


def _nothing() -> None:
    """The run that follows does it."""


def _parameters() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _is_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
