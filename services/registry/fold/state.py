"""The state of a worker: fold(moments), which knows no clock, and view(state, at), which is told the time.

What depends on the day (is the contract over, how sure are we) is never in the state; the state names the instants at
which its view changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.codes.reasons import LegalStatus
from services.registry.fold.flags import Flag, flags_of
from services.registry.fold.journeys import Journey, Life, morning_after, walk
from services.registry.fold.moment import Kind, Moment, Papers

FRESH = timedelta(days=90)
OLD = timedelta(days=365)


class Phase(StrEnum):
    """Where a journey stands."""

    PREPARING = "preparing"
    ABROAD = "abroad"
    RETURNED = "returned"
    NOT_DEPARTED = "not_departed"
    RETURN_UNKNOWN = "return_unknown"
    """It must have ended, since another one began, but nobody recorded the return."""


class Place(StrEnum):
    """Where a worker is."""

    HOME = "home"
    ABROAD = "abroad"


class Certainty(StrEnum):
    """How sure the whereabouts are."""

    SURE = "sure"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """A worker's legal status abroad over a time; ``until`` is None while it lasts."""

    status: LegalStatus
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a worker is, since when, how sure that is and when something was last heard."""

    place: Place
    country: str
    since: datetime | None
    certainty: Certainty
    last_heard_at: datetime | None


@dataclass(slots=True)
class State:
    """What the moments of a worker tell, at whatever time it is read."""

    life: Life
    flags: list[Flag]
    spans: list[list[StatusSpan]]
    changes: list[datetime]

    def next_change(self, at: datetime) -> datetime | None:
        """The next instant after ``at`` at which the view changes by time alone."""
        place = bisect_right(self.changes, at)
        return self.changes[place] if place < len(self.changes) else None


@dataclass(frozen=True, slots=True)
class View:
    """A worker at an instant."""

    at: datetime
    whereabouts: Whereabouts
    status: LegalStatus
    flags: list[Flag]
    next_change: datetime | None


def fold(moments: Sequence[Moment]) -> State:
    """The state of a worker. ``moments`` may come in any order; each counts once."""
    ordered = sorted({moment.event_id: moment for moment in moments}.values(), key=lambda m: (m.at, m.event_id))
    life = walk(ordered)
    flags = flags_of(life)
    changes: set[datetime] = set()
    for flag in flags:
        changes.add(flag.since)
        if flag.until is not None:
            changes.add(flag.until)
    for journey in life.journeys:
        changes.update(_instants(journey))
    return State(life, flags, [status_spans(journey) for journey in life.journeys], sorted(changes))


def _instants(journey: Journey) -> list[datetime]:
    heard = journey.closed_at or journey.last_heard_at
    found = [] if heard is None else [heard + FRESH, heard + OLD]
    if journey.contract is not None and journey.contract.last_day is not None:
        found.append(morning_after(journey.contract.last_day))
    return found


def status_spans(journey: Journey) -> list[StatusSpan]:
    """Legal status abroad on a journey: by the employment contract while it lasts, else by the documents shown."""
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
            return [StatusSpan(LegalStatus.REGULAR, since, ends), StatusSpan(LegalStatus.IRREGULAR, ends, until)]
        return [StatusSpan(LegalStatus.REGULAR, since, until)]
    if journey.return_kind is Kind.DEPORTATION or journey.papers is Papers.NONE:
        return [StatusSpan(LegalStatus.IRREGULAR, since, until)]
    if journey.papers is Papers.REGULARISING:
        return [StatusSpan(LegalStatus.REGULAR, since, until)]
    return [StatusSpan(LegalStatus.NOT_KNOWN, since, until)]


def phase(journey: Journey) -> Phase:
    """Where a journey stands."""
    if journey.returned_at is not None:
        return Phase.RETURNED
    if journey.closed_at is not None:
        return Phase.RETURN_UNKNOWN if journey.abroad_from is not None else Phase.NOT_DEPARTED
    return Phase.ABROAD if journey.abroad else Phase.PREPARING


def view(state: State, at: datetime) -> View:
    """A worker as they stand at an instant."""
    whereabouts, status = _whereabouts(state, at), LegalStatus.NOT_KNOWN
    if whereabouts.place is Place.HOME:
        status = LegalStatus.NATIONAL
    else:
        for span in state.spans[-1] if state.spans else []:
            if (span.since is None or span.since <= at) and (span.until is None or at < span.until):
                status = span.status
    return View(at, whereabouts, status, [flag for flag in state.flags if flag.holds(at)], state.next_change(at))


def _whereabouts(state: State, at: datetime) -> Whereabouts:
    for journey in reversed(state.life.journeys):
        if journey.abroad_from is not None and journey.closed_at is None:
            heard = journey.last_heard_at or journey.abroad_from
            return Whereabouts(
                Place.ABROAD, journey.country or "", journey.abroad_from, _certainty(heard, at), heard
            )
        if journey.returned_at is not None:
            heard = _last_at_home(state, journey.returned_at)
            return Whereabouts(Place.HOME, "KHM", journey.returned_at, _certainty(heard, at), heard)
    last = state.life.moments[-1].at if state.life.moments else None
    certainty = Certainty.UNCERTAIN if last is None else _certainty(last, at)
    return Whereabouts(Place.HOME, "KHM", None, Certainty.LIKELY if certainty is Certainty.SURE else certainty, last)


def _last_at_home(state: State, returned_at: datetime) -> datetime:
    heard = returned_at
    for moment in reversed(state.life.moments):
        if moment.at < returned_at:
            break
        if moment.kind in (Kind.REINTEGRATION_OPENED, Kind.PLACED, Kind.RECOGNITION_APPLIED):
            heard = max(heard, moment.at)
    return heard


def _certainty(heard: datetime, at: datetime) -> Certainty:
    if at - heard <= FRESH:
        return Certainty.SURE
    return Certainty.LIKELY if at - heard <= OLD else Certainty.UNCERTAIN
