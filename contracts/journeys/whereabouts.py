"""The whereabouts of a worker, their certainty and their basis (rules J4, J8, J9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from contracts.codes.places import HOME
from contracts.journeys.basis import Basis, basis
from contracts.journeys.journeys import Life
from contracts.journeys.missing import missing_since
from contracts.journeys.signs import is_sign_of_life
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import TimelineEvent
from contracts.times import later

FRESH = timedelta(days=90)
OLD = timedelta(days=365)


class Location(StrEnum):
    """The location of a worker."""

    HOME = "home"
    ABROAD = "abroad"
    DIED = "died"
    UNKNOWN = "unknown"
    """The records of the worker could not be folded."""


class Certainty(StrEnum):
    """The certainty of the whereabouts."""

    SURE = "sure"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The whereabouts of a worker at an instant.

    ``leave`` if the worker is at home on leave; ``remains_home_at`` the return of the remains of a worker who died.
    """

    place: Location
    country: str
    since: datetime | None
    certainty: Certainty
    last_heard_at: datetime | None
    leave: bool = False
    remains_home_at: datetime | None = None
    basis: Basis | None = None


class Known(NamedTuple):
    """The last known location, without a clock; ``recorded`` if a crossing states it."""

    place: Location
    country: str
    since: datetime | None
    last_heard_at: datetime | None
    recorded: bool = True
    missing_since: datetime | None = None
    leave_until: datetime | None = None
    remains_home_at: datetime | None = None
    basis: Basis | None = None

    def certainty(self, at: datetime) -> Certainty:
        """Return the certainty at an instant. Abroad it falls with the time since the last sign of life."""
        if self.place is Location.DIED:
            return Certainty.SURE
        if self.place is Location.HOME:
            if not self.recorded:
                return Certainty.UNCERTAIN if self.since is None else Certainty.LIKELY
            return Certainty.SURE if self.since is not None and at - self.since < OLD else Certainty.LIKELY
        if self.missing_since is not None and self.missing_since <= at:
            return Certainty.UNCERTAIN
        if self.last_heard_at is None or at - self.last_heard_at >= OLD:
            return Certainty.UNCERTAIN
        return Certainty.SURE if self.recorded and at - self.last_heard_at < FRESH else Certainty.LIKELY

    def instants(self) -> list[datetime]:
        """Return the instants at which the certainty or the leave changes."""
        found = [each for each in (self.leave_until, self.missing_since) if each is not None]
        if self.place is Location.HOME and self.recorded and self.since is not None:
            found.append(later(self.since, OLD))
        if self.place is Location.ABROAD and self.last_heard_at is not None:
            found += [later(self.last_heard_at, FRESH), later(self.last_heard_at, OLD)]
        return found


def known_of(life: Life) -> Known:
    """Return the last known location of a worker."""
    heard = _last_heard(life.events)
    if life.death is not None and life.dead:
        death, stays = life.death, life.stays.stays
        died_in = death.country
        if died_in is None and stays and stays[-1].end is StayEnd.DEATH:
            died_in = stays[-1].country
        remains = None if death.remains is None else death.remains.placed
        return Known(
            Location.DIED,
            died_in or (HOME if stays and stays[-1].end is not StayEnd.DEATH else ""),
            death.since,
            heard,
            remains_home_at=remains,
            basis=basis("J9", *death.records[:3]),
        )
    stays = life.stays.stays
    if not stays:
        return Known(Location.HOME, HOME, None, heard, recorded=False)
    last = stays[-1]
    if last.open:
        return Known(
            Location.ABROAD,
            last.country or "",
            last.begins_at,
            heard,
            recorded=not last.likely,
            missing_since=missing_since(life.events),
            basis=_basis_abroad(last),
        )
    leave = next(
        (journey.leave_until for journey in life.journeys if last in journey.stays and journey.work), None
    )
    return Known(
        Location.HOME,
        HOME,
        last.ended_at,
        heard,
        recorded=last.end is StayEnd.ENTRY,
        leave_until=leave,
        basis=last.basis or basis("J1", last.entry),
    )


def _basis_abroad(stay: Stay) -> Basis:
    if stay.exit is not None:
        return basis("J1", stay.exit)
    return stay.basis or basis("J8", *stay.seen[:1])


def _last_heard(events: list[TimelineEvent]) -> datetime | None:
    return next((event.placed for event in reversed(events) if is_sign_of_life(event)), None)
