"""The atlas, or a part of it, in the formats that people open elsewhere.

`rows` says what a row is; `flat` writes a row for each mention; `geojson`, `kml`, `linked_places` and `page` a thing
for each place; `annotations` each mention as a quotation; `citations` each article. What is held of the atlas are the
counts of its places and a batch of its rows.
"""

from geo.export.formats import FORMATS, Exported, Format, export

__all__ = ["FORMATS", "Exported", "Format", "export"]
