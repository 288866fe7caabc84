"""Reports that a worker is missing, and what ends each: the worker is found, gives a sign of life, or comes home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.journeys.signs import is_sign_of_life
from contracts.journeys.timeline_event import Kind, TimelineEvent

_FOUND = frozenset(
    ("found", "resolved", "repatriated", "released", "died", "buried_abroad", "remains_repatriated")
)


class Report(NamedTuple):
    """A report that a worker is missing, and the event that ended it."""

    opened: TimelineEvent
    ended: TimelineEvent | None


def reports_of(events: Sequence[TimelineEvent]) -> list[Report]:
    """Return the reports that a worker is missing, from events in their order."""
    found: list[Report] = []
    for nth, event in enumerate(events):
        if event.kind is Kind.CASE_OPENED and event.code == "whereabouts" and event.whom != "worker":
            found.append(
                Report(event, next((each for each in events[nth + 1 :] if _ends(each, event)), None))
            )
    return found


def missing_since(events: Sequence[TimelineEvent]) -> datetime | None:
    """Return the instant of the first report that has not ended; None if there is none."""
    return next((report.opened.placed for report in reports_of(events) if report.ended is None), None)


def _ends(event: TimelineEvent, report: TimelineEvent) -> bool:
    if event.kind is Kind.CASE_CLOSED:
        return event.stream == report.stream and event.code in _FOUND
    return is_sign_of_life(event) and event.kind is not Kind.CONTRACT_REGISTERED
