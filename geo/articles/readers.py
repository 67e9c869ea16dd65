"""Which reader takes which kind of file: the table, and what happens when a file breaks under its reader."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

from geo.articles import archives
from geo.articles.columns import Columns
from geo.articles.csv_rows import read_csv
from geo.articles.documents.parent import read_document, read_table
from geo.articles.json_rows import read_json, read_json_lines
from geo.articles.plain import read_plain
from geo.articles.source import Source, UnreadableError
from geo.records import Article, SetAside
from geo.settings import Settings

Reader = Callable[[Source, Columns, Settings], Iterator[Article | SetAside]]

READERS: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".md": read_plain,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".html": read_document,
    ".htm": read_document,
    ".docx": read_document,
    ".pdf": read_document,
    ".xlsx": read_table,
    ".parquet": read_table,
}
ARCHIVE = ".zip"
SUFFIXES = (*READERS, ARCHIVE)
"""What is read; each may be packed once more as ``.gz``, but for the archive."""


def is_readable(source: Source) -> bool:
    """Whether some reader takes it."""
    return source.suffix in READERS or (source.suffix == ARCHIVE and source.file is not None)


def read_source(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    """Everything in `source`; what breaks in it is named, and what came before is kept."""
    try:
        if source.suffix == ARCHIVE:
            yield from _read_archive(source, columns, settings)
        else:
            yield from READERS[source.suffix](source, columns, settings)
    except UnreadableError as error:
        yield source.set_aside(error.reason, error.remedy)
    except UnicodeDecodeError as error:
        yield source.set_aside(f"it breaks off: its bytes stop being {error.encoding}", "save it in UTF-8")
    except PermissionError:
        yield source.set_aside("reading it is not permitted", "give yourself read access (chmod u+r)")
    except (*archives.DAMAGE, zlib.error, OSError) as error:
        what = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield source.set_aside(f"it is damaged or cannot be read ({what})", "fetch or pack it again, or check its disk")


def _read_archive(source: Source, columns: Columns, settings: Settings) -> Iterator[Article | SetAside]:
    others: dict[str, list[str]] = {}
    with source.open() as file, archives.open_zip(file, settings) as archive:
        for found in archives.members(archive, source, settings):
            if isinstance(found, SetAside):
                yield found
            elif is_readable(found):
                yield from read_source(found, columns, settings)
            else:
                others.setdefault(found.suffix, []).append(found.path)
    yield from of_other_kinds(others)


def of_other_kinds(others: Mapping[str, list[str]]) -> Iterator[SetAside]:
    """One notice for each suffix that no reader takes."""
    for suffix, paths in sorted(others.items()):
        more = f", and {len(paths) - 1} more {suffix or 'without suffix'}" if len(paths) > 1 else ""
        yield SetAside(
            path=paths[0], reason=f"not a kind of file that is read{more}", remedy="save it as plain text (.txt)"
        )
