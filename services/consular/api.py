"""The routes of the consular service: assistance cases and permits, one by one and in bulk, and the attaché's queue."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.uploads.routes import add_bulk
from contracts.codes.missions import MissionCode
from contracts.envelope import RecorderId
from services.consular.deciders import assistance_cases, at_mission, permits
from services.consular.domain.commands import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    OpenAssistanceCase,
    RecordWorkerDeath,
    RestrictAssistanceCase,
    SetAssistanceDueDate,
)
from services.consular.domain.permit import RecordPermit, RecordPermitLapse
from services.consular.permissions import (
    MAY_RECORD_PERMITS,
    OPEN,
    WORK,
    CaseOpen,
    CaseRead,
    CaseWork,
    PermitRead,
    PermitRecord,
)
from services.consular.projections.case_lists import CaseFilter, State, Whose
from services.consular.projections.category_groups import CategoryGroup
from services.consular.queries.case_lists import look_at_cases, look_at_handed_over
from services.consular.queries.cases import is_accredited, look_at_case
from services.consular.queries.permits import look_at_permit, look_at_permits
from services.consular.schemas import (
    AssistanceCaseRow,
    AssistanceCaseView,
    CaseOutcome,
    PermitRow,
    PermitView,
)

routes = CommandRouter()


@routes.command("/cases", action="open_assistance_case")
async def open_assistance_case(
    command: OpenAssistanceCase, caller: CaseOpen, runner: CommandRunner
) -> CaseOutcome:
    """Open a case for a worker of any legal status, or for a caller who is not identified yet."""
    outcome = await runner.open(assistance_cases, command, scope=at_mission(command.mission))
    accredited = is_accredited(command.mission, command.country, command.occurred_at)
    return CaseOutcome(**dict(outcome), accredited=accredited)


@routes.command("/cases/{case_id}/identification", action="identify_caller")
async def identify_caller(
    case_id: UUID, command: IdentifyCaller, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record the person of a case when it becomes known."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/actions", action="log_assistance_action")
async def log_assistance_action(
    case_id: UUID, command: LogAssistanceAction, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record an action for the worker."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/death", action="record_worker_death")
async def record_worker_death(
    case_id: UUID, command: RecordWorkerDeath, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that the worker died. What is owed to the family stays open: the case is not closed."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/due-date", action="set_assistance_due_date")
async def set_assistance_due_date(
    case_id: UUID, command: SetAssistanceDueDate, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Set the day by which the next step is due."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/handover", action="hand_over_assistance_case")
async def hand_over_assistance_case(
    case_id: UUID, command: HandOverAssistanceCase, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Hand a case over to an attaché or another mission. To take an unassigned case, the attaché gives their own id."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/restriction", action="restrict_assistance_case")
async def restrict_assistance_case(
    case_id: UUID, command: RestrictAssistanceCase, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Restrict a case to named people and the attaché in charge; for all others it does not exist. An empty list ends it."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/cases/{case_id}/closing", action="close_assistance_case")
async def close_assistance_case(
    case_id: UUID, command: CloseAssistanceCase, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record how a case ended."""
    return await runner.change(assistance_cases, case_id, command)


@routes.command("/permits", action="record_permit")
async def record_permit(command: RecordPermit, caller: PermitRecord, runner: CommandRunner) -> Outcome:
    """Record a permit to stay or work abroad: of the person given, or of the person of the record in ``about``."""
    return await runner.open(permits, command, scope=at_mission(command.mission))


@routes.command("/permits/{permit_id}/lapse", action="record_permit_lapse")
async def record_permit_lapse(
    permit_id: UUID, command: RecordPermitLapse, caller: PermitRecord, runner: CommandRunner
) -> Outcome:
    """Record that a permit does not hold any more."""
    return await runner.change(permits, permit_id, command)


add_bulk(
    routes,
    "/cases/bulk",
    OpenAssistanceCase,
    assistance_cases,
    OPEN,
    scope=lambda given: at_mission(given.mission),
)
add_bulk(routes, "/cases/identifications/bulk", IdentifyCaller, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/actions/bulk", LogAssistanceAction, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/deaths/bulk", RecordWorkerDeath, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/due-dates/bulk", SetAssistanceDueDate, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/handovers/bulk", HandOverAssistanceCase, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/restrictions/bulk", RestrictAssistanceCase, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/closings/bulk", CloseAssistanceCase, assistance_cases, WORK, record="case_id")
add_bulk(
    routes,
    "/permits/bulk",
    RecordPermit,
    permits,
    MAY_RECORD_PERMITS,
    scope=lambda given: at_mission(given.mission),
)
add_bulk(routes, "/permits/lapses/bulk", RecordPermitLapse, permits, MAY_RECORD_PERMITS, record="permit_id")


@routes.get("/cases", name="list_open_cases")
async def list_open_cases(
    request: Request,
    response: Response,
    caller: CaseRead,
    whose: Annotated[Whose, Query(description="mine, unassigned or all.")] = "all",
    mission: Annotated[MissionCode | None, Query()] = None,
    group: Annotated[CategoryGroup | None, Query(description="A group of categories.")] = None,
    attache: Annotated[RecorderId | None, Query(description="The attaché in charge.")] = None,
    state: Annotated[State, Query(description="open or closed.")] = "open",
    limit: Limit = 50,
    cursor: After = None,
) -> Page[AssistanceCaseRow]:
    """List the cases within reach: open ones by urgency and then due date, closed ones with the latest closed first."""
    chosen = CaseFilter(whose, state, group, attache, mission)
    page = await look_at_cases(request.app.state.runtime, caller, chosen, limit, cursor)
    link_next(request, response, page)
    return page


@routes.get("/cases/handed-over", name="list_handed_over_cases")
async def list_handed_over_cases(
    request: Request, response: Response, caller: CaseRead, limit: Limit = 50, cursor: After = None
) -> Page[AssistanceCaseRow]:
    """List the cases that your mission handed over to another, each as it was then, the latest opened first."""
    page = (await look_at_handed_over(request.app.state.runtime, caller, limit, cursor)).page
    link_next(request, response, page)
    return page


@routes.get("/cases/{case_id}", name="read_case")
async def read_case(request: Request, case_id: UUID, caller: CaseRead) -> AssistanceCaseView:
    """Read a case with its person and its log, the latest first. The read is logged in the audit.

    A mission that handed the case over reads it as it was then.
    """
    return await look_at_case(request.app.state.runtime, caller, case_id)


@routes.get("/permits", name="list_permits")
async def list_permits(
    request: Request,
    response: Response,
    caller: PermitRead,
    mission: Annotated[MissionCode | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[PermitRow]:
    """List the permits within reach, the latest issued first."""
    page = await look_at_permits(request.app.state.runtime, caller, mission, limit, cursor)
    link_next(request, response, page)
    return page


@routes.get("/permits/{permit_id}", name="read_permit")
async def read_permit(request: Request, permit_id: UUID, caller: PermitRead) -> PermitView:
    """Read a permit with its person and its events, the latest first. The read is logged in the audit."""
    return await look_at_permit(request.app.state.runtime, caller, permit_id)
