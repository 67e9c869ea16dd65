"""``python -m geo gazetteer add | list | remove``: places of one's own, beside those that come with the program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from geo.commands.options import BAD_LINES, OK
from geo.errors import GazetteerError
from geo.settings import Settings
from geo.terminal import printable

MOST_LISTED = 20


def register(commands: Any) -> None:
    """Add the command to the parser's `commands`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "gazetteer",
        help="add places of your own",
        description="add places of your own: a CSV or TSV file, or a dump of GeoNames (docs/gazetteers.md)",
        epilog="examples:\n"
        "  article-atlas gazetteer add villages.csv --licence 'CC BY 4.0'\n"
        "  article-atlas gazetteer add allCountries.zip --name levant --country SY,LB,JO --class P,A,T\n"
        "  article-atlas gazetteer list\n\n"
        "Exit code 1 if rows were left out: they are named on standard error, and in the file told there.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    action = _action(actions, "add", _add, "take over the places of a file")
    action.add_argument("file", type=Path, metavar="FILE", help=".csv, .tsv or a GeoNames dump; also .gz or .zip")
    action.add_argument("--name", help="what to call it (default: after the file)")
    action.add_argument("--country", type=_codes, default=(), metavar="SY,IQ", help="of a dump: only these countries")
    action.add_argument("--class", type=_codes, default=(), dest="classes", metavar="P,A", help="only these classes")
    action.add_argument("--alternate-names", type=Path, metavar="FILE", help="of a dump: alternateNamesV2.txt")
    action.add_argument("--source", default="", help="where it is from, shown with each place")
    action.add_argument("--licence", default="", help="its licence, shown with each place")
    _action(actions, "list", _list, "the gazetteers that were added, and what all together cost")
    action = _action(actions, "remove", _remove, "forget one")
    action.add_argument("name", metavar="NAME")


def _action(actions: Any, name: str, function: Callable[..., int], summary: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=summary, description=summary)
    action.set_defaults(command=function)
    return action


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.gazetteer import added, cost, sheets

    path: Path = arguments.file
    geonames = sheets.is_geonames(path)
    if not geonames and (arguments.country or arguments.classes or arguments.alternate_names):
        raise GazetteerError(f"{path}: no dump of GeoNames, whose rows alone can be filtered; leave the filters out")
    rows = (
        sheets.read_geonames(
            path,
            countries=arguments.country,
            classes=arguments.classes,
            alternate_names=arguments.alternate_names,
            progress=lambda line: print(f"\r{line:,} lines", end="", file=sys.stderr),
        )
        if geonames
        else sheets.read_sheet(path)
    )
    before = cost.measure(settings)
    made, bad = added.add(
        settings.gazetteers,
        arguments.name or added.usual_name(path),
        rows,
        geonames=geonames,
        file=path.name,
        source=arguments.source or ("GeoNames, https://www.geonames.org" if geonames else ""),
        licence=arguments.licence or ("CC BY 4.0" if geonames else ""),
        filters=" ".join(filter(None, (",".join(arguments.country), ",".join(arguments.classes)))),
        most=settings.gazetteer_rows,
    )
    print(f"{made.name}: {made.rows:,} places taken, {made.bad:,} rows left out; compiling", file=sys.stderr)
    after = cost.measure(settings)
    print(
        f"places: {before.places:,}, now {after.places:,}; those known already gained its names\n"
        f"start: {before.start_s:.1f} s, now {after.start_s:.1f} s; "
        f"memory: {before.memory_mb:.0f} MB, now {after.memory_mb:.0f} MB "
        f"(to compile it once: {after.compile_s:.0f} s, {after.compile_mb:.0f} MB)\n"
        "The next ingest geoparses every article again."
    )
    return _name_bad(bad, settings.gazetteers / f"{made.name}.left-out.tsv")


def _name_bad(bad: list[Any], report: Path) -> int:
    report.unlink(missing_ok=True)
    if not bad:
        return OK
    lines = [f"{row.where}\t{row.reason}" for row in bad]
    report.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    for row in islice(bad, MOST_LISTED):
        print(f"  {printable(row.where)}: {printable(row.reason)}; row left out", file=sys.stderr)
    print(f"  {len(bad):,} rows left out, all of them: {report}", file=sys.stderr)
    return BAD_LINES


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.gazetteer import added, cost

    for each in added.list_added(settings.gazetteers):
        told = f"{each.name}\t{each.rows} places\t{each.file}\t{each.filters}\t{each.licence}\t{each.source}"
        print(printable(f"{told}\t{each.added_at}").replace("\\t", "\t"))
    now = cost.measure(settings)
    print(f"all together: {now.places:,} places; start {now.start_s:.1f} s, memory {now.memory_mb:.0f} MB")
    return OK


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.gazetteer import added

    added.remove(settings.gazetteers, arguments.name)
    (settings.gazetteers / f"{arguments.name}.left-out.tsv").unlink(missing_ok=True)
    print(f"{arguments.name} removed; the next ingest geoparses every article again")
    return OK
