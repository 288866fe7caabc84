"""Queries of the routes: crossings of a day, their totals, and handovers, within the caller's reach; checks of documents.

A list of crossings and a check are answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.circumstances import check_time, check_times
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.persons import AnyPerson
from contracts.border import HandoverAnnounced, HandoverCounted
from contracts.reference.current import reference_data
from contracts.refusal import Refusal
from contracts.rulings import effective
from services.border.deciders import crossings, handovers
from services.border.domain.check import CheckAnswer, CheckDocument, answer_of
from services.border.projections.checks import find_unfollowed, record_check
from services.border.projections.crossings import count_crossings, find_crossings, find_last_recorded
from services.border.projections.handovers import find_handover, find_handovers
from services.border.projections.periods import (
    Period,
    count_of_handover,
    count_of_period,
    find_of_handover,
    find_of_period,
)
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


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A handover: its row, its facts, and the persons recorded under it, counted by role, sex and age band."""

    row: dict[str, Any]
    announced: HandoverAnnounced
    counted: HandoverCounted | None
    persons: list[dict[str, Any]]


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


async def get_own_last(
    runtime: Runtime, caller: Caller, within: timedelta, crossing_id: UUID | None = None
) -> dict[str, Any] | None:
    """Return the crossing that the caller recorded last, or the named one, without the person; None if older than ``within``."""
    since = runtime.clock.now() - within
    return await find_last_recorded(runtime.pool, runtime.schemas["crossings"], caller, since, crossing_id)


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


async def look_at_period(
    runtime: Runtime, caller: Caller, period: Period, limit: int, cursor: str | None, *, with_names: bool
) -> tuple[Page[dict[str, Any]], dict[UUID, AnyPerson]]:
    """Return a page of the crossings of a period, the latest first, and their persons if ``with_names``.

    The posts of ``period`` are within the caller's reach.
    """
    after = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    rows = await find_of_period(runtime.pool, runtime.schemas["crossings"], period, after, limit + 1)
    persons = await _shown(
        runtime, caller, [row["crossing_id"] for row in rows[:limit]], with_names=with_names
    )
    page = page_of(rows, limit, dict, lambda row: (row["occurred_at"], row["crossing_id"]))
    return page, persons


async def look_at_taken_over(
    runtime: Runtime, caller: Caller, handover_id: UUID, limit: int, *, with_names: bool
) -> tuple[list[dict[str, Any]], dict[UUID, AnyPerson]]:
    """Return the crossings recorded under a handover within reach, the latest first, and their persons if ``with_names``."""
    rows = await find_of_handover(runtime.pool, runtime.schemas["crossings"], handover_id, limit)
    ids = [row["crossing_id"] for row in rows]
    return rows, await _shown(runtime, caller, ids, with_names=with_names)


async def _shown(
    runtime: Runtime, caller: Caller, ids: Sequence[UUID], *, with_names: bool
) -> dict[UUID, AnyPerson]:
    """Return the persons of crossings, by crossing. The audit names them before they are returned."""
    found: dict[UUID, AnyPerson] = {}
    if with_names and ids:
        streams = {crossings.stream(each): each for each in ids}
        for stream, history in (await runtime.store.load_many(streams)).items():
            standing = effective(history)
            if standing and standing[0].person is not None:
                found[streams[stream]] = standing[0].person
    evidence = [found[each].evidence_id if each in found else each for each in ids]
    action = "list_crossings_by_name" if with_names else "list_crossings"
    await runtime.audit.look(caller, action, evidence=evidence, correlation=correlation())
    return found


async def count_period(runtime: Runtime, period: Period) -> list[dict[str, Any]]:
    """Count the persons of a period by kind, sex, age band and whether a document was shown."""
    return await count_of_period(runtime.pool, runtime.schemas["crossings"], period)


async def list_handovers(
    runtime: Runtime, caller: Caller, limit: int, cursor: str | None
) -> Page[dict[str, Any]]:
    """Return a page of the handovers at the posts within reach, the latest announced first."""
    after = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    rows = await find_handovers(runtime.pool, runtime.schemas, caller.reach, after, limit + 1)
    return page_of(rows, limit, dict, lambda row: (row["announced_at"], row["handover_id"]))


async def look_at_handover(runtime: Runtime, caller: Caller, handover_id: UUID) -> HandoverView:
    """Return a handover within reach with what was recorded under it so far. Raises RecordNotFound."""
    row = await get_handover(runtime, caller, handover_id)
    history = effective(await runtime.store.load(handovers.stream(handover_id)))
    announced = next(event.facts for event in history if isinstance(event.facts, HandoverAnnounced))
    counted = next((event.facts for event in history if isinstance(event.facts, HandoverCounted)), None)
    persons = await count_of_handover(runtime.pool, runtime.schemas["crossings"], handover_id)
    return HandoverView(row, announced, counted, persons)


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
