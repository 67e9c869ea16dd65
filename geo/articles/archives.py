"""A .zip of files, read in place: nothing is written under a name from inside it."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from geo.articles.decoding import UndecodableError, decode
from geo.articles.source import Source, UnreadableError, guarded, unpack_gzip
from geo.records import SetAside
from geo.settings import Settings

DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, struct.error)
"""What the unpacking libraries raise for damaged or unsupported data."""
_UNPACK = "unpack it yourself and name the folder"
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_END = b"PK\x05\x06"
_END64_LOCATOR = b"PK\x06\x07"
_END64 = b"PK\x06\x06"
_LIST_BYTES_PER_FILE = 160
"""46 and the name; a longer list than this for `max_archive_files` is not even opened."""


def open_zip(file: BinaryIO, settings: Settings) -> zipfile.ZipFile:
    """The archive, refused if it lists too many files or too many bytes."""
    count, list_bytes = _announced(file)
    if count > settings.max_archive_files or list_bytes > settings.max_archive_files * _LIST_BYTES_PER_FILE:
        raise UnreadableError(f"it holds more than {settings.max_archive_files} files", _UNPACK)
    try:
        archive = zipfile.ZipFile(file)
    except (*DAMAGE, ValueError, UnicodeDecodeError) as error:
        raise UnreadableError(f"it is no zip file, or a damaged one ({error})", "pack it again") from error
    if sum(item.file_size for item in archive.infolist()) > settings.max_archive_bytes:
        archive.close()
        raise UnreadableError(f"it unpacks to more than {settings.max_archive_bytes / 1e9:g} GB", _UNPACK)
    return archive


def members(archive: zipfile.ZipFile, source: Source, settings: Settings) -> Iterator[Source | SetAside]:
    """What lies in the archive and may be read, by name; hidden files are not looked at."""
    for item in sorted(archive.infolist(), key=lambda item: item.filename):
        name = _name(item)
        parts = PurePosixPath(name).parts
        if item.is_dir() or any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
            continue
        inner = Source(
            path=f"{source.path}/{name}", suffix=PurePosixPath(name).suffix.lower(), open=_opener(archive, item)
        )
        refused = _refused(item, name, parts, settings)
        if refused:
            yield inner.set_aside(*refused)
        elif inner.suffix == ".gz":
            yield _gzipped(archive, item, inner, settings)
        else:
            yield inner


def _refused(item: zipfile.ZipInfo, name: str, parts: tuple[str, ...], settings: Settings) -> tuple[str, str] | None:
    """``(reason, remedy)`` if this member is not read."""
    if not parts or ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\\" in name or "\0" in name:
        return "its name leads out of the archive", "rename it and pack it again, or " + _UNPACK
    if stat.S_ISLNK(item.external_attr >> 16):
        return "it is a link, not a file", "pack the file itself"
    if item.flag_bits & _ENCRYPTED:
        return "it is protected by a password", _UNPACK
    if name.lower().endswith((".zip", ".zip.gz")):
        return "it is an archive inside an archive", _UNPACK
    if item.file_size > settings.max_unpack_ratio * max(item.compress_size, 40_000):
        return f"it unpacks to far more than it should ({item.file_size / 1e6:.0f} MB)", _UNPACK + ", if you trust it"
    return None


def _opener(archive: zipfile.ZipFile, item: zipfile.ZipInfo):  # type: ignore[no-untyped-def]
    # `ZipExtFile` gives no more than the announced size, and checks the sum at its end.
    return lambda: guarded(archive.open(item), lambda: item.file_size)  # type: ignore[arg-type]


def _gzipped(archive: zipfile.ZipFile, item: zipfile.ZipInfo, inner: Source, settings: Settings) -> Source:
    def opened() -> BinaryIO:
        packed = archive.open(item)
        return unpack_gzip(packed, packed.tell, settings)  # type: ignore[arg-type]

    return Source(path=inner.path, suffix=Path(Path(inner.path).stem).suffix.lower(), open=opened)


def _name(item: zipfile.ZipInfo) -> str:
    """The name as it was meant: `zipfile` takes names without the Unicode flag for those of DOS."""
    if item.flag_bits & _UTF8_NAME or item.filename.isascii():
        return item.filename
    try:
        return decode(item.filename.encode("cp437")).text
    except (UndecodableError, UnicodeEncodeError):
        return item.filename


def _announced(file: BinaryIO) -> tuple[int, int]:
    """``(files, bytes of their list)`` as the archive's end says, read before the list is."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise UnreadableError("it is no zip file, or its end is missing", "fetch or pack it again")
    count, list_bytes = struct.unpack_from("<HL", tail, at + 10)
    if at >= 20 and tail[at - 20 : at - 16] == _END64_LOCATOR:
        file.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], size))
        record = file.read(56)
        if record[:4] == _END64 and len(record) == 56:
            count, list_bytes = struct.unpack_from("<QQ", record, 32)
    file.seek(0)
    return count, list_bytes
