"""The review of an employment contract: its terms, the employer, ages, and other contracts for the same time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.service import RunningService
from contracts.reference.current import ReferenceData, reference_data, use
from contracts.reference.tables import TABLES
from services.recruitment.main import service
from services.recruitment.pages import NAV
from services.recruitment.pages.contracts import LIST
from services.recruitment.queries.contracts import contract_row
from tests.recruitment.office import (
    AGENCY,
    APPROVAL,
    OTHER_AGENCY,
    People,
    employer,
    get,
    post,
    read,
    recorded,
    registered,
    registration,
    step,
    terms,
    workplace,
)
from tests.reintegration.agency import receive_who
from tests.signed_in import signed_in

FISHER: dict[str, Any] = {
    "wage": None,
    "wage_period": None,
    "sector": "A",
    "occupation": "6223",
    "catch_share": "12.5",
    "wage_in_kind": {"amount": "1500", "currency": "THB"},
    "hours_per_day": 14,
    "rest_days_per_month": 2,
    "deductions": [{"kind": "documents", "amount": {"amount": "250", "currency": "THB"}, "period": "month"}],
    "advance": {"amount": "8000", "currency": "THB"},
    "food": "employer",
    "lodging": "shared",
    "levy": "worker",
    "channel": "memorandum_agency",
}


def worker(passport: str) -> dict[str, Any]:
    return {"sex": 1, "documents": [{"kind": "passport", "number": passport}]}


def a_passport() -> str:
    return f"N{uuid4().int % 10**7:07}"


async def test_all_terms_are_read_as_they_were_given_and_a_correction_obeys_the_same_rules(
    http: httpx2.AsyncClient,
) -> None:
    given = terms(**FISHER, workplace_id=str(uuid4()))
    now = datetime.now(UTC).isoformat()  # the first of the list, which begins with the latest
    contract = (await registered(http, terms=given, occurred_at=now))["id"]
    body = await read(http, contract)
    assert body["terms"] == given
    assert (body["wage"], body["catch_share"], body["wage_in_kind"]["amount"]) == (None, "12.5", "1500")
    listed = (await get(http, "agency", "/employment-contracts", limit=1)).json()["items"][0]
    assert (listed["contract_id"], listed["wage"], listed["catch_share"]) == (contract, None, "12.5")
    facts = {name: value for name, value in body["steps"][0]["facts"].items() if value is not None}
    for wrong, field in (
        ({"catch_share": None, "wage_in_kind": None}, "facts.terms.wage"),
        ({"wage_period": "day"}, "facts.terms.wage"),
        ({"ends_on": "2014-03-01"}, "facts.terms.ends_on"),
    ):
        command = {"reason": "mistyped", "facts": facts | {"terms": given | wrong}}
        answer = await post(http, "agency", f"/events/{contract}/correction", command)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
    command = {"reason": "mistyped", "facts": facts | {"terms": given | {"catch_share": "15"}}}
    assert (await post(http, "agency", f"/events/{contract}/correction", command)).status_code == 201
    assert (await read(http, contract))["catch_share"] == "15"


@pytest.mark.parametrize(
    ("field", "value"), [("catch_share", "101"), ("hours_per_day", 25), ("food", "nobody")]
)
async def test_a_term_out_of_its_range_is_refused_by_its_name(
    http: httpx2.AsyncClient, field: str, value: Any
) -> None:
    answer = await post(http, "agency", "/employment-contracts", registration(terms=terms(**{field: value})))
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == f"terms.{field}"


async def overlaps(http: httpx2.AsyncClient, contract: str, who: str = "reviewer") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await read(http, contract, who))["overlaps"]
    return found


async def test_contracts_of_one_document_with_overlapping_terms_are_seen_at_review(
    http: httpx2.AsyncClient,
) -> None:
    passport = a_passport()
    first = (await registered(http, person=worker(passport)))["id"]
    other = terms(destination="MYS", starts_on="2016-03-31", ends_on="2018-03-30")
    second = (
        await registered(
            http, "other-agency", agency_id=OTHER_AGENCY, person=worker(passport.lower()), terms=other
        )
    )["id"]
    later = terms(starts_on="2018-03-31", ends_on="2019-03-30")
    third = (await registered(http, person=worker(passport), terms=later))["id"]
    (seen,) = await overlaps(http, first)
    assert (seen["contract_id"], seen["agency_id"], seen["status"]) == (second, OTHER_AGENCY, "registered")
    assert (seen["terms"]["destination"], seen["terms"]["starts_on"]) == ("MYS", "2016-03-31")
    assert [each["contract_id"] for each in await overlaps(http, second)] == [first]
    assert await overlaps(http, third) == []


async def test_a_contract_overlaps_until_it_ended_and_not_if_its_work_never_began(
    http: httpx2.AsyncClient,
) -> None:
    passport = a_passport()
    one = (await registered(http, person=worker(passport)))["id"]
    two = (await registered(http, person=worker(passport), terms=terms(starts_on="2015-01-01")))["id"]
    assert len(await overlaps(http, one)) == 1
    end = step(ended_on="2014-12-31", reason="by_worker")
    assert (await post(http, "agency", f"/employment-contracts/{one}/termination", end)).status_code == 200
    assert await overlaps(http, one) == [] and await overlaps(http, two) == []
    three = (await registered(http, person=worker(passport), terms=terms(starts_on="2015-06-01")))["id"]
    assert [each["contract_id"] for each in await overlaps(http, three)] == [two]
    never = step(ended_on="2014-12-01", reason="other")
    assert (await post(http, "agency", f"/employment-contracts/{two}/termination", never)).status_code == 200
    assert await overlaps(http, three) == []


async def test_contracts_of_one_worker_number_overlap_and_a_number_that_is_taken_back_parts_them(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    one = (await registered(http, person=worker(a_passport())))["id"]
    two = (await registered(http, person=worker(a_passport())))["id"]
    assert await overlaps(http, one) == []
    await receive_who(running, "1AAAAAAAAAAAAA", [UUID(one), UUID(two)])
    assert [each["contract_id"] for each in await overlaps(http, one)] == [two]
    await receive_who(running, "1BBBBBBBBBBBBB", [UUID(two)], revision=2)
    assert await overlaps(http, one) == []


async def test_an_overlapping_contract_out_of_reach_is_for_reviewers_and_without_its_agency(
    http: httpx2.AsyncClient,
) -> None:
    passport = a_passport()
    one = (await registered(http, person=worker(passport)))["id"]
    two = (
        await registered(
            http,
            "other-agency",
            agency_id=OTHER_AGENCY,
            person=worker(passport),
            terms=terms(destination="MYS", occupation="7112"),
        )
    )["id"]
    assert await overlaps(http, one, "agency") == []
    assert await overlaps(http, one, "attache") == []
    (seen,) = await overlaps(http, one, "reviewer-thailand")
    assert (seen["contract_id"], seen["agency_id"], seen["employer_id"]) == (None, None, None)
    assert (seen["terms"]["destination"], seen["terms"]["occupation"]) == ("MYS", "7112")
    three = (await registered(http, person=worker(passport)))["id"]
    assert [each["contract_id"] for each in await overlaps(http, one, "agency")] == [three]
    assert two not in {each["contract_id"] for each in await overlaps(http, one, "agency")}


async def test_a_voided_contract_does_not_overlap(http: httpx2.AsyncClient) -> None:
    passport = a_passport()
    one = (await registered(http, person=worker(passport)))["id"]
    two = (await registered(http, person=worker(passport)))["id"]
    answer = await post(http, "agency", f"/events/{two}/void", {"reason": "never_happened"})
    assert answer.status_code == 201, answer.text
    assert await overlaps(http, one) == []


@pytest.mark.parametrize(
    ("birth", "age", "at_start", "under"),
    [
        ({"on": "1996-03-20"}, (17, 17), (18, 18), True),
        ({"on": "1990-03-03"}, (24, 24), (24, 24), False),
        ({"on": "1996-01-01", "precision": "year"}, (17, 18), (17, 18), True),
        ({"on": "1995-01-01", "precision": "year"}, (18, 19), (18, 19), False),
        (None, None, None, None),
    ],
)
async def test_ages_at_registration_and_on_the_first_day_of_work_are_shown(
    http: httpx2.AsyncClient, birth: Any, age: Any, at_start: Any, under: bool | None
) -> None:
    person = worker(a_passport()) | ({} if birth is None else {"birth": birth})
    body = await read(http, (await registered(http, person=person))["id"])
    shown = [each and (each["at_least"], each["at_most"]) for each in (body["age"], body["age_at_start"])]
    assert shown == [age, at_start]
    assert (body["minimum_age"], body["under_age"]) == (18, under)


async def test_approved_terms_are_not_rewritten_by_a_correction(http: httpx2.AsyncClient) -> None:
    contract = (await registered(http))["id"]
    approval = await post(http, "reviewer", f"/employment-contracts/{contract}/approval", APPROVAL)
    assert approval.status_code == 200, approval.text
    wage = {"terms": {"wage": {"amount": "1.00", "currency": "THB"}}}
    for facts, field in ((wage, "facts.terms"), ({"agency_id": str(uuid4())}, "facts.agency_id")):
        refused = await post(
            http, "agency", f"/events/{contract}/correction", {"reason": "mistyped", "facts": facts}
        )
        problem = refused.json()
        assert (refused.status_code, problem["errors"][0]["field"]) == (409, field)
        assert problem["type"].endswith("approved-terms-stand")
    assert (await read(http, contract))["status"] == "approved"
    (event,) = approval.json()["events"]
    assert (await post(http, "reviewer", f"/events/{event}/void", {"reason": "mistyped"})).status_code == 201
    corrected = await post(
        http, "agency", f"/events/{contract}/correction", {"reason": "mistyped", "facts": wage}
    )
    assert corrected.status_code == 201, corrected.text
    body = await read(http, contract)
    assert (body["status"], body["terms"]["wage"]["amount"]) == ("registered", "1.00")


async def test_a_correction_of_the_birth_date_corrects_the_age(http: httpx2.AsyncClient) -> None:
    person = worker(a_passport()) | {"birth": {"on": "1990-03-20"}}
    contract = (await registered(http, person=person))["id"]
    facts = (await read(http, contract))["steps"][0]["facts"]
    command = {
        "reason": "mistyped",
        "facts": {name: value for name, value in facts.items() if name != "recorded" and value is not None},
        "person": person | {"birth": {"on": "1998-03-20"}},
    }
    command["person"].pop("sex")
    answer = await post(http, "agency", f"/events/{contract}/correction", command)
    assert answer.status_code == 201, answer.text
    body = await read(http, contract)
    assert (body["age"]["at_most"], body["age_at_start"]["at_most"], body["under_age"]) == (15, 16, True)


ROW = {
    "starts_on": date(2014, 4, 1),
    "wage_amount": None,
    "wage_currency": None,
    "kind_amount": None,
    "kind_currency": None,
    "faults": "",
}


@pytest.mark.parametrize(
    ("destination", "age", "minimum", "under"),
    [
        ("THA", (17, 17), 18, True),
        ("THA", (17, 18), 18, True),
        ("THA", (18, 19), 18, False),
        ("MYS", (18, 20), 21, True),
        ("MYS", (21, 21), 21, False),
        ("THA", (None, None), 18, None),
        ("LKA", (17, 17), 18, True),
    ],
)
def test_the_age_is_compared_with_the_minimum_of_the_destination(
    destination: str, age: Any, minimum: int, under: bool | None
) -> None:
    row = contract_row(ROW | {"destination": destination, "age_at_least": age[0], "age_at_most": age[1]})
    assert (row["minimum_age"], row["under_age"]) == (minimum, under)


def test_no_destination_has_a_lower_minimum_age_than_work_abroad_anywhere() -> None:
    texts = {name: files("contracts.reference").joinpath(f"{name}.csv").read_text("utf-8") for name in TABLES}
    texts["corridors"] += "LKA,1990-01-01,,60,30,365,15,12,planted\n"
    before = reference_data()
    use(ReferenceData(texts))
    try:
        row = contract_row(ROW | {"destination": "LKA", "age_at_least": 16, "age_at_most": 16})
    finally:
        use(before)
    assert (row["minimum_age"], row["under_age"]) == (18, True)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="reviewer") as client:
        yield client


async def at(site: httpx2.AsyncClient, path: str, body: dict[str, Any], who: str = "agency") -> str:
    return await recorded(site, who, f"/recruitment{path}", body)


async def test_the_page_states_all_terms_employer_and_workplace_in_plain_words(
    site: httpx2.AsyncClient,
) -> None:
    employer_id = await at(site, "/employers", employer())
    place = await at(site, "/workplaces", workplace(employer_id, name={"latin": "Bang Phli pier"}))
    contract = await at(
        site,
        "/employment-contracts",
        registration(employer_id=employer_id, terms=terms(**FISHER, workplace_id=place)),
    )
    page = " ".join((await site.get(f"{LIST}/{contract}")).text.split())
    for text in (
        "12.5 per cent of the catch",
        "in kind, worth",
        "THB",
        "Documents and permits",
        "(A month)",
        "The employer",
        "Employer and worker",
        "The worker",
        "Agency, under a memorandum of understanding",
        "Hours of work a day</dt><dd>14",
        "Rest days a month</dt><dd>2",
        "Siam Concrete 2",
        "ស៊ីអាម បេតុង",
        "Samut Prakan",
        "+66 2 555 0101",
        "Company, Thailand",
        "Bang Phli pier",
        "Age not known; the minimum is 18 years",
    ):
        assert text in page, text
    assert "Not registered" not in page and "Other contracts of this worker" not in page
    listed = " ".join((await site.get(LIST)).text.split())
    assert "12.5 per cent of the catch" in listed


async def test_the_page_and_the_list_warn_of_a_worker_under_age(site: httpx2.AsyncClient) -> None:
    person = worker(a_passport()) | {"birth": {"on": "1994-03-20"}}
    contract = await at(
        site, "/employment-contracts", registration(person=person, terms=terms(destination="MYS"))
    )
    page = " ".join((await site.get(f"{LIST}/{contract}")).text.split())
    assert "19 at registration, 20 on the first day of work" in page
    assert "Under the minimum age of 21 years" in page
    assert "Under 21" in (await site.get(LIST)).text


async def test_the_page_names_what_is_not_registered_and_contracts_for_the_same_time(
    site: httpx2.AsyncClient,
) -> None:
    person = worker(a_passport())
    one = await at(
        site, "/employment-contracts", registration(person=person, terms=terms(workplace_id=str(uuid4())))
    )
    two = await at(
        site,
        "/employment-contracts",
        registration(person=person, agency_id=OTHER_AGENCY, terms=terms(destination="MYS")),
        "other-agency",
    )
    approved = await post(site, "reviewer", f"/recruitment/employment-contracts/{two}/approval", APPROVAL)
    assert approved.status_code == 200
    page = " ".join((await site.get(f"{LIST}/{one}")).text.split())
    assert page.count("Not registered") == 2
    assert "Other contracts of this worker for the same time" in page
    assert f'href="{LIST}/{two}"' in page and OTHER_AGENCY in page and "Malaysia" in page
    assert AGENCY in page
