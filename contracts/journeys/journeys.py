"""Rules J1 to J5: a worker's events become journeys.

Each step is a rule with a module of its own: events are placed in time (J6), duplicates are set aside (J5), crossings and
evidence become stays (J1, J4, J8), stays for work are told from visits (J10), contracts find their stays (J3), and stays
join into journeys (J2). The same set of events gives the same journeys, in whatever order they were received.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.journeys.channel import channel_of
from contracts.journeys.contracts_of_stays import assign
from contracts.journeys.death import Death, death_of
from contracts.journeys.duplicates import Duplicate, without_duplicates
from contracts.journeys.employment_contract import EmploymentContract
from contracts.journeys.home_leave import continues, on_leave_until
from contracts.journeys.journey import Journey
from contracts.journeys.placing import placed
from contracts.journeys.stays import Stay, Stays, stays_of
from contracts.journeys.timeline_event import CROSSING_NUMBERS, Kind, TimelineEvent
from contracts.journeys.work import mark_work
from contracts.reference.current import ReferenceData, reference_data

_CONTRACT_KINDS = frozenset(kind for kind in Kind if kind.name.startswith("CONTRACT_"))


@dataclass(slots=True)
class Life:
    """All that is known of a worker, in its order. ``journeys`` includes visits, marked as not for work."""

    events: list[TimelineEvent]
    crossings: list[TimelineEvent] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    contracts: dict[str, EmploymentContract] = field(default_factory=dict)
    stays: Stays = field(default_factory=Stays)
    death: Death | None = None
    journeys: list[Journey] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    """The kinds of events that occur."""

    @property
    def dead(self) -> bool:
        """True if the worker died, and nothing contradicts it."""
        return self.death is not None and self.death.contradicted_by is None


def life_of(events: Iterable[TimelineEvent], reference: ReferenceData | None = None) -> Life:
    """Return the journeys of a worker from events in any order; repeated events count once."""
    reference = reference or reference_data()
    ordered = placed(events)
    life = Life(ordered)
    crossed: list[TimelineEvent] = []
    for event in ordered:
        kind = event.kind
        life.kinds.add(kind)
        if kind in CROSSING_NUMBERS:
            if event.code != "remains":
                crossed.append(event)
        elif kind in _CONTRACT_KINDS:
            contract = life.contracts.get(event.stream)
            if contract is None:
                contract = life.contracts[event.stream] = EmploymentContract(event.stream)
            contract.apply(event)
    life.crossings, life.duplicates = without_duplicates(crossed, reference)
    life.death = death_of(ordered)
    life.stays = stays_of(ordered, set(map(id, life.crossings)), life.death)
    contracts = sorted(life.contracts.values(), key=lambda each: (each.signed_at, each.stream))
    mark_work(life.stays.stays, contracts)
    _join(life, contracts, reference)
    _attach_records(life)
    return life


def _join(life: Life, contracts: Sequence[EmploymentContract], reference: ReferenceData) -> None:
    working = [stay for stay in life.stays.stays if stay.work]
    of_stays, unused = assign(contracts, working, reference)
    journeys: list[Journey] = []
    for nth, stay in enumerate(working):
        own = of_stays.get(nth, [])
        journey = journeys[-1] if journeys else None
        if journey is None or not continues(journey.stays[-1], stay, journey.standing, own, reference):
            journey = Journey(stay.country)
            journeys.append(journey)
        journey.stays.append(stay)
        journey.contracts += own
    if journeys:
        journeys[-1].leave_until = None if life.dead else on_leave_until(journeys[-1].stays[-1], reference)
    journeys += _preparations(unused)
    for journey in journeys:
        journey.channel = channel_of(journey)
    journeys += _visits([stay for stay in life.stays.stays if not stay.work], reference)
    if life.death is not None and life.dead:
        for journey in journeys:
            if not journey.stays and journey.begins_at <= life.death.since:
                journey.died_at = life.death.since
    if len(journeys) > 1:
        journeys.sort(key=lambda each: (each.begins_at, each.country or "", each.work))
    life.journeys = journeys


def _preparations(unused: Sequence[EmploymentContract]) -> list[Journey]:
    """Return a journey for each preparation: contracts for one country whose terms overlap."""
    found: list[Journey] = []
    for contract in unused:
        if contract.terms is None:
            continue  # its registration is not known yet
        for journey in found:
            if journey.country == contract.country and any(
                _overlap(contract, each) for each in journey.contracts
            ):
                journey.contracts.append(contract)
                break
        else:
            found.append(Journey(contract.country, contracts=[contract]))
    return found


def _overlap(one: EmploymentContract, other: EmploymentContract) -> bool:
    first, last = one.starts_on or date.min, one.ends_on or date.max
    return (other.starts_on or date.min) <= last and first <= (other.ends_on or date.max)


def _visits(stays: Sequence[Stay], reference: ReferenceData) -> list[Journey]:
    """Return the visits; those to one country that follow each other within the corridor's days are one."""
    found: list[Journey] = []
    for stay in stays:
        if not found or not continues(found[-1].stays[-1], stay, (), (), reference):
            found.append(Journey(stay.country, work=False))
        found[-1].stays.append(stay)
    return found


def _attach_records(life: Life) -> None:
    """Give each journey its cases, follow-ups, recognitions and events."""
    of_stay = {id(stay): journey for journey in life.journeys for stay in journey.stays}
    of_stream = {c.stream: journey for journey in life.journeys for c in journey.contracts}
    of_event: dict[int, Journey] = {}
    for journey in life.journeys:
        for stay in journey.stays:
            if stay.exit is not None:
                of_event[id(stay.exit)] = journey
            if stay.entry is not None:
                of_event[id(stay.entry)] = journey
    for duplicate in life.duplicates:
        if id(duplicate.counted) in of_event:
            of_event[id(duplicate.event)] = of_event[id(duplicate.counted)]
    for stream, stay in life.stays.case_of.items():
        of_stream[stream] = of_stay[id(stay)]
    for stay in life.stays.stays:
        for seen in stay.seen:
            if seen.kind is Kind.PERMIT_RECORDED:
                of_stream[seen.stream] = of_stay[id(stay)]
    dead = life.death
    for event in life.events:
        found = of_event.get(id(event)) or of_stream.get(event.stream)
        if found is None:
            found = _journey_of_follow_up(life, event, of_event)
            if found is None and dead is not None and event is dead.remains:
                found = next((each for each in reversed(life.journeys) if each.work), None)
            if found is None:
                continue
            if event.kind is not Kind.RETURN:
                of_stream[event.stream] = found
        found.events.append(event)
        if event.kind is Kind.CASE_OPENED:
            found.cases.append(event)


def _journey_of_follow_up(life: Life, event: TimelineEvent, of_event: dict[int, Journey]) -> Journey | None:
    if event.kind is Kind.REINTEGRATION_OPENED:
        cause = next((each for each in life.events if each.event_id == event.about), None)
        found = (of_event.get(id(cause)) if cause is not None else None) or _latest_before(life, event)
        if found is not None:
            found.follow_ups.append(event)
        return found
    if event.kind is Kind.RECOGNITION_APPLIED:
        found = _latest_before(life, event)
        if found is not None:
            found.recognitions.append(event)
        return found
    return None


def _latest_before(life: Life, event: TimelineEvent) -> Journey | None:
    before = [each for each in life.journeys if each.work and each.stays and each.begins_at <= event.placed]
    return before[-1] if before else next((each for each in life.journeys if each.work), None)
