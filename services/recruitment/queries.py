"""Queries of routes and pages: one employment contract, and the list of contracts.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from contracts.codes.money import Money
from contracts.rulings import effective
from services.recruitment.deciders import employment_contracts
from services.recruitment.domain.employment_contract import Status
from services.recruitment.projections.employment_contracts import (
    find_employment_contract,
    find_employment_contracts,
)
from services.recruitment.schemas import EmploymentContractRow, EmploymentContractStep, EmploymentContractView


def contract_row(found: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the read model with the wage and the faults as the schemas hold them."""
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
    """Return a page of the employment contracts, the latest registered first."""
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
    """Return an employment contract; ``action`` names the read in the audit. Raises RecordNotFound."""
    found = await find_employment_contract(
        runtime.pool, runtime.schemas["employment_contracts"], caller.reach, contract_id
    )
    if found is None:
        raise RecordNotFound("there is no employment contract of this id within your reach")
    standing = effective(await runtime.store.load(employment_contracts.stream(contract_id)))
    await runtime.log_read(caller, action, contract_id, standing)
    steps = [EmploymentContractStep.of(event) for event in standing]
    return EmploymentContractView(**contract_row(found), steps=steps)
