"""Queries of routes and pages: employment contracts, one of them or a list.

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
from chassis.store.decider import record_of
from contracts.codes.money import Money
from contracts.envelope import Event
from contracts.person import Age, ClearPerson
from contracts.recruitment import (
    EmploymentContractRegistered,
    EmploymentContractReturned,
    EmploymentContractTerminated,
)
from contracts.reference.current import reference_data
from contracts.rulings import effective
from services.recruitment.deciders import employers, employment_contracts, workplaces
from services.recruitment.domain.employment_contract import Status
from services.recruitment.domain.review import OF_OTHER_RECORDS, Finding, Reviewed, findings
from services.recruitment.permissions import CONTRACT_REVIEW
from services.recruitment.projections.employment_contracts import (
    find_employment_contract,
    find_employment_contracts,
    find_overlapping,
)
from services.recruitment.queries.organisations import agencies_named, employers_named, registered
from services.recruitment.schemas import (
    EmployerRow,
    EmploymentContractRow,
    EmploymentContractStep,
    EmploymentContractView,
    ListedContract,
    OverlappingContract,
    WorkplaceRow,
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


def review_of(contract: EmploymentContractView, *, whole: bool = True) -> list[Finding]:
    """Return the findings of a review, by the rules that hold on the first day of work.

    Without ``whole`` those about other records are left out: a caller who does not review may not see all of them.
    """
    terms, data = contract.terms, reference_data()
    ages = [data.corridor(country, terms.starts_on) for country in (terms.destination, None)]
    reviewed = Reviewed(terms, contract.under_age, len(contract.overlaps), contract.employer is not None)
    found = findings(
        reviewed,
        max(ages, key=lambda row: row.minimum_age).source,
        data.minimum_wage(terms.destination, terms.starts_on),
        data.required_clauses(terms.starts_on),
    )
    return [each for each in found if whole or each.subject not in OF_OTHER_RECORDS]


def _money(amount: Any, currency: str | None) -> Money | None:
    return None if amount is None else Money.model_validate({"amount": amount, "currency": currency})


async def look_at_contracts(
    runtime: Runtime,
    caller: Caller,
    *,
    status: Status | None,
    agency: UUID | None = None,
    employer: UUID | None = None,
    destination: str | None = None,
    limit: int,
    cursor: str | None,
    action: str = "list_employment_contracts",
    persons: bool = False,
) -> Page[EmploymentContractRow]:
    """Return a page of the employment contracts, the latest registered first.

    With ``persons`` each is a ListedContract, which names worker and employer.
    """
    rows = await find_employment_contracts(
        runtime.pool,
        runtime.schemas["employment_contracts"],
        caller.reach,
        status=status,
        agency=str(agency) if agency else None,
        employer=employer,
        destination=destination,
        after=None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit=limit + 1,
    )
    shown = [row["contract_id"] for row in rows[:limit]]
    named = await _named(runtime, caller, rows[:limit]) if persons else {}
    seen = [named[each]["person"].evidence_id if _has_person(named, each) else each for each in shown]
    await runtime.audit.look(caller, action, evidence=seen, correlation=correlation())
    return page_of(
        rows,
        limit,
        lambda row: (
            ListedContract(**contract_row(row), **named[row["contract_id"]])
            if persons
            else EmploymentContractRow(**contract_row(row))
        ),
        lambda row: (row["registered_at"], str(row["contract_id"])),
    )


def _has_person(named: Mapping[UUID, Mapping[str, Any]], contract_id: UUID) -> bool:
    return contract_id in named and named[contract_id]["person"] is not None


async def _named(
    runtime: Runtime, caller: Caller, rows: Sequence[Mapping[str, Any]]
) -> dict[UUID, dict[str, Any]]:
    """Return by contract its person, its employer, and the clauses that the last return names."""
    histories = await runtime.store.load_many(employment_contracts.stream(row["contract_id"]) for row in rows)
    known = await employers_named(runtime, caller, {row["employer_id"] for row in rows})
    senders = await agencies_named(runtime, {UUID(row["agency_id"]) for row in rows})
    found = {}
    for row in rows:
        standing = effective(histories[employment_contracts.stream(row["contract_id"])])
        returned = [e.facts for e in standing if isinstance(e.facts, EmploymentContractReturned)]
        found[row["contract_id"]] = {
            "person": next(
                (e.person for e in standing if isinstance(e.facts, EmploymentContractRegistered)), None
            ),
            "agency": senders.get(UUID(row["agency_id"])),
            "employer": known.get(row["employer_id"]),
            "clauses_missing": list(returned[-1].clauses_missing) if returned and row["faults"] else [],
        }
    return found


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
    employer = await registered(runtime, caller, employers, found["employer_id"])
    workplace = await registered(runtime, caller, workplaces, terms.workplace_id)
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
        agency=(await agencies_named(runtime, [UUID(found["agency_id"])])).get(UUID(found["agency_id"])),
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
