"""``python -m geo corrections list | export | import | undo | redo | gold``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from geo.commands.options import BAD_LINES, OK, add_store, store_of
from geo.corrections import sheet
from geo.corrections.decision import Decision, Verdict, now
from geo.corrections.log import Corrections
from geo.corrections.person import person
from geo.errors import CorrectionError
from geo.settings import Settings
from geo.terminal import printable


def register(commands: Any) -> None:
    """Add the command to the parser's `commands`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "corrections",
        help="list, share and undo what people corrected",
        description="list, share and undo what people corrected (docs/corrections.md)",
        epilog="examples:\n"
        "  article-atlas corrections list\n"
        "  article-atlas corrections export corrections.csv\n"
        "  article-atlas corrections undo --who Huda\n\n"
        "Exit code 1 if rows of an imported sheet were left out: they are named on standard error.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    _action(actions, "list", _list, "what was decided, and what became of it")
    action = _action(actions, "export", _export, "write all decisions as CSV")
    action.add_argument("file", metavar="FILE", help="- writes to standard output")
    action = _action(actions, "import", _import, "take over the decisions of a CSV file")
    action.add_argument("file", type=Path, metavar="FILE")
    for name, function in (("undo", _undo), ("redo", _redo)):
        action = _action(actions, name, function, f"{name} a decision")
        action.add_argument("id", nargs="?", metavar="ID", help="or how it begins (default: your last one)")
    action = _action(actions, "gold", _gold, "write the articles that were reviewed to their end as gold")
    action.add_argument("file", metavar="FILE", help="- writes to standard output")


def _action(actions: Any, name: str, function: Any, summary: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=summary, description=summary)
    action.set_defaults(command=function)
    add_store(action)
    action.add_argument("--who", default=person(), help="who decides (default: %(default)s)")
    return action


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.store import Atlas

    store = store_of(arguments, settings)
    log = Corrections(store)
    history = log.history()
    overlay = Atlas.open(store).corrected if (store / "runs").is_dir() else None
    for record in history.records.values():
        decision = record.decision
        print(printable(f"{decision.decision_id[:8]}  {decision.when[:16]}  {decision.who}  {_told(decision)}"))
        if not record.active:
            print(printable(f"          undone {record.changed_at[:16]} by {record.changed_by}"))
        elif overlay is not None and decision.decision_id in overlay.waiting:
            print(f"          waits: {overlay.waiting[decision.decision_id]}")
        elif overlay is not None and decision.verdict is not Verdict.REVIEWED:
            print(f"          decides {overlay.changed.get(decision.decision_id, 0)} mentions")
        if decision.why:
            print(printable(f"          because: {decision.why}"))
    for line in history.damaged:
        print(printable(f"article-atlas: {log.path}: {line}; the line is passed over"), file=sys.stderr)
    return OK


def _told(decision: Decision) -> str:
    if decision.verdict is Verdict.REVIEWED:
        return f"reviewed {decision.title or decision.article_id}"
    where = {"article": "in its article", "source": f"in {decision.source}", "mention": "here"}
    told = f"{decision.surface} {where.get(decision.scope.value, 'everywhere')}: {decision.verdict.value}"
    place = decision.place
    return f"{told} {place.name} ({place.lat:.3f} {place.lon:.3f}, {place.place_id})" if place else told


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    history = Corrections(store_of(arguments, settings)).history()
    _write(arguments.file, "\ufeff" + sheet.write(history.records.values()))
    return OK


def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    read = sheet.read(arguments.file, who=arguments.who, when=now())
    new, changed = Corrections(store_of(arguments, settings)).merge(read.records)
    print(f"{len(read.records)} decisions: {new} new, {changed} undone or redone, the others known")
    for line in read.bad:
        print(f"{printable(line)}; row left out", file=sys.stderr)
    return BAD_LINES if read.bad else OK


def _undo(arguments: argparse.Namespace, settings: Settings) -> int:
    return _say("undone", Corrections(store_of(arguments, settings)).undo(arguments.id, who=arguments.who), "undo")


def _redo(arguments: argparse.Namespace, settings: Settings) -> int:
    return _say("redone", Corrections(store_of(arguments, settings)).redo(arguments.id, who=arguments.who), "redo")


def _say(done: str, decision: Decision | None, action: str) -> int:
    if decision is None:
        raise CorrectionError(f"nothing to {action}; see: python -m geo corrections list")
    print(printable(f"{done}: {_told(decision)}"))
    return OK


def _gold(arguments: argparse.Namespace, settings: Settings) -> int:
    from geo.corrections.gold import gold
    from geo.store import Atlas

    found = gold(Atlas.open(store_of(arguments, settings)))
    _write(arguments.file, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found.documents))
    print(f"{len(found.documents)} articles reviewed to their end", file=sys.stderr)
    for article_id, undecided in found.unfinished.items():
        print(f"  {article_id}: no gold yet, {undecided} of its mentions are undecided", file=sys.stderr)
    return OK


def _write(file: str, text: str) -> None:
    content = text.encode("utf-8", "backslashreplace")
    if file == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise CorrectionError(f"{file}: cannot be written ({error.strerror}); name another file") from error
