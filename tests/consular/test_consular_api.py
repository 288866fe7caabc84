"""The missions' service over HTTP on a real PostgreSQL: the case, the queue, reach, keys, corrections, bulk."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from uuid_utils.compat import uuid7

from chassis.callers import Caller, Reach
from chassis.clock import Clock
from chassis.service import Role, Running
from chassis.settings import Settings
from services.consular.main import service

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN, WORK, READ, CORRECT = (
    "consular.case.open", "consular.case.work", "consular.case.read", "consular.event.correct",
)  # fmt: skip
DESK = (OPEN, WORK, READ, CORRECT)
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
        caller("loader", *DESK, "consular.history.load", national=True),
    )
}


class People:
    """Stands in for the issuer: the token is the person's id."""

    def caller(self, token: str) -> Caller:
        return PEOPLE[token]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(settings: Settings) -> AsyncIterator[Running]:
    async with Running(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def http(running: Running) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(running.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://consular") as client:
        yield client


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


async def test_a_case_of_an_unidentified_caller_goes_to_its_end(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    found = await read(http, case_id)
    assert (found["identified"], found["country"], found["due_on"], found["overdue"]) == (
        False, "THA", "2014-06-21", True,
    )  # fmt: skip
    for path, body in (
        ("handover", TAKE), ("identification", IDENTIFICATION), ("actions", ACTION), ("due-date", DUE),
    ):  # fmt: skip
        answer = await post(http, "attache", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 200, answer.text
    found = await read(http, case_id)
    assert (found["attache"], found["identified"], found["sex"]) == ("attache", True, 1)
    assert (found["actions"], found["last_action"], found["due_on"]) == (1, "call", "2014-06-20")
    assert (await post(http, "attache", f"/cases/{case_id}/closing", CLOSING)).status_code == 200
    found = await read(http, case_id)
    assert (found["outcome"], found["due_on"], found["overdue"]) == ("resolved", None, False)
    assert [one["type"].split(".")[2] for one in found["steps"]] == [
        "assistance_case_closed",
        "assistance_due_date_set",
        "assistance_action_logged",
        "assistance_caller_identified",
        "assistance_case_handed_over",
        "assistance_case_opened",
    ]
    assert found["steps"][3]["person"]["name"] == PERSON["name"]
    assert found["steps"][2]["person"]["words"] == ACTION["words"]
    assert case_id not in {row["case_id"] for row in await queue(http)}


@pytest.mark.parametrize(
    ("before", "path", "body", "status", "title"),
    [
        ("closing", "due-date", DUE, 409, "is closed"),
        ("closing", "handover", TAKE, 409, "is closed"),
        ("closing", "closing", CLOSING, 409, "is closed"),
        ("closing", "actions", step(action="visit", occurred_at="2014-07-01T09:00:00+07:00"), 409, "is closed"),
        ("handover", "handover", TAKE, 409, "in these hands already"),
        ("identification", "identification", IDENTIFICATION, 409, "known already"),
        ("handover", "identification", step(), 422, "Nothing is said"),
        ("handover", "due-date", step(due_on="2014-06-01"), 422, "a day that has passed"),
    ],
)
async def test_what_the_state_does_not_allow_is_refused_by_its_name(
    http: httpx2.AsyncClient, before: str, path: str, body: Any, status: int, title: str
) -> None:
    case_id = await opened(http)
    first = {"closing": CLOSING, "handover": TAKE, "identification": IDENTIFICATION}[before]
    assert (await post(http, "attache", f"/cases/{case_id}/{before}", first)).status_code == 200
    answer = await post(http, "attache", f"/cases/{case_id}/{path}", body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert title in answer.json()["title"]


async def test_the_attache_of_another_mission_neither_reads_nor_works_on_the_case(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    assert (await get(http, "kuala-lumpur", f"/cases/{case_id}")).status_code == 404
    assert case_id not in {row["case_id"] for row in await queue(http, "kuala-lumpur")}
    for path, body in (
        ("identification", IDENTIFICATION), ("actions", ACTION), ("due-date", DUE), ("handover", TAKE),
        ("closing", CLOSING),
    ):  # fmt: skip
        answer = await post(http, "kuala-lumpur", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 403 and "SOK" not in answer.text
    assert (await post(http, "kuala-lumpur", "/cases", case())).status_code == 403
    assert len((await read(http, case_id))["steps"]) == 1


async def test_a_case_handed_to_another_mission_is_in_its_reach_and_no_longer_in_ours(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http, attache="attache")
    assert (await post(http, "attache", f"/cases/{case_id}/handover", step(to_mission="KUL"))).status_code == 200
    found = await read(http, case_id, "kuala-lumpur")
    assert (found["mission"], found["attache"], found["country"]) == ("KUL", None, "THA")
    assert (await get(http, "attache", f"/cases/{case_id}")).status_code == 404


async def test_who_may_only_look_changes_nothing(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    assert (await get(http, "looks-only", f"/cases/{case_id}")).status_code == 200
    assert (await post(http, "looks-only", f"/cases/{case_id}/actions", ACTION)).status_code == 403
    assert (await post(http, "looks-only", "/cases", case())).status_code == 403


async def test_a_look_at_a_case_is_kept_with_the_evidence_shown(http: httpx2.AsyncClient, running: Running) -> None:
    case_id = await opened(http, person=PERSON)
    await read(http, case_id, "looks-only")
    kept = await running.runtime.pool.fetchval(
        "SELECT evidence FROM audit WHERE caller = 'looks-only' AND action = 'read_case' ORDER BY entry_id DESC LIMIT 1"
    )
    assert [str(one) for one in kept] == [case_id]


async def test_a_repeated_command_is_recorded_once(http: httpx2.AsyncClient) -> None:
    case_id, key = await opened(http), str(uuid4())
    at = f"/cases/{case_id}/actions"
    first, again = [await post(http, "attache", at, ACTION, key=key) for _ in range(2)]
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert (await read(http, case_id))["actions"] == 1
    assert (await post(http, "attache", at, step(action="visit"), key=key)).status_code == 422


async def test_the_queue_has_the_most_overdue_first_and_what_is_not_due_last(http: httpx2.AsyncClient) -> None:
    never = await opened(http, who="kuala-lumpur", mission="KUL")
    await post(http, "kuala-lumpur", f"/cases/{never}/due-date", step(due_on=None))
    ids = {
        await opened(http, who="kuala-lumpur", mission="KUL", due_on=day): day
        for day in ("2014-08-01", "2014-06-30", str(TODAY + timedelta(days=3)), str(TODAY))
    }
    rows = await queue(http, "kuala-lumpur", limit=2)
    mine = [row for row in rows if row["case_id"] in ids]
    assert [row["due_on"] for row in mine] == sorted(ids.values())
    assert [row["overdue"] for row in mine] == [True, True, False, False]
    assert rows[-1]["case_id"] == never and rows[-1]["due_on"] is None
    assert len({row["case_id"] for row in rows}) == len(rows)


async def test_the_queue_shows_ones_own_nobodys_or_all(http: httpx2.AsyncClient) -> None:
    own = await opened(http, attache="attache")
    others = await opened(http, attache="colleague")
    nobodys = await opened(http)
    seen = {
        whose: {row["case_id"] for row in await queue(http, whose=whose)} for whose in ("mine", "unassigned", "all")
    }
    assert own in seen["mine"] and not {others, nobodys} & seen["mine"]
    assert nobodys in seen["unassigned"] and not {own, others} & seen["unassigned"]
    assert {own, others, nobodys} <= seen["all"]


async def rule(http: httpx2.AsyncClient, event_id: str, body: dict[str, Any]) -> None:
    kind = "correction" if "facts" in body else "void"
    answer = await post(http, "attache", f"/events/{event_id}/{kind}", {"reason": "mistyped", **body})
    assert answer.status_code == 201, answer.text


async def worked(http: httpx2.AsyncClient) -> tuple[str, dict[str, dict[str, Any]]]:
    """A case with one event of each kind, and the steps by their kind."""
    case_id = await opened(http)
    for path, body in (
        ("identification", IDENTIFICATION), ("actions", ACTION), ("due-date", DUE), ("handover", TAKE),
        ("closing", CLOSING),
    ):  # fmt: skip
        assert (await post(http, "attache", f"/cases/{case_id}/{path}", body)).status_code == 200
    steps = {one["type"].split(".")[2]: one for one in (await read(http, case_id))["steps"]}
    return case_id, steps


async def test_each_kind_of_event_can_be_corrected(http: httpx2.AsyncClient) -> None:
    case_id, steps = await worked(http)

    async def corrected(kind: str, person: Any = None, **facts: Any) -> dict[str, Any]:
        stated = {name: value for name, value in steps[kind]["facts"].items() if value is not None} | facts
        await rule(http, steps[kind]["event_id"], {"facts": stated} | ({"person": person} if person else {}))
        return await read(http, case_id)

    assert (await corrected("assistance_case_opened", category="documents"))["category"] == "documents"
    assert (await corrected("assistance_action_logged", action="visit"))["last_action"] == "visit"
    assert (await corrected("assistance_case_closed", outcome="withdrawn"))["outcome"] == "withdrawn"
    assert (await corrected("assistance_case_handed_over", to_attache="colleague"))["attache"] == "colleague"
    found = await corrected("assistance_caller_identified", sex=2, person=PERSON | {"sex": 2, "name": {"latin": "SOK DARY"}})
    assert found["sex"] == 2
    names = [one["person"]["name"]["latin"] for one in found["steps"] if one["type"].endswith("identified.v1")]
    assert names == ["SOK DARY"]
    await rule(http, steps["assistance_case_closed"]["event_id"], {})
    assert (await corrected("assistance_due_date_set", due_on="2014-06-25"))["due_on"] == "2014-06-25"


async def test_each_kind_of_event_can_be_taken_back(http: httpx2.AsyncClient) -> None:
    case_id, steps = await worked(http)

    async def voided(kind: str) -> dict[str, Any]:
        await rule(http, steps[kind]["event_id"], {})
        return await read(http, case_id)

    reopened = await voided("assistance_case_closed")
    assert (reopened["closed_at"], reopened["outcome"], reopened["due_on"]) == (None, None, "2014-06-20")
    assert (await voided("assistance_due_date_set"))["due_on"] == "2014-06-21"
    assert (await voided("assistance_case_handed_over"))["attache"] is None
    assert (await voided("assistance_action_logged"))["actions"] == 0
    assert (await voided("assistance_caller_identified"))["identified"] is False
    await rule(http, steps["assistance_case_opened"]["event_id"], {})
    assert (await get(http, "attache", f"/cases/{case_id}")).status_code == 404
    refused = await post(http, "attache", f"/cases/{case_id}/closing", CLOSING)
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
    migrated = {"how": "migrated", "recorded_at": "2014-07-01T09:00:00+07:00"}
    ids = [str(uuid7()) for _ in range(3)]
    uploads: list[tuple[str, list[dict[str, Any]]]] = [
        ("/cases/bulk", [case(id=one, **migrated) for one in ids]),
        ("/cases/identifications/bulk", [IDENTIFICATION | migrated | {"case_id": one} for one in ids]),
        ("/cases/actions/bulk", [ACTION | migrated | {"case_id": one} for one in ids for _ in range(2)]),
        ("/cases/due-dates/bulk", [DUE | migrated | {"case_id": one} for one in ids]),
        ("/cases/handovers/bulk", [TAKE | migrated | {"case_id": one} for one in ids]),
        ("/cases/closings/bulk", [CLOSING | migrated | {"case_id": ids[0]}]),
    ]
    for again in (False, True):
        for path, rows in uploads:
            answer = await upload(http, "loader", path, rows)
            counts = (answer["taken"], answer["already_known"], answer["refused"])
            assert counts == ((0, len(rows), 0) if again else (len(rows), 0, 0)), (path, answer)
    found = await read(http, ids[0])
    assert (found["outcome"], found["actions"], found["identified"]) == ("resolved", 2, True)
    assert date.fromisoformat(found["recorded_at"][:10]) == date(2014, 7, 1)
    assert {row["case_id"] for row in await queue(http)} & set(ids) == set(ids[1:])


async def test_a_mission_loads_only_cases_within_its_reach(http: httpx2.AsyncClient) -> None:
    answer = await upload(http, "attache", "/cases/bulk", [case(), case(mission="KUL")])
    assert (answer["taken"], answer["refused"]) == (1, 1)
