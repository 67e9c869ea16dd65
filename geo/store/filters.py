"""What a question may be narrowed to: dates and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NOT_STATED = ""
"""Asked for as a source, an author or a language: articles that state none. No stated one is empty."""


def one_of(column: str, values: Sequence[str], listed: str) -> str:
    """The SQL condition that a column holds one of the values, `listed` in SQL, or none if that is asked for."""
    condition = f"{column} IN ({listed})"
    return f"({condition} OR coalesce({column}, '') = '')" if NOT_STATED in values else condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Both ends of the dates count in. An article without a date is in only if no date is asked for."""

    since: date | None = None
    """First day; None = no first day."""
    until: date | None = None
    """Last day; None = no last day."""
    sources: tuple[str, ...] = ()
    """Any of these, `NOT_STATED` among them; none = any source, also an unknown one."""

    @property
    def by_date(self) -> bool:
        """Whether a date is asked for."""
        return self.since is not None or self.until is not None

    def conditions(self, alias: str) -> tuple[list[str], dict[str, object]]:
        """SQL conditions on the columns `day` and `source` of a table, and the values they are bound to."""
        conditions: list[str] = []
        values: dict[str, object] = {}
        for name, comparison in (("since", ">="), ("until", "<=")):
            if (day := getattr(self, name)) is not None:
                conditions.append(f"{alias}.day {comparison} ${name}")
                values[name] = day
        if self.sources:
            names = {f"source{n}": source for n, source in enumerate(self.sources)}
            conditions.append(one_of(f"{alias}.source", self.sources, ", ".join("$" + name for name in names)))
            values |= names
        return conditions, values


NO_FILTERS = Filters()
