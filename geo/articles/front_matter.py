"""The optional block of YAML between two ``---`` lines at the top of a file: what it says about the article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from geo.articles.columns import Columns
from geo.articles.fields import is_null

MAX_CHARS = 16_384
"""A longer block is no front matter, and could take the parser seconds to read."""
_MAX_DEPTH = 10
"""`source` is at depth 2; a thousand brackets would cost seconds."""
_FENCE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What was stated, and the text below it."""

    text: str
    stated: Mapping[str, Any] = field(default_factory=dict)
    """Field of the article -> what is said of it, not yet understood: see `fields.build`."""
    complaint: str = ""
    """Why the block was not read."""


def split(text: str) -> FrontMatter:
    """Take the front matter off `text`; one that cannot be understood stays in the text, with a complaint.

    >>> matter = split("---\\ntitle: Mosul\\n---\\nA city.")
    >>> matter.stated, matter.text
    ({'title': 'Mosul'}, 'A city.')
    """
    if not text.startswith(_FENCE + "\n"):
        return FrontMatter(text=text)
    block, body = _cut(text)
    if block is None:
        return FrontMatter(text=text, complaint="no closing --- line in the first 16 KB")
    try:
        stated = yaml.load(block, Loader=_Loader)  # noqa: S506 - builds strings, lists and mappings only
    except yaml.YAMLError as error:
        return FrontMatter(text=text, complaint=_what_is_wrong(error))
    if not isinstance(stated, dict):
        return FrontMatter(text=text, complaint="it is not a list of `key: value` lines")
    return FrontMatter(text=body, stated=_fields(stated))


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


def _fields(stated: dict[Any, Any]) -> dict[str, Any]:
    """The fields we know. A mapping under `source` describes the article that this text retells: its facts win."""
    found = _known(stated)
    source = found.get("source")
    if isinstance(source, dict):
        cited = _known(source)
        found |= {"author": cited.get("author"), "source": cited.get("source", source.get("name"))}
        found |= {name: cited[name] for name in ("published", "url") if cited.get(name)}
    return found


def _known(stated: dict[Any, Any]) -> dict[str, Any]:
    """What is stated under any of the usual names of each field, as in a table."""
    named = {key: value for key, value in stated.items() if isinstance(key, str) and not is_null(value)}
    return {name: named[key] for name, key in Columns().find(named).items() if name != "text"}
