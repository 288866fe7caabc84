"""Work abroad, folded from employment contracts, for every service that shows a worker's experience.

The events of a contract are given with corrections and voids applied (:func:`contracts.rulings.effective`).
"""

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


def experience_of(contracts: Iterable[Sequence[Event[Fact]]], on: date) -> tuple[Experience, ...]:
    """Return the work of several employment contracts as known on a day, the earliest first.

    Streams of other records are ignored, and so are contracts whose work has not begun or never began.
    """
    found = [work for events in contracts if (work := work_of(events, on)) is not None]
    return tuple(sorted(found, key=lambda work: (work.started_on, work.employment_contract)))


def work_of(events: Sequence[Event[Fact]], on: date) -> Experience | None:
    """Return the work of one employment contract as known on a day; None if it has not begun or never began."""
    terms: Terms | None = None
    ended_on: date | None = None
    for event in events:
        match event.facts:
            case EmploymentContractRegistered() | EmploymentContractAmended() as facts:
                terms = facts.terms
            case EmploymentContractTerminated() as facts:
                ended_on = facts.ended_on
    if terms is None or terms.starts_on > on or (ended_on is not None and ended_on < terms.starts_on):
        return None
    return Experience(
        employment_contract=events[0].stream,
        destination=terms.destination,
        sector=terms.sector,
        occupation=terms.occupation,
        started_on=terms.starts_on,
        ended_on=ended_on or (terms.ends_on if terms.ends_on <= on else None),
    )
