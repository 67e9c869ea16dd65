"""``export``: the atlas, or a part of it, in the formats that people open elsewhere."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from geo.commands.options import OK, add_filters, add_store, command, open_atlas, tell, wanted_by
from geo.settings import Settings

FORMATS = ("csv", "jsonl", "geojson", "kml", "geoparquet", "html", "lpf", "webannotation", "ris", "csl")

_EXAMPLES = """\
examples:
  article-atlas export --format html --output atlas.html                    a map that opens without a network
  article-atlas export --format csv --output mosul.csv --place Mosul --since 2017
  article-atlas export --format geojson --output places.geojson --language ar
  article-atlas export --format ris --output articles.ris --phrase "دير الزور"
  article-atlas export --format jsonl --output - | head

csv            a row for each mention; opens in Excel with its Arabic; cells that would run get an apostrophe
jsonl          the same rows, changed in nothing
geoparquet     the same rows with a point (GeoParquet 1.1, WGS84)
geojson, kml   a feature for each place with its excerpts; kml for Google Earth, areas in a folder of their own
html           a map with its excerpts in one file; no server, no network
lpf            Linked Places format, names cited by their excerpts
webannotation  W3C Web Annotation (JSON-LD), each mention a quotation
ris, csl       the articles for a citation manager, places as keywords and notes

A country, province or region is no point: its coordinates are told to be a point inside it (position = area). The
filters are those of query. The file appears when it is whole. Exit code 2 if nothing was written."""


def register(commands: Any) -> None:
    """Declare the command."""
    made = command(commands, "export", _export, "write the atlas, or a part of it, for other programs", _EXAMPLES)
    made.add_argument("--format", choices=FORMATS, required=True, help="see below")
    made.add_argument("--output", type=Path, required=True, metavar="FILE", help="- writes to standard output")
    add_store(made)
    add_filters(made)
    made.add_argument("--json", action="store_true", help="print what was written as one JSON object")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.export import export
    from geo.export.whole import STANDARD_OUTPUT

    atlas = open_atlas(arguments, settings)
    wanted = wanted_by(arguments, atlas)
    done = export(atlas, wanted, arguments.format, arguments.output, excerpt_chars=settings.excerpt_chars)
    if arguments.json:
        print(
            json.dumps(dataclasses.asdict(done)), file=sys.stderr if arguments.output == STANDARD_OUTPUT else sys.stdout
        )
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
