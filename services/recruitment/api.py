"""What recruitment serves: employment contracts, one by one and in bulk, for agencies and reviewers."""

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
from contracts.codes.money import Money
from contracts.codes.places import Country
from contracts.codes.reasons import ContractFault
from contracts.envelope import Person
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
)
from contracts.rulings import effective
from services.recruitment.domain import employment_contract
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    ApproveEmploymentContract,
    RegisterEmploymentContract,
    ReturnEmploymentContract,
    Status,
    TerminateEmploymentContract,
)
from services.recruitment.projections.employment_contracts import (
    EMPLOYMENT_CONTRACTS,
    find_employment_contract,
    find_employment_contracts,
)

REGISTER = permission("recruitment.employment_contract.register")
REVIEW = permission("recruitment.employment_contract.review")
EmploymentContractRegister = Annotated[Caller, Depends(REGISTER)]
EmploymentContractReview = Annotated[Caller, Depends(REVIEW)]
EmploymentContractRead = Annotated[Caller, Depends(permission("recruitment.employment_contract.read"))]


def at_agency(agency_id: UUID | None, destination: str | None) -> Scope:
    """Where an employment contract belongs: with its agency, and with the missions at its destination."""
    return Scope(
        agencies=frozenset([str(agency_id)] if agency_id else ()),
        countries=frozenset([destination] if destination else ()),
    )


employment_contracts: Decider[employment_contract.EmploymentContract] = Decider(
    noun="employment-contract",
    initial=employment_contract.EmploymentContract(),
    decide=employment_contract.decide,
    evolve=employment_contract.evolve,
    scope=lambda state: at_agency(state.agency_id, state.terms.destination if state.terms else None),
    projection=EMPLOYMENT_CONTRACTS,
)

desk = Desk()


@desk.command("/employment-contracts")
async def register_employment_contract(
    command: RegisterEmploymentContract, caller: EmploymentContractRegister, act: Acting
) -> Outcome:
    """Register a worker's contract with an employer abroad; it is then up for review."""
    return await act.open(employment_contracts, command, scope=_stated(command))


@desk.command("/employment-contracts/{contract_id}/return")
async def return_employment_contract(
    contract_id: UUID, command: ReturnEmploymentContract, caller: EmploymentContractReview, act: Acting
) -> Outcome:
    """Return an employment contract to its agency for correction."""
    return await act.change(employment_contracts, contract_id, command)


@desk.command("/employment-contracts/{contract_id}/approval")
async def approve_employment_contract(
    contract_id: UUID, command: ApproveEmploymentContract, caller: EmploymentContractReview, act: Acting
) -> Outcome:
    """Approve the terms as they stand."""
    return await act.change(employment_contracts, contract_id, command)


@desk.command("/employment-contracts/{contract_id}/amendment")
async def amend_employment_contract(
    contract_id: UUID, command: AmendEmploymentContract, caller: EmploymentContractRegister, act: Acting
) -> Outcome:
    """Submit corrected or changed terms; they are then up for review."""
    return await act.change(employment_contracts, contract_id, command)


@desk.command("/employment-contracts/{contract_id}/termination")
async def terminate_employment_contract(
    contract_id: UUID, command: TerminateEmploymentContract, caller: EmploymentContractRegister, act: Acting
) -> Outcome:
    """Record that the employment ended, at its last day or before."""
    return await act.change(employment_contracts, contract_id, command)


def _stated(command: RegisterEmploymentContract) -> Scope:
    # Who registers speaks for the agency: the country alone, as of a mission, is not enough.
    return at_agency(command.agency_id, None)


add_bulk(
    desk,
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
        desk, f"/employment-contracts/{path}/bulk", body, employment_contracts, needed, record="contract_id"
    )


class EmploymentContractRow(BaseModel):
    """An employment contract in a list; who the worker is stands in the registry."""

    contract_id: UUID
    status: Status = Field(description="registered (up for review), returned, approved or terminated.")
    agency_id: UUID
    employer_id: UUID
    destination: str
    sector: str
    occupation: str
    wage: Money
    wage_period: str
    starts_on: date
    ends_on: date = Field(description="Last day of work as agreed.")
    ended_on: date | None = Field(description="Last day of work as it came; null while it goes on.")
    end_reason: str | None
    faults: list[ContractFault] = Field(
        description="What must be put right, as last returned and not yet amended."
    )
    sex: int
    age_band: str
    home_province: str | None
    registered_at: datetime
    recorded_at: datetime
    submitted_at: datetime = Field(description="When the terms as they stand were submitted for review.")


class EmploymentContractStep(BaseModel):
    """Something that was recorded about an employment contract, as it stands now."""

    event_id: UUID = Field(description="Names it in a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: (
        EmploymentContractRegistered
        | EmploymentContractReturned
        | EmploymentContractApproved
        | EmploymentContractAmended
        | EmploymentContractTerminated
    )
    person: Person | None = Field(description="The worker as given, and remarks as typed.")


class EmploymentContractView(EmploymentContractRow):
    """An employment contract with all that stands recorded about it."""

    steps: list[EmploymentContractStep] = Field(description="In the order of their recording.")


def _row(found: dict[str, Any]) -> dict[str, Any]:
    wage = Money(amount=found["wage_amount"], currency=found["wage_currency"])
    return {**found, "wage": wage, "faults": found["faults"].split()}


@desk.get("/employment-contracts")
async def list_employment_contracts(
    request: Request,
    response: Response,
    caller: EmploymentContractRead,
    status: Annotated[Status | None, Query(description="registered lists what is up for review.")] = None,
    agency_id: Annotated[UUID | None, Query()] = None,
    destination: Annotated[Country | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[EmploymentContractRow]:
    """The employment contracts within reach, last registered first."""
    runtime: Runtime = request.app.state.runtime
    rows = await find_employment_contracts(
        runtime.pool,
        runtime.schemas["employment_contracts"],
        caller.reach,
        status=status,
        agency=str(agency_id) if agency_id else None,
        destination=destination,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["contract_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_employment_contracts", evidence=shown, correlation=correlation())
    page = page_of(
        rows,
        limit,
        lambda row: EmploymentContractRow(**_row(row)),
        lambda row: (row["registered_at"], str(row["contract_id"])),
    )
    link_next(request, response, page)
    return page


@desk.get("/employment-contracts/{contract_id}")
async def read_employment_contract(
    request: Request, contract_id: UUID, caller: EmploymentContractRead
) -> EmploymentContractView:
    """An employment contract with the worker as given and every step since; the look is kept."""
    runtime: Runtime = request.app.state.runtime
    found = await find_employment_contract(
        runtime.pool, runtime.schemas["employment_contracts"], caller.reach, contract_id
    )
    if found is None:
        raise RecordNotFound("there is no employment contract of this id within your reach")
    standing = effective(await runtime.store.load(employment_contracts.stream(contract_id)))
    shown = [event.person.evidence_id for event in standing if event.person is not None]
    await runtime.audit.look(
        caller, "read_employment_contract", evidence=shown or [contract_id], correlation=correlation()
    )
    steps = [
        EmploymentContractStep.model_validate(
            {
                "event_id": event.id,
                "type": event.type,
                "occurred_at": event.occurred_at,
                "recorded_at": event.recorded_at,
                "facts": event.facts,
                "person": event.person,
            }
        )
        for event in standing
    ]
    return EmploymentContractView(**_row(found), steps=steps)
