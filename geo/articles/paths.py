"""Walk files and folders, hand each file to its reader, name what is not read."""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from geo import report
from geo.articles.columns import Columns
from geo.articles.readers import is_readable, of_other_kinds, read_source
from geo.articles.source import Meter, Source, file_source
from geo.errors import CorpusError
from geo.records import Article, SetAside
from geo.settings import Settings

STANDARD_INPUT = Path("-")


def read_paths(
    paths: Sequence[Path],
    settings: Settings,
    columns: Columns | None = None,
    *,
    meter: Meter | None = None,
    standard_input: BinaryIO | None = None,
    known: Known | None = None,
) -> Iterator[Article | SetAside]:
    """Articles of all files in `paths` and below its folders, in a fixed order; ``-`` is JSON lines on standard input.

    A stream: one article is held at a time, and of each one its id. Hidden files are not looked at. A file may give
    both, its article and a `SetAside` that says what was doubtful. `CorpusError` if a path is not there.
    A file that is `known` gives only what was said of it.
    """
    for path in paths:
        if path != STANDARD_INPUT and not os.path.lexists(path):
            raise CorpusError(f"{show_path(path)}: there is no such folder or file; name one that holds articles")
    reading = _Reading(settings, columns or Columns(), meter, standard_input, known)
    return reading.read_all(list(paths))


def read_folder(folder: Path, settings: Settings) -> Iterator[Article | SetAside]:
    """Articles of the files below `folder`; `CorpusError` if there is no folder."""
    if not folder.exists():
        raise CorpusError(f"{show_path(folder)}: there is no such folder; name one that holds articles")
    if not folder.is_dir():
        raise CorpusError(f"{show_path(folder)}: this is a file; name the folder that holds it")
    return read_paths([folder], settings)


def show_path(path: str | os.PathLike[str]) -> str:
    """The path as text: bytes of a name that are not UTF-8 become ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@dataclass(slots=True)
class Given:
    """What a file gave."""

    ids: array[int] = field(default_factory=lambda: array("Q"))
    """Of its articles, as numbers; those that other files gave before are left out."""
    notes: list[SetAside] = field(default_factory=list)
    alone: bool = True
    """Whether no other file gave one of its articles before."""


class Known(Protocol):
    """Files that are as they were when they were last read (`geo.known_files`)."""

    def known(self, file: Path, shown: str, seen: Container[int]) -> Given | None:
        """What it gave, if that need not be given again; `seen`: ids that other files gave in this pass."""
        ...

    def reading(self, file: Path, shown: str) -> AbstractContextManager[Given]:
        """To be filled while the file is read."""
        ...

    def shared(self, path: str) -> None:
        """Another file holds the text of the article with this path, too."""
        ...


class _Reading:
    """One pass over the paths."""

    def __init__(
        self,
        settings: Settings,
        columns: Columns,
        meter: Meter | None,
        standard_input: BinaryIO | None,
        known: Known | None,
    ) -> None:
        self._known = known
        self._settings = settings
        self._columns = columns
        self._meter = meter or Meter()
        self._is_watched = meter is not None
        self._standard_input = standard_input
        self._first = _FirstSeen()
        self._shared = False
        """Whether the file that is being read holds an article that an earlier one gave."""
        self._others: dict[str, list[str]] = {}

    def read_all(self, paths: list[Path]) -> Iterator[Article | SetAside]:
        if self._is_watched and STANDARD_INPUT not in paths:
            self._meter.total = sum(map(_bytes_below, paths))
        shown_from = _shown_from(paths)
        for path in paths:
            if path == STANDARD_INPUT:
                yield from self._read_source(_piped(self._standard_input or sys.stdin.buffer))
            elif path.is_dir():
                for found in _walk(path):
                    yield from self._read_found(found, path, path if len(paths) == 1 else shown_from)
            else:
                yield from self._read_file(path, show_path(os.path.relpath(path, shown_from)))
        yield from of_other_kinds(self._others)

    def _read_found(self, found: Path | SetAside, folder: Path, shown_from: Path) -> Iterator[Article | SetAside]:
        """A file that was found below `folder`."""
        if isinstance(found, SetAside):
            yield found
            return
        shown = show_path(os.path.relpath(found, shown_from))
        refused = _refused(found, shown, folder)
        if refused:
            yield refused
        else:
            yield from self._read_file(found, shown)

    def _read_file(self, file: Path, shown: str) -> Iterator[Article | SetAside]:
        source = file_source(file, shown, self._settings, self._meter)
        if not is_readable(source):
            self._others.setdefault(source.suffix, []).append(shown)
        elif self._known is None:
            yield from self._read_source(source)
        elif (given := self._known.known(file, shown, self._first)) is not None:
            self._first.add_all(given.ids, shown)
            self._meter.done += file.stat().st_size
            yield from given.notes
        else:
            with self._known.reading(file, shown) as given:
                self._shared = False
                for item in self._read_source(source):
                    if isinstance(item, Article):
                        given.ids.append(int(item.article_id, 16))
                    else:
                        given.notes.append(item)
                    yield item
                given.alone = not self._shared

    def _read_source(self, source: Source) -> Iterator[Article | SetAside]:
        before = self._meter.done
        notes = 0
        last: SetAside | None = None
        for item in self._without_duplicates(source.path, read_source(source, self._columns, self._settings)):
            if isinstance(item, SetAside):
                notes, last = notes + 1, item
                if notes > self._settings.max_notes_per_file:
                    continue
            yield item
        more = notes - self._settings.max_notes_per_file
        if last and more > 0:
            reason = f"{more} more notes on rows of it, the last on {last.path}: {last.reason}"
            yield source.set_aside(reason, "see to those that are listed and ingest it again")
        if source.file is not None:
            self._meter.done = before + source.file.stat().st_size

    def _without_duplicates(self, path: str, items: Iterator[Article | SetAside]) -> Iterator[Article | SetAside]:
        for item in items:
            first = self._first.path_of(item) if isinstance(item, Article) else None
            if first is None or not isinstance(item, Article):
                yield item
                continue
            if not first.startswith((f"{path}#", f"{path}/")):
                self._shared = True
                if self._known is not None:
                    self._known.shared(first)
            yield _duplicate(item, first)


class _FirstSeen:
    """Where each text was read first: about 200 bytes for an article."""

    def __init__(self) -> None:
        self._path: dict[int, bytes] = {}

    def __contains__(self, number: object) -> bool:
        return number in self._path

    def add_all(self, numbers: Iterable[int], path: str) -> None:
        """Articles, by their ids as numbers, that a file gave which is not read now."""
        self._path.update(dict.fromkeys(numbers, path.encode("utf-8", "surrogatepass")))

    def path_of(self, article: Article) -> str | None:
        """The path of the article with this text that came before; None = it is the first."""
        key = int(article.article_id, 16)
        found = self._path.get(key)
        if found is None:
            self._path[key] = (article.path or "").encode("utf-8", "surrogatepass")
            return None
        return found.decode("utf-8", "surrogatepass")


def _walk(folder: Path) -> Iterator[Path | SetAside]:
    """Every file below `folder` that is not hidden, by name, a folder's files before its folders."""
    unreadable: list[SetAside] = []

    def note(error: OSError) -> None:
        path = show_path(os.path.relpath(error.filename, folder))
        unreadable.append(_cannot_open(path, error))

    for parent, folders, files in os.walk(folder, onerror=note):
        yield from unreadable
        unreadable.clear()
        own = {name for name in folders if _is_atlas(Path(parent, name))}
        for name in sorted(own):
            path = show_path(Path(parent, name).relative_to(folder))
            yield SetAside(path=path, reason="it is an atlas, not articles", remedy="nothing to do: it is passed over")
        reports = {f"{name}{report.SUFFIX}" for name in own}
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in own)
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith(".") and name not in reports)
        for name in folders:
            inner = Path(parent, name)
            if inner.is_symlink():
                path = show_path(inner.relative_to(folder))
                yield SetAside(path=path, reason="it is a link to a folder", remedy="copy the folder itself here")
    yield from unreadable


def _is_atlas(folder: Path) -> bool:
    """Whether the program's own tables are in it: they would be read as articles, and keep what was deleted."""
    return not folder.name.startswith(".") and (folder / "runs" / "_delta_log").is_dir()


def _refused(file: Path, path: str, folder: Path) -> SetAside | None:
    """Why a file that was found, not named, is not opened."""
    try:
        if file.is_symlink() and not file.resolve(strict=True).is_relative_to(folder.resolve()):
            return SetAside(path=path, reason="it is a link out of the folder", remedy="copy the file itself here")
        if not stat.S_ISREG(file.stat().st_mode):
            return SetAside(path=path, reason="it is a device or pipe, not a file", remedy="remove it from the folder")
    except (OSError, RuntimeError) as error:
        return _cannot_open(path, error)
    return None


def _piped(stream: BinaryIO) -> Source:
    return Source(path="stdin", suffix=".jsonl", open=lambda: stream)


def _shown_from(paths: list[Path]) -> Path:
    """The folder that shown paths are relative to: the deepest that holds all of `paths`."""
    parents = [os.path.abspath(path.parent) for path in paths if path != STANDARD_INPUT]  # noqa: PTH100 - keeps links
    return Path(os.path.commonpath(parents)) if parents else Path.cwd()


def _bytes_below(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in _walk(path) if isinstance(file, Path) and file.is_file())


def _cannot_open(path: str, error: OSError | RuntimeError) -> SetAside:
    if isinstance(error, FileNotFoundError):
        return SetAside(path=path, reason="it is a link to nothing", remedy="delete the link or restore its target")
    if isinstance(error, PermissionError):
        return SetAside(path=path, reason="reading it is not permitted", remedy="give yourself read access (chmod u+r)")
    reason = getattr(error, "strerror", None) or str(error)
    return SetAside(path=path, reason=f"it cannot be opened ({reason})", remedy="check the file and its disk")


def _duplicate(article: Article, first: str) -> SetAside:
    return SetAside(
        path=article.path or "", reason=f"same text as {first}", remedy="nothing to do: the article is there once"
    )
