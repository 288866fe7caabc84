"""What the missions' service serves: assistance cases, one by one and in bulk, and the attaché's queue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.bulk import add_bulk
from chassis.callers import Caller, permission
from chassis.cursor import After, Limit, Page, decode_cursor, link_next, page_of
from chassis.decider import Decider, Scope
from chassis.desk import Acting, Desk, Outcome
from chassis.logs import correlation
from chassis.runtime import RecordNotFound, Runtime
from contracts.codes.reasons import MISSIONS, MissionCode
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceDueDateSet,
)
from contracts.envelope import Event, Fact, Person
from contracts.rulings import effective
from services.consular.domain import assistance_case
from services.consular.domain.assistance_case import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    OpenAssistanceCase,
    SetAssistanceDueDate,
)
from services.consular.projections.assistance_cases import ASSISTANCE_CASES, Whose, find_case, find_open_cases

OPEN = permission("consular.case.open")
WORK = permission("consular.case.work")
CaseOpen = Annotated[Caller, Depends(OPEN)]
CaseWork = Annotated[Caller, Depends(WORK)]
CaseRead = Annotated[Caller, Depends(permission("consular.case.read"))]


def at_mission(mission: str | None) -> Scope:
    """Where a case of a mission belongs: in the mission's own country."""
    return Scope(countries=frozenset([MISSIONS[mission].country])) if mission else Scope()


assistance_cases: Decider[assistance_case.AssistanceCase] = Decider(
    noun="assistance-case",
    initial=assistance_case.AssistanceCase(),
    decide=assistance_case.decide,
    evolve=assistance_case.evolve,
    scope=lambda state: at_mission(state.mission),
    projection=ASSISTANCE_CASES,
)

desk = Desk()


@desk.command("/cases")
async def open_assistance_case(command: OpenAssistanceCase, caller: CaseOpen, act: Acting) -> Outcome:
    """Open a case for a worker of whatever status, or for a caller who is not known yet."""
    return await act.open(assistance_cases, command, scope=at_mission(command.mission))


@desk.command("/cases/{case_id}/identification")
async def identify_caller(case_id: UUID, command: IdentifyCaller, caller: CaseWork, act: Acting) -> Outcome:
    """Record who the person of a case is, once it is known."""
    return await act.change(assistance_cases, case_id, command)


@desk.command("/cases/{case_id}/actions")
async def log_assistance_action(case_id: UUID, command: LogAssistanceAction, caller: CaseWork, act: Acting) -> Outcome:
    """Record what was done for the worker."""
    return await act.change(assistance_cases, case_id, command)


@desk.command("/cases/{case_id}/due-date")
async def set_assistance_due_date(
    case_id: UUID, command: SetAssistanceDueDate, caller: CaseWork, act: Acting
) -> Outcome:
    """Set the day by which the next step is due."""
    return await act.change(assistance_cases, case_id, command)


@desk.command("/cases/{case_id}/handover")
async def hand_over_assistance_case(
    case_id: UUID, command: HandOverAssistanceCase, caller: CaseWork, act: Acting
) -> Outcome:
    """Pass a case to an attaché, or to another mission; who takes a case of nobody's names themselves."""
    return await act.change(assistance_cases, case_id, command)


@desk.command("/cases/{case_id}/closing")
async def close_assistance_case(case_id: UUID, command: CloseAssistanceCase, caller: CaseWork, act: Acting) -> Outcome:
    """Record how a case ended."""
    return await act.change(assistance_cases, case_id, command)


add_bulk(desk, "/cases/bulk", OpenAssistanceCase, assistance_cases, OPEN, scope=lambda given: at_mission(given.mission))
add_bulk(desk, "/cases/identifications/bulk", IdentifyCaller, assistance_cases, WORK, record="case_id")
add_bulk(desk, "/cases/actions/bulk", LogAssistanceAction, assistance_cases, WORK, record="case_id")
add_bulk(desk, "/cases/due-dates/bulk", SetAssistanceDueDate, assistance_cases, WORK, record="case_id")
add_bulk(desk, "/cases/handovers/bulk", HandOverAssistanceCase, assistance_cases, WORK, record="case_id")
add_bulk(desk, "/cases/closings/bulk", CloseAssistanceCase, assistance_cases, WORK, record="case_id")


class AssistanceCaseRow(BaseModel):
    """An assistance case in a list; who the person is stands in the case and in the registry."""

    case_id: UUID
    mission: str
    country: str = Field(description="Where the worker is.")
    category: str
    urgency: str
    status_abroad: str
    due_on: date | None = Field(description="Day by which the next step is due; null where nothing is.")
    overdue: bool = Field(description="Whether that day has passed in Asia/Phnom_Penh.")
    attache: str | None = Field(description="Pseudonymous id of the attaché in charge; null for nobody.")
    about: str | None
    identified: bool = Field(description="Whether a document or a record of the person tells who it is.")
    sex: int
    age_band: str
    home_province: str | None
    opened_at: datetime
    recorded_at: datetime
    actions: int = Field(description="Actions logged.")
    last_action: str | None
    last_acted_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class AssistanceStep(BaseModel):
    """Something that was recorded in a case, as it stands now."""

    event_id: UUID = Field(description="Names it in a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: (
        AssistanceCaseOpened
        | AssistanceCallerIdentified
        | AssistanceActionLogged
        | AssistanceDueDateSet
        | AssistanceCaseHandedOver
        | AssistanceCaseClosed
    )
    person: Person | None = Field(description="The person as given, and remarks as typed.")


class AssistanceCaseView(AssistanceCaseRow):
    """An assistance case with its log."""

    steps: list[AssistanceStep] = Field(description="What was recorded, the latest first.")


@desk.get("/cases")
async def list_open_cases(
    request: Request,
    response: Response,
    caller: CaseRead,
    whose: Annotated[Whose, Query(description="mine, unassigned or all.")] = "all",
    mission: Annotated[MissionCode | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[AssistanceCaseRow]:
    """The queue: open cases within reach by due date, the most overdue first."""
    runtime: Runtime = request.app.state.runtime
    rows = await find_open_cases(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller.reach,
        whose=whose,
        caller=caller.id,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, date, UUID),
        limit=limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_open_cases", evidence=shown, correlation=correlation())
    today = runtime.clock.today()
    page = page_of(rows, limit, lambda row: case_row(row, today), lambda row: (row["queue_on"], str(row["case_id"])))
    link_next(request, response, page)
    return page


@desk.get("/cases/{case_id}")
async def read_case(request: Request, case_id: UUID, caller: CaseRead) -> AssistanceCaseView:
    """A case with its person and its log, the latest first; the look is kept."""
    return await look_at_case(request.app.state.runtime, caller, case_id)


async def look_at_case(runtime: Runtime, caller: Caller, case_id: UUID) -> AssistanceCaseView:
    """A case within the caller's reach, once the look has been kept. Raises RecordNotFound."""
    found = await find_case(runtime.pool, runtime.schemas["assistance_cases"], caller.reach, case_id)
    if found is None:
        raise RecordNotFound("there is no assistance case of this id within your reach")
    standing = effective(await runtime.store.load(assistance_cases.stream(case_id)))
    shown = [event.person.evidence_id for event in standing if event.person is not None]
    await runtime.audit.look(caller, "read_case", evidence=shown or [case_id], correlation=correlation())
    newest_first = sorted(standing, key=lambda event: (event.occurred_at, event.version), reverse=True)
    row = case_row(found, runtime.clock.today())
    return AssistanceCaseView(**dict(row), steps=[_step(event) for event in newest_first])


def case_row(found: dict[str, Any], today: date) -> AssistanceCaseRow:
    """A row of the read model as it is shown on a day."""
    due_on = found["due_on"]
    return AssistanceCaseRow(**found, overdue=due_on is not None and due_on < today)


def _step(event: Event[Fact]) -> AssistanceStep:
    return AssistanceStep.model_validate(
        {
            "event_id": event.id,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "facts": event.facts,
            "person": event.person,
        }
    )
