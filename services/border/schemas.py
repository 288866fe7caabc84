"""The response models of the border service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class CrossingRow(BaseModel):
    """A crossing in a list, without the person."""

    crossing_id: UUID
    kind: str = Field(description="Kind of the crossing, as it was recorded; other is other_out or other_in.")
    checkpoint: str
    occurred_at: datetime
    recorded_at: datetime
    country: str
    role: str = Field(description="worker, dependant or child")
    sex: int
    age_band: str
    documented: bool
    vehicle_id: UUID | None
    handover_id: UUID | None


class ShiftTotal(BaseModel):
    """Persons who crossed at a post on a day."""

    checkpoint: str
    kind: str
    sex: int
    age_band: str
    persons: int


class HandoverRow(BaseModel):
    """A handover with both counts."""

    handover_id: UUID
    checkpoint: str
    handed_over_by: str
    authority: str
    announced_at: datetime
    count_announced: int
    count_taken: int | None
    missing: int | None = Field(
        description="The persons announced minus the persons taken over; null until counted."
    )
    persons_recorded: int = Field(description="Deported returns recorded under this handover so far.")


class UnfollowedChecks(BaseModel):
    """Checks of documents that a caller made in an hour, and that no crossing with the document followed within an hour."""

    caller: str
    office: str
    hour: datetime = Field(description="Beginning of the hour.")
    checks: int
