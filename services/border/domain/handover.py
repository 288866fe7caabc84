"""A handover: a group of deportees taken over from an authority abroad, announced and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from contracts.border import HandoverAnnounced, HandoverCounted, HandoverFact
from contracts.codes.crossings import DeportingAuthority, VehicleKind
from contracts.codes.places import Checkpoint, CountryAbroad
from contracts.command import Circumstances, Command
from contracts.envelope import Event
from contracts.refusal import Refusal


class AnnounceHandover(Command):
    """An authority abroad announces a group."""

    checkpoint: Checkpoint
    handed_over_by: CountryAbroad = Field("THA", description="Country of the authority.")
    authority: DeportingAuthority = Field(description="The authority that hands the group over.")
    vehicle: VehicleKind = Field(VehicleKind.LORRY, description="How the group travels.")
    vehicle_id: UUID | None = Field(None, description="Id of the vehicle.")
    count_announced: int = Field(ge=0, le=10_000, description="Persons announced.")


class CountHandover(Command):
    """The persons of a handover are counted as they are taken over."""

    count_taken: int = Field(ge=0, le=10_000, description="Persons taken over.")
    women: int | None = Field(None, ge=0, le=10_000, description="Of these, women.")
    children: int | None = Field(None, ge=0, le=10_000, description="Of these, children.")

    @model_validator(mode="after")
    def _parts_within_the_whole(self) -> CountHandover:
        for field in ("women", "children"):
            part = getattr(self, field)
            if part is not None and part > self.count_taken:
                raise ValueError(f"{field} ({part}) cannot be more than count_taken ({self.count_taken})")
        return self


class HandoverCountedAlready(Refusal):
    """This handover is already counted"""

    code = "handover-counted-already"

    status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True)
class Handover:
    """The state of a handover."""

    checkpoint: str | None = None
    count_announced: int | None = None
    count_taken: int | None = None

    @property
    def missing(self) -> int | None:
        """The number of persons announced but not taken over, negative if more were taken over; None until counted."""
        if self.count_announced is None or self.count_taken is None:
            return None
        return self.count_announced - self.count_taken


def decide(
    asked: AnnounceHandover | CountHandover, state: Handover, at: Circumstances
) -> Sequence[HandoverFact]:
    """Return the facts that a command on a handover records. Raises HandoverCountedAlready."""
    match asked:
        case AnnounceHandover():
            return [
                HandoverAnnounced(
                    recorded=at.recorded,
                    checkpoint=asked.checkpoint,
                    handed_over_by=asked.handed_over_by,
                    authority=asked.authority,
                    vehicle=asked.vehicle,
                    vehicle_id=asked.vehicle_id,
                    count_announced=asked.count_announced,
                )
            ]
        case CountHandover():
            if state.count_taken is not None:
                raise HandoverCountedAlready(
                    f"{state.count_taken} persons were counted",
                    remedy="correct the count and give the reason",
                )
            return [
                HandoverCounted(
                    recorded=at.recorded,
                    count_taken=asked.count_taken,
                    women=asked.women,
                    children=asked.children,
                )
            ]
        case _:
            assert_never(asked)


def evolve(state: Handover, event: Event[HandoverFact]) -> Handover:
    """Return the state after an event."""
    match event.facts:
        case HandoverAnnounced():
            return replace(
                state, checkpoint=event.facts.checkpoint, count_announced=event.facts.count_announced
            )
        case HandoverCounted():
            return replace(state, count_taken=event.facts.count_taken)
        case _ as unknown:
            assert_never(unknown)
