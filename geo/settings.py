"""One frozen `Settings`, read once. Each field has its unit, default and reason."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import SettingsError
from geo.remote import store_path

RULES = "rules"
"""The recogniser that needs nothing beside the gazetteer."""

GAZETTEER = "gazetteer"
"""The offline geocoder: the only one unless others are asked for."""

MOST_ROWS = 1_000_000
MOST_ASKED = 10**15
"""Largest limit or offset of a question: more rows than any atlas has, fewer than the database can count."""
MOST_DOWNLOAD_MB = 500
MOST_UPLOAD_MB, MOST_UPLOAD_FILES = 100, 50

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `geo`, `data` and `seeds`."""
_PACKED_DATA = Path(__file__).resolve().parent / "data"
"""Where an installed Article Atlas has its data; in a checkout there is no such folder."""
_HOME = Path.home() / ".local" / "share" / "article-atlas"
"""Where an installed one keeps what a user gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may change. Environment variables carry the prefix ``ARTICLE_ATLAS_``."""

    corpus: Path = ROOT / "seeds"
    """Folder of articles the dashboard opens with (``ARTICLE_ATLAS_CORPUS``)."""
    store: Path | None = None
    """Folder of the atlas tables (``ARTICLE_ATLAS_STORE``; an address in object storage is told by the folder of its
    copy). None = one under `.atlas/` for each corpus folder."""
    data: Path = _PACKED_DATA if _PACKED_DATA.is_dir() else ROOT / "data"
    """Hand-kept gazetteer and basemap."""
    cache: Path = Path.home() / ".cache" / "article-atlas" if _PACKED_DATA.is_dir() else ROOT / ".cache"
    """Compiled gazetteer; may be deleted at any time (``ARTICLE_ATLAS_CACHE``)."""
    gazetteers: Path = _HOME / "gazetteers" if _PACKED_DATA.is_dir() else ROOT / ".gazetteers"
    """Gazetteers that were added (``ARTICLE_ATLAS_GAZETTEERS``); not a cache: what lies here is nowhere else."""
    gazetteer_rows: int = MOST_ROWS
    """Most places of one added gazetteer (``ARTICLE_ATLAS_GAZETTEER_ROWS``): docs/gazetteers.md tells their memory."""
    recognizer: str = RULES
    """Which recogniser finds the place names (``ARTICLE_ATLAS_RECOGNIZER``): see `geo.recognize.plugins`."""
    model: Path | None = None
    """Folder of the model that the recogniser ``transformers`` asks (``ARTICLE_ATLAS_MODEL``); never a hub's name."""
    geocoders: tuple[str, ...] = (GAZETTEER,)
    """Who is asked for a place, by geopy's names, in this order (``GEOCODERS`` or ``ARTICLE_ATLAS_GEOCODERS``, joined
    by commas). All but the gazetteer send names of places over the network: docs/geocoders.md."""
    geocoder_options: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    """``(geocoder, option, value)`` from ``ARTICLE_ATLAS_<GEOCODER>_<OPTION>``: address, api_key, ...; never shown."""
    excerpt_chars: int = 200
    """Length of an excerpt in characters: a median Arabic news sentence has 186, the longest seen 745."""
    max_file_bytes: int = 20_000_000
    """A larger file is set aside: an article of this size is a dump, not an article."""
    encoding: str | None = None
    """Of text files, tables of text, web pages (`ingest --encoding`); None = told from the bytes of each."""
    max_unpack_ratio: int = 250
    """Unpacked bytes for each packed one: real texts reach 20, deflate's bombs 1,029."""
    max_archive_files: int = 50_000
    """Files in one .zip: its list alone takes 600 bytes of memory for each."""
    max_archive_bytes: int = 20_000_000_000
    """All files of one .zip together, unpacked: read as a stream, this takes hours."""
    max_document_bytes: int = 200_000_000
    """A larger .pdf, .docx, .xlsx is set aside; of .docx and .xlsx also what they unpack to."""
    max_table_bytes: int = 20_000_000_000
    """A larger .parquet is set aside; a packed one is unpacked to the disk first."""
    parse_seconds: float = 20.0
    """Longest that a parser may take for a document, or for the next rows of a table: the slowest fair one took 3."""
    parse_memory_bytes: int = 500_000_000
    """Most address space of a parser: 200 pages of PDF took 80 MB. Tables, whose row groups are held: 3 times."""
    max_notes_per_file: int = 1000
    """Rows set aside one by one for each file; further ones are counted, so that a bad dump does not fill memory."""

    tiles: str = ""
    """Address of online tiles with ``{z}``, ``{x}``, ``{y}`` (``ARTICLE_ATLAS_TILES``), shown when the reader switches
    them on; empty = the map never asks another machine."""
    tiles_credit: str = ""
    """Whom the tiles are by: shown on the map (``ARTICLE_ATLAS_TILES_CREDIT``)."""
    download_mb: int = MOST_DOWNLOAD_MB
    """Largest file that the page makes for a download, in megabytes (``ARTICLE_ATLAS_DOWNLOAD_MB``): it is held in
    memory until it is fetched. Commands write files of any size."""
    upload_mb: int = MOST_UPLOAD_MB
    """Most megabytes that a reader brings to the page at once, all files together (``ARTICLE_ATLAS_UPLOAD_MB``): they
    are in memory until they are read."""
    upload_files: int = MOST_UPLOAD_FILES
    """Most files that a reader brings at once (``ARTICLE_ATLAS_UPLOAD_FILES``)."""
    uploads: Path | None = None
    """Folder of what readers brought (``ARTICLE_ATLAS_UPLOADS``); not a cache. None = `uploads_of` the corpus."""
    read_only: bool = False
    """Whether the dashboard shows the store as it is: one was set, and no corpus. Else the store follows the corpus."""

    @property
    def usual_store(self) -> Path:
        """The atlas that commands ask if none is named: the one that was set, else `.atlas` in the current folder."""
        return self.store if self.store is not None else Path(".atlas")

    def store_of(self, *corpus: Path) -> Path:
        """The atlas folder of a page on `corpus`: the one that was set, else one named after the corpus.

        A page mirrors its corpus. Were it to share `usual_store`, it would drop what commands had put there.
        """
        if self.store is not None:
            return self.store
        resolved = "\n".join(str(path.resolve()) for path in corpus)
        return ROOT / ".atlas" / _digest(resolved)

    def uploads_of(self, corpus: Path) -> Path:
        """Where the articles are kept that readers of a page on `corpus` bring."""
        if self.uploads is not None:
            return self.uploads
        if self.store is not None:
            return self.store.with_name(self.store.name + ".uploads")
        return (_HOME / "uploads" if _PACKED_DATA.is_dir() else ROOT / ".uploads") / _digest(str(corpus.resolve()))


def load(environ: dict[str, str] | None = None) -> Settings:
    """Settings from the environment; what is not set keeps its default.

    >>> load({"ARTICLE_ATLAS_CORPUS": "/data/articles"}).corpus.as_posix()
    '/data/articles'
    """
    env = dict(os.environ) if environ is None else environ
    prefix = "ARTICLE_ATLAS_"
    paths = {
        name: Path(env[prefix + name.upper()])
        for name in ("corpus", "cache", "model", "gazetteers", "uploads")
        if env.get(prefix + name.upper())
    }
    if store := env.get(prefix + "STORE"):
        paths["store"] = store_path(store, paths.get("cache") or Settings().cache)
    geocoders = _names(env.get(prefix + "GEOCODERS") or env.get("GEOCODERS") or GAZETTEER)
    return Settings(
        **paths,  # type: ignore[arg-type]
        recognizer=env.get(prefix + "RECOGNIZER") or RULES,
        gazetteer_rows=_count(prefix + "GAZETTEER_ROWS", env, MOST_ROWS),
        geocoders=geocoders,
        geocoder_options=tuple(
            (name, key.removeprefix(begin).lower(), value)
            for name in geocoders
            for begin in (f"{prefix}{name.upper()}_",)
            for key, value in sorted(env.items())
            if key.startswith(begin) and value
        ),
        upload_mb=_count(prefix + "UPLOAD_MB", env, MOST_UPLOAD_MB),
        upload_files=_count(prefix + "UPLOAD_FILES", env, MOST_UPLOAD_FILES),
        download_mb=_count(prefix + "DOWNLOAD_MB", env, MOST_DOWNLOAD_MB),
        tiles=env.get(prefix + "TILES", ""),
        tiles_credit=env.get(prefix + "TILES_CREDIT", ""),
        read_only="store" in paths and "corpus" not in paths,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _count(name: str, env: dict[str, str], usual: int) -> int:
    text = env.get(name) or str(usual)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(f"{name} {text!r} is no number above 0; correct it")
    return int(text)


def _names(joined: str) -> tuple[str, ...]:
    """Names joined by commas, each once.

    >>> _names("gazetteer, Nominatim,")
    ('gazetteer', 'nominatim')
    """
    return tuple(dict.fromkeys(name.strip().lower() for name in joined.split(",") if name.strip()))
