"""The pages of permits: the list, one permit, and the form that records one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.likely_same import likely_same_as
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.assistance import PermitEnd
from services.consular.deciders import at_mission, permits
from services.consular.domain.permit import RecordPermit, RecordPermitLapse
from services.consular.pages.person_fields import (
    choices_about_person,
    missions_of,
    person_fields,
    person_typed,
)
from services.consular.permissions import PERMIT_READ, PERMIT_RECORD, PermitReadPage
from services.consular.projections.permits import find_permits
from services.consular.queries.permits import look_at_permit, look_at_permits
from services.consular.schemas import PermitRow
from services.consular.wording import PERMIT_KINDS, PERMITS_LIST, permit_shown

LIST = "/consular/pages/permits"
NAV = NavItem(LIST, N_("Permits"), PERMIT_READ)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/permits", name="permits_page")
async def permits_page(
    request: Request, caller: PermitReadPage, file: FileAsked = None, cursor: After = None
) -> Response:
    """Show the permits, the latest issued first."""

    async def listed(after: str | None, limit: int) -> Page[PermitRow]:
        return await look_at_permits(runtime_of(request), caller, None, limit, after)

    async def finding(pool: Pool, most: int) -> object:
        schema = runtime_of(request).schemas["permits"]
        return await find_permits(pool, schema, caller.reach, limit=most)

    if file is not None:
        return await PERMITS_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "permits.html",
        caller=caller,
        list=LIST,
        permits=[permit_shown(row) for row in page.items],
        next=page.next,
        may_record=caller.may(PERMIT_RECORD),
    )


def choices(caller: Caller) -> dict[str, Any]:
    """Return the choices of the form that records a permit."""
    return {
        "own_missions": missions_of(caller),
        "permit_kinds": PERMIT_KINDS,
        **choices_about_person(None),
    }


opening = OpeningPage(
    router,
    "/permits/new",
    list_url=LIST,
    name="new_permit_page",
    permission=PERMIT_RECORD,
    decider=permits,
    template="new_permit.html",
    load=choices,
    scope=lambda command: at_mission(command.mission),
)


@opening.form("record_permit_form")
def record_permit(form: SubmittedForm) -> FormCommand:
    """Record a permit: of the person typed, or of the person of the record from which the user came."""
    fields: dict[str, Any] = {
        "mission": form.text("mission"),
        "kind": form.text("kind"),
        "valid_from": form.text("valid_from"),
        "person": person_typed(form),
    }
    if form.text("regularisation"):
        fields["regularisation"] = form.text("regularisation") == "yes"
    chosen = form.given("country", "valid_until", "about")
    return FormCommand(RecordPermit, fields | chosen | form.words("who_note"), person_fields(form))


async def load_permit(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a permit shows. A request for the document numbers has its own action in the audit."""
    action = "read_permit_documents" if asked.whole else "read_permit"
    permit = await look_at_permit(asked.runtime, asked.caller, asked.record_id, action)
    return {
        "permit": permit_shown(permit),
        "steps": permit.steps,
        "person": next((step.person for step in reversed(permit.steps) if step.person is not None), None),
        "likely_same": await likely_same_as(asked.runtime, asked.caller, permits, asked.record_id),
        "may_record": asked.caller.may(PERMIT_RECORD) and permit.lapsed_on is None,
        "ends": list(PermitEnd),
        "countries": choices_about_person(None)["countries"],
    }


page = RecordPage(
    router,
    "/permits/{permit_id}",
    list_url=LIST,
    name="permit_page",
    permission=PERMIT_READ,
    decider=permits,
    template="permit.html",
    load=load_permit,
)


@page.form("/lapse", PERMIT_RECORD, action="record_permit_lapse_form")
def record_lapse(form: SubmittedForm) -> FormCommand:
    """Record that a permit does not hold any more."""
    fields = {"lapsed_on": form.text("lapsed_on"), "reason": form.text("reason")}
    return FormCommand(RecordPermitLapse, fields | form.words("lapse_note"), {"words": "lapse_note"})
