"""An employment contract on the timeline: its terms, and the spans in which approved terms are in force (rule J7).

An approval counts back to the first day of the term, that of an amendment to its signing. Approved terms stand until
changed ones are approved. A contract that was withdrawn before its first day was never in force (rule J3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from contracts.journeys.timeline_event import Kind, TimelineEvent
from contracts.times import PHNOM_PENH, day_of, later

_DAY = timedelta(days=1)


@lru_cache(maxsize=20_000)
def morning_of(day: date) -> datetime:
    """Return the first instant of a day in Asia/Phnom_Penh.

    The result is in UTC, because comparing times of one zone is four times as fast.
    """
    return datetime.combine(day, time(), PHNOM_PENH).astimezone(UTC)


def morning_after(day: date) -> datetime:
    """Return the first instant after a day in Asia/Phnom_Penh."""
    return morning_of(later(day, _DAY))


class InForce(NamedTuple):
    """Days on which approved terms are in force, and the events that show it."""

    first: date
    last: date
    approved: TimelineEvent
    terms: TimelineEvent


@dataclass(slots=True)
class EmploymentContract:
    """An employment contract after its events, in the order in which they occurred."""

    stream: str
    events: list[TimelineEvent] = field(default_factory=list)
    registered: TimelineEvent | None = None
    terms: TimelineEvent | None = None
    approved_terms: TimelineEvent | None = None
    terminated: TimelineEvent | None = None
    sent_back: bool = False
    in_force: list[InForce] = field(default_factory=list)

    @property
    def country(self) -> str | None:
        """The country of the workplace."""
        return None if self.terms is None else self.terms.country

    @property
    def signed_at(self) -> datetime:
        """The instant of the registration, or of the first event that is known."""
        return (self.registered or self.events[0]).placed

    @property
    def agency(self) -> str | None:
        """The agency that registered it."""
        return None if self.registered is None else self.registered.agency

    @property
    def employer(self) -> str | None:
        """The employer."""
        return None if self.registered is None else self.registered.employer

    @property
    def starts_on(self) -> date | None:
        """The agreed first day of work."""
        return None if self.terms is None else self.terms.starts_on

    @property
    def ends_on(self) -> date | None:
        """The agreed last day of work: of the approved terms, if some are approved."""
        terms = self.approved_terms or self.terms
        return None if terms is None else terms.ends_on

    @property
    def last_day(self) -> date | None:
        """The last day of work: the day of the end that was recorded, or else the agreed last day."""
        if self.terminated is not None and self.terminated.ends_on is not None:
            return self.terminated.ends_on
        return self.ends_on

    @property
    def withdrawn(self) -> bool:
        """True if it ended before its first day."""
        last, first = self.last_day, self.starts_on
        return self.terminated is not None and last is not None and first is not None and last < first

    @property
    def status(self) -> str:
        """The status: registered, returned, approved or terminated."""
        if self.terminated is not None:
            return "terminated"
        if self.sent_back:
            return "returned"
        return "approved" if self.approved_terms is self.terms and self.terms is not None else "registered"

    def runs_on(self, day: date) -> bool:
        """Return whether a day is within the term of the contract, approved or not."""
        first, last = self.starts_on, self.last_day
        return first is not None and last is not None and first <= day <= last

    def apply(self, event: TimelineEvent) -> None:
        """Apply the next event of this employment contract."""
        self.events.append(event)
        match event.kind:
            case Kind.CONTRACT_REGISTERED:
                self.registered = self.terms = event
            case Kind.CONTRACT_AMENDED:
                self.terms, self.sent_back = event, False
            case Kind.CONTRACT_RETURNED:
                self.sent_back = True
            case Kind.CONTRACT_APPROVED:
                self.sent_back = False
                self._approve(event)
            case Kind.CONTRACT_TERMINATED:
                self.terminated = event
                if event.ends_on is not None:
                    self.in_force = [
                        span._replace(last=min(span.last, event.ends_on))
                        for span in self.in_force
                        if span.first <= event.ends_on
                    ]

    def _approve(self, event: TimelineEvent) -> None:
        terms = self.terms
        if terms is None or terms is self.approved_terms or terms.starts_on is None or terms.ends_on is None:
            return
        first = terms.starts_on
        if self.approved_terms is not None and terms.kind is Kind.CONTRACT_AMENDED:
            first = max(first, day_of(terms.placed))
            self.in_force = [
                span._replace(last=min(span.last, later(first, -_DAY)))
                for span in self.in_force
                if span.first < first
            ]
        self.approved_terms = terms
        last = terms.ends_on
        if self.terminated is not None and self.terminated.ends_on is not None:
            last = min(last, self.terminated.ends_on)
        if first <= last:
            self.in_force.append(InForce(first, last, event, terms))
