"""``query``: the places, excerpts and articles of an atlas, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.commands.options import OK, add_filters, add_store, command, not_negative, open_atlas, tell, wanted_by
from geo.settings import Settings
from geo.terminal import printable

if TYPE_CHECKING:
    from geo.store import Atlas
    from geo.store.wanted import Wanted

USUAL_LIMIT = 50
_WIDEST = 40
"""Characters of a cell in a table, but for the last column; CSV and JSON cut nothing."""

_EXAMPLES = """\
examples:
  article-atlas query places
  article-atlas query places --since 2017 --until 2018-06 --language ar --limit 20
  article-atlas query excerpts --place الموصل --source الجزيرة
  article-atlas query excerpts --phrase "قوات سوريا الديمقراطية" --json | jq -r .[].excerpt
  article-atlas query articles --place Mosul --place Raqqa --format csv --limit 0 > articles.csv
  article-atlas query excerpts --kind unplaced

An excerpt in a table has [brackets] around the name; CSV and JSON have it word for word. Cells that a spreadsheet
would run as formulas get an apostrophe in CSV; for files that Excel opens see: article-atlas export --help. Exit code
0 also if nothing is found, 2 if there is no such atlas, place or option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What was found: the records that were asked for, and how many there are in all."""

    total: int
    records: Iterable[dict[str, Any]]
    columns: Sequence[str]
    """All columns, in their order."""
    shown: Sequence[str]
    """The columns of the table, of which there is less room than in CSV and JSON."""


def register(commands: Any) -> None:
    """Declare the command."""
    made = command(commands, "query", _query, "ask an atlas for places, excerpts or articles", _EXAMPLES)
    made.add_argument("what", choices=tuple(_QUESTIONS), help="what to list")
    add_store(made)
    add_filters(made)
    made.add_argument(
        "--limit",
        type=not_negative,
        default=USUAL_LIMIT,
        metavar="N",
        help="list at most so many; 0 = all (default: %(default)s)",
    )
    made.add_argument("--offset", type=not_negative, default=0, metavar="N", help="leave out the first N")
    shape = made.add_mutually_exclusive_group()
    shape.add_argument("--format", choices=tuple(_WRITERS), default="table", help="default: %(default)s")
    shape.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    made.add_argument("--quiet", action="store_true", help="print nothing but results and errors")


def _query(arguments: argparse.Namespace, settings: Settings) -> int:
    atlas = open_atlas(arguments, settings)
    wanted = wanted_by(arguments, atlas)
    limit = arguments.limit or None
    page = _QUESTIONS[arguments.what](atlas, wanted, settings, limit, arguments.offset)
    _WRITERS[arguments.format](page)
    sys.stdout.flush()
    last = page.total if limit is None else min(page.total, arguments.offset + limit)
    if not page.total:
        tell(arguments, f"no {arguments.what} found; fewer filters find more")
    elif arguments.offset >= page.total:
        tell(arguments, f"there are only {page.total:,} {arguments.what}; --offset {arguments.offset} is beyond them")
    elif arguments.offset or last < page.total:
        tell(arguments, f"{arguments.offset + 1:,} to {last:,} of {page.total:,} {arguments.what}; --limit 0 lists all")
    return OK


def _places(atlas: Atlas, wanted: Wanted, settings: Settings, limit: int | None, offset: int) -> _Page:
    from geo.export.rows import place_columns
    from geo.store.wanted import count_places

    counts = count_places(atlas, wanted)
    stop = None if limit is None else offset + limit
    return _Page(
        total=len(counts),
        records=(place_columns(count) for count in counts[offset:stop]),
        columns=tuple(place_columns(None)),
        shown=tuple(
            "name name_ar feature_code country lat lon position place_mentions place_articles place_id".split()
        ),
    )


def _excerpts(atlas: Atlas, wanted: Wanted, settings: Settings, limit: int | None, offset: int) -> _Page:
    from geo.export.rows import COLUMNS, Selected
    from geo.store.wanted import count_mentions, newest_mentions

    selected = Selected.of(atlas, wanted, settings.excerpt_chars)
    found = newest_mentions(atlas, wanted, limit=limit, offset=offset)
    return _Page(
        total=count_mentions(atlas, wanted)[0],
        records=(
            {**row.values(), "marked": f"{row.left}[{row.surface}]{row.right}"} for row in selected.rows_of(found)
        ),
        columns=COLUMNS,
        shown=("published", "source", "name", "marked"),
    )


def _articles(atlas: Atlas, wanted: Wanted, settings: Settings, limit: int | None, offset: int) -> _Page:
    from geo.store.wanted import ArticleCount, count_articles, total_articles

    found = count_articles(atlas, wanted, limit=limit, offset=offset)
    return _Page(
        total=total_articles(atlas, wanted),
        records=(dataclasses.asdict(article) for article in found),
        columns=tuple(field.name for field in dataclasses.fields(ArticleCount)),
        shown=("published", "source", "language", "mentions", "places", "article_id", "title"),
    )


def _table(page: _Page) -> None:
    rows = [[_shown(record[name]) for name in page.shown] for record in page.records]
    if not rows:
        return
    for line in aligned([list(page.shown), *rows]):
        print(line)


def _csv(page: _Page) -> None:
    """Word for word in a file or a pipe; a terminal would obey what articles hold."""
    from geo.export.cells import write_csv

    shown = _harmless if sys.stdout.isatty() else _as_it_is
    write_csv(sys.stdout, page.columns, ([shown(record[name]) for name in page.columns] for record in page.records))


def _harmless(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


def _as_it_is(value: Any) -> Any:
    return value


def _json(page: _Page) -> None:
    print("[", end="")
    separator = "\n"
    for record in page.records:
        print(separator + _line(record), end="")
        separator = ",\n"
    print("\n]")


def _jsonl(page: _Page) -> None:
    for record in page.records:
        print(_line(record))


def _line(record: dict[str, Any]) -> str:
    from geo.export.stream import json_line

    return json_line({name: value for name, value in record.items() if name != "marked"})


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else printable(" ".join(str(value).split()))


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines of equal columns; numbers to the right, the last column as wide as it likes.

    >>> list(aligned([["name", "n"], ["الموصل", "12"], ["مَكّة", "7"]]))
    ['name     n', 'الموصل  12', 'مَكّة      7']
    """
    cells = [[_clip(cell) for cell in row[:-1]] + [row[-1]] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    right = [all(_is_number(cell) for cell in column[1:]) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [
            " " * (width - _width(cell)) + cell if to_right else cell + " " * (width - _width(cell))
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        yield "  ".join(padded).rstrip()


def _clip(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else cell[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    """Columns that a terminal takes: none for marks, two for wide letters."""
    return sum(
        0 if unicodedata.category(ch) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(ch) in "WF")
        for ch in text
    )


def _is_number(cell: str) -> bool:
    return not cell or cell.lstrip("-").replace(".", "", 1).isdigit()


_QUESTIONS: dict[str, Callable[[Atlas, Wanted, Settings, int | None, int], _Page]] = {
    "places": _places,
    "excerpts": _excerpts,
    "articles": _articles,
}
_WRITERS: dict[str, Callable[[_Page], None]] = {"table": _table, "csv": _csv, "json": _json, "jsonl": _jsonl}
