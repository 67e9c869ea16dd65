"""``export``: the atlas, or a part of it, in the formats that people open elsewhere."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.commands.options import OK, add_filters, add_store, command, open_atlas, tell, wanted_by
from geo.errors import QuestionError
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.store import Atlas
    from geo.store.wanted import Wanted

FORMATS = ("csv", "jsonl", "geojson", "kml", "geoparquet", "html", "lpf", "webannotation", "ris", "csl", "report")

_EXAMPLES = """\
examples:
  article-atlas export --format html --output atlas.html                    a map that opens without a network
  article-atlas export --format csv --output mosul.csv --place Mosul --since 2017
  article-atlas export --format geojson --output places.geojson --language ar
  article-atlas export --format ris --output articles.ris --phrase "دير الزور"
  article-atlas export --format jsonl --output - | head
  article-atlas export --gold --output gold.jsonl
  article-atlas export --format report --place Mosul --report-lang ar --output mosul.html

csv            a row for each mention; opens in Excel with its Arabic; cells that would run get an apostrophe
jsonl          the same rows, changed in nothing
geoparquet     the same rows with a point (GeoParquet 1.1, WGS84)
geojson, kml   a feature for each place with its excerpts; kml for Google Earth, areas in a folder of their own
html           a map with its excerpts in one file; no server, no network
lpf            Linked Places format, names cited by their excerpts
webannotation  W3C Web Annotation (JSON-LD), each mention a quotation
ris, csl       the articles for a citation manager, places as keywords and notes
report         one page on one place, to print: map, timeline, excerpts with their citations

A country, province or region is no point: its coordinates are told to be a point inside it (position = area). The
filters are those of query. The file appears when it is whole. Exit code 2 if nothing was written."""


def register(commands: Any) -> None:
    """Declare the command."""
    made = command(commands, "export", _export, "write the atlas, or a part of it, for other programs", _EXAMPLES)
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--format", choices=FORMATS, help="see below")
    what.add_argument(
        "--gold",
        action="store_true",
        help="the articles that people corrected to their end, as evaluate reads them; takes no filters",
    )
    made.add_argument(
        "--output", type=Path, metavar="FILE", help="- writes to standard output, as --gold does if no file is named"
    )
    made.add_argument("--report-lang", choices=("ar", "en"), default="en", help="language of a report (default: en)")
    add_store(made)
    add_filters(made)
    made.add_argument("--json", action="store_true", help="print what was written as one JSON object")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.export import export
    from geo.export.whole import STANDARD_OUTPUT

    atlas = open_atlas(arguments, settings)
    wanted = wanted_by(arguments, atlas)
    if arguments.gold:
        return _export_gold(arguments, atlas, wanted)
    if arguments.output is None:
        raise QuestionError("--output: name the file to write, or - for standard output")
    words = None
    if arguments.format == "report":
        from geo.views.words import words_for

        words = words_for(arguments.report_lang)
    done = export(atlas, wanted, arguments.format, arguments.output, excerpt_chars=settings.excerpt_chars, words=words)
    if arguments.json:
        print(
            json.dumps(dataclasses.asdict(done)), file=sys.stderr if arguments.output == STANDARD_OUTPUT else sys.stdout
        )
        return OK
    if arguments.format == "report":
        tell(arguments, f"{arguments.output}: {done.mentions} excerpts of {done.selected:,} mentions, on one page")
        return OK
    tell(arguments, f"{arguments.output}: {done.mentions:,} mentions of {done.places:,} places")
    if done.mentions < done.selected:
        why = (
            "mentions without a place, or more of a place than a page holds"
            if arguments.format == "html"
            else "no place"
        )
        tell(arguments, f"{done.selected - done.mentions:,} selected mentions are not in it ({why}); jsonl has all")
    return OK


def _export_gold(arguments: argparse.Namespace, atlas: Atlas, wanted: Wanted) -> int:
    """A document a line, as `geo.jsonl.read_gold` reads them."""
    from geo.corrections.gold import gold
    from geo.export.stream import encoded
    from geo.export.whole import STANDARD_OUTPUT, whole_file
    from geo.store.wanted import Wanted

    if wanted != Wanted():
        raise QuestionError("--gold: all articles that people corrected to their end are gold; leave the filters away")
    found = gold(atlas)
    with whole_file(arguments.output or STANDARD_OUTPUT) as stream:
        stream.writelines(encoded(document) + b"\n" for document in found.documents)
    if arguments.json:
        done = {"articles": len(found.documents), "unfinished": found.unfinished}
        print(json.dumps(done), file=sys.stdout if arguments.output not in (None, STANDARD_OUTPUT) else sys.stderr)
        return OK
    tell(arguments, f"{len(found.documents)} articles corrected to their end")
    for article_id, undecided in found.unfinished.items():
        tell(arguments, f"  {article_id}: no gold yet, {undecided} of its mentions are undecided")
    return OK
