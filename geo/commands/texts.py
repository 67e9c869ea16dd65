"""``geoparse``, ``evaluate``, ``explain``: what is made of texts, without an atlas."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from geo.commands.options import BAD_LINES, OK, command
from geo.errors import GeoError
from geo.jsonl import BadLine, literal_only, mention_dict, read_gold, read_predictions, read_texts
from geo.records import Resolution
from geo.settings import Settings
from geo.terminal import printable

Geoparse = Callable[[str, str | None], list[Resolution]]


def register(commands: Any) -> None:
    """Declare the commands."""
    made = command(
        commands,
        "geoparse",
        _geoparse,
        "find and resolve the place names in texts",
        "examples:\n"
        '  echo \'{"id": 1, "text": "Mosul"}\' | article-atlas geoparse -\n'
        "  article-atlas geoparse texts.jsonl > mentions.jsonl\n\n"
        "Exit code 1 if a line could not be read: it is named on standard error, the others are done.",
    )
    made.add_argument(
        "input", metavar="IN.jsonl", help='lines {"id", "text"} and, if known, "source"; - reads standard input'
    )

    made = command(
        commands,
        "evaluate",
        _evaluate,
        "measure against gold annotations",
        "examples:\n"
        "  article-atlas evaluate gold.jsonl --errors 5\n"
        "  article-atlas evaluate gold.jsonl --predictions mentions.jsonl --json\n\n"
        "Exit code 2 if a line of either file is not well formed: it is named.",
    )
    made.add_argument("gold", type=Path, metavar="GOLD.jsonl", help='lines {"id", "text", "toponyms"}')
    made.add_argument(
        "--predictions",
        type=Path,
        metavar="P.jsonl",
        help="lines as geoparse prints them (default: geoparse the gold's texts)",
    )
    made.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    made.add_argument("--errors", type=int, default=0, metavar="N", help="list up to N errors of each sort")

    made = command(
        commands,
        "explain",
        _explain,
        "say why each name was or was not taken as a place, and why this one",
        'examples:\n  article-atlas explain "وصل إلى طرابلس قادما من بيروت"\n  article-atlas explain - < article.txt',
    )
    made.add_argument("text", metavar="TEXT", help="a sentence or more; - reads standard input")


def load_geoparse(settings: Settings) -> Geoparse:
    """The geoparser with its gazetteer: loaded here, because other commands start faster without it."""
    from geo import gazetteer
    from geo.resolve import Geoparser

    return Geoparser.from_settings(gazetteer.load(settings), settings).geoparse


def _geoparse(arguments: argparse.Namespace, settings: Settings) -> int:
    bad = 0
    with _input(arguments.input) as stream:
        geoparse = load_geoparse(settings)
        for item in read_texts(stream):
            if isinstance(item, BadLine):
                bad += 1
                print(f"{printable(arguments.input)}:{item.number}: {item.reason}; line left out", file=sys.stderr)
            else:
                print(json.dumps(_predict(item, geoparse), ensure_ascii=False))
    if bad:
        print(f"{bad} bad lines left out", file=sys.stderr)
    return BAD_LINES if bad else OK


def _evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.evaluate import evaluate, format_report, list_errors

    gold = read_gold(arguments.gold)
    if arguments.predictions:
        predictions = read_predictions(arguments.predictions, gold)
    else:
        geoparse = load_geoparse(settings)
        predictions = [literal_only(_predict(document, geoparse)) for document in gold]
    figures = evaluate(gold, predictions)
    print(json.dumps(figures, ensure_ascii=False) if arguments.json else format_report(figures))
    for line in list_errors(gold, predictions, arguments.errors):
        print(printable(line), file=sys.stderr if arguments.json else sys.stdout)
    return OK


def _explain(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo import gazetteer
    from geo.explain import explain

    text = _piped_text() if arguments.text == "-" else arguments.text
    for line in explain(text, gazetteer.load(settings)):
        print(printable(line))
    return OK


def _piped_text() -> str:
    """Standard input, in whichever encoding `ingest` would read it."""
    from geo.articles.decoding import UndecodableError, decode

    try:
        return decode(sys.stdin.buffer.read()).text
    except UndecodableError as error:
        raise GeoError(f"standard input: {error}; convert it to UTF-8: iconv -f NAME -t utf-8") from error


def _outlet(document: dict[str, Any]) -> str | None:
    """Who published the text, if the line says so."""
    source = document.get("source")
    return source if isinstance(source, str) else None


def _predict(document: dict[str, Any], geoparse: Geoparse) -> dict[str, Any]:
    return {
        "id": document["id"],
        "mentions": [mention_dict(resolution) for resolution in geoparse(document["text"], _outlet(document))],
    }


@contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise GeoError(
            f"{name}: cannot be read ({error.strerror}); name a file of JSON lines, or - for standard input"
        ) from error
    with stream:
        yield stream
