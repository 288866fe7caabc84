"""The routes of the consular service: assistance cases, one by one and in bulk, and the attaché's queue."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.uploads.routes import add_bulk
from contracts.codes.missions import MissionCode
from services.consular.deciders import assistance_cases, at_mission
from services.consular.domain.assistance_case import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    OpenAssistanceCase,
    SetAssistanceDueDate,
)
from services.consular.permissions import (
    OPEN,
    WORK,
    CaseOpen,
    CaseRead,
    CaseWork,
)
from services.consular.projections.assistance_cases import Whose
from services.consular.queries import look_at_case, look_at_queue
from services.consular.schemas import AssistanceCaseRow, AssistanceCaseView

routes = CommandRouter()


@routes.command("/cases", action="open_assistance_case")
async def open_assistance_case(
    command: OpenAssistanceCase, caller: CaseOpen, runner: CommandRunner
) -> Outcome:
    """Open a case for a worker of any legal status, or for a caller who is not identified yet."""
    return await runner.open(assistance_cases, command, scope=at_mission(command.mission))


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


@routes.command("/cases/{case_id}/closing", action="close_assistance_case")
async def close_assistance_case(
    case_id: UUID, command: CloseAssistanceCase, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record how a case ended."""
    return await runner.change(assistance_cases, case_id, command)


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
add_bulk(routes, "/cases/due-dates/bulk", SetAssistanceDueDate, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/handovers/bulk", HandOverAssistanceCase, assistance_cases, WORK, record="case_id")
add_bulk(routes, "/cases/closings/bulk", CloseAssistanceCase, assistance_cases, WORK, record="case_id")


@routes.get("/cases", name="list_open_cases")
async def list_open_cases(
    request: Request,
    response: Response,
    caller: CaseRead,
    whose: Annotated[Whose, Query(description="mine, unassigned or all.")] = "all",
    mission: Annotated[MissionCode | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[AssistanceCaseRow]:
    """List the open cases within reach by due date, the most overdue first."""
    page = await look_at_queue(request.app.state.runtime, caller, whose, mission, limit, cursor)
    link_next(request, response, page)
    return page


@routes.get("/cases/{case_id}", name="read_case")
async def read_case(request: Request, case_id: UUID, caller: CaseRead) -> AssistanceCaseView:
    """Read a case with its person and its log, the latest first. The read is logged in the audit."""
    return await look_at_case(request.app.state.runtime, caller, case_id)
