"""``check``: is all as it should be?"""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from geo.commands.options import BAD_LINES, OK, add_store, command, store_of
from geo.settings import Settings
from geo.terminal import printable


def register(commands: Any) -> None:
    """Declare the command."""
    made = command(
        commands,
        "check",
        _check,
        "check the installation and the atlas; say for each failing line what to do",
        "examples:\n"
        "  article-atlas check\n"
        "  article-atlas check --store news.atlas --json\n"
        "  article-atlas check --suspects          also rows of the gazetteer that deserve a look\n\n"
        "Every data file is read, so a large atlas takes a while. Exit code 1 if a check fails.",
    )
    add_store(made)
    made.add_argument("--suspects", action="store_true", help="list the rows of the gazetteer that deserve a look")
    made.add_argument("--json", action="store_true", help="print the findings as JSON lines")
    made.add_argument("--quiet", action="store_true", help="print only what failed")


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.check import check

    failed = 0
    for finding in check(settings, store_of(arguments, settings), wanted=arguments.store is not None):
        failed += not finding.passed
        if finding.passed and arguments.quiet:
            continue
        if arguments.json:
            print(json.dumps(dataclasses.asdict(finding), ensure_ascii=False))
            continue
        print(("ok    " if finding.passed else "FAIL  ") + printable(finding.what))
        if finding.remedy:
            print(f"      {printable(finding.remedy)}")
        for suspect in finding.suspects if arguments.suspects else ():
            print(f"      look at {printable(suspect)}")
    return BAD_LINES if failed else OK
