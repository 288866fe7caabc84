"""The call sheet: the cases of a queue with their phone numbers, on paper, with room for what was said."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.rendering import pages_of
from services.reintegration.pages.queue import QUEUE, ROWS, Asked
from services.reintegration.permissions import CaseWorkPage
from services.reintegration.queries.queues import page_of_queue
from services.reintegration.wording import case_shown

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/call-sheet", name="call_sheet_page")
async def call_sheet(request: Request, caller: CaseWorkPage, asked: Asked, cursor: After = None) -> Response:
    """Show a page of a queue as a sheet to print. The numbers are whole, and the read has its own action in the audit."""
    runtime = runtime_of(request)
    page = await page_of_queue(
        runtime,
        caller,
        asked.queue,
        "call_sheet_page",
        fits=asked.fits,
        order=asked.in_order,
        limit=ROWS,
        cursor=cursor,
        persons=True,
    )
    return pages_of(request).render(
        request,
        "reintegration_call_sheet.html",
        caller=caller,
        list=QUEUE,
        query=asked.address(),
        printed_at=runtime.clock.now(),
        cases=[case_shown(row, runtime.clock.today()) for row in page.items],
    )
