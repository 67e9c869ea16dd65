"""The command line: ``python -m geo COMMAND`` or ``article-atlas COMMAND``; the commands are in `geo.commands`."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO

import geo
from geo import settings as settings_module
from geo.commands import check, corrections, export, gazetteer, geocode, ingest, missing, query, texts
from geo.commands.options import FAILED, OK
from geo.errors import GeoError, QuestionError
from geo.terminal import printable

FAMILIES = (ingest, query, export, missing, corrections, geocode, gazetteer, texts, check)

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

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
    if not _has_streams():
        print("article-atlas: standard output is closed (>&-); send it to a file or to /dev/null", file=sys.stderr)
        return FAILED
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
        _forget_output()  # the reader (`| head`) has what it wants
        return OK
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _forget_output()
        print(f"article-atlas: writing failed ({printable(str(error))}); check that there is room", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("article-atlas: stopped; what earlier runs wrote is untouched", file=sys.stderr)
        return FAILED
    return code


class _ClosedInput(io.TextIOBase):
    """Standard input where the shell closed it (``<&-``): a command that reads it is told."""

    @property
    def buffer(self) -> BinaryIO:
        raise QuestionError("standard input is closed (<&-); pipe something in, or name a file instead of -")


def _has_streams() -> bool:
    """Whether results can be written. What is closed is replaced: else the next file that is opened took its number."""
    while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(spare)
    sys.stdin = sys.stdin or _ClosedInput()
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - open until the end
    return sys.stdout is not None


def _forget_output() -> None:
    """What Python would still flush at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
