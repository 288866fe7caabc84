"""Receipts: of a case that was given to a colleague or another mission, and of a referral to another office."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.pages.rendering import pages_of
from chassis.store.referral_receipts import receipts_of
from contracts.codes.assistance import AssistanceCategory
from contracts.codes.missions import MISSIONS
from contracts.consular import AssistanceActionLogged, AssistanceCaseHandedOver
from services.consular.pages.inbox import QUEUE
from services.consular.permissions import CaseReadPage
from services.consular.queries.cases import look_at_case
from services.consular.wording import person_of

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


@router.get("/cases/{case_id}/referral", name="referral_receipt")
async def referral_receipt(request: Request, case_id: UUID, caller: CaseReadPage) -> Response:
    """Show the last referral of a person to another office, with the consent. Raises RecordNotFound."""
    runtime = runtime_of(request)
    case = await look_at_case(runtime, caller, case_id, "read_referral_receipt")
    referrals = (
        step
        for step in case.steps
        if isinstance(step.facts, AssistanceActionLogged) and step.facts.referred_to is not None
    )
    referral = next(referrals, None)
    received = {} if referral is None else await receipts_of(runtime.pool, [referral.event_id])
    return pages_of(request).render(
        request,
        "referral_receipt.html",
        caller=caller,
        list=QUEUE,
        case=case,
        mission=MISSIONS[case.mission].title_en,
        person=person_of(reversed(case.steps)),
        referral=referral,
        receipt=next(iter(received.values()), None),
    )
