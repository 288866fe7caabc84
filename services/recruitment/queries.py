"""Employment contracts as interface and pages both work with them: where they belong, how they are looked at.

Every look is kept before it is answered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.decider import Decider, Scope
from contracts.codes.money import Money
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
from services.recruitment.domain.employment_contract import Status
from services.recruitment.projections.employment_contracts import (
    EMPLOYMENT_CONTRACTS,
    find_employment_contract,
    find_employment_contracts,
)

CONTRACT_READ = "recruitment.employment_contract.read"
CONTRACT_REVIEW = "recruitment.employment_contract.review"


def at_agency(agency_id: UUID | None, destination: str | None) -> Scope:
    """Where an employment contract belongs: with its agency, and with the missions at its destination."""
    return Scope(
        agencies=frozenset([str(agency_id)] if agency_id else ()),
        countries=frozenset([destination] if destination else ()),
    )


employment_contracts = Decider(
    noun="employment-contract",
    initial=employment_contract.EmploymentContract(),
    decide=employment_contract.decide,
    evolve=employment_contract.evolve,
    scope=lambda state: at_agency(state.agency_id, state.terms.destination if state.terms else None),
    projection=EMPLOYMENT_CONTRACTS,
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


def contract_row(found: dict[str, Any]) -> dict[str, Any]:
    wage = Money(amount=found["wage_amount"], currency=found["wage_currency"])
    return {**found, "wage": wage, "faults": found["faults"].split()}


async def look_at_contracts(
    runtime: Runtime,
    caller: Caller,
    *,
    status: Status | None,
    agency: UUID | None = None,
    destination: str | None = None,
    limit: int,
    cursor: str | None,
    action: str = "list_employment_contracts",
) -> Page[EmploymentContractRow]:
    """The employment contracts within the caller's reach, last registered first, once the look has been kept."""
    rows = await find_employment_contracts(
        runtime.pool,
        runtime.schemas["employment_contracts"],
        caller.reach,
        status=status,
        agency=str(agency) if agency else None,
        destination=destination,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["contract_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, action, evidence=shown, correlation=correlation())
    return page_of(
        rows,
        limit,
        lambda row: EmploymentContractRow(**contract_row(row)),
        lambda row: (row["registered_at"], str(row["contract_id"])),
    )


async def look_at_contract(
    runtime: Runtime, caller: Caller, contract_id: UUID, action: str = "read_employment_contract"
) -> EmploymentContractView:
    """A contract within the caller's reach, once the look has been kept as ``action``. Raises RecordNotFound."""
    found = await find_employment_contract(
        runtime.pool, runtime.schemas["employment_contracts"], caller.reach, contract_id
    )
    if found is None:
        raise RecordNotFound("there is no employment contract of this id within your reach")
    standing = effective(await runtime.store.load(employment_contracts.stream(contract_id)))
    shown = [event.person.evidence_id for event in standing if event.person is not None]
    await runtime.audit.look(caller, action, evidence=shown or [contract_id], correlation=correlation())
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
    return EmploymentContractView(**contract_row(found), steps=steps)
