"""How fast names are found, beside what others offer: python -m benchmarks.geoparse [--quick | --full].

Everyone gets the same Arabic names and the same articles, batch by batch in turn, three times over; what counts are the
ratios of one run. Only our recogniser decides what is a place: pyahocorasick reports every match, inside words too, and
flashtext, flashgeotext and spaCy's PhraseMatcher every whole word. Rivals that are not installed are left out
(requirements-bench.txt).

Then: how long a fresh interpreter takes to start, the memory of one that reads 5 MB, and whether time grows linearly
with text: to 10 MB, with --full to 200 MB.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from geo import gazetteer as geo_gazetteer
from geo import settings
from geo.articles import read_folder
from geo.gazetteer import Gazetteer
from geo.normalize import is_arabic
from geo.recognize import RuleRecognizer
from geo.records import Article
from geo.resolve import Geoparser, Resolver

NEWS = settings.ROOT.parent / "shared" / "dev" / "raw_ar_news.jsonl.gz"
ROUNDS = 3
BATCH = 50
"""Articles timed at once."""
COMPARED_MB = 3.0
MEMORY_MB = 5.0
QUICK_MB = (1, 2, 5, 10)
FULL_MB = (*QUICK_MB, 20, 50, 100, 200)
SWAPPED = 0.05
"""Share of the words of a repeated article that change places: new neighbours for the names."""
MEGABYTE = 1_000_000

Texts = Iterable[str]
Work = Callable[[Texts], object]


@dataclass
class Contender:
    """Something that finds names; what it costs to set up and to run."""

    label: str
    build: Callable[[], Work]
    """Returns what does the work; ImportError if it is not installed."""
    fresh: bool = False
    """Built anew before each round."""
    work: Work = list
    build_s: float = 0.0
    rounds: list[list[float]] = field(default_factory=list)
    """For each round, the seconds of each batch."""

    @property
    def best_s(self) -> float:
        """Seconds for all the text, each batch in its best round: a busy moment of the machine falls out."""
        return sum([min(times) for times in zip(*self.rounds, strict=True)], start=0.0)

    @property
    def median_s(self) -> float:
        """Seconds of the median round."""
        return statistics.median(map(sum, self.rounds))

    def prepare(self) -> None:
        """Build it, timed."""
        started = time.process_time()
        self.work = self.build()
        self.build_s = time.process_time() - started

    def begin_round(self) -> None:
        """Make room for the times of a round, with a fresh memo if that is what is measured."""
        if self.fresh:
            self.prepare()
        self.rounds.append([])

    def run(self, texts: Texts) -> None:
        """Work on one batch, timed."""
        started = time.process_time()
        self.work(texts)
        self.rounds[-1].append(time.process_time() - started)


# Texts


def articles() -> Iterator[str]:
    """Development news if it is there, article by article; else articles made from the sentences of the seeds."""
    if not NEWS.exists():
        yield from made_from_seeds(random.Random(1))
        return
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def made_from_seeds(source: random.Random, count: int = 8000) -> Iterator[str]:
    """Articles of ten sentences of the seeds, the words of each sentence swapped here and there."""
    found = read_folder(settings.ROOT / "seeds", settings.Settings())
    sentences = [part for item in found if isinstance(item, Article) for part in item.text.split(".") if part.strip()]
    for _ in range(count):
        yield ".\n".join(swapped(sentence.strip(), source) for sentence in source.choices(sentences, k=10)) + "."


def swapped(text: str, source: random.Random) -> str:
    """`text` with a few of its words in each other's places; as long as before."""
    words = text.split(" ")
    for _ in range(int(len(words) * SWAPPED / 2) or 1):
        one, other = source.randrange(len(words)), source.randrange(len(words))
        words[one], words[other] = words[other], words[one]
    return " ".join(words)


def size_mb(text: str) -> float:
    """Megabytes (10^6 bytes) of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass")) / MEGABYTE


def up_to(texts: Texts, limit_mb: float) -> Iterator[str]:
    """The first texts, until they hold `limit_mb`."""
    total = 0.0
    for text in texts:
        if total >= limit_mb:
            return
        total += size_mb(text)
        yield text


def endless(texts: list[str], source: random.Random) -> Iterator[str]:
    """The texts again and again, each time in another order and with other words swapped; never held at once."""
    while True:
        for text in source.sample(texts, len(texts)):
            yield swapped(text, source)


# Contenders


def printed_names(gazetteer: Gazetteer) -> list[str]:
    """The Arabic names as they are spelled: the others do not fold."""
    names = [gazetteer.name(key) for key in gazetteer._names if is_arabic(key)]
    return sorted({form for name in names if name is not None for form in name.forms})


def ours(gazetteer: Gazetteer) -> Work:
    recognizer = RuleRecognizer(gazetteer)
    return lambda texts: [recognizer.recognize(text) for text in texts]


def ours_resolved(gazetteer: Gazetteer) -> Work:
    geoparser = Geoparser(RuleRecognizer(gazetteer), Resolver(gazetteer))
    return lambda texts: [geoparser.geoparse(text) for text in texts]


def pyahocorasick(names: list[str]) -> Work:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return lambda texts: [list(automaton.iter(text)) for text in texts]


def flashtext(names: list[str]) -> Work:
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=True)
    processor.non_word_boundaries |= {letter for name in names for letter in name if letter.isalpha()}
    processor.add_keywords_from_list(names)
    return lambda texts: [processor.extract_keywords(text, span_info=True) for text in texts]


def flashgeotext(names: list[str]) -> Work:
    from flashgeotext.geotext import GeoText, GeoTextConfiguration
    from flashgeotext.lookup import LookupData

    finder = GeoText(GeoTextConfiguration(use_demo_data=False))
    finder.add(LookupData(name="places", data={name: [name] for name in names}, script="arabic"))
    return lambda texts: [finder.extract(text) for text in texts]


def spacy_phrases(names: list[str]) -> Work:
    import spacy
    from spacy.matcher import PhraseMatcher

    language = spacy.blank("ar")
    matcher = PhraseMatcher(language.vocab)
    matcher.add("PLACE", [language.make_doc(name) for name in names])
    return lambda texts: [matcher(language.make_doc(text)) for text in texts]


def contenders(gazetteer: Gazetteer) -> list[Contender]:
    """Ours first: the others are compared with it."""
    names = printed_names(gazetteer)
    print(f"{len(names)} Arabic names")
    return [
        Contender("our recogniser, warm", lambda: ours(gazetteer)),
        Contender("our recogniser, fresh memo", lambda: ours(gazetteer), fresh=True),
        Contender("our recogniser + resolver, warm", lambda: ours_resolved(gazetteer)),
        Contender("pyahocorasick, all matches", lambda: pyahocorasick(names)),
        Contender("flashtext", lambda: flashtext(names)),
        Contender("flashgeotext", lambda: flashgeotext(names)),
        Contender("spaCy blank('ar') + PhraseMatcher", lambda: spacy_phrases(names)),
    ]


# Measurements


def compare(gazetteer: Gazetteer, texts: list[str]) -> None:
    """Print one line for each contender. They take turns at each batch, so that a busy moment hits all."""
    total = sum(map(size_mb, texts))
    field_of = contenders(gazetteer)
    missing = set()
    for contender in field_of:
        try:
            contender.prepare()
        except ImportError:
            missing.add(contender.label)
        else:
            contender.work(texts)
    running = [contender for contender in field_of if contender.label not in missing]
    for _ in range(ROUNDS):
        for contender in running:
            contender.begin_round()
        for start in range(0, len(texts), BATCH):
            for contender in running:
                contender.run(texts[start : start + BATCH])
    reference = running[0].best_s
    print(
        f"\n{total:.1f} MB in {len(texts)} articles, {ROUNDS} rounds: MB/s best / median; the best as a ratio to ours\n"
    )
    for contender in field_of:
        if contender.label in missing:
            print(f"{contender.label:36}not installed")
            continue
        best, median = contender.best_s, contender.median_s
        print(
            f"{contender.label:36}{total / best:7.2f} /{total / median:7.2f}"
            f"{reference / best:9.2f} x    built in {contender.build_s:.2f} s"
        )


STARTS = {
    "load the compiled gazetteer": "geo_gazetteer.load(settings.load())",
    "load and geoparse one sentence": "geoparse('وصل الوفد إلى دمشق', geo_gazetteer.load(settings.load()))",
}
START = """
import time
wall, cpu = time.perf_counter(), time.process_time()
from geo import gazetteer as geo_gazetteer, settings
from geo.resolve import geoparse
imported = time.perf_counter()
{action}
print(imported - wall, time.perf_counter() - imported, time.process_time() - cpu)
"""


def starts() -> None:
    """Print what a fresh interpreter waits for, compiled gazetteer on disk."""
    print(f"\nfresh interpreter, median of {ROUNDS}: import + run on the clock (CPU of both)\n")
    geo_gazetteer.load(settings.load())
    for label, action in STARTS.items():
        runs = [subprocess_numbers("-c", START.format(action=action)) for _ in range(ROUNDS)]
        imported, ran, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{label:36}{imported:7.2f} +{ran:7.2f} s ({cpu:.2f} s)")


def memory() -> None:
    """Print the most memory that a fresh process held."""
    (peak,) = subprocess_numbers(__file__, "--peak-of", str(MEMORY_MB))
    print(f"\npeak memory of a process that loads and geoparses {MEMORY_MB:.0f} MB: {peak:.0f} MB")


def subprocess_numbers(*arguments: str) -> list[float]:
    """What a fresh interpreter in the repository's folder printed."""
    environment = os.environ | {"PYTHONPATH": str(settings.ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment, cwd=settings.ROOT
    )
    return [float(number) for number in done.stdout.split()]


def print_peak(limit_mb: float) -> None:
    """Geoparse so much text and print this process's peak memory in MB."""
    geoparser = Geoparser.over(geo_gazetteer.load(settings.load()))
    for text in up_to(articles(), limit_mb):
        geoparser.geoparse(text)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak * (1 if sys.platform == "darwin" else 1024) / MEGABYTE)


def linearity(gazetteer: Gazetteer, texts: list[str], sizes: Iterable[int]) -> None:
    """Print the speed at each size of text. If time grew faster than text, it would fall."""
    print("\nrecogniser + resolver, fresh memo for each size: MB, seconds, MB/s of all and of the last tenth\n")
    for size in sizes:
        geoparser = Geoparser(RuleRecognizer(gazetteer), Resolver(gazetteer))
        stream = up_to(endless(texts, random.Random(size)), size)
        slices: list[tuple[float, float]] = []
        while batch := list(islice(stream, BATCH)):
            started = time.process_time()
            for text in batch:
                geoparser.geoparse(text)
            slices.append((sum(map(size_mb, batch)), time.process_time() - started))
        last = slices[-max(1, len(slices) // 10) :]
        seconds = sum(spent for _, spent in slices)
        print(f"{size:5d}{seconds:10.2f}{speed(slices):10.2f}{speed(last):10.2f}", flush=True)


def speed(slices: list[tuple[float, float]]) -> float:
    """MB/s over pairs of (MB, seconds)."""
    return sum(mb for mb, _ in slices) / sum(seconds for _, seconds in slices)


def cpu_model() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown processor"
    )


def main(arguments: argparse.Namespace) -> None:
    if arguments.peak_of:
        print_peak(arguments.peak_of)
        return
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"{cpu_model()}, {os.cpu_count()} cores, load {load}, {platform.system()}, Python {platform.python_version()}"
    )
    print("One core, CPU time. If the load is above the number of cores, trust the ratios, not the MB/s.")
    print(f"Text: {NEWS.name if NEWS.exists() else 'made from seeds/, for want of ' + str(NEWS)}")
    memory()  # first: a child's peak counts from its parent's size
    starts()
    gazetteer = geo_gazetteer.load(settings.load())
    texts = list(articles())
    linearity(gazetteer, texts, FULL_MB if arguments.full else QUICK_MB)
    print()
    compare(gazetteer, list(up_to(texts, COMPARED_MB)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--quick", action="store_true", help="text up to 10 MB (the default)")
    parser.add_argument("--full", action="store_true", help="text up to 200 MB")
    parser.add_argument("--peak-of", type=float, metavar="MB", help=argparse.SUPPRESS)
    main(parser.parse_args())
