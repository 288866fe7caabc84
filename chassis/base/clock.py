"""The domain's clock: today is the day in Asia/Phnom_Penh, or the day to which a demo is pinned."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


class Clock:
    """Tells the domain's time. Tokens and audit keep the real one."""

    def __init__(self, today: date | None = None) -> None:
        self._pinned = today

    def now(self) -> datetime:
        """This moment, in UTC; on a pinned day, the present time of day on it."""
        now = datetime.now(UTC)
        if self._pinned is None:
            return now
        local = now.astimezone(PHNOM_PENH)
        return datetime.combine(self._pinned, local.timetz().replace(tzinfo=None), PHNOM_PENH).astimezone(UTC)

    def today(self) -> date:
        """The day in Asia/Phnom_Penh."""
        return self.now().astimezone(PHNOM_PENH).date()
