"""Rules J1 and J10: which stays are for work. Other crossings are visits; later evidence of work makes a visit a journey.

A dependant or a child goes along, and does not work.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.journeys.employment_contract import EmploymentContract
from contracts.journeys.stays import WORK, Stay
from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.times import day_of

_ABOUT_WORK = frozenset(("compensation", "contract", "domestic_work", "agency", "wages", "employer"))
"""The categories of assistance that speak of the person's own work abroad."""
CHILD_BELOW = 15
"""Completed years below which a person on a record counts as a child, if no role is stated (Labour Law, article 177)."""


def mark_work(stays: Sequence[Stay], contracts: Sequence[EmploymentContract]) -> None:
    """Set ``work`` of each stay."""
    for stay in stays:
        stay.work = _works(stay, contracts)


def goes_along(event: TimelineEvent) -> bool:
    """Return whether the person of a crossing is a dependant or a child."""
    if event.role is not None:
        return True
    return event.oldest is not None and event.oldest < CHILD_BELOW


def _works(stay: Stay, contracts: Sequence[EmploymentContract]) -> bool:
    exit, entry = stay.exit, stay.entry
    crossing = exit or entry
    if crossing is not None and goes_along(crossing):
        return False
    if exit is not None and exit.code in WORK:
        return True
    if exit is None:
        if entry is None or entry.kind in (Kind.RETURN, Kind.DEPORTATION):
            return True
        if entry.code in WORK:
            return True
    elif entry is not None and entry.kind is Kind.RETURN:
        return True
    if any(
        each.kind is Kind.PERMIT_RECORDED or each.code in _ABOUT_WORK for each in (*stay.seen, *stay.cases)
    ):
        return True
    begins = day_of(stay.begins_at)
    ends = None if stay.ended_at is None else day_of(stay.ended_at)
    for contract in contracts:
        first, last = contract.starts_on, contract.last_day
        if contract.country != stay.country or contract.withdrawn or first is None or last is None:
            continue
        overlaps = begins <= last and (ends is None or first <= ends)
        if overlaps and (ends is None or (min(ends, last) - max(begins, first)).days >= 7):
            return True
    return False
