"""What is stated about an article -> the fields of `Article`; what is not understood is named, not guessed."""

from __future__ import annotations

import hashlib
import re
import reprlib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from geo.articles.dates import iso_date
from geo.records import Article, SetAside

TITLE_CHARS = 200
MAX_FIELD_CHARS = 500
"""A longer author or title is a paragraph in the wrong column."""
_BLANK = "\ufeff \t\n\r\f\v\u00a0\u200b\u200e\u200f"
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*")
_LANGUAGES = {"arabic": "ar", "ara": "ar", "العربية": "ar", "عربي": "ar", "عربية": "ar"} | {
    "english": "en", "eng": "en", "الإنجليزية": "en", "french": "fr", "fra": "fr", "الفرنسية": "fr",
}  # fmt: skip
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_SAID_AS = {"published": "date"}
_NULLS = frozenset({"", "~", "null", "none", "nan", "n/a"})
_SURROGATE = re.compile("[\ud800-\udfff]")


def article_id(text: str) -> str:
    """Equal for texts that differ only in white space and in how accents are encoded.

    >>> article_id("الموصل  مدينة\\n") == article_id("الموصل مدينة")
    True
    """
    normal = _one_spaced(unicodedata.normalize("NFC", text))
    return hashlib.sha256(normal.encode("utf-8")).hexdigest()[:16]


def _one_spaced(text: str) -> str:
    """``" ".join(text.split())``; for most texts in half the time, since no word of theirs has to be cut out."""
    joined = " ".join(filter(None, (line.strip(" ") for line in text.split("\n"))))
    if joined.isprintable() and "  " not in joined:  # then a plain space is all the white space there is
        return joined
    return " ".join(text.split())


def has_surrogates(text: str) -> bool:
    """Whether some of it is no character, but a byte or half a pair that did not decode."""
    try:
        text.encode()  # in C, 20 times as fast as a search
    except UnicodeEncodeError:
        return True
    return False


def is_blank(text: str) -> bool:
    """Whether there is nothing to read: white space and marks that print nothing."""
    return not text.strip(_BLANK)


def build(path: str, text: str, stated: Mapping[str, Any], *, remedy: str) -> Iterator[Article | SetAside]:
    """The article with what is `stated` about it (title, author, source, published, url, language).

    What cannot be understood is left out and named in a `SetAside` before the article. A text that cannot be stored
    or is empty gives only the `SetAside`.
    """
    if has_surrogates(text) or "\0" in text:
        yield SetAside(path=path, reason="its text has broken bytes", remedy="save it in UTF-8 and ingest it again")
        return
    if is_blank(text):
        yield SetAside(path=path, reason="it is empty", remedy="put the article's text into it or delete it")
        return
    complaints: list[str] = []
    known = {name: one_line(value) for name, value in stated.items()}
    for name, value in stated.items():
        if known[name] is None and _is_stated(value):
            complaints.append(f"{_SAID_AS.get(name, name)} {reprlib.repr(value)} is not understood")
    published = _date(stated.get("published"), complaints)
    url = _understood("url", known.get("url"), _URL, complaints)
    language = _language(known.get("language"), complaints)
    if complaints:
        yield SetAside(path=path, reason=f"read, but not all about it: {'; '.join(complaints)}", remedy=remedy)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    yield Article(
        article_id=article_id(text),
        text=text,
        title=known.get("title") or first_line(text),
        author=known.get("author"),
        source=known.get("source"),
        published=published,
        language=language,
        path=path,
        url=url,
    )


def is_null(value: Any) -> bool:
    """Whether nothing is stated, in whatever way that is written."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _NULLS)


def one_line(value: Any) -> str | None:
    """A stated value on one line, bounded; several are joined; of a mapping its name, or its date as MongoDB writes it.
    None = nothing is stated, or it is not understood.

    >>> one_line(["Amal ", "Sami"]), one_line({"name": "AFP"}), one_line({"$date": "2017-10-25"}), one_line("null")
    ('Amal, Sami', 'AFP', '2017-10-25', None)
    """
    text = value if isinstance(value, str) else _as_text(value)
    if text is None:
        return None
    if text.isprintable() and "  " not in text:  # most are: no line break, no NUL, no half of a pair
        line = text.strip(" ")
    else:
        line = _SURROGATE.sub("\ufffd", " ".join(text.replace("\0", "").split()))
    if is_null(line):
        return None
    return line if len(line) <= MAX_FIELD_CHARS else line[: MAX_FIELD_CHARS - 1] + "…"


def _as_text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value.get("$date")
    if isinstance(value, dict):
        value = value.get("$numberLong")
    if isinstance(value, list):
        value = ", ".join(filter(None, (one_line(item) for item in value[:20] if not isinstance(item, list))))
    if value is None or isinstance(value, (dict, list, bool)) or value != value:
        return None
    return str(value)


def _is_stated(value: Any) -> bool:
    """Whether a value that is no line says something all the same: not nothing, nor a list or mapping of nothings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return any(item and item == item for item in value)
    return value is True


def first_line(text: str) -> str:
    """The first line that is not blank, up to `TITLE_CHARS`; a longer one ends in an ellipsis at a space."""
    line = text.lstrip().partition("\n")[0].strip().removeprefix("# ")
    if len(line) <= TITLE_CHARS:
        return line
    return (
        line[: TITLE_CHARS - 1].rpartition(" ")[0][:TITLE_CHARS] + "…"
        if " " in line[:TITLE_CHARS]
        else line[:TITLE_CHARS]
    )


def _date(stated: Any, complaints: list[str]) -> str | None:
    line = one_line(stated)
    found = iso_date(line) if line else None
    if line and not found:
        complaints.append(f"date {line[:40]!r} is not understood")
    return found


def _language(stated: str | None, complaints: list[str]) -> str | None:
    lower = (stated or "").casefold()
    return _LANGUAGES.get(lower) or _understood("language", lower, _LANGUAGE, complaints)


def _understood(name: str, value: str | None, pattern: re.Pattern[str], complaints: list[str]) -> str | None:
    if value and not pattern.fullmatch(value):
        complaints.append(f"{name} {value[:40]!r} is not understood")
        return None
    return value or None
