"""Which writer writes which format, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from geo.errors import QuestionError
from geo.export import citations, flat, geojson, kml, linked_places, page
from geo.export.annotations import write_annotations
from geo.export.provenance import Provenance
from geo.export.rows import Selected
from geo.export.whole import whole_file
from geo.store import Atlas
from geo.store.wanted import UNPLACED, Wanted, count_mentions

if TYPE_CHECKING:
    from geo.views.words import Words

_LISTED = 5

Write = Callable[[Selected, BinaryIO, Provenance], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format."""

    write: Write
    suffix: str
    """The usual end of its files' names."""
    media_type: str
    of_places: bool = False
    """Whether it is a list of places: a mention without a place does not fit in."""
    of_one_place: bool = False
    """Whether it speaks of one place only; `Exported.mentions` are then the excerpts on it."""


def _write_report(selected: Selected, stream: BinaryIO, provenance: Provenance) -> int:
    """Brings folium and the page's words, which the other formats need not wait for."""
    from geo.export.report import write_report

    return write_report(selected, stream, provenance)


FORMATS: Mapping[str, Format] = {
    "csv": Format(write=flat.write_csv_file, suffix=".csv", media_type="text/csv"),
    "jsonl": Format(write=flat.write_json_lines, suffix=".jsonl", media_type="application/x-ndjson"),
    "geojson": Format(
        write=geojson.write_geojson, suffix=".geojson", media_type="application/geo+json", of_places=True
    ),
    "kml": Format(
        write=kml.write_kml, suffix=".kml", media_type="application/vnd.google-earth.kml+xml", of_places=True
    ),
    "geoparquet": Format(write=flat.write_geoparquet, suffix=".parquet", media_type="application/vnd.apache.parquet"),
    "html": Format(write=page.write_page, suffix=".html", media_type="text/html", of_places=True),
    "lpf": Format(
        write=linked_places.write_linked_places, suffix=".lpf.json", media_type="application/ld+json", of_places=True
    ),
    "webannotation": Format(write=write_annotations, suffix=".anno.json", media_type="application/ld+json"),
    "ris": Format(write=citations.write_ris, suffix=".ris", media_type="application/x-research-info-systems"),
    "csl": Format(write=citations.write_csl, suffix=".csl.json", media_type="application/vnd.citationstyles.csl+json"),
    "report": Format(write=_write_report, suffix=".html", media_type="text/html", of_places=True, of_one_place=True),
}


def _not_one(name: str, selected: Selected) -> str:
    found = [f"{each.entry.place_id} ({each.entry.name})" for each in selected.places.values()]
    if not found:
        return f"{name}: no mention fits what was asked for; ask for less, or for another place"
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"{name}: a report is of one place; name one with --place: {', '.join(found[:_LISTED])}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    mentions: int
    """Those that the file holds."""
    places: int
    selected: int
    """Mentions that were selected: more than `mentions` if some have no place, or the format is bounded."""


def export(
    atlas: Atlas,
    wanted: Wanted,
    name: str,
    output: Path,
    *,
    excerpt_chars: int = 200,
    progress: Callable[[int], object] | None = None,
    words: Words | None = None,
    note: str = "",
) -> Exported:
    """Write what is wanted to a file, which appears when it is whole; ``-`` is standard output.

    `progress` is called now and then with the number of rows made so far. Of a report: `words` is its language,
    `note` how it tells what was selected.

    `name` is one of `FORMATS`. `QuestionError` if the format cannot hold what is wanted, `ExportError` if the file
    cannot be written.
    """
    chosen = FORMATS[name]
    if chosen.of_places and wanted.kinds == (UNPLACED,):
        rows = ", ".join(key for key, value in FORMATS.items() if not value.of_places)
        raise QuestionError(f"{name}: a list of places has no room for mentions without one; choose one of {rows}")
    selected = Selected.of(atlas, wanted, excerpt_chars, progress=progress, words=words, note=note)
    if chosen.of_one_place and len(selected.places) != 1:
        raise QuestionError(_not_one(name, selected))
    with whole_file(output) as stream:
        written = chosen.write(
            selected, stream, Provenance.of(atlas, (each.entry for each in selected.places.values()))
        )
    return Exported(mentions=written, places=len(selected.places), selected=count_mentions(atlas, wanted)[0])
