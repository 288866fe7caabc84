"""HTTP routes of reintegration: the counsellor's queue, cases, vacancies, employers, and the commands on them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import After, Limit, Page, link_next
from contracts.codes.places import Province
from services.reintegration.bulk import add_case_bulk, add_employer_bulk, add_vacancy_bulk
from services.reintegration.deciders import cases, employers, vacancies
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    FollowUpPlacement,
    MoveCase,
    ProposeMatch,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
    RuleOutVacancy,
)
from services.reintegration.domain.employer import ChangeHomeEmployer, RegisterHomeEmployer
from services.reintegration.domain.vacancy import ChangeVacancy, CloseVacancy, RegisterVacancy
from services.reintegration.permissions import (
    MAY_REGISTER_EMPLOYERS,
    MAY_REGISTER_VACANCIES,
    MAY_WORK_ON_CASES,
    CaseRead,
    CaseWork,
    EmployerRead,
    EmployerRegister,
    VacancyRead,
    VacancyRegister,
)
from services.reintegration.projections.queues import CaseFilter, Queue
from services.reintegration.projections.vacancies import find_vacancy
from services.reintegration.queries.queues import page_of_queue
from services.reintegration.queries.records import (
    look_at_employer,
    look_at_employers,
    open_file,
    vacancies_for,
    with_employers,
)
from services.reintegration.queries.vacancies import page_of_vacancies
from services.reintegration.schemas import (
    CaseRow,
    CaseView,
    HomeEmployerRow,
    HomeEmployerSearch,
    HomeEmployerView,
    RankedVacancy,
    VacancyRow,
)

routes = CommandRouter()


@routes.command("/cases/{case_id}/assignment", action="assign_case")
async def assign_case(case_id: UUID, command: AssignCase, caller: CaseWork, runner: CommandRunner) -> Outcome:
    """Assign a case to a counsellor, or take the counsellor off it."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/needs", action="record_needs")
async def record_needs(
    case_id: UUID, command: RecordNeeds, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record what a returnee needs. The list replaces the one recorded before."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/sessions", action="record_counselling_session")
async def record_counselling_session(
    case_id: UUID, command: RecordCounsellingSession, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that a counsellor and a returnee met."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/referrals", action="refer_for_recognition")
async def refer_for_recognition(
    case_id: UUID, command: ReferForRecognition, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Refer a returnee to the recognition of skills. An application is opened there automatically."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/matches", action="propose_match")
async def propose_match(
    case_id: UUID, command: ProposeMatch, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Propose an open vacancy to a returnee, with the reasons."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/matches/acceptance", action="accept_match")
async def accept_match(
    case_id: UUID, command: AcceptMatch, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that the returnee accepted a match, which takes a place of the vacancy."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/matches/decline", action="decline_match")
async def decline_match(
    case_id: UUID, command: DeclineMatch, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that the returnee or the employer declined a match."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/placement", action="record_placement")
async def record_placement(
    case_id: UUID, command: RecordPlacement, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that a returnee started a new job at home."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/follow-ups", action="follow_up_placement")
async def follow_up_placement(
    case_id: UUID, command: FollowUpPlacement, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record how a returnee works 3, 6 or 12 months after the start of the new job; also in a closed case."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/unsuitable-vacancies", action="rule_out_vacancy")
async def rule_out_vacancy(
    case_id: UUID, command: RuleOutVacancy, caller: CaseWork, runner: CommandRunner
) -> Outcome:
    """Record that a vacancy is not suitable for a returnee, so that it is not offered again."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/move", action="move_case")
async def move_case(case_id: UUID, command: MoveCase, caller: CaseWork, runner: CommandRunner) -> Outcome:
    """Move a case to the counsellors of another province."""
    return await runner.change(cases, case_id, command)


@routes.command("/cases/{case_id}/closing", action="close_case")
async def close_case(case_id: UUID, command: CloseCase, caller: CaseWork, runner: CommandRunner) -> Outcome:
    """Close a case with its outcome."""
    return await runner.change(cases, case_id, command)


@routes.command("/vacancies", action="register_vacancy")
async def register_vacancy(
    command: RegisterVacancy, caller: VacancyRegister, runner: CommandRunner
) -> Outcome:
    """Register a vacancy of an employer in Cambodia."""
    return await runner.open(vacancies, command)


@routes.command("/vacancies/{vacancy_id}/change", action="change_vacancy")
async def change_vacancy(
    vacancy_id: UUID, command: ChangeVacancy, caller: VacancyRegister, runner: CommandRunner
) -> Outcome:
    """Change what a vacancy offers. All of it is stated, as it is from then on."""
    return await runner.change(vacancies, vacancy_id, command)


@routes.command("/vacancies/{vacancy_id}/closing", action="close_vacancy")
async def close_vacancy(
    vacancy_id: UUID, command: CloseVacancy, caller: VacancyRegister, runner: CommandRunner
) -> Outcome:
    """Close a vacancy: nobody else can apply."""
    return await runner.change(vacancies, vacancy_id, command)


@routes.command("/employers", action="register_home_employer")
async def register_home_employer(
    command: RegisterHomeEmployer, caller: EmployerRegister, runner: CommandRunner
) -> Outcome:
    """Register an employer in Cambodia, which vacancies and placements name."""
    return await runner.open(employers, command)


@routes.command("/employers/{employer_id}/change", action="change_home_employer")
async def change_home_employer(
    employer_id: UUID, command: ChangeHomeEmployer, caller: EmployerRegister, runner: CommandRunner
) -> Outcome:
    """Change the record of an employer in Cambodia. It is stated completely."""
    return await runner.change(employers, employer_id, command)


add_employer_bulk(routes, MAY_REGISTER_EMPLOYERS)
add_vacancy_bulk(routes, MAY_REGISTER_VACANCIES)
add_case_bulk(routes, MAY_WORK_ON_CASES)


@routes.get("/cases", name="list_cases")
async def list_cases(
    request: Request,
    response: Response,
    caller: CaseRead,
    queue: Annotated[Queue, Query(description="unassigned, mine, open, overdue or closed.")] = "open",
    province: Annotated[Province | None, Query(description="Province in charge.")] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[CaseRow]:
    """List the cases of a queue within the caller's reach: open cases by due day, closed cases with the latest first."""
    runtime: Runtime = request.app.state.runtime
    fits, today = CaseFilter(province=province), runtime.clock.today()
    found = await page_of_queue(
        runtime, caller, queue, "list_reintegration_cases", fits=fits, limit=limit, cursor=cursor
    )
    page = Page[CaseRow](items=tuple(CaseRow.of(row, today) for row in found.items), next=found.next)
    link_next(request, response, page)
    return page


@routes.get("/cases/{case_id}", name="read_case")
async def read_case(request: Request, case_id: UUID, caller: CaseRead) -> CaseView:
    """Read a case with the returnee, their experience and everything recorded. The read is logged in the audit."""
    runtime: Runtime = request.app.state.runtime
    file = await open_file(runtime, caller, case_id, "read_reintegration_case")
    return CaseView.of_steps(
        file.row, file.steps, file.number, file.background, file.employers.values(), runtime.clock.today()
    )


@routes.get("/cases/{case_id}/vacancies", name="rank_vacancies")
async def rank_vacancies(
    request: Request, case_id: UUID, caller: CaseRead, limit: Limit = 20
) -> list[RankedVacancy]:
    """Rank the open vacancies by how well they fit the returnee, with the reasons. Equal facts give an equal order."""
    runtime: Runtime = request.app.state.runtime
    file = await open_file(runtime, caller, case_id, "rank_vacancies")
    return [RankedVacancy.of_rank(ranked, row) for ranked, row in await vacancies_for(runtime, file, limit)]


@routes.get("/vacancies", name="list_vacancies")
async def list_vacancies(
    request: Request,
    response: Response,
    caller: VacancyRead,
    open: Annotated[bool, Query(description="Only those open today with places left.")] = True,
    province: Annotated[Province | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[VacancyRow]:
    """List vacancies in Cambodia, the latest first."""
    runtime: Runtime = request.app.state.runtime
    today = runtime.clock.today() if open else None
    found = await page_of_vacancies(runtime, open_on=today, province=province, limit=limit, cursor=cursor)
    page = Page[VacancyRow](items=tuple(map(VacancyRow.of, found.items)), next=found.next)
    link_next(request, response, page)
    return page


@routes.get("/vacancies/{vacancy_id}", name="read_vacancy")
async def read_vacancy(request: Request, vacancy_id: UUID, caller: VacancyRead) -> VacancyRow:
    """Read one vacancy."""
    runtime: Runtime = request.app.state.runtime
    row = await find_vacancy(runtime.pool, runtime.schemas, vacancy_id)
    if row is None:
        raise RecordNotFound("there is no vacancy of this id")
    (found,) = await with_employers(runtime, [row])
    return VacancyRow.of(found)


@routes.post("/employers/search", name="search_home_employers")
async def search_home_employers(
    request: Request,
    asked: HomeEmployerSearch,
    caller: EmployerRead,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[HomeEmployerRow]:
    """Search for employers in Cambodia by name, province and kind, the last registered first. The search is logged."""
    return await look_at_employers(
        request.app.state.runtime,
        caller,
        name=asked.name,
        province=asked.province,
        kind=asked.kind,
        limit=limit,
        cursor=cursor,
    )


@routes.get("/employers/{employer_id}", name="read_home_employer")
async def read_home_employer(request: Request, employer_id: UUID, caller: EmployerRead) -> HomeEmployerView:
    """Read an employer in Cambodia. The read is logged in the audit."""
    return await look_at_employer(request.app.state.runtime, caller, employer_id)
