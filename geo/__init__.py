"""Article Atlas: articles in, a map you can read out.

The file list is the data flow. `articles` reads files into `Article`s; `normalize` folds text for matching;
`gazetteer` knows names and the entries they can mean; `recognize` finds the mentions in a text; `resolve` chooses
the entry each one means; `geocode` answers the same question for a query string; `excerpts` cuts the sentence around
a mention; `store` keeps the atlas tables; `ingest` runs all of this in one stream; `maps` turns place counts into
map layers; `views` draws the page; `export` writes what was selected in the formats that people open elsewhere;
`evaluate` measures predictions against gold; `check` says whether all is as it should be. Imports go upward only.

For Python: `open_atlas`, `geoparse`, `excerpts_of` (`api`). For the shell: `commands`.
"""

from geo.api import excerpts_of, geoparse, open_atlas

__all__ = ["__version__", "excerpts_of", "geoparse", "open_atlas"]

__version__ = "0.1.0"
