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
    """A mission opened an assistance case, for a worker of whatever status or a caller not yet identified."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_opened.v1"
    mission: MissionCode
    country: Country = Field(
        description="Where the worker is, ISO 3166-1 alpha-3; a mission may answer for several."
    )
    category: AssistanceCategory = Field(description="What the help is about.")
    urgency: Urgency = Field(description="How soon something must be done.")
    status_abroad: LegalStatus = Field(
        LegalStatus.NOT_KNOWN, description="Legal status in the country, as stated."
    )
    due_on: Day | None = Field(None, description="Day by which the next step is due.")
    attache: RecorderId | None = Field(None, description="Pseudonymous id of the attaché in charge.")
    about: StreamName | None = Field(
        None, description="The record that the case was made from, where there is one."
    )


class AssistanceCallerIdentified(PersonFact):
    """The person of an assistance case, unidentified before, became known."""

    wire: ClassVar[str] = "domnaer.consular.assistance_caller_identified.v1"
    about: StreamName | None = Field(None, description="A record of the same person, where one is known.")


class AssistanceActionLogged(Fact):
    """Something was done for the worker."""

    wire: ClassVar[str] = "domnaer.consular.assistance_action_logged.v1"
    action: AssistanceAction = Field(description="What was done.")


class AssistanceDueDateSet(Fact):
    """The day by which the next step is due was set."""

    wire: ClassVar[str] = "domnaer.consular.assistance_due_date_set.v1"
    due_on: Day | None = Field(None, description="The day; absent where nothing is due any more.")


class AssistanceCaseHandedOver(Fact):
    """An assistance case passed to an attaché, from nobody or from another, or to another mission."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_handed_over.v1"
    to_attache: RecorderId | None = Field(
        None,
        description="Pseudonymous id of the attaché now in charge; null until the mission names one.",
    )
    to_mission: MissionCode | None = Field(None, description="The mission now in charge, where it changed.")


class AssistanceCaseClosed(Fact):
    """An assistance case came to its end."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_closed.v1"
    outcome: AssistanceOutcome = Field(description="How it ended.")


AssistanceCaseFact: TypeAlias = (
    AssistanceCaseOpened
    | AssistanceCallerIdentified
    | AssistanceActionLogged
    | AssistanceDueDateSet
    | AssistanceCaseHandedOver
    | AssistanceCaseClosed
)
"""The facts of an assistance case's stream, corrections and voids apart."""
ConsularFact: TypeAlias = AssistanceCaseFact
"""All facts of the missions, corrections and voids apart."""


class EventVoided(Voiding):
    """A consular event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.consular.event_voided.v1"


class EventCorrected(Correction):
    """A consular event happened otherwise than recorded."""

    wire: ClassVar[str] = "domnaer.consular.event_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.consular.assistance_case_opened.v1"], AssistanceCaseOpened]
        | Restated[Literal["domnaer.consular.assistance_caller_identified.v1"], AssistanceCallerIdentified]
        | Restated[Literal["domnaer.consular.assistance_action_logged.v1"], AssistanceActionLogged]
        | Restated[Literal["domnaer.consular.assistance_due_date_set.v1"], AssistanceDueDateSet]
        | Restated[Literal["domnaer.consular.assistance_case_handed_over.v1"], AssistanceCaseHandedOver]
        | Restated[Literal["domnaer.consular.assistance_case_closed.v1"], AssistanceCaseClosed],
        Field(discriminator="type", description="The whole facts as they should read."),
    ]
