"""The command line: ``python -m geo ingest | geoparse | evaluate | explain | check``, and those of `geo.commands`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import geo
from geo import settings as settings_module
from geo.commands import corrections as corrections_command
from geo.commands import gazetteer as gazetteer_command
from geo.commands import geocode as geocode_command
from geo.commands import missing as missing_command
from geo.errors import GeoError
from geo.evaluate import evaluate, format_report, list_errors
from geo.jsonl import BadLine, literal_only, mention_dict, read_gold, read_predictions, read_texts
from geo.progress import Progress
from geo.records import Resolution, SetAside
from geo.report import write_report
from geo.settings import Settings
from geo.terminal import printable

OK, BAD_LINES, FAILED = 0, 1, 2

COLUMN_OPTIONS = {name: name for name in ("text", "title", "author", "source", "url", "language")} | {
    "date": "published"
}

MOST_LISTED = 100
"""Notes on files that a terminal is shown; the report file has all."""

OWN_COMMANDS = (corrections_command, gazetteer_command, geocode_command, missing_command)
"""Modules that bring their commands themselves."""

Geoparse = Callable[[str, str | None], list[Resolution]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 1 = done but for bad input lines, 2 = not done, the reason is on standard error."""
    for stream in (sys.stdout, sys.stderr):
        # Not the locale's encoding: under LANG=C an Arabic name would end the program.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.command(arguments, settings_module.load())
        sys.stdout.flush()
    except GeoError as error:
        print(f"article-atlas: {printable(str(error))}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader (`| head`) has what it wants; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        print("article-atlas: stopped; what earlier runs wrote is untouched", file=sys.stderr)
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="article-atlas",
        description="Articles in, a map you can read out.",
        epilog="Map a folder: make run CORPUS=FOLDER",
    )
    parser.add_argument("--version", action="version", version=f"Article Atlas {geo.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = _command(
        commands,
        "ingest",
        _ingest,
        "read articles into the atlas",
        "example: python -m geo ingest articles/ --store articles.atlas\n"
        "         python -m geo ingest dump.csv.gz pages.zip --text body --title headline --date published\n"
        "         ssh archive cat dump.jsonl | python -m geo ingest - --store dump.atlas --add\n\n"
        "Reads .txt .md .html .docx .pdf .csv .tsv .xlsx .json .jsonl .ndjson .parquet, each also as .gz, and .zip of\n"
        "these. Exit code 0 also if something was set aside: it is listed, and written to the report file.",
    )
    command.add_argument(
        "path", type=Path, metavar="PATH", nargs="+", help="files and folders; - reads JSON lines on standard input"
    )
    command.add_argument(
        "--store", type=Path, metavar="DIR", help="folder of the atlas tables (default: one for the PATHs)"
    )
    command.add_argument(
        "--report", type=Path, metavar="FILE", help="where to list what was set aside (default: DIR.set-aside.tsv)"
    )
    command.add_argument(
        "--add",
        action="store_true",
        help="keep articles of earlier runs that the PATHs do not hold (default: drop them)",
    )
    command.add_argument(
        "--workers",
        type=_at_least_one,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: a core each)",
    )
    command.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="geoparse on this Dask cluster (docs/scale.md)",
    )
    command.add_argument(
        "--wait",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="how long to wait for another ingest into the same atlas (default: %(default)g)",
    )
    names = command.add_argument_group("names of columns, where they are not the usual ones")
    for option, field in COLUMN_OPTIONS.items():
        names.add_argument(f"--{option}", dest=field, metavar="NAME", help=f"the column of the {option}")
    command.add_argument("--json", action="store_true", help="print the report as one JSON object")
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")

    command = _command(
        commands,
        "geoparse",
        _geoparse,
        "find and resolve the place names in texts",
        'example: echo \'{"id": 1, "text": "Mosul"}\' | python -m geo geoparse -\n\n'
        "Exit code 1 if a line could not be read: it is named on standard error, the others are done.",
    )
    command.add_argument(
        "input", metavar="IN.jsonl", help='lines {"id", "text"} and, if known, "source"; - reads standard input'
    )

    command = _command(
        commands,
        "evaluate",
        _evaluate,
        "measure against gold annotations",
        "example: python -m geo evaluate gold.jsonl --errors 5",
    )
    command.add_argument("gold", type=Path, metavar="GOLD.jsonl", help='lines {"id", "text", "toponyms"}')
    command.add_argument(
        "--predictions",
        type=Path,
        metavar="P.jsonl",
        help="lines as geoparse prints them (default: geoparse the gold's texts)",
    )
    command.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    command.add_argument("--errors", type=int, default=0, metavar="N", help="list up to N errors of each sort")

    command = _command(
        commands,
        "explain",
        _explain,
        "say why each name was or was not taken as a place, and why this one",
        'example: python -m geo explain "وصل إلى طرابلس قادما من بيروت"',
    )
    command.add_argument("text", metavar="TEXT", help="a sentence or more; - reads standard input")

    command = _command(
        commands,
        "check",
        _check,
        "check the gazetteer's rows and the installation",
        "example: python -m geo check --suspects\n\nExit code 1 if a check fails.",
    )
    command.add_argument("--suspects", action="store_true", help="list the rows that deserve a look")
    for module in OWN_COMMANDS:
        module.register(commands)
    return parser


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _command(
    commands: Any, name: str, function: Callable[..., int], summary: str, epilog: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.set_defaults(command=function)
    return command


def _ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.articles import Columns, Meter, read_paths
    from geo.ingest import ingest_items
    from geo.parallel import FromSettings, Processes, Runner
    from geo.recognize import plugins

    store = arguments.store or settings.store_of(*arguments.path)
    columns = Columns(**{field: getattr(arguments, field) for field in COLUMN_OPTIONS.values()})
    meter = Meter()
    load = FromSettings(settings)
    runner: Runner = Processes(load=load, workers=arguments.workers)
    if arguments.scheduler:
        from geo.cluster import Cluster

        runner = Cluster(load=load, address=arguments.scheduler)
    with Progress(sys.stderr, meter, quiet=arguments.quiet) as progress:
        report = ingest_items(
            read_paths(arguments.path, settings, columns, meter=meter),
            store,
            runner=runner,
            recipe=plugins.recipe(settings),
            mirror=not arguments.add,
            wait_s=arguments.wait,
            progress=progress,
        )
    listed = write_report(report.set_aside, arguments.report or store.with_name(store.name + ".set-aside.tsv"))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    elif not arguments.quiet:
        print(
            f"{report.read} articles: {report.new} new, {report.unchanged} unchanged, {report.removed} removed;"
            f" {len(report.set_aside)} notes on files; {report.seconds:.2f} s"
        )
    if not arguments.quiet:
        _list_set_aside(report.set_aside, listed)
    return OK


def _explain(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo import gazetteer
    from geo.explain import explain

    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    for line in explain(text, gazetteer.load(settings)):
        print(printable(line))
    return OK


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.check import check

    failed = 0
    for finding in check(settings):
        failed += not finding.passed
        print(("ok    " if finding.passed else "FAIL  ") + printable(finding.what))
        if finding.remedy:
            print(f"      {printable(finding.remedy)}")
        for suspect in finding.suspects if arguments.suspects else ():
            print(f"      look at {printable(suspect)}")
    return BAD_LINES if failed else OK


def _geoparse(arguments: argparse.Namespace, settings: Settings) -> int:
    bad = 0
    with _input(arguments.input) as stream:
        geoparse, _ = _load_geoparse(settings)
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
    gold = read_gold(arguments.gold)
    if arguments.predictions:
        predictions = read_predictions(arguments.predictions)
    else:
        geoparse, _ = _load_geoparse(settings)
        predictions = [literal_only(_predict(document, geoparse)) for document in gold]
    figures = evaluate(gold, predictions)
    print(json.dumps(figures, ensure_ascii=False) if arguments.json else format_report(figures))
    for line in list_errors(gold, predictions, arguments.errors):
        print(printable(line), file=sys.stderr if arguments.json else sys.stdout)
    return OK


def _load_geoparse(settings: Settings) -> tuple[Geoparse, str]:
    """The geoparser with its gazetteer (loaded here, because other commands start faster without it) and its recipe."""
    from geo import gazetteer
    from geo.recognize import plugins
    from geo.resolve import Geoparser

    places = gazetteer.load(settings)
    return Geoparser.from_settings(places, settings).geoparse, plugins.recipe(settings)


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


def _list_set_aside(items: Sequence[SetAside], listed: Path) -> None:
    for item in items[:MOST_LISTED]:
        print(f"  {printable(item.path)}: {printable(item.reason)}; {printable(item.remedy)}", file=sys.stderr)
    if items:
        more = f"{len(items) - MOST_LISTED} more; " if len(items) > MOST_LISTED else ""
        print(f"  {more}all of them: {printable(str(listed))}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
