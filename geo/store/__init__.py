"""The atlas tables: `Atlas` reads one finished run, `Writer` writes the next one. The only SQL of the house."""

from geo.store.reader import Atlas
from geo.store.writer import Writer

__all__ = ["Atlas", "Writer"]
