"""Queries of permits: one by one and in lists."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.rulings import effective
from services.consular.deciders import permits
from services.consular.projections.permits import find_permit, find_permits
from services.consular.queries.cases import (
    about_of,
    hidden_cases,
    is_accredited,
    newest_first,
    today_at,
    without,
)
from services.consular.schemas import PermitRow, PermitStep, PermitView


async def look_at_permits(
    runtime: Runtime, caller: Caller, mission: str | None, limit: int, cursor: str | None
) -> Page[PermitRow]:
    """Return a page of the permits, the latest issued first."""
    rows = await find_permits(
        runtime.pool,
        runtime.schemas["permits"],
        caller.reach,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["permit_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_permits", evidence=shown, correlation=correlation())
    now = runtime.clock.now()
    hidden = await hidden_cases(runtime, caller, (row["about"] for row in rows))
    return page_of(
        rows,
        limit,
        lambda row: permit_row(row, now, hidden),
        lambda row: (row["issued_at"], str(row["permit_id"])),
    )


async def look_at_permit(
    runtime: Runtime, caller: Caller, permit_id: UUID, action: str = "read_permit"
) -> PermitView:
    """Return a permit; ``action`` names the read in the audit. Raises RecordNotFound."""
    found = await find_permit(runtime.pool, runtime.schemas["permits"], caller.reach, permit_id)
    if found is None:
        raise RecordNotFound("there is no permit of this id within your reach")
    standing = effective(await runtime.store.load(permits.stream(permit_id)))
    await runtime.log_read(caller, action, permit_id, standing)
    hidden = await hidden_cases(runtime, caller, map(about_of, standing))
    steps = [PermitStep.of(without(event, hidden)) for event in newest_first(standing)]
    return PermitView(**dict(permit_row(found, runtime.clock.now(), hidden)), steps=steps)


def permit_row(found: dict[str, Any], now: datetime, hidden: Set[str]) -> PermitRow:
    """Return a row of the read model as it is shown at a time, without the name of a hidden record."""
    today = today_at(found["mission"], now)
    valid_until, lapsed_on = found["valid_until"] or date.max, found["lapsed_on"] or date.max
    return PermitRow(
        **found | {"about": None if found["about"] in hidden else found["about"]},
        holds=found["valid_from"] <= today <= valid_until and today < lapsed_on,
        accredited=is_accredited(found["mission"], found["country"], found["issued_at"]),
    )
