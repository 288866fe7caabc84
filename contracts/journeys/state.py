"""The state of a worker: ``fold(events)`` uses no clock; ``view(state, at)`` receives the time.

The state holds nothing that depends on the day, such as whether the contract is over or how certain the whereabouts
are. It holds the instants at which its view changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from contracts.codes.assistance import LegalStatus
from contracts.journeys.flag_rules import flags_of
from contracts.journeys.flags import Flag
from contracts.journeys.journey import Journey
from contracts.journeys.journeys import Life, life_of
from contracts.journeys.legal_status import StatusSpan, status_in
from contracts.journeys.timeline_event import TimelineEvent
from contracts.journeys.whereabouts import Known, Location, Whereabouts, known_of
from contracts.reference.current import ReferenceData, reference_data


@dataclass
class State:
    """The state folded from the events of a worker, independent of the time of reading."""

    life: Life
    flags: list[Flag]
    known: Known
    reference: ReferenceData
    _status: dict[int, list[list[StatusSpan]]] = field(default_factory=dict, repr=False, compare=False)

    def status_of(self, journey: Journey) -> list[list[StatusSpan]]:
        """Return the legal status abroad in each stay of a journey, worked out when it is first asked for."""
        found = self._status.get(id(journey))
        if found is None:
            found = self._status[id(journey)] = [
                status_in(journey, stay, self.reference) for stay in journey.stays
            ]
        return found

    @property
    def spans(self) -> list[list[StatusSpan]]:
        """The legal status abroad, for each journey."""
        return [[span for spans in self.status_of(each) for span in spans] for each in self.life.journeys]

    @cached_property
    def changes(self) -> list[datetime]:
        """The instants at which the view changes without a new event."""
        changes = {flag.since for flag in self.flags}
        changes.update(flag.until for flag in self.flags if flag.until is not None)
        changes.update(self.known.instants())
        for journey in self.life.journeys:
            changes.update(journey.instants())
            if journey.abroad:
                changes.update(span.since for span in self.status_of(journey)[-1] if span.since is not None)
        return sorted(changes)

    def next_change(self, at: datetime) -> datetime | None:
        """Return the next instant after ``at`` at which the view changes without a new event."""
        index = bisect_right(self.changes, at)
        return self.changes[index] if index < len(self.changes) else None


@dataclass(frozen=True, slots=True)
class View:
    """A worker at an instant. ``status`` is None for a worker who died."""

    at: datetime
    whereabouts: Whereabouts
    status: LegalStatus | None
    flags: list[Flag]
    next_change: datetime | None


def unknown_state() -> State:
    """Return the state of a worker whose records could not be folded: nothing is known."""
    return State(Life([]), [], Known(Location.UNKNOWN, "", None, None, recorded=False), reference_data())


def fold(events: Sequence[TimelineEvent], reference: ReferenceData | None = None) -> State:
    """Return the state of a worker. ``events`` may have any order; repeated events count once."""
    reference = reference or reference_data()
    life = life_of(events, reference)
    return State(life, flags_of(life, reference), known_of(life), reference)


def view(state: State, at: datetime) -> View:
    """Return the view of a worker at an instant."""
    known = state.known
    status: LegalStatus | None = LegalStatus.NOT_KNOWN
    if known.place is Location.DIED:
        status = None
    elif known.place is Location.HOME:
        status = LegalStatus.NATIONAL
    elif known.place is Location.ABROAD:
        for journey in state.life.journeys:
            if journey.abroad:
                for span in state.status_of(journey)[-1]:
                    if (span.since is None or span.since <= at) and (span.until is None or at < span.until):
                        status = span.status
    whereabouts = Whereabouts(
        known.place,
        known.country,
        known.since,
        known.certainty(at),
        known.last_heard_at,
        known.place is Location.HOME and known.leave_until is not None and at < known.leave_until,
        known.remains_home_at,
        known.basis,
    )
    return View(
        at, whereabouts, status, [flag for flag in state.flags if flag.holds(at)], state.next_change(at)
    )
