"""Queries of routes and pages: one assistance case, and the queue of open cases.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.rulings import effective
from services.consular.deciders import assistance_cases
from services.consular.projections.assistance_cases import Whose, find_case, find_open_cases
from services.consular.schemas import AssistanceCaseRow, AssistanceCaseView, AssistanceStep


async def look_at_queue(
    runtime: Runtime, caller: Caller, whose: Whose, mission: str | None, limit: int, cursor: str | None
) -> Page[AssistanceCaseRow]:
    """Return a page of the open cases by due date, the most overdue first."""
    rows = await find_open_cases(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller.reach,
        whose=whose,
        caller=caller.id,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, date, UUID),
        limit=limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_open_cases", evidence=shown, correlation=correlation())
    today = runtime.clock.today()
    return page_of(
        rows, limit, lambda row: case_row(row, today), lambda row: (row["queue_on"], str(row["case_id"]))
    )


async def look_at_case(
    runtime: Runtime, caller: Caller, case_id: UUID, action: str = "read_case"
) -> AssistanceCaseView:
    """Return a case; ``action`` names the read in the audit. Raises RecordNotFound."""
    found = await find_case(runtime.pool, runtime.schemas["assistance_cases"], caller.reach, case_id)
    if found is None:
        raise RecordNotFound("there is no assistance case of this id within your reach")
    standing = effective(await runtime.store.load(assistance_cases.stream(case_id)))
    await runtime.log_read(caller, action, case_id, standing)
    newest_first = sorted(standing, key=lambda event: (event.occurred_at, event.version), reverse=True)
    row = case_row(found, runtime.clock.today())
    return AssistanceCaseView(**dict(row), steps=[AssistanceStep.of(event) for event in newest_first])


def case_row(found: dict[str, Any], today: date) -> AssistanceCaseRow:
    """Return a row of the read model as it is shown on a day."""
    due_on = found["due_on"]
    return AssistanceCaseRow(**found, overdue=due_on is not None and due_on < today)
