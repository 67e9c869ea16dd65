"""The command line: ``python -m geo COMMAND`` or ``article-atlas COMMAND``; the commands are in `geo.commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import geo
from geo import settings as settings_module
from geo.commands import check, corrections, export, gazetteer, geocode, ingest, missing, query, texts
from geo.commands.options import FAILED, OK
from geo.errors import GeoError
from geo.terminal import printable

FAMILIES = (ingest, query, export, missing, corrections, geocode, gazetteer, texts, check)

_EXAMPLES = """\
examples:
  article-atlas ingest articles/                          read a folder into the atlas .atlas/
  article-atlas query places --since 2017 --limit 20      the places named most
  article-atlas query excerpts --place Mosul              the sentences that name one
  article-atlas COMMAND --help                            options, more examples, exit codes

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 done, but lines were bad or
a check failed; 2 not done, the reason is on standard error. docs/cli.md tells more. Map a folder in the browser:
make run CORPUS=FOLDER"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 1 = done but for bad input lines, 2 = not done, the reason is on standard error."""
    for stream in (sys.stdout, sys.stderr):
        # Not the locale's encoding: under LANG=C an Arabic name would end the program.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    arguments = parser().parse_args(argv)
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


def parser() -> argparse.ArgumentParser:
    """All commands with their options and help."""
    made = argparse.ArgumentParser(
        prog="article-atlas",
        description="Articles in, a map you can read out.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"Article Atlas {geo.__version__}")
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for family in FAMILIES:
        family.register(commands)
    return made


if __name__ == "__main__":
    sys.exit(main())
