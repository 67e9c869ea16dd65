"""What commands have in common: how they are declared, which atlas they ask, what they select of it."""

from __future__ import annotations

import argparse
import difflib
import sys
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import QuestionError
from geo.remote import store_path
from geo.settings import MOST_ASKED, Settings
from geo.terminal import printable

if TYPE_CHECKING:
    from geo.store import Atlas
    from geo.store.wanted import Wanted

OK, BAD_LINES, FAILED = 0, 1, 2

_KINDS = ("literal", "associative", "unplaced", "all")
_NEAR = 3


def command(commands: Any, name: str, run: Callable[..., int], summary: str, epilog: str) -> argparse.ArgumentParser:
    """A new command; `run` gets the arguments and the settings and returns the exit code."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.set_defaults(command=run)
    return made


def add_store(parser: argparse.ArgumentParser) -> None:
    """The option that names the atlas."""
    parser.add_argument(
        "--store",
        metavar="DIR",
        help="folder of the atlas tables, or an address in object storage: s3://bucket/name, gs://..., az://... "
        "(default: ARTICLE_ATLAS_STORE, else .atlas/ in the current folder)",
    )


def store_of(arguments: argparse.Namespace, settings: Settings) -> Path:
    """The folder of the atlas that a command is about."""
    return settings.usual_store if arguments.store is None else store_path(arguments.store, settings.cache)


def open_atlas(arguments: argparse.Namespace, settings: Settings) -> Atlas:
    """The atlas that a command asks."""
    from geo.store import Atlas

    return Atlas.open(store_of(arguments, settings))


def refuse_twice(paths: Sequence[Path]) -> None:
    """`QuestionError` if standard input is to be read twice."""
    if paths.count(Path("-")) > 1:
        raise QuestionError("- is named twice, but standard input can be read only once; name it once")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that narrow a question; an option given several times means any of its values."""
    group = parser.add_argument_group(
        'filters; one given several times means any of its values; --source, --author, --language "": none stated'
    )
    group.add_argument("--since", type=_first_day, metavar="DATE", help="from this day on: 2017, 2017-10 or 2017-10-25")
    group.add_argument("--until", type=_last_day, metavar="DATE", help="up to this day, month or year, itself included")
    group.add_argument("--source", action="append", default=[], metavar="NAME", help="of this publisher, as spelled")
    group.add_argument("--language", action="append", default=[], metavar="CODE", help="in this language: ar, en, ...")
    group.add_argument("--author", action="append", default=[], metavar="NAME", help="by this author, as spelled")
    group.add_argument(
        "--confidence", type=float, default=0.0, metavar="X", help="mentions whose place is at least so sure: 0 to 1"
    )
    group.add_argument(
        "--place", action="append", default=[], metavar="NAME", help="place id, or a name in Arabic or Latin script"
    )
    group.add_argument("--phrase", metavar="WORDS", help="in articles that hold these words in a row, however spelled")
    group.add_argument(
        "--kind",
        action="append",
        choices=_KINDS,
        help="literal: a place is meant (default); associative: in the name of something else, as a university;"
        " unplaced: recognised, not resolved",
    )


def wanted_by(arguments: argparse.Namespace, atlas: Atlas) -> Wanted:
    """What the options select; `QuestionError` if they name a place or source that the atlas does not hold."""
    from geo.store import Filters
    from geo.store.wanted import KINDS, Wanted

    kinds = arguments.kind or ["literal"]
    return Wanted(
        filters=Filters(since=arguments.since, until=arguments.until, sources=tuple(arguments.source)),
        kinds=KINDS if "all" in kinds else tuple(kinds),
        place_ids=tuple(place_id for name in arguments.place for place_id in _ids(atlas, name)),
        languages=tuple(arguments.language),
        authors=tuple(arguments.author),
        confidence=arguments.confidence,
        phrase=arguments.phrase,
    )


def tell(arguments: argparse.Namespace, text: str) -> None:
    """A remark on standard error, so that it never stands among the results."""
    if not arguments.quiet:
        print(printable(text), file=sys.stderr)


def at_least_one(text: str) -> int:
    """A whole number above 0."""
    return _number(text, 1)


def not_negative(text: str) -> int:
    """A whole number, 0 or above."""
    return _number(text, 0)


def _number(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not least <= number <= MOST_ASKED:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least} to {MOST_ASKED:,}")
    return number


def _ids(atlas: Atlas, name: str) -> list[str]:
    from geo.store.wanted import places_named

    found = places_named(atlas, name)
    if found:
        return [entry.place_id for entry in found]
    names = {known for entry in atlas.entries_in_use() for known in (entry.name, entry.name_ar) if known}
    near = difflib.get_close_matches(name, sorted(names), _NEAR)
    remedy = f"did you mean {' or '.join(near)}?" if near else "list what it names: article-atlas query places"
    raise QuestionError(f"--place {name}: this atlas names no such place; {remedy}")


def _first_day(text: str) -> date:
    """The first day of a year, a month or a day.

    >>> _first_day("2017"), _first_day("2017-10")
    (datetime.date(2017, 1, 1), datetime.date(2017, 10, 1))
    """
    try:
        return date.fromisoformat(text + "-01-01"[: 10 - len(text)] if len(text) in (4, 7) else text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{printable(text)} is no date; write a year, a month or a day: 2017, 2017-10 or 2017-10-25"
        ) from error


def _last_day(text: str) -> date:
    """The last day of a year, a month or a day.

    >>> _last_day("2017"), _last_day("2016-02"), _last_day("2017-10-25")
    (datetime.date(2017, 12, 31), datetime.date(2016, 2, 29), datetime.date(2017, 10, 25))
    """
    first = _first_day(text)
    if len(text) == 4:
        return first.replace(month=12, day=31)
    if len(text) == 7:
        return first.replace(day=monthrange(first.year, first.month)[1])
    return first
