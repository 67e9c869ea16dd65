"""The address is the state: what one looks at stands in the query string, and a copied link opens the same sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

LANGUAGES = ("ar", "en")
FIRST_EXCERPTS = 50
"""How many excerpts a place shows before one asks for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A sight of the page. What the query string does not say, or says in a way that means nothing, is None."""

    lang: str | None = None
    place: str | None = None
    article: str | None = None
    at: int | None = None
    """Offset of a mention into the article's text, in code points."""
    shown: int = FIRST_EXCERPTS
    """How many excerpts are on view."""

    def parameters(self) -> dict[str, str]:
        """As a query string has it: only what differs from the first sight of the page."""
        shown = None if self.shown == FIRST_EXCERPTS else self.shown
        values = {"lang": self.lang, "place": self.place, "article": self.article, "at": self.at, "shown": shown}
        return {name: str(value) for name, value in values.items() if value is not None}


def parse(parameters: Mapping[str, object]) -> Address:
    """The sight that a query string, or a link of the page, asks for.

    >>> parse({"lang": "xx", "place": "cldr:LY", "at": "-3"})
    Address(lang=None, place='cldr:LY', article=None, at=None, shown=50)
    """
    lang = parameters.get("lang")
    return Address(
        lang=str(lang) if lang in LANGUAGES else None,
        place=_text(parameters.get("place")),
        article=_text(parameters.get("article")),
        at=_number(parameters.get("at")),
        shown=max(_number(parameters.get("shown")) or 0, FIRST_EXCERPTS),
    )


def current() -> Address:
    """What the browser's address asks for."""
    return parse(st.query_params.to_dict())


def go(target: Mapping[str, object]) -> None:
    """Show another sight; the language stays unless `target` names one."""
    lang = st.query_params.get("lang")
    st.query_params.from_dict(parse({"lang": lang, **target}).parameters())


def language() -> str:
    """The address's language, else the browser's if it is Arabic, else English."""
    asked = current().lang
    return asked or ("ar" if (st.context.locale or "").lower().startswith("ar") else "en")


def _text(value: object) -> str | None:
    return str(value) if value else None


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
