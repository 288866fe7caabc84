"""The pages of employment contracts: the list, and one contract with its review, its extension and its end."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.employment import ContractClause, ContractFault, TerminationReason
from contracts.codes.places import COUNTRIES
from contracts.codes.work import OCCUPATIONS, SECTORS
from services.recruitment.deciders import employment_contracts
from services.recruitment.domain.employment_contract import (
    ApproveEmploymentContract,
    ReturnEmploymentContract,
    Status,
    TerminateEmploymentContract,
)
from services.recruitment.pages.terms_fields import as_typed
from services.recruitment.permissions import (
    CONTRACT_READ,
    CONTRACT_REGISTER,
    CONTRACT_REVIEW,
    ContractReadPage,
)
from services.recruitment.projections.employment_contracts import (
    count_employment_contracts,
    find_employment_contracts,
)
from services.recruitment.queries.contracts import look_at_contract, look_at_contracts, review_of
from services.recruitment.queries.organisations import agencies_named
from services.recruitment.schemas import EmploymentContractRow
from services.recruitment.wording import (
    CONTRACTS_LIST,
    NOT_REGISTERED,
    NOT_WITHIN_REACH,
    STATUSES,
    finding_shown,
    listed_shown,
    promised,
    shown,
    ticked,
)

LIST = "/recruitment/pages/employment-contracts"
COUNTS = f"{LIST}/counts"
NAV = NavItem(LIST, N_("Contracts"), CONTRACT_READ, counts=COUNTS)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/employment-contracts", name="contracts_page")
async def contracts_page(
    request: Request,
    caller: ContractReadPage,
    status: Annotated[Status, Query()] = Status.REGISTERED,
    file: FileAsked = None,
    done: Annotated[Literal["approved", "returned"] | None, Query()] = None,
    cursor: After = None,
) -> Response:
    """Show the contracts of a status, the latest registered first; without a status those up for review."""

    async def listed(after: str | None, limit: int) -> Page[EmploymentContractRow]:
        return await look_at_contracts(
            runtime_of(request),
            caller,
            status=status,
            limit=limit,
            cursor=after,
            action="list_employment_contracts_page",
            persons=file is None,
        )

    async def finding(pool: Pool, most: int) -> object:
        schema = runtime_of(request).schemas["employment_contracts"]
        return await find_employment_contracts(pool, schema, caller.reach, status=status, limit=most)

    if file is not None:
        return await CONTRACTS_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "employment_contracts.html",
        caller=caller,
        list=LIST,
        chosen=status,
        statuses=STATUSES,
        contracts=[listed_shown(row) for row in page.items],
        may_register=caller.may(CONTRACT_REGISTER),
        may_review=caller.may(CONTRACT_REVIEW) and status is Status.REGISTERED,
        done=done,
        next=page.next,
    )


@router.get("/employment-contracts/counts", name="contract_counts")
async def contract_counts(request: Request, caller: ContractReadPage) -> Response:
    """Show on the first page how many contracts are up for review and how many were returned."""
    runtime = runtime_of(request)
    waiting = (Status.REGISTERED, Status.RETURNED)
    schema = runtime.schemas["employment_contracts"]
    counts = await count_employment_contracts(runtime.pool, schema, caller.reach, waiting)
    shown_counts = [
        WorkCount(STATUSES[each], counts.get(each, 0), f"{LIST}?status={each}") for each in waiting
    ]
    return render_counts(request, caller, shown_counts)


async def load_contract(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a contract shows. A request for the document numbers has its own action in the audit."""
    action = "read_employment_contract_documents" if asked.whole else "read_employment_contract_page"
    contract = await look_at_contract(asked.runtime, asked.caller, asked.record_id, action)
    found = review_of(contract, whole=asked.caller.may(CONTRACT_REVIEW))
    before = promised(contract)
    return {
        "findings": [finding_shown(each) for each in found],
        "ticked": ticked(found),
        "promised": before,
        "agencies": await agencies_named(
            asked.runtime, {each.agency_id for each in contract.overlaps if each.agency_id is not None}
        ),
        "sectors": SECTORS,
        "contract": shown(contract)
        | {
            "sent_by": contract.agency,
            "terms": contract.terms,
            "age_at_start": contract.age_at_start,
            "employer": contract.employer,
            "workplace": contract.workplace,
            "overlaps": contract.overlaps,
        },
        "not_registered": NOT_REGISTERED if asked.caller.reach.national else NOT_WITHIN_REACH,
        "statuses": STATUSES,
        "steps": list(reversed(contract.steps)),
        "person": next(
            (step.person for step in contract.steps if step.type.endswith("_registered.v1")), None
        ),
        "may_review": asked.caller.may(CONTRACT_REVIEW) and contract.status is Status.REGISTERED,
        "may_change": asked.caller.may(CONTRACT_REGISTER) and contract.status is not Status.TERMINATED,
        "before": as_typed(contract.terms),
        "reasons": list(TerminationReason),
        "faults": list(ContractFault),
        "clauses": list(ContractClause),
        "countries": COUNTRIES,
        "occupations": OCCUPATIONS,
    }


page = RecordPage(
    router,
    "/employment-contracts/{contract_id}",
    list_url=LIST,
    name="contract_page",
    permission=CONTRACT_READ,
    decider=employment_contracts,
    template="employment_contract.html",
    load=load_contract,
)


@page.form("/termination", CONTRACT_REGISTER, action="terminate_form")
def terminate(form: SubmittedForm) -> FormCommand:
    """Record that the employment ended."""
    fields = {"ended_on": form.text("ended_on"), "reason": form.text("end_reason")}
    names = {"reason": "end_reason", "words": "end_note"}
    return FormCommand(TerminateEmploymentContract, fields | form.words("end_note"), names)


@page.form("/approval", CONTRACT_REVIEW, action="approve_form")
def approve(_: SubmittedForm) -> FormCommand:
    """Approve the current terms."""
    return FormCommand(ApproveEmploymentContract, {}, next_url=f"{LIST}?done=approved")


@page.form("/return", CONTRACT_REVIEW, action="return_form")
def return_to_agency(form: SubmittedForm) -> FormCommand:
    """Return the contract to its agency for its faults, and name the clauses that are missing."""
    fields = {
        "faults": [each.value for each in ContractFault if form.text(f"fault_{each.value}") == "yes"],
        "clauses_missing": [
            each.value for each in ContractClause if form.text(f"clause_{each.value}") == "yes"
        ],
    }
    names = {"faults": "faults", "clauses_missing": "faults", "words": "return_note"}
    return FormCommand(
        ReturnEmploymentContract,
        fields | form.words("return_note"),
        names,
        next_url=f"{LIST}?done=returned",
    )
