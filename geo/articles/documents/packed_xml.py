"""The zip of XML files that .docx and .xlsx are: looked over before a parser unpacks it."""

from __future__ import annotations

import xml.parsers.expat
import zipfile
from dataclasses import replace
from pathlib import Path

from geo.articles.archives import DAMAGE, open_zip
from geo.articles.source import UnreadableError
from geo.settings import Settings

_SAVE_ANEW = "open and save it anew, if you trust it"
_OLE = b"\xd0\xcf\x11\xe0"
_PROLOG_BYTES = 1 << 16
_MAX_RATIO = 500
"""Unpacked bytes for each packed one: XML of large sheets reaches 100."""


def check(file: Path, settings: Settings) -> None:
    """`UnreadableError` for what unpacks to too much, and for XML with a DTD, which only attacks have."""
    with file.open("rb") as stream:
        if stream.read(4) == _OLE:
            raise UnreadableError("it is protected by a password, or of an older format", "save it anew, unprotected")
        limits = replace(settings, max_archive_bytes=settings.max_document_bytes)
        with open_zip(stream, limits) as archive:
            for item in archive.infolist():
                if item.file_size > _MAX_RATIO * max(item.compress_size, 20_000):
                    raise UnreadableError(
                        f"it unpacks to far more than it should ({item.file_size / 1e6:.0f} MB)", "save it anew"
                    )
                if item.filename.lower().endswith((".xml", ".rels", ".vml", ".svg")):
                    _refuse_dtd(archive, item)


class _RootReached(Exception):  # noqa: N818 - no error: what follows is of no interest
    pass


def _refuse_dtd(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
    """A document type stands before the root element, or nowhere."""

    def doctype(*_: object) -> None:
        raise UnreadableError("its XML has a DTD, which no office program writes", _SAVE_ANEW)

    def root(*_: object) -> None:
        raise _RootReached

    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        with archive.open(item) as stream:
            parser.Parse(stream.read(_PROLOG_BYTES), False)
    except _RootReached:
        return
    except (xml.parsers.expat.ExpatError, *DAMAGE) as error:
        raise UnreadableError(f"it is damaged ({error})", "open and save it in the program that made it") from error
    if item.file_size > _PROLOG_BYTES:
        raise UnreadableError("its XML begins with 64 KB of something else", _SAVE_ANEW)
