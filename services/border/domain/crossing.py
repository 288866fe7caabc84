"""A crossing: one person crosses the border once. A crossing is never refused; contradictions are flagged later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import Field

from contracts.border import (
    BorderCrossed,
    CrossingFact,
    Direction,
    WorkerDeparted,
    WorkerDeported,
    WorkerReturned,
)
from contracts.codes.crossings import CrossingPurpose, DeportingAuthority, ReturnReason, VehicleKind
from contracts.codes.places import Checkpoint, Country
from contracts.command import Circumstances, PersonCommand
from contracts.envelope import Event


class _RecordCrossing(PersonCommand):
    checkpoint: Checkpoint
    vehicle: VehicleKind = Field(VehicleKind.ON_FOOT, description="How the person travelled.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle, the same for all persons in it.")
    family_id: UUID | None = Field(
        None, description="Id of the family, the same for all members who travel together."
    )
    unaccompanied_minor: bool | None = Field(None, description="A child without a responsible adult.")


class RecordDeparture(_RecordCrossing):
    """A worker leaves Cambodia to work abroad."""

    kind: Literal["departure"]
    destination: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.WORK, description="Purpose stated.")


class RecordReturn(_RecordCrossing):
    """A worker comes back."""

    kind: Literal["return"]
    returned_from: Country
    reason: ReturnReason = Field(ReturnReason.UNKNOWN, description="The reason for the return.")


class RecordDeportedReturn(_RecordCrossing):
    """A worker is brought back by an authority abroad."""

    kind: Literal["deported_return"]
    returned_from: Country
    authority: DeportingAuthority = Field(
        DeportingAuthority.IMMIGRATION, description="The authority that deports the worker."
    )
    handover_id: UUID | None = Field(None, description="The handover in which the worker is taken over.")


class RecordOtherCrossing(_RecordCrossing):
    """A person crosses for another purpose."""

    kind: Literal["other"]
    direction: Direction = Field(description="out of or into Cambodia.")
    country: Country
    purpose: CrossingPurpose = Field(CrossingPurpose.OTHER, description="Purpose stated.")


CrossingCommand = RecordDeparture | RecordReturn | RecordDeportedReturn | RecordOtherCrossing
RecordCrossing = Annotated[CrossingCommand, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Crossing:
    """The state of a crossing: its checkpoint, or None if it is not recorded."""

    checkpoint: str | None = None


def decide(asked: CrossingCommand, state: Crossing, at: Circumstances) -> Sequence[CrossingFact]:
    """Return the facts that a command on a crossing records."""
    shared = _shared(asked, at)
    match asked:
        case RecordDeparture():
            return [WorkerDeparted(**shared, destination=asked.destination, purpose=asked.purpose)]
        case RecordReturn():
            return [WorkerReturned(**shared, returned_from=asked.returned_from, reason=asked.reason)]
        case RecordDeportedReturn():
            return [
                WorkerDeported(
                    **shared,
                    returned_from=asked.returned_from,
                    authority=asked.authority,
                    handover_id=asked.handover_id,
                )
            ]
        case RecordOtherCrossing():
            return [
                BorderCrossed(
                    **shared, direction=asked.direction, country=asked.country, purpose=asked.purpose
                )
            ]
        case _:
            assert_never(asked)


def _shared(command: _RecordCrossing, at: Circumstances) -> dict[str, Any]:
    person = command.person
    return {
        "recorded": at.recorded,
        "sex": person.sex,
        "age_band": person.age_band(at.day),
        "home_province": person.home_province,
        "checkpoint": command.checkpoint,
        "documents_shown": tuple(document.kind for document in person.documents),
        "vehicle": command.vehicle,
        "vehicle_id": command.vehicle_id,
        "family_id": command.family_id,
        "unaccompanied_minor": command.unaccompanied_minor,
    }


def evolve(state: Crossing, event: Event[CrossingFact]) -> Crossing:
    """Return the state after an event."""
    match event.facts:
        case WorkerDeparted() | WorkerReturned() | WorkerDeported() | BorderCrossed():
            return Crossing(event.facts.checkpoint)
        case _ as unknown:
            assert_never(unknown)
