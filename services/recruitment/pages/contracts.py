"""The pages of employment contracts: the list, and one contract with its review, its extension and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.choosing import CHOSEN_FIELD
from chassis.pages.error_texts import PageError
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
from services.recruitment.pages.choices import AGENCIES, EMPLOYERS
from services.recruitment.pages.terms_fields import as_typed
from services.recruitment.permissions import (
    CONTRACT_READ,
    CONTRACT_REGISTER,
    CONTRACT_REVIEW,
    EMPLOYER_READ,
    ContractReadPage,
)
from services.recruitment.projections.employment_contracts import (
    count_employment_contracts,
    find_employment_contracts,
)
from services.recruitment.queries.choices import agency_choices, employer_choices
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


@dataclass(frozen=True, slots=True)
class ContractsAsked:
    """The contracts that the address of the list names: their status, agency and employer."""

    status: Status
    agency: UUID | None
    employer: UUID | None

    @property
    def address(self) -> str:
        """Return the address of the list."""
        asked = {"status": self.status, "agency": self.agency, "employer": self.employer}
        return f"{LIST}?{urlencode({name: str(value) for name, value in asked.items() if value})}"


def contracts_asked(
    status: Annotated[Status, Query()] = Status.REGISTERED,
    agency: Annotated[UUID | None, Query()] = None,
    employer: Annotated[UUID | None, Query()] = None,
) -> ContractsAsked:
    """Return the contracts that an address names; without a status those up for review."""
    return ContractsAsked(status, agency, employer)


@router.get("/employment-contracts", name="contracts_page")
async def contracts_page(
    request: Request,
    caller: ContractReadPage,
    asked: Annotated[ContractsAsked, Depends(contracts_asked)],
    file: FileAsked = None,
    done: Annotated[Literal["approved", "returned"] | None, Query()] = None,
    cursor: After = None,
) -> Response:
    """Show the contracts of a status, the latest registered first, or those of an agency or an employer among them."""

    async def listed(after: str | None, limit: int) -> Page[EmploymentContractRow]:
        return await _listed(request, caller, asked, after, limit, persons=file is None)

    async def finding(pool: Pool, most: int) -> object:
        return await find_employment_contracts(
            pool,
            runtime_of(request).schemas["employment_contracts"],
            caller.reach,
            status=asked.status,
            agency=str(asked.agency) if asked.agency else None,
            employer=asked.employer,
            limit=most,
        )

    if file is not None:
        return await CONTRACTS_LIST.answer(request, caller, file, listed, finding=finding)
    given = await _filter_shown(request, caller, asked)
    return await _show(request, caller, asked, await listed(cursor, ROWS), given, done=done)


@router.post("/employment-contracts/filter", name="filter_contracts_form")
async def filter_contracts(request: Request, caller: ContractReadPage) -> Response:
    """Lead to the contracts of an agency or an employer; a name never is in an address."""
    form = await SubmittedForm.of(request, caller)
    stated = form.text("status")
    status = Status(stated) if stated in list(Status) else Status.REGISTERED
    if form.unknown or CHOSEN_FIELD in form.fields:
        asked = ContractsAsked(status, None, None)
        page = await _listed(request, caller, asked, None, ROWS, persons=True)
        return await _show(request, caller, asked, page, form.fields, errors=tuple(form.unknown.values()))
    chosen = {name: form.chosen(name) for name in ("agency", "employer")}
    return RedirectResponse(ContractsAsked(status, **chosen).address, 303)


async def _listed(
    request: Request, caller: Caller, asked: ContractsAsked, after: str | None, limit: int, *, persons: bool
) -> Page[EmploymentContractRow]:
    return await look_at_contracts(
        runtime_of(request),
        caller,
        status=asked.status,
        agency=asked.agency,
        employer=asked.employer,
        limit=limit,
        cursor=after,
        action="list_employment_contracts_page",
        persons=persons,
    )


async def _filter_shown(request: Request, caller: Caller, asked: ContractsAsked) -> dict[str, str]:
    """Return what the fields of the filter show: the names of the agency and the employer that the address names."""
    runtime, given = runtime_of(request), {}
    if asked.agency is not None:
        given["agency"] = AGENCIES.text_of(
            request, asked.agency, await agency_choices(runtime, [asked.agency])
        )
    if asked.employer is not None:
        found = await employer_choices(runtime, caller, [asked.employer])
        given["employer"] = EMPLOYERS.text_of(request, asked.employer, found)
    return given


async def _show(
    request: Request,
    caller: Caller,
    asked: ContractsAsked,
    page: Page[EmploymentContractRow],
    given: Mapping[str, str],
    *,
    errors: tuple[PageError, ...] = (),
    done: str | None = None,
) -> Response:
    reach = caller.reach
    return pages_of(request).render(
        request,
        "employment_contracts.html",
        status=422 if errors else 200,
        caller=caller,
        list=LIST,
        chosen=asked.status,
        statuses=STATUSES,
        contracts=[listed_shown(row) for row in page.items],
        given=given,
        errors=errors,
        by_agency=reach.national or bool(reach.countries) or len(reach.agencies) > 1,
        by_employer=caller.may(EMPLOYER_READ),
        may_register=caller.may(CONTRACT_REGISTER),
        may_review=caller.may(CONTRACT_REVIEW) and asked.status is Status.REGISTERED,
        done=done,
        next=page.next,
        **({} if request.method == "GET" else {"here": asked.address}),
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
