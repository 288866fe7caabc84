"""A permit to stay or work abroad that a mission learnt of: recorded with its validity, and lapsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from pydantic import Field

from contracts.codes.assistance import PermitEnd
from contracts.codes.documents import DocumentKind
from contracts.codes.missions import MISSIONS, MissionCode
from contracts.codes.places import CountryAbroad
from contracts.command import Circumstances, Command, PersonCommand
from contracts.consular import PermitFact, PermitLapsed, PermitRecorded
from contracts.envelope import Event, StreamName
from contracts.times import Day
from services.consular.domain.refusals import (
    NothingToKnowThemBy,
    PermitLapsedAlready,
    PermitTakenBack,
    ValidityEndsBeforeItBegins,
)


class RecordPermit(PersonCommand):
    """A worker received a permit to stay or work abroad, or was regularised; the time of the occurrence is the day of issue."""

    mission: MissionCode
    country: CountryAbroad | None = Field(
        None, description="The country in which it holds; the mission's own country if absent."
    )
    kind: DocumentKind = Field(description="Kind of the document issued.")
    regularisation: bool = Field(
        False, description="Whether it was issued by a campaign that regularises workers without documents."
    )
    valid_from: Day = Field(description="First day of validity.")
    valid_until: Day | None = Field(None, description="Last day of validity; absent if none is stated.")
    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")


class RecordPermitLapse(Command):
    """A permit does not hold any more."""

    lapsed_on: Day = Field(description="First day on which it no longer held.")
    reason: PermitEnd = Field(description="The reason.")


Asked = RecordPermit | RecordPermitLapse
"""The commands on a permit."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The state of a permit. Its mission is None if it was not recorded, or if its record was voided."""

    mission: str | None = None
    lapsed_on: date | None = None


def decide(asked: Asked, state: Permit, at: Circumstances) -> Sequence[PermitFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.consular.domain.refusals`."""
    match asked:
        case RecordPermit():
            return [_recorded(asked, at)]
        case RecordPermitLapse():
            if state.mission is None:
                raise PermitTakenBack("nothing can be recorded about it", remedy="record the permit again")
            if state.lapsed_on is not None:
                raise PermitLapsedAlready(
                    f"it lapsed on {state.lapsed_on}",
                    remedy="correct that event if the day or the reason is wrong",
                )
            return [PermitLapsed(recorded=at.recorded, lapsed_on=asked.lapsed_on, reason=asked.reason)]
        case _:
            assert_never(asked)


def _recorded(asked: RecordPermit, at: Circumstances) -> PermitRecorded:
    if not (asked.person.identifies or asked.about):
        raise NothingToKnowThemBy(
            "there is no document, no name and no record of the same person",
            remedy="give at least one of them",
            field="person",
        )
    facts = PermitRecorded(
        recorded=at.recorded,
        **asked.person.attributes(at),
        mission=asked.mission,
        country=asked.country or MISSIONS[asked.mission].country,
        kind=asked.kind,
        regularisation=asked.regularisation,
        valid_from=asked.valid_from,
        valid_until=asked.valid_until,
        about=asked.about,
    )
    check(facts)
    return facts


def check(facts: PermitFact) -> None:
    """Check facts of a permit, also in a correction. Raises ValidityEndsBeforeItBegins."""
    if not isinstance(facts, PermitRecorded) or facts.valid_until is None:
        return
    if facts.valid_until < facts.valid_from:
        raise ValidityEndsBeforeItBegins(
            f"{facts.valid_until} is before {facts.valid_from}",
            remedy="correct the day that is wrong",
            field="valid_until",
        )


def evolve(state: Permit, event: Event[PermitFact]) -> Permit:
    """Return the state after an event; a permit without its record keeps the empty state."""
    match event.facts:
        case PermitRecorded() as facts:
            return Permit(facts.mission)
        case PermitLapsed() as facts:
            return state if state.mission is None else replace(state, lapsed_on=facts.lapsed_on)
        case _ as unknown:
            assert_never(unknown)
