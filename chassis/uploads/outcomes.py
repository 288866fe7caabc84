"""The outcome of each row of an upload, with the id of the record: stored for a day, for the sender of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.access.permissions import Caller
from chassis.commands.runtime import Runtime
from chassis.store.append import Statement
from chassis.uploads.counts import UploadJob
from chassis.uploads.refusals import KEPT_FOR

Result = Literal["taken", "changed", "already_known", "refused"]

_KEEP = (
    "INSERT INTO upload_rows (upload_id, caller, row_numbers, ids, results, expires_at)"
    " VALUES ($1, $2, $3::integer[], $4::uuid[], $5::text[], clock_timestamp() + $6)"
)
# A part of a file that was carried out twice, because an upload process was lost, counts as it was the first time.
_FIND = (
    "SELECT DISTINCT ON (number) number, id, result FROM upload_rows, unnest(row_numbers, ids, results) AS r(number, id, result)"
    " WHERE upload_id = $1 AND caller = $2 AND expires_at > clock_timestamp() AND number > $3"
    " ORDER BY number, entry_id LIMIT $4"
)


class RowOutcome(NamedTuple):
    """The outcome of a row, and the id by which it is recognised; None for a refused row."""

    result: Result
    id: UUID | None = None


class UploadedRow(BaseModel):
    """A row of an upload and its record."""

    model_config = ConfigDict(frozen=True)

    row: int = Field(description="The row, by its number in the file.")
    result: Result = Field(
        description="taken, changed (the record was corrected), already_known, or refused."
    )
    id: UUID | None = Field(
        None,
        description="The id of the recorded row: a row that states it in the field id is that record, and changes it if it"
        " states something else. Absent for a refused row.",
    )


def keep_rows(job: UploadJob, rows: Mapping[int, RowOutcome]) -> Statement:
    """Return the statement that stores the outcomes of rows, by their numbers."""
    return Statement(
        _KEEP,
        (
            job.upload_id,
            job.caller.id,
            [*rows],
            [each.id for each in rows.values()],
            [each.result for each in rows.values()],
            KEPT_FOR,
        ),
    )


async def find_rows(
    runtime: Runtime, caller: Caller, upload_id: UUID, after: int, rows: int
) -> list[UploadedRow]:
    """Return the outcomes of rows after a row number, in order, to the sender of the upload, while it is stored."""
    found = await runtime.pool.fetch(_FIND, upload_id, caller.id, after, rows)
    return [UploadedRow(row=row["number"], result=row["result"], id=row["id"]) for row in found]
