"""A .docx file: its paragraphs and tables in reading order (python-docx)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from geo.articles.columns import Columns
from geo.articles.documents import packed_xml
from geo.articles.documents.child import article
from geo.settings import Settings

_TEMPLATE_AUTHORS = frozenset({"python-docx", "apache poi", "user", "admin", "administrator", "windows user"})
_MAX_TABLE_DEPTH = 5


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """One article. The day on which the file was made is not the day on which the article was published: no date."""
    packed_xml.check(file, settings)
    document = docx.Document(str(file))
    properties = document.core_properties
    author = properties.author if properties.author.lower() not in _TEMPLATE_AUTHORS else None
    text = "\n".join(_blocks(document, 0))
    yield article(text, _left_out(document), title=_title(document), author=author, language=properties.language)


def _blocks(container: Any, depth: int) -> Iterator[str]:
    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table) and depth < _MAX_TABLE_DEPTH:
            yield from _rows(block, depth)


def _rows(table: Table, depth: int) -> Iterator[str]:
    for row in table.rows:
        cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell is listed once for each column it spans
        yield "\t".join("\n".join(_blocks(cell, depth + 1)) for cell in cells.values())


def _title(document: Document) -> str | None:
    """The paragraph that is styled as the title; the file's properties often name a template."""
    styled = (item.text for item in document.paragraphs if item.style and item.style.name in ("Title", "Heading 1"))
    return next((text for text in styled if text.strip()), None)


def _left_out(document: Document) -> list[tuple[str, str]]:
    """Notes on text that stands beside the flow."""
    found = []
    if document.element.body.xpath(".//w:txbxContent//w:t"):
        found.append("text boxes")
    if document.element.body.xpath(".//w:footnoteReference | .//w:endnoteReference"):
        found.append("footnotes")
    if document.element.body.xpath(".//w:del//w:delText"):
        found.append("deleted text")
    if not found:
        return []
    return [(f"read, but without its {' and '.join(found)}", "copy them into the text, if they matter")]
