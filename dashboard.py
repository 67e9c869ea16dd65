"""The page: open the atlas of the corpus, then masthead and desk."""

from __future__ import annotations

import streamlit as st

from geo import settings as geo_settings
from geo.errors import GeoError
from geo.settings import Settings
from geo.views import address, bringing, desk, notices, opening, panel, style
from geo.views.words import Words, words_for


def main() -> None:
    asked = address.current()
    words = words_for(address.language(), st.context.locale or "", arabic_digits=asked.digits == "arab")
    st.set_page_config(page_title=words["title"], layout="wide")
    style.apply(words.direction, asked.theme)
    settings = geo_settings.load()
    if not settings.read_only and not settings.corpus.is_dir():
        st.error(words.say("no_corpus", folder=notices.as_text(settings.corpus)))
        return
    try:
        page(settings, words)
    except GeoError as error:
        st.error(f"{words['broken']} {notices.as_text(error)}")


def page(settings: Settings, words: Words) -> None:
    """Everything below the title; a `GeoError` says what is wrong with the atlas and what to do."""
    atlas, notice = opening.open_atlas(settings, words)
    articles, aside = atlas.summary().articles, atlas.set_aside()
    line = words.say("line", articles=words.count("articles", articles)) if articles else ""
    if settings.read_only:
        line = f"{line} {words['shown_only']}".strip()
    with st.container(key="head"):
        files = notices.set_aside_data(aside, atlas.folder, words)
        opened = panel.masthead(words, line, files, len(aside), adds=not settings.read_only)
    if articles:
        desk.desk(atlas, settings, words, notice)
    elif settings.read_only:
        st.info(words.say("empty_atlas", folder=notices.as_text(atlas.folder)))
    else:
        st.info(words.say("empty_corpus", folder=notices.as_text(settings.corpus)))
    if opened == bringing.DIALOG:
        bringing.open_dialog(settings, words)


main()
