"""A journey: one migration cycle, from its preparation over one or more stays abroad to its end (rule J1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from contracts.codes.crossings import Channel
from contracts.journeys.employment_contract import EmploymentContract, morning_after
from contracts.journeys.stays import Stay, StayEnd
from contracts.journeys.timeline_event import Kind, TimelineEvent


class Phase(StrEnum):
    """The phase of a journey."""

    PREPARING = "preparing"
    ABROAD = "abroad"
    ON_LEAVE = "on_leave"
    """At home for a visit; the journey goes on."""
    RETURNED = "returned"
    DIED = "died"
    NOT_DEPARTED = "not_departed"
    RETURN_UNKNOWN = "return_unknown"
    """The journey must have ended, but the return was not recorded."""


@dataclass(slots=True, eq=False)
class Journey:
    """One migration cycle; without stays it was prepared only. A journey that is not for ``work`` is a visit.

    ``leave_until``: until this instant the last return counts as home leave (J2).
    """

    country: str | None
    work: bool = True
    stays: list[Stay] = field(default_factory=list)
    contracts: list[EmploymentContract] = field(default_factory=list)
    channel: Channel = Channel.UNKNOWN
    leave_until: datetime | None = None
    died_at: datetime | None = None
    cases: list[TimelineEvent] = field(default_factory=list)
    follow_ups: list[TimelineEvent] = field(default_factory=list)
    recognitions: list[TimelineEvent] = field(default_factory=list)
    events: list[TimelineEvent] = field(default_factory=list)

    @property
    def prepared_at(self) -> datetime | None:
        """The first signing before the worker left."""
        begins = self.stays[0].begins_at if self.stays else None
        signed = [c.signed_at for c in self.contracts if begins is None or c.signed_at < begins]
        return min(signed, default=None)

    @property
    def exit(self) -> TimelineEvent | None:
        """The first recorded departure."""
        return self.stays[0].exit if self.stays else None

    @property
    def departed_at(self) -> datetime | None:
        """The instant of the departure, if it was recorded."""
        return None if self.exit is None else self.exit.placed

    @property
    def seen_abroad_at(self) -> datetime | None:
        """The first instant at which the worker was abroad, if the departure was not recorded."""
        if not self.stays or self.exit is not None:
            return None
        first = self.stays[0]
        return first.begins_at if first.seen else None

    @property
    def abroad_from(self) -> datetime | None:
        """The first instant at which the worker is known to have been abroad."""
        return self.departed_at or self.seen_abroad_at

    @property
    def last_stay(self) -> Stay | None:
        """The last stay."""
        return self.stays[-1] if self.stays else None

    @property
    def abroad(self) -> bool:
        """True if the worker is abroad on this journey, as far as is recorded."""
        return bool(self.stays) and self.stays[-1].open

    @property
    def entry(self) -> TimelineEvent | None:
        """The last recorded return, if the worker is not abroad."""
        return self.stays[-1].entry if self.stays else None

    @property
    def ended_at(self) -> datetime | None:
        """The instant of the end: of the return, its last possible instant if it was not recorded, or the death."""
        if self.stays:
            return self.stays[-1].ended_at
        return self.died_at

    @property
    def returned_at(self) -> datetime | None:
        """The instant of the return, recorded or stated by an office."""
        last = self.last_stay
        if last is None or last.end not in (StayEnd.ENTRY, StayEnd.REPATRIATED, StayEnd.PRESENT_AT_HOME):
            return None
        return last.ended_at

    @property
    def ended_by(self) -> str | None:
        """The kind of the end: return, deportation, death, repatriation, presence_at_home or not_recorded."""
        last = self.last_stay
        if last is None:
            return "death" if self.died_at is not None else None
        match last.end:
            case StayEnd.ENTRY:
                assert last.entry is not None
                return "deportation" if last.entry.kind is Kind.DEPORTATION else "return"
            case StayEnd.REPATRIATED:
                return "repatriation"
            case StayEnd.PRESENT_AT_HOME:
                return "presence_at_home"
            case StayEnd.DEATH:
                return "death"
            case StayEnd.NOT_RECORDED | StayEnd.MOVED_ON:
                return "not_recorded"
        return None

    @property
    def trips(self) -> int:
        """The number of times that the worker left Cambodia."""
        return sum(stay.moved_from is None for stay in self.stays)

    @property
    def standing(self) -> list[EmploymentContract]:
        """The contracts that were not withdrawn before they began."""
        return [contract for contract in self.contracts if not contract.withdrawn]

    @property
    def contract(self) -> EmploymentContract | None:
        """The contract that counts: the one that starts last of those that were not withdrawn."""
        standing = self.standing if self.contracts else []
        return max(
            standing, key=lambda each: (each.starts_on or date.min, each.signed_at, each.stream), default=None
        )

    @property
    def contract_ends_on(self) -> date | None:
        """The last day of all contracts."""
        if not self.contracts:
            return None
        return max((c.last_day for c in self.standing if c.last_day is not None), default=None)

    @property
    def lapses_at(self) -> datetime | None:
        """The instant at which a preparation lapses because its terms are over; None once the worker has left."""
        if self.stays or self.contract_ends_on is None:
            return None
        return morning_after(self.contract_ends_on)

    @property
    def begins_at(self) -> datetime:
        """The instant by which journeys are ordered: the first stay, or else the preparation."""
        if self.stays:
            return self.stays[0].begins_at
        return self.prepared_at or (self.events[0].placed if self.events else self.died_at)  # type: ignore[return-value]

    @property
    def last_heard_at(self) -> datetime | None:
        """The last sign of life during the journey."""
        signs = [seen.placed for stay in self.stays if (seen := stay.last_seen) is not None]
        return max(signs, default=None)

    def phase(self, at: datetime) -> Phase:
        """Return the phase at an instant."""
        if not self.stays:
            if self.died_at is not None and self.died_at <= at:
                return Phase.DIED
            if not self.standing:
                return Phase.NOT_DEPARTED
            return (
                Phase.NOT_DEPARTED if self.lapses_at is not None and self.lapses_at <= at else Phase.PREPARING
            )
        match self.stays[-1].end:
            case None:
                return Phase.ABROAD
            case StayEnd.DEATH:
                return Phase.DIED
            case StayEnd.NOT_RECORDED | StayEnd.MOVED_ON:
                return Phase.RETURN_UNKNOWN
        return Phase.ON_LEAVE if self.on_leave(at) else Phase.RETURNED

    def on_leave(self, at: datetime) -> bool:
        """Return whether the worker is at home on leave, and the journey goes on."""
        return self.leave_until is not None and at < self.leave_until

    def ended(self, at: datetime) -> bool:
        """Return whether the journey has ended at an instant."""
        return self.phase(at) not in (Phase.PREPARING, Phase.ABROAD, Phase.ON_LEAVE)

    def instants(self) -> Iterator[datetime]:
        """Yield the instants at which the phase changes without a new event."""
        if self.leave_until is not None:
            yield self.leave_until
        if self.lapses_at is not None:
            yield self.lapses_at
        if self.died_at is not None:
            yield self.died_at
