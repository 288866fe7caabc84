"""The read model of employment contracts, for the agency's list and the reviewer's queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.reactions.inbox import nodes_of
from chassis.store.database import Pool
from chassis.store.decider import Likeness, StreamProjection, record_of
from contracts.envelope import Event
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
)
from services.recruitment.domain.employment_contract import EmploymentContract, evolve
from services.recruitment.projections.reach import WITHIN, bounds

MOST_SHOWN = 20
"""The most overlapping contracts that are shown with a contract."""
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
    wage_amount    numeric,
    wage_currency  text,
    wage_period    text,
    kind_amount    numeric,
    kind_currency  text,
    catch_share    numeric,
    starts_on      date        NOT NULL,
    ends_on        date        NOT NULL,
    ended_on       date,
    end_reason     text,
    faults         text        NOT NULL,
    sex            smallint    NOT NULL,
    age_band       text        NOT NULL,
    age_at_least   integer,
    age_at_most    integer,
    home_province  text,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL,
    recorded_by    text        NOT NULL,
    nodes          text        NOT NULL
);
CREATE INDEX employment_contracts_by_registration ON employment_contracts (registered_at, contract_id);
CREATE INDEX employment_contracts_by_status ON employment_contracts (status, registered_at, contract_id);
CREATE INDEX employment_contracts_by_agency ON employment_contracts (agency_id, registered_at, contract_id);
CREATE INDEX employment_contracts_by_employer ON employment_contracts (employer_id, registered_at, contract_id);
CREATE INDEX employment_contracts_by_destination
    ON employment_contracts (destination, registered_at, contract_id);
CREATE INDEX employment_contracts_by_node ON employment_contracts USING gin (string_to_array(nodes, ' '));
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
        None if terms.wage is None else terms.wage.amount,
        None if terms.wage is None else terms.wage.currency,
        None if terms.wage_period is None else str(terms.wage_period),
        None if terms.wage_in_kind is None else terms.wage_in_kind.amount,
        None if terms.wage_in_kind is None else terms.wage_in_kind.currency,
        terms.catch_share,
        terms.starts_on,
        terms.ends_on,
        ended_on,
        end_reason,
        faults,
        int(first.sex),
        str(first.age_band),
        None if first.age is None else first.age.at_least,
        None if first.age is None else first.age.at_most,
        first.home_province,
        registered.occurred_at,
        registered.recorded_at,
        submitted_at,
        first.recorded.by,
        " ".join(sorted({str(node) for event in events for node in nodes_of(event)})),
    )


def likeness(events: Sequence[Event[Any]]) -> Likeness | None:
    """Return the likeness of a contract: another one of the worker with the agency, of which the term overlaps."""
    state = reduce(evolve, events, EmploymentContract())
    if state.agency_id is None or state.terms is None:
        return None
    ended_on = next(
        (e.facts.ended_on for e in events if isinstance(e.facts, EmploymentContractTerminated)), None
    )
    first, last = state.terms.starts_on, ended_on or state.terms.ends_on
    if last < first:
        return None
    agency = str(state.agency_id)
    return Likeness(agency, _midnight(first), _midnight(last), kind="employment_contract", place=agency)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


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
        ("kind_amount", "numeric"),
        ("kind_currency", "text"),
        ("catch_share", "numeric"),
        ("starts_on", "date"),
        ("ends_on", "date"),
        ("ended_on", "date"),
        ("end_reason", "text"),
        ("faults", "text"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("age_at_least", "integer"),
        ("age_at_most", "integer"),
        ("home_province", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("submitted_at", "timestamptz"),
        ("recorded_by", "text"),
        ("nodes", "text"),
    ),
    ddl=DDL,
    row=row,
).with_likeness(likeness)

_WITHIN = WITHIN.format(country="destination")


async def find_employment_contracts(
    pool: Pool,
    schema: str,
    reach: Reach,
    *,
    status: str | None = None,
    agency: str | None = None,
    employer: UUID | None = None,
    destination: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the employment contracts within the caller's reach after the key ``after``, the last registered first."""
    conditions, values = [_WITHIN], list[Any](bounds(reach))
    asked = {"status": status, "agency_id": agency, "employer_id": employer, "destination": destination}
    for column, wanted in asked.items():
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


async def count_employment_contracts(
    pool: Pool, schema: str, reach: Reach, statuses: Iterable[str]
) -> dict[str, int]:
    """Return the numbers of employment contracts within the caller's reach, by status."""
    rows = await pool.fetch(
        f"SELECT status, count(*) AS number FROM {schema}.employment_contracts"
        f" WHERE {_WITHIN} AND status = ANY($4::text[]) GROUP BY status",
        *bounds(reach),
        list(statuses),
    )
    return {row["status"]: row["number"] for row in rows}


async def find_employment_contract(
    pool: Pool, schema: str, reach: Reach, contract_id: UUID
) -> dict[str, Any] | None:
    """Return an employment contract within the caller's reach, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.employment_contracts WHERE {_WITHIN} AND contract_id = $4",
        *bounds(reach),
        contract_id,
    )
    return None if found is None else dict(found)


async def find_overlapping(
    pool: Pool, schema: str, reach: Reach, contract: Mapping[str, Any], nodes: Iterable[UUID]
) -> list[UUID]:
    """Return the other contracts of a worker, known by nodes, of which the terms overlap those of a contract.

    The first to start comes first. A contract that ended counts until its end; one that ended before its work began does
    not overlap.
    """
    rows = await pool.fetch(
        f"SELECT contract_id FROM {schema}.employment_contracts WHERE {_WITHIN} AND contract_id <> $4"
        " AND string_to_array(nodes, ' ') && $5::text[]"
        " AND starts_on <= $7 AND coalesce(ended_on, ends_on) >= greatest($6, starts_on)"
        " ORDER BY starts_on, contract_id LIMIT $8",
        *bounds(reach),
        contract["contract_id"],
        sorted(map(str, nodes)),
        contract["starts_on"],
        contract["ended_on"] or contract["ends_on"],
        MOST_SHOWN,
    )
    return [row["contract_id"] for row in rows]
