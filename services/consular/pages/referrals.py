"""The referrals that missions sent to the reader's office: the list, and one referral with its acknowledgement."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.base.logs import correlation
from chassis.commands.receiving_office import acknowledge_receipt, receiving_office
from chassis.commands.runtime import RecordNotFound, Runtime, runtime_of
from chassis.http.pagination import After, decode_cursor, encode_cursor
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.referral_receipts import office_of
from contracts.codes.assistance import AssistanceCategory, ReferralOffice
from contracts.codes.missions import MISSIONS
from contracts.envelope import Event, Fact
from contracts.rulings import effective
from services.consular.deciders import assistance_cases
from services.consular.permissions import REFERRAL_RECEIVE, ReferralReceivePage
from services.consular.projections.referrals import (
    ReferralState,
    count_referrals,
    find_referral,
    find_referrals,
)
from services.consular.wording import person_of

LIST = "/consular/pages/referrals"
COUNTS = f"{LIST}/counts"
NAV = NavItem(LIST, N_("Referred to us"), REFERRAL_RECEIVE, counts=COUNTS)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/referrals", name="referrals_page")
async def referrals_page(
    request: Request,
    caller: ReferralReceivePage,
    state: Annotated[ReferralState, Query()] = "waiting",
    cursor: After = None,
) -> Response:
    """Show the referrals to the caller's office, the latest first. An office that receives none gets a page that says so."""
    runtime, office = runtime_of(request), office_of(caller)
    after: Any = None if cursor is None else decode_cursor(cursor, datetime, UUID)
    if office is None:
        return pages_of(request).render(request, "no_referrals.html", caller=caller, list=LIST)
    schema = runtime.schemas["assistance_cases"]
    rows = await find_referrals(runtime.pool, schema, caller, office, state, after=after, limit=ROWS + 1)
    shown = rows[:ROWS]
    events = await _events(runtime, [row["case_id"] for row in shown])
    persons = {row["case_id"]: person_of(events[row["case_id"]]) for row in shown}
    evidence = [
        row["event_id"] if (who := persons[row["case_id"]]) is None else who.evidence_id for row in shown
    ]
    await runtime.audit.look(caller, "list_referrals", evidence=evidence, correlation=correlation())
    further = encode_cursor(shown[-1]["referred_at"], shown[-1]["event_id"]) if len(rows) > ROWS else None
    return pages_of(request).render(
        request,
        "referrals.html",
        caller=caller,
        list=LIST,
        state=state,
        office=office.title_en,
        counts=await count_referrals(runtime.pool, schema, caller, office),
        referrals=[_shown(row) for row in shown],
        persons=persons,
        next=further,
    )


@router.get("/referrals/counts", name="referral_counts")
async def referral_counts(request: Request, caller: ReferralReceivePage) -> Response:
    """Show on the first page how many referrals wait for an acknowledgement."""
    runtime, office = runtime_of(request), office_of(caller)
    found: Any = {}
    if office is not None:
        found = await count_referrals(runtime.pool, runtime.schemas["assistance_cases"], caller, office)
    return render_counts(
        request, caller, (WorkCount(N_("Waiting"), found.get("waiting", 0), LIST, pressing=True),)
    )


@router.get("/referrals/{event_id}", name="referral_page")
async def referral_page(
    request: Request,
    event_id: UUID,
    caller: ReferralReceivePage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """Show a referral: the person, the consent, and what the office is asked. Raises OutOfReach or RecordNotFound."""
    runtime, office = runtime_of(request), receiving_office(caller)
    row = await _find(runtime, caller, office, event_id)
    events = (await _events(runtime, [row["case_id"]]))[row["case_id"]]
    whole, person = documents == "shown", person_of(events)
    referral = next((event for event in events if event.id == event_id), None)
    if referral is None:
        raise RecordNotFound("the referral was taken back")
    told = [event for event in events if event.id == event_id or event.person is person]
    action = "read_referral_documents" if whole else "read_referral"
    await runtime.log_read(caller, action, event_id, told)
    return pages_of(request).render(
        request,
        "referral.html",
        here=f"{LIST}/{event_id}",
        caller=caller,
        list=LIST,
        referral=referral,
        row=_shown(row),
        person=person,
        whole=whole,
        key=uuid4,
    )


@router.post("/referrals/{event_id}/acknowledgement", name="acknowledge_referral_form")
async def acknowledge_referral(request: Request, event_id: UUID, caller: ReferralReceivePage) -> Response:
    """Record that the office received a referral. The first acknowledgement stays, however often the form is sent."""
    await SubmittedForm.of(request, caller)
    runtime, office = runtime_of(request), receiving_office(caller)
    await _find(runtime, caller, office, event_id)
    await acknowledge_receipt(runtime, caller, office, event_id, "acknowledge_referral")
    return RedirectResponse(f"{LIST}/{event_id}", 303)


async def _find(runtime: Runtime, caller: Caller, office: ReferralOffice, event_id: UUID) -> dict[str, Any]:
    row = await find_referral(runtime.pool, runtime.schemas["assistance_cases"], caller, office, event_id)
    if row is None:
        raise RecordNotFound("there is no referral of this id to your office within your reach")
    return row


async def _events(runtime: Runtime, cases: list[UUID]) -> dict[UUID, list[Event[Fact]]]:
    histories = await runtime.store.load_many({assistance_cases.stream(each) for each in cases})
    return {each: effective(histories[assistance_cases.stream(each)]) for each in cases}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "mission": MISSIONS[row["mission"]].title_en,
        "category": AssistanceCategory(row["category"]).title_en,
    }
