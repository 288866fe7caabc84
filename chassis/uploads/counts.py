"""The counts of an upload and of its chunks, and the part of an upload that is the same for all its chunks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.access.permissions import Caller
from chassis.commands.likely_same import LikelySame
from contracts.codes.recording import CorrectionReason

LIKELY_SHOWN = 1_000


class LikelyRow(BaseModel):
    """A row that was recorded although the same is probably recorded already."""

    model_config = ConfigDict(frozen=True)

    row: int = Field(description="The row, by its number in the file.")
    id: UUID = Field(description="The record of the row.")
    likely_same: tuple[LikelySame, ...] = Field(description="The records that are probably the same.")


USUAL_OFFSET = "+07:00"
"""The offset of Phnom Penh, and of most places where people of Cambodia work."""


class UploadCounts(BaseModel):
    """Counts of the rows of an upload: recorded, already known, refused."""

    upload_id: UUID = Field(description="Id of the upload; the correlation id of what it recorded.")
    rows: int = Field(0, description="Rows read.")
    taken: int = Field(0, description="Rows recorded now, those that changed a record included.")
    changed: int = Field(
        0, description="Rows among those taken that changed a record, by its id, with a correction."
    )
    already_known: int = Field(0, description="Rows recorded before, by an earlier try or an earlier file.")
    refused: int = Field(0, description="Rows refused.")
    likely_same: tuple[LikelyRow, ...] = Field(
        (),
        description="The first 1,000 rows recorded now of which the same is probably recorded already, as a hint to look. It"
        " is stored nowhere: a repeated upload has none.",
    )
    loaded_before: datetime | None = Field(
        None,
        description="When your office first loaded a file of the same rows, if it did before this upload.",
    )

    def add(self, other: UploadCounts) -> None:
        """Add the counts of a chunk."""
        self.rows += other.rows
        self.taken += other.taken
        self.changed += other.changed
        self.already_known += other.already_known
        self.refused += other.refused
        likely = sorted((*self.likely_same, *other.likely_same), key=lambda each: each.row)
        self.likely_same = tuple(likely[:LIKELY_SHOWN])


class ChunkCounts(UploadCounts):
    """Counts of a chunk. ``known_of`` counts the known rows by the upload that recorded them."""

    known_of: dict[UUID, int] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadJob:
    """The part of an upload that is the same for all its chunks.

    These are the path, the caller, the id, the trace, the time at which it began, whether it is a dry run, the offset of the
    times in a sheet that state none, and the reason for which rows change records.
    """

    path: str
    caller: Caller
    upload_id: UUID
    traceparent: str | None
    received_at: datetime | None = None
    dry_run: bool = False
    utc_offset: str = USUAL_OFFSET
    reason: CorrectionReason = CorrectionReason.MISTYPED
