"""The follow-ups that are due: returnees with a new job who are asked how it goes 3, 6 and 12 months after its start."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from services.reintegration.domain.follow_up import months_later
from services.reintegration.pages.queue import QUEUE
from services.reintegration.permissions import CASE_READ, CaseReadPage
from services.reintegration.projections.queues import find_follow_ups
from services.reintegration.queries.queues import look_at_follow_ups
from services.reintegration.wording import CASES_LIST, case_shown

LIST = "/reintegration/pages/follow-ups"
NAV = NavItem(LIST, N_("Follow-ups"), CASE_READ)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/follow-ups", name="follow_ups_page")
async def follow_ups_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Literal["all", "mine"], Query()] = "all",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the follow-ups that are due, and those of the next month, the earliest first."""
    runtime = runtime_of(request)
    today = runtime.clock.today()

    async def listed(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        until = months_later(today, 1)
        return await look_at_follow_ups(
            runtime, caller, mine=whose == "mine", until=until, limit=limit, cursor=cursor
        )

    async def finding(pool: Pool, most: int) -> object:
        schema, own = runtime.schemas["cases"], caller.id if whose == "mine" else None
        return await find_follow_ups(pool, schema, caller.reach, own, months_later(today, 1), None, most)

    if file is not None:
        return await CASES_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "reintegration_follow_ups.html",
        caller=caller,
        list=LIST,
        queue=QUEUE,
        whose=whose,
        cases=[case_shown(row, today) for row in page.items],
        next=page.next,
    )
