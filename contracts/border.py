"""The facts of the border: crossings, one event for each person, and handovers of deportees as groups."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from contracts.codes.crossings import CrossingPurpose, DeportingAuthority, ReturnReason, VehicleKind
from contracts.codes.documents import DocumentKind
from contracts.codes.places import Checkpoint, Country
from contracts.envelope import Correction, Fact, PersonFact, Restated, Voiding

TOPIC = "domnaer.border.v1"


class Direction(StrEnum):
    """The direction of a crossing, seen from Cambodia."""

    OUT = "out"
    IN = "in"


class _Crossing(PersonFact):
    alone: ClassVar[bool] = True
    checkpoint: Checkpoint
    documents_shown: tuple[DocumentKind, ...] = Field(
        (), description="Kinds of documents shown; empty if none was shown."
    )
    vehicle: VehicleKind = Field(VehicleKind.ON_FOOT, description="How the person travelled.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle, the same for all persons in it.")
    family_id: UUID | None = Field(
        None, description="Id of the family, the same for all members who travel together."
    )
    unaccompanied_minor: bool | None = Field(None, description="A child without a responsible adult.")


class WorkerDeparted(_Crossing):
    """A worker left Cambodia to work abroad."""

    wire: ClassVar[str] = "domnaer.border.worker_departed.v1"
    destination: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.WORK, description="Purpose stated.")


class WorkerReturned(_Crossing):
    """A worker came back to Cambodia by their own decision or at the end of the work."""

    wire: ClassVar[str] = "domnaer.border.worker_returned.v1"
    returned_from: Country
    reason: ReturnReason = Field(ReturnReason.UNKNOWN, description="The reason for the return.")


class WorkerDeported(_Crossing):
    """A worker was brought back to Cambodia by an authority abroad."""

    wire: ClassVar[str] = "domnaer.border.worker_deported.v1"
    returned_from: Country
    authority: DeportingAuthority = Field(
        DeportingAuthority.IMMIGRATION, description="The authority that deported the worker."
    )
    handover_id: UUID | None = Field(None, description="The handover in which the worker was taken over.")


class BorderCrossed(_Crossing):
    """A person crossed the border for another purpose than leaving for work or coming back from it."""

    wire: ClassVar[str] = "domnaer.border.border_crossed.v1"
    direction: Direction = Field(description="out of or into Cambodia.")
    country: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.OTHER, description="Purpose stated.")


class HandoverAnnounced(Fact):
    """An authority abroad announced a group of deportees to be taken over at a checkpoint."""

    wire: ClassVar[str] = "domnaer.border.handover_announced.v1"
    one_person: ClassVar[bool] = False
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
    count_taken: int = Field(ge=0, le=10_000, description="Persons taken over.")
    women: int | None = Field(None, ge=0, le=10_000, description="Persons among them who are women.")
    children: int | None = Field(None, ge=0, le=10_000, description="Persons among them who are children.")


CrossingFact: TypeAlias = WorkerDeparted | WorkerReturned | WorkerDeported | BorderCrossed
"""The facts of a crossing's stream, without corrections and voids."""
HandoverFact: TypeAlias = HandoverAnnounced | HandoverCounted
"""The facts of a handover's stream, without corrections and voids."""
BorderFact: TypeAlias = CrossingFact | HandoverFact
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
        | Restated[Literal["domnaer.border.handover_counted.v1"], HandoverCounted],
        Field(discriminator="type", description="The complete corrected facts."),
    ]
