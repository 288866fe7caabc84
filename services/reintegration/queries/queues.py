"""Queries of the counsellor's queues, within the caller's reach; each read is logged in the audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.reintegration import ReintegrationCaseOpened
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.projections.queues import (
    EVERY_CASE,
    CaseFilter,
    Order,
    PageQueue,
    find_cases,
    find_follow_ups,
    find_queue,
    order_key,
)


async def look_at_queue(
    runtime: Runtime,
    caller: Caller,
    queue: PageQueue | Literal["all"],
    action: str,
    *,
    fits: CaseFilter = EVERY_CASE,
    order: Order = "due",
    after: tuple[Any, ...] | None = None,
    limit: int,
    persons: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of a queue, one more than ``limit`` if there are more, and log the read in the audit.

    With ``persons`` each row has ``person``, the person block of the returnee.
    """
    rows = await find_queue(
        runtime.pool,
        runtime.schemas["cases"],
        caller.reach,
        queue,
        caller.id,
        runtime.clock.today(),
        fits,
        order,
        after,
        limit + 1,
    )
    await _look(runtime, caller, rows[:limit], action, persons=persons)
    return rows


async def page_of_queue(
    runtime: Runtime,
    caller: Caller,
    queue: PageQueue,
    action: str,
    *,
    fits: CaseFilter = EVERY_CASE,
    order: Order = "due",
    limit: int,
    cursor: str | None,
    persons: bool = False,
) -> Page[dict[str, Any]]:
    """Return a page of a queue, as :func:`look_at_queue` reads it."""
    kinds = (datetime, UUID) if queue == "closed" else (date, UUID)
    rows = await look_at_queue(
        runtime,
        caller,
        queue,
        action,
        fits=fits,
        order=order,
        after=None if cursor is None else decode_cursor(cursor, *kinds),
        limit=limit,
        persons=persons,
    )
    key = order_key(queue, order)
    return page_of(rows, limit, lambda row: row, lambda row: (row[key], row["case_id"]))


async def look_at_follow_ups(
    runtime: Runtime, caller: Caller, *, mine: bool, until: date, limit: int, cursor: str | None
) -> Page[dict[str, Any]]:
    """Return a page of the follow-ups until a day with the returnees, and log the read in the audit."""
    rows = await find_follow_ups(
        runtime.pool,
        runtime.schemas["cases"],
        caller.reach,
        caller.id if mine else None,
        until,
        None if cursor is None else decode_cursor(cursor, date, UUID),
        limit + 1,
    )
    await _look(runtime, caller, rows[:limit], "follow_ups_page", persons=True)
    return page_of(rows, limit, lambda row: row, lambda row: (row["follow_up_on"], row["case_id"]))


async def look_at_cases(
    runtime: Runtime, caller: Caller, case_ids: Collection[UUID], action: str
) -> list[dict[str, Any]]:
    """Return the rows of some cases with the returnees, and log the read in the audit. Raises RecordNotFound."""
    rows = await find_cases(runtime.pool, runtime.schemas["cases"], caller.reach, case_ids)
    if len(rows) < len(set(case_ids)):
        raise RecordNotFound("one of these reintegration cases is not within your reach")
    await _look(runtime, caller, rows, action, persons=True)
    return rows


async def _look(
    runtime: Runtime, caller: Caller, rows: Sequence[dict[str, Any]], action: str, *, persons: bool
) -> None:
    shown = [row["case_id"] for row in rows]
    if persons:
        histories = await runtime.store.load_many(cases.stream(case_id) for case_id in shown)
        for row in rows:
            standing = effective(histories[cases.stream(row["case_id"])])
            row["person"] = next(
                (e.person for e in standing if isinstance(e.facts, ReintegrationCaseOpened)), None
            )
        shown = [row["case_id"] if row["person"] is None else row["person"].evidence_id for row in rows]
    await runtime.audit.look(caller, action, evidence=shown, correlation=correlation())
