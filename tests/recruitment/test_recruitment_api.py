"""Recruitment over HTTP on a real PostgreSQL: the review, reach, keys, corrections, bulk."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.callers import Caller, Reach
from chassis.service import Role, Running
from chassis.settings import Settings
from services.recruitment.main import service

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENCY, OTHER_AGENCY = str(uuid4()), str(uuid4())
REGISTER, REVIEW, READ, CORRECT = (
    "recruitment.employment_contract.register",
    "recruitment.employment_contract.review",
    "recruitment.employment_contract.read",
    "recruitment.event.correct",
)


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "OFFICE", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("agency", REGISTER, READ, CORRECT, agencies=frozenset([AGENCY])),
        caller("other-agency", REGISTER, READ, CORRECT, agencies=frozenset([OTHER_AGENCY])),
        caller("reviewer", REVIEW, READ, CORRECT, national=True),
        caller("attache", READ, countries=frozenset(["THA"])),
        caller("attache-elsewhere", READ, countries=frozenset(["MYS"])),
        caller("loader", REGISTER, REVIEW, READ, "recruitment.history.load", national=True),
    )
}


class People:
    """Stands in for the issuer: the token is the person's id."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with Running(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        transport = httpx2.ASGITransport(running.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://recruitment") as client:
            yield client


async def post(
    http: httpx2.AsyncClient, who: str, path: str, body: Any, *, key: str | None = None
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key or str(uuid4())}
    return await http.post(path, json=body, headers=headers)


async def get(http: httpx2.AsyncClient, who: str, path: str, **query: Any) -> httpx2.Response:
    return await http.get(path, params=query, headers={"Authorization": f"Bearer {who}"})


def terms(**other: Any) -> dict[str, Any]:
    usual = {
        "destination": "THA",
        "sector": "F",
        "occupation": "9313",
        "wage": {"amount": "300.00", "currency": "THB"},
        "wage_period": "day",
        "starts_on": "2014-04-01",
        "ends_on": "2016-03-31",
        "clauses": ["wage", "rest_day"],
    }
    return usual | other


def registration(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-03-03T09:00:00+07:00",
        "agency_id": AGENCY,
        "employer_id": str(uuid4()),
        "terms": terms(),
        "person": {
            "sex": 2,
            "name": {"latin": "CHAN SOPHEAP", "khmer": "ចាន់ សុភាព"},
            "documents": [{"kind": "passport", "number": f"N{uuid4().int % 10**7:07}"}],
        },
    }
    return usual | other


def step(**fields: Any) -> dict[str, Any]:
    return {"occurred_at": "2014-03-05T09:00:00+07:00", **fields}


APPROVAL = step()
RETURN = step(faults=["missing_clause"], clauses_missing=["insurance"], words={"note": "សូមបន្ថែមធានារ៉ាប់រង"})
TERMINATION = step(ended_on="2015-01-31", reason="by_worker")


async def registered(http: httpx2.AsyncClient, **other: Any) -> dict[str, Any]:
    answer = await post(http, "agency", "/employment-contracts", registration(**other))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def read(http: httpx2.AsyncClient, contract_id: str, who: str = "reviewer") -> dict[str, Any]:
    answer = await get(http, who, f"/employment-contracts/{contract_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_contract_goes_from_registration_over_return_and_amendment_to_its_end(http: httpx2.AsyncClient) -> None:
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
        ("approval", "approval", "reviewer", APPROVAL, "approved already"),
        ("approval", "return", "reviewer", RETURN, "approved already"),
        ("termination", "amendment", "agency", step(terms=terms(occupation="7112")), "has ended"),
        ("termination", "termination", "agency", TERMINATION, "has ended"),
    ],
)
async def test_what_the_state_does_not_allow_is_refused_by_its_name(
    http: httpx2.AsyncClient, before: str, path: str, who: str, body: Any, title: str
) -> None:
    at = f"/employment-contracts/{(await registered(http))['id']}"
    first = {"return": ("reviewer", RETURN), "approval": ("reviewer", APPROVAL), "termination": ("agency", TERMINATION)}
    assert (await post(http, first[before][0], f"{at}/{before}", first[before][1])).status_code == 200
    answer = await post(http, who, f"{at}/{path}", body)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert title in answer.json()["title"]


async def test_terms_that_make_no_sense_are_refused_with_field_and_law(http: httpx2.AsyncClient) -> None:
    answer = await post(http, "agency", "/employment-contracts", registration(terms=terms(ends_on="2014-03-01")))
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


async def test_the_mission_at_the_destination_reads_the_contract_and_no_other_mission(http: httpx2.AsyncClient) -> None:
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


async def rule(http: httpx2.AsyncClient, who: str, event_id: str, body: dict[str, Any]) -> None:
    kind = "correction" if "facts" in body else "void"
    answer = await post(http, who, f"/events/{event_id}/{kind}", {"reason": "mistyped", **body})
    assert answer.status_code == 201, answer.text


async def facts_of(http: httpx2.AsyncClient, contract_id: str, nth: int) -> tuple[str, dict[str, Any]]:
    found = (await read(http, contract_id))["steps"][nth]
    return found["event_id"], {name: value for name, value in found["facts"].items() if value is not None}


async def test_each_kind_of_event_can_be_corrected(http: httpx2.AsyncClient) -> None:
    contract_id = (await registered(http))["id"]
    at = f"/employment-contracts/{contract_id}"

    event_id, facts = await facts_of(http, contract_id, 0)
    await rule(http, "agency", event_id, {"facts": facts | {"terms": terms(occupation="7112")}})
    assert (await read(http, contract_id))["occupation"] == "7112"

    await post(http, "reviewer", f"{at}/return", RETURN)
    event_id, facts = await facts_of(http, contract_id, 1)
    await rule(http, "reviewer", event_id, {"facts": facts | {"faults": ["missing_signature"]}})
    assert (await read(http, contract_id))["faults"] == ["missing_signature"]

    await post(http, "agency", f"{at}/amendment", step(terms=terms(occupation="8153")))
    event_id, facts = await facts_of(http, contract_id, 2)
    await rule(http, "agency", event_id, {"facts": facts | {"terms": terms(occupation="9112")}})
    assert (await read(http, contract_id))["occupation"] == "9112"

    await post(http, "reviewer", f"{at}/approval", APPROVAL)
    event_id, facts = await facts_of(http, contract_id, 3)
    await rule(http, "reviewer", event_id, {"facts": facts, "occurred_at": "2014-03-04T09:00:00+07:00"})
    assert (await read(http, contract_id))["steps"][3]["occurred_at"].startswith("2014-03-04")

    await post(http, "agency", f"{at}/termination", TERMINATION)
    event_id, facts = await facts_of(http, contract_id, 4)
    await rule(http, "agency", event_id, {"facts": facts | {"ended_on": "2015-02-28"}})
    assert (await read(http, contract_id))["ended_on"] == "2015-02-28"


async def test_each_kind_of_event_can_be_taken_back(http: httpx2.AsyncClient) -> None:
    contract_id = (await registered(http))["id"]
    at = f"/employment-contracts/{contract_id}"
    for who, path, body in (
        ("reviewer", "return", RETURN),
        ("agency", "amendment", step(terms=terms(occupation="7112"))),
        ("reviewer", "approval", APPROVAL),
        ("agency", "termination", TERMINATION),
    ):
        assert (await post(http, who, f"{at}/{path}", body)).status_code == 200
    events = [one["event_id"] for one in (await read(http, contract_id))["steps"]]
    for who, event_id, status, occupation in (
        ("agency", events[4], "approved", "7112"),
        ("reviewer", events[3], "registered", "7112"),
        ("agency", events[2], "returned", "9313"),
        ("reviewer", events[1], "registered", "9313"),
    ):
        await rule(http, who, event_id, {})
        found = await read(http, contract_id)
        assert (found["status"], found["occupation"]) == (status, occupation)
    await rule(http, "agency", events[0], {})
    assert (await get(http, "reviewer", at)).status_code == 404
    refused = await post(http, "reviewer", f"{at}/approval", APPROVAL)
    assert refused.status_code == 409 and "taken back" in refused.json()["title"]


async def upload(http: httpx2.AsyncClient, who: str, path: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    answer = await http.post(
        path,
        content="\n".join(json.dumps(row) for row in rows),
        headers={
            "Authorization": f"Bearer {who}",
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": str(uuid4()),
        },
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_history_is_loaded_in_bulk_and_a_second_time_changes_nothing(http: httpx2.AsyncClient) -> None:
    from uuid_utils.compat import uuid7

    migrated = {"how": "migrated", "recorded_at": "2014-03-10T09:00:00+07:00"}
    ids = [str(uuid7()) for _ in range(4)]
    uploads: list[tuple[str, list[dict[str, Any]]]] = [
        ("/employment-contracts/bulk", [registration(id=one, **migrated) for one in ids]),
        ("/employment-contracts/returns/bulk", [RETURN | migrated | {"contract_id": ids[0]}]),
        (
            "/employment-contracts/amendments/bulk",
            [step(**migrated, terms=terms(occupation="7112"), contract_id=ids[0])],
        ),
        ("/employment-contracts/approvals/bulk", [APPROVAL | migrated | {"contract_id": one} for one in ids]),
        ("/employment-contracts/terminations/bulk", [TERMINATION | migrated | {"contract_id": ids[1]}]),
    ]
    for again in (False, True):
        for path, rows in uploads:
            answer = await upload(http, "loader", path, rows)
            counts = (answer["taken"], answer["already_known"], answer["refused"])
            assert counts == ((0, len(rows), 0) if again else (len(rows), 0, 0)), (path, answer)
    assert [(await read(http, one))["status"] for one in ids] == ["approved", "terminated", "approved", "approved"]


async def test_a_refused_row_does_not_stop_the_others(http: httpx2.AsyncClient) -> None:
    contract_id = (await registered(http))["id"]
    answer = await upload(
        http,
        "loader",
        "/employment-contracts/approvals/bulk",
        [APPROVAL | {"contract_id": str(uuid4())}, APPROVAL | {"contract_id": contract_id}],
    )
    assert (answer["taken"], answer["refused"]) == (1, 1)
