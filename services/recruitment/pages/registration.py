"""The pages with the terms of an employment contract as a form: its registration, and its amendment."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from chassis.access.permissions import CallerFirstRoute
from chassis.pages.form import SubmittedForm
from chassis.pages.person_fields import choices_of_person, person_fields, person_typed
from chassis.pages.record_page import FormCommand, Opens, RecordPage, RecordRequest
from services.recruitment.bulk import scope_stated
from services.recruitment.deciders import employers, employment_contracts
from services.recruitment.domain.employment_contract import (
    AmendEmploymentContract,
    RegisterEmploymentContract,
)
from services.recruitment.pages.terms_fields import (
    as_typed,
    choices_of_terms,
    names_of_terms,
    terms_typed,
)
from services.recruitment.permissions import CONTRACT_REGISTER
from services.recruitment.queries.contracts import look_at_contract
from services.recruitment.queries.organisations import agencies_of, find_workplaces_of, look_at_employer

LIST = "/recruitment/pages/employment-contracts"
EMPLOYERS = "/recruitment/pages/employers"

router = APIRouter(route_class=CallerFirstRoute)


async def load_employer(asked: RecordRequest) -> dict[str, Any]:
    """Return what the form shows that registers a contract with an employer."""
    employer = await look_at_employer(asked.runtime, asked.caller, asked.record_id)
    return {
        "employer": employer,
        "workplaces": employer.workplaces,
        "agencies": await agencies_of(asked.runtime, asked.caller),
        "before": {"destination": employer.country, "sector": employer.sector or ""},
        **choices_of_person(),
        **choices_of_terms(),
    }


new_contract = RecordPage(
    router,
    "/employers/{employer_id}/contract",
    list_url=EMPLOYERS,
    name="new_contract_page",
    permission=CONTRACT_REGISTER,
    decider=employers,
    template="new_contract.html",
    load=load_employer,
)


@new_contract.form(
    "/registration",
    CONTRACT_REGISTER,
    action="register_contract_form",
    opens=Opens(employment_contracts, scope_stated),
)
def register_contract(form: SubmittedForm) -> FormCommand:
    """Register a worker's contract with the employer, and submit it for review."""
    fields = {
        "agency_id": form.text("agency_id"),
        "employer_id": form.record_id,
        "person": person_typed(form),
        "terms": terms_typed(form),
    }
    names = {**person_fields(form), **names_of_terms(form), "agency_id": "agency_id"}
    return FormCommand(
        RegisterEmploymentContract, fields | form.words("who_note"), names, next_url=f"{LIST}/{{id}}"
    )


async def load_contract(asked: RecordRequest) -> dict[str, Any]:
    """Return what the form shows that amends a contract."""
    contract = await look_at_contract(asked.runtime, asked.caller, asked.record_id, "amend_contract_page")
    workplaces = await find_workplaces_of(asked.runtime, asked.caller, contract.employer_id)
    return {
        "contract": contract,
        "workplaces": workplaces,
        "before": as_typed(contract.terms),
        **choices_of_terms(contract.terms),
    }


amendment = RecordPage(
    router,
    "/employment-contracts/{contract_id}/amendment",
    list_url=LIST,
    name="amend_contract_page",
    permission=CONTRACT_REGISTER,
    decider=employment_contracts,
    template="amend_contract.html",
    load=load_contract,
)


@amendment.form("/terms", CONTRACT_REGISTER, action="amend_contract_form")
def amend_contract(form: SubmittedForm) -> FormCommand:
    """Submit the complete terms after the change for a new review."""
    names = {**names_of_terms(form), "words": "amend_note"}
    return FormCommand(
        AmendEmploymentContract, {"terms": terms_typed(form)} | form.words("amend_note"), names
    )
