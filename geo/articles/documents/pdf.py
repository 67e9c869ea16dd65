"""The text layer of a PDF (pypdf), refused where its order is not proven to be the page's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf

from geo.articles.columns import Columns
from geo.articles.documents import reading_order
from geo.articles.documents.child import article
from geo.articles.source import UnreadableError
from geo.settings import Settings

_RECOGNISE = "recognise its text first (ocrmypdf writes it into the file), or find the article as .html or .docx"
_SAME_LINE_PT = 1.0
_SHOWN_PAGES = 10


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """One article. The day on which the file was made is not the day on which the article was published: no date."""
    with file.open("rb") as stream:
        reader = pypdf.PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("it is protected by a password", "save it without one")
        pages = []
        pieces = _Pieces()
        size = 0
        for page in reader.pages:
            pages.append((page.extract_text(visitor_operand_before=pieces.see) or "").strip())
            size += len(pages[-1])
            if size > settings.max_file_bytes:
                raise UnreadableError("its text is too long for one article", "save it in smaller parts")
        about = reader.metadata
    bare = [str(number) for number, text in enumerate(pages, 1) if not text]
    if len(bare) == len(pages):
        raise UnreadableError("it has no text, only pictures of it (a scan)", _RECOGNISE)
    text, notes = reading_order.verified("\n\n".join(filter(None, pages)), rightward_lines=pieces.rightward_lines)
    if bare:
        shown = ", ".join(bare[:_SHOWN_PAGES]) + (", …" if len(bare) > _SHOWN_PAGES else "")
        notes.append((f"read, but there is no text on page {shown}", _RECOGNISE))
    yield article(text, notes, title=_stated(about, "title"), author=_stated(about, "author"))


class _Pieces:
    """Counts the lines that are drawn in several pieces from left to right: pypdf joins pieces as they are drawn."""

    def __init__(self) -> None:
        self.rightward_lines = 0
        self._x = self._y = 0.0
        self._is_counted = False

    def see(self, operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        """Called by pypdf before each operator with the matrices that place its text."""
        if operator not in (b"Tj", b"TJ", b"'", b'"'):
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if abs(y - self._y) > _SAME_LINE_PT:
            self._is_counted = False
        elif x >= self._x and not self._is_counted:
            self._is_counted = True
            self.rightward_lines += 1
        self._x, self._y = x, y


def _stated(about: Any, name: str) -> str | None:
    value = getattr(about, name, None) if about else None
    return value if isinstance(value, str) and reading_order.is_trusted(value) else None
