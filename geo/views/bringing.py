"""Bring your own articles: files or a pasted text into the atlas, and a word on each that was not read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import streamlit as st
from streamlit import config

from geo.errors import GeoError, StoreBusyError
from geo.settings import Settings
from geo.uploads import Brought, pasted
from geo.views import notices, opening
from geo.views.aside import in_language
from geo.views.words import Words

DIALOG = "bring"
"""What the masthead calls it."""
MOST_LISTED = 50
_RESULT, _ROUND = "brought", "bring_round"
"""Session state: what became of the last ones; how often something was brought, so that the fields are empty again."""
_LIMIT = "server.maxUploadSize"
"""Streamlit's own setting, which it looks up for each upload."""


def open_dialog(settings: Settings, words: Words) -> None:
    """Ask for files or a text; an atlas that is shown as it is gets a sentence."""
    if config.get_option(_LIMIT) != settings.upload_mb and not settings.read_only:
        config.set_option(_LIMIT, settings.upload_mb)
    st.session_state.pop(_RESULT, None)
    st.dialog(words["bring_title"], width="medium", on_dismiss="rerun")(_dialog)(settings, words)


def _dialog(settings: Settings, words: Words) -> None:
    with st.container(key="bring"):
        if settings.read_only:
            st.text(words["bring_read_only"])
            return
        said = {"choose": words["bring_choose"], "drop": words["bring_drop"]}
        variables = "".join(f"--atlas-{name}:{json.dumps(text, ensure_ascii=False)};" for name, text in said.items())
        st.html(f"<style>section[role=dialog]{{{variables}}}</style>")
        done = st.session_state.setdefault(_ROUND, 0)
        by_file, by_text = st.tabs([words["bring_files"], words["bring_text"]])
        with by_file:
            chosen = st.file_uploader(
                words["bring_files"],
                accept_multiple_files=True,
                max_upload_size=settings.upload_mb,
                label_visibility="collapsed",
                key=f"bring_files_{done}",
            )
            limits = {"files": words.number(settings.upload_files), "size": words.number(settings.upload_mb)}
            st.text(words.say("bring_kinds", **limits))
        with by_text:
            most = settings.upload_mb * 1_000_000
            text = st.text_area(words["bring_paste"], max_chars=most, height=180, key=f"bring_text_{done}")
            title = st.text_input(words["bring_paste_title"], max_chars=500, key=f"bring_title_{done}")
            published = st.text_input(words["bring_paste_date"], max_chars=100, key=f"bring_date_{done}")
            source = st.text_input(words["bring_paste_source"], max_chars=200, key=f"bring_source_{done}")
        if st.button(words["bring_read"], type="primary", key="bring_read"):
            st.session_state.pop(_RESULT, None)
            files: list[tuple[str, BinaryIO]] = [(file.name, file) for file in chosen]
            if text.strip():
                files.append(pasted(text, title=title, published=published, source=source))
            if _add(files, sum(file.size for file in chosen) + len(text.encode()), settings, words):
                st.session_state[_ROUND] = done + 1
                st.rerun(scope="fragment")
        brought = st.session_state.get(_RESULT)
        if isinstance(brought, Brought):
            _tell(brought, settings.uploads_of(settings.corpus), words)


def _add(files: Sequence[tuple[str, BinaryIO]], size: int, settings: Settings, words: Words) -> bool:
    """Whether they were read; else a sentence says why not."""
    if not files:
        st.warning(words["bring_nothing"])
    elif len(files) > settings.upload_files:
        n, most = words.number(len(files)), words.number(settings.upload_files)
        st.error(words.say("bring_too_many", n=n, most=most))
    elif size > settings.upload_mb * 1_000_000:
        st.error(words.say("bring_too_large", size=words.size(size), most=words.number(settings.upload_mb)))
    else:
        return _read(files, settings, words)
    return False


def _read(files: Sequence[tuple[str, BinaryIO]], settings: Settings, words: Words) -> bool:
    def say(share: float, read: int) -> str:
        return words.say("bring_reading", share=words.percent(share), n=words.number(read))

    bar = st.progress(0.0, say(0.0, 0))
    try:
        progress = lambda share, read: bar.progress(share, say(share, read))  # noqa: E731
        st.session_state[_RESULT] = opening.add(files, settings, progress)
        return True
    except StoreBusyError:
        st.error(words["bring_busy"])
    except (GeoError, OSError) as error:
        st.error(f"{words['bring_unwritable']} {notices.as_text(error)}")
    finally:
        bar.empty()
    return False


def _tell(brought: Brought, folder: Path, words: Words) -> None:
    """What was read, and what was not, with the remedy."""
    st.text(words.say("bring_new", n=words.number(brought.new)))
    if brought.unchanged:
        st.text(words.say("bring_unchanged", n=words.number(brought.unchanged)))
    if brought.copies:
        lines = [words.say("bring_copy", title=title, other=other) for title, other in brought.copies]
        _list("copies", lines, words)
    if brought.set_aside:
        lines = [
            "\n".join((each.path, *(in_language(said, words) for said in (each.reason, each.remedy))))
            for each in brought.set_aside
        ]
        _list("set_aside", lines, words)
    if brought.kept:
        st.text(words.say("bring_kept", folder=notices.visible(str(folder))))
    if brought.new and st.button(words["bring_show"], key="bring_show"):
        st.rerun()


def _list(what: str, lines: Sequence[str], words: Words) -> None:
    st.text(words[f"bring_{what}"])
    with st.container(key=f"bring_list_{what}", border=True):
        for line in lines[:MOST_LISTED]:
            st.text("\n".join(notices.visible(part) for part in line.split("\n")))
        if len(lines) > MOST_LISTED:
            st.text(words.say("bring_more", n=words.number(len(lines) - MOST_LISTED)))
