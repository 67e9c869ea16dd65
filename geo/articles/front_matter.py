"""The optional block of YAML between two ``---`` lines at the top of a file: what it says about the article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from geo.articles.dates import iso_date

MAX_CHARS = 16_384
"""A longer block is no front matter, and could take the parser seconds to read."""
_MAX_FIELD_CHARS = 500
_MAX_DEPTH = 10
"""`source` is at depth 2; a thousand brackets would cost seconds."""
_FENCE = "---"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What was stated, and the text below it."""

    text: str
    title: str | None = None
    language: str | None = None
    author: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None
    complaints: tuple[str, ...] = field(default=())
    """What was stated but not understood, each in a few words."""


def split(text: str) -> FrontMatter:
    """Take the front matter off `text`; one that cannot be understood stays in the text, with a complaint.

    >>> matter = split("---\\ntitle: Mosul\\n---\\nA city.")
    >>> matter.title, matter.text
    ('Mosul', 'A city.')
    """
    if not text.startswith(_FENCE + "\n"):
        return FrontMatter(text=text)
    block, body = _cut(text)
    if block is None:
        return FrontMatter(text=text, complaints=("no closing --- line in the first 16 KB",))
    try:
        stated = yaml.load(block, Loader=_Loader)  # noqa: S506 - builds strings, lists and mappings only
    except yaml.YAMLError as error:
        return FrontMatter(text=text, complaints=(_what_is_wrong(error),))
    if not isinstance(stated, dict):
        return FrontMatter(text=text, complaints=("it is not a list of `key: value` lines",))
    return _read_fields(stated, body)


class _Loader(yaml.BaseLoader):
    """Every scalar stays the string that was written: a title ``No`` is not False, ``2017-10-25`` not an object."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # Ten lines of aliases to aliases expand to gigabytes.
            raise yaml.YAMLError("it uses YAML aliases (*name), which are not read")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise yaml.YAMLError("it is nested too deeply")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _cut(text: str) -> tuple[str | None, str]:
    """The block and the text after it; None = there is no closing line."""
    start = len(_FENCE) + 1
    end = text.find("\n" + _FENCE, start - 1, MAX_CHARS)
    while end >= 0:
        line_end = text.find("\n", end + 1)
        line_end = len(text) if line_end < 0 else line_end
        if text[end + 1 : line_end].rstrip(" \t") == _FENCE:
            return text[start : end + 1], text[line_end:].lstrip("\n")
        end = text.find("\n" + _FENCE, line_end, MAX_CHARS)
    return None, text


def _what_is_wrong(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error).partition("\n")[0]
    return f"line {mark.line + 2}: {getattr(error, 'problem', None) or 'not YAML'}"


def _read_fields(stated: dict[Any, Any], body: str) -> FrontMatter:
    """The fields we know. A mapping under `source` describes the article that this text retells: its facts win."""
    complaints: list[str] = []
    top = dict(_strings(stated, complaints, skip="source"))
    source = stated.get("source")
    if isinstance(source, dict):
        cited = dict(_strings(source, complaints))
        published = cited.get("date") or top.get("published")
        author, publisher, url = cited.get("author"), cited.get("publisher"), cited.get("url") or top.get("url")
    else:
        published, author, url = top.get("published"), top.get("author"), top.get("url")
        publisher = dict(_strings({"source": source}, complaints)).get("source")
    return FrontMatter(
        text=body,
        title=top.get("title"),
        language=_checked("language", top.get("language", "").lower(), _LANGUAGE, complaints),
        author=author,
        published=_date(published, complaints),
        source=publisher,
        url=_checked("url", url, _URL, complaints),
        complaints=tuple(complaints),
    )


def _strings(stated: dict[Any, Any], complaints: list[str], skip: str = "") -> Iterator[tuple[str, str]]:
    """Keys with a value that is a string, on one line and of bounded length."""
    for key, value in stated.items():
        if not isinstance(key, str) or key == skip or value is None:
            continue
        if not isinstance(value, str):
            complaints.append(f"{key[:40]} is not a single value")
        elif value not in _NULLS:
            line = " ".join(value.split())
            yield key, line if len(line) <= _MAX_FIELD_CHARS else line[: _MAX_FIELD_CHARS - 1] + "…"


def _date(stated: str | None, complaints: list[str]) -> str | None:
    if stated is None:
        return None
    found = iso_date(stated)
    if found is None:
        complaints.append(f"date {stated[:40]!r} is not understood")
    return found


def _checked(name: str, value: str | None, pattern: re.Pattern[str], complaints: list[str]) -> str | None:
    if not value:
        return None
    if pattern.fullmatch(value):
        return value
    complaints.append(f"{name} {value[:40]!r} is not understood")
    return None
