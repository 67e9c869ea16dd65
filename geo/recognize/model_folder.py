"""The folder of a model: is it one, and has it changed? Its weights are read, never understood, here."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from geo.errors import SettingsError

SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
"""Configuration, vocabulary and weights; a README, a log or a training run's checkpoints change no result."""


def checked(folder: Path | None) -> Path:
    """The folder, if it looks like a saved model; else `SettingsError`. Nothing is ever fetched by name."""
    if folder is None:
        raise SettingsError(
            "ARTICLE_ATLAS_MODEL is not set, and this recogniser needs it;"
            " set it to the folder of a token-classification model (docs/transformers.md)"
        )
    if not folder.is_dir():
        raise SettingsError(
            f"ARTICLE_ATLAS_MODEL: '{folder}' is not a folder; give the path of a downloaded token-classification"
            " model: a name on a hub is not fetched (docs/transformers.md)"
        )
    if not (folder / "config.json").is_file():
        raise SettingsError(
            f"ARTICLE_ATLAS_MODEL: '{folder}' holds no config.json; give the folder that `save_pretrained` wrote"
        )
    return folder


def fingerprint(folder: Path) -> str:
    """Hash of what the folder's model is made of, the same wherever the folder lies and whenever it was copied.

    Content, not times: a copy has new times and would have every article read again, at seconds each, while reading
    the 436 MB of a BERT takes 0.7 s (BLAKE2b; SHA-256 took 2.1). A file is read once as long as its size and time stay.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file()):
        state = path.stat()
        digest.update(f"{path.name}\0{_content(path, state.st_size, state.st_mtime_ns)}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _content(path: Path, size: int, changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
