"""Queries of the routes: crossings of a day, their totals, and handovers, within the caller's reach.

A list of crossings is answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from services.border.projections.crossings import count_crossings, find_crossings
from services.border.projections.handovers import find_handover
from services.border.schemas import CrossingRow


async def look_at_crossings(
    runtime: Runtime,
    caller: Caller,
    day: date | None,
    checkpoint: str | None,
    limit: int,
    cursor: str | None,
) -> Page[CrossingRow]:
    """Return a page of the crossings of a day (today if None) at the posts within reach, the latest first."""
    rows = await find_crossings(
        runtime.pool,
        runtime.schemas["crossings"],
        caller.reach,
        day or runtime.clock.today(),
        checkpoint,
        None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit + 1,
    )
    evidence = [row["crossing_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_crossings", evidence=evidence, correlation=correlation())
    return page_of(
        rows, limit, lambda row: CrossingRow(**row), lambda row: (row["occurred_at"], row["crossing_id"])
    )


async def count_day(runtime: Runtime, caller: Caller, day: date | None) -> list[dict[str, Any]]:
    """Count the persons that crossed on a day (today if None) at the posts within reach, by post, kind, sex and age band."""
    schema = runtime.schemas["crossings"]
    return await count_crossings(runtime.pool, schema, caller.reach, day or runtime.clock.today())


async def get_handover(runtime: Runtime, caller: Caller, handover_id: UUID) -> dict[str, Any]:
    """Return a handover within reach, with the announced and the counted number. Raises RecordNotFound."""
    found = await find_handover(runtime.pool, runtime.schemas, caller.reach, handover_id)
    if found is None:
        raise RecordNotFound("there is no handover of this id within your reach")
    return found
