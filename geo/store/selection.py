"""What a reader narrows the atlas to: a frozen value, so that answers can be kept by it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.levels import Level, level_of
from geo.records import Entry, Kind
from geo.store.filters import NO_FILTERS, Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """An article meets it that holds the words one after the other, or that names one of the places."""

    words: tuple[str, ...]
    """Folded."""
    places: tuple[str, ...] = ()
    """Ids of the places that the words are a name of, in whatever script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the atlas is narrowed to; by default to what is meant as a place. An empty tuple means any.

    `NOT_STATED` as an author or a language: of articles that state none.
    """

    filters: Filters = NO_FILTERS
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO codes: places in any of these, and the countries themselves."""
    levels: tuple[Level, ...] = ()
    kind: Kind | None = Kind.LITERAL
    """None = both."""
    confidence: float = 0.0
    """Mentions whose place is at least this sure."""
    text: tuple[Clause, ...] = ()
    """All of these."""

    @property
    def by_article(self) -> bool:
        """Whether something is asked of the articles that their mentions do not know."""
        return bool(self.authors or self.languages or self.text)

    @property
    def by_place(self) -> bool:
        """Whether something is asked of the places."""
        return bool(self.countries or self.levels)

    def admits(self, entry: Entry) -> bool:
        """Whether the place is of a country and a level that are asked for."""
        of_country = not self.countries or bool(set(self.countries) & set(entry.country.split(",")))
        return of_country and (not self.levels or level_of(entry) in self.levels)


EVERYTHING = Selection()
