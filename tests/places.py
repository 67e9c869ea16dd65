"""A few real places and a geoparser that knows no others, for tests of what comes after it."""

from __future__ import annotations

from geo.records import Article, Entry, Kind, Mention, Resolution

MOSUL = Entry(
    place_id="geonames:99072",
    name="Mosul",
    name_ar="الموصل",
    lat=36.335,
    lon=43.11889,
    feature_class="P",
    feature_code="PPLA",
    country="IQ",
    admin1="15",
    population=1739800,
)
SIRTE = Entry(
    place_id="geonames:2210554",
    name="Sirte",
    name_ar="سرت",
    lat=31.20892,
    lon=16.58866,
    feature_class="P",
    feature_code="PPLA",
    country="LY",
)
LIBYA = Entry(
    place_id="cldr:LY",
    name="Libya",
    name_ar="ليبيا",
    lat=27.0,
    lon=17.0,
    feature_class="A",
    feature_code="PCLI",
    country="LY",
    radius_km=748.0,
)
KNOWN = {"الموصل": MOSUL, "سرت": SIRTE, "ليبيا": LIBYA, "أطلنطس": None}
NEWSPAPER = "صحيفة الموصل"


def geoparse(text: str, source: str | None = None) -> list[Resolution]:
    """Every occurrence of a known name; associative after the word for newspaper, unresolved if it is Atlantis."""
    found = []
    for name, entry in KNOWN.items():
        start = text.find(name)
        while start >= 0:
            kind = Kind.ASSOCIATIVE if text[:start].endswith("صحيفة ") else Kind.LITERAL
            mention = Mention(start=start, end=start + len(name), surface=name, kind=kind, rule="name")
            found.append(Resolution(mention=mention, entry=entry, confidence=0.9, rule="only" if entry else ""))
            start = text.find(name, start + 1)
    return sorted(found, key=lambda resolution: resolution.mention.start)


def article(text: str, article_id: str = "a1", **fields: str) -> Article:
    """An article with this text."""
    return Article(article_id=article_id, text=text, **fields)
