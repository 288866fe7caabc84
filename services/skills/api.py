"""What the recognition of skills serves: applications, their assessment, what is recognised and what is taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from chassis.callers import Caller, permission
from chassis.cursor import After, Limit, Page, decode_cursor, link_next, page_of
from chassis.desk import Acting, Desk, Outcome
from chassis.heard import nodes_of
from chassis.logs import correlation
from chassis.runtime import RecordNotFound, Runtime
from chassis.who import numbers_of
from contracts.rulings import effective
from contracts.skills import RecognitionApplied
from services.skills.applying import with_what_is_known
from services.skills.bulk import add_application_bulk
from services.skills.domain.application import (
    ApplyForRecognition,
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
)
from services.skills.projections.applications import Status, find_application, find_applications
from services.skills.projections.workers import find_experience
from services.skills.streams import applications, at_home
from services.skills.views import ApplicationRow, ApplicationView

DECIDE = permission("skills.assessment.decide")
REVOKE = permission("skills.recognition.revoke")
ApplicationOpen = Annotated[Caller, Depends(permission("skills.application.open"))]
AssessmentDecide = Annotated[Caller, Depends(DECIDE)]
RecognitionRevoke = Annotated[Caller, Depends(REVOKE)]
ApplicationRead = Annotated[Caller, Depends(permission("skills.application.read"))]

desk = Desk()


@desk.command("/applications")
async def apply_for_recognition(
    command: ApplyForRecognition, caller: ApplicationOpen, act: Acting
) -> Outcome:
    """Apply for a worker. The experience is taken from the employment contracts known of them."""
    knowing = await with_what_is_known(act.runtime, command)
    return await act.open(applications, knowing, scope=at_home(knowing.person.home_province))


@desk.command("/applications/{application_id}/assessment")
async def book_assessment(
    application_id: UUID, command: BookAssessment, caller: AssessmentDecide, act: Acting
) -> Outcome:
    """Book an assessment, or book it anew."""
    return await act.change(applications, application_id, command)


@desk.command("/applications/{application_id}/decision")
async def decide_assessment(
    application_id: UUID, command: DecideAssessment, caller: AssessmentDecide, act: Acting
) -> Outcome:
    """Record what the assessor found."""
    return await act.change(applications, application_id, command)


@desk.command("/applications/{application_id}/recognition")
async def recognise_skills(
    application_id: UUID, command: RecogniseSkills, caller: AssessmentDecide, act: Acting
) -> Outcome:
    """Recognise the skills at a level of Cambodia's Qualifications Framework."""
    return await act.change(applications, application_id, command)


@desk.command("/applications/{application_id}/revocation")
async def revoke_recognition(
    application_id: UUID, command: RevokeRecognition, caller: RecognitionRevoke, act: Acting
) -> Outcome:
    """Take a recognition back."""
    return await act.change(applications, application_id, command)


add_application_bulk(desk, DECIDE, REVOKE)


@desk.get("/applications")
async def list_applications(
    request: Request,
    response: Response,
    caller: ApplicationRead,
    status: Annotated[
        Status | None, Query(description="applied, booked, decided, recognised or revoked.")
    ] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[ApplicationRow]:
    """The applications within reach, the longest waiting first."""
    runtime: Runtime = request.app.state.runtime
    rows = await find_applications(
        runtime.pool,
        runtime.schemas["applications"],
        caller.reach,
        status,
        None if cursor is None else decode_cursor(cursor, *ApplicationRow.SORT),
        limit + 1,
    )
    shown = [row["application_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_applications", evidence=shown, correlation=correlation())
    page = page_of(rows, limit, ApplicationRow.of, lambda row: (row["applied_at"], row["application_id"]))
    link_next(request, response, page)
    return page


@desk.get("/applications/{application_id}")
async def read_application(
    request: Request, application_id: UUID, caller: ApplicationRead
) -> ApplicationView:
    """An application with the worker, the experience and all that was recorded; the look is kept."""
    runtime: Runtime = request.app.state.runtime
    row = await find_application(runtime.pool, runtime.schemas["applications"], caller.reach, application_id)
    if row is None:
        raise RecordNotFound("there is no application of this id within your reach")
    steps = effective(await runtime.store.load(applications.stream(application_id)))
    nodes = nodes_of(next(event for event in steps if isinstance(event.facts, RecognitionApplied)))
    numbers = sorted(set((await numbers_of(runtime.pool, nodes)).values()))
    known_now = await find_experience(runtime, runtime.pool, nodes, runtime.clock.today())
    shown = [event.person.evidence_id for event in steps if event.person is not None]
    await runtime.audit.look(
        caller,
        "read_application",
        evidence=shown or [application_id],
        numbers=numbers,
        correlation=correlation(),
    )
    return ApplicationView.of_steps(row, steps, numbers[0] if numbers else None, known_now)
