"""The receipt of a case that was given to a colleague or to another mission."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.pages.rendering import pages_of
from contracts.codes.assistance import AssistanceCategory
from contracts.codes.missions import MISSIONS
from contracts.consular import AssistanceCaseHandedOver
from services.consular.pages.inbox import QUEUE
from services.consular.permissions import CaseReadPage
from services.consular.queries.cases import look_at_case

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases/{case_id}/receipt", name="handover_receipt")
async def handover_receipt(request: Request, case_id: UUID, caller: CaseReadPage) -> Response:
    """Show the last handover of a case: from whom, to whom, when.

    Whoever gave a restricted case away may not see it any more, and reads that here, as for an id that no case has.
    """
    runtime = runtime_of(request)
    try:
        case = await look_at_case(runtime, caller, case_id, "read_handover_receipt")
    except RecordNotFound:
        return pages_of(request).render(
            request, "handover_receipt.html", status=404, caller=caller, list=QUEUE, given=None, case=None
        )
    given = next((step for step in case.steps if isinstance(step.facts, AssistanceCaseHandedOver)), None)
    return pages_of(request).render(
        request,
        "handover_receipt.html",
        caller=caller,
        list=QUEUE,
        case=case,
        category=AssistanceCategory(case.category).title_en,
        given=given,
        to_mission=MISSIONS[case.mission].title_en,
    )
