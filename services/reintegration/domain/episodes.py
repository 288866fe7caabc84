"""Rule J13: the returns of a worker that one reintegration case follows.

Every return that is not home leave joins the returns before it, whether a post recorded it or a mission states it. A
recorded departure for work, the death of the worker or a counsellor who closes the case ends the row: the next return begins another. A
departure that was only inferred ends nothing. Children, dependants and the dead have no returns here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from contracts.journeys.journeys import Life
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent

_STATED = frozenset((StayEnd.ENTRY, StayEnd.REPATRIATED))


class Return(NamedTuple):
    """A return that is not home leave.

    ``also`` are further events of the same return: a second record of the crossing, the word of the mission. Until
    ``leave_until`` it counted as home leave.
    """

    event: TimelineEvent
    also: frozenset[UUID] = frozenset()
    leave_until: datetime | None = None

    @property
    def ids(self) -> frozenset[UUID]:
        """The ids of all its events."""
        return self.also | {self.event.event_id}


class End(IntEnum):
    """The reasons for which the returns of a case end."""

    CLOSED = 0
    """A counsellor closed the case."""
    LEFT_AGAIN = 1
    DIED = 2


@dataclass(slots=True)
class Episode:
    """Returns that one case follows, and what ended them; ``ended_by`` is the departure, or a record of the death."""

    returns: list[Return]
    end: End | None = None
    ended_by: TimelineEvent | None = None

    @property
    def ids(self) -> frozenset[UUID]:
        """The ids of the events of all its returns."""
        return frozenset().union(*(each.ids for each in self.returns))


@dataclass(slots=True)
class Returns:
    """The returns of a worker. ``leave_until`` is the instant at which the last one stops counting as home leave."""

    episodes: list[Episode] = field(default_factory=list)
    leave_until: datetime | None = None


class Closing(NamedTuple):
    """A case that a counsellor closed: when, and the returns on it."""

    at: datetime
    returns: frozenset[UUID]


def returns_of(life: Life, at: datetime, closings: Iterable[Closing] = ()) -> Returns:
    """Return the returns of a worker as rule J13 groups them, at an instant."""
    found = Returns()
    returns: list[Return] = []
    for journey in life.journeys:
        if not journey.work:
            continue
        for stay in journey.stays:
            if stay.end not in _STATED or stay.ended_by is None:
                continue
            if stay is not journey.stays[-1]:
                continue  # home leave: the journey goes on
            if journey.on_leave(at):
                found.leave_until = journey.leave_until
                continue
            returns.append(Return(stay.ended_by, _further_events(life, stay), journey.leave_until))
    departures = [stay.exit for stay in life.stays.stays if stay.work and stay.exit is not None]
    steps: list[tuple[datetime, int, object]] = [(each.event.placed, 0, each) for each in returns]
    steps += [(each.placed, 1, each) for each in departures]
    steps += [(each.at, 2, each) for each in closings]
    if life.death is not None and life.dead:
        steps.append((life.death.since, 3, life.death.records[0]))
    current: Episode | None = None
    for _, kind, step in sorted(steps, key=lambda each: each[:2]):
        if isinstance(step, Return):
            if current is None:
                current = Episode([])
                found.episodes.append(current)
            current.returns.append(step)
        elif current is not None:
            if isinstance(step, Closing):
                if current.ids.isdisjoint(step.returns):
                    continue
                current.end = End.CLOSED
            else:
                assert isinstance(step, TimelineEvent)
                current.end = End.DIED if kind == 3 else End.LEFT_AGAIN
                current.ended_by = step
            current = None
    return found


def _further_events(life: Life, stay: Stay) -> frozenset[UUID]:
    found = {each.event.event_id for each in life.duplicates if each.counted is stay.entry}
    cases = {case.stream for case in stay.cases}
    found.update(
        event.event_id
        for event in life.events
        if event.kind is Kind.CASE_CLOSED and event.code == "repatriated" and event.stream in cases
    )
    return frozenset(found)


def all_ids(episodes: Sequence[Episode]) -> frozenset[UUID]:
    """Return the ids of the events of all returns."""
    return frozenset().union(*(each.ids for each in episodes))
