"""Rule J9, death: when and where a worker died, from what is recorded; and what contradicts it.

A later act of the worker contradicts the death: then both are shown, and nothing is ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from contracts.journeys.employment_contract import morning_after, morning_of
from contracts.journeys.signs import acts_of_the_worker
from contracts.journeys.timeline_event import Kind, TimelineEvent

_MAY_TELL = frozenset(
    (Kind.DEATH_RECORDED, Kind.CONTRACT_TERMINATED, Kind.CASE_CLOSED, Kind.CASE_OPENED, Kind.RETURN)
)
_OUTCOMES = frozenset(("died", "buried_abroad", "remains_repatriated"))


class Death(NamedTuple):
    """A death as recorded: ``since`` the first instant of its day, or the first record of it if no day is stated.

    ``country`` is None if no record states it. ``remains`` is the return of the remains. ``contradicted_by`` is a later act
    of the worker.
    """

    since: datetime
    country: str | None
    records: tuple[TimelineEvent, ...]
    remains: TimelineEvent | None
    contradicted_by: TimelineEvent | None


def is_return_of_remains(event: TimelineEvent) -> bool:
    """Return whether a crossing is the return of the remains of a worker: neither a return nor a returnee."""
    return event.kind is Kind.RETURN and event.code == "remains"


def death_of(events: Sequence[TimelineEvent]) -> Death | None:
    """Return the death of a worker from events in their order; None if no record speaks of it."""
    records = [event for event in events if event.kind in _MAY_TELL and _tells_of_death(event)]
    if not records:
        return None
    dated = [(event, _day(event)) for event in records]
    stated = next(
        (
            day
            for kind in (Kind.DEATH_RECORDED, Kind.CONTRACT_TERMINATED)
            for event, day in dated
            if event.kind is kind and day
        ),
        None,
    )
    since = records[0].placed if stated is None else morning_of(stated)
    over = since if stated is None else morning_after(stated)
    later_acts = (
        event for event in acts_of_the_worker(events) if event.placed >= over and event not in records
    )
    return Death(
        since,
        next(
            (event.country for event in records if event.kind is Kind.DEATH_RECORDED and event.country), None
        ),
        tuple(records),
        next((event for event in records if is_return_of_remains(event)), None),
        next(later_acts, None),
    )


def _day(event: TimelineEvent) -> date | None:
    return event.starts_on if event.kind is Kind.DEATH_RECORDED else event.ends_on


def _tells_of_death(event: TimelineEvent) -> bool:
    match event.kind:
        case Kind.DEATH_RECORDED:
            return True
        case Kind.CONTRACT_TERMINATED:
            return event.code == "death"
        case Kind.CASE_CLOSED:
            return event.code in _OUTCOMES
        case Kind.CASE_OPENED:  # a worker may ask for help with the remains of somebody else
            return event.code == "mortal_remains" and event.whom != "worker"
        case Kind.RETURN:
            return event.code == "remains"
        case _:
            return False
