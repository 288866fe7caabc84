"""Builds the journeys of a worker from the timeline events, each from preparation to return.

The events are applied in the order in which they occurred. An event that contradicts earlier ones is never refused: the
contradiction is recorded, for the flags. The same set of events gives the same journeys, in whatever order the events
were received.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.registry.fold.employment_contract import EmploymentContract
from services.registry.fold.journey import Clash, Journey, Life
from services.registry.fold.timeline_event import Kind, TimelineEvent

COMMUTING_GAP = timedelta(days=30)
AFTERMATH = timedelta(days=60)
"""A case opened within this time after a return still belongs to the journey that has ended."""
WORK = frozenset({"work", "day_work"})


def build_life(events: Sequence[TimelineEvent]) -> Life:
    """Return the journeys of a worker. ``events`` must be ordered by time of occurrence and event id."""
    builder = _Builder(Life(events))
    for event in events:
        _HANDLERS.get(event.kind, _Builder._continue)(builder, event)
    return builder.life


class _Builder:
    def __init__(self, life: Life) -> None:
        self.life = life
        self.current: Journey | None = None
        self._contracts: dict[str, EmploymentContract] = {}
        self._of_stream: dict[str, Journey] = {}

    def _continue(self, event: TimelineEvent) -> None:
        journey = self._of_stream.get(event.stream)
        if journey is not None:
            journey.events.append(event.event_id)
            if event.kind is Kind.CASE_ACTED and journey.abroad:
                journey.last_heard_at = event.at

    def _new(self, journey: Journey) -> Journey:
        self.life.journeys.append(journey)
        self.current = journey
        return journey

    def _last(self) -> Journey | None:
        return self.life.journeys[-1] if self.life.journeys else None

    def _depart(self, event: TimelineEvent) -> None:
        self.life.crossings.append(event)
        journey = self.current
        if journey is not None and journey.abroad:
            self.life.clashes.append(Clash(event, journey))
            journey.closed_at = event.at
            journey = None
        if journey is not None and journey.country not in (None, event.country):
            journey.closed_at = event.at  # the worker prepared for one country and left for another
            journey = None
        work = event.kind is Kind.DEPARTURE or event.code in WORK
        if journey is None:
            journey = self._commuters_journey(event) or self._new(Journey(event.country, work=work))
        journey.country = journey.country or event.country
        if journey.departed_at is None:
            journey.departed_at = event.at
        journey.trip_began_at = journey.last_heard_at = event.at
        journey.trips += 1
        journey.papers = max(journey.papers, event.papers)
        journey.events.append(event.event_id)
        if work and journey.trips == 1 and not any(c.registered_at is not None for c in journey.contracts):
            self.life.departures_without_contract.append((event, journey))

    def _commuters_journey(self, event: TimelineEvent) -> Journey | None:
        last = self._last()
        if (
            last is None
            or last.closed_at is None
            or not last.short
            or last.country != event.country
            or event.at - last.closed_at > COMMUTING_GAP
        ):
            return None
        last.returned_at = last.closed_at = last.return_kind = last.return_code = None
        self.current = last
        return last

    def _return(self, event: TimelineEvent) -> None:
        self.life.crossings.append(event)
        journey = self.current
        if journey is None or not journey.abroad:
            if journey is not None and journey.country not in (None, event.country):
                journey.closed_at = event.at
                journey = None
            journey = journey or self._new(Journey(event.country, work=event.kind is not Kind.IN))
            if journey.work:
                self.life.returns_without_departure.append((event, journey))
        elif journey.country is not None and event.country not in (None, journey.country):
            self.life.clashes.append(Clash(event, journey))
        journey.country = journey.country or event.country
        journey.returned_at = journey.closed_at = event.at
        journey.return_kind, journey.return_code = event.kind, event.code
        if journey.abroad_from is None:
            journey.papers = event.papers
        journey.events.append(event.event_id)
        self.current = None

    def _contract(self, event: TimelineEvent) -> None:
        contract = self._contracts.get(event.stream)
        if contract is None:
            contract = self._contracts[event.stream] = EmploymentContract(event.stream)
        contract.apply(event)
        journey = self._of_stream.get(event.stream)
        if journey is None and event.kind is not Kind.CONTRACT_TERMINATED:
            journey = self.current or self._new(Journey(contract.country, prepared_at=event.at))
            if not journey.abroad:
                journey.country = contract.country or journey.country
            journey.contracts.append(contract)
            self._of_stream[event.stream] = journey
        if journey is None:
            return
        journey.events.append(event.event_id)
        is_current = contract is journey.contract  # the end of a contract that was replaced ends no journey
        if (
            event.kind is Kind.CONTRACT_TERMINATED
            and is_current
            and journey is self.current
            and not journey.abroad
        ):
            journey.closed_at = event.at
            self.current = None

    def _case(self, event: TimelineEvent) -> None:
        journey, last = self.current, self._last()
        if journey is None or not journey.abroad:
            if (
                last is not None
                and last.closed_at is not None
                and last.country == event.country
                and event.at - last.closed_at <= AFTERMATH
            ):
                journey = last
            else:
                if journey is not None and journey.country not in (None, event.country):
                    journey.closed_at = event.at
                    journey = None
                journey = journey or self._new(Journey(event.country))
                journey.seen_abroad_at = journey.last_heard_at = event.at
        elif journey.country is not None and event.country not in (None, journey.country):
            self.life.clashes.append(Clash(event, journey))
        if journey.abroad:
            journey.last_heard_at = event.at
        journey.cases.append(event.stream)
        journey.events.append(event.event_id)
        self._of_stream[event.stream] = journey

    def _after_return(self, event: TimelineEvent) -> None:
        journey = self._last()
        if journey is None:
            return
        streams = journey.reintegration if event.kind is Kind.REINTEGRATION_OPENED else journey.recognitions
        streams.append(event.stream)
        journey.events.append(event.event_id)
        self._of_stream[event.stream] = journey


_HANDLERS: dict[Kind, Callable[[_Builder, TimelineEvent], None]] = {
    **dict.fromkeys((Kind.DEPARTURE, Kind.OUT), _Builder._depart),
    **dict.fromkeys((Kind.RETURN, Kind.DEPORTATION, Kind.IN), _Builder._return),
    **dict.fromkeys((kind for kind in Kind if kind.name.startswith("CONTRACT_")), _Builder._contract),
    Kind.CASE_OPENED: _Builder._case,
    **dict.fromkeys((Kind.REINTEGRATION_OPENED, Kind.RECOGNITION_APPLIED), _Builder._after_return),
}
"""Handlers of the events that begin or change a journey. Any other event is added to the journey of its record."""
