"""Which column of a table, or field of a JSON object, is the text, the title, the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo.articles.fields import build
from geo.articles.source import Source
from geo.records import Article, SetAside

# Best first; compared without case, spaces, hyphens, underscores and marks that print nothing.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "text": tuple(
        "text body content articlebody articletext fulltext maintext article story contents"
        " النص نص المتن المحتوى محتوى نصالخبر نصالمقال الخبر المقال".split()
    ),
    "title": tuple("title headline heading head العنوان عنوان عنوانالخبر عنوانالمقال".split()),
    "author": tuple("author byline authors writer creator الكاتب كاتب المؤلف المحرر اسمالكاتب".split()),
    "source": tuple(
        "source publisher outlet sourcename newspaper publication sitename site"
        " المصدر مصدر الصحيفة الناشر الجريدة".split()
    ),
    "published": tuple(
        "published date pubdate datepublished publishedat publicationdate publishdate publisheddate publishedon"
        " datetime createdat timestamp time تاريخالنشر التاريخ تاريخ".split()
    ),
    "url": tuple("url link weburl permalink canonicalurl articleurl href الرابط رابط".split()),
    "language": tuple("language lang inlanguage اللغة لغة".split()),
}
MARKS = "\ufeff\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Of order and direction: they print nothing, and Arabic programs put them before names."""
_FILLERS = re.compile(rf"[\s_\-\u0640{MARKS}]+")
_SHOWN_NAMES = 12
_CORRECT_ROW = "correct the row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names that the user gave; None = found by its usual name."""

    text: str | None = None
    title: str | None = None
    author: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None

    def find(self, names: Iterable[Any]) -> dict[str, str]:
        """``{"text": "Body", ...}`` for what is there.

        >>> Columns(published="seen").find(["Head Line", "BODY", "seen", "date"])
        {'text': 'BODY', 'title': 'Head Line', 'published': 'seen'}
        """
        return _find(self, tuple(map(str, names)))

    def absent(self, names: Iterable[Any]) -> list[str]:
        """Columns that were named and are not there."""
        found = self.find(names)
        return [named for field in _USUAL if (named := getattr(self, field)) is not None and field not in found]

    def doubled(self, header: Sequence[str]) -> tuple[str, str] | None:
        """``(reason, remedy)`` if a column that is used stands there twice."""
        twice = next((name for name in self.find(header).values() if header.count(name) > 1), None)
        if twice is None:
            return None
        return f"read, but more than one column of it is called {twice!r}: the first was taken", "rename the others"

    def missing(self, names: Iterable[Any]) -> tuple[str, str] | None:
        """``(reason, remedy)`` if no column is known to hold the text."""
        names = [str(name) for name in names]
        if "text" in self.find(names):
            return None
        shown = shown_names(names)
        if self.text is not None:
            return f"it has no column {self.text!r}; it has {shown}", "name one that is there: --text COLUMN"
        return f"which column holds the text is not clear; it has {shown or 'none'}", "name it: --text COLUMN"


def shown_names(names: Sequence[str]) -> str:
    """The first of them, for a note."""
    return ", ".join(name[:40] for name in names[:_SHOWN_NAMES]) + (", …" if len(names) > _SHOWN_NAMES else "")


def first_of_each(header: Sequence[str]) -> list[str]:
    """The header, without the names that stood before.

    >>> first_of_each(["text", "date", "text"])
    ['text', 'date', '']
    """
    return [name if header.index(name) == at else "" for at, name in enumerate(header)]


@lru_cache(maxsize=256)
def _find(columns: Columns, names: tuple[str, ...]) -> dict[str, str]:
    plain: dict[str, str] = {}
    exact = set(names)
    for name in sorted(exact):
        plain.setdefault(_plain(name), name)
    found: dict[str, str] = {}
    for field, usual in _USUAL.items():
        named: str | None = getattr(columns, field)
        wanted = usual if named is None else (_plain(named),)
        usual_name = next((plain[one] for one in wanted if one in plain), None)
        if named is not None and named in exact:
            found[field] = named
        elif usual_name is not None:
            found[field] = usual_name
    return found


def _plain(name: str) -> str:
    return _FILLERS.sub("", name).casefold()


def read_row(
    source: Source, number: int | str, row: Mapping[str, Any], columns: Columns
) -> Iterator[Article | SetAside]:
    """The article that a row with named fields holds."""
    found = columns.find(row)
    missing = columns.missing(row) if "text" not in found else None
    if missing:
        yield source.set_aside(*missing, row=number)
        return
    stated = {field: row[name] for field, name in found.items()}
    text = _text(stated.pop("text"))
    if text is None:
        yield source.set_aside("its text is not a text", _CORRECT_ROW, row=number)
        return
    yield from build(source.row_path(number), text, stated, remedy=_CORRECT_ROW)


def _text(value: Any) -> str | None:
    """The text; paragraphs in a list are joined; None = it is something else."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if isinstance(value, str) else None
