"""The texts that the pages of recruitment show. Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chassis.exports.columns import Column
from chassis.exports.lists import ExportedList
from chassis.pages.translation import N_
from contracts.codes.employment import ContractFault, EmployerKind, TerminationReason
from contracts.codes.money import WagePeriod
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES
from contracts.codes.work import OCCUPATIONS, SECTORS
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractApproved,
    EmploymentContractRegistered,
    Terms,
)
from services.recruitment.domain.employment_contract import Status
from services.recruitment.domain.review import Finding, Subject, Verdict
from services.recruitment.schemas import EmploymentContractRow, EmploymentContractView, ListedContract

STATUSES = {
    Status.REGISTERED: N_("Up for review"),
    Status.RETURNED: N_("Returned for correction"),
    Status.APPROVED: N_("Approved"),
    Status.TERMINATED: N_("Ended"),
}

VERDICTS = {
    Verdict.MET: N_("in order"),
    Verdict.FAILED: N_("not in order"),
    Verdict.UNCLEAR: N_("to be checked by you"),
}
FINDINGS = {
    Subject.OLD_ENOUGH: N_("The worker is of the minimum age"),
    Subject.UNDER_AGE: N_("The worker is under the minimum age, or may be"),
    Subject.AGE_UNKNOWN: N_("The worker's age is not known"),
    Subject.WAGE_MET: N_("The wage is not below the minimum"),
    Subject.WAGE_BELOW: N_("The wage is below the minimum"),
    Subject.NO_MINIMUM_KNOWN: N_("No minimum wage of this country is known"),
    Subject.SECTOR_WITHOUT_MINIMUM: N_("The minimum wage does not hold in this sector"),
    Subject.SECTOR_TOO_WIDE: N_("The minimum wage does not hold in a part of this sector"),
    Subject.NOT_COMPARABLE: N_("The wage is not in the currency or for the period of the minimum"),
    Subject.CLAUSES_COMPLETE: N_("The contract has every required clause"),
    Subject.CLAUSE_MISSING: N_("A required clause is missing"),
    Subject.NO_OVERLAP: N_("The worker has no other contract for the same time"),
    Subject.OVERLAP: N_("The worker has another contract for the same time"),
    Subject.EMPLOYER_KNOWN: N_("The employer is registered"),
    Subject.EMPLOYER_UNKNOWN: N_("The employer is not registered"),
}
NOT_REGISTERED = N_("Not registered")
NOT_WITHIN_REACH = N_("No record within your reach")


def shown(row: EmploymentContractRow) -> dict[str, Any]:
    """Return an employment contract as the templates show it, codes replaced by message ids."""
    return {
        "id": row.contract_id,
        "status": STATUSES[row.status],
        "country": COUNTRIES[row.destination],
        "occupation": OCCUPATIONS[row.occupation],
        "sector": SECTORS[row.sector],
        "wage": row.wage,
        "wage_in_kind": row.wage_in_kind,
        "catch_share": row.catch_share,
        "period": None if row.wage_period is None else WagePeriod(row.wage_period).title_en,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "ended_on": row.ended_on,
        "end_reason": TerminationReason(row.end_reason).title_en if row.end_reason else None,
        "faults": [fault.title_en for fault in row.faults],
        "sex": Sex(row.sex).title_en,
        "age_band": row.age_band,
        "age": row.age,
        "minimum_age": row.minimum_age,
        "under_age": row.under_age,
        "home": PROVINCES[row.home_province] if row.home_province else None,
        "agency": row.agency_id,
        "employer_id": row.employer_id,
        "registered_at": row.registered_at,
        "submitted_at": row.submitted_at,
    }


CONTRACTS_LIST = ExportedList(
    "employment-contracts",
    N_("Employment contracts"),
    (
        Column(N_("Employment contract"), "contract_id"),
        Column(N_("State"), "status", STATUSES),
        Column(N_("Work"), "occupation", OCCUPATIONS),
        Column(N_("Sector"), "sector", SECTORS),
        Column(N_("Country"), "destination", COUNTRIES),
        Column(N_("Wage"), lambda row: row.wage and row.wage.amount),
        Column(N_("Currency of the wage"), lambda row: row.wage and str(row.wage.currency)),
        Column(N_("Period of the wage"), "wage_period", WagePeriod),
        Column(N_("Wage in kind"), lambda row: row.wage_in_kind and row.wage_in_kind.amount),
        Column(
            N_("Currency of the wage in kind"),
            lambda row: row.wage_in_kind and str(row.wage_in_kind.currency),
        ),
        Column(N_("Share of the catch in per cent"), "catch_share"),
        Column(N_("First day"), "starts_on"),
        Column(N_("Agreed last day"), "ends_on"),
        Column(N_("Ended on"), "ended_on"),
        Column(N_("Why it ended"), "end_reason", TerminationReason),
        Column(N_("Faults"), "faults", ContractFault),
        Column(N_("Sex"), "sex", Sex),
        Column(N_("Age at least"), lambda row: row.age and row.age.at_least),
        Column(N_("Age at most"), lambda row: row.age and row.age.at_most),
        Column(N_("Minimum age"), "minimum_age"),
        Column(N_("Home"), "home_province", PROVINCES),
        Column(N_("Agency"), "agency_id"),
        Column(N_("Employer"), "employer_id"),
        Column(N_("Registered"), "registered_at", time=True),
        Column(N_("Submitted"), "submitted_at", time=True),
    ),
)


def listed_shown(row: EmploymentContractRow) -> dict[str, Any]:
    """Return an employment contract as the list shows it, with the worker and the employer."""
    assert isinstance(row, ListedContract)
    return shown(row) | {
        "person": row.person,
        "agency_name": None if row.agency is None else row.agency.name_latin or row.agency.name_khmer,
        "employer": row.employer,
        "clauses_missing": [clause.title_en for clause in row.clauses_missing],
    }


EMPLOYERS_LIST = ExportedList(
    "employers",
    N_("Employers"),
    (
        Column(N_("Employer"), "employer_id"),
        Column(N_("Name in Khmer script"), "name_khmer"),
        Column(N_("Name in Latin script"), "name_latin"),
        Column(N_("Kind"), "kind", EmployerKind),
        Column(N_("Country"), "country", COUNTRIES),
        Column(N_("Sector"), "sector", SECTORS),
        Column(N_("Address"), "address"),
        Column(N_("Province or state"), "region"),
        Column(N_("Phone"), "phone"),
        Column(N_("Agency"), "agency_id"),
        Column(N_("Registered"), "registered_at", time=True),
    ),
)


def finding_shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as the page shows it."""
    minimum = finding.minimum
    return {
        "verdict": finding.verdict,
        "verdict_text": VERDICTS[finding.verdict],
        "text": FINDINGS[finding.subject],
        "clause": None if finding.clause is None else finding.clause.title_en,
        "minimum": None if minimum is None else (minimum.amount, minimum.currency, minimum.period.title_en),
        "source": finding.source,
        "since": None if minimum is None else minimum.valid_from,
    }


def ticked(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the boxes of the form that returns a contract which the findings tick."""
    found = {f"fault_{each.fault.value}": "yes" for each in findings if each.fault is not None}
    return found | {f"clause_{each.clause.value}": "yes" for each in findings if each.clause is not None}


def promised(contract: EmploymentContractView) -> tuple[Terms, datetime, bool] | None:
    """Return the terms before those that are under review, since when, and whether they were approved.

    They are the terms that were approved last, or else those of the registration; None if the current terms are these.
    """
    stated: list[tuple[Terms, datetime]] = []
    approved = None
    for step in contract.steps:
        match step.facts:
            case EmploymentContractRegistered() | EmploymentContractAmended():
                stated.append((step.facts.terms, step.occurred_at))
            case EmploymentContractApproved():
                approved = (stated[-1][0], step.occurred_at)
    before = approved or stated[0]
    return None if before[0] == contract.terms else (*before, approved is not None)
