"""Articles that readers bring: kept as files of a folder of their own, under safe names, and read as a corpus is.

The files are data: none is run, none keeps a name that leads out of the folder, and no archive is unpacked to the disk.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from geo.articles import Meter, read_folder, read_paths
from geo.ingest import ingest
from geo.parallel import Geoparse
from geo.records import Article, SetAside
from geo.settings import Settings
from geo.store import Atlas
from geo.store.runs import ever_finished

FOLDER = "uploads"
"""Begins the path of an article that was brought, so that it is never taken for one of the corpus."""
MOST_NAME_BYTES = 180
_MOST_SUFFIX = 16
_AT_ONCE = 200
_UNSAFE = re.compile(r'[<>:"|?*#%$`\\/]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(slots=True, kw_only=True)
class Brought:
    """What became of what was brought."""

    new: int = 0
    unchanged: int = 0
    """Articles whose text the atlas held already: nothing was changed about them."""
    copies: list[tuple[str, str]] = field(default_factory=list)
    """Titles of new articles that are near-copies of another one, each with the title of that one."""
    set_aside: list[SetAside] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Names of the files that were kept, in the folder."""


def safe_name(name: str) -> str:
    r"""A name for a file in one folder that is like the one it came with.

    >>> safe_name("../../etc/cron.d/x.txt"), safe_name("تقرير\u202etxt.exe"), safe_name("C:\\x\\nul.txt")
    ('x.txt', 'تقريرtxt.exe', '_nul.txt')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if character.isspace() else character for character in last)
    seen = "".join(character for character in seen if unicodedata.category(character) not in _INVISIBLE)
    plain = _UNSAFE.sub("_", seen).strip(" .")
    stem, suffix = _split(plain)
    while len((stem + suffix).encode()) > MOST_NAME_BYTES:
        stem = stem[:-1]
    found = stem + suffix or "unnamed"
    return f"_{found}" if _DEVICES.match(found) else found


def _split(name: str) -> tuple[str, str]:
    """The name and its suffix, two of them before ``.gz``; a suffix that is too long is none."""
    suffixes = Path(name).suffixes
    taken = "".join(suffixes[-2:] if name.lower().endswith(".gz") else suffixes[-1:])
    return (name[: -len(taken)], taken) if taken and len(taken) <= _MOST_SUFFIX else (name, "")


def pasted(text: str, *, title: str = "", published: str = "", source: str = "") -> tuple[str, BinaryIO]:
    """A pasted text as a file: one line of JSON, in which nothing of it can be taken for anything else."""
    stated = {"title": title.strip(), "date": published.strip(), "source": source.strip(), "text": text}
    line = json.dumps({name: value for name, value in stated.items() if value}, ensure_ascii=False)
    moment = datetime.now().astimezone()
    return f"pasted {moment:%Y-%m-%d %H.%M.%S}.jsonl", BytesIO(line.encode("utf-8", "replace"))


def bring(
    files: Iterable[tuple[str, BinaryIO]],
    folder: Path,
    store: Path,
    *,
    geoparse: Geoparse,
    recipe: str,
    settings: Settings,
    progress: Callable[[float, int], object] | None = None,
    wait_s: float = 0.0,
) -> Brought:
    """Keep `files`, each with the name it came under, in `folder`, and add their articles to the atlas in `store`.

    A file that brings nothing new is not kept; nor is any if the atlas cannot be written (`StoreError`,
    `StoreBusyError`), or the folder (`OSError`). `progress` gets the share that was read, and the articles so far.
    """
    names = _keep(files, folder)
    try:
        found = _ingest(names, folder, store, geoparse, recipe, settings, progress, wait_s)
    except BaseException:
        _drop(names, folder)
        raise
    _drop(set(names) - set(found.kept), folder)
    return found


def with_uploads(corpus: Path, folder: Path, settings: Settings) -> Iterator[Article | SetAside]:
    """The articles of the corpus, then those that were brought, but for texts that the corpus holds too."""
    if not folder.is_dir() or not any(folder.iterdir()):
        yield from read_folder(corpus, settings)
        return
    paths: dict[str, str] = {}
    for item in read_folder(corpus, settings):
        if isinstance(item, Article):
            paths[item.article_id] = item.path or ""
        yield item
    for item in map(_marked, read_folder(folder, settings)):
        first = paths.get(item.article_id) if isinstance(item, Article) else None
        if first is None:
            yield item
        else:
            reason, remedy = f"same text as {first}", "nothing to do: the article is there once"
            yield SetAside(path=item.path or "", reason=reason, remedy=remedy)


def _keep(files: Iterable[tuple[str, BinaryIO]], folder: Path) -> list[str]:
    """Write the files into the folder, under names that are free there; gives these."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    names: list[str] = []
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=folder) as incoming:
        try:
            for name, stream in files:
                part = Path(incoming, "part")
                with part.open("wb") as output:
                    shutil.copyfileobj(stream, output)
                part.chmod(0o600)
                names.append(_settle(part, folder, safe_name(name)))
        except BaseException:
            _drop(names, folder)
            raise
    return names


def _settle(part: Path, folder: Path, name: str) -> str:
    """Give the file its name, or the next one that is free: an older file is never replaced."""
    stem, suffix = _split(name)
    number = 1
    while True:
        free = f"{stem} ({number}){suffix}" if number > 1 else name
        try:
            os.link(part, folder / free, follow_symlinks=False)
        except FileExistsError:
            number += 1
        else:
            part.unlink()
            return free


def _drop(names: Iterable[str], folder: Path) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _ingest(
    names: Sequence[str],
    folder: Path,
    store: Path,
    geoparse: Geoparse,
    recipe: str,
    settings: Settings,
    progress: Callable[[float, int], object] | None,
    wait_s: float,
) -> Brought:
    meter = Meter()
    found = Brought()
    added: list[str] = []

    def items() -> Iterator[Article | SetAside]:
        # Asked once the writer has the atlas to itself: another one may have removed what was there a moment ago.
        before = Atlas.open(store, corrected=False) if ever_finished(store) else None
        read = map(_marked, read_paths([folder / name for name in names], settings, meter=meter))
        for item in _not_yet_there(read, before, found):
            if isinstance(item, Article):
                added.append(item.article_id)
            else:
                found.set_aside.append(_unmarked(item))
            yield item

    def tell(read: int, _: str) -> None:
        if progress:
            progress(min(1.0, meter.done / max(1, meter.total)), read)

    ingest(
        items(),
        store,
        geoparse=geoparse,
        recipe=recipe,
        settings=settings,
        mirror=False,
        progress=tell,
        wait_s=wait_s,
    )
    found.new = len(added)
    if added:
        found.copies = _near_copies(Atlas.open(store), added)
    return found


def _not_yet_there(
    items: Iterator[Article | SetAside], before: Atlas | None, found: Brought
) -> Iterator[Article | SetAside]:
    """What the atlas does not hold; the others are counted. A file is kept if an article of the atlas comes from it."""
    seen: set[str] = set()
    while batch := list(islice(items, _AT_ONCE)):
        ids = {item.article_id for item in batch if isinstance(item, Article)}
        known = before.articles(ids) if before else {}
        for item in batch:
            if not isinstance(item, Article):
                yield item
                continue
            there = known.get(item.article_id)
            if there is None and item.article_id not in seen:
                seen.add(item.article_id)
                _mark_kept(item, found)
                yield item
                continue
            found.unchanged += 1
            if there is not None and there.path == item.path:
                _mark_kept(item, found)


def _mark_kept(article: Article, found: Brought) -> None:
    name = re.split("[/#]", (article.path or "").removeprefix(f"{FOLDER}/"))[0]
    if name not in found.kept:
        found.kept.append(name)


def _near_copies(atlas: Atlas, ids: list[str]) -> list[tuple[str, str]]:
    chiefs = atlas.copies(ids)
    articles = atlas.articles({*chiefs, *chiefs.values()})
    return [(articles[copy].title, articles[chief].title) for copy, chief in chiefs.items()]


def _marked(item: Article | SetAside) -> Article | SetAside:
    return replace(item, path=f"{FOLDER}/{item.path}")


def _unmarked(item: SetAside) -> SetAside:
    return replace(item, path=item.path.removeprefix(f"{FOLDER}/"))
