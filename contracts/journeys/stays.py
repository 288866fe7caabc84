"""Rules J1, J4, J5 and J8: a worker's stays abroad, each in one country, between an exit and an entry.

Either end may be unknown. An end that was inferred says from what: another crossing in the same direction (J5), evidence
from another country (J4), the repatriation by a mission, or the worker's presence in Cambodia (J8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.codes.places import HOME
from contracts.journeys.basis import Basis, basis
from contracts.journeys.death import Death
from contracts.journeys.signs import at_home, in_person, is_sign_of_life
from contracts.journeys.timeline_event import CROSSING_NUMBERS, EXIT_NUMBERS, Kind, TimelineEvent

WORK = frozenset(("work", "day_work"))
_NOT_ALIVE = frozenset(("mortal_remains", "whereabouts"))


class StayEnd(StrEnum):
    """The ways in which a stay ends."""

    ENTRY = "entry"
    """The entry into Cambodia was recorded."""
    NOT_RECORDED = "not_recorded"
    """A later exit shows that the worker had come back (J5)."""
    REPATRIATED = "repatriated"
    """A mission states that it brought the worker home (J8)."""
    PRESENT_AT_HOME = "present_at_home"
    """An office in Cambodia met the worker (J8)."""
    MOVED_ON = "moved_on"
    """The worker was then in another country (J4)."""
    DEATH = "death"
    """The worker died (J9)."""


@dataclass(slots=True, eq=False)
class Stay:
    """A period abroad in one country. ``work`` is decided by :mod:`contracts.journeys.work`.

    ``exit`` and ``entry`` are the crossings, if they are recorded. ``seen`` are the events that show the worker there. ``ended_at`` is the instant of the end, or the last possible one if it is inferred.
    """

    country: str | None
    exit: TimelineEvent | None = None
    entry: TimelineEvent | None = None
    seen: list[TimelineEvent] = field(default_factory=list)
    cases: list[TimelineEvent] = field(default_factory=list)
    end: StayEnd | None = None
    ended_at: datetime | None = None
    ended_by: TimelineEvent | None = None
    moved_from: Stay | None = None
    work: bool = False
    likely: bool = False
    """True if nothing but a case that concerns the country shows the stay."""
    begins_after: datetime | None = None
    """The last instant at which the worker was known to be elsewhere, if the exit is not recorded."""

    @property
    def begins_at(self) -> datetime:
        """The exit, or else the first instant at which the worker is known to have been there."""
        if self.exit is not None:
            return self.exit.placed
        if self.seen:
            return self.seen[0].placed
        assert self.ended_at is not None
        return self.ended_at

    @property
    def last_seen(self) -> TimelineEvent | None:
        """The last event that shows the worker alive during the stay."""
        if self.entry is not None:
            return self.entry
        return self.seen[-1] if self.seen else self.exit

    @property
    def seen_or_entry(self) -> TimelineEvent:
        """The event that shows a stay whose exit is not recorded."""
        event = self.seen[0] if self.seen else self.entry
        assert event is not None
        return event

    @property
    def open(self) -> bool:
        """True if no end is known."""
        return self.end is None

    @property
    def basis(self) -> Basis | None:
        """Why an end that is not a recorded entry is believed, or a begin that is not a recorded exit."""
        match self.end:
            case StayEnd.NOT_RECORDED:
                return basis("J5", self.exit, self.ended_by)
            case StayEnd.REPATRIATED | StayEnd.PRESENT_AT_HOME:
                return basis("J8", self.ended_by)
            case StayEnd.MOVED_ON:
                return basis("J4", self.ended_by)
            case StayEnd.DEATH:
                return basis("J9", self.ended_by)
        if self.exit is None:
            rule = "J4" if self.moved_from is not None else "J8" if self.seen else "J5"
            return basis(rule, *([*self.seen, self.entry][:1]))
        return None

    def close(self, end: StayEnd, at: datetime, by: TimelineEvent | None) -> None:
        """End the stay."""
        self.end, self.ended_at, self.ended_by = end, at, by
        if end is StayEnd.ENTRY:
            self.entry = by


@dataclass(slots=True)
class Stays:
    """All stays of a worker in their order, and the cases that belong to none.

    ``case_of`` gives for each case the stay that it belongs to (J8); ``signed`` are signatures outside any stay.
    """

    stays: list[Stay] = field(default_factory=list)
    case_of: dict[str, Stay] = field(default_factory=dict)
    cases_without_stay: list[TimelineEvent] = field(default_factory=list)


def stays_of(events: Sequence[TimelineEvent], counted: set[int], death: Death | None) -> Stays:
    """Return the stays of a worker from events in their order.

    ``counted`` are the ``id()`` of the crossings that count: duplicates are passed over.
    """
    walk = _Walk(counted)
    dead_from = death.since if death is not None and death.contradicted_by is None else None
    for event in events:
        if dead_from is not None and event.placed >= dead_from:
            walk.die(death)  # type: ignore[arg-type]
            dead_from = None
            walk.dead = True
        walk.take(event)
    if dead_from is not None:
        walk.die(death)  # type: ignore[arg-type]
    return walk.found


class _Walk:
    def __init__(self, counted: set[int]) -> None:
        self.found = Stays()
        self.stay: Stay | None = None
        self.dead = False
        self._counted = counted
        self._home_since: TimelineEvent | None = None
        self._case_country: dict[str, str | None] = {}

    def take(self, event: TimelineEvent) -> None:
        kind = event.kind
        if kind in CROSSING_NUMBERS:
            if id(event) in self._counted and not self.dead:
                if kind in EXIT_NUMBERS:
                    self._exit(event)
                else:
                    self._entry(event)
        elif kind is Kind.CASE_OPENED:
            self._case(event)
        elif kind is Kind.CASE_ACTED:
            self._acted(event)
        elif kind is Kind.CASE_CLOSED:
            self._case_closed(event)
        elif kind is Kind.PERMIT_RECORDED:
            self._evidence(event, event.country)
        elif at_home(event):
            self._at_home(event)

    def die(self, death: Death) -> None:
        if self.stay is not None:
            self.stay.close(StayEnd.DEATH, death.since, death.records[0])
            self.stay = None

    def _begin(self, stay: Stay) -> Stay:
        last = self.found.stays[-1] if self.found.stays else None
        if stay.exit is None and last is not None:
            stay.begins_after = last.begins_at if last.open else last.ended_at
        self.found.stays.append(stay)
        self.stay = stay
        return stay

    def _exit(self, event: TimelineEvent) -> None:
        if self.stay is not None:
            self.stay.close(StayEnd.NOT_RECORDED, event.placed, event)
        self._begin(Stay(event.country, exit=event))

    def _entry(self, event: TimelineEvent) -> None:
        stay = self.stay
        if stay is None:
            last = self.found.stays[-1] if self.found.stays else None
            if last is not None and last.end is StayEnd.REPATRIATED and event.country in (None, last.country):
                last.close(
                    StayEnd.ENTRY, event.placed, event
                )  # the mission's word is now confirmed by the crossing
                return
            stay = self._begin(Stay(event.country))
        elif None not in (stay.country, event.country) and stay.country != event.country:
            stay = self._move_on(event, event.country)
        stay.country = stay.country or event.country
        stay.close(StayEnd.ENTRY, event.placed, event)
        self.stay = None

    def _move_on(self, event: TimelineEvent, country: str | None) -> Stay:
        before = self.stay
        assert before is not None
        before.close(StayEnd.MOVED_ON, event.placed, event)
        return self._begin(Stay(country, moved_from=before))

    def _evidence(self, event: TimelineEvent, country: str | None) -> None:
        """Take an event that shows the worker in a country abroad."""
        if self.dead or country is None or country == HOME:
            return
        stay = self.stay
        if stay is None:
            stay = self._begin(Stay(country))
        elif stay.country != country:
            stay = self._move_on(event, country) if stay.country is not None else stay
            stay.country = country
        stay.likely = False
        stay.seen.append(event)

    def _case(self, event: TimelineEvent) -> None:
        self._case_country[event.stream] = event.worker_in or event.country
        if event.worker_in == HOME:
            if event.whom == "worker":
                self._at_home(event)
        elif event.worker_in is not None:
            self._evidence(event, event.worker_in)
        elif self.stay is None and not self.found.stays and not self.dead and event.code not in _NOT_ALIVE:
            # Nothing else is known: a case that concerns a country is the best evidence that the worker is there.
            stay = self._begin(Stay(event.country, likely=True))
            stay.seen.append(event)
        elif self.stay is not None and event.whom == "worker":
            self.stay.seen.append(event)
        belongs = self._stay_of_case(event)
        if belongs is None:
            self.found.cases_without_stay.append(event)
        else:
            belongs.cases.append(event)
            self.found.case_of[event.stream] = belongs

    def _stay_of_case(self, event: TimelineEvent) -> Stay | None:
        countries = (event.worker_in, event.country)
        if self.stay is not None and self.stay.country in countries:
            return self.stay
        there = [stay for stay in self.found.stays if stay.country in countries]
        if there:
            return there[-1]
        return self.stay or (self.found.stays[-1] if self.found.stays else None)

    def _acted(self, event: TimelineEvent) -> None:
        if event.worker_in == HOME:
            self._at_home(event)
        elif event.worker_in is not None:
            self._evidence(event, event.worker_in)
        elif in_person(event):
            self._evidence(event, self._case_country.get(event.stream))
        elif self.stay is not None and is_sign_of_life(event):
            self.stay.seen.append(event)

    def _case_closed(self, event: TimelineEvent) -> None:
        if self.dead:
            return
        if event.code == "repatriated":
            if self.stay is None and not self.found.stays:
                self._begin(Stay(self._case_country.get(event.stream), likely=True))
            if self.stay is not None:
                self.stay.close(StayEnd.REPATRIATED, event.placed, event)
                self.stay = None
        elif self.stay is not None and is_sign_of_life(event):
            self.stay.seen.append(event)

    def _at_home(self, event: TimelineEvent) -> None:
        if self.stay is not None and not self.dead:
            self.stay.close(StayEnd.PRESENT_AT_HOME, event.placed, event)
            self.stay = None
