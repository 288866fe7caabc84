"""The people who work with employment contracts in these tests, and the commands that they send."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2

from chassis.access.permissions import Caller, Reach
from chassis.base.ids import new_id

AGENCY, OTHER_AGENCY, REGISTERED_AGENCY = str(uuid4()), str(uuid4()), str(new_id())
MANY_AGENCIES = [str(new_id()) for _ in range(12)]
REGISTER, REVIEW, READ, CORRECT = (
    "recruitment.employment_contract.register",
    "recruitment.employment_contract.review",
    "recruitment.employment_contract.read",
    "recruitment.event.correct",
)
EMPLOYERS = ("recruitment.employer.register", "recruitment.employer.read")


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "OFFICE", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("agency", REGISTER, READ, CORRECT, *EMPLOYERS, agencies=frozenset([AGENCY])),
        caller("other-agency", REGISTER, READ, CORRECT, *EMPLOYERS, agencies=frozenset([OTHER_AGENCY])),
        caller("both", REGISTER, READ, CORRECT, *EMPLOYERS, agencies=frozenset([AGENCY, REGISTERED_AGENCY])),
        caller("many", REGISTER, READ, *EMPLOYERS, agencies=frozenset(MANY_AGENCIES)),
        caller("reviewer", REVIEW, READ, CORRECT, *EMPLOYERS, national=True),
        caller("ministry", "recruitment.agency.register", READ, national=True),
        caller("reviewer-thailand", REVIEW, READ, countries=frozenset(["THA"])),
        caller("attache", READ, CORRECT, *EMPLOYERS, countries=frozenset(["THA"])),
        caller("attache-elsewhere", READ, *EMPLOYERS, countries=frozenset(["MYS"])),
        caller("loader", REGISTER, REVIEW, READ, *EMPLOYERS, "recruitment.history.load", national=True),
    )
}


class People:
    """A test double of the issuer: the token is the id of the person."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


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


def employer(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-02-01T09:00:00+07:00",
        "agency_id": AGENCY,
        "name": {"latin": "Siam Concrete 2", "khmer": "ស៊ីអាម បេតុង"},
        "kind": "company",
        "country": "THA",
        "address": "12 Moo 4, Bang Phli",
        "region": "Samut Prakan",
        "phone": "+66 2 555 0101",
    }
    return usual | other


def workplace(employer_id: str, **other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-02-01T10:00:00+07:00",
        "agency_id": AGENCY,
        "employer_id": employer_id,
        "country": "THA",
        "address": "Km 14, Bang Na-Trat",
    }
    return usual | other


async def recorded(http: httpx2.AsyncClient, who: str, path: str, body: dict[str, Any]) -> str:
    answer = await post(http, who, path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def registered(http: httpx2.AsyncClient, who: str = "agency", **other: Any) -> dict[str, Any]:
    answer = await post(http, who, "/employment-contracts", registration(**other))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def read(http: httpx2.AsyncClient, contract_id: str, who: str = "reviewer") -> dict[str, Any]:
    answer = await get(http, who, f"/employment-contracts/{contract_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


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
