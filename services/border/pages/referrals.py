"""The people whom border posts referred to the reader's office: the list, and one referral with its acknowledgement."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.receiving_office import acknowledge_receipt, receiving_office
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.referral_receipts import office_of
from services.border.permissions import REFERRAL_RECEIVE, TIMELINE_READ, ReferralReceivePage
from services.border.projections.referrals import ReferralState, count_referrals
from services.border.queries.screenings import get_referral, look_at_referral, look_at_referrals
from services.border.wording import referral_shown

LIST = "/border/pages/referrals"
COUNTS = f"{LIST}/counts"
NAV = NavItem(LIST, N_("Referred by the border"), REFERRAL_RECEIVE, counts=COUNTS)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/referrals", name="border_referrals_page")
async def referrals_page(
    request: Request,
    caller: ReferralReceivePage,
    state: Annotated[ReferralState, Query()] = "waiting",
    cursor: After = None,
) -> Response:
    """Show the referrals to the caller's office, the latest first."""
    runtime, office = runtime_of(request), receiving_office(caller)
    page, persons = await look_at_referrals(runtime, caller, office, state, ROWS, cursor)
    return pages_of(request).render(
        request,
        "border_referrals.html",
        caller=caller,
        list=LIST,
        state=state,
        office=office.title_en,
        counts=await count_referrals(runtime.pool, runtime.schemas, caller, office),
        referrals=[referral_shown(row) for row in page.items],
        persons=persons,
        next=page.next,
    )


@router.get("/referrals/counts", name="border_referral_counts")
async def referral_counts(request: Request, caller: ReferralReceivePage) -> Response:
    """Show on the first page how many referrals wait for an acknowledgement."""
    runtime, office = runtime_of(request), office_of(caller)
    found: Any = {}
    if office is not None:
        found = await count_referrals(runtime.pool, runtime.schemas, caller, office)
    return render_counts(
        request, caller, (WorkCount(N_("Waiting"), found.get("waiting", 0), LIST, pressing=True),)
    )


@router.get("/referrals/{event_id}", name="border_referral_page")
async def referral_page(
    request: Request,
    event_id: UUID,
    caller: ReferralReceivePage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """Show a referral: the person, and what the office is asked. Raises OutOfReach or RecordNotFound."""
    whole = documents == "shown"
    row, person = await look_at_referral(
        runtime_of(request), caller, receiving_office(caller), event_id, whole=whole
    )
    return pages_of(request).render(
        request,
        "border_referral.html",
        here=f"{LIST}/{event_id}",
        caller=caller,
        list=LIST,
        row=referral_shown(row),
        person=person,
        whole=whole,
        key=uuid4,
        may_see_worker=caller.may(TIMELINE_READ),
    )


@router.post("/referrals/{event_id}/acknowledgement", name="acknowledge_border_referral_form")
async def acknowledge_referral(request: Request, event_id: UUID, caller: ReferralReceivePage) -> Response:
    """Record that the office received a referral. The first acknowledgement stays, however often the form is sent."""
    await SubmittedForm.of(request, caller)
    runtime, office = runtime_of(request), receiving_office(caller)
    await get_referral(runtime, caller, office, event_id)
    await acknowledge_receipt(runtime, caller, office, event_id, "acknowledge_border_referral")
    return RedirectResponse(f"{LIST}/{event_id}", 303)
