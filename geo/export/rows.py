"""One selected mention with all that is said of it elsewhere: its place, its sentence, its article. A flat row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from geo.excerpts import excerpt
from geo.records import Article, Geometry, PlaceCount, StoredMention
from geo.store import Atlas
from geo.store.wanted import Wanted, count_places, mentions_with_articles

if TYPE_CHECKING:
    from geo.views.words import Words

PROGRESS_ROWS = 200
"""Rows between two calls of what tells the progress."""
INSIDE = "a point inside the area, not where anything happened"
"""What is said beside the coordinates of an area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The columns of every table that leaves the house, in their order. What is known of no place is None."""

    place_id: str | None
    name: str | None
    name_ar: str | None
    lat: float | None
    lon: float | None
    position: str | None
    """``point``, or ``area``: then `lat` and `lon` are only a handle on something of about `radius_km`."""
    radius_km: float | None
    feature_class: str | None
    feature_code: str | None
    country: str | None
    place_mentions: int | None
    """Of this place in all that is wanted."""
    place_articles: int | None
    surface: str
    kind: str
    confidence: float
    excerpt: str
    """The sentence, word for word: ``text[excerpt_start : excerpt_start + len(excerpt)]``."""
    title: str
    author: str | None
    source: str | None
    published: str | None
    language: str | None
    url: str | None
    path: str | None
    article_id: str
    start: int
    end: int
    """Offsets into the article's text in code points: ``text[start:end] == surface``."""
    excerpt_start: int
    rule: str

    @property
    def left(self) -> str:
        """The excerpt before the name."""
        return self.excerpt[: self.start - self.excerpt_start]

    @property
    def right(self) -> str:
        """The excerpt after the name."""
        return self.excerpt[self.end - self.excerpt_start :]

    @property
    def address(self) -> str:
        """Where the article can be found: its web address, else its file."""
        return self.url or self.path or ""

    def values(self) -> dict[str, Any]:
        """The columns by name."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What is to leave the house: the counts of its places, and its rows as often as they are asked for."""

    atlas: Atlas
    wanted: Wanted
    excerpt_chars: int
    places: Mapping[str, PlaceCount]
    """By id, the most mentioned first."""
    progress: Callable[[int], object] | None = None
    """Called with the number of rows made so far, every `PROGRESS_ROWS`; what it raises ends the export."""
    words: Words | None = None
    """The language of what is written to be read by people, the report; None = English."""
    note: str = ""
    """How the selection is told to people; empty = as `wanted` says it."""

    @classmethod
    def of(
        cls,
        atlas: Atlas,
        wanted: Wanted,
        excerpt_chars: int,
        *,
        progress: Callable[[int], object] | None = None,
        words: Words | None = None,
        note: str = "",
    ) -> Selected:
        """Counts the places; the rows are made when they are asked for."""
        counts = {count.entry.place_id: count for count in count_places(atlas, wanted)}
        return cls(
            atlas=atlas,
            wanted=wanted,
            excerpt_chars=excerpt_chars,
            places=counts,
            progress=progress,
            words=words,
            note=note,
        )

    def rows(self) -> Iterator[Row]:
        """Article by article, in reading order."""
        return self.rows_of(mentions_with_articles(self.atlas, self.wanted))

    def rows_of(self, pairs: Iterable[tuple[StoredMention, Article]]) -> Iterator[Row]:
        """The rows of these mentions."""
        for number, (mention, article) in enumerate(pairs):
            if self.progress and number % PROGRESS_ROWS == 0:
                self.progress(number)
            yield _row(mention, article, self.places.get(mention.place_id or ""), self.excerpt_chars)


def _row(mention: StoredMention, article: Article, count: PlaceCount | None, excerpt_chars: int) -> Row:
    cut = excerpt(article, mention.start, mention.end, excerpt_chars)
    return Row(
        **place_columns(count),
        surface=mention.surface,
        kind=mention.kind.value,
        confidence=round(mention.confidence, 4),
        excerpt=cut.left + cut.keyword + cut.right,
        title=article.title,
        author=article.author,
        source=article.source,
        published=article.published,
        language=article.language,
        url=article.url,
        path=article.path,
        article_id=article.article_id,
        start=mention.start,
        end=mention.end,
        excerpt_start=mention.start - len(cut.left),
        rule=mention.rule,
    )


def place_columns(count: PlaceCount | None) -> dict[str, Any]:
    """The columns on the place; all None for no place."""
    if count is None:
        return dict.fromkeys(COLUMNS[: COLUMNS.index("surface")])
    entry = count.entry
    return {
        "place_id": entry.place_id,
        "name": entry.name,
        "name_ar": entry.name_ar,
        "lat": entry.lat,
        "lon": entry.lon,
        "position": entry.geometry.value,
        "radius_km": entry.radius_km if entry.geometry is Geometry.AREA else None,
        "feature_class": entry.feature_class,
        "feature_code": entry.feature_code,
        "country": entry.country,
        "place_mentions": count.mentions,
        "place_articles": count.articles,
    }
