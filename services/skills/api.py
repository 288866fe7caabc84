"""HTTP routes of the recognition of skills: applications, assessments, recognitions and revocations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.store.decider import Scope
from services.skills.bulk import add_application_bulk
from services.skills.deciders import applications
from services.skills.domain.application import (
    ApplyForRecognition,
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
)
from services.skills.permissions import (
    MAY_BOOK_ASSESSMENTS,
    MAY_DECIDE_ASSESSMENTS,
    MAY_GRANT_RECOGNITIONS,
    MAY_REVOKE_RECOGNITIONS,
    ApplicationOpen,
    ApplicationRead,
    AssessmentBook,
    AssessmentDecide,
    RecognitionGrant,
    RecognitionRevoke,
)
from services.skills.projections.applications import Status
from services.skills.queries import look_at_application, look_at_applications, with_known_experience
from services.skills.schemas import ApplicationRow, ApplicationView

routes = CommandRouter()


@routes.command("/applications", action="apply_for_recognition")
async def apply_for_recognition(
    command: ApplyForRecognition, caller: ApplicationOpen, runner: CommandRunner
) -> Outcome:
    """Apply for a worker. The experience is taken from the worker's journeys, beside what the worker states."""
    knowing = await with_known_experience(runner.runtime, caller, command)
    scope = Scope.at_home(knowing.province or knowing.person.home_province)
    return await runner.open(applications, knowing, scope=scope)


@routes.command("/applications/{application_id}/assessment", action="book_assessment")
async def book_assessment(
    application_id: UUID, command: BookAssessment, caller: AssessmentBook, runner: CommandRunner
) -> Outcome:
    """Book an assessment, or change its booking."""
    return await runner.change(applications, application_id, command)


@routes.command("/applications/{application_id}/decision", action="decide_assessment")
async def decide_assessment(
    application_id: UUID, command: DecideAssessment, caller: AssessmentDecide, runner: CommandRunner
) -> Outcome:
    """Record the result of an assessment."""
    return await runner.change(applications, application_id, command)


@routes.command("/applications/{application_id}/recognition", action="recognise_skills")
async def recognise_skills(
    application_id: UUID, command: RecogniseSkills, caller: RecognitionGrant, runner: CommandRunner
) -> Outcome:
    """Recognise the skills at a level for which the occupation has a competency standard on that day."""
    return await runner.change(applications, application_id, command)


@routes.command("/applications/{application_id}/revocation", action="revoke_recognition")
async def revoke_recognition(
    application_id: UUID, command: RevokeRecognition, caller: RecognitionRevoke, runner: CommandRunner
) -> Outcome:
    """Revoke a recognition."""
    return await runner.change(applications, application_id, command)


add_application_bulk(
    routes,
    book=MAY_BOOK_ASSESSMENTS,
    decide=MAY_DECIDE_ASSESSMENTS,
    grant=MAY_GRANT_RECOGNITIONS,
    revoke=MAY_REVOKE_RECOGNITIONS,
)


@routes.get("/applications", name="list_applications")
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
    """List the applications within the caller's reach, the longest waiting first."""
    page = await look_at_applications(request.app.state.runtime, caller, status, limit, cursor)
    link_next(request, response, page)
    return page


@routes.get("/applications/{application_id}", name="read_application")
async def read_application(
    request: Request, application_id: UUID, caller: ApplicationRead
) -> ApplicationView:
    """Read an application with the worker, the experience and everything recorded. The read is logged in the audit."""
    return await look_at_application(request.app.state.runtime, caller, application_id)
