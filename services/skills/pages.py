"""The assessor's pages: the queue of applications, and one application with its assessment and what is recognised.

A form sends the same command as the API.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
from contracts.codes.work import OCCUPATIONS, SECTORS, QualificationLevel
from contracts.reference.current import reference_data
from services.skills.deciders import applications
from services.skills.domain.application import (
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
)
from services.skills.permissions import (
    APPLICATION_READ,
    ASSESSMENT_BOOK,
    ASSESSMENT_DECIDE,
    RECOGNITION_GRANT,
    RECOGNITION_REVOKE,
    ApplicationReadPage,
)
from services.skills.projections.applications import Status, count_applications, find_applications
from services.skills.queries import look_at_application, look_at_applications
from services.skills.schemas import ApplicationRow
from services.skills.wording import APPLICATIONS_LIST, STATUSES, application_shown

LIST = "/skills/pages/applications"
COUNTS = f"{LIST}/counts"
NAV = NavItem(LIST, N_("Recognition"), APPLICATION_READ, counts=COUNTS)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/applications", name="applications_page")
async def applications_page(
    request: Request,
    caller: ApplicationReadPage,
    status: Annotated[Status, Query()] = "applied",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the applications of a status, the longest waiting first."""

    async def listed(after: str | None, limit: int) -> Page[ApplicationRow]:
        return await look_at_applications(
            runtime_of(request),
            caller,
            status,
            limit,
            after,
            "list_applications_page",
            persons=file is None,
        )

    async def finding(pool: Pool, most: int) -> object:
        schema = runtime_of(request).schemas["applications"]
        return await find_applications(pool, schema, caller.reach, status, None, most)

    if file is not None:
        return await APPLICATIONS_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "applications.html",
        caller=caller,
        list=LIST,
        chosen=status,
        statuses=STATUSES,
        applications=[application_shown(row) for row in page.items],
        next=page.next,
    )


@router.get("/applications/counts", name="application_counts")
async def application_counts(request: Request, caller: ApplicationReadPage) -> Response:
    """Show on the first page how many applications wait: for an assessment, for its day, and for a recognition."""
    runtime = runtime_of(request)
    waiting: tuple[Status, ...] = ("applied", "booked", "decided")
    counts = await count_applications(runtime.pool, runtime.schemas["applications"], caller.reach, waiting)
    shown_counts = [
        WorkCount(STATUSES[each], counts.get(each, 0), f"{LIST}?status={each}") for each in waiting
    ]
    return render_counts(request, caller, shown_counts)


async def load_application(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of an application shows. A request for the document numbers has its own action in the audit."""
    caller = asked.caller
    action = "read_application_documents" if asked.whole else "read_application_page"
    today = asked.runtime.clock.today()
    view = await look_at_application(asked.runtime, caller, asked.record_id, action)
    return {
        "application": application_shown(view),
        "number": view.number,
        "experience": view.known_now,
        "verified_days": view.verified_days,
        "steps": list(reversed(view.steps)),
        "person": next((step.person for step in view.steps if step.person is not None), None),
        "stage": view.status,
        "competent": view.result == AssessmentResult.COMPETENT and view.status != "revoked",
        "held": view.assessed_on is not None and view.assessed_on <= today,
        "may_book": caller.may(ASSESSMENT_BOOK),
        "may_grant": caller.may(RECOGNITION_GRANT),
        "may_decide": caller.may(ASSESSMENT_DECIDE),
        "may_revoke": caller.may(RECOGNITION_REVOKE),
        "may_open_case": caller.may("reintegration.case.read"),
        "may_open_worker": caller.may("registry.timeline.read"),
        "methods": list(AssessmentMethod),
        "results": list(AssessmentResult),
        "levels": [QualificationLevel(level) for level in reference_data().levels(view.occupation, today)],
        "reasons": list(RevocationReason),
        "provinces": PROVINCES,
        "countries": COUNTRIES,
        "occupations": OCCUPATIONS,
        "sectors": SECTORS,
    }


page = RecordPage(
    router,
    "/applications/{application_id}",
    list_url=LIST,
    name="application_page",
    permission=APPLICATION_READ,
    decider=applications,
    template="application.html",
    load=load_application,
)


@page.form("/assessment", ASSESSMENT_BOOK, action="book_form")
def book(form: SubmittedForm) -> FormCommand:
    """Book an assessment, or change its booking."""
    names = {"method": "method", "on": "booked_on", "province": "booked_in"}
    return FormCommand(BookAssessment, {name: form.text(typed) for name, typed in names.items()}, names)


@page.form("/decision", ASSESSMENT_DECIDE, action="decide_form")
def decide(form: SubmittedForm) -> FormCommand:
    """Record the result of an assessment."""
    fields = {"result": form.text("result")} | form.given("appeal_until") | form.words("decision_note")
    return FormCommand(DecideAssessment, fields, {"words": "decision_note", "occurred_at": "result"})


@page.form("/recognition", RECOGNITION_GRANT, action="recognise_form")
def recognise(form: SubmittedForm) -> FormCommand:
    """Recognise the skills at a level."""
    return FormCommand(RecogniseSkills, {"level": form.whole("level")})


revocation = RecordPage(
    router,
    "/applications/{application_id}/revocation",
    list_url=LIST,
    name="revocation_page",
    permission=RECOGNITION_REVOKE,
    decider=applications,
    template="revocation.html",
    load=load_application,
)


@revocation.form("", RECOGNITION_REVOKE, action="revoke_form")
def revoke(form: SubmittedForm) -> FormCommand:
    """Revoke a recognition, from the page that says what is taken back."""
    fields = {"reason": form.text("revoked_for")} | form.words("revocation_note")
    return FormCommand(RevokeRecognition, fields, {"reason": "revoked_for", "words": "revocation_note"})
