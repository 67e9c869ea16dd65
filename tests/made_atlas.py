"""A made-up atlas of any size over real places: for the browser tests and the benchmarks of the page.

    PYTHONPATH=. python tests/made_atlas.py FOLDER [ARTICLES] [PLACES]

Nothing is geoparsed: each sentence is put together with the name of its place, so that the mention is known. The same
sizes give the same atlas.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from geo import gazetteer
from geo.records import Article, Entry, Kind, Mention, Resolution
from geo.settings import load
from geo.store import Writer

FIRST_DAY, DAYS = date(2014, 1, 1), 3_650
SENTENCES, WORDS = 10, 14
OUTLETS, WRITERS = 40, 300
WORD_LIST = (
    "في من على إلى عن مع بعد قبل خلال أمس اليوم قال أعلن أكد ذكر أفاد مصدر مسؤول حكومة رئيس وزير مدينة "
    "قوات جيش شرطة أمن مجلس اجتماع لقاء زيارة اتفاق خطة مشروع عمل دولة شعب حزب انتخابات اقتصاد نفط غاز "
    "مياه كهرباء مدارس جامعة طلاب معلمون مستشفى أطباء مرضى طريق جسر مطار ميناء سوق تجارة أسعار مال بنك "
    "شركة عمال مزارعون قمح أرض بيت عائلة أطفال نساء رجال لاجئون نازحون مساعدات غذاء دواء خيام شتاء صيف "
    "مطر حر برد ليل نهار صباح مساء أسبوع شهر عام جديد قديم كبير صغير أول ثان آخر كثير قليل "
).split()


def places(count: int) -> list[Entry]:
    """Real places with an Arabic name, those that news names most first, all over the world."""
    known = gazetteer.load(load())
    named = [entry for entry in map(known.entry, range(len(known))) if len(entry.name_ar) > 2]
    return sorted(named, key=lambda entry: (-entry.prominence, -entry.population, entry.place_id))[:count]


def pairs(count: int, entries: list[Entry]) -> Iterator[tuple[Article, list[Resolution]]]:
    """The articles with what is in them."""
    random = np.random.default_rng(count)
    for number in range(count):
        chosen = np.minimum(random.zipf(1.25, SENTENCES) - 1, random.integers(50, len(entries) + 1)) % len(entries)
        words = random.integers(len(WORD_LIST), size=(SENTENCES, WORDS))
        text, found = "", []
        for sentence, rank in enumerate(chosen):
            entry = entries[rank]
            first, rest = np.split(words[sentence], [int(words[sentence][0]) % WORDS])
            text += "".join(f"{WORD_LIST[word]} " for word in first)
            kind = Kind.ASSOCIATIVE if random.random() < 0.08 else Kind.LITERAL
            name, start = entry.name_ar, len(text)
            mention = Mention(start=start, end=start + len(name), surface=name, kind=kind, rule="name")
            sure = round(0.4 + 0.6 * random.random(), 2)
            found.append(Resolution(mention=mention, entry=entry, confidence=sure, rule="made"))
            text += name + "".join(f" {WORD_LIST[word]}" for word in rest) + ("\n\n" if sentence % 3 == 2 else ". ")
        yield article(number, text.strip(), random), found


def article(number: int, text: str, random: np.random.Generator) -> Article:
    """With a title, and mostly with a date, a source, an author and a language."""
    outlet, writer = (int(min(random.zipf(1.5), most)) for most in (OUTLETS, WRITERS))
    day = FIRST_DAY + timedelta(int(DAYS * random.random() ** 0.6))
    return Article(
        article_id=f"{number:016x}",
        text=text,
        title=" ".join(text.split()[:7]),
        source=f"صحيفة {outlet}" if random.random() < 0.95 else None,
        author=f"كاتب {writer}" if random.random() < 0.7 else None,
        published=day.isoformat() if random.random() < 0.97 else None,
        language="ar" if random.random() < 0.9 else "en",
    )


def make(folder: Path, articles: int, place_count: int) -> Path:
    """The atlas folder, made unless it is there."""
    if not (folder / "runs").exists():
        entries = places(place_count)
        with Writer(folder, recipe="made") as writer:
            batch: list[tuple[Article, list[Resolution]]] = []
            for pair in pairs(articles, entries):
                batch.append(pair)
                if len(batch) == 2_000:
                    writer.add(batch)
                    batch = []
            writer.add(batch)
            writer.finish()
    return folder


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[2:]]
    print(make(Path(sys.argv[1]), *(sizes + [100_000, 10_000][len(sizes) :])))
