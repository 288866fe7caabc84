"""The reviewer's and the agency's pages: the list of employment contracts, and one contract with its review.

A form carries out the same command as the interface.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import Caller
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.places import COUNTRIES
from contracts.codes.reasons import ContractClause, ContractFault
from contracts.codes.work import OCCUPATIONS
from contracts.command import Command
from services.recruitment.deciders import employment_contracts
from services.recruitment.domain.employment_contract import (
    ApproveEmploymentContract,
    ReturnEmploymentContract,
    Status,
)
from services.recruitment.permissions import (
    CONTRACT_READ,
    CONTRACT_REVIEW,
    ContractReadPage,
    ContractReviewPage,
)
from services.recruitment.queries import look_at_contract, look_at_contracts
from services.recruitment.wording import STATUSES, shown

LIST = "/recruitment/pages/employment-contracts"
NAV = NavItem(LIST, N_("Contracts"), CONTRACT_READ)
ROWS = 50

router = APIRouter()


@router.get("/employment-contracts", name="contracts_page")
async def contracts_page(
    request: Request,
    caller: ContractReadPage,
    status: Annotated[Status, Query()] = Status.REGISTERED,
    cursor: After = None,
) -> Response:
    """The contracts of a status, last registered first; those up for review where none is named."""
    page = await look_at_contracts(
        runtime_of(request),
        caller,
        status=status,
        limit=ROWS,
        cursor=cursor,
        action="list_employment_contracts_page",
    )
    return pages_of(request).render(
        request,
        "employment_contracts.html",
        caller=caller,
        list=LIST,
        chosen=status,
        statuses=STATUSES,
        contracts=[shown(row) for row in page.items],
        next=page.next,
    )


@router.get("/employment-contracts/{contract_id}", name="contract_page")
async def contract_page(
    request: Request,
    contract_id: UUID,
    caller: ContractReadPage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """One contract. Whoever asks for its document numbers is kept in the audit as having asked."""
    return await _contract(request, caller, contract_id, whole=documents == "shown")


@router.post("/employment-contracts/{contract_id}/approval", name="approve_form")
async def approve_form(request: Request, contract_id: UUID, caller: ContractReviewPage) -> Response:
    """Approve the terms as they stand."""
    form = await SubmittedForm.of(request, caller)
    return await _review(request, caller, contract_id, form, ApproveEmploymentContract, {})


@router.post("/employment-contracts/{contract_id}/return", name="return_form")
async def return_form(request: Request, contract_id: UUID, caller: ContractReviewPage) -> Response:
    """Return the contract to its agency, for a fault and the clause that is missing, if one is."""
    form = await SubmittedForm.of(request, caller)
    body: dict[str, Any] = {"faults": list(form.given("fault").values())}
    body["clauses_missing"] = list(form.given("clause").values())
    names = {"faults": "fault", "clauses_missing": "clause", "words": "return_note"}
    return await _review(
        request,
        caller,
        contract_id,
        form,
        ReturnEmploymentContract,
        body | form.words("return_note"),
        names,
    )


async def _review(
    request: Request,
    caller: Caller,
    contract_id: UUID,
    form: SubmittedForm,
    command: type[Command],
    body: dict[str, Any],
    names: dict[str, str] | None = None,
) -> Response:
    return await form.change(
        employment_contracts,
        contract_id,
        command,
        body,
        names,
        shows=lambda wrong: _contract(request, caller, contract_id, wrong=wrong),
        leads_to=f"{LIST}/{contract_id}",
    )


async def _contract(
    request: Request,
    caller: Caller,
    contract_id: UUID,
    *,
    whole: bool = False,
    wrong: FormErrors | None = None,
) -> Response:
    action = "read_employment_contract_documents" if whole else "read_employment_contract_page"
    contract = await look_at_contract(runtime_of(request), caller, contract_id, action)
    person = next((step.person for step in contract.steps if step.type.endswith("_registered.v1")), None)
    return pages_of(request).render(
        request,
        "employment_contract.html",
        here=f"{LIST}/{contract_id}",
        status=wrong.status if wrong else 200,
        caller=caller,
        list=LIST,
        contract=shown(contract),
        terms=next(step.facts.terms for step in reversed(contract.steps) if hasattr(step.facts, "terms")),
        steps=list(reversed(contract.steps)),
        person=person,
        whole=whole,
        may_review=caller.may(CONTRACT_REVIEW) and contract.status is Status.REGISTERED,
        faults=list(ContractFault),
        clauses=list(ContractClause),
        countries=COUNTRIES,
        occupations=OCCUPATIONS,
        errors=wrong.errors if wrong else (),
        given=wrong.given if wrong else {},
        kept=wrong.kept if wrong else {},
        key=uuid4,
    )
