"""Rule J6, precision: a time known to the day, month or year is an interval; the record is placed inside it.

Crossings with an exact time come first. Each other crossing is then placed where it contradicts those before it least: the
narrowest interval first, and an exit before an entry. What follows from an event stands after it, also at one instant: so a
contract is registered before it is approved, and a case opened before a mission acts on it, if their times allow it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from contracts.codes.recording import TimePrecision
from contracts.journeys.timeline_event import CROSSING_NUMBERS, EXIT_NUMBERS, Kind, TimelineEvent
from contracts.times import PHNOM_PENH, later

_SHORTEST = timedelta(microseconds=1)
_PLACED = attrgetter("placed")
_FIRST_OF_STREAM = frozenset(
    (
        Kind.CONTRACT_REGISTERED,
        Kind.CASE_OPENED,
        Kind.PERMIT_RECORDED,
        Kind.REINTEGRATION_OPENED,
        Kind.RECOGNITION_APPLIED,
    )
)
_AFTER_THEIR_CAUSE = {
    Kind.CONTRACT_AMENDED: 1,
    Kind.CONTRACT_RETURNED: 1,
    Kind.CONTRACT_APPROVED: 1,
    Kind.CONTRACT_TERMINATED: 1,
    Kind.PERMIT_LAPSED: 1,
    Kind.REINTEGRATION_OPENED: 2,
    Kind.RETURN_JOINED: 2,
    Kind.COUNSELLED: 3,
    Kind.RECOGNITION_APPLIED: 3,
    Kind.PLACED: 4,
    Kind.ASSESSED: 4,
    Kind.RECOGNISED: 5,
    Kind.REINTEGRATION_CLOSED: 6,
    Kind.RECOGNITION_REVOKED: 6,
    Kind.CASE_CLOSED: 2,
    Kind.CASE_ACTED: 2,
    Kind.RETURN: 1,
    Kind.DEPORTATION: 1,
    Kind.IN: 1,
}
"""The order of events at one instant, such as a return, the case that it opened, its work, its end. The others are 0."""


def _order(event: TimelineEvent) -> tuple[datetime, int, object]:
    return event.placed, _AFTER_THEIR_CAUSE.get(event.kind, 0), event.event_id


@lru_cache(maxsize=20_000)
def _interval(at: datetime, precision: TimePrecision) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a time of a precision may mean."""
    local = at.astimezone(PHNOM_PENH)
    if precision is TimePrecision.HOUR:
        first = local.replace(minute=0, second=0, microsecond=0)
        return first.astimezone(UTC), later(first.astimezone(UTC), timedelta(hours=1) - _SHORTEST)
    day = local.date()
    if precision is TimePrecision.YEAR:
        day = day.replace(month=1, day=1)
        end = day.replace(month=12, day=31)
    elif precision is TimePrecision.MONTH:
        day = day.replace(day=1)
        end = later(later(day, timedelta(days=31)).replace(day=1), timedelta(days=-1))
    else:
        end = day
    first = datetime.combine(day, time(), PHNOM_PENH).astimezone(UTC)
    last = datetime.combine(end, time(23, 59, 59, 999_999), PHNOM_PENH).astimezone(UTC)
    return first, last


def interval(event: TimelineEvent) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which an event may have occurred."""
    if event.precision is None:
        return event.at, event.at
    try:
        return _interval(event.at, event.precision)
    except (OverflowError, ValueError):  # a stored time may stand at the end of the calendar
        return event.at, event.at


def placed(events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    """Return events in the order in which they occurred, each with ``placed`` set. Repeated events count once."""
    found = list(events)
    if len(found) > 1:
        found = list({event.event_id: event for event in found}.values())
    inexact: list[TimelineEvent] = []
    following: list[TimelineEvent] = []
    for event in found:
        event.placed = event.at
        if event.precision is not None:
            first, _ = interval(event)
            event.placed = first
            if event.kind in CROSSING_NUMBERS:
                inexact.append(event)
            else:
                following.append(event)
    if following:
        _place_after_their_first(following, found)
    if inexact:
        exact = sorted((e for e in found if e.kind in CROSSING_NUMBERS and e.precision is None), key=_order)
        _place(inexact, exact, [e for e in found if e.kind is Kind.CONTRACT_REGISTERED])
    if len(found) > 1:
        found.sort(key=_order)
    return found


def _place_after_their_first(following: list[TimelineEvent], events: list[TimelineEvent]) -> None:
    """Place events of imprecise time not before the first event of their stream, as far as their intervals allow it."""
    firsts = {event.stream: event.placed for event in events if event.kind in _FIRST_OF_STREAM}
    for event in following:
        first = firsts.get(event.stream)
        if first is not None and first > event.placed:
            event.placed = min(first, interval(event)[1])


def _place(
    inexact: list[TimelineEvent], crossings: list[TimelineEvent], contracts: list[TimelineEvent]
) -> None:
    def narrowest(event: TimelineEvent) -> tuple[timedelta, datetime, bool, object]:
        first, last = interval(event)
        return last - first, first, event.kind not in EXIT_NUMBERS, event.event_id

    for event in sorted(inexact, key=narrowest):
        first, last = interval(event)
        low = bisect_left(crossings, first, key=_PLACED)
        high = bisect_right(crossings, last, key=_PLACED)
        at = min(range(low, high + 1), key=lambda nth: (_contradictions(event, crossings, nth), nth))
        before = crossings[at - 1].placed if at > low else None
        begin = first if before is None else min(max(first, later(before, _SHORTEST)), last)
        end = min(last, crossings[at].placed) if at < len(crossings) else last
        event.placed = _by_contract(event, begin, end, contracts) or begin
        crossings.insert(at, event)
        for before_it, moved in pairwise(crossings[at:]):
            if moved.precision is None or moved.placed > before_it.placed:
                break
            moved.placed = later(before_it.placed, _SHORTEST)


def _by_contract(
    event: TimelineEvent, begin: datetime, end: datetime, contracts: list[TimelineEvent]
) -> datetime | None:
    """Return the instant between two instants at which a contract for the country of an exit begins; None if none does."""
    if event.kind not in EXIT_NUMBERS:
        return None
    starts = [
        datetime.combine(each.starts_on, time(), PHNOM_PENH).astimezone(UTC)
        for each in contracts
        if each.country == event.country and each.starts_on is not None
    ]
    return min((instant for instant in starts if begin <= instant < end), default=None)


def _contradictions(event: TimelineEvent, crossings: list[TimelineEvent], nth: int) -> int:
    """Return how many pairs of crossings in one direction an event adds at a position; an entry without exit counts too."""
    out = event.kind in EXIT_NUMBERS
    before = crossings[nth - 1].kind in EXIT_NUMBERS if nth > 0 else False
    after = crossings[nth].kind in EXIT_NUMBERS if nth < len(crossings) else None
    added = (before is out) + (after is not None and after is out)
    removed = after is not None and before is after
    return added - removed
