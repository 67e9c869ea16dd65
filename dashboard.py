"""The page: open the atlas of the corpus, then masthead, map and reading panel."""

from __future__ import annotations

import streamlit as st

from geo import settings as geo_settings
from geo.errors import GeoError
from geo.settings import Settings
from geo.store import Atlas
from geo.views import address, desk, notices, opening, panel, style
from geo.views.words import Words, words_for


def main() -> None:
    words = words_for(address.language())
    st.set_page_config(page_title=words.texts.title, layout="wide")
    style.apply(words.direction)
    settings = geo_settings.load()
    atlas = atlas_or_reason(settings, words)
    if atlas is None:
        return
    summary = atlas.summary()
    line = words.line.format(articles=words.count(words.articles, summary.articles)) if summary.articles else ""
    with st.container(key="head"):
        aside = atlas.set_aside()
        panel.masthead(words, line, notices.set_aside_data(aside, atlas.folder, words.lang), len(aside))
    if summary.articles:
        desk.desk(atlas, settings, words)
    else:
        st.info(words.empty_corpus.format(folder=notices.as_text(settings.corpus)))


def atlas_or_reason(settings: Settings, words: Words) -> Atlas | None:
    """The atlas; or None, with a sentence on the page that says what is wrong and what to do."""
    if not settings.corpus.is_dir():
        st.error(words.no_corpus.format(folder=notices.as_text(settings.corpus)))
        return None
    try:
        return opening.open_atlas(settings, words)
    except GeoError as error:
        st.error(f"{words.broken} {notices.as_text(error)}")
        return None


main()
