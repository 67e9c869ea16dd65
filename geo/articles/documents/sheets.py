"""An .xlsx workbook: every sheet with a header, row by row (openpyxl)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

from geo.articles.columns import Columns
from geo.articles.documents import packed_xml
from geo.settings import Settings


def parse(file: Path, columns: Columns, settings: Settings) -> Iterator[dict[str, Any]]:
    """``{"header", "sheet"}`` for each sheet that is not empty, then its rows, numbered as the program shows them."""
    packed_xml.check(file, settings)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for place, sheet in enumerate(book.worksheets):
        sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
        header = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            values = [unescape(value).strip("\ufeff") if isinstance(value, str) else value for value in cells]
            if all(value is None for value in values):
                continue
            if header is None:
                header = ["" if value is None else str(value).strip() for value in values]
                yield {"header": header, "sheet": sheet.title}
            else:
                values += [None] * (len(header) - len(values))
                yield {"row": f"{sheet.title}!{number}" if place else number, "values": values}
