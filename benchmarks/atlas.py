"""How the atlas grows: python benchmarks/atlas.py [--quick] [--geoparse] [SIZE...].

For each size: articles a second from JSON lines into the tables, the peak of memory, bytes on disk, the same again
without change, and how long each question takes (best of five, from Delta on disk, the atlas freshly opened).
Texts are made up from a seed: 300 words, Zipf-distributed, ten of them place names; three in twenty are near-copies of
another one. By default the places are known to the benchmark, so that the store alone is measured; --geoparse finds
them with the real geoparser. Without a size: 1,000 to 1,000,000 so, then 100,000 geoparsed, 25 minutes with the
corpus; --quick leaves the million out.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.articles import read_paths
from geo.ingest import ingest_items
from geo.known_files import KnownFiles, way_of_reading
from geo.normalize import name_key
from geo.parallel import FromSettings, Geoparse, InProcess, Processes
from geo.recognize import plugins
from geo.records import Article, Entry, Kind, Mention, Resolution
from geo.settings import Settings, load
from geo.store import Atlas, Filters
from geo.store.narrowed import Narrowed, Order
from geo.store.selection import Selection

PAGE = 20
"""Excerpts on a page, as the desk shows them."""
WORDS, PLACES, KNOWN_PLACES, SOURCES, DAYS = 300, 10, 5_000, 60, 3_650
DRAWN, COPIES, STOP_EVERY = 1_000, 0.15, 20
SIZES, LARGEST, GEOPARSED = (1_000, 10_000, 100_000), 1_000_000, 100_000
FIRST_DAY = date(2012, 1, 1)


def known_places(folder: Path) -> list[Entry]:
    """Real entries with an Arabic name of one word, those that news names most first; kept in a file."""
    kept = folder / "places.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(choose_places()))
    places: list[Entry] = pickle.loads(kept.read_bytes())
    return places


def choose_places() -> list[Entry]:
    """Out of the real gazetteer, which is large: not in the process that is measured."""
    from geo import gazetteer

    known = gazetteer.load(load())
    found = {entry.name_ar: entry for entry in map(known.entry, range(len(known))) if _is_word(entry.name_ar)}
    return sorted(found.values(), key=lambda entry: (-entry.prominence, entry.place_id))[:KNOWN_PLACES]


def _is_word(name: str) -> bool:
    return len(name) > 3 and name.isalpha() and name_key(name) == name_key(name).split(" ")[0]


def write_corpus(path: Path, count: int) -> None:
    """`count` articles as JSON lines, the same for the same count; a thousand at a time: memory stays flat."""
    import wordfreq

    random = np.random.default_rng(count)
    names = [entry.name_ar for entry in known_places(path.parent)]
    known = set(names)
    words = [word for word in wordfreq.top_n_list("ar", 60_000) if word not in known]
    vocabulary = np.array([*words, *(f"{word}." for word in words), *names], dtype=object)
    shares = 1 / np.arange(1, len(words) + 1) ** 0.95
    cumulated = np.cumsum(shares / shares.sum())
    with path.open("w", encoding="utf-8") as file:
        for first in range(0, count, DRAWN):
            texts = _draw_texts(random, cumulated, len(words), len(names))
            days = random.integers(DAYS, size=DRAWN)
            sources = np.minimum(random.zipf(1.4, DRAWN), SOURCES)
            copies = random.random(DRAWN) < COPIES
            for n in range(min(DRAWN, count - first)):
                drawn = list(vocabulary[texts[n]])
                if n and copies[n]:  # wire copy: an agency line before the text of another, a tenth of it cut out
                    other = int(random.integers(n))
                    days[n] = days[other]
                    drawn = list(vocabulary[texts[other]])
                    cut = int(random.integers(WORDS - WORDS // 10))
                    drawn = [words[0], f"وكالة{sources[n]}", *drawn[:cut], *drawn[cut + WORDS // 10 :]]
                article = {
                    "id": f"{first + n:016x}",
                    "text": " ".join(drawn),
                    "title": " ".join(drawn[:8]),
                    "source": f"مصدر {sources[n]}",
                    "published": (FIRST_DAY + timedelta(int(days[n]))).isoformat(),
                }
                file.write(json.dumps(article, ensure_ascii=False) + "\n")


def _draw_texts(
    random: np.random.Generator, cumulated: npt.NDArray[np.float64], words: int, names: int
) -> npt.NDArray[np.int64]:
    """Indices into the vocabulary (words, words with a full stop, names), a row for each of a thousand texts."""
    texts = np.searchsorted(cumulated, random.random((DRAWN, WORDS)))
    texts[:, STOP_EVERY - 1 :: STOP_EVERY] += words
    ranks = np.minimum(random.zipf(1.3, (DRAWN, PLACES)) - 1, names - 1)
    np.put_along_axis(texts, random.random((DRAWN, WORDS)).argpartition(PLACES)[:, :PLACES], 2 * words + ranks, 1)
    return texts


@dataclass(frozen=True)
class KnownPlaces:
    """A geoparser that looks each word up in the list the corpus was made from."""

    folder: Path

    def __call__(self) -> Geoparse:
        """The lookup; one place in ten lends its name only."""
        entries = {entry.name_ar: entry for entry in known_places(self.folder)}

        def geoparse(article: Article) -> list[Resolution]:
            found, start = [], 0
            for word in article.text.split(" "):
                if word in entries:
                    kind = Kind.ASSOCIATIVE if start % 10 == 0 else Kind.LITERAL
                    mention = Mention(start=start, end=start + len(word), surface=word, kind=kind, rule="name")
                    found.append(Resolution(mention=mention, entry=entries[word], confidence=0.9, rule="prominence"))
                start += len(word) + 1
            return found

        return geoparse


def measure(count: int, real: bool, folder: Path, workers: int) -> None:
    """All figures for one size."""
    settings = load()
    corpus, store = folder / f"{count}.jsonl", folder / f"{count}{'.geoparsed' if real else ''}.atlas"
    if store.exists():
        shutil.rmtree(store)
    if not corpus.exists():
        maker = multiprocessing.Process(target=write_corpus, args=(corpus, count))
        maker.start()
        maker.join()

    def run() -> float:
        started = time.perf_counter()
        runner = Processes(load=FromSettings(settings) if real else KnownPlaces(folder), workers=workers)
        known = KnownFiles(store, way_of_reading(settings))
        items = read_paths([corpus], settings, known=known)
        ingest_items(items, store, runner=runner, recipe=plugins.recipe(settings), known=known)
        return time.perf_counter() - started

    with Memory() as memory:
        seconds = run()
    again = run()
    edited = edit_one(corpus, store, folder, settings)
    print(f"\n{count} articles, {'geoparsed' if real else 'places known'}, {workers} workers")
    say("articles a second, end to end", f"{count / seconds:.0f}")
    say("the same again, nothing changed", f"{count / again:.0f} a second, {seconds / again:.0f} times as fast")
    say("one article edited", f"{edited:.1f} s")
    say("memory at the peak, GB", f"{memory.all_gb:.2f} (the writer alone {memory.own_gb:.2f})")
    say("on disk, MB", f"{sum(file.stat().st_size for file in store.rglob('*') if file.is_file()) / 1e6:.0f}")
    ask(store)


class Memory:
    """The most that this process and its workers hold at one moment; what they share counts once (PSS)."""

    def __init__(self) -> None:
        self.all_gb = self.own_gb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            own, *workers = (_pss_gb(pid) for pid in (os.getpid(), *(c.pid for c in multiprocessing.active_children())))
            self.own_gb, self.all_gb = max(self.own_gb, own), max(self.all_gb, own + sum(workers))


def _pss_gb(pid: int | None) -> float:
    """Proportional set size: private pages and a share of those that several processes map. 0 = it has ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1e6


def edit_one(corpus: Path, store: Path, folder: Path, settings: Settings) -> float:
    """Seconds until readers see one edited article."""
    first = next(item for item in read_paths([corpus], settings) if isinstance(item, Article))
    edited = replace(first, text=f"{first.text} {first.title}")
    runner, recipe = InProcess(KnownPlaces(folder)()), plugins.recipe(settings)
    started = time.perf_counter()
    ingest_items([edited], store, runner=runner, recipe=recipe, mirror=False)
    return time.perf_counter() - started


def ask(store: Path) -> None:
    """How long each question takes."""
    opened = best(lambda: Atlas.open(store))
    say("open the atlas", f"{opened:.0f} ms")
    atlas = Atlas.open(store)
    counts = atlas.place_counts()
    summary = atlas.summary()
    say("articles, texts", f"{summary.articles}, {summary.texts}")
    say("mentions, places", f"{summary.mentions}, {summary.places}")
    top, middle = counts[0].entry.place_id, counts[len(counts) // 10].entry.place_id
    narrow = Filters(since=date(2014, 3, 10), until=date(2017, 8, 20), sources=("مصدر 1", "مصدر 3"))
    wide = Filters(since=date(2012, 1, 10))

    def page(place_id: str, filters: Filters, order: Order = Order.DATE) -> object:
        mentions = Narrowed(atlas, Selection(filters=filters)).page(place_id, order, limit=PAGE, offset=0)
        return atlas.articles({mention.article_id for mention in mentions})

    questions: list[tuple[str, Callable[[], object]]] = [
        ("places with counts", atlas.place_counts),
        ("  by date, source and kind", lambda: atlas.place_counts(Kind.LITERAL, filters=narrow)),
        ("  by a date only", lambda: atlas.place_counts(Kind.LITERAL, filters=wide)),
        ("first page of the first place", lambda: page(top, Filters())),
        ("  by date and source", lambda: page(top, narrow)),
        ("  by relevance", lambda: page(top, Filters(), Order.RELEVANCE)),
        ("first page of a usual place", lambda: page(middle, Filters())),
        ("  by relevance", lambda: page(middle, Filters(), Order.RELEVANCE)),
        ("named together with the first place", lambda: atlas.named_together(top)),
        ("  with a usual place", lambda: atlas.named_together(middle)),
        ("search: the commonest word", lambda: atlas.search("في")),
        ("search: a rare word", lambda: atlas.search(counts[-1].entry.name_ar)),
        ("search: a phrase of common words", lambda: atlas.search("من في")),
        ("search: a phrase of three", lambda: atlas.search(f"في {counts[0].entry.name_ar} من")),
        ("summary", atlas.summary),
    ]
    for label, question in questions:
        say(label, f"{best(question):.0f} ms")


def best(action: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in milliseconds."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return 1000 * min(seconds)


def say(label: str, figure: str) -> None:
    """One line."""
    print(f"  {label:40}{figure}", flush=True)


def main() -> None:
    """Each size in a process of its own, so that its memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", metavar="SIZE")
    parser.add_argument("--quick", action="store_true", help="no million")
    parser.add_argument("--geoparse", action="store_true", help="find the places with the real geoparser")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, help="keep corpus and atlas here")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        measure(asked.sizes[0], asked.geoparse, asked.folder, asked.workers)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        runs = [(size, asked.geoparse) for size in asked.sizes]
        if not runs:
            sizes = SIZES if asked.quick else (*SIZES, LARGEST)
            runs = [*((size, asked.geoparse) for size in sizes), (GEOPARSED, True)]
        for size, real in runs:
            command = [sys.executable, __file__, str(size), "--one", "--folder", str(folder)]
            command += ["--workers", str(asked.workers), *(["--geoparse"] if real else [])]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
