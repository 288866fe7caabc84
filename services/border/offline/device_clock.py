"""The clock of a device, which may be wrong by minutes or by years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.commands.circumstances import BeyondTheCalendar, in_utc


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """The clock of a device: its present time as commands state it, and its error; None if that was never measured."""

    present: datetime | None
    error: timedelta | None

    @classmethod
    def read(cls, present: datetime, arrived_at: datetime) -> DeviceClock:
        """Return the clock of a device that stated its present time in an upload that arrived at a time."""
        return cls(present, arrived_at - present)

    @classmethod
    def measured(cls, error_seconds: int | None) -> DeviceClock:
        """Return the clock of a device whose error was measured before; one that no clock can have counts as none."""
        if error_seconds is None:
            return cls(None, None)
        error = timedelta(seconds=error_seconds)
        try:
            return cls(in_utc(datetime.now(UTC), "clock_error_seconds", -error), error)
        except BeyondTheCalendar:
            return cls(None, None)

    @property
    def error_seconds(self) -> int | None:
        """The error in whole seconds: positive if the clock is behind."""
        return None if self.error is None else round(self.error.total_seconds())

    def corrected(self, stated: datetime) -> datetime:
        """Return a time that the device stated, corrected, and not after the present. Raises BeyondTheCalendar."""
        return min(in_utc(stated, "captured_at", self.error or timedelta()), datetime.now(UTC))
