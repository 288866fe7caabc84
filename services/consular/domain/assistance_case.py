"""An assistance case at a mission: opened, worked on, handed over, closed; its person may become known later.

An action may be recorded late, even after the case was closed, if it was done before. The caller may be identified at
any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, assert_never

from pydantic import Field, model_validator

from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    LegalStatus,
    Urgency,
)
from contracts.codes.missions import MISSIONS, MissionCode
from contracts.codes.places import Country
from contracts.command import Circumstances, Command, PersonCommand
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseFact,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceDueDateSet,
)
from contracts.envelope import Event, RecorderId, StreamName
from contracts.times import Day, day_of, later
from services.consular.domain.refusals import (
    CallerIdentifiedAlready,
    CaseClosed,
    CaseTakenBack,
    DueBeforeToday,
    HandedOverToTheSame,
    NothingToKnowThemBy,
)

DUE_WITHIN_DAYS: Mapping[Urgency, int] = MappingProxyType(
    {Urgency.LIFE_IN_DANGER: 0, Urgency.URGENT: 1, Urgency.SOON: 7, Urgency.ROUTINE: 30}
)
"""Days after the opening by which the next step is due if the attaché gives no day."""


class OpenAssistanceCase(PersonCommand):
    """A worker, or another person for the worker, asks a mission for help."""

    mission: MissionCode
    country: Country | None = Field(
        None, description="The country in which the worker is; the mission's own country if absent."
    )
    category: AssistanceCategory = Field(description="The subject of the assistance.")
    urgency: Urgency = Field(Urgency.ROUTINE, description="The urgency of the next step.")
    status_abroad: LegalStatus = Field(
        LegalStatus.NOT_KNOWN, description="Legal status in the country, as stated."
    )
    due_on: Day | None = Field(
        None,
        description="Day by which the next step is due; if absent, it follows from the urgency: life_in_danger the same "
        "day, urgent the next, soon within 7 days, routine within 30.",
    )
    attache: RecorderId | None = Field(
        None, description="Pseudonymous id of the attaché in charge; none if absent."
    )
    about: StreamName | None = Field(None, description="The record that led to the case, if there is one.")


class IdentifyCaller(PersonCommand):
    """The person of a case, unidentified before, becomes known."""

    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")


class LogAssistanceAction(Command):
    """Something was done for the worker."""

    action: AssistanceAction = Field(description="The action.")


class SetAssistanceDueDate(Command):
    """The attaché sets the day by which the next step is due."""

    due_on: Day | None = Field(description="The day; null if nothing is due any more.")


class HandOverAssistanceCase(Command):
    """The case passes to an attaché or to another mission."""

    to_attache: RecorderId | None = Field(None, description="Pseudonymous id of the attaché who takes it.")
    to_mission: MissionCode | None = Field(
        None, description="The mission that takes the case, if it changes."
    )

    @model_validator(mode="after")
    def _to_somebody(self) -> HandOverAssistanceCase:
        if self.to_attache is None and self.to_mission is None:
            raise ValueError("name the attaché or the mission that takes the case: to_attache or to_mission")
        return self


class CloseAssistanceCase(Command):
    """The case comes to its end."""

    outcome: AssistanceOutcome = Field(description="The outcome.")


Asked = (
    OpenAssistanceCase
    | IdentifyCaller
    | LogAssistanceAction
    | SetAssistanceDueDate
    | HandOverAssistanceCase
    | CloseAssistanceCase
)


@dataclass(frozen=True, slots=True)
class AssistanceCase:
    """The state of a case. Its mission is None if the case was not opened, or if its opening was voided.

    ``identified`` is True if the case has a document or a record of the same person; a name alone is not enough.
    """

    mission: str | None = None
    attache: str | None = None
    due_on: date | None = None
    identified: bool = False
    closed_at: datetime | None = None


def due_by(urgency: Urgency, opened_at: datetime) -> date:
    """Return the day by which the next step is due if the attaché gives no day."""
    return later(day_of(opened_at), timedelta(days=DUE_WITHIN_DAYS[urgency]))


def decide(asked: Asked, state: AssistanceCase, at: Circumstances) -> Sequence[AssistanceCaseFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.consular.domain.refusals`."""
    if isinstance(asked, OpenAssistanceCase):
        return [_opened(asked, at)]
    if state.mission is None:
        raise CaseTakenBack("nothing can be recorded about it", remedy="open a new case")
    match asked:
        case IdentifyCaller():
            return [_identified(asked, state, at)]
        case LogAssistanceAction():
            if state.closed_at is None or at.occurred_at > state.closed_at:
                _must_be_open(state)
            return [AssistanceActionLogged(recorded=at.recorded, action=asked.action)]
        case SetAssistanceDueDate():
            _must_be_open(state)
            _must_not_have_passed(asked.due_on, at)
            return [AssistanceDueDateSet(recorded=at.recorded, due_on=asked.due_on)]
        case HandOverAssistanceCase():
            _must_be_open(state)
            return [_handed_over(asked, state, at)]
        case CloseAssistanceCase():
            _must_be_open(state)
            return [AssistanceCaseClosed(recorded=at.recorded, outcome=asked.outcome)]
        case _:
            assert_never(asked)


def _opened(asked: OpenAssistanceCase, at: Circumstances) -> AssistanceCaseFact:
    _must_not_have_passed(asked.due_on, at)
    return AssistanceCaseOpened(
        **_statistics(asked, at),
        mission=asked.mission,
        country=asked.country or MISSIONS[asked.mission].country,
        category=asked.category,
        urgency=asked.urgency,
        status_abroad=asked.status_abroad,
        due_on=asked.due_on or due_by(asked.urgency, at.occurred_at),
        attache=asked.attache,
        about=asked.about,
    )


def _identified(asked: IdentifyCaller, state: AssistanceCase, at: Circumstances) -> AssistanceCaseFact:
    if state.identified:
        raise CallerIdentifiedAlready(
            "the case has a document or a record of the person",
            remedy="if it was another person, correct the event that identified the person",
        )
    if not (asked.person.documents or asked.person.name or asked.about):
        raise NothingToKnowThemBy(
            "there is no document, no name and no record of the same person",
            remedy="give at least one of them",
            field="person",
        )
    return AssistanceCallerIdentified(**_statistics(asked, at), about=asked.about)


def _handed_over(
    asked: HandOverAssistanceCase, state: AssistanceCase, at: Circumstances
) -> AssistanceCaseFact:
    moves = asked.to_mission is not None and asked.to_mission != state.mission
    if not moves and asked.to_attache in (None, state.attache):
        raise HandedOverToTheSame(
            "the attaché and the mission would not change",
            remedy="name another attaché or another mission",
            field="to_attache",
        )
    return AssistanceCaseHandedOver(
        recorded=at.recorded, to_attache=asked.to_attache, to_mission=asked.to_mission if moves else None
    )


def _statistics(asked: PersonCommand, at: Circumstances) -> dict[str, Any]:
    return {
        "recorded": at.recorded,
        "sex": asked.person.sex,
        "age_band": asked.person.age_band(at.day),
        "home_province": asked.person.home_province,
    }


def _must_be_open(state: AssistanceCase) -> None:
    if state.closed_at is not None:
        raise CaseClosed(
            f"it was closed on {day_of(state.closed_at)}",
            remedy="open a new case, or void the closing if it was a mistake",
        )


def _must_not_have_passed(due_on: date | None, at: Circumstances) -> None:
    day = day_of(at.occurred_at)
    if due_on is not None and due_on < day:
        raise DueBeforeToday(
            f"{due_on} is before {day}", remedy="give that day or a later one", field="due_on"
        )


def evolve(state: AssistanceCase, event: Event[AssistanceCaseFact]) -> AssistanceCase:
    """Return the state after an event; a case without an opening keeps the empty state."""
    if isinstance(event.facts, AssistanceCaseOpened):
        opened = event.facts
        known = bool(event.handles) or opened.about is not None
        return AssistanceCase(opened.mission, opened.attache, opened.due_on, known)
    if state.mission is None:
        return state
    match event.facts:
        case AssistanceCallerIdentified():
            known = bool(event.handles) or event.facts.about is not None
            return replace(state, identified=state.identified or known)
        case AssistanceDueDateSet() as facts:
            return replace(state, due_on=facts.due_on)
        case AssistanceCaseHandedOver() as facts:
            return replace(state, mission=facts.to_mission or state.mission, attache=facts.to_attache)
        case AssistanceCaseClosed():
            return replace(state, closed_at=event.occurred_at)
        case AssistanceActionLogged():
            return state
        case _ as unknown:
            assert_never(unknown)
