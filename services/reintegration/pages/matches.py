"""The vacancies that fit a returnee, with the reasons and filters: each is proposed, or noted as not suitable."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.pages.rendering import pages_of
from contracts.codes.places import PROVINCES, Province
from contracts.codes.reintegration import DeclineReason
from contracts.codes.work import OCCUPATIONS
from services.reintegration.deciders import cases
from services.reintegration.pages.queue import QUEUE, Chosen
from services.reintegration.permissions import CASE_WORK, CaseReadPage
from services.reintegration.queries.records import open_file, vacancies_for
from services.reintegration.wording import case_shown, ranking_shown

SHOWN = 30
_WorkGroup = Annotated[str, Query(pattern="^[0-9]{2}$")]

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases/{case_id}/vacancies", name="matches_page")
async def matches_page(
    request: Request,
    case_id: UUID,
    caller: CaseReadPage,
    province: Chosen[Province] = None,
    work: Chosen[_WorkGroup] = None,
) -> Response:
    """Show the vacancies that fit a returnee, the best first."""
    runtime = runtime_of(request)
    file = await open_file(runtime, caller, case_id, "rank_vacancies_page")
    found = await vacancies_for(runtime, file, SHOWN, province=province, work=work)
    return pages_of(request).render(
        request,
        "reintegration_matches.html",
        caller=caller,
        here=f"{QUEUE}/{case_id}",
        list=QUEUE,
        key=uuid4,
        errors=(),
        given={},
        case=case_shown(file.row, runtime.clock.today()),
        person=file.person,
        may_work=caller.may(CASE_WORK) and cases.fold(file.steps).is_open,
        ranking=ranking_shown(found),
        province=province or "",
        work=work or "",
        provinces=PROVINCES,
        work_groups={code: title for code, title in OCCUPATIONS.items() if len(code) == 2},
        declines=list(DeclineReason),
    )
