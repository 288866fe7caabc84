"""The facts of the missions: assistance given to a worker abroad, from the first call to the outcome."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    LegalStatus,
    Urgency,
)
from contracts.codes.missions import MissionCode
from contracts.codes.places import Country
from contracts.envelope import Correction, Fact, PersonFact, RecorderId, Restated, StreamName, Voiding
from contracts.times import Day

TOPIC = "domnaer.consular.v1"


class AssistanceCaseOpened(PersonFact):
    """A mission opened an assistance case, for a worker of any legal status or a caller who is not identified yet."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_opened.v1"
    mission: MissionCode
    country: Country = Field(
        description="The country in which the worker is, ISO 3166-1 alpha-3; a mission may be responsible for several."
    )
    category: AssistanceCategory = Field(description="The subject of the assistance.")
    urgency: Urgency = Field(description="The urgency of the next step.")
    status_abroad: LegalStatus = Field(
        LegalStatus.NOT_KNOWN, description="Legal status in the country, as stated."
    )
    due_on: Day | None = Field(None, description="Day by which the next step is due.")
    attache: RecorderId | None = Field(None, description="Pseudonymous id of the attaché in charge.")
    about: StreamName | None = Field(None, description="The record that led to the case, if there is one.")


class AssistanceCallerIdentified(PersonFact):
    """The person of an assistance case was identified."""

    wire: ClassVar[str] = "domnaer.consular.assistance_caller_identified.v1"
    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")


class AssistanceActionLogged(Fact):
    """A mission acted for the worker."""

    wire: ClassVar[str] = "domnaer.consular.assistance_action_logged.v1"
    action: AssistanceAction = Field(description="The action.")


class AssistanceDueDateSet(Fact):
    """The day by which the next step is due was set."""

    wire: ClassVar[str] = "domnaer.consular.assistance_due_date_set.v1"
    due_on: Day | None = Field(None, description="The day; absent if nothing is due any more.")


class AssistanceCaseHandedOver(Fact):
    """An assistance case was handed over to an attaché or to another mission."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_handed_over.v1"
    to_attache: RecorderId | None = Field(
        None,
        description="Pseudonymous id of the attaché now in charge; null until the mission names one.",
    )
    to_mission: MissionCode | None = Field(None, description="The mission now in charge, if it changed.")


class AssistanceCaseClosed(Fact):
    """An assistance case was closed."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_closed.v1"
    outcome: AssistanceOutcome = Field(description="The outcome.")


AssistanceCaseFact: TypeAlias = (
    AssistanceCaseOpened
    | AssistanceCallerIdentified
    | AssistanceActionLogged
    | AssistanceDueDateSet
    | AssistanceCaseHandedOver
    | AssistanceCaseClosed
)
"""The facts of an assistance case's stream, without corrections and voids."""
ConsularFact: TypeAlias = AssistanceCaseFact
"""All facts of the missions, without corrections and voids."""


class EventVoided(Voiding):
    """A consular event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.consular.event_voided.v1"


class EventCorrected(Correction):
    """A consular event happened differently than recorded."""

    wire: ClassVar[str] = "domnaer.consular.event_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.consular.assistance_case_opened.v1"], AssistanceCaseOpened]
        | Restated[Literal["domnaer.consular.assistance_caller_identified.v1"], AssistanceCallerIdentified]
        | Restated[Literal["domnaer.consular.assistance_action_logged.v1"], AssistanceActionLogged]
        | Restated[Literal["domnaer.consular.assistance_due_date_set.v1"], AssistanceDueDateSet]
        | Restated[Literal["domnaer.consular.assistance_case_handed_over.v1"], AssistanceCaseHandedOver]
        | Restated[Literal["domnaer.consular.assistance_case_closed.v1"], AssistanceCaseClosed],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
