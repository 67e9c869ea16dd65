"""How soon a correction shows: deciding, opening the atlas with it, and the questions of a page, by scope.

    PYTHONPATH=. python benchmarks/corrections.py STORE [TIMES]

STORE is an atlas of articles; it is not changed but for its log of corrections, which must not be there yet. With TIMES
another atlas is made first that holds every article so many times over, each under another id.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from geo.corrections import Corrections, Scope, Verdict, draft
from geo.records import Mention, Resolution
from geo.store import Atlas, Writer

T = TypeVar("T")
ONE_BY_ONE = 50


def timed(label: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = work()
    print(f"  {label}: {1000 * (time.perf_counter() - started):.0f} ms")
    return result


def multiply(store: Path, times: int, folder: Path) -> Path:
    """An atlas with every article of `store` so many times over."""
    atlas = Atlas.open(store, corrected=False)
    entries = {entry.place_id: entry for entry in atlas.entries_in_use()}
    by_article: dict[str, list[Resolution]] = {}
    for each in atlas.mentions():
        mention = Mention(start=each.start, end=each.end, surface=each.surface, kind=each.kind, rule=each.rule)
        entry = entries.get(each.place_id or "")
        by_article.setdefault(each.article_id, []).append(
            Resolution(mention=mention, entry=entry, confidence=each.confidence)
        )
    ids = list(by_article)
    with Writer(folder, recipe=atlas.recipe) as writer:
        for time_over in range(times):
            for first in range(0, len(ids), 500):
                articles = atlas.articles(ids[first : first + 500]).values()
                writer.add(
                    (replace(a, article_id=f"{a.article_id}-{time_over}"), by_article[a.article_id]) for a in articles
                )
        writer.finish()
    return folder


def measure(store: Path) -> None:
    log = Corrections(store)
    if log.path.exists():
        sys.exit(f"{log.path} is there already; name an atlas that nobody corrected")
    atlas = timed("open, nothing corrected", lambda: Atlas.open(store))
    summary = atlas.summary()
    first, second, *_ = atlas.place_counts()
    mention = atlas.mentions(place_id=first.entry.place_id, limit=1)[0]
    article = atlas.article(mention.article_id)
    print(f"{summary.articles:,} articles, {summary.mentions:,} mentions; load {os.getloadavg()[0]:.1f}")
    try:
        for scope in reversed(Scope):
            made = draft(
                article, mention.start, mention.end, verdict=Verdict.PLACE, place=second.entry, who="bench", scope=scope
            )
            print(scope.value)
            timed("decide", partial(log.decide, made))
            corrected = timed("open the first time", lambda: Atlas.open(store))
            timed("open again", lambda: Atlas.open(store))
            print(f"  decides {corrected.corrected.changed[made.decision_id]:,} mentions")
            timed("counts of all places", corrected.place_counts)
            timed("50 excerpts' mentions", partial(corrected.mentions, place_id=second.entry.place_id, limit=50))
            timed("named together", partial(corrected.named_together, second.entry.place_id))
            log.undo(who="bench")
        waits = []
        for each in atlas.mentions(place_id=second.entry.place_id, limit=ONE_BY_ONE):
            text = atlas.article(each.article_id)
            started = time.perf_counter()
            log.decide(draft(text, each.start, each.end, verdict=Verdict.NOT_A_PLACE, who="bench"))
            Atlas.open(store).place(second.entry.place_id)
            waits.append(time.perf_counter() - started)
        print(f"{ONE_BY_ONE} one after the other: median {statistics.median(waits):.2f} s, last {waits[-1]:.2f} s")
    finally:
        log.path.unlink(missing_ok=True)


def main() -> None:
    store = Path(sys.argv[1])
    if len(sys.argv) < 3:
        measure(store)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(multiply(store, int(sys.argv[2]), Path(folder) / "atlas"))


if __name__ == "__main__":
    main()
