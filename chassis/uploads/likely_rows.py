"""The rows of an upload of which the same is probably recorded already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chassis.commands.likely_same import find_likely_same
from chassis.commands.runtime import Runtime
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.counts import LikelyRow, UploadJob
from chassis.uploads.rows import Row
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact


async def find_likely_rows(
    runtime: Runtime, bulk: BulkCommand, job: UploadJob, rows: Iterable[tuple[Row, Sequence[Event[Fact]]]]
) -> tuple[LikelyRow, ...]:
    """Return those of the rows that begin a record, each with its events, of which the same is probably recorded already.

    Rows without events, which were refused, are passed over. So are those of a history load: nobody reads hints about it.
    """
    if not bulk.opens:
        return ()
    taken = {
        row.record_id: (row.number, events)
        for row, events in rows
        if events and row.command.how is not HowRecorded.MIGRATED
    }
    asked = {each: events for each, (_, events) in taken.items()} if job.dry_run else list(taken)
    found = await find_likely_same(runtime, job.caller, bulk.decider, asked)
    return tuple(LikelyRow(row=taken[each][0], id=each, likely_same=same) for each, same in found.items())
