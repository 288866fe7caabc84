"""The assessor's pages: the queue of applications, and one application with its assessment and what is recognised.

A form sends the same command as the API.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import Caller
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.codes.skills import AssessmentMethod, AssessmentResult, RevocationReason
from contracts.codes.work import OCCUPATIONS, SECTORS, QualificationLevel
from contracts.command import Command
from services.skills.deciders import applications
from services.skills.domain.application import (
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
)
from services.skills.permissions import (
    APPLICATION_READ,
    ASSESSMENT_DECIDE,
    RECOGNITION_REVOKE,
    ApplicationReadPage,
    AssessmentDecidePage,
    RecognitionRevokePage,
)
from services.skills.projections.applications import Status
from services.skills.queries import look_at_application, look_at_applications
from services.skills.wording import STATUSES, application_shown

LIST = "/skills/pages/applications"
NAV = NavItem(LIST, N_("Recognition"), APPLICATION_READ)
ROWS = 50

router = APIRouter()


@router.get("/applications", name="applications_page")
async def applications_page(
    request: Request,
    caller: ApplicationReadPage,
    status: Annotated[Status, Query()] = "applied",
    cursor: After = None,
) -> Response:
    """Show the applications of a status, the longest waiting first."""
    page = await look_at_applications(
        runtime_of(request), caller, status, ROWS, cursor, "list_applications_page"
    )
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


@router.get("/applications/{application_id}", name="application_page")
async def application_page(
    request: Request,
    application_id: UUID,
    caller: ApplicationReadPage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """Show one application. A request for the document numbers has its own action in the audit."""
    return await _application(request, caller, application_id, whole=documents == "shown")


@router.post("/applications/{application_id}/assessment", name="book_form")
async def book_form(request: Request, application_id: UUID, caller: AssessmentDecidePage) -> Response:
    """Book an assessment, or change its booking."""
    form = await SubmittedForm.of(request, caller)
    names = {"method": "method", "on": "booked_on", "province": "booked_in"}
    body = {name: form.text(field) for name, field in names.items()}
    return await _assess(request, caller, application_id, form, BookAssessment, body, names)


@router.post("/applications/{application_id}/decision", name="decide_form")
async def decide_form(request: Request, application_id: UUID, caller: AssessmentDecidePage) -> Response:
    """Record the result of an assessment."""
    form = await SubmittedForm.of(request, caller)
    body = {"result": form.text("result")} | form.given("appeal_until") | form.words("decision_note")
    names = {"words": "decision_note", "occurred_at": "result"}
    return await _assess(request, caller, application_id, form, DecideAssessment, body, names)


@router.post("/applications/{application_id}/recognition", name="recognise_form")
async def recognise_form(request: Request, application_id: UUID, caller: AssessmentDecidePage) -> Response:
    """Recognise the skills at a level."""
    form = await SubmittedForm.of(request, caller)
    body = {"level": form.whole("level")}
    return await _assess(request, caller, application_id, form, RecogniseSkills, body)


@router.post("/applications/{application_id}/revocation", name="revoke_form")
async def revoke_form(request: Request, application_id: UUID, caller: RecognitionRevokePage) -> Response:
    """Revoke a recognition."""
    form = await SubmittedForm.of(request, caller)
    body = {"reason": form.text("revoked_for")} | form.words("revocation_note")
    names = {"reason": "revoked_for", "words": "revocation_note"}
    return await _assess(request, caller, application_id, form, RevokeRecognition, body, names)


async def _assess(
    request: Request,
    caller: Caller,
    application_id: UUID,
    form: SubmittedForm,
    command: type[Command],
    body: dict[str, Any],
    names: dict[str, str] | None = None,
) -> Response:
    return await form.change(
        applications,
        application_id,
        command,
        body,
        names,
        shows=lambda wrong: _application(request, caller, application_id, wrong=wrong),
        leads_to=f"{LIST}/{application_id}",
    )


async def _application(
    request: Request,
    caller: Caller,
    application_id: UUID,
    *,
    whole: bool = False,
    wrong: FormErrors | None = None,
) -> Response:
    action = "read_application_documents" if whole else "read_application_page"
    view = await look_at_application(runtime_of(request), caller, application_id, action)
    return pages_of(request).render(
        request,
        "application.html",
        here=f"{LIST}/{application_id}",
        status=wrong.status if wrong else 200,
        caller=caller,
        list=LIST,
        application=application_shown(view),
        number=view.number,
        experience=view.known_now,
        steps=list(reversed(view.steps)),
        person=next((step.person for step in view.steps if step.person is not None), None),
        whole=whole,
        stage=view.status,
        competent=view.result == AssessmentResult.COMPETENT and view.status != "revoked",
        held=view.assessed_on is not None and view.assessed_on <= runtime_of(request).clock.today(),
        may_decide=caller.may(ASSESSMENT_DECIDE),
        may_revoke=caller.may(RECOGNITION_REVOKE),
        may_open_case=caller.may("reintegration.case.read"),
        may_open_worker=caller.may("registry.timeline.read"),
        methods=list(AssessmentMethod),
        results=list(AssessmentResult),
        levels=list(QualificationLevel),
        reasons=list(RevocationReason),
        provinces=PROVINCES,
        countries=COUNTRIES,
        occupations=OCCUPATIONS,
        sectors=SECTORS,
        errors=wrong.errors if wrong else (),
        given=wrong.given if wrong else {},
        kept=wrong.kept if wrong else {},
        key=uuid4,
    )
