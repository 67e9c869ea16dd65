"""Before the page: the corpus read into the atlas, with a word on how far that is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

import streamlit as st

from geo import gazetteer
from geo.errors import StoreBusyError
from geo.ingest import ingest
from geo.recognize import plugins
from geo.records import Article, Resolution
from geo.resolve import Geoparser
from geo.settings import Settings
from geo.store import Atlas
from geo.store.lock import is_being_written
from geo.uploads import Brought, bring, with_uploads
from geo.views.words import Words

SMALL_CORPUS = 1_000
"""A corpus of up to this many articles is read again when the page is loaded, so that new files appear (0.1 s)."""


WAIT_S = 3.0
"""How long what a reader brings waits for another process that is writing the atlas."""


@dataclass(slots=True)
class _Shared:
    """What the sessions of one server share."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    atlas: Atlas | None = None
    articles: int = 0
    busy: bool = False
    """Whether another process was writing when the corpus was to be read."""


@st.cache_resource(show_spinner=False)
def _shared(settings: Settings) -> _Shared:
    return _Shared()


@st.cache_resource(show_spinner=False)
def geoparser(settings: Settings) -> Geoparser:
    """Loaded when the first article has to be read: opening an unchanged atlas takes a second less without."""
    return Geoparser.from_settings(gazetteer.load(settings), settings)


def open_atlas(settings: Settings, words: Words) -> tuple[Atlas, str | None]:
    """The atlas, of a corpus brought up to date at the start of each session; and a notice if it is being written.

    Any `GeoError` is the caller's. While another process writes, its last finished run is shown.
    """
    shared = _shared(settings)
    line = st.empty()  # in every run: were it gone in the next one, all below would move up and the map be mounted anew
    with shared.lock:
        if settings.read_only:
            if shared.atlas is None or not shared.atlas.is_latest():
                shared.atlas = Atlas.open(settings.store_of())
        elif shared.atlas is None or ("opened" not in st.session_state and shared.articles <= SMALL_CORPUS):
            line.info(words["loading"])
            shared.atlas = _up_to_date(shared, settings, lambda read: line.info(words.say("reading", read=read)))
            line.empty()
        st.session_state["opened"] = True
        writing = shared.busy or is_being_written(shared.atlas.folder)
        return shared.atlas, words["being_written"] if writing else None


def latest(settings: Settings, atlas: Atlas) -> Atlas:
    """The atlas as it is now: opened anew if a run has ended or something was corrected since `atlas` was opened."""
    shared = _shared(settings)
    known = shared.atlas or atlas
    if known.is_latest():
        return known
    with shared.lock:
        if shared.atlas is None or not shared.atlas.is_latest():
            shared.atlas = Atlas.open(atlas.folder)
        return shared.atlas


def add(files: Iterable[tuple[str, BinaryIO]], settings: Settings, progress: Callable[[float, int], object]) -> Brought:
    """Add what a reader brought to the atlas; the page and all that are open show it when they are drawn again."""
    shared, store = _shared(settings), settings.store_of(settings.corpus)

    def geoparse(article: Article) -> list[Resolution]:
        return geoparser(settings).geoparse(article.text, article.source)

    with shared.lock:
        found = bring(
            files,
            settings.uploads_of(settings.corpus),
            store,
            geoparse=geoparse,
            recipe=plugins.recipe(settings),
            settings=settings,
            progress=progress,
            wait_s=WAIT_S,
        )
        shared.articles += found.new
        shared.atlas = Atlas.open(store)
    return found


def _up_to_date(shared: _Shared, settings: Settings, tell: Callable[[int], object]) -> Atlas:
    store = settings.store_of(settings.corpus)

    def geoparse(article: Article) -> list[Resolution]:
        return geoparser(settings).geoparse(article.text, article.source)

    def progress(read: int, _: str) -> None:
        if read % 10 == 0:
            tell(read)

    try:
        shared.articles = ingest(
            with_uploads(settings.corpus, settings.uploads_of(settings.corpus), settings),
            store,
            geoparse=geoparse,
            recipe=plugins.recipe(settings),
            settings=settings,
            progress=progress,
        ).read
        shared.busy = False
    except StoreBusyError:
        shared.busy = True
    return shared.atlas if shared.atlas and shared.atlas.is_latest() else Atlas.open(store)
