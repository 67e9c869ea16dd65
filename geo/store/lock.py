"""One writer at a time: a lock file in the atlas folder, waited for if the caller has the time."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from geo.errors import StoreBusyError, StoreError

LOCK_NAME = "lock"

_LOOK_AGAIN_S = 0.1


def take_lock(folder: Path, wait_s: float = 0.0, *, name: str = LOCK_NAME) -> int:
    """An open file descriptor that holds a lock of the folder; the system frees it when the process dies.

    `StoreBusyError` if another process still holds it after `wait_s` seconds.
    """
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot write here ({error.strerror}); choose another folder with --store"
        ) from error
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() >= until:
                os.close(lock)
                raise StoreBusyError(
                    f"{path} is held by another process that is writing this atlas"
                    + (f", and was for {wait_s:g} s" if wait_s else "")
                    + "; wait until it ends or use another --store"
                ) from error
            time.sleep(_LOOK_AGAIN_S)
        else:
            return lock


def is_being_written(folder: Path) -> bool:
    """Whether a process holds the folder's lock; a writer that comes while it is asked looks again."""
    try:
        lock = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # closing gives it back, microseconds later
    except OSError:
        return True
    finally:
        os.close(lock)
    return False
