"""The pages on which an agency uploads workbooks: new contracts, changed terms, and contracts that ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import Runtime
from chassis.pages.translation import N_
from chassis.upload_page import Choices, UploadPage
from contracts.codes.crossings import Channel
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.employment import ContractClause, DeductionKind, Provision, TerminationReason
from contracts.codes.money import WagePeriod
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, HOME, PROVINCES
from contracts.codes.work import OCCUPATIONS, SECTORS
from services.recruitment.bulk import AMENDMENTS, REGISTRATIONS, TERMINATIONS
from services.recruitment.queries.organisations import agencies_of, choices_of_employers

LIST = "/recruitment/pages/employment-contracts"
_TERMS = (
    *("destination", "sector", "occupation", "wage.amount", "wage.currency", "wage_period"),
    *("wage_in_kind.amount", "wage_in_kind.currency", "catch_share"),
    *("hours_per_day", "rest_days_per_month", "food", "lodging", "levy", "channel"),
    *("advance.amount", "advance.currency"),
    *(f"deductions.0.{name}" for name in ("kind", "amount.amount", "amount.currency", "period")),
    *(f"deductions.1.{name}" for name in ("kind", "amount.amount", "amount.currency", "period")),
    *("workplace_id", "starts_on", "ends_on"),
    *(f"clauses.{nth}" for nth in range(len(ContractClause))),
)
_PERSON = (
    *("name.khmer", "name.latin", "sex", "birth.on", "birth.precision", "home_province", "phone"),
    *(f"documents.0.{name}" for name in ("kind", "number", "issued_by", "place", "expires_on")),
)
TERMS = tuple(f"terms.{name}" for name in _TERMS)
PERSON = tuple(f"person.{name}" for name in _PERSON)

router = APIRouter(route_class=CallerFirstRoute)


def _titled(codes: Any) -> Choices:
    return [(each.value, each.title_en) for each in codes]


def lists_of_terms() -> dict[str, Choices]:
    """Return the choices of the columns that state terms."""
    lists: dict[str, Choices] = {
        "terms.destination": [(code, name) for code, name in COUNTRIES.items() if code != HOME],
        "terms.sector": [(code, title) for code, title in SECTORS.items() if len(code) < 3],
        "terms.occupation": [(code, title) for code, title in OCCUPATIONS.items() if len(code) == 4],
        "terms.channel": _titled(Channel),
    }
    lists |= {f"terms.{name}": _titled(Provision) for name in ("food", "lodging", "levy")}
    lists |= {name: _titled(DeductionKind) for name in TERMS if name.endswith(".kind")}
    lists |= {name: _titled(WagePeriod) for name in TERMS if name.endswith("period")}
    return lists | {name: _titled(ContractClause) for name in TERMS if ".clauses." in name}


async def lists_of_registrations(runtime: Runtime, caller: Caller) -> Mapping[str, Choices]:
    """Return the choices of the columns of new contracts, with the employers and workplaces that the caller may name."""
    known = await choices_of_employers(runtime, caller)
    return lists_of_terms() | {
        "person.sex": _titled((Sex.FEMALE, Sex.MALE)),
        "person.home_province": list(PROVINCES.items()),
        "person.documents.0.kind": _titled(kind for kind in DocumentKind if KINDS[kind].names_one_person),
        "agency_id": await agencies_of(runtime, caller),
        "employer_id": known.employers,
        "terms.workplace_id": known.workplaces,
    }


async def lists_of_amendments(runtime: Runtime, caller: Caller) -> Mapping[str, Choices]:
    """Return the choices of the columns of changed terms."""
    known = await choices_of_employers(runtime, caller)
    return lists_of_terms() | {"terms.workplace_id": known.workplaces}


async def lists_of_terminations(_: Runtime, __: Caller) -> Mapping[str, Choices]:
    """Return the choices of the columns of contracts that ended."""
    return {"reason": _titled(TerminationReason)}


UploadPage(
    router,
    "/employment-contracts/uploads/registrations",
    list_url=LIST,
    name="upload_contracts",
    title=N_("Register contracts from a workbook"),
    bulk=REGISTRATIONS,
    columns=("occurred_at", "agency_id", "employer_id", *PERSON, *TERMS, "words.remark"),
    lists=lists_of_registrations,
)
UploadPage(
    router,
    "/employment-contracts/uploads/amendments",
    list_url=LIST,
    name="upload_amendments",
    title=N_("Change the terms of contracts from a workbook"),
    bulk=AMENDMENTS,
    columns=("contract_id", "occurred_at", *TERMS, "words.remark"),
    lists=lists_of_amendments,
)
UploadPage(
    router,
    "/employment-contracts/uploads/terminations",
    list_url=LIST,
    name="upload_terminations",
    title=N_("Record from a workbook that contracts ended"),
    bulk=TERMINATIONS,
    columns=("contract_id", "occurred_at", "ended_on", "reason", "words.remark"),
    lists=lists_of_terminations,
)
