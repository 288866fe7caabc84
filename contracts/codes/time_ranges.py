"""Plausible ranges of the days and times that commands state; a table with a period of validity for each range."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple

from contracts.codes.tables import rows
from contracts.times import later

TimeKind = Literal["birth", "occurrence", "other"]
"""``occurrence`` is also the time of recording; ``other`` are planned days, terms and expiry dates."""
BUDDHIST_ERA = 543
"""Years by which the Buddhist era is ahead of the common era, as Khmer and Thai documents are dated."""


class TimeRange(NamedTuple):
    """The first plausible day, and the last one as a number of days after the present day."""

    kind: str
    valid_from: date
    valid_to: date | None
    earliest: date
    days_ahead: int

    def latest(self, today: date) -> date:
        """Return the last plausible day."""
        return later(today, timedelta(days=self.days_ahead))


@cache
def _ranges() -> tuple[TimeRange, ...]:
    return tuple(
        TimeRange(
            row["kind"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            date.fromisoformat(row["earliest"]),
            int(row["days_ahead"]),
        )
        for row in rows("time_ranges")
    )


@cache
def time_range(kind: TimeKind, today: date) -> TimeRange:
    """Return the range of a kind that is valid on a day."""
    return next(
        each
        for each in _ranges()
        if each.kind == kind
        and each.valid_from <= today
        and (each.valid_to is None or today <= each.valid_to)
    )
