"""The page: open the atlas of the corpus, then masthead and desk."""

from __future__ import annotations

import streamlit as st

from geo import settings as geo_settings
from geo.errors import GeoError
from geo.settings import Settings
from geo.store import Atlas
from geo.views import address, desk, notices, opening, panel, style
from geo.views.words import Words, words_for


def main() -> None:
    asked = address.current()
    words = words_for(address.language(), st.context.locale or "", arabic_digits=asked.digits == "arab")
    st.set_page_config(page_title=words["title"], layout="wide")
    style.apply(words.direction)
    settings = geo_settings.load()
    opened = atlas_or_reason(settings, words)
    if opened is None:
        return
    atlas, notice = opened
    articles = atlas.summary().articles
    line = words.say("line", articles=words.count("articles", articles)) if articles else ""
    with st.container(key="head"):
        aside = atlas.set_aside()
        panel.masthead(words, line, notices.set_aside_data(aside, atlas.folder, words.lang), len(aside))
    if articles:
        desk.desk(atlas, settings, words, notice)
    elif settings.read_only:
        st.info(words.say("empty_atlas", folder=notices.as_text(atlas.folder)))
    else:
        st.info(words.say("empty_corpus", folder=notices.as_text(settings.corpus)))


def atlas_or_reason(settings: Settings, words: Words) -> tuple[Atlas, str | None] | None:
    """The atlas and a notice to go with it; or None, with a sentence on the page that says what to do."""
    if not settings.read_only and not settings.corpus.is_dir():
        st.error(words.say("no_corpus", folder=notices.as_text(settings.corpus)))
        return None
    try:
        return opening.open_atlas(settings, words)
    except GeoError as error:
        st.error(f"{words['broken']} {notices.as_text(error)}")
        return None


main()
