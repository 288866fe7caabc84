"""The scale of a picture: from instants to positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.times import later
from services.registry.drawing.shapes import Row

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps instants to positions between two ends."""

    first: datetime
    last: datetime
    begin: float
    end: float

    @classmethod
    def over(
        cls,
        rows: Sequence[Row],
        at: datetime,
        begin: float,
        end: float,
    ) -> Scale:
        """Return a scale over all rows, from the first of a January to a little after the latest instant."""
        first, last = _ends(rows, at)
        return cls(datetime(first.year, 1, 1, tzinfo=UTC), later(last, (last - first) / 40 + DAY), begin, end)

    def position(self, instant: datetime) -> float:
        """Return the position of an instant."""
        share = (instant - self.first) / (self.last - self.first)
        return round(self.begin + (self.end - self.begin) * min(max(share, 0.0), 1.0), 1)

    def ticks(self) -> list[tuple[datetime, str]]:
        """Return the instants to mark with their labels: years, or months if the picture covers less than two years."""
        if self.last - self.first > 2 * YEAR:
            return [(datetime(year, 1, 1, tzinfo=UTC), str(year)) for year in self.years()]
        months = [
            datetime(year, month, 1, tzinfo=UTC)
            for year in range(self.first.year, self.last.year + 1)
            for month in range(1, 13)
        ]
        within = [month for month in months if self.first <= month <= self.last]
        room = abs(self.end - self.begin) / max(len(within), 1)
        step = next((step for step in (1, 2, 3, 6) if room * step >= 56), 12)
        return [(month, f"{month:%Y-%m}") for month in within if (month.month - 1) % step == 0]

    def years(self) -> list[int]:
        """Return the years to mark: all, or every second, fifth, tenth or twentieth if they would overlap."""
        years = list(range(self.first.year, self.last.year + 1))
        step = next(
            (step for step in (1, 2, 5, 10, 20) if abs(self.end - self.begin) / (len(years) / step) >= 40), 50
        )
        return [year for year in years if (year - years[0]) % step == 0]


def _ends(rows: Sequence[Row], at: datetime) -> tuple[datetime, datetime]:
    instants = [at]
    for row in rows:
        instants += [span.since for span in row.spans] + [event.placed for event in row.events]
    return min(instants), max(instants)


def years_between(rows: Sequence[Row], at: datetime) -> float:
    """Return the number of years that rows cover."""
    first, last = _ends(rows, at)
    return (last - first) / timedelta(days=365)
