"""The messages of an offline booth: sealed records, uploads and exports of them, and what became of each record."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.commands.likely_same import LikelySame
from contracts.envelope import DeviceCode
from contracts.times import Moment

MOST = 50
"""The most records of an upload."""
MOST_IN_FILE = 2_000
"""The most records of an export."""
RecordState = Literal["recorded", "already_recorded", "refused", "try_again"]


class SealedEntry(BaseModel):
    """A record of the outbox of a device."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(description="The id of the record, a UUIDv7; it becomes the id of the crossing.")
    seq: int = Field(ge=0, lt=1 << 53, description="The number of the record on its device; it grows.")
    sealed: str = Field(
        max_length=20_000,
        pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$",
        description="The record as a compact JWE for the sealing key (RSA-OAEP-256 or ECDH-ES, A256GCM, with its kid).",
    )


class _Uploaded(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    device: DeviceCode = Field(description="The device, which is also the kid of the signature.")
    device_clock: Moment = Field(description="The present time of the device's clock.")


class OfflineUpload(_Uploaded):
    """Records that a device uploads, in the order in which they were captured."""

    records: Annotated[tuple[SealedEntry, ...], Field(max_length=MOST, description="The records.")]


class OfflineExport(_Uploaded):
    """Records that a device wrote into a file. Its clock may be read days before the file is taken in."""

    clock_error_seconds: int | None = Field(
        None,
        gt=-(1 << 40),
        lt=1 << 40,
        description="The error of the device's clock as the last upload measured it; null if there was none.",
    )
    records: Annotated[tuple[SealedEntry, ...], Field(max_length=MOST_IN_FILE, description="The records.")]


class OpenedRecord(BaseModel):
    """The content of a sealed record. ``command`` is the body of a command that records a crossing, or an UndoCrossing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    seq: int
    captured_at: Moment
    grant: Annotated[str, Field(max_length=8_000)]
    command: dict[str, Any]


class RecordProblem(BaseModel):
    """The reason why a record was not recorded."""

    code: str = Field(description="The broken rule, such as grant-expired.")
    title: str
    detail: str
    remedy: str | None
    field: str | None = Field(description="The field of the command that is wrong, if it is one.")


class RecordOutcome(BaseModel):
    """The outcome of a record of an upload."""

    id: UUID
    outcome: RecordState = Field(
        description="recorded; already_recorded (by an earlier upload); refused; try_again (something passing: send it again)."
    )
    crossing_id: UUID | None = Field(None, description="The crossing; its page can correct it.")
    events: tuple[UUID, ...] = Field((), description="The events that were recorded.")
    likely_same: tuple[LikelySame, ...] = Field((), description="Other records that are probably the same.")
    problem: RecordProblem | None = Field(None, description="The reason, if it was not recorded.")


class OfflineOutcome(BaseModel):
    """The outcomes of an upload."""

    records: tuple[RecordOutcome, ...] = Field(description="The outcomes, in the order of the upload.")
    clock_error_seconds: int = Field(
        description="Seconds by which the device's clock is behind the server's; negative if it is ahead."
    )
