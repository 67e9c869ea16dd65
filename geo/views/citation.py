"""An article as one cites it: author, title, publisher, date, address, in the manner of the reader's language."""

from __future__ import annotations

from geo.records import Article
from geo.views.words import Words


def citation(article: Article, words: Words) -> str:
    """One line of plain text; what is not known of the article is left out.

    >>> from geo.records import Article
    >>> from geo.views.words import ARABIC, ENGLISH
    >>> item = Article(article_id="1", text="", title="Water \\n returns", author="R. Haddad", source="The Post",
    ...                published="2017-10-25", url="https://example.org/1")
    >>> citation(item, ENGLISH)
    'R. Haddad, “Water returns”, The Post, 25 October 2017, https://example.org/1'
    >>> citation(item, ARABIC)
    'R. Haddad، «Water returns»، The Post، 25 أكتوبر 2017، https://example.org/1'
    """
    return words.comma.join(citation_parts(article, words))


def citation_parts(article: Article, words: Words) -> list[str]:
    """The same in parts: each in a direction of its own where it is set as HTML."""
    title = _one_line(article.title)
    opening, closing = "«»" if words.arabic else "“”"
    called = f"{opening}{title}{closing}" if title else f"[{words['untitled']}]"
    parts = (article.author, called, article.source, words.day(article.published), article.url or article.path)
    return [part for part in map(_one_line, parts) if part]


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
