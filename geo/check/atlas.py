"""One atlas: are its tables readable, do they fit together, and do the offsets still cut out the names?"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from geo.check.finding import Finding
from geo.corrections import Corrections
from geo.errors import GeoError
from geo.store import Atlas
from geo.store.audit import Audit
from geo.store.lock import LOCK_NAME

SAMPLE = 1_000
"""Mentions whose offsets are tried, and articles whose texts are hashed anew: of one wrong in 300 it finds one."""
LEAST_FREE_BYTES = 1_000_000_000
"""Less free disk than this and an ingest is likely to stop half way."""

_AGAIN = "ingest the articles again into a new folder (--store), then delete this one"


def check_atlas(store: Path, *, wanted: bool = True) -> Iterator[Finding]:
    """The checks in order; none raises. `wanted`: that there is no atlas is a failure."""
    try:
        if not wanted and not (store / "runs").is_dir():
            yield Finding(True, f"atlas: none at {store} yet", "make one: article-atlas ingest ARTICLES")
            return
        atlas = Atlas.open(store, corrected=False)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the line says so
        yield _failed("atlas", error)
        return
    yield Finding(True, f"atlas: {store}, run {atlas.run} of {atlas.finished.finished_at:%Y-%m-%d %H:%M} UTC")
    audit = Audit(atlas)
    readable = True
    for table in audit.tables:
        finding = _tried(f"table {table}", lambda table=table: _readable(audit, table))  # type: ignore[misc]
        readable = readable and finding.passed
        yield finding
    if readable:
        for name, check in _CHECKS.items():
            yield _tried(name, lambda check=check: check(audit))  # type: ignore[misc]
    else:
        yield Finding(
            False,
            "orphans, rows, counts, texts and offsets: not checked, because a table cannot be read",
            "first do what the lines above say",
        )
    atlas.close()
    yield _tried("corrections", lambda: _corrections(store))
    yield _tried("lock", lambda: _lock(store))
    yield _tried("disk", lambda: _disk(store, audit))


def _tried(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - damage shows in many ways; the other checks go on
        return _failed(name, error)


def _failed(name: str, error: Exception) -> Finding:
    if isinstance(error, (GeoError, OSError)):
        return Finding(False, f"{name}: {error}")
    return Finding(False, f"{name}: the check itself failed ({type(error).__name__}: {error})", _AGAIN)


def _readable(audit: Audit, table: str) -> Finding:
    return Finding(True, f"table {table}: {audit.read_all(table):,} rows readable")


def _corrections(store: Path) -> Finding:
    log = Corrections(store)
    history = log.history()
    if history.damaged:
        lines = "; ".join(history.damaged[:3])
        return Finding(
            False,
            f"corrections: {len(history.damaged)} lines of {log.path} cannot be read ({lines})",
            "mend or delete those lines; all others count",
        )
    overlay = Atlas.open(store).corrected
    waiting = len(overlay.waiting) if overlay else 0
    return Finding(
        True, f"corrections: {len(history.records)} decisions, {len(history.active())} count, {waiting} wait"
    )


def _orphans(audit: Audit) -> Finding:
    orphans = audit.orphans()
    found = [f"{count:,} {what}" for what, count in orphans.items() if count]
    if found:
        return Finding(False, f"orphans: {'; '.join(found)}", _AGAIN)
    return Finding(True, "orphans: none; every mention has its article and place, every place a mention")


def _rows(audit: Audit) -> Finding:
    rows = audit.rows_of_articles()
    wrong = [f"{table} has {found:,} rows, not {due:,}" for table, (due, found) in rows.items() if due != found]
    if wrong:
        return Finding(False, f"rows: by the articles, {'; '.join(wrong)}", _AGAIN)
    return Finding(True, f"rows: each article has its text, its sketch and its words ({rows['words'][1]:,})")


def _counts(audit: Audit) -> Finding:
    mentions, days, months = audit.placed_by_table()
    if mentions == days == months:
        return Finding(True, f"counts: the map's add up to the {mentions:,} mentions with a place")
    what = f"counts: {mentions:,} mentions have a place, the map's counts add up to {months:,} (by day {days:,})"
    return Finding(False, what, _AGAIN)


def _offsets(audit: Audit) -> Finding:
    tried, wrong = audit.wrong_offsets(SAMPLE)
    if wrong:
        what = f"offsets: {len(wrong)} of {tried:,} mentions are not in their article where they should be: {wrong[0]}"
        return Finding(False, what, _AGAIN)
    return Finding(True, f"offsets: {tried:,} mentions drawn by lot stand in their articles where they should")


def _texts(audit: Audit) -> Finding:
    tried, wrong = audit.changed_texts(SAMPLE)
    if wrong:
        return Finding(
            False, f"texts: {len(wrong)} of {tried:,} articles are not as they were written: {wrong[0]}", _AGAIN
        )
    return Finding(True, f"texts: {tried:,} articles drawn by lot are as they were written")


_CHECKS: dict[str, Callable[[Audit], Finding]] = {
    "orphans": _orphans,
    "rows": _rows,
    "counts": _counts,
    "texts": _texts,
    "offsets": _offsets,
}


def _lock(store: Path) -> Finding:
    """Whether somebody is writing; nothing is left held."""
    try:
        lock = os.open(store / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return Finding(True, "lock: free")
    except OSError as error:
        return Finding(True, f"lock: this user may read the atlas, not write it ({error.strerror})")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return Finding(True, "lock: held, an ingest is running; readers see the last finished run until it ends")
    finally:
        os.close(lock)
    return Finding(True, "lock: free")


def _disk(store: Path, audit: Audit) -> Finding:
    free = shutil.disk_usage(store).free
    needed = max(LEAST_FREE_BYTES, audit.largest_table_bytes())
    what = f"disk: {free / 1e9:.1f} GB free at {store}"
    if free < needed:
        # A table that is tidied is written anew beside the old one.
        return Finding(
            False, f"{what}, an ingest may need {needed / 1e9:.1f}", "free some, or move the atlas and name it"
        )
    return Finding(True, what)
