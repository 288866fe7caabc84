"""Previews: a worker as they would be after a correction or a void that is not recorded. Each preview is audited."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.draft import Origin
from chassis.commands.execution import ATTEMPTS, RecordChangedMeanwhile
from chassis.commands.restating import Correct, Void
from chassis.commands.ruling import NothingCorrected, ruling_of
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from chassis.http.validation_errors import FieldError, Unreadable
from chassis.store.database import Connection
from contracts.catalogue import modules
from contracts.codes.recording import CorrectionReason
from contracts.envelope import Event, Fact
from services.registry.projections.entry_pages import Chosen
from services.registry.projections.need_to_know import Viewer
from services.registry.projections.reading import Reading, fold_worker, read_worker
from services.registry.projections.what_if import (
    TimelineNotKnown,
    read_as_if,
    received_so_far,
    rolled_back,
)
from services.registry.queries.workers import timeline_of
from services.registry.schemas.previews import Restated


async def preview(runtime: Runtime, caller: Caller, asked: Restated) -> tuple[Reading | None, Reading | None]:
    """Return a worker now, and as a correction or void that is not recorded would leave them, after the audit entry is committed.

    None stands for a worker of whom no record is valid. Raises RecordNotFound, OutOfReach, TimelineNotKnown, Unreadable,
    NothingStands for the void of an event that was voided, or RecordChangedMeanwhile.
    """
    for _ in range(ATTEMPTS):
        try:
            async with timeline_of(runtime).pool.acquire() as connection, rolled_back(connection):
                before, after = await _before_and_after(connection, runtime, caller, asked)
            break
        except asyncpg.SerializationError:  # the same correction was received at this moment
            continue
    else:
        raise RecordChangedMeanwhile("it is being corrected", remedy="ask again")
    people = {
        each.evidence_id: None for reading in (before, after) if reading for each in reading.worker.people
    }
    numbers = {reading.worker.number: None for reading in (before, after) if reading}
    await runtime.audit.look(
        caller,
        "preview_timeline",
        evidence=list(people)[:500],
        numbers=list(numbers),
        correlation=correlation(),
    )
    return before, after


async def _before_and_after(
    connection: Connection, runtime: Runtime, caller: Caller, asked: Restated
) -> tuple[Reading | None, Reading | None]:
    viewer, now = Viewer.of(caller), runtime.clock.now()
    not_found = RecordNotFound(
        "the registry has no record of this event that you may see",
        remedy="send the stream and the id that the service's preview answered",
    )
    known = await received_so_far(connection, runtime.catalogue, asked.stream, asked.event_id)
    if known is None:
        raise not_found

    async def read() -> Reading | None:
        reading, beyond = await read_worker(
            connection,
            [known.node],
            caller.reach,
            now,
            office=caller.office,
            viewer=viewer,
            number=known.number,
            entries=lambda rows: Chosen([row for row in rows if row["names"] == asked.event_id]),
        )
        if beyond and await fold_worker(connection, [known.node], known.number) is not None:
            raise OutOfReach(
                "no other office's record names one of your posts, countries, provinces or agencies"
            )
        if reading is not None and not reading.folded:
            raise TimelineNotKnown(
                "the worker has records from which journeys and flags cannot be determined"
            )
        return reading

    before = await read()
    if before is not None and not before.entries:
        raise not_found
    ruling = await _ruling(runtime, caller, asked, known.history)
    after = before if ruling is None else await read_as_if(connection, ruling, read)
    if before is None and (after is None or not after.entries):
        raise not_found
    return before, after


async def _ruling(
    runtime: Runtime, caller: Caller, asked: Restated, history: Sequence[Event[Fact]]
) -> Event[Fact] | None:
    """Return the correction or void that is asked about; None if the event reads so already."""
    original = next(event for event in history if event.id == asked.event_id)
    command: Correct | Void = Void(reason=CorrectionReason.MISTYPED)
    if asked.facts is not None:
        lacks = sorted(set(type(original.facts).model_fields) - set(asked.facts))
        if lacks:
            raise Unreadable(
                [
                    FieldError(
                        field=f"facts.{name}",
                        reason="is missing",
                        remedy="send the complete facts of the service's preview",
                    )
                    for name in lacks
                ]
            )
        command = Correct(reason=CorrectionReason.MISTYPED, facts=asked.facts, occurred_at=asked.occurred_at)
    contract = next(each for each in modules() if original.facts.__module__ == each.__name__)
    try:
        ruling, _ = await ruling_of(
            runtime, Origin(caller, correlation()), command, original, history, contract
        )
    except NothingCorrected:
        return None
    return ruling
