"""Flags: conditions in a worker's journeys that an office should look at. Each flag is one small rule.

A flag holds from ``since`` until ``until``. Both follow from the events alone, without a clock: a flag that time raises
(an employment contract that ends while the worker is abroad) is stored before its day, and a list of flagged workers is
a query.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from contracts.times import later
from services.registry.fold.employment_contract import morning_after
from services.registry.fold.journey import Life

SILENCE = timedelta(days=300)
SAME_HOUR = timedelta(hours=1)
CLOCK_SLACK = timedelta(days=1)
OVERDUE_START = timedelta(days=30)


class FlagName(StrEnum):
    """The names of all flags."""

    DEPARTED_WITHOUT_REGISTERED_CONTRACT = "departed_without_registered_contract"
    RETURNED_WITHOUT_KNOWN_DEPARTURE = "returned_without_known_departure"
    CONTRACT_ENDED_WHILE_ABROAD = "contract_ended_while_abroad"
    TWO_PLACES_AT_ONCE = "two_places_at_once"
    NOT_DEPARTED_THOUGH_DUE = "not_departed_though_due"
    SILENT_ABROAD = "silent_abroad"
    UNACCOMPANIED_MINOR = "unaccompanied_minor"
    OCCURRED_AFTER_IT_WAS_RECORDED = "occurred_after_it_was_recorded"


class Flag(NamedTuple):
    """A flag of a worker, with the event that raised it."""

    name: FlagName
    since: datetime
    until: datetime | None
    event_id: UUID | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether the flag holds at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


def departed_without_registered_contract(life: Life) -> Iterator[Flag]:
    """A worker left for work without a registered employment contract; until the return or a later registration."""
    for event, journey in life.departures_without_contract:
        registered = [c.registered_at for c in journey.contracts if c.registered_at is not None]
        ends = [instant for instant in (journey.closed_at, *registered) if instant is not None]
        yield Flag(
            FlagName.DEPARTED_WITHOUT_REGISTERED_CONTRACT, event.at, min(ends, default=None), event.event_id
        )


def returned_without_known_departure(life: Life) -> Iterator[Flag]:
    """A worker came back, but no departure was recorded; until the next journey begins."""
    index = {id(journey): nth for nth, journey in enumerate(life.journeys)}
    for event, journey in life.returns_without_departure:
        following = (life.journeys[nth] for nth in range(index[id(journey)] + 1, len(life.journeys)))
        until = next((j.prepared_at or j.abroad_from or j.closed_at for j in following), None)
        yield Flag(FlagName.RETURNED_WITHOUT_KNOWN_DEPARTURE, event.at, until, event.event_id)


def contract_ended_while_abroad(life: Life) -> Iterator[Flag]:
    """The last day of the employment contract has passed and no return is known."""
    for journey in life.journeys:
        contract, left = journey.contract, journey.abroad_from
        if contract is None or left is None or contract.last_day is None:
            continue
        ended = max(morning_after(contract.last_day), left)
        if journey.closed_at is None or journey.closed_at > ended:
            yield Flag(FlagName.CONTRACT_ENDED_WHILE_ABROAD, ended, journey.closed_at)


def two_places_at_once(life: Life) -> Iterator[Flag]:
    """Two records contradict each other about where the worker is; until a later crossing resolves it."""
    crossings = [event.at for event in life.crossings] if life.clashes else []
    for clash in life.clashes:
        after = bisect_right(crossings, clash.event.at)
        until = crossings[after] if after < len(crossings) else None
        yield Flag(FlagName.TWO_PLACES_AT_ONCE, clash.event.at, until, clash.event.event_id)
    for before, event in pairwise(life.crossings):
        if before.checkpoint != event.checkpoint and event.at - before.at < SAME_HOUR:
            yield Flag(FlagName.TWO_PLACES_AT_ONCE, event.at, later(event.at, SAME_HOUR), event.event_id)


def not_departed_though_due(life: Life) -> Iterator[Flag]:
    """The employment contract began 30 days ago and no departure is known."""
    for journey in life.journeys:
        contract = journey.contract
        if contract is None or contract.starts_on is None or contract.terminated_on is not None:
            continue
        due = later(morning_after(contract.starts_on), OVERDUE_START)
        left = journey.abroad_from
        until = min((instant for instant in (left, journey.closed_at) if instant is not None), default=None)
        if until is None or until > due:
            yield Flag(FlagName.NOT_DEPARTED_THOUGH_DUE, due, until)


def silent_abroad(life: Life) -> Iterator[Flag]:
    """A worker abroad has had no crossing and no contact for 300 days."""
    for journey in life.journeys:
        if journey.last_heard_at is not None and journey.abroad_from is not None:
            since = later(journey.last_heard_at, SILENCE)
            if journey.closed_at is None or journey.closed_at > since:
                yield Flag(FlagName.SILENT_ABROAD, since, journey.closed_at)


def unaccompanied_minor(life: Life) -> Iterator[Flag]:
    """A child crossed without a responsible adult; for 30 days, in which an office should follow up."""
    for event in life.crossings:
        if event.minor_alone:
            yield Flag(FlagName.UNACCOMPANIED_MINOR, event.at, later(event.at, OVERDUE_START), event.event_id)


def occurred_after_it_was_recorded(life: Life) -> Iterator[Flag]:
    """An event was recorded more than a day before it occurred: one of the two times is wrong."""
    for event in life.events:
        if event.at > event.recorded_at and event.at - event.recorded_at > CLOCK_SLACK:
            yield Flag(FlagName.OCCURRED_AFTER_IT_WAS_RECORDED, event.recorded_at, None, event.event_id)


RULES: tuple[Callable[[Life], Iterator[Flag]], ...] = (
    departed_without_registered_contract,
    returned_without_known_departure,
    contract_ended_while_abroad,
    two_places_at_once,
    not_departed_though_due,
    silent_abroad,
    unaccompanied_minor,
    occurred_after_it_was_recorded,
)


def flags_of(life: Life) -> list[Flag]:
    """Return all flags of a worker that hold at some time, ordered by their beginning."""
    found: dict[tuple[FlagName, datetime], Flag] = {}
    for rule in RULES:
        for flag in rule(life):
            if flag.until is None or flag.since < flag.until:
                found[flag.name, flag.since] = flag
    return sorted(found.values(), key=_IN_ORDER)


_IN_ORDER = attrgetter("since", "name")
