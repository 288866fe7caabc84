"""The facts of the border: crossings, one event for each person, handovers of deportees as groups, and screenings."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from contracts.codes.assistance import Consent, ReferralOffice
from contracts.codes.crossings import (
    Channel,
    CrossingPurpose,
    DeportationGround,
    DeportingAuthority,
    ReturnReason,
    VehicleKind,
)
from contracts.codes.documents import DocumentHolder, DocumentKind
from contracts.codes.people import Companion, PersonRole
from contracts.codes.places import Checkpoint, Country
from contracts.codes.screening import HelpWanted, ScreeningEnd
from contracts.envelope import Correction, Fact, PersonFact, Restated, StreamName, Voiding
from contracts.frozen import Frozen
from contracts.person import Issuer
from contracts.times import Day

TOPIC = "domnaer.border.v1"


class Direction(StrEnum):
    """The direction of a crossing, seen from Cambodia."""

    OUT = "out"
    IN = "in"


def _with_kind(given: Any) -> Any:
    """Return a document that an event of an older version states by its kind alone."""
    return {"kind": given} if isinstance(given, str) else given


class DocumentShown(Frozen):
    """A document shown at a crossing, without its number."""

    kind: DocumentKind = Field(description="Kind of document.")
    holder: DocumentHolder = Field(DocumentHolder.OWN, description="The person to whom it was issued.")
    issued_by: Issuer = Field(
        None,
        validate_default=True,
        description="Issuing country, ISO 3166-1 alpha-3, or another issuer of ICAO 9303; absent if it is not known.",
    )
    issued_on: Day | None = Field(None, description="First day of validity.")
    expires_on: Day | None = Field(None, description="Last day of validity.")


class _Crossing(PersonFact):
    alone: ClassVar[bool] = True
    checkpoint: Checkpoint
    role: PersonRole = Field(
        PersonRole.WORKER, description="The role of the person: worker, dependant or child."
    )
    documents_shown: tuple[Annotated[DocumentShown, BeforeValidator(_with_kind)], ...] = Field(
        (), description="Documents shown, without their numbers; empty if none was shown."
    )
    vehicle: VehicleKind = Field(VehicleKind.ON_FOOT, description="How the person travelled.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle, the same for all persons in it.")
    family_id: UUID | None = Field(
        None, description="Id of the family, the same for all members who travel together."
    )
    accompanied_by: Companion | None = Field(
        None, description="The adult who answers for a child; absent if nothing is stated."
    )
    adult_crossing: StreamName | None = Field(
        None, description="The crossing of the adult who answers for the child, if it is recorded."
    )
    unaccompanied_minor: bool | None = Field(None, description="A child without a responsible adult.")


class WorkerDeparted(_Crossing):
    """A worker left Cambodia to work abroad."""

    wire: ClassVar[str] = "domnaer.border.worker_departed.v1"
    destination: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.WORK, description="Purpose stated.")
    channel: Channel | None = Field(None, description="The channel stated; absent if none is.")

    @property
    def abroad(self) -> str | None:
        """The destination."""
        return self.destination


class WorkerReturned(_Crossing):
    """A worker came back to Cambodia by their own decision or at the end of the work."""

    wire: ClassVar[str] = "domnaer.border.worker_returned.v1"
    returned_from: Country
    reason: ReturnReason = Field(ReturnReason.UNKNOWN, description="The reason for the return.")

    @property
    def abroad(self) -> str | None:
        """The country from which the worker came back."""
        return self.returned_from


class WorkerDeported(_Crossing):
    """A worker was brought back to Cambodia by an authority abroad."""

    wire: ClassVar[str] = "domnaer.border.worker_deported.v1"
    returned_from: Country
    authority: DeportingAuthority = Field(
        DeportingAuthority.IMMIGRATION, description="The authority that deported the worker."
    )
    ground: DeportationGround = Field(
        DeportationGround.NOT_STATED, description="The ground that the authority states."
    )
    handover_id: UUID | None = Field(None, description="The handover in which the worker was taken over.")

    @property
    def abroad(self) -> str | None:
        """The country from which the worker was brought back."""
        return self.returned_from


class BorderCrossed(_Crossing):
    """A person crossed the border for another purpose than leaving for work or coming back from it."""

    wire: ClassVar[str] = "domnaer.border.border_crossed.v1"
    direction: Direction = Field(description="out of or into Cambodia.")
    country: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.OTHER, description="Purpose stated.")

    @property
    def abroad(self) -> str | None:
        """The other country."""
        return self.country


class HandoverAnnounced(Fact):
    """An authority abroad announced a group of deportees to be taken over at a checkpoint."""

    wire: ClassVar[str] = "domnaer.border.handover_announced.v1"
    one_person: ClassVar[bool] = False
    has_person: ClassVar[bool] = False
    checkpoint: Checkpoint
    handed_over_by: Country = Field("THA", description="Country of the authority, ISO 3166-1 alpha-3.")
    authority: DeportingAuthority = Field(description="The authority that hands the group over.")
    vehicle: VehicleKind = Field(VehicleKind.LORRY, description="How the group travels.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle.")
    count_announced: int = Field(ge=0, le=10_000, description="Persons announced.")


class HandoverCounted(Fact):
    """The persons of a handover were counted as they were taken over."""

    wire: ClassVar[str] = "domnaer.border.handover_counted.v1"
    one_person: ClassVar[bool] = False
    has_person: ClassVar[bool] = False
    count_taken: int = Field(ge=0, le=10_000, description="Persons taken over.")
    women: int | None = Field(None, ge=0, le=10_000, description="Persons among them who are women.")
    children: int | None = Field(None, ge=0, le=10_000, description="Persons among them who are children.")


class Referral(Frozen):
    """A referral of a person who came back to an office, to which the person consented."""

    office: ReferralOffice = Field(description="The office to which the person is referred.")
    help: HelpWanted = Field(description="What the office is asked to do.")
    consent: Consent = Field(description="How the person consented to this referral.")


def check_agreed(ended: ScreeningEnd, referrals: Sequence[tuple[ReferralOffice, HelpWanted]]) -> None:
    """Check the referrals of a screening, each an office and what it is asked to do. Raises ValueError."""
    if referrals and ended is ScreeningEnd.NOT_WANTED:
        raise ValueError("a person who did not want to be asked is referred to nobody")
    if len(set(referrals)) < len(referrals):
        raise ValueError("each referral is given once")


class ScreeningRecorded(PersonFact):
    """An officer asked a person who came back the private questions, or offered to.

    The answers are in no event. Who it was is on the crossing.
    """

    wire: ClassVar[str] = "domnaer.border.screening_recorded.v1"
    alone: ClassVar[bool] = True
    on_timeline: ClassVar[bool] = False
    has_person: ClassVar[bool] = False
    has_words: ClassVar[bool] = False
    fixed: ClassVar[frozenset[str]] = frozenset({"about", "checkpoint"})
    about: StreamName = Field(description="The return or deported return.")
    checkpoint: Checkpoint
    ended: ScreeningEnd = Field(description="How the questions ended.")
    referrals: tuple[Referral, ...] = Field(
        (), max_length=20, description="The referrals to which the person consented, each by itself."
    )

    @model_validator(mode="after")
    def _only_what_was_agreed_to(self) -> ScreeningRecorded:
        check_agreed(self.ended, [(each.office, each.help) for each in self.referrals])
        return self


CrossingFact: TypeAlias = WorkerDeparted | WorkerReturned | WorkerDeported | BorderCrossed
"""The facts of a crossing's stream, without corrections and voids."""
HandoverFact: TypeAlias = HandoverAnnounced | HandoverCounted
"""The facts of a handover's stream, without corrections and voids."""
BorderFact: TypeAlias = CrossingFact | HandoverFact | ScreeningRecorded
"""All facts of the border, without corrections and voids."""


class EventVoided(Voiding):
    """A border event never happened, or not to this person."""

    wire: ClassVar[str] = "domnaer.border.event_voided.v1"


class EventCorrected(Correction):
    """A border event happened differently than recorded."""

    wire: ClassVar[str] = "domnaer.border.event_corrected.v1"
    restated: Annotated[
        Restated[Literal["domnaer.border.worker_departed.v1"], WorkerDeparted]
        | Restated[Literal["domnaer.border.worker_returned.v1"], WorkerReturned]
        | Restated[Literal["domnaer.border.worker_deported.v1"], WorkerDeported]
        | Restated[Literal["domnaer.border.border_crossed.v1"], BorderCrossed]
        | Restated[Literal["domnaer.border.handover_announced.v1"], HandoverAnnounced]
        | Restated[Literal["domnaer.border.handover_counted.v1"], HandoverCounted]
        | Restated[Literal["domnaer.border.screening_recorded.v1"], ScreeningRecorded],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
