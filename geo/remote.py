"""An atlas in object storage (s3://, gs://, az://): whole there, and a copy on this machine that is read and written.

Questions need local files: DuckDB's door to object storage is an extension that is never downloaded here, and a page
of excerpts reads two hundred small pieces, which is a blink on a disk and seconds over a network. So a reader first
brings its copy up to date, and a writer writes its copy, then puts up what is new: data files first, which are never
changed, then each table's log entries, those of `runs` last. An entry is only ever put where none is: of two writers
one is refused, and no reader sees half a run, nor, in the copy, one that never landed. The lease merely keeps them from
working in vain.

Addresses, keys and endpoints are read from the environment as the services' own tools do (AWS_ACCESS_KEY_ID, ...).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from geo.errors import StoreBusyError, StoreError

LEASE = "lease.json"
LEASE_S = 60.0
"""A writer that did not renew its lease for so long is taken to be gone."""

LOOK_EVERY_S = 5.0
"""How often a reader that asks all the time is told by the service whether a run ended."""

_INDEX = "remote.json"
_LOG = "_delta_log"
_RUNS = "runs"
_RUNS_ENTRY = re.compile(rf"{_RUNS}/{_LOG}/\d{{20}}\.json")
_AT_ONCE = 8
_TRIES = 50
_AGAIN_S = 0.5
_ADDRESS = re.compile(r"(s3a?|gs|gcs|az|abfss?|adl)://[^/]+(/.*)?", re.IGNORECASE)

_log = logging.getLogger(__name__)


def is_address(text: str) -> bool:
    """Whether this names a place in object storage.

    >>> is_address("s3://news/atlas"), is_address("C:/atlas"), is_address("atlas")
    (True, False, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def store_path(text: str, cache: Path) -> Path:
    """The folder of the store that a user named; for an address the folder, below `cache`, of its copy.

    It has a name of its own, after which its report and lock are called: of ``.`` and ``..`` the one they stand for.
    """
    if not is_address(text):
        folder = Path(text)
        folder = folder if folder.name not in ("", "..") else folder.resolve()
        if not folder.name:
            raise StoreError(f"{text}: the atlas needs a folder of its own; name one below it")
        return folder
    address = text.rstrip("/")
    name = re.sub(r"[^\w.-]", "_", PurePosixPath(address).name)
    folder = (
        cache.absolute() / "object-storage" / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}" / "atlas"
    )
    index = folder.with_name(_INDEX)
    if not index.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(index, {"address": address, "etags": {}})
    return folder


@lru_cache(maxsize=64)
def _opened(index: Path) -> Remote:
    return Remote(index.parent / "atlas", json.loads(index.read_text("utf-8"))["address"])


def of(folder: Path) -> Remote | None:
    """Where this folder is a copy from; None = it is no copy."""
    index = folder.absolute().with_name(_INDEX)
    return _opened(index) if folder.name == "atlas" and index.is_file() else None


class Remote:
    """The place in object storage that one folder is a copy of. Safe to share between threads."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        self._index = folder.with_name(_INDEX)
        self._store = _connect(address)
        self._looked_at = -LOOK_EVERY_S
        self._merged: dict[str, str | None] = {}
        self._lock = threading.Lock()

    # -- reading

    def pull(self) -> None:
        """Make the tables of the copy those of the last finished run. The caller holds the folder's lock.

        What a writer on this machine left half done, and could not put up, is dropped.
        """
        with _talking(self.address):
            # The list of runs first: what it names was put up before it, so the second listing has it all.
            runs = dict(self._list(f"{_RUNS}/{_LOG}/"))
            there = {path: tag for path, tag in self._list("") if not path.startswith(f"{_RUNS}/{_LOG}/")} | runs
            there = {path: tag for path, tag in there.items() if path.count("/")}
            known = self._etags()
            for path in self._files():
                if path not in there or known.get(path) != there[path]:
                    (self.folder / path).unlink(missing_ok=True)
            wanted = [path for path in there if not (self.folder / path).exists()]
            data, logs = [p for p in wanted if _LOG not in p], [p for p in wanted if _LOG in p]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._fetch, data))
            for path in sorted(logs, key=_runs_last):
                self._fetch(path)
        _write_json(self._index, {"address": self.address, "etags": there})

    def landed(self) -> tuple[int, str | None]:
        """Version of the table of runs that is known to be in object storage whole, and its tag there; -1 = none.

        The copy may hold a later one: a run that is being put up, or that never could be.
        """
        entries = {path: tag for path, tag in self._etags().items() if _RUNS_ENTRY.fullmatch(path)}
        last = max(entries, default=None)
        return (-1, None) if last is None else (int(PurePosixPath(last).stem), _bare(entries[last]))

    def has_changed(self, version: int, tag: str | None) -> bool:
        """Whether a run ended since, or in the place of, what `landed` gave; or what `merge` left was changed.

        The service is asked every `LOOK_EVERY_S`. If it does not answer the reader goes on with the copy.
        """
        with self._lock:
            if time.monotonic() - self._looked_at < LOOK_EVERY_S:
                return False
            self._looked_at = time.monotonic()
        if self._head(f"{_RUNS}/{_LOG}/{version + 1:020}.json") is not None:
            return True
        known = {f"{_RUNS}/{_LOG}/{version:020}.json": tag, **self._merged}
        now = ((self._head(name), tag) for name, tag in known.items())
        return any(found is not None and _bare(found["e_tag"]) != _bare(tag) for found, tag in now)

    def _head(self, path: str) -> dict[str, Any] | None:
        import obstore

        try:
            return dict(obstore.head(self._store, path))
        except FileNotFoundError:
            return None
        except _errors() as error:
            _log.warning("%s: no answer (%s); going on with the copy in %s", self.address, _short(error), self.folder)
            return None

    # -- writing

    @contextmanager
    def writing(self, wait_s: float) -> Iterator[None]:
        """Hold the lease and renew it; `StoreBusyError` if another writer has it for longer than `wait_s`."""
        import obstore

        with _talking(self.address):
            held = self._take_lease(wait_s)
        over = threading.Event()

        def renew() -> None:
            nonlocal held
            while not over.wait(LEASE_S / 4):
                try:
                    held = obstore.put(self._store, LEASE, _who(), mode=_version(held))
                except _errors() as error:  # lost, or no answer: `push` is refused if another writer came in between
                    _log.warning("%s: the lease was not renewed (%s)", self.address, _short(error))

        renewing = threading.Thread(target=renew, daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()
            found = self._head(LEASE)
            if found is not None and found["e_tag"] == held["e_tag"]:
                with _talking(self.address):
                    obstore.delete(self._store, LEASE)

    def _take_lease(self, wait_s: float) -> Any:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        until = time.monotonic() + wait_s
        while True:
            try:
                return obstore.put(self._store, LEASE, _who(), mode="create")
            except (AlreadyExistsError, PreconditionError):
                found = self._head(LEASE)
            if found is None:
                continue
            age = (datetime.now(UTC) - found["last_modified"]).total_seconds()
            if age > LEASE_S:
                try:
                    return obstore.put(self._store, LEASE, _who(), mode=_version(found))
                except (AlreadyExistsError, PreconditionError):
                    continue
            if time.monotonic() >= until:
                raise StoreBusyError(
                    f"{self.address} is being written by another process, last heard of {max(0, age):.0f} s ago"
                    + (f"; waited {wait_s:g} s" if wait_s else "")
                    + "; wait until it ends (--wait SECONDS) or use another --store"
                )
            time.sleep(min(_AGAIN_S, max(0.05, until - time.monotonic())))

    def push(self) -> None:
        """Put up what the copy has and the service has not, the run last. The caller holds the lock and the lease.

        `StoreBusyError` if another writer got ahead: nothing of this run is seen, and the next `pull` drops it here.
        """
        import obstore

        with _talking(self.address):
            known = self._etags()
            here = set(self._files())
            new = [path for path in here if path not in known]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                data = [path for path in new if _LOG not in path]
                tags = list(pool.map(self._put, data))
            known |= zip(data, tags, strict=True)
            for path in sorted((path for path in new if _LOG in path), key=_runs_last):
                known[path] = self._put_entry(path)
            gone = [path for path in known if path not in here]
            if gone:
                obstore.delete(self._store, gone)
        kept = {path: tag for path, tag in known.items() if path in here}
        _write_json(self._index, {"address": self.address, "etags": kept})

    def _put(self, path: str) -> str | None:
        import obstore

        return obstore.put(self._store, path, self.folder / path)["e_tag"]

    def _put_entry(self, path: str) -> str | None:
        """An entry of a log, only where there is none; other files of a log only save others work."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        if not path.endswith(".json"):
            return self._put(path)
        try:
            return obstore.put(self._store, path, self.folder / path, mode="create")["e_tag"]
        except (AlreadyExistsError, PreconditionError) as error:
            raise StoreBusyError(
                f"{self.address}: another process wrote a run meanwhile; nothing of this one is seen: ingest again"
            ) from error

    # -- one file that several write

    def merge(self, name: str, change: Callable[[bytes | None], bytes | None]) -> None:
        """Replace the object by what `change` makes of it, and again if another came in between. None = leave it."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with _talking(self.address):
            for _ in range(_TRIES):
                mode: Any = "create"
                content = None
                try:
                    got = obstore.get(self._store, name)
                    content = bytes(got.bytes())
                    mode = _version(got.meta)
                except FileNotFoundError:
                    pass
                self._merged[name] = None if mode == "create" else mode["e_tag"]
                changed = change(content)
                if changed is None:
                    return
                try:
                    self._merged[name] = obstore.put(self._store, name, changed, mode=mode)["e_tag"]
                    return
                except (AlreadyExistsError, PreconditionError):
                    continue
        raise StoreBusyError(f"{self.address}/{name}: others keep writing it; try again")

    # -- files

    def _list(self, prefix: str) -> Iterator[tuple[str, str | None]]:
        import obstore

        for batch in obstore.list(self._store, prefix or None):
            for item in batch:
                yield item["path"], item["e_tag"]

    def _files(self) -> Iterator[str]:
        """Files of the tables in the copy, by their path there."""
        for table in self.folder.iterdir() if self.folder.is_dir() else ():
            if (table / _LOG).is_dir():
                for file in table.rglob("*"):
                    if file.is_file():
                        yield file.relative_to(self.folder).as_posix()

    def _etags(self) -> dict[str, str | None]:
        found: dict[str, str | None] = json.loads(self._index.read_text("utf-8"))["etags"]
        return found

    def _fetch(self, path: str) -> None:
        import obstore

        target = self.folder / path
        if not target.resolve().is_relative_to(self.folder.resolve()):
            raise StoreError(f"{self.address}: an object is called {path!r}, which leads out of the folder; remove it")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as file:
                for piece in obstore.get(self._store, path).stream():
                    file.write(piece)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _connect(address: str) -> Any:
    try:
        from obstore.store import from_url
    except ImportError as error:
        raise StoreError(
            f"{address}: object storage needs obstore; pip install 'article-atlas[object-storage]'"
        ) from error
    with _talking(address):
        return from_url(address, retry_config={"max_retries": 3})


@contextmanager
def _talking(address: str) -> Iterator[None]:
    """Turn what the service or the disk says into an error with a remedy."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        if not isinstance(error, (*_errors(), OSError, ValueError)):
            raise
        raise StoreError(
            f"{address}: object storage cannot be used ({_short(error)}); check the address, the network, and the keys "
            "and endpoint in the environment, then try again: docs/object-storage.md"
        ) from error


@lru_cache(maxsize=1)
def _errors() -> tuple[type[Exception], ...]:
    from obstore.exceptions import BaseError

    return (BaseError,)


def _short(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]


def _version(known: Any) -> Any:
    """What an object must still be for it to be replaced."""
    return {key: known[key] for key in ("e_tag", "version") if known.get(key)}


def _bare(tag: str | None) -> str | None:
    """Without the quotes that a service puts around it here and not there."""
    return tag and tag.strip('"')


def _runs_last(path: str) -> tuple[bool, str]:
    return path.startswith(f"{_RUNS}/"), path


def _who() -> bytes:
    who = {"host": socket.gethostname(), "process": os.getpid(), "renewed": datetime.now(UTC).isoformat()}
    return json.dumps(who).encode()


def _write_json(path: Path, value: object) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(path)
