"""Take it with you: what the page shows, in the formats that people open elsewhere; made when it is asked for."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from geo.errors import ExportError, GeoError
from geo.export.formats import FORMATS, Exported, export
from geo.records import PlaceCount
from geo.settings import Settings
from geo.store.narrowed import Narrowed
from geo.store.wanted import count_mentions
from geo.views import notices
from geo.views.words import Words

DIALOG = "take"
"""What the filter bar calls it."""
_MADE = "taken"
"""Session state: the file that was made last, and of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    name: str
    content: bytes
    exported: Exported
    of: tuple[object, ...]
    """Format, selection, place, language: another choice makes it stale."""


def open_dialog(narrowed: Narrowed, selected: PlaceCount | None, note: str, settings: Settings, words: Words) -> None:
    """Offer the formats for what is selected, of one place if one is open; `note` tells the filters."""
    st.session_state.pop(_MADE, None)
    st.dialog(words["take_title"], width="medium", on_dismiss=_forget)(_dialog)(
        narrowed, selected, note, settings, words
    )


def _forget() -> None:
    st.session_state.pop(_MADE, None)


def file_name(narrowed: Narrowed, place_id: str | None, form: str, today: date) -> str:
    """The name of a file: what it holds, and the day on which it was made."""
    entry = narrowed.atlas.entries_by_id().get(place_id or "")
    called = re.sub("[^a-z0-9]+", "-", (entry.name or entry.place_id).lower()).strip("-")[:40] if entry else ""
    parts = filter(None, ("article-atlas", called, form if form == "report" else "", today.isoformat()))
    return "-".join(parts) + FORMATS[form].suffix


def _dialog(narrowed: Narrowed, selected: PlaceCount | None, note: str, settings: Settings, words: Words) -> None:
    with st.container(key="take"):
        st.text(_what(narrowed, selected, words))
        if not (selected.mentions if selected else narrowed.totals.mentions):
            st.text(words["take_nothing"])
            return
        offered = [form for form, each in FORMATS.items() if selected or not each.of_one_place]
        form = st.radio(
            words["take_format"],
            offered,
            format_func=lambda each: words[f"take_{each}"],
            captions=[words[f"take_{each}_what"] for each in offered],
            key="take_format",
        )
        place_id = selected.entry.place_id if selected else None
        of = (form, narrowed.key(), place_id, words.key())
        if st.button(words["take_make"], type="primary", key="take_make"):
            _make(narrowed, place_id, form, of, note, settings, words)
        made = st.session_state.get(_MADE)
        if isinstance(made, _Made) and made.of == of:
            _offer(made, form, words)


def _what(narrowed: Narrowed, selected: PlaceCount | None, words: Words) -> str:
    if selected:
        count = words.mentions_in_articles(selected.mentions, selected.articles)
        return words.say("take_place", name=words.name(selected.entry), count=count)
    return words.say("take_all", totals=words.totals(narrowed.totals))


def _make(
    narrowed: Narrowed,
    place_id: str | None,
    form: str,
    of: tuple[object, ...],
    note: str,
    settings: Settings,
    words: Words,
) -> None:
    """Make the file in a folder that goes away with it, and keep what it holds until the dialog is closed."""
    st.session_state.pop(_MADE, None)
    bar = st.progress(0.0, words.say("take_making", share=words.percent(0)))
    try:
        with tempfile.TemporaryDirectory(prefix="article-atlas-") as folder:
            wanted = narrowed.wanted(place_id)
            total = count_mentions(narrowed.atlas, wanted)[0]
            name = file_name(narrowed, place_id, form, date.today())  # noqa: DTZ011 - the reader's day
            output = Path(folder) / name
            tell = _teller(bar.progress, output, total, settings, words)
            done = export(
                narrowed.atlas,
                wanted,
                form,
                output,
                excerpt_chars=settings.excerpt_chars,
                progress=tell,
                words=words,
                note=note,
            )
            tell(total)
            st.session_state[_MADE] = _Made(name=name, content=output.read_bytes(), exported=done, of=of)
    except GeoError as error:
        st.error(notices.as_text(error))
    except OSError as error:
        st.error(notices.as_text(error.strerror or error))
    finally:
        bar.empty()


def _teller(
    show: Callable[[float, str], object], output: Path, total: int, settings: Settings, words: Words
) -> Callable[[int], None]:
    """Shows how far the file is; ends it if it grows too large to be held."""

    def tell(done: int) -> None:
        written = sum(file.stat().st_size for file in output.parent.iterdir())
        if written > settings.download_mb * 1_000_000:
            raise ExportError(words.say("take_too_large", limit=words.number(settings.download_mb)))
        share = min(1.0, done / max(total, 1))
        show(share, words.say("take_making", share=words.percent(share)))

    return tell


def _offer(made: _Made, form: str, words: Words) -> None:
    """Say what the file holds, and hand it out."""
    done = made.exported
    counts = {"mentions": words.count("mentions", done.mentions), "places": words.count("places", done.places)}
    st.text(words.say("take_made", **counts))
    if done.mentions < done.selected and not FORMATS[form].of_one_place:
        left = words.count("mentions", done.selected - done.mentions)
        st.text(words.say("take_left_out", mentions=left))
    label = words.say("take_get", name=made.name, size=words.size(len(made.content)))
    st.download_button(
        notices.as_text(label),
        made.content,
        file_name=made.name,
        mime=FORMATS[form].media_type,
        on_click="ignore",
        key="take_get",
    )
