"""A small corpus and what people decide about it: what the tests of corrections share."""

from __future__ import annotations

from pathlib import Path

from places import article, geoparse

from geo.corrections import Corrections, Decision, Verdict, draft, user_entry
from geo.records import Article
from geo.store import Atlas, Writer

TEXTS = (
    ("a1", "وصل إلى الموصل ثم سرت. قالت صحيفة الموصل إن ليبيا بعيدة عن سرت.", "Alpha", "2017-10-25"),
    ("a2", "من سرت إلى ليبيا، ومن أطلنطس إلى سرت والشدادي.", "Beta", "2018-01-02"),
    ("a3", "في الشدادي اشتباكات، وبالشدادي أيضا قرب الموصل.", "Alpha", "2018-02-03"),
    ("a4", "لا شيء هنا.", "Beta", "2018-02-04"),
)
REPORT = "قال شهود إن رتلا طويلا خرج من سرت عند الفجر وسار نحو ليبيا الشرقية دون أن يعترضه أحد من الحراس على الطريق. "
COPIED = (
    ("c1", REPORT * 2 + "ثم عاد إلى الموصل.", "Alpha", "2019-01-01"),
    ("c2", "وكالات: " + REPORT * 2 + "ثم عاد إلى الموصل.", "Beta", "2019-01-02"),
)
SHADDADI = user_entry("Al-Shaddadi", 36.06, 40.73, name_ar="الشدادي", country="SY")


def corpus(*texts: tuple[str, str, str, str]) -> list[Article]:
    return [
        article(text, article_id, source=source, published=day, title=article_id, path=f"{article_id}.txt")
        for article_id, text, source, day in texts or TEXTS
    ]


def write(store: Path, articles: list[Article], recipe: str = "r", parse=geoparse) -> Atlas:
    with Writer(store, recipe=recipe) as writer:
        writer.add((each, parse(each.text)) for each in articles)
        writer.finish()
    return Atlas.open(store)


def on(store: Path, surface: str, article_id: str = "a1", nth: int = 0, **fields) -> Decision:
    """A decision on the nth occurrence of a surface."""
    found = Atlas.open(store).article(article_id)
    start = -1
    for _ in range(nth + 1):
        start = found.text.index(surface, start + 1)
    given_fields = {"verdict": Verdict.PLACE if "place" in fields else Verdict.NOT_A_PLACE, "who": "Huda"} | fields
    return draft(found, start, start + len(surface), **given_fields)


def decided(store: Path, *args, **fields) -> Atlas:
    Corrections(store).decide(on(store, *args, **fields))
    return Atlas.open(store)


def placed(atlas: Atlas) -> dict[str, int]:
    return {count.entry.name: count.mentions for count in atlas.place_counts()}


def surfaces(atlas: Atlas, place_id: str | None = None, **fields) -> list[tuple[str, str]]:
    return [(m.article_id, m.surface) for m in atlas.mentions(place_id=place_id, **fields)]
