"""What services answered, on disk: found or unknown. A failure is no answer and is never kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.errors import GeoError

NAME = "geocoders.sqlite"

_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  service TEXT NOT NULL, query TEXT NOT NULL, asked_at TEXT NOT NULL, found TEXT NOT NULL, PRIMARY KEY (service, query)
)
"""


class AnswerCache:
    """Answers by service and query; may be deleted at any time, and be used by several processes at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def get(self, service: str, query: str) -> list[dict[str, Any]] | None:
        """What was found, best first; an empty list = the service knows no such place; None = not asked yet."""
        if not self.path.exists():
            return None
        with self._open() as database:
            row = database.execute(
                "SELECT found FROM answers WHERE service = ? AND query = ?", (service, query)
            ).fetchone()
        found: list[dict[str, Any]] | None = json.loads(row[0]) if row else None
        return found

    def known(self, service: str) -> set[str]:
        """The queries that the service has answered."""
        if not self.path.exists():
            return set()
        with self._open() as database:
            return {query for (query,) in database.execute("SELECT query FROM answers WHERE service = ?", (service,))}

    def put(self, service: str, query: str, found: list[dict[str, Any]]) -> None:
        """Keep an answer; an empty list is one too."""
        asked_at = datetime.now(UTC).isoformat(timespec="seconds")
        row = (service, query, asked_at, json.dumps(found))
        with self._open() as database, database:
            database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=30)) as database:
                database.execute(_TABLE)
                yield database
        except (OSError, sqlite3.Error) as error:
            raise GeoError(
                f"{self.path}: the answers of geocoders cannot be kept ({error}); delete this file"
            ) from error
