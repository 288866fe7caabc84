"""The state of a worker: ``fold(events)`` uses no clock; ``view(state, at)`` receives the time.

The state holds nothing that depends on the day, such as whether the contract is over or how certain the whereabouts
are. It holds the instants at which its view changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from contracts.codes.assistance import LegalStatus
from contracts.times import later
from services.registry.fold.employment_contract import morning_after
from services.registry.fold.flags import Flag, flags_of
from services.registry.fold.journey import Journey, Life
from services.registry.fold.journeys import build_life
from services.registry.fold.timeline_event import Kind, Papers, TimelineEvent

FRESH = timedelta(days=90)
OLD = timedelta(days=365)


class Phase(StrEnum):
    """The phase of a journey."""

    PREPARING = "preparing"
    ABROAD = "abroad"
    RETURNED = "returned"
    NOT_DEPARTED = "not_departed"
    RETURN_UNKNOWN = "return_unknown"
    """The journey must have ended, because another one began, but the return was not recorded."""


class Location(StrEnum):
    """The location of a worker."""

    HOME = "home"
    ABROAD = "abroad"
    UNKNOWN = "unknown"
    """The records of the worker could not be folded."""


class Certainty(StrEnum):
    """The certainty of the whereabouts."""

    SURE = "sure"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"


class StatusSpan(NamedTuple):
    """A worker's legal status abroad during a time span; ``until`` is None if the span has not ended."""

    status: LegalStatus
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The whereabouts of a worker: location, start, certainty, and the last sign of life."""

    place: Location
    country: str
    since: datetime | None
    certainty: Certainty
    last_heard_at: datetime | None


class Known(NamedTuple):
    """The last known location of a worker and the last sign of life; ``recorded`` if a record states the location."""

    place: Location
    country: str
    since: datetime | None
    last_heard_at: datetime | None
    recorded: bool = True

    def certainty(self, at: datetime) -> Certainty:
        """Return the certainty of the location at an instant."""
        if self.last_heard_at is None or at - self.last_heard_at >= OLD:
            return Certainty.UNCERTAIN
        return Certainty.SURE if self.recorded and at - self.last_heard_at < FRESH else Certainty.LIKELY


@dataclass
class State:
    """The state folded from the events of a worker, independent of the time of reading."""

    life: Life
    flags: list[Flag]
    known: Known

    @cached_property
    def spans(self) -> list[list[StatusSpan]]:
        """The legal status abroad, for each journey."""
        return [status_spans(journey) for journey in self.life.journeys]

    @cached_property
    def changes(self) -> list[datetime]:
        """The instants at which the view changes without a new event."""
        known = self.known
        changes = {flag.since for flag in self.flags}
        changes.update(flag.until for flag in self.flags if flag.until is not None)
        if known.last_heard_at is not None:
            changes.add(later(known.last_heard_at, OLD))
            if known.recorded:
                changes.add(later(known.last_heard_at, FRESH))
        if known.place is Location.ABROAD:
            before = LegalStatus.NOT_KNOWN
            for span in self.spans[-1]:
                if span.since is not None and span.status is not before:
                    changes.add(span.since)
                before = span.status
        return sorted(changes)

    def next_change(self, at: datetime) -> datetime | None:
        """Return the next instant after ``at`` at which the view changes without a new event."""
        index = bisect_right(self.changes, at)
        return self.changes[index] if index < len(self.changes) else None


@dataclass(frozen=True, slots=True)
class View:
    """A worker at an instant."""

    at: datetime
    whereabouts: Whereabouts
    status: LegalStatus
    flags: list[Flag]
    next_change: datetime | None


UNKNOWN = State(Life([]), [], Known(Location.UNKNOWN, "", None, None, recorded=False))
"""The state of a worker whose records could not be folded: nothing is known."""
_IN_ORDER = attrgetter("at", "event_id")


def fold(events: Sequence[TimelineEvent]) -> State:
    """Return the state of a worker. ``events`` may have any order; repeated events count once."""
    each = {event.event_id: event for event in events}
    life = build_life(sorted(each.values(), key=_IN_ORDER))
    return State(life, flags_of(life), _last_known(life))


def status_spans(journey: Journey) -> list[StatusSpan]:
    """Return the legal status abroad on a journey: from the employment contract in its term, else from the documents shown."""
    since, until = journey.abroad_from, journey.closed_at
    if since is None and journey.returned_at is None:
        return []
    if not journey.work:
        return [StatusSpan(LegalStatus.NOT_KNOWN, since, until)]
    contract = journey.contract
    if contract is not None and contract.last_day is not None and since is not None and not contract.returned:
        ends = morning_after(contract.last_day)
        if ends <= since:
            return [StatusSpan(LegalStatus.IRREGULAR, since, until)]
        if until is None or until > ends:
            return [
                StatusSpan(LegalStatus.REGULAR, since, ends),
                StatusSpan(LegalStatus.IRREGULAR, ends, until),
            ]
        return [StatusSpan(LegalStatus.REGULAR, since, until)]
    if journey.return_kind is Kind.DEPORTATION or journey.papers is Papers.NONE:
        return [StatusSpan(LegalStatus.IRREGULAR, since, until)]
    if journey.papers is Papers.REGULARISING:
        return [StatusSpan(LegalStatus.REGULAR, since, until)]
    return [StatusSpan(LegalStatus.NOT_KNOWN, since, until)]


def phase(journey: Journey) -> Phase:
    """Return the phase of a journey."""
    if journey.returned_at is not None:
        return Phase.RETURNED
    if journey.closed_at is not None:
        return Phase.RETURN_UNKNOWN if journey.abroad_from is not None else Phase.NOT_DEPARTED
    return Phase.ABROAD if journey.abroad else Phase.PREPARING


def view(state: State, at: datetime) -> View:
    """Return the view of a worker at an instant."""
    known, status = state.known, LegalStatus.NOT_KNOWN
    if known.place is Location.HOME:
        status = LegalStatus.NATIONAL
    elif known.place is Location.ABROAD:
        for span in state.spans[-1]:
            if (span.since is None or span.since <= at) and (span.until is None or at < span.until):
                status = span.status
    whereabouts = Whereabouts(
        known.place, known.country, known.since, known.certainty(at), known.last_heard_at
    )
    return View(
        at, whereabouts, status, [flag for flag in state.flags if flag.holds(at)], state.next_change(at)
    )


def _last_known(life: Life) -> Known:
    for journey in reversed(life.journeys):
        if journey.abroad_from is not None and journey.closed_at is None:
            return Known(
                Location.ABROAD,
                journey.country or "",
                journey.abroad_from,
                journey.last_heard_at or journey.abroad_from,
            )
        if journey.returned_at is not None:
            return Known(Location.HOME, "KHM", journey.returned_at, _last_at_home(life, journey.returned_at))
    return Known(Location.HOME, "KHM", None, life.events[-1].at if life.events else None, recorded=False)


def _last_at_home(life: Life, returned_at: datetime) -> datetime:
    latest = returned_at
    for event in reversed(life.events):
        if event.at < returned_at:
            break
        if event.kind in (Kind.REINTEGRATION_OPENED, Kind.PLACED, Kind.RECOGNITION_APPLIED):
            latest = max(latest, event.at)
    return latest
