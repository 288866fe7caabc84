"""The facts of the missions: assistance given to a worker abroad, from the first call to the outcome."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    Consent,
    Contact,
    DeathCause,
    LegalStatus,
    PermitEnd,
    ReferralOffice,
    ReportedBy,
    Urgency,
)
from contracts.codes.documents import DocumentKind
from contracts.codes.missions import MissionCode
from contracts.codes.places import Country
from contracts.codes.recording import BirthPrecision
from contracts.envelope import Correction, Fact, PersonFact, RecorderId, Restated, StreamName, Voiding
from contracts.times import Day

TOPIC = "domnaer.consular.v1"


class AssistanceCaseOpened(PersonFact):
    """A mission opened an assistance case, for a worker of any legal status or a caller who is not identified yet."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_opened.v1"
    mission: MissionCode
    country: Country = Field(
        description="The country that the case concerns, ISO 3166-1 alpha-3; a mission may be accredited to several."
    )
    worker_in: Country | None = Field(
        None, description="The country in which the worker is, ISO 3166-1 alpha-3; absent if it is not known."
    )
    reported_by: ReportedBy = Field(ReportedBy.NOT_STATED, description="Who reported the matter.")
    category: AssistanceCategory = Field(description="The subject of the assistance.")
    urgency: Urgency = Field(description="The urgency of the next step.")
    status_abroad: LegalStatus = Field(
        LegalStatus.NOT_KNOWN, description="Legal status in the country, as stated."
    )
    due_on: Day | None = Field(None, description="Day by which the next step is due.")
    attache: RecorderId | None = Field(None, description="Pseudonymous id of the attaché in charge.")
    about: StreamName | None = Field(None, description="The record that led to the case, if there is one.")
    restricted_to: tuple[RecorderId, ...] = Field(
        (),
        max_length=50,
        description="Pseudonymous ids of the people who may see the case, besides the attaché in charge; empty if everybody "
        "whose reach covers it may.",
    )

    @property
    def abroad(self) -> str | None:
        """The country in which the worker is, else the country that the case concerns."""
        return self.worker_in or self.country


class AssistanceCallerIdentified(PersonFact):
    """The person of an assistance case was identified."""

    wire: ClassVar[str] = "domnaer.consular.assistance_caller_identified.v1"
    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")


class AssistanceActionLogged(Fact):
    """A mission acted for the worker."""

    wire: ClassVar[str] = "domnaer.consular.assistance_action_logged.v1"
    action: AssistanceAction = Field(description="The action.")
    with_whom: Contact = Field(Contact.NOT_STATED, description="With whom the mission had contact.")
    worker_in: Country | None = Field(
        None,
        description="The country in which the worker is, as the action showed; absent if it showed nothing.",
    )
    referred_to: ReferralOffice | None = Field(
        None, description="The office to which the person was referred; absent for other actions."
    )
    consent: Consent | None = Field(
        None, description="How the person consented to the referral; absent for other actions."
    )


class WorkerDeathRecorded(Fact):
    """A mission recorded that the worker died."""

    wire: ClassVar[str] = "domnaer.consular.worker_death_recorded.v1"
    died_on: Day = Field(
        description="Day of the death; the first possible day if it is known to the month or year."
    )
    precision: BirthPrecision = Field(BirthPrecision.DAY, description="The precision of that day.")
    died_in: Country | None = Field(None, description="Country of the death, ISO 3166-1 alpha-3.")
    cause: DeathCause = Field(DeathCause.NOT_KNOWN, description="The cause, as stated.")


class AssistanceDueDateSet(Fact):
    """The day by which the next step is due was set."""

    wire: ClassVar[str] = "domnaer.consular.assistance_due_date_set.v1"
    due_on: Day | None = Field(None, description="The day; absent if nothing is due any more.")
    urgency: Urgency | None = Field(
        None, description="The urgency of the next step from then on; absent if it stayed as it was."
    )


class AssistanceCaseHandedOver(Fact):
    """An assistance case was handed over to an attaché or to another mission."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_handed_over.v1"
    to_attache: RecorderId | None = Field(
        None,
        description="Pseudonymous id of the attaché now in charge; null until the mission names one.",
    )
    to_mission: MissionCode | None = Field(None, description="The mission now in charge, if it changed.")


class AssistanceCaseRestricted(Fact):
    """An assistance case was restricted to named people, or opened again to everybody whose reach covers it."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_restricted.v1"
    restricted_to: tuple[RecorderId, ...] = Field(
        max_length=50,
        description="Pseudonymous ids of the people who may see the case, besides the attaché in charge; empty if everybody "
        "whose reach covers it may.",
    )


class AssistanceCaseClosed(Fact):
    """An assistance case was closed."""

    wire: ClassVar[str] = "domnaer.consular.assistance_case_closed.v1"
    outcome: AssistanceOutcome = Field(description="The outcome.")


class PermitRecorded(PersonFact):
    """A mission recorded that the status of a worker was made regular, or a permit to stay or work abroad."""

    wire: ClassVar[str] = "domnaer.consular.permit_recorded.v1"
    mission: MissionCode
    country: Country = Field(description="The country in which it holds, ISO 3166-1 alpha-3.")
    kind: DocumentKind = Field(description="Kind of the document issued.")
    regularisation: bool = Field(
        False, description="Whether it was issued by a campaign that regularises workers without documents."
    )
    valid_from: Day = Field(description="First day of validity.")
    valid_until: Day | None = Field(None, description="Last day of validity; absent if none is stated.")
    about: StreamName | None = Field(None, description="A record of the same person, if one is known.")

    @property
    def abroad(self) -> str | None:
        """The country of the permit."""
        return self.country


class PermitLapsed(Fact):
    """A permit no longer holds."""

    wire: ClassVar[str] = "domnaer.consular.permit_lapsed.v1"
    lapsed_on: Day = Field(description="First day on which it no longer held.")
    reason: PermitEnd = Field(description="The reason.")


AssistanceCaseFact: TypeAlias = (
    AssistanceCaseOpened
    | AssistanceCallerIdentified
    | AssistanceActionLogged
    | WorkerDeathRecorded
    | AssistanceDueDateSet
    | AssistanceCaseHandedOver
    | AssistanceCaseRestricted
    | AssistanceCaseClosed
)
"""The facts of an assistance case's stream, without corrections and voids."""
PermitFact: TypeAlias = PermitRecorded | PermitLapsed
"""The facts of a permit's stream, without corrections and voids."""
ConsularFact: TypeAlias = AssistanceCaseFact | PermitFact
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
        | Restated[Literal["domnaer.consular.worker_death_recorded.v1"], WorkerDeathRecorded]
        | Restated[Literal["domnaer.consular.permit_recorded.v1"], PermitRecorded]
        | Restated[Literal["domnaer.consular.permit_lapsed.v1"], PermitLapsed]
        | Restated[Literal["domnaer.consular.assistance_due_date_set.v1"], AssistanceDueDateSet]
        | Restated[Literal["domnaer.consular.assistance_case_handed_over.v1"], AssistanceCaseHandedOver]
        | Restated[Literal["domnaer.consular.assistance_case_restricted.v1"], AssistanceCaseRestricted]
        | Restated[Literal["domnaer.consular.assistance_case_closed.v1"], AssistanceCaseClosed],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
