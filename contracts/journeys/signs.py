"""Rule J8, signs of life: only acts that involve the worker count: crossed, appeared, spoke, was visited.

Signing an employment contract says that the worker is alive, not where. A family's report, a letter or a file passed
between offices says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.journeys.timeline_event import CROSSING_NUMBERS, Kind, TimelineEvent

_AT_HOME = frozenset((Kind.COUNSELLED, Kind.PLACED, Kind.ASSESSED))
_IN_PERSON = frozenset(("detention_visit", "hospital_visit"))
"""Actions in which a mission meets the worker, if nothing else is stated."""


def in_person(event: TimelineEvent) -> bool:
    """Return whether a mission met the worker."""
    if event.kind is not Kind.CASE_ACTED:
        return False
    return event.whom == "worker_in_person" or (event.whom == "not_stated" and event.code in _IN_PERSON)


def spoke(event: TimelineEvent) -> bool:
    """Return whether the worker spoke to a mission, in person or remotely."""
    if event.kind is Kind.CASE_OPENED:
        return event.whom == "worker"
    return event.kind is Kind.CASE_ACTED and (event.whom == "worker_remotely" or in_person(event))


def at_home(event: TimelineEvent) -> bool:
    """Return whether an event shows the worker in Cambodia without a crossing: counselled, placed or assessed."""
    return event.kind in _AT_HOME


def is_sign_of_life(event: TimelineEvent) -> bool:
    """Return whether an event shows that the worker is alive."""
    kind = event.kind
    if kind in CROSSING_NUMBERS:
        return event.code != "remains"
    if kind is Kind.CASE_OPENED or kind is Kind.CASE_ACTED:
        return spoke(event)
    if kind is Kind.CASE_CLOSED:
        return event.code in ("found", "repatriated", "released")
    return kind in _AT_HOME or kind is Kind.CONTRACT_REGISTERED or kind is Kind.PERMIT_RECORDED


def acts_of_the_worker(events: Iterable[TimelineEvent]) -> Iterator[TimelineEvent]:
    """Yield what a worker did in person: crossings, talks with a mission, counselling, a job at home, an assessment."""
    for event in events:
        kind = event.kind
        if kind in _AT_HOME or spoke(event) or (kind in CROSSING_NUMBERS and event.code != "remains"):
            yield event
