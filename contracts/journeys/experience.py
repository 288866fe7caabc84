"""Rule J12, experience: time that was worked abroad, not time that was signed for.

*Verified*: an approved contract in force, and presence abroad, overlapped. *Supported*: a permit, and presence. *Stated* is the
worker's own account, which the assessor tests; it is no part of the timeline. Only verified time goes on a certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.codes.assistance import LegalStatus
from contracts.journeys.journey import Journey
from contracts.journeys.journeys import Life
from contracts.journeys.legal_status import status_in
from contracts.journeys.placing import interval
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import Kind
from contracts.reference.current import ReferenceData, reference_data
from contracts.times import day_of, later

_DAY = timedelta(days=1)


class Proof(StrEnum):
    """The proof of work abroad."""

    VERIFIED = "verified"
    SUPPORTED = "supported"


class Worked(NamedTuple):
    """Work abroad from a day to a day.

    ``first_on`` and ``last_on`` are certain; ``at_most_on`` is the last possible day, equal to ``last_on`` if the end is known.
    ``sources`` are the events that show it.
    """

    proof: Proof
    country: str | None
    sector: str | None
    occupation: str | None
    employment_contract: str | None
    first_on: date
    last_on: date
    at_most_on: date
    sources: tuple[UUID, ...]


def experience_of(life: Life, on: date, reference: ReferenceData | None = None) -> list[Worked]:
    """Return the work abroad of a worker up to a day, in its order."""
    reference = reference or reference_data()
    found = [
        worked
        for journey in life.journeys
        if journey.work
        for worked in (*_verified(journey, on), *_supported(journey, on, reference))
    ]
    return sorted(
        found, key=lambda each: (each.first_on, each.last_on, each.proof, each.employment_contract or "")
    )


def _presence(stay: Stay, on: date) -> tuple[date, date, date]:
    """Return the first certain day of a stay, the last certain one and the last possible one, up to a day.

    A record whose time is known to the month or the year shows presence somewhere in this interval.
    """
    shown = [interval(each) for each in (stay.exit, *stay.seen, stay.entry) if each is not None]
    first = day_of(min((last for _, last in shown), default=stay.begins_at))
    certain = max(first, day_of(max((earliest for earliest, _ in shown), default=stay.begins_at)))
    if stay.end is None:
        return first, min(certain, on), on
    assert stay.ended_at is not None
    possible = min(day_of(stay.ended_at if stay.entry is None else interval(stay.entry)[1]), on)
    return first, possible if stay.end is StayEnd.DEATH else min(certain, possible), possible


def _verified(journey: Journey, on: date) -> Iterable[Worked]:
    for contract in journey.contracts:
        for force in contract.in_force:
            for stay in journey.stays:
                if stay.country != contract.country:
                    continue
                begin, certain, possible = _presence(stay, on)
                first, most = max(begin, force.first), min(possible, force.last)
                if first > most or (stay.exit is None and not stay.seen):
                    continue
                # While a contract runs and no return is known, the worker is taken to be there.
                last = most if stay.open else max(first, min(certain, force.last))
                sources = [
                    force.terms,
                    force.approved,
                    *(each for each in (stay.exit, stay.entry) if each is not None),
                ]
                yield Worked(
                    Proof.VERIFIED,
                    contract.country,
                    force.terms.sector,
                    force.terms.occupation,
                    contract.stream,
                    first,
                    last,
                    most,
                    tuple(event.event_id for event in sources),
                )


def _supported(journey: Journey, on: date, reference: ReferenceData) -> Iterable[Worked]:
    approvals = {force.approved.event_id for contract in journey.contracts for force in contract.in_force}
    for stay in journey.stays:
        begin, certain, possible = _presence(stay, on)
        permit = next((each for each in stay.seen if each.kind is Kind.PERMIT_RECORDED), None)
        for span in status_in(journey, stay, reference):
            if span.status is not LegalStatus.REGULAR or span.source is None or span.since is None:
                continue
            if approvals.intersection(span.source.events) or span.until == span.since:
                continue
            first = max(begin, day_of(span.since))
            end = possible
            if span.until is not None:
                end = min(possible, day_of(later(span.until, -timedelta(microseconds=1))))
            if first <= end:
                yield Worked(
                    Proof.SUPPORTED,
                    stay.country,
                    None if permit is None else permit.sector,
                    None,
                    None,
                    first,
                    max(first, min(certain, end)),
                    end,
                    span.source.events,
                )


def days_worked(worked: Iterable[Worked]) -> int:
    """Return the number of days of some work, each day once; only days that are certain."""
    return days_in((each.first_on, each.last_on) for each in worked)


def days_in(spans: Iterable[tuple[date, date]]) -> int:
    """Return the number of days in some spans, each given by its first and last day, and each day counted once."""
    days = 0
    reached: date | None = None
    for begin, last in sorted(spans):
        first = begin if reached is None or begin > reached else later(reached, _DAY)
        if first <= last:
            days += (last - first).days + 1
            reached = last
    return days
