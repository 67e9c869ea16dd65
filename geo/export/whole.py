"""A file that appears whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from geo.errors import ExportError

STANDARD_OUTPUT = Path("-")


@contextmanager
def whole_file(output: Path) -> Iterator[BinaryIO]:
    """A stream beside `output` that takes its name when all is written; `-` is standard output.

    A link stays one: the file that it points to is replaced. A device or a named pipe is written straight into.
    """
    if output == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        return
    if _is_device_or_pipe(output):
        with _straight_into(output) as stream:
            yield stream
        return
    output = Path(os.path.realpath(output))  # `resolve` raises for links in a circle
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.name[:80]}.", suffix=".part", dir=output.parent)
    except OSError as error:
        raise ExportError(
            f"{output}: cannot be written ({error.strerror}); name a file in a folder that can"
        ) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(output)
    except OSError as error:
        if isinstance(error, ExportError):
            raise
        raise ExportError(
            f"{output}: writing failed ({error.strerror or error}); nothing was changed. Check that the disk has room"
            " and that this is no folder"
        ) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _is_device_or_pipe(output: Path) -> bool:
    try:
        mode = output.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def _straight_into(output: Path) -> Iterator[BinaryIO]:
    try:
        with output.open("wb") as stream:
            yield stream
    except OSError as error:
        if isinstance(error, (ExportError, BrokenPipeError)):
            raise
        raise ExportError(f"{output}: writing failed ({error.strerror or error}); name a file instead") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
