"""The reviewer's desk: what the check of a contract found and by which rule, its return, and approvals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from uuid_utils.compat import uuid7

from chassis.base.settings import Settings
from contracts.codes.employment import ContractClause
from contracts.recruitment import Terms
from contracts.reference.current import reference_data
from services.recruitment.domain.review import Subject, Verdict, wage_finding
from services.recruitment.main import service
from services.recruitment.pages import NAV
from services.recruitment.pages.contracts import LIST
from tests.recruitment.office import (
    APPROVAL,
    People,
    employer,
    get,
    post,
    recorded,
    registration,
    step,
    terms,
)
from tests.recruitment.test_agency_desk import as_person, hidden, send, words
from tests.signed_in import signed_in


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="reviewer") as client:
        yield client


async def api(site: httpx2.AsyncClient, path: str, body: dict[str, Any], who: str = "agency") -> str:
    return await recorded(site, who, f"/recruitment{path}", body)


async def status(site: httpx2.AsyncClient, contract_id: str) -> dict[str, Any]:
    answer = await get(site, "reviewer", f"/recruitment/employment-contracts/{contract_id}")
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("changed", "subject", "verdict"),
    [
        ({}, Subject.WAGE_MET, Verdict.MET),
        ({"wage": {"amount": "299", "currency": "THB"}}, Subject.WAGE_BELOW, Verdict.FAILED),
        ({"wage_period": "month"}, Subject.NOT_COMPARABLE, Verdict.UNCLEAR),
        ({"wage": {"amount": "9", "currency": "USD"}}, Subject.NOT_COMPARABLE, Verdict.UNCLEAR),
        (
            {"wage": None, "wage_period": None, "catch_share": "10"},
            Subject.NOT_COMPARABLE,
            Verdict.UNCLEAR,
        ),
        ({"sector": "0311"}, Subject.SECTOR_WITHOUT_MINIMUM, Verdict.UNCLEAR),
        ({"sector": "A"}, Subject.SECTOR_TOO_WIDE, Verdict.UNCLEAR),
        ({"destination": "JPN"}, Subject.NO_MINIMUM_KNOWN, Verdict.UNCLEAR),
        ({"starts_on": "2012-12-31"}, Subject.NO_MINIMUM_KNOWN, Verdict.UNCLEAR),
    ],
)
def test_the_wage_is_compared_with_the_minimum_of_the_first_day_of_work_if_it_can_be(
    changed: dict[str, Any], subject: Subject, verdict: Verdict
) -> None:
    agreed = Terms.model_validate(terms(**changed))
    minimum = reference_data().minimum_wage(agreed.destination, agreed.starts_on)
    finding = wage_finding(agreed, minimum)
    assert (finding.subject, finding.verdict) == (subject, verdict)


def test_the_minimum_wages_are_those_that_the_policy_prints() -> None:
    known = {
        country: reference_data().minimum_wage(country, date(2014, 1, 1)) for country in ("THA", "MYS", "KOR")
    }
    assert {country: row and (row.amount, row.currency, row.period) for country, row in known.items()} == {
        "THA": (Decimal(300), "THB", "day"),
        "MYS": (Decimal(900), "MYR", "month"),
        "KOR": (Decimal(1015740), "KRW", "month"),
    }


async def test_the_page_says_what_was_found_and_by_which_rule_and_a_return_names_the_clauses(
    site: httpx2.AsyncClient,
) -> None:
    clauses = [each.value for each in ContractClause if each.value not in ("insurance", "rest_day")]
    low = terms(wage={"amount": "280", "currency": "THB"}, clauses=clauses)
    contract = await api(site, "/employment-contracts", registration(terms=low))
    page = (await site.get(f"{LIST}/{contract}")).text
    text = words(page)
    assert "The wage is below the minimum Minimum: THB 300.00 (A day)" in text
    assert "Labour Migration Policy for Cambodia 2015-2018, section 1.1" in text
    assert "A required clause is missing: Insurance" in text and "prakas 253" in text
    for box in ("fault_wage_below_minimum", "fault_missing_clause", "clause_insurance", "clause_rest_day"):
        assert f'name="{box}" value="yes" checked' in page
    assert 'name="clause_leave" value="yes">' in page
    shown = words((await as_person(site, "agency", f"{LIST}/{contract}")).text)
    assert "The wage is below the minimum" in shown and "for the same time" not in shown
    at = f"{LIST}/{contract}"
    empty = await send(site, at, f"{at}/return")
    assert empty.status_code == 422 and 'id="why-faults-1"' in empty.text
    ticked = {"fault_missing_clause": "yes", "clause_insurance": "yes", "return_note": "add it"}
    answer = await send(site, at, f"{at}/return", **ticked)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?done=returned")
    assert "The contract was returned to its agency." in (await site.get(answer.headers["location"])).text
    step = (await status(site, contract))["steps"][-1]["facts"]
    assert (step["faults"], step["clauses_missing"]) == (["missing_clause"], ["insurance"])


async def test_agency_and_employer_are_named_and_promised_terms_are_shown_beside_amended_ones(
    site: httpx2.AsyncClient,
) -> None:
    agency_id = str(uuid7())
    agency = {"id": agency_id, **step(name={"latin": "Mekong Horizon Manpower"})}
    assert (await post(site, "agency", "/recruitment/agencies", agency)).status_code == 403
    known = await post(site, "ministry", "/recruitment/agencies", agency)
    assert known.status_code == 201, known.text
    employer_id = await api(site, "/employers", employer(name={"latin": "Nakhon Builders"}))
    named = registration(employer_id=employer_id, agency_id=agency_id)
    contract = await api(site, "/employment-contracts", named, who="loader")
    at = f"/recruitment/employment-contracts/{contract}"
    assert (await post(site, "reviewer", f"{at}/approval", APPROVAL)).status_code == 200
    lower = step(terms=terms(wage={"amount": "250", "currency": "THB"}))
    assert (await post(site, "loader", f"{at}/amendment", lower)).status_code == 200
    text = words((await site.get(f"{LIST}/{contract}")).text)
    assert "Agency : Mekong Horizon Manpower" in text.replace("Agency:", "Agency :")
    assert "Nakhon Builders" in text and "As approved on 5 Mar 2014" in text
    assert "Pay THB 300.00 (A day) ▲ THB 250.00 (A day)" in text
    assert "Food is paid by Not stated the same" in text
    listed = (await get(site, "agency", "/recruitment/agencies")).json()["items"]
    assert "Mekong Horizon Manpower" in [each["name_latin"] for each in listed]


async def test_several_contracts_are_checked_and_approved_at_once_each_for_itself(
    site: httpx2.AsyncClient,
) -> None:
    first, second, third = [await api(site, "/employment-contracts", registration()) for _ in range(3)]
    ticked = {f"contract_{each}": "yes" for each in (first, second)}
    csrf = hidden((await site.get(LIST)).text, f"{LIST}/approvals/check")
    check = await site.post(f"{LIST}/approvals/check", data=csrf | ticked)
    assert "Approve 2 contracts" in check.text and third not in check.text
    assert (await status(site, first))["status"] == "registered"
    sent = hidden(check.text, f"{LIST}/approvals")
    gone = await post(site, "reviewer", f"/recruitment/employment-contracts/{second}/approval", APPROVAL)
    assert gone.status_code == 200
    for _ in range(2):
        answer = await site.post(f"{LIST}/approvals", data=sent)
        assert answer.status_code == 200, answer.text
        assert words(answer.text).count("Not approved") == 1
    assert (await status(site, first))["status"] == "approved"
    approved = [each for each in (await status(site, first))["steps"] if "approved" in each["type"]]
    assert len(approved) == 1
    refused = await site.post(f"{LIST}/approvals", data=sent, headers={"Cookie": "domnaer_session=agency"})
    assert refused.status_code == 403
    assert "approvals/check" not in (await as_person(site, "agency", LIST)).text


async def test_a_refused_approval_is_shown_at_its_contract_though_another_was_voided_meanwhile(
    site: httpx2.AsyncClient,
) -> None:
    chosen = sorted([await api(site, "/employment-contracts", registration()) for _ in range(3)])
    voided, approved, ready = chosen
    ticked = {f"contract_{each}": "yes" for each in chosen}
    csrf = hidden((await site.get(LIST)).text, f"{LIST}/approvals/check")
    sent = hidden((await site.post(f"{LIST}/approvals/check", data=csrf | ticked)).text, f"{LIST}/approvals")
    registered = (await status(site, voided))["steps"][0]["event_id"]
    for who, path, body in (
        ("agency", f"/recruitment/events/{registered}/void", {"reason": "never_happened"}),
        ("reviewer", f"/recruitment/employment-contracts/{approved}/approval", APPROVAL),
    ):
        assert (await post(site, who, path, body)).is_success
    page = (await site.post(f"{LIST}/approvals", data=sent)).text
    rows = {each: row for row in page.split("<tr>") for each in chosen if each in row}
    assert voided not in rows and "1 contract was voided meanwhile." in words(page)
    assert "Not approved" in rows[approved]
    assert "Not approved" not in rows[ready] and (await status(site, ready))["status"] == "approved"
