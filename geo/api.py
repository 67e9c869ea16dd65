"""The public Python API: the few names that `import geo` gives. Tables are pandas data frames, in and out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

    from geo.resolve import Geoparser
    from geo.store import Atlas


def open_atlas(store: str | Path = ".atlas") -> Atlas:
    """The last finished run of the atlas in this folder, or at this address (s3://, gs://, az://).

    `StoreError` if there is none. An ingest that ends later is not seen: open again.
    """
    from geo.remote import store_path
    from geo.settings import load
    from geo.store import Atlas

    return Atlas.open(store_path(str(store), load().cache))


def geoparse(frame: pd.DataFrame, *, text: str = "text", source: str | None = None) -> pd.DataFrame:
    """A row for each place name in the texts of `frame`, under the index of its text: `frame.join` puts them together.

    `text` and `source` name columns; `source`, who published the text, is not taken for a place there. Offsets are
    code points. An unresolved name has nothing in the columns of its place; a text that is missing has no names.
    `QuestionError` for a column that is not there, and for an index that repeats: it would join every pair.
    """
    import pandas as pd

    from geo.jsonl import mention_dict

    for column in (text, source):
        if column is not None and column not in frame.columns:
            names = ", ".join(map(str, frame.columns))
            raise QuestionError(
                f"the data frame has no column {column!r}; it has {names}; name one: text=..., source=..."
            )
    if not frame.index.is_unique:
        raise QuestionError(
            "the index of the data frame repeats, as after pd.concat: names would join texts that do not hold them;"
            " frame.reset_index() first"
        )
    geoparser = _geoparser()
    positions: list[int] = []
    rows: list[dict[str, Any]] = []
    sources = frame[source] if source is not None else [None] * len(frame)
    for position, (article, outlet) in enumerate(zip(frame[text], sources, strict=True)):
        if isinstance(article, str):
            found = geoparser.geoparse(article, outlet if isinstance(outlet, str) else None)
            positions += [position] * len(found)
            rows += map(mention_dict, found)
    return pd.DataFrame(rows, index=frame.index[positions], columns=list(_MENTION_COLUMNS))


def excerpts_of(atlas: Atlas, place: str, *, limit: int | None = None) -> pd.DataFrame:
    """The sentences that speak of a place, newest first, with their articles; columns as in `geo.export.rows.Row`.

    `place` is an id or a name in either script; of several places of one name, all. `QuestionError` if the atlas
    names no such place, or if `limit` is negative.
    """
    import pandas as pd

    from geo.export.rows import COLUMNS, Selected
    from geo.settings import MOST_ASKED, load
    from geo.store.wanted import Wanted, newest_mentions, places_named

    if limit is not None and not 0 <= limit <= MOST_ASKED:
        raise QuestionError(f"limit={limit}: give a whole number from 0 to {MOST_ASKED:,}, or None for all")
    ids = tuple(entry.place_id for entry in places_named(atlas, place))
    if not ids:
        raise QuestionError(
            f"{place}: the atlas in {atlas.folder} names no such place; it names those of place_counts()"
        )
    selected = Selected.of(atlas, Wanted(place_ids=ids), load().excerpt_chars)
    rows = selected.rows_of(newest_mentions(atlas, selected.wanted, limit=limit))
    return pd.DataFrame([row.values() for row in rows], columns=list(COLUMNS))


_MENTION_COLUMNS = (
    "start",
    "end",
    "surface",
    "kind",
    "place_id",
    "name",
    "name_ar",
    "lat",
    "lon",
    "feature_class",
    "country",
    "confidence",
)


@lru_cache(maxsize=1)
def _geoparser() -> Geoparser:
    """Loaded once: the gazetteer takes a second, and twenty where it was never compiled."""
    from geo import gazetteer
    from geo.resolve import Geoparser
    from geo.settings import load

    settings = load()
    return Geoparser.from_settings(gazetteer.load(settings), settings)
