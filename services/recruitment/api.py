"""The routes of recruitment: employment contracts, employers and workplaces, one by one and in bulk."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.uploads.routes import add_bulk
from contracts.codes.places import Country
from services.recruitment.bulk import UPLOADS, scope_stated
from services.recruitment.deciders import (
    AT_THE_MINISTRY,
    agencies,
    employers,
    employment_contracts,
    workplaces,
)
from services.recruitment.domain.agency import RegisterAgency
from services.recruitment.domain.employer import RegisterEmployer
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    ApproveEmploymentContract,
    RegisterEmploymentContract,
    ReturnEmploymentContract,
    Status,
    TerminateEmploymentContract,
)
from services.recruitment.domain.workplace import RegisterWorkplace
from services.recruitment.permissions import (
    AgencyRegister,
    EmployerRead,
    EmployerRegister,
    EmploymentContractRead,
    EmploymentContractRegister,
    EmploymentContractReview,
)
from services.recruitment.queries.contracts import look_at_contract, look_at_contracts
from services.recruitment.queries.organisations import (
    look_at_agencies,
    look_at_employer,
    look_at_employers,
    look_at_workplace,
)
from services.recruitment.schemas import (
    AgencyRow,
    EmployerRow,
    EmployerSearch,
    EmployerView,
    EmploymentContractRow,
    EmploymentContractView,
    WorkplaceView,
)

routes = CommandRouter()


@routes.command("/employment-contracts", action="register_employment_contract")
async def register_employment_contract(
    command: RegisterEmploymentContract, caller: EmploymentContractRegister, runner: CommandRunner
) -> Outcome:
    """Register a worker's contract with an employer abroad and submit it for review."""
    return await runner.open(employment_contracts, command, scope=scope_stated(command))


@routes.command("/employment-contracts/{contract_id}/return", action="return_employment_contract")
async def return_employment_contract(
    contract_id: UUID,
    command: ReturnEmploymentContract,
    caller: EmploymentContractReview,
    runner: CommandRunner,
) -> Outcome:
    """Return an employment contract to its agency for correction."""
    return await runner.change(employment_contracts, contract_id, command)


@routes.command("/employment-contracts/{contract_id}/approval", action="approve_employment_contract")
async def approve_employment_contract(
    contract_id: UUID,
    command: ApproveEmploymentContract,
    caller: EmploymentContractReview,
    runner: CommandRunner,
) -> Outcome:
    """Approve the current terms of an employment contract."""
    return await runner.change(employment_contracts, contract_id, command)


@routes.command("/employment-contracts/{contract_id}/amendment", action="amend_employment_contract")
async def amend_employment_contract(
    contract_id: UUID,
    command: AmendEmploymentContract,
    caller: EmploymentContractRegister,
    runner: CommandRunner,
) -> Outcome:
    """Submit corrected or changed terms for review."""
    return await runner.change(employment_contracts, contract_id, command)


@routes.command("/employment-contracts/{contract_id}/termination", action="terminate_employment_contract")
async def terminate_employment_contract(
    contract_id: UUID,
    command: TerminateEmploymentContract,
    caller: EmploymentContractRegister,
    runner: CommandRunner,
) -> Outcome:
    """Record that the employment ended, on its last day or before."""
    return await runner.change(employment_contracts, contract_id, command)


@routes.command("/agencies", action="register_agency")
async def register_agency(command: RegisterAgency, caller: AgencyRegister, runner: CommandRunner) -> Outcome:
    """Register a recruitment agency that the ministry licensed."""
    return await runner.open(agencies, command, scope=AT_THE_MINISTRY)


@routes.command("/employers", action="register_employer")
async def register_employer(
    command: RegisterEmployer, caller: EmployerRegister, runner: CommandRunner
) -> Outcome:
    """Register an employer abroad."""
    return await runner.open(employers, command, scope=scope_stated(command))


@routes.command("/workplaces", action="register_workplace")
async def register_workplace(
    command: RegisterWorkplace, caller: EmployerRegister, runner: CommandRunner
) -> Outcome:
    """Register a workplace of an employer abroad."""
    return await runner.open(workplaces, command, scope=scope_stated(command))


for each in UPLOADS:
    add_bulk(routes, each.path, each.body, each.decider, each.needed, scope=each.scope, record=each.record)


@routes.get("/employment-contracts", name="list_employment_contracts")
async def list_employment_contracts(
    request: Request,
    response: Response,
    caller: EmploymentContractRead,
    status: Annotated[
        Status | None, Query(description="The status; registered lists the contracts that wait for review.")
    ] = None,
    agency_id: Annotated[UUID | None, Query()] = None,
    destination: Annotated[Country | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[EmploymentContractRow]:
    """List the employment contracts within reach, the last registered first."""
    page = await look_at_contracts(
        request.app.state.runtime,
        caller,
        status=status,
        agency=agency_id,
        destination=destination,
        limit=limit,
        cursor=cursor,
    )
    link_next(request, response, page)
    return page


@routes.get("/employment-contracts/{contract_id}", name="read_employment_contract")
async def read_employment_contract(
    request: Request, contract_id: UUID, caller: EmploymentContractRead
) -> EmploymentContractView:
    """Read an employment contract with the worker and its recorded events. The read is logged in the audit."""
    return await look_at_contract(request.app.state.runtime, caller, contract_id)


@routes.get("/agencies", name="list_agencies")
async def list_agencies(
    request: Request,
    response: Response,
    caller: EmploymentContractRead,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[AgencyRow]:
    """List the recruitment agencies, the last registered first."""
    page = await look_at_agencies(request.app.state.runtime, caller, limit=limit, cursor=cursor)
    link_next(request, response, page)
    return page


@routes.post("/employers/search", name="search_employers")
async def search_employers(
    request: Request, asked: EmployerSearch, caller: EmployerRead, limit: Limit = 50, cursor: After = None
) -> Page[EmployerRow]:
    """Search for employers within reach by name, country and kind, the last registered first. The search is logged."""
    return await look_at_employers(
        request.app.state.runtime,
        caller,
        name=asked.name,
        country=asked.country,
        kind=asked.kind,
        limit=limit,
        cursor=cursor,
    )


@routes.get("/employers/{employer_id}", name="read_employer")
async def read_employer(request: Request, employer_id: UUID, caller: EmployerRead) -> EmployerView:
    """Read an employer with its workplaces. The read is logged in the audit."""
    return await look_at_employer(request.app.state.runtime, caller, employer_id)


@routes.get("/workplaces/{workplace_id}", name="read_workplace")
async def read_workplace(request: Request, workplace_id: UUID, caller: EmployerRead) -> WorkplaceView:
    """Read a workplace. The read is logged in the audit."""
    return await look_at_workplace(request.app.state.runtime, caller, workplace_id)
