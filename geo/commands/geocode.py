"""``python -m geo geocode``: put the unplaced names of an atlas to the services that ``GEOCODERS`` names."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from geo.commands.options import OK, add_store, at_least_one, command, store_of
from geo.errors import SettingsError
from geo.settings import GAZETTEER, Settings
from geo.terminal import printable

OUTAGE = 1


def register(commands: Any) -> None:
    """Add the command to the parser's `commands`."""
    parser = command(
        commands,
        "geocode",
        _geocode,
        "ask geocoding services for the names that could not be placed (docs/geocoders.md)",
        "examples:\n"
        "  article-atlas geocode --list           with GEOCODERS=gazetteer,nominatim: the names that would leave\n"
        "  article-atlas geocode --limit 100      asks one name a second\n"
        "  article-atlas geocode --state\n\n"
        "Exit code 1 if a service gave no answer: the names wait, run it again later.",
    )
    add_store(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the names that would leave this machine; ask nothing")
    what.add_argument("--state", action="store_true", help="print what was answered so far as JSON; ask nothing")
    what.add_argument("--forget", action="store_true", help="take all that services placed off the map again")
    parser.add_argument("--limit", type=at_least_one, metavar="N", help="ask for the N names of most mentions only")


def _geocode(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.store import Atlas, geocoded

    store = store_of(arguments, settings)
    if arguments.forget:
        geocoded.path_of(store).unlink(missing_ok=True)
        return OK
    if arguments.state:
        print(json.dumps(asdict(geocoded.read(store)), ensure_ascii=False))
        return OK
    return _ask(arguments, settings, Atlas.open(store))


def _ask(arguments: argparse.Namespace, settings: Settings, atlas: Any) -> int:
    from geo import gazetteer
    from geo.geocode import GazetteerGeocoder, load_services
    from geo.geocode.placing import names_that_would_leave, place_names

    services = load_services(settings)
    if not services:
        raise SettingsError(
            f"no geocoding service is asked for: no name leaves this machine. Name one: GEOCODERS={GAZETTEER},nominatim"
        )
    leaving = names_that_would_leave(atlas, services)
    for service in services:
        names = leaving[service.name][: arguments.limit]
        print(f"{len(names)} names would leave this machine for {service.address} ({service.name})", file=sys.stderr)
        for name in names if arguments.list else ():
            print(f"{service.name}\t{name.mentions}\t{printable(name.surface)}")
    if arguments.list:
        return OK
    state = place_names(
        atlas,
        services,
        GazetteerGeocoder(gazetteer.load(settings)),
        limit=arguments.limit,
        progress=lambda done, of, name: print(printable(f"{done}/{of} {name}"), file=sys.stderr),
    )
    print(
        f"{len(state.placed)} names placed, {len(state.doubtful)} doubtful, {len(state.unknown)} unknown,"
        f" {len(state.waiting)} waiting"
    )
    for outage in state.outages:
        print(f"article-atlas: {printable(outage.reason)}", file=sys.stderr)
    return OUTAGE if state.outages else OK
