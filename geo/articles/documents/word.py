"""A .docx file: its paragraphs and tables in reading order (python-docx)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import nsmap, qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from geo.articles.columns import Columns
from geo.articles.documents import packed_xml
from geo.articles.documents.child import article
from geo.settings import Settings

_TEMPLATE_AUTHORS = frozenset({"python-docx", "apache poi", "user", "admin", "administrator", "windows user"})
_MAX_TABLE_DEPTH = 5
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_BESIDE = {
    "text boxes": ".//w:txbxContent//w:t",
    "footnotes": ".//w:footnoteReference | .//w:endnoteReference",
    "deleted text": ".//w:del//w:delText",
    "formulas": ".//m:t",
    "embedded files": ".//w:altChunk | .//w:subDoc",
}
"""Text that stands beside the flow: what it is called, and where it is found."""
_NOT_READ = [qn(name) for name in ("w:txbxContent", "w:del", "w:moveFrom")]
_AROUND = [
    *map(qn, "w:sdt w:sdtContent w:customXml w:smartTag w:ins w:moveTo w:fldSimple w:hyperlink w:dir w:bdo".split()),
    *(f"{{{_COMPATIBILITY}}}{name}" for name in ("AlternateContent", "Choice", "Fallback")),
]
"""What may stand around text that is shown: content controls, tracked insertions, fields and the like."""
_SAID_TWICE = etree.XPath(
    ".//mc:Choice[../mc:Fallback//w:t or preceding-sibling::mc:Choice]", namespaces=nsmap | {"mc": _COMPATIBILITY}
)


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """One article. The day on which the file was made is not the day on which the article was published: no date."""
    packed_xml.check(file, settings)
    document = docx.Document(str(file))
    properties = document.core_properties
    author = properties.author if properties.author.lower() not in _TEMPLATE_AUTHORS else None
    notes = _left_out(document)
    _unwrap(document.element.body)
    text = "\n".join(_blocks(document, 0))
    yield article(text, notes, title=_title(document), author=author, language=properties.language)


def _unwrap(body: Any) -> None:
    """Keep only the text that is shown, and that where python-docx looks for it: in no element but those it knows."""
    etree.strip_elements(body, *_NOT_READ, with_tail=False)
    for choice in _SAID_TWICE(body):
        choice.getparent().remove(choice)
    etree.strip_tags(body, *_AROUND)


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
    named = (item for item in document.paragraphs if item._p.style)  # looking the default up takes milliseconds
    styled = (item.text for item in named if item.style and item.style.name in ("Title", "Heading 1"))
    return next((text for text in styled if text.strip()), None)


def _left_out(document: Document) -> list[tuple[str, str]]:
    """Notes on text that stands beside the flow."""
    found = [name for name, path in _BESIDE.items() if document.element.body.xpath(path)]
    if not found:
        return []
    return [(f"read, but without its {' and '.join(found)}", "copy them into the text, if they matter")]
