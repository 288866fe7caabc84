"""Recruitment over HTTP on a real PostgreSQL: the review, refusals, reach, keys, the list."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.recruitment.office import (
    AGENCY,
    APPROVAL,
    RETURN,
    TERMINATION,
    get,
    post,
    read,
    registered,
    registration,
    step,
    terms,
)


async def test_a_contract_goes_from_registration_over_return_and_amendment_to_its_end(
    http: httpx2.AsyncClient,
) -> None:
    outcome = await registered(http)
    at = f"/employment-contracts/{outcome['id']}"
    assert (await read(http, outcome["id"]))["status"] == "registered"
    for who, path, body, status in (
        ("reviewer", "return", RETURN, "returned"),
        ("agency", "amendment", step(terms=terms(clauses=["wage", "rest_day", "insurance"])), "registered"),
        ("reviewer", "approval", APPROVAL, "approved"),
        ("agency", "termination", TERMINATION, "terminated"),
    ):
        answer = await post(http, who, f"{at}/{path}", body)
        assert answer.status_code == 200, answer.text
        assert (await read(http, outcome["id"]))["status"] == status
    found = await read(http, outcome["id"])
    assert (found["ended_on"], found["end_reason"]) == ("2015-01-31", "by_worker")
    assert [one["type"].split(".")[2] for one in found["steps"]] == [
        "employment_contract_registered",
        "employment_contract_returned",
        "employment_contract_amended",
        "employment_contract_approved",
        "employment_contract_terminated",
    ]
    assert found["steps"][0]["person"]["name"]["khmer"] == "ចាន់ សុភាព"
    assert found["steps"][1]["person"]["words"] == RETURN["words"]
    assert found["steps"][2]["facts"]["terms"]["clauses"] == ["wage", "rest_day", "insurance"]


@pytest.mark.parametrize(
    ("before", "path", "who", "body", "title"),
    [
        ("return", "approval", "reviewer", APPROVAL, "returned, and its agency has not submitted it again"),
        ("approval", "approval", "reviewer", APPROVAL, "already approved"),
        ("approval", "return", "reviewer", RETURN, "already approved"),
        ("termination", "amendment", "agency", step(terms=terms(occupation="7112")), "has ended"),
        ("termination", "termination", "agency", TERMINATION, "has ended"),
    ],
)
async def test_what_the_state_does_not_allow_is_refused_by_its_name(
    http: httpx2.AsyncClient, before: str, path: str, who: str, body: Any, title: str
) -> None:
    at = f"/employment-contracts/{(await registered(http))['id']}"
    first = {
        "return": ("reviewer", RETURN),
        "approval": ("reviewer", APPROVAL),
        "termination": ("agency", TERMINATION),
    }
    assert (await post(http, first[before][0], f"{at}/{before}", first[before][1])).status_code == 200
    answer = await post(http, who, f"{at}/{path}", body)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert title in answer.json()["title"]


async def test_terms_that_make_no_sense_are_refused_with_field_and_law(http: httpx2.AsyncClient) -> None:
    answer = await post(
        http, "agency", "/employment-contracts", registration(terms=terms(ends_on="2014-03-01"))
    )
    assert answer.status_code == 422
    assert answer.json()["title"] == "This employment contract would end before it starts"
    assert "terms.ends_on" in answer.text and "prakas 45" in answer.text


async def test_a_mistyped_field_of_the_terms_is_not_lost_without_a_word(http: httpx2.AsyncClient) -> None:
    answer = await post(http, "agency", "/employment-contracts", registration(terms=terms(overtime="yes")))
    assert answer.status_code == 422


async def test_another_agency_neither_reads_nor_changes_the_contract(http: httpx2.AsyncClient) -> None:
    contract_id = (await registered(http))["id"]
    at = f"/employment-contracts/{contract_id}"
    assert (await get(http, "other-agency", at)).status_code == 404
    assert (await post(http, "other-agency", f"{at}/termination", TERMINATION)).status_code == 403
    assert (await post(http, "other-agency", "/employment-contracts", registration())).status_code == 403
    listed = await get(http, "other-agency", "/employment-contracts", limit=200)
    assert contract_id not in {row["contract_id"] for row in listed.json()["items"]}
    assert (await read(http, contract_id, "agency"))["status"] == "registered"


async def test_the_mission_at_the_destination_reads_the_contract_and_no_other_mission(
    http: httpx2.AsyncClient,
) -> None:
    contract_id = (await registered(http))["id"]
    assert (await read(http, contract_id, "attache"))["destination"] == "THA"
    assert (await get(http, "attache-elsewhere", f"/employment-contracts/{contract_id}")).status_code == 404


async def test_an_agency_does_not_review_and_a_reviewer_does_not_register(http: httpx2.AsyncClient) -> None:
    at = f"/employment-contracts/{(await registered(http))['id']}"
    assert (await post(http, "agency", f"{at}/approval", APPROVAL)).status_code == 403
    assert (await post(http, "reviewer", "/employment-contracts", registration())).status_code == 403


async def test_a_repeated_command_is_recorded_once(http: httpx2.AsyncClient) -> None:
    at, key = f"/employment-contracts/{(await registered(http))['id']}", str(uuid4())
    first = await post(http, "reviewer", f"{at}/approval", APPROVAL, key=key)
    again = await post(http, "reviewer", f"{at}/approval", APPROVAL, key=key)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    other = await post(http, "reviewer", f"{at}/approval", step(words={"note": "other"}), key=key)
    assert other.status_code == 422


async def test_the_list_goes_by_state_agency_and_destination_page_by_page(http: httpx2.AsyncClient) -> None:
    mine = [(await registered(http, terms=terms(destination="BRN")))["id"] for _ in range(5)]
    await post(http, "reviewer", f"/employment-contracts/{mine[0]}/approval", APPROVAL)
    query = {"status": "registered", "destination": "BRN", "agency_id": AGENCY, "limit": 2}
    seen: list[str] = []
    answer = await get(http, "agency", "/employment-contracts", **query)
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [row["contract_id"] for row in page["items"]]
        if not page.get("next"):
            break
        answer = await get(http, "agency", "/employment-contracts", **query, cursor=page["next"])
    assert sorted(seen) == sorted(mine[1:])
