"""Journeys: from a worker's moments to migration cycles, each from preparation to return.

A walk over the moments in the order in which they occurred; what contradicts is kept for the flags and never
refused. The same set of moments gives the same journeys, in whatever order they were heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from contracts.times import PHNOM_PENH
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent

SHORT_TRIP = timedelta(days=7)
"""A border pass allows stays of up to seven days (DOMAIN.md, section 3)."""
COMMUTING_GAP = timedelta(days=30)
AFTERMATH = timedelta(days=60)
"""A case opened within this time after a return still belongs to the journey that has ended."""
WORK = frozenset({"work", "day_work"})


@lru_cache(maxsize=20_000)
def morning_after(day: date) -> datetime:
    """The first instant after a day in Asia/Phnom_Penh, in UTC: times of one zone are compared four times as fast."""
    return datetime.combine(day + timedelta(days=1), time(), PHNOM_PENH).astimezone(UTC)


@dataclass(slots=True)
class EmploymentContract:
    """An employment contract as its events tell it."""

    stream: str
    registered_at: datetime | None = None
    approved_at: datetime | None = None
    returned: bool = False
    country: str | None = None
    sector: str | None = None
    occupation: str | None = None
    agency: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    terminated_on: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day of work: as terminated, else as agreed."""
        return self.terminated_on or self.ends_on

    def take(self, moment: TimelineEvent) -> None:
        """Apply an event of this employment contract."""
        match moment.kind:
            case Kind.CONTRACT_REGISTERED | Kind.CONTRACT_AMENDED:
                self.country, self.sector, self.occupation = moment.country, moment.sector, moment.occupation
                self.starts_on, self.ends_on = moment.starts_on, moment.ends_on
                self.returned = False
                if moment.kind is Kind.CONTRACT_REGISTERED:
                    self.registered_at, self.agency = moment.at, moment.agency
            case Kind.CONTRACT_RETURNED:
                self.returned = True
            case Kind.CONTRACT_APPROVED:
                self.approved_at, self.returned = moment.at, False
            case Kind.CONTRACT_TERMINATED:
                self.terminated_on = moment.ends_on


@dataclass(slots=True)
class Journey:
    """One migration cycle. Times that are None are not known; ``closed_at`` is None while it goes on."""

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
        """Whether the worker is abroad on this journey, as far as it is told."""
        return self.closed_at is None and self.abroad_from is not None

    @property
    def abroad_from(self) -> datetime | None:
        """Since when the worker is known to have been abroad."""
        return self.departed_at or self.seen_abroad_at

    @property
    def contract(self) -> EmploymentContract | None:
        """The employment contract that counts: the latest."""
        return self.contracts[-1] if self.contracts else None

    @property
    def short(self) -> bool:
        """Whether the last trip was one of a commuter."""
        return (
            self.trip_began_at is not None
            and self.returned_at is not None
            and self.returned_at - self.trip_began_at <= SHORT_TRIP
        )


@dataclass(slots=True)
class Clash:
    """Something that puts a worker in two places: a moment, and what it contradicts."""

    moment: TimelineEvent
    journey: Journey


@dataclass(slots=True)
class Life:
    """All journeys of a worker in their order, and what did not fit."""

    moments: Sequence[TimelineEvent]
    crossings: list[TimelineEvent] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    returns_without_departure: list[tuple[TimelineEvent, Journey]] = field(default_factory=list)
    departures_without_contract: list[tuple[TimelineEvent, Journey]] = field(default_factory=list)


def walk(moments: Sequence[TimelineEvent]) -> Life:
    """The life that moments tell; they must be in the order of (occurred at, event id)."""
    walker = _Walker(Life(moments))
    for moment in moments:
        _TAKES.get(moment.kind, _Walker._goes_on)(walker, moment)
    return walker.life


class _Walker:
    def __init__(self, life: Life) -> None:
        self.life = life
        self.current: Journey | None = None
        self._contracts: dict[str, EmploymentContract] = {}
        self._of_stream: dict[str, Journey] = {}

    def _goes_on(self, moment: TimelineEvent) -> None:
        journey = self._of_stream.get(moment.stream)
        if journey is not None:
            journey.events.append(moment.event_id)
            if moment.kind is Kind.CASE_ACTED and journey.abroad:
                journey.last_heard_at = moment.at

    def _new(self, journey: Journey) -> Journey:
        self.life.journeys.append(journey)
        self.current = journey
        return journey

    def _last(self) -> Journey | None:
        return self.life.journeys[-1] if self.life.journeys else None

    def _depart(self, moment: TimelineEvent) -> None:
        self.life.crossings.append(moment)
        journey = self.current
        if journey is not None and journey.abroad:
            self.life.clashes.append(Clash(moment, journey))
            journey.closed_at = moment.at
            journey = None
        if journey is not None and journey.country not in (None, moment.country):
            journey.closed_at = moment.at  # prepared for one country, left for another
            journey = None
        work = moment.kind is Kind.DEPARTURE or moment.code in WORK
        if journey is None:
            journey = self._commuters_journey(moment) or self._new(Journey(moment.country, work=work))
        journey.country = journey.country or moment.country
        if journey.departed_at is None:
            journey.departed_at = moment.at
        journey.trip_began_at = journey.last_heard_at = moment.at
        journey.trips += 1
        journey.papers = max(journey.papers, moment.papers)
        journey.events.append(moment.event_id)
        if work and journey.trips == 1 and not any(c.registered_at is not None for c in journey.contracts):
            self.life.departures_without_contract.append((moment, journey))

    def _commuters_journey(self, moment: TimelineEvent) -> Journey | None:
        last = self._last()
        if (
            last is None
            or last.closed_at is None
            or not last.short
            or last.country != moment.country
            or moment.at - last.closed_at > COMMUTING_GAP
        ):
            return None
        last.returned_at = last.closed_at = last.return_kind = last.return_code = None
        self.current = last
        return last

    def _come_back(self, moment: TimelineEvent) -> None:
        self.life.crossings.append(moment)
        journey = self.current
        if journey is None or not journey.abroad:
            if journey is not None and journey.country not in (None, moment.country):
                journey.closed_at = moment.at
                journey = None
            journey = journey or self._new(Journey(moment.country, work=moment.kind is not Kind.IN))
            if journey.work:
                self.life.returns_without_departure.append((moment, journey))
        elif journey.country is not None and moment.country not in (None, journey.country):
            self.life.clashes.append(Clash(moment, journey))
        journey.country = journey.country or moment.country
        journey.returned_at = journey.closed_at = moment.at
        journey.return_kind, journey.return_code = moment.kind, moment.code
        if journey.abroad_from is None:
            journey.papers = moment.papers
        journey.events.append(moment.event_id)
        self.current = None

    def _contract(self, moment: TimelineEvent) -> None:
        contract = self._contracts.get(moment.stream)
        if contract is None:
            contract = self._contracts[moment.stream] = EmploymentContract(moment.stream)
        contract.take(moment)
        journey = self._of_stream.get(moment.stream)
        if journey is None and moment.kind is not Kind.CONTRACT_TERMINATED:
            journey = self.current or self._new(Journey(contract.country, prepared_at=moment.at))
            if not journey.abroad:
                journey.country = contract.country or journey.country
            journey.contracts.append(contract)
            self._of_stream[moment.stream] = journey
        if journey is None:
            return
        journey.events.append(moment.event_id)
        counts = contract is journey.contract  # one that another has replaced ends nothing
        if (
            moment.kind is Kind.CONTRACT_TERMINATED
            and counts
            and journey is self.current
            and not journey.abroad
        ):
            journey.closed_at = moment.at
            self.current = None

    def _case(self, moment: TimelineEvent) -> None:
        journey, last = self.current, self._last()
        if journey is None or not journey.abroad:
            if (
                last is not None
                and last.closed_at is not None
                and last.country == moment.country
                and moment.at - last.closed_at <= AFTERMATH
            ):
                journey = last
            else:
                if journey is not None and journey.country not in (None, moment.country):
                    journey.closed_at = moment.at
                    journey = None
                journey = journey or self._new(Journey(moment.country))
                journey.seen_abroad_at = journey.last_heard_at = moment.at
        elif journey.country is not None and moment.country not in (None, journey.country):
            self.life.clashes.append(Clash(moment, journey))
        if journey.abroad:
            journey.last_heard_at = moment.at
        journey.cases.append(moment.stream)
        journey.events.append(moment.event_id)
        self._of_stream[moment.stream] = journey

    def _after_return(self, moment: TimelineEvent) -> None:
        journey = self._last()
        if journey is None:
            return
        where = journey.reintegration if moment.kind is Kind.REINTEGRATION_OPENED else journey.recognitions
        where.append(moment.stream)
        journey.events.append(moment.event_id)
        self._of_stream[moment.stream] = journey


_TAKES: dict[Kind, Callable[[_Walker, TimelineEvent], None]] = {
    **dict.fromkeys((Kind.DEPARTURE, Kind.OUT), _Walker._depart),
    **dict.fromkeys((Kind.RETURN, Kind.DEPORTATION, Kind.IN), _Walker._come_back),
    **dict.fromkeys((kind for kind in Kind if kind.name.startswith("CONTRACT_")), _Walker._contract),
    Kind.CASE_OPENED: _Walker._case,
    **dict.fromkeys((Kind.REINTEGRATION_OPENED, Kind.RECOGNITION_APPLIED), _Walker._after_return),
}
"""What begins or changes something; all else goes on with the journey of its record."""
