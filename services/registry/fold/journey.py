"""A journey, from preparation to return, and all journeys of a worker with their contradictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.registry.fold.employment_contract import EmploymentContract
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent

SHORT_TRIP = timedelta(days=7)
"""A border pass allows stays of up to seven days (DOMAIN.md, section 3)."""


@dataclass(slots=True)
class Journey:
    """One migration cycle. A time that is None is not known; ``closed_at`` is None until the journey has ended."""

    country: str | None
    work: bool = True
    prepared_at: datetime | None = None
    departed_at: datetime | None = None
    seen_abroad_at: datetime | None = None
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    return_kind: Kind | None = None
    return_code: str | None = None
    papers: Papers = Papers.NOT_A_CROSSING
    trips: int = 0
    trip_began_at: datetime | None = None
    last_heard_at: datetime | None = None
    contracts: list[EmploymentContract] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    reintegration: list[str] = field(default_factory=list)
    recognitions: list[str] = field(default_factory=list)
    events: list[UUID] = field(default_factory=list)

    @property
    def abroad(self) -> bool:
        """Return whether the worker is abroad on this journey, as far as is recorded."""
        return self.closed_at is None and self.abroad_from is not None

    @property
    def abroad_from(self) -> datetime | None:
        """The first instant at which the worker is known to have been abroad."""
        return self.departed_at or self.seen_abroad_at

    @property
    def contract(self) -> EmploymentContract | None:
        """The employment contract that counts: the latest."""
        return self.contracts[-1] if self.contracts else None

    @property
    def short(self) -> bool:
        """Return whether the last trip was short, like a commuter's."""
        return (
            self.trip_began_at is not None
            and self.returned_at is not None
            and self.returned_at - self.trip_began_at <= SHORT_TRIP
        )


@dataclass(slots=True)
class Clash:
    """A contradiction about where the worker is: the event, and the journey that it contradicts."""

    event: TimelineEvent
    journey: Journey


@dataclass(slots=True)
class Life:
    """All journeys of a worker in their order, and the contradictions found."""

    events: Sequence[TimelineEvent]
    crossings: list[TimelineEvent] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    returns_without_departure: list[tuple[TimelineEvent, Journey]] = field(default_factory=list)
    departures_without_contract: list[tuple[TimelineEvent, Journey]] = field(default_factory=list)
