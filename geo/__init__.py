"""Article Atlas: articles in, a map you can read out.

`articles` reads files, `recognize` finds the place names in their text, `resolve` decides which place of the `gazetteer` each
one means, `store` keeps the result, `ingest` runs these in one stream, and `maps` and `views` show it: a click on a place
opens the sentences that speak of it (`excerpts`), word for word.
"""

__version__ = "0.1.0"
