"""The missions' service over HTTP on a real PostgreSQL: the case, the queue, reach, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from chassis.service import RunningService
from tests.consular.mission import (
    ACTION,
    CLOSING,
    DEATH,
    DUE,
    IDENTIFICATION,
    PERSON,
    TAKE,
    TODAY,
    case,
    get,
    opened,
    post,
    queue,
    read,
    step,
)


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


async def test_a_case_says_who_reported_it_whom_it_concerns_and_where_the_worker_is(
    http: httpx2.AsyncClient,
) -> None:
    case_id = await opened(http, reported_by="family", country="ZAF")
    found = await read(http, case_id)
    assert (found["reported_by"], found["country"], found["worker_in"]) == ("family", "ZAF", None)
    seen = step(action="visit", with_whom="worker_in_person", worker_in="MYS")
    assert (await post(http, "attache", f"/cases/{case_id}/actions", seen)).status_code == 200
    found = await read(http, case_id)
    assert (found["country"], found["worker_in"]) == ("ZAF", "MYS")
    assert found["steps"][0]["facts"]["with_whom"] == "worker_in_person"
    plain = await read(http, await opened(http))
    assert (plain["reported_by"], plain["worker_in"], plain["country"]) == ("not_stated", None, "THA")


async def test_a_case_in_a_country_where_the_mission_is_not_accredited_is_recorded_and_says_so(
    http: httpx2.AsyncClient,
) -> None:
    for country, accredited in ((None, True), ("THA", True), ("ZAF", True), ("BRN", False)):
        sent = case() if country is None else case(country=country)
        answer = await post(http, "attache", "/cases", sent)
        assert (answer.status_code, answer.json()["accredited"]) == (201, accredited), country
        assert (await read(http, answer.json()["id"]))["accredited"] is accredited, country
    again = [await post(http, "attache", "/cases", case(country="BRN"), key="brn") for _ in range(2)]
    assert again[0].json() == again[1].json()


async def test_a_death_is_recorded_once_and_closes_nothing(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http, category="mortal_remains")
    at = f"/cases/{case_id}/death"
    answer = await post(http, "attache", at, DEATH | {"died_on": "2014-06-01", "day_precision": "month"})
    assert answer.status_code == 200, answer.text
    found = await read(http, case_id)
    assert (found["died_on"], found["died_precision"], found["closed_at"]) == ("2014-06-01", "month", None)
    assert found["steps"][0]["facts"]["cause"] == "traffic_accident"
    answer = await post(http, "attache", at, DEATH)
    assert answer.status_code == 409 and "already recorded" in answer.json()["title"]
    for outcome in ("died", "buried_abroad", "remains_repatriated"):
        other = await opened(http)
        assert (
            await post(http, "attache", f"/cases/{other}/closing", step(outcome=outcome))
        ).status_code == 200
    late = await post(
        http, "attache", f"/cases/{await opened(http)}/death", DEATH | {"died_on": "2014-06-16"}
    )
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "died_on")


@pytest.mark.parametrize(
    ("before", "path", "body", "status", "title"),
    [
        ("closing", "due-date", DUE, 409, "is closed"),
        ("closing", "handover", TAKE, 409, "is closed"),
        ("closing", "closing", CLOSING, 409, "is closed"),
        (
            "closing",
            "actions",
            step(action="visit", occurred_at="2014-07-01T09:00:00+07:00"),
            409,
            "is closed",
        ),
        ("handover", "handover", TAKE, 409, "already in charge"),
        ("identification", "identification", IDENTIFICATION, 409, "already known"),
        ("handover", "identification", step(), 422, "Nothing is given"),
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


async def test_the_attache_of_another_mission_neither_reads_nor_works_on_the_case(
    http: httpx2.AsyncClient,
) -> None:
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


async def test_a_caller_who_may_only_read_changes_nothing(http: httpx2.AsyncClient) -> None:
    case_id = await opened(http)
    assert (await get(http, "looks-only", f"/cases/{case_id}")).status_code == 200
    assert (await post(http, "looks-only", f"/cases/{case_id}/actions", ACTION)).status_code == 403
    assert (await post(http, "looks-only", "/cases", case())).status_code == 403


async def test_viewing_a_case_is_audited_with_the_evidence_shown(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case_id = await opened(http, person=PERSON)
    await read(http, case_id, "looks-only")
    kept = await running.runtime.pool.fetchval(
        "SELECT evidence FROM audit WHERE caller = 'looks-only' AND action = 'read_case' "
        " ORDER BY entry_id DESC LIMIT 1"
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


async def test_the_queue_has_the_most_urgent_first_then_the_most_overdue_and_what_is_not_due_last(
    http: httpx2.AsyncClient,
) -> None:
    routine = await opened(http, who="kuala-lumpur", mission="KUL", urgency="routine", due_on="2014-06-14")
    danger = await opened(http, who="kuala-lumpur", mission="KUL", urgency="life_in_danger")
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
    places = [row["case_id"] for row in rows]
    assert places.index(danger) < min(map(places.index, ids)) < max(map(places.index, ids))
    assert max(map(places.index, ids)) < places.index(never) < places.index(routine)
    assert next(row for row in rows if row["case_id"] == never)["due_on"] is None
    assert len({row["case_id"] for row in rows}) == len(rows)


async def test_the_queue_shows_own_unassigned_or_all_cases(http: httpx2.AsyncClient) -> None:
    own = await opened(http, attache="attache")
    others = await opened(http, attache="colleague")
    nobodys = await opened(http)
    seen = {
        whose: {row["case_id"] for row in await queue(http, whose=whose)}
        for whose in ("mine", "unassigned", "all")
    }
    assert own in seen["mine"] and not {others, nobodys} & seen["mine"]
    assert nobodys in seen["unassigned"] and not {own, others} & seen["unassigned"]
    assert {own, others, nobodys} <= seen["all"]
