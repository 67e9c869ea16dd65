"""Walk a folder, read its files, name what could not be read."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from geo.articles import front_matter
from geo.articles.decoding import SAVE_AS_UTF8, UndecodableError, decode
from geo.errors import CorpusError
from geo.records import Article, SetAside
from geo.settings import Settings

SUFFIXES = (".txt", ".md")
TITLE_CHARS = 200


def read_folder(folder: Path, settings: Settings) -> Iterator[Article | SetAside]:
    """Articles of the .txt and .md files below `folder`, in a fixed order; hidden files are not looked at.

    A file may give both: its article and a `SetAside` that says what was doubtful. `CorpusError` if there is no folder.
    """
    if not folder.exists():
        raise CorpusError(f"{show_path(folder)}: there is no such folder; name one that holds .txt files")
    if not folder.is_dir():
        raise CorpusError(f"{show_path(folder)}: this is a file; name the folder that holds it")
    return _read_all(folder, settings)


def article_id(text: str) -> str:
    """Equal for texts that differ only in white space and in how accents are encoded.

    >>> article_id("الموصل  مدينة\\n") == article_id("الموصل مدينة")
    True
    """
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(normal.encode("utf-8")).hexdigest()[:16]


def show_path(path: str | os.PathLike[str]) -> str:
    """The path as text: bytes of a name that are not UTF-8 become ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read_all(folder: Path, settings: Settings) -> Iterator[Article | SetAside]:
    first_path: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for found in _walk(folder):
        if isinstance(found, SetAside):
            yield found
            continue
        path = show_path(found.relative_to(folder))
        if found.suffix.lower() not in SUFFIXES:
            others.setdefault(found.suffix.lower(), []).append(path)
            continue
        for item in _read_file(found, path, folder, settings):
            first = first_path.setdefault(item.article_id, path) if isinstance(item, Article) else path
            yield item if first == path else _duplicate(path, first)
    for suffix in sorted(others):
        yield _of_another_kind(suffix, others[suffix])


def _walk(folder: Path) -> Iterator[Path | SetAside]:
    """Every file below `folder` that is not hidden, by name, a folder's files before its folders."""
    unreadable: list[SetAside] = []

    def note(error: OSError) -> None:
        path = show_path(os.path.relpath(error.filename, folder))
        unreadable.append(_cannot_open(path, error))

    for parent, folders, files in os.walk(folder, onerror=note):
        yield from unreadable
        unreadable.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))
        for name in folders:
            inner = Path(parent, name)
            if inner.is_symlink():
                path = show_path(inner.relative_to(folder))
                yield SetAside(path=path, reason="it is a link to a folder", remedy="copy the folder itself here")
    yield from unreadable


def _read_file(file: Path, path: str, folder: Path, settings: Settings) -> Iterator[Article | SetAside]:
    raw = _read_bytes(file, path, folder, settings.max_file_bytes)
    if isinstance(raw, SetAside):
        yield raw
        return
    try:
        decoded = decode(raw)
    except UndecodableError as error:
        yield SetAside(path=path, reason=str(error), remedy=SAVE_AS_UTF8)
        return
    matter = front_matter.split(decoded.text)
    if not matter.text.strip("\ufeff \t\n\r\f\v\u00a0\u200b\u200e\u200f"):
        yield SetAside(path=path, reason="it is empty", remedy="put the article's text into it or delete it")
        return
    if decoded.guessed:
        yield SetAside(
            path=path, reason=f"read, but its encoding was guessed ({decoded.encoding})", remedy=SAVE_AS_UTF8
        )
    if matter.complaints:
        reason = f"read, but not all of its front matter: {'; '.join(matter.complaints)}"
        yield SetAside(path=path, reason=reason, remedy="correct the lines between the two --- lines")
    yield _article(matter, path)


def _article(matter: front_matter.FrontMatter, path: str) -> Article:
    return Article(
        article_id=article_id(matter.text),
        text=matter.text,
        title=matter.title or _first_line(matter.text),
        author=matter.author,
        source=matter.source,
        published=matter.published,
        language=matter.language,
        path=path,
        url=matter.url,
    )


def _first_line(text: str) -> str:
    """The first line that is not blank, up to `TITLE_CHARS`; a longer one ends in an ellipsis at a space."""
    line = text.lstrip().partition("\n")[0].strip().removeprefix("# ")
    if len(line) <= TITLE_CHARS:
        return line
    return (
        line[: TITLE_CHARS - 1].rpartition(" ")[0][:TITLE_CHARS] + "…"
        if " " in line[:TITLE_CHARS]
        else line[:TITLE_CHARS]
    )


def _read_bytes(file: Path, path: str, folder: Path, max_bytes: int) -> bytes | SetAside:
    """The file's content, unless it is none, too large, or a link out of the folder."""
    try:
        if file.is_symlink() and not file.resolve(strict=True).is_relative_to(folder.resolve()):
            return SetAside(path=path, reason="it is a link out of the folder", remedy="copy the file itself here")
        if not stat.S_ISREG(file.stat().st_mode):
            return SetAside(path=path, reason="it is a device or pipe, not a file", remedy="remove it from the folder")
        with file.open("rb") as stream:
            raw = stream.read(max_bytes + 1)
    except (OSError, RuntimeError) as error:
        return _cannot_open(path, error)
    if len(raw) > max_bytes:
        size = f"it is larger than {max_bytes / 1e6:g} MB"
        return SetAside(path=path, reason=size, remedy="split it into one file for each article")
    return raw


def _cannot_open(path: str, error: OSError | RuntimeError) -> SetAside:
    if isinstance(error, FileNotFoundError):
        return SetAside(path=path, reason="it is a link to nothing", remedy="delete the link or restore its target")
    if isinstance(error, PermissionError):
        return SetAside(path=path, reason="reading it is not permitted", remedy="give yourself read access (chmod u+r)")
    reason = getattr(error, "strerror", None) or str(error)
    return SetAside(path=path, reason=f"it cannot be opened ({reason})", remedy="check the file and its disk")


def _duplicate(path: str, first: str) -> SetAside:
    return SetAside(path=path, reason=f"same text as {first}", remedy="nothing to do: the article is there once")


def _of_another_kind(suffix: str, paths: list[str]) -> SetAside:
    more = f", and {len(paths) - 1} more {suffix or 'without suffix'}" if len(paths) > 1 else ""
    return SetAside(path=paths[0], reason=f"not a .txt or .md file{more}", remedy="save it as plain text (.txt)")
