"""The clock of the domain: the current time, or the present time of day on the day that a demo is pinned to."""

from __future__ import annotations

from datetime import UTC, date, datetime

from contracts.times import PHNOM_PENH


class Clock:
    """Returns the time of the domain. Tokens and audit use the real time."""

    def __init__(self, today: date | None = None) -> None:
        self._pinned = today

    def now(self) -> datetime:
        """Return the current time in UTC; with a pinned day, the present time of day on that day."""
        now = datetime.now(UTC)
        if self._pinned is None:
            return now
        local = now.astimezone(PHNOM_PENH)
        return datetime.combine(self._pinned, local.timetz().replace(tzinfo=None), PHNOM_PENH).astimezone(UTC)

    def today(self) -> date:
        """Return the current day in Asia/Phnom_Penh."""
        return self.now().astimezone(PHNOM_PENH).date()
