"""The people who work at the missions in these tests, and the commands that they send."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2

from chassis.access.permissions import Caller, Reach
from chassis.base.clock import Clock

OPEN, WORK, READ, CORRECT, PERMIT, PERMITS = (
    "consular.case.open", "consular.case.work", "consular.case.read", "consular.event.correct",
    "consular.permit.record", "consular.permit.read",
)  # fmt: skip
DESK = (OPEN, WORK, READ, CORRECT, PERMIT, PERMITS)
THA = frozenset(["THA"])


def caller(name: str, *permissions: str, **reach: Any) -> Caller:
    return Caller(name, name, "BKK", frozenset(permissions), Reach(**reach), 4e9)


PEOPLE = {
    person.id: person
    for person in (
        caller("attache", *DESK, countries=THA),
        caller("colleague", *DESK, countries=THA),
        caller("kuala-lumpur", *DESK, countries=frozenset(["MYS"])),
        caller("looks-only", READ, countries=THA),
        caller("registrar", READ, PERMITS, national=True),
        caller("supervisor", *DESK, "consular.event.correct_any", national=True),
        caller("loader", *DESK, "consular.history.load", national=True),
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


TODAY = Clock().today()


def step(**fields: Any) -> dict[str, Any]:
    return {"occurred_at": "2014-06-15T09:00:00+07:00", **fields}


def case(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-06-14T09:00:00+07:00",
        "mission": "BKK",
        "category": "wages",
        "urgency": "soon",
        "words": {"call": "ម៉ាស៊ីនត្រីនៅសមុទ្រសាគរ"},
    }
    return usual | other


PERSON = {
    "sex": 1,
    "name": {"latin": "SOK DARA", "khmer": "សុខ ដារ៉ា"},
    "birth": {"on": "1990-01-01", "precision": "year"},
    "documents": [{"kind": "pink_card", "number": "00 1234 567890 1", "issued_by": "THA"}],
}
CARD = {"sex": 1, "documents": PERSON["documents"]}


def permit(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "occurred_at": "2014-07-20T09:00:00+07:00",
        "mission": "BKK",
        "kind": "pink_card",
        "regularisation": True,
        "valid_from": "2014-07-20",
        "valid_until": "2016-03-31",
        "person": CARD,
    }
    return usual | other


LAPSE = step(occurred_at="2015-04-02T09:00:00+07:00", lapsed_on="2015-04-01", reason="left_employer")
DEATH = step(died_on="2014-06-14", died_in="THA", cause="traffic_accident")
RESTRICTION = step(restricted_to=["colleague"])
IDENTIFICATION = step(person=PERSON)
ACTION = step(action="call", words={"note": "called the employer, no answer"})
DUE = step(due_on="2014-06-20")
TAKE = step(to_attache="attache")
CLOSING = step(outcome="resolved")


async def opened(http: httpx2.AsyncClient, who: str = "attache", **other: Any) -> str:
    answer = await post(http, who, "/cases", case(**other))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def read(http: httpx2.AsyncClient, case_id: str, who: str = "attache") -> dict[str, Any]:
    answer = await get(http, who, f"/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def queue(http: httpx2.AsyncClient, who: str = "attache", **query: Any) -> list[dict[str, Any]]:
    query = {"limit": 200} | query
    answer = await get(http, who, "/cases", **query)
    rows: list[dict[str, Any]] = []
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["items"]
        if not page.get("next"):
            return rows
        answer = await get(http, who, "/cases", **query, cursor=page["next"])


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
