"""Work abroad as employment contracts tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.envelope import Event, Fact
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractRegistered,
    EmploymentContractTerminated,
    Terms,
)
from contracts.skills import Experience


def experience(contracts: Iterable[Sequence[Event[Fact]]], on: date) -> tuple[Experience, ...]:
    """What the standing events of employment contracts tell on a day, the earliest work first."""
    found = [work for events in contracts if (work := _work(events, on)) is not None]
    return tuple(sorted(found, key=lambda work: (work.started_on, work.employment_contract)))


def _work(events: Sequence[Event[Fact]], on: date) -> Experience | None:
    terms: Terms | None = None
    ended_on: date | None = None
    for event in events:
        match event.facts:
            case EmploymentContractRegistered() | EmploymentContractAmended() as facts:
                terms = facts.terms
            case EmploymentContractTerminated() as facts:
                ended_on = facts.ended_on
    if terms is None or terms.starts_on > on or (ended_on is not None and ended_on < terms.starts_on):
        return None  # not begun yet, or never
    return Experience(
        employment_contract=events[0].stream,
        destination=terms.destination,
        sector=terms.sector,
        occupation=terms.occupation,
        started_on=terms.starts_on,
        ended_on=ended_on or (terms.ends_on if terms.ends_on <= on else None),
    )
