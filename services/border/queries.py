"""Queries of the routes: crossings of a day, their totals, and handovers, within the caller's reach; checks of documents.

A list of crossings and a check are answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.circumstances import check_time, check_times
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.reference.current import reference_data
from contracts.refusal import Refusal
from services.border.domain.check import CheckAnswer, CheckDocument, answer_of
from services.border.projections.checks import find_unfollowed, record_check
from services.border.projections.crossings import count_crossings, find_crossings, find_last_recorded
from services.border.projections.handovers import find_handover
from services.border.projections.workers import find_worker
from services.border.schemas import CrossingRow, UnfollowedChecks


class TooManyChecks(Refusal):
    """Too many checks"""

    code = "too-many-checks"
    status = 429

    def __init__(self, most: int, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        super().__init__(
            f"you made {most} checks in the last minute",
            remedy=f"wait {self.retry_after} seconds, then check again",
        )


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
        _day(runtime, day),
        checkpoint,
        None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit + 1,
    )
    evidence = [row["crossing_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_crossings", evidence=evidence, correlation=correlation())
    return page_of(
        rows, limit, lambda row: CrossingRow(**row), lambda row: (row["occurred_at"], row["crossing_id"])
    )


async def get_own_last(runtime: Runtime, caller: Caller, within: timedelta) -> dict[str, Any] | None:
    """Return the crossing that the caller recorded last, without the person; None if the last one is older than ``within``."""
    since = runtime.clock.now() - within
    return await find_last_recorded(runtime.pool, runtime.schemas["crossings"], caller, since)


async def count_day(runtime: Runtime, caller: Caller, day: date | None) -> list[dict[str, Any]]:
    """Count the persons that crossed on a day (today if None) at the posts within reach, by post, kind, sex and age band."""
    schema = runtime.schemas["crossings"]
    return await count_crossings(runtime.pool, schema, caller.reach, _day(runtime, day))


async def get_handover(runtime: Runtime, caller: Caller, handover_id: UUID) -> dict[str, Any]:
    """Return a handover within reach, with the announced and the counted number. Raises RecordNotFound."""
    found = await find_handover(runtime.pool, runtime.schemas, caller.reach, handover_id)
    if found is None:
        raise RecordNotFound("there is no handover of this id within your reach")
    return found


async def check_document(runtime: Runtime, caller: Caller, asked: CheckDocument) -> CheckAnswer:
    """Return what the officer should do, once the check is recorded. Raises TooManyChecks."""
    check_times(asked, runtime.clock.today())
    handle = runtime.handles.of(asked.shown)
    assert handle is not None  # CheckDocument takes no other document
    node = UUID(handle)
    now = runtime.clock.now()
    answer = answer_of(asked, await find_worker(runtime, node), runtime.clock.today(), reference_data())
    audited = runtime.audit.write(
        caller,
        "check_document",
        evidence=[node],
        correlation=correlation(),
        detail={"direction": asked.direction.value, "country": asked.country, "action": answer.action.value},
    )
    most = runtime.settings.checks_per_minute
    again_at = await record_check(runtime.pool, caller, node, answer.action.value, now, most, audited)
    if again_at is not None:
        raise TooManyChecks(most, (again_at - now).total_seconds())
    return answer


async def list_unfollowed(runtime: Runtime, caller: Caller, day: date | None) -> list[UnfollowedChecks]:
    """Count the checks of a day (today if None) at the posts within reach that no crossing followed."""
    rows = await find_unfollowed(
        runtime.pool,
        runtime.schemas["crossings"],
        caller.reach,
        _day(runtime, day),
        runtime.clock.now(),
    )
    return [UnfollowedChecks(**row) for row in rows]


def _day(runtime: Runtime, day: date | None) -> date:
    """Return the day that is asked for, or today. Raises TimeImplausible, such as for a year of the Buddhist era."""
    today = runtime.clock.today()
    if day is None:
        return today
    check_time(day, "occurrence", "day", today)
    return day
