"""How long reading, writing and asking take, without the geoparser: python -m benchmarks.ingest [ARTICLES]."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from geo.ingest import ingest
from geo.records import Article, Entry, Mention, Resolution
from geo.settings import Settings
from geo.store import Atlas

PLACES = [
    Entry(
        place_id=f"atlas:{n}",
        name=f"Place {n}",
        name_ar=f"مكان {n}",
        lat=n % 80,
        lon=n % 170,
        feature_class="P",
        feature_code="PPL",
        country="IQ",
    )
    for n in range(3000)
]
Result = TypeVar("Result")

WORDS_PER_ARTICLE = 300
MENTIONS_PER_ARTICLE = 20


def geoparse(article: Article) -> list[Resolution]:
    """Every fifteenth word is a place: an arbitrary one, a few of them far more often than the rest."""
    source = random.Random(article.article_id)
    step = len(article.text) // MENTIONS_PER_ARTICLE
    starts = range(0, step * MENTIONS_PER_ARTICLE, step)
    mentions = (Mention(start=start, end=start + 4, surface=article.text[start : start + 4]) for start in starts)
    return [
        Resolution(mention=item, entry=PLACES[int(source.paretovariate(1)) % 3000], confidence=1) for item in mentions
    ]


def measured(label: str, action: Callable[[], Result]) -> Result:
    """What `action` returns; prints how long it took."""
    started = time.perf_counter()
    result = action()
    print(f"{label:42}{time.perf_counter() - started:8.3f} s")
    return result


def main(count: int) -> None:
    """Ingest `count` articles, again without change, again with one changed; then ask what the page asks."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, store = Path(folder, "corpus"), Path(folder, "atlas")
        corpus.mkdir()
        for n in range(count):
            (corpus / f"{n}.txt").write_text(f"{n} " + "كلمة " * WORDS_PER_ARTICLE, encoding="utf-8")

        def run() -> object:
            return ingest(corpus, store, geoparse=geoparse, recipe="bench", settings=Settings())

        measured(f"ingest {count} articles", run)
        measured("ingest again, nothing changed", run)
        (corpus / "0.txt").write_text("كلمة " * WORDS_PER_ARTICLE + "أخرى", encoding="utf-8")
        measured("ingest again, one changed", run)
        atlas = measured("open the atlas", lambda: Atlas.open(store))
        counts = measured("count all places", atlas.place_counts)
        measured(
            f"mentions of the first place ({counts[0].mentions})",
            lambda: atlas.mentions(place_id=counts[0].entry.place_id),
        )
        measured("mentions of the last place", lambda: atlas.mentions(place_id=counts[-1].entry.place_id))
        found = atlas.mentions(place_id=counts[0].entry.place_id)[:50]
        measured("50 articles", lambda: atlas.articles({item.article_id for item in found}))
        measured("summary", atlas.summary)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
