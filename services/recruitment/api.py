"""The routes of recruitment: employment contracts, one by one and in bulk, for agencies and reviewers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.store.decider import Scope
from chassis.uploads.routes import add_bulk
from contracts.codes.places import Country
from services.recruitment.deciders import at_agency, employment_contracts
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    ApproveEmploymentContract,
    RegisterEmploymentContract,
    ReturnEmploymentContract,
    Status,
    TerminateEmploymentContract,
)
from services.recruitment.permissions import (
    REGISTER,
    REVIEW,
    EmploymentContractRead,
    EmploymentContractRegister,
    EmploymentContractReview,
)
from services.recruitment.queries import look_at_contract, look_at_contracts
from services.recruitment.schemas import EmploymentContractRow, EmploymentContractView

routes = CommandRouter()


@routes.command("/employment-contracts", action="register_employment_contract")
async def register_employment_contract(
    command: RegisterEmploymentContract, caller: EmploymentContractRegister, runner: CommandRunner
) -> Outcome:
    """Register a worker's contract with an employer abroad and submit it for review."""
    return await runner.open(employment_contracts, command, scope=_stated(command))


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


def _stated(command: RegisterEmploymentContract) -> Scope:
    # The caller must act for the agency: reach over the country alone, as a mission has it, is not enough.
    return at_agency(command.agency_id, None)


add_bulk(
    routes,
    "/employment-contracts/bulk",
    RegisterEmploymentContract,
    employment_contracts,
    REGISTER,
    scope=_stated,
)
for path, body, needed in (
    ("returns", ReturnEmploymentContract, REVIEW),
    ("approvals", ApproveEmploymentContract, REVIEW),
    ("amendments", AmendEmploymentContract, REGISTER),
    ("terminations", TerminateEmploymentContract, REGISTER),
):
    add_bulk(
        routes, f"/employment-contracts/{path}/bulk", body, employment_contracts, needed, record="contract_id"
    )


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
