"""The read model of employment contracts, for the agency's list and the reviewer's queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.envelope import Event
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
)
from services.recruitment.domain.employment_contract import EmploymentContract, evolve

DDL = """
CREATE TABLE employment_contracts (
    contract_id    uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    status         text        NOT NULL,
    agency_id      text        NOT NULL,
    employer_id    uuid        NOT NULL,
    destination    text        NOT NULL,
    sector         text        NOT NULL,
    occupation     text        NOT NULL,
    wage_amount    numeric     NOT NULL,
    wage_currency  text        NOT NULL,
    wage_period    text        NOT NULL,
    starts_on      date        NOT NULL,
    ends_on        date        NOT NULL,
    ended_on       date,
    end_reason     text,
    faults         text        NOT NULL,
    sex            smallint    NOT NULL,
    age_band       text        NOT NULL,
    home_province  text,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL,
    recorded_by    text        NOT NULL
);
CREATE INDEX employment_contracts_by_registration ON employment_contracts (registered_at, contract_id);
CREATE INDEX employment_contracts_by_status ON employment_contracts (status, registered_at, contract_id);
CREATE INDEX employment_contracts_by_agency ON employment_contracts (agency_id, registered_at, contract_id);
CREATE INDEX employment_contracts_by_destination
    ON employment_contracts (destination, registered_at, contract_id);
"""


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of an employment contract; None if its registration was voided."""
    state = EmploymentContract()
    registered: Event[EmploymentContractRegistered] | None = None
    submitted_at: datetime | None = None
    faults, ended_on, end_reason = "", None, None
    for event in events:
        state = evolve(state, event)
        match event.facts:
            case EmploymentContractRegistered():
                registered, submitted_at = event, event.occurred_at
            case EmploymentContractReturned() as facts:
                faults = " ".join(facts.faults)
            case EmploymentContractAmended():
                faults, submitted_at = "", event.occurred_at
            case EmploymentContractTerminated() as facts:
                ended_on, end_reason = facts.ended_on, str(facts.reason)
    if registered is None or state.status is None or state.terms is None:
        return None
    first = registered.facts
    assert isinstance(first, EmploymentContractRegistered)
    terms = state.terms
    return (
        record_of(registered.stream),
        str(state.status),
        str(first.agency_id),
        first.employer_id,
        terms.destination,
        terms.sector,
        terms.occupation,
        terms.wage.amount,
        terms.wage.currency,
        str(terms.wage_period),
        terms.starts_on,
        terms.ends_on,
        ended_on,
        end_reason,
        faults,
        int(first.sex),
        str(first.age_band),
        first.home_province,
        registered.occurred_at,
        registered.recorded_at,
        submitted_at,
        first.recorded.by,
    )


EMPLOYMENT_CONTRACTS = StreamProjection(
    name="employment_contracts",
    columns=(
        ("contract_id", "uuid"),
        ("status", "text"),
        ("agency_id", "text"),
        ("employer_id", "uuid"),
        ("destination", "text"),
        ("sector", "text"),
        ("occupation", "text"),
        ("wage_amount", "numeric"),
        ("wage_currency", "text"),
        ("wage_period", "text"),
        ("starts_on", "date"),
        ("ends_on", "date"),
        ("ended_on", "date"),
        ("end_reason", "text"),
        ("faults", "text"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("home_province", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("submitted_at", "timestamptz"),
        ("recorded_by", "text"),
    ),
    ddl=DDL,
    row=row,
)

_WITHIN = "($1 OR agency_id = ANY($2::text[]) OR destination = ANY($3::text[]))"


def _bounds(reach: Reach) -> tuple[bool, list[str], list[str]]:
    return reach.national, sorted(reach.agencies), sorted(reach.countries)


async def find_employment_contracts(
    pool: Pool,
    schema: str,
    reach: Reach,
    *,
    status: str | None = None,
    agency: str | None = None,
    destination: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the employment contracts within the caller's reach after the key ``after``, the last registered first."""
    conditions, values = [_WITHIN], list[Any](_bounds(reach))
    for column, wanted in (("status", status), ("agency_id", agency), ("destination", destination)):
        if wanted is not None:
            values.append(wanted)
            conditions.append(f"{column} = ${len(values)}")
    if after is not None:
        values += after
        conditions.append(
            f"(registered_at, contract_id) < (${len(values) - 1}::timestamptz, ${len(values)}::uuid)"
        )
    values.append(limit)
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.employment_contracts WHERE {' AND '.join(conditions)}"
        f" ORDER BY registered_at DESC, contract_id DESC LIMIT ${len(values)}",
        *values,
    )
    return [dict(row) for row in rows]


async def find_employment_contract(
    pool: Pool, schema: str, reach: Reach, contract_id: UUID
) -> dict[str, Any] | None:
    """Return an employment contract within the caller's reach, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.employment_contracts WHERE {_WITHIN} AND contract_id = $4",
        *_bounds(reach),
        contract_id,
    )
    return None if found is None else dict(found)
