"""The atlas tables: `Atlas` reads one finished run, `Writer` writes the next one. The only SQL of the house."""

from geo.store.filters import NO_FILTERS, Filters
from geo.store.reader import Atlas, Found, NamedTogether
from geo.store.writer import Writer

__all__ = ["NO_FILTERS", "Atlas", "Filters", "Found", "NamedTogether", "Writer"]
