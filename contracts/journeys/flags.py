"""Rule J14, flags: conditions on which an office should act, each with its addressee, its severity and when it lapses.

A flag holds from ``since`` until ``until``. Both follow from the events and the reference data alone, without a clock: a flag
that time raises is stored before its day. A condition that holds for most people of a kind is no flag.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.journeys.timeline_event import TimelineEvent


class Severity(StrEnum):
    """The urgency of a flag."""

    ALARM = "alarm"
    TASK = "task"
    NOTE = "note"


class Addressee(StrEnum):
    """The office that should act."""

    CONTRACT_REVIEW = "contract_review"
    AGENCY_INSPECTION = "agency_inspection"
    BORDER = "border"
    MISSION = "mission"
    COUNSELLING = "counselling"
    CHILD_PROTECTION = "child_protection"
    REGISTRAR = "registrar"
    RECORDING_OFFICE = "recording_office"


class FlagName(StrEnum):
    """The names of all flags."""

    LEFT_BEFORE_APPROVAL = "left_before_approval"
    NO_CONTRACT = "no_contract"
    NOT_DEPARTED_THOUGH_DUE = "not_departed_though_due"
    CONTRACT_OVER = "contract_over"
    OVERDUE_RETURN = "overdue_return"
    RETURN_NOT_KNOWN = "return_not_known"
    RETURN_NOT_RECORDED = "return_not_recorded"
    RECORDED_TWICE = "recorded_twice"
    TWO_PLACES_AT_ONCE = "two_places_at_once"
    BORDER_PASS_OVERSTAYED = "border_pass_overstayed"  # noqa: S105  no password
    REPEATED_DEPORTATION = "repeated_deportation"
    OVERLAPPING_CONTRACTS = "overlapping_contracts"
    MINOR_SENT_TO_WORK = "minor_sent_to_work"
    UNDER_MINIMUM_AGE = "under_minimum_age"
    CHILD_ALONE = "child_alone"
    REPORTED_MISSING = "reported_missing"
    DEATH_CONTRADICTED = "death_contradicted"
    TIME_IMPOSSIBLE = "time_impossible"


class FlagRule(NamedTuple):
    """The severity and the addressee of a flag."""

    severity: Severity
    addressee: Addressee


FLAG_RULES: dict[FlagName, FlagRule] = {
    FlagName.LEFT_BEFORE_APPROVAL: FlagRule(Severity.TASK, Addressee.CONTRACT_REVIEW),
    FlagName.NO_CONTRACT: FlagRule(Severity.TASK, Addressee.AGENCY_INSPECTION),
    FlagName.NOT_DEPARTED_THOUGH_DUE: FlagRule(Severity.NOTE, Addressee.AGENCY_INSPECTION),
    FlagName.CONTRACT_OVER: FlagRule(Severity.NOTE, Addressee.MISSION),
    FlagName.OVERDUE_RETURN: FlagRule(Severity.ALARM, Addressee.AGENCY_INSPECTION),
    FlagName.RETURN_NOT_KNOWN: FlagRule(Severity.NOTE, Addressee.AGENCY_INSPECTION),
    FlagName.RETURN_NOT_RECORDED: FlagRule(Severity.NOTE, Addressee.BORDER),
    FlagName.RECORDED_TWICE: FlagRule(Severity.NOTE, Addressee.RECORDING_OFFICE),
    FlagName.TWO_PLACES_AT_ONCE: FlagRule(Severity.ALARM, Addressee.REGISTRAR),
    FlagName.BORDER_PASS_OVERSTAYED: FlagRule(Severity.NOTE, Addressee.BORDER),
    FlagName.REPEATED_DEPORTATION: FlagRule(Severity.TASK, Addressee.COUNSELLING),
    FlagName.OVERLAPPING_CONTRACTS: FlagRule(Severity.TASK, Addressee.CONTRACT_REVIEW),
    FlagName.MINOR_SENT_TO_WORK: FlagRule(Severity.ALARM, Addressee.CHILD_PROTECTION),
    FlagName.UNDER_MINIMUM_AGE: FlagRule(Severity.TASK, Addressee.CONTRACT_REVIEW),
    FlagName.CHILD_ALONE: FlagRule(Severity.ALARM, Addressee.CHILD_PROTECTION),
    FlagName.REPORTED_MISSING: FlagRule(Severity.ALARM, Addressee.MISSION),
    FlagName.DEATH_CONTRADICTED: FlagRule(Severity.ALARM, Addressee.REGISTRAR),
    FlagName.TIME_IMPOSSIBLE: FlagRule(Severity.NOTE, Addressee.RECORDING_OFFICE),
}


class Flag(NamedTuple):
    """A flag of a worker. ``sources`` are the events on which it rests, the one that raised it first.

    ``office`` is the office that recorded that event, for flags that it should act on.
    """

    name: FlagName
    since: datetime
    until: datetime | None
    sources: tuple[UUID, ...] = ()
    office: str | None = None

    @property
    def event_id(self) -> UUID | None:
        """The event that raised it; None if it was raised by time."""
        return self.sources[0] if self.sources else None

    @property
    def severity(self) -> Severity:
        """The urgency."""
        return FLAG_RULES[self.name].severity

    @property
    def addressee(self) -> Addressee:
        """The office that should act."""
        return FLAG_RULES[self.name].addressee

    def holds(self, at: datetime) -> bool:
        """Return whether the flag holds at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


def raised(name: FlagName, since: datetime, until: datetime | None, *events: TimelineEvent | None) -> Flag:
    """Return a flag that rests on events; absent events are left out."""
    present = [event for event in events if event is not None]
    return Flag(
        name, since, until, tuple(event.event_id for event in present), present[0].office if present else None
    )


def joined(flag: Flag, other: Flag) -> Flag:
    """Return one flag for two of one name that begin at one instant: it holds until both have ended.

    A name and a beginning identify a flag of a worker.
    """
    until = None if flag.until is None or other.until is None else max(flag.until, other.until)
    return flag._replace(until=until, sources=tuple(dict.fromkeys((*flag.sources, *other.sources))))
