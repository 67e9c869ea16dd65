"""The log of corrections: a file of JSON lines beside the atlas folder, only ever appended to, by any number of people.

It lies beside the folder, not in it, so that deleting the atlas and making it anew loses no decision. One line is one
event: a decision, or that one was undone or redone. Each append holds the file's lock and is on disk when it returns.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo import remote
from geo.corrections.decision import Decision, as_dict, from_dict, now
from geo.errors import CorrectionError, StoreError

SUFFIX = ".corrections.jsonl"

_DECIDE, _UNDO, _REDO = "decide", "undo", "redo"

Event = dict[str, Any]


@dataclass(slots=True)
class Record:
    """A decision and whether it counts."""

    decision: Decision
    active: bool = True
    changed_at: str = ""
    """When it was last undone or redone; empty = never."""
    changed_by: str = ""


@dataclass(slots=True)
class History:
    """All that was ever decided, in the order of the file."""

    records: dict[str, Record] = field(default_factory=dict)
    """By decision id."""
    undone: list[tuple[str, str]] = field(default_factory=list)
    """``(decision id, who)`` of what was undone and not redone, in the order of undoing."""
    damaged: list[str] = field(default_factory=list)
    """``line N: reason``: a line cut short by a crash, or edited by hand."""

    def active(self) -> list[Decision]:
        """What counts now, the wider scope first, then the earlier: of two that meet, the later in this list wins."""
        order = {scope: rank for rank, scope in enumerate(("everywhere", "source", "article", "mention"))}
        found = [record.decision for record in self.records.values() if record.active]
        return sorted(found, key=lambda each: (order[each.scope.value], each.when, each.decision_id))


class Corrections:
    """The log of one atlas. Safe to use from any number of processes and threads at once."""

    def __init__(self, store: Path) -> None:
        """`store` is the folder of the atlas tables; the log need not exist."""
        self.path = store.with_name(store.name + SUFFIX)
        self._store = store
        self._sharing = False

    def stamp(self) -> int:
        """Changes with every event: the length of the log, which only grows."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def history(self) -> History:
        """All that was ever decided; lines that cannot be read are listed, not dropped in silence."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise CorrectionError(f"{self.path}: cannot be read ({error.strerror}); mend its rights") from error
        return _history(content)

    def decide(self, *decisions: Decision) -> list[Decision]:
        """Write decisions, and return those that were not there before: an id is written once."""
        with self._locked() as (history, append):
            new = list(
                {each.decision_id: each for each in decisions if each.decision_id not in history.records}.values()
            )
            append([{"event": _DECIDE, **as_dict(each)} for each in new])
        return new

    def undo(self, decision_id: str | None = None, *, who: str) -> Decision | None:
        """Undo this decision, or the last one of `who` that counts; None = there is none to undo."""
        with self._locked() as (history, append):
            if decision_id is None:
                own = [r.decision for r in history.records.values() if r.active and r.decision.who == who]
                found = own[-1] if own else None
            else:
                record = _record(history, decision_id)
                found = record.decision if record.active else None
            if found is not None:
                append([_event(_UNDO, found.decision_id, who, now())])
        return found

    def redo(self, decision_id: str | None = None, *, who: str) -> Decision | None:
        """Redo this decision, or the one that `who` undid last; None = there is none to redo."""
        with self._locked() as (history, append):
            if decision_id is None:
                own = [undone for undone, by in history.undone if by == who]
                found = history.records[own[-1]].decision if own else None
            else:
                record = _record(history, decision_id)
                found = None if record.active else record.decision
            if found is not None:
                append([_event(_REDO, found.decision_id, who, now())])
        return found

    def merge(self, records: Iterable[Record]) -> tuple[int, int]:
        """Take over decisions from another log; of undone and redone the later counts.

        Returns how many decisions were new and of how many known ones it changed whether they count. Merging twice,
        or two logs in either order, comes to the same.
        """
        with self._locked() as (history, append):
            new, changed, events = 0, 0, []
            for record in records:
                decision_id = record.decision.decision_id
                known = history.records.get(decision_id)
                if known is None:
                    new += 1
                    events.append({"event": _DECIDE, **as_dict(record.decision)})
                    known = history.records[decision_id] = Record(record.decision)
                    if record.active:
                        continue
                elif known.active == record.active or record.changed_at <= known.changed_at:
                    continue
                else:
                    changed += 1
                known.active, known.changed_at = record.active, record.changed_at
                kind = _REDO if record.active else _UNDO
                events.append(_event(kind, decision_id, record.changed_by, record.changed_at or now()))
            append(events)
        return new, changed

    @contextmanager
    def _locked(self) -> Iterator[tuple[History, Callable[[list[Event]], None]]]:
        """The history as it is while nobody else can write, and what appends to it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CorrectionError(
                f"{self.path}: corrections cannot be written here ({error.strerror}); mend its rights"
            ) from error
        with os.fdopen(handle, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read() or b""

            def append(events: list[Event]) -> None:
                if events:
                    self._append(file.fileno(), content, events)

            yield _history(content), append
        if is_new:
            _sync_folder(self.path.parent)
        if not self._sharing:
            self.share()

    def share(self) -> None:
        """Exchange events with the log in object storage, where the atlas is kept there; else nothing happens."""
        copy_of = remote.of(self._store)
        if copy_of is None:
            return

        def exchanged(theirs: bytes | None) -> bytes | None:
            known = _history(theirs or b"")
            self._sharing = True
            try:
                self.merge(known.records.values())
            finally:
                self._sharing = False
            own = self.path.read_bytes() if self.path.exists() else b""
            return own if _state(_history(own)) != _state(known) else None

        try:
            copy_of.merge("corrections.jsonl", exchanged)
        except StoreError as error:
            raise CorrectionError(
                f"saved in {self.path}, but others do not see it yet: {error}; it goes there with the next correction"
            ) from error

    def _append(self, handle: int, content: bytes, events: list[Event]) -> None:
        text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
        lines = text.encode("utf-8", "backslashreplace")
        if content and not content.endswith(b"\n"):  # what a crash cut short stays a line of its own
            lines = b"\n" + lines
        try:
            while lines:
                lines = lines[os.write(handle, lines) :]
            os.fsync(handle)
        except OSError as error:
            raise CorrectionError(
                f"{self.path}: the correction was not saved ({error.strerror}); make room on the disk and decide again"
            ) from error


def _state(history: History) -> dict[str, tuple[bool, str]]:
    return {key: (record.active, record.changed_at) for key, record in history.records.items()}


def _event(kind: str, decision_id: str, who: str, when: str) -> Event:
    return {"event": kind, "of": decision_id, "when": when, "who": who}


def _record(history: History, decision_id: str) -> Record:
    """The record whose id is this or, if only one does, begins so."""
    found = [record for key, record in history.records.items() if decision_id and key.startswith(decision_id)]
    if len(found) != 1:
        raise CorrectionError(
            f"{decision_id!r}: {'no' if not found else 'more than one'} correction has this id; see: corrections list"
        )
    return found[0]


def _history(content: bytes) -> History:
    history = History()
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            try:
                _take(history, json.loads(line))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                history.damaged.append(f"line {number}: {error}")
    return history


def _take(history: History, event: Event) -> None:
    kind = event["event"]
    if kind == _DECIDE:
        decision = from_dict(event)
        history.records.setdefault(decision.decision_id, Record(decision))
        return
    if kind not in (_UNDO, _REDO):
        raise ValueError(f"unknown event {kind!r}")
    if event["of"] not in history.records:
        raise ValueError(f"{kind} of a decision that is not there: {event['of']!r}")
    record = history.records[event["of"]]
    record.active = kind == _REDO
    record.changed_at, record.changed_by = str(event["when"]), str(event["who"])
    history.undone = [pair for pair in history.undone if pair[0] != event["of"]]
    if kind == _UNDO:
        history.undone.append((event["of"], record.changed_by))


def _sync_folder(folder: Path) -> None:
    """A new file's name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
