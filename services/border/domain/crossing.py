"""A crossing: one person crosses the border once. A crossing is never refused; contradictions are flagged later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, assert_never, get_args
from uuid import UUID

from pydantic import Field

from contracts.border import (
    BorderCrossed,
    CrossingFact,
    Direction,
    DocumentShown,
    WorkerDeparted,
    WorkerDeported,
    WorkerReturned,
)
from contracts.codes.crossings import (
    Channel,
    CrossingPurpose,
    DeportationGround,
    DeportingAuthority,
    ReturnReason,
    VehicleKind,
)
from contracts.codes.people import Companion, PersonRole
from contracts.codes.places import Checkpoint, CountryAbroad
from contracts.command import Circumstances, PersonCommand
from contracts.envelope import Event, Fact
from contracts.person import issued_documents


class _RecordCrossing(PersonCommand):
    checkpoint: Checkpoint
    role: PersonRole = Field(
        PersonRole.WORKER,
        description="The role of the person: worker, dependant (goes along with a worker) or child.",
    )
    vehicle: VehicleKind = Field(VehicleKind.ON_FOOT, description="How the person travelled.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle, the same for all persons in it.")
    family_id: UUID | None = Field(
        None, description="Id of the family, the same for all members who travel together."
    )
    accompanied_by: Companion | None = Field(
        None,
        description="The adult who answers for a child; nobody if there is none, absent if it was not asked.",
    )
    adult_crossing: UUID | None = Field(
        None, description="Id of the record of that adult's crossing; it may be recorded later."
    )
    unaccompanied_minor: bool | None = Field(None, description="A child without a responsible adult.")

    @classmethod
    def restated(cls, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the command that recorded facts: they name the adult's crossing by its stream."""
        (kind,) = get_args(cls.model_fields["kind"].annotation)
        adult = facts["adult_crossing"]
        return super().restated(facts) | {
            "kind": kind,
            "adult_crossing": None if adult is None else adult.removeprefix("crossing-"),
        }


class RecordDeparture(_RecordCrossing):
    """A worker leaves Cambodia to work abroad."""

    kind: Literal["departure"]
    destination: CountryAbroad
    purpose: CrossingPurpose = Field(CrossingPurpose.WORK, description="Purpose stated.")
    channel: Channel | None = Field(
        None, description="The channel by which the worker goes, as stated; absent if it is not."
    )


class RecordReturn(_RecordCrossing):
    """A worker comes back."""

    kind: Literal["return"]
    returned_from: CountryAbroad
    reason: ReturnReason = Field(ReturnReason.UNKNOWN, description="The reason for the return.")


class RecordDeportedReturn(_RecordCrossing):
    """A worker is brought back by an authority abroad."""

    kind: Literal["deported_return"]
    returned_from: CountryAbroad
    authority: DeportingAuthority = Field(
        DeportingAuthority.IMMIGRATION, description="The authority that deports the worker."
    )
    ground: DeportationGround = Field(
        DeportationGround.NOT_STATED, description="The ground of the deportation that the authority states."
    )
    handover_id: UUID | None = Field(None, description="The handover in which the worker is taken over.")


class RecordOtherCrossing(_RecordCrossing):
    """A person crosses for another purpose."""

    kind: Literal["other"]
    direction: Direction = Field(description="out of or into Cambodia.")
    country: CountryAbroad
    purpose: CrossingPurpose = Field(CrossingPurpose.OTHER, description="Purpose stated.")


CrossingCommand = RecordDeparture | RecordReturn | RecordDeportedReturn | RecordOtherCrossing
RecordCrossing = Annotated[CrossingCommand, Field(discriminator="kind")]


SAME_WITHIN = timedelta(hours=12)
"""Two crossings of one person in one direction within this time are probably two records of one crossing."""


def direction_of(facts: Fact) -> Direction | None:
    """Return the direction of a crossing; None if the facts state none."""
    match facts:
        case WorkerDeparted():
            return Direction.OUT
        case WorkerReturned() | WorkerDeported():
            return Direction.IN
        case BorderCrossed():
            return facts.direction
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Crossing:
    """The state of a crossing: its checkpoint, or None if it is not recorded."""

    checkpoint: str | None = None


def decide(asked: CrossingCommand, state: Crossing, at: Circumstances) -> Sequence[CrossingFact]:
    """Return the facts that a command on a crossing records."""
    match asked:
        case RecordDeparture():
            return [
                WorkerDeparted(
                    **_shared(asked, at, asked.destination),
                    destination=asked.destination,
                    purpose=asked.purpose,
                    channel=asked.channel,
                )
            ]
        case RecordReturn():
            return [
                WorkerReturned(
                    **_shared(asked, at, asked.returned_from),
                    returned_from=asked.returned_from,
                    reason=asked.reason,
                )
            ]
        case RecordDeportedReturn():
            return [
                WorkerDeported(
                    **_shared(asked, at, asked.returned_from),
                    returned_from=asked.returned_from,
                    authority=asked.authority,
                    ground=asked.ground,
                    handover_id=asked.handover_id,
                )
            ]
        case RecordOtherCrossing():
            return [
                BorderCrossed(
                    **_shared(asked, at, asked.country),
                    direction=asked.direction,
                    country=asked.country,
                    purpose=asked.purpose,
                )
            ]
        case _:
            assert_never(asked)


def _shared(command: _RecordCrossing, at: Circumstances, abroad: str) -> dict[str, Any]:
    return {
        "recorded": at.recorded,
        **command.person.attributes(at),
        "checkpoint": command.checkpoint,
        "role": command.role,
        "documents_shown": tuple(
            DocumentShown(
                kind=document.kind,
                holder=document.holder,
                issued_by=document.issued_by,
                issued_on=document.issued_on,
                expires_on=document.expires_on,
            )
            for document in issued_documents(command.person.documents, abroad)
            if not document.is_placeholder
        ),
        "vehicle": command.vehicle,
        "vehicle_id": command.vehicle_id,
        "family_id": command.family_id,
        "accompanied_by": command.accompanied_by,
        "adult_crossing": None if command.adult_crossing is None else f"crossing-{command.adult_crossing}",
        "unaccompanied_minor": command.unaccompanied_minor,
    }


def evolve(state: Crossing, event: Event[CrossingFact]) -> Crossing:
    """Return the state after an event."""
    match event.facts:
        case WorkerDeparted() | WorkerReturned() | WorkerDeported() | BorderCrossed():
            return Crossing(event.facts.checkpoint)
        case _ as unknown:
            assert_never(unknown)
