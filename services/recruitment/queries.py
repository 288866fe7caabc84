"""Queries of routes and pages: employment contracts, employers and workplaces, one of them or a list.

Everything is read within the caller's reach, and answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.reactions.worker_numbers import numbers_of, same_worker
from chassis.store.decider import AnyDecider, record_of
from contracts.codes.money import Money
from contracts.envelope import Event
from contracts.person import Age, ClearPerson
from contracts.recruitment import EmploymentContractRegistered, EmploymentContractTerminated
from contracts.reference.current import reference_data
from contracts.rulings import effective
from services.recruitment.deciders import employers, employment_contracts, workplaces
from services.recruitment.domain.employment_contract import Status
from services.recruitment.permissions import CONTRACT_REVIEW
from services.recruitment.projections.employers import find_employers
from services.recruitment.projections.employment_contracts import (
    find_employment_contract,
    find_employment_contracts,
    find_overlapping,
)
from services.recruitment.projections.reach import may_read
from services.recruitment.projections.workplaces import find_workplaces
from services.recruitment.schemas import (
    EmployerRow,
    EmployerStep,
    EmployerView,
    EmploymentContractRow,
    EmploymentContractStep,
    EmploymentContractView,
    OverlappingContract,
    WorkplaceRow,
    WorkplaceStep,
    WorkplaceView,
)

Events = Sequence[Event[Any]]


def contract_row(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the read model with pay, faults and age as the schemas hold them."""
    at_least, day, data = found["age_at_least"], found["starts_on"], reference_data()
    # The first row is the least age for work abroad anywhere.
    minimum_age = max(data.corridor(country, day).minimum_age for country in (None, found["destination"]))
    return {
        **found,
        "wage": _money(found["wage_amount"], found["wage_currency"]),
        "wage_in_kind": _money(found["kind_amount"], found["kind_currency"]),
        "faults": found["faults"].split(),
        "age": None if at_least is None else Age(at_least=at_least, at_most=found["age_at_most"]),
        "minimum_age": minimum_age,
        "under_age": None if at_least is None else at_least < minimum_age,
    }


def _money(amount: Any, currency: str | None) -> Money | None:
    return None if amount is None else Money.model_validate({"amount": amount, "currency": currency})


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
    nodes = {UUID(node) for node in found["nodes"].split()}
    others = await _overlapping(runtime, caller, found, await same_worker(runtime.pool, nodes))
    standing = effective(await runtime.store.load(employment_contracts.stream(contract_id)))
    terms = employment_contracts.fold(standing).terms
    assert terms is not None  # a contract without a valid registration has no row
    employer = await _registered(runtime, caller, employers, found["employer_id"])
    workplace = await _registered(runtime, caller, workplaces, terms.workplace_id)
    await runtime.log_read(
        caller,
        action,
        contract_id,
        [*standing, *(events[0] for events in others)],
        sorted(set((await numbers_of(runtime.pool, nodes)).values())),
    )
    return EmploymentContractView(
        **contract_row(found),
        terms=terms,
        age_at_start=_age_on(terms.starts_on, standing),
        employer=EmployerRow.of(employer[0]) if employer else None,
        workplace=WorkplaceRow.of(workplace[0]) if workplace else None,
        overlaps=[_overlap(caller, events) for events in others],
        steps=[EmploymentContractStep.of(event) for event in standing],
    )


def _age_on(day: date, standing: Events) -> Age | None:
    registered = next(event for event in standing if isinstance(event.facts, EmploymentContractRegistered))
    person = registered.person
    return person.birth.age(day) if isinstance(person, ClearPerson) and person.birth is not None else None


async def _overlapping(
    runtime: Runtime, caller: Caller, found: Mapping[str, Any], nodes: set[UUID]
) -> list[Events]:
    """Return the valid events of the overlapping contracts that the caller may see: all of them at a review."""
    reach = replace(caller.reach, national=caller.reach.national or caller.may(CONTRACT_REVIEW))
    ids = await find_overlapping(runtime.pool, runtime.schemas["employment_contracts"], reach, found, nodes)
    histories = await runtime.store.load_many(map(employment_contracts.stream, ids))
    return [effective(histories[employment_contracts.stream(each)]) for each in ids]


def _overlap(caller: Caller, events: Events) -> OverlappingContract:
    state = employment_contracts.fold(events)
    registered = next(event for event in events if isinstance(event.facts, EmploymentContractRegistered))
    ended = [
        event.facts.ended_on for event in events if isinstance(event.facts, EmploymentContractTerminated)
    ]
    assert isinstance(registered.facts, EmploymentContractRegistered)
    assert state.status is not None and state.terms is not None  # it has a row
    within = caller.reach.covers(employment_contracts.scope(state))
    return OverlappingContract(
        contract_id=record_of(registered.stream) if within else None,
        agency_id=registered.facts.agency_id if within else None,
        employer_id=registered.facts.employer_id if within else None,
        status=state.status,
        terms=state.terms,
        ended_on=ended[-1] if ended else None,
    )


async def _registered(
    runtime: Runtime, caller: Caller, decider: AnyDecider, record_id: UUID | None
) -> Events:
    """Return the valid events of an employer or a workplace; none if it is not registered within the caller's reach."""
    if record_id is None:
        return ()
    standing = effective(await runtime.store.load(decider.stream(record_id)))
    state = decider.fold(standing)
    return standing if standing and may_read(caller.reach, state.agency_id, state.country) else ()


async def look_at_employers(
    runtime: Runtime,
    caller: Caller,
    *,
    name: str | None,
    country: str | None,
    kind: str | None,
    limit: int,
    cursor: str | None,
) -> Page[EmployerRow]:
    """Return a page of the employers that a search finds, the latest registered first."""
    rows = await find_employers(
        runtime.pool,
        runtime.schemas["employers"],
        caller.reach,
        name=name,
        country=country,
        kind=kind,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["employer_id"] for row in rows[:limit]]
    histories = await runtime.store.load_many(map(employers.stream, shown))
    await runtime.audit.look(caller, "search_employers", evidence=shown, correlation=correlation())
    return page_of(
        rows,
        limit,
        lambda row: EmployerRow.of(effective(histories[employers.stream(row["employer_id"])])[0]),
        lambda row: (row["registered_at"], str(row["employer_id"])),
    )


async def look_at_employer(runtime: Runtime, caller: Caller, employer_id: UUID) -> EmployerView:
    """Return an employer with its workplaces within the caller's reach. Raises RecordNotFound."""
    standing = await _registered(runtime, caller, employers, employer_id)
    if not standing:
        raise RecordNotFound("there is no employer of this id within your reach")
    rows = await find_workplaces(runtime.pool, runtime.schemas["workplaces"], caller.reach, employer_id)
    streams = [workplaces.stream(row["workplace_id"]) for row in rows]
    histories = await runtime.store.load_many(streams)
    await runtime.log_read(caller, "read_employer", employer_id, standing)
    return EmployerView(
        **dict(EmployerRow.of(standing[0])),
        workplaces=[WorkplaceRow.of(effective(histories[stream])[0]) for stream in streams],
        steps=[EmployerStep.of(event) for event in standing],
    )


async def look_at_workplace(runtime: Runtime, caller: Caller, workplace_id: UUID) -> WorkplaceView:
    """Return a workplace. Raises RecordNotFound."""
    standing = await _registered(runtime, caller, workplaces, workplace_id)
    if not standing:
        raise RecordNotFound("there is no workplace of this id within your reach")
    await runtime.log_read(caller, "read_workplace", workplace_id, standing)
    return WorkplaceView(
        **dict(WorkplaceRow.of(standing[0])), steps=[WorkplaceStep.of(event) for event in standing]
    )
