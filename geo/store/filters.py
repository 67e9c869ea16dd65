"""What a question may be narrowed to: dates and sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Both ends of the dates count in. An article without a date is in only if no date is asked for."""

    since: date | None = None
    """First day; None = no first day."""
    until: date | None = None
    """Last day; None = no last day."""
    sources: tuple[str, ...] = ()
    """Any of these; none = any source, also an unknown one."""

    @property
    def by_date(self) -> bool:
        """Whether a date is asked for."""
        return self.since is not None or self.until is not None


NO_FILTERS = Filters()
