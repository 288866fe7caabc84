"""The bulk interfaces of reintegration, by which history is loaded."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from services.reintegration.domain.case import case_of
from tests.reintegration.agency import came_back, queue, read, step, vacancy


async def bulk(
    http: httpx2.AsyncClient, path: str, *rows: dict[str, Any], who: str = "loader"
) -> dict[str, Any]:
    answer = await http.post(
        path,
        content="\n".join(json.dumps(row) for row in rows).encode(),
        headers={
            "Authorization": f"Bearer {who}",
            "Idempotency-Key": str(uuid4()),
            "Content-Type": "application/x-ndjson",
        },
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def migrated(**fields: Any) -> dict[str, Any]:
    return step(how="migrated", recorded_at="2014-07-02T09:00:00+07:00", **fields)


async def test_history_names_cases_by_the_returns_that_opened_them(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    back = await came_back(running)
    name = {"return_event_id": str(back.id)}
    job, match_id = str(uuid7()), str(uuid7())
    assert (await bulk(http, "/vacancies/bulk", vacancy(id=job)))["taken"] == 1
    for noun, fields in (
        ("assignments", {"counsellor": "counsellor"}),
        ("needs", {"needs": ["finding_a_job", "credit"]}),
        ("sessions", {"minutes": 30, "counsellor": "counsellor"}),
        ("referrals", {"occupation": "7112"}),
        ("matches", {"vacancy_id": job, "reasons": ["home_province"], "match_id": match_id}),
        ("acceptances", {"match_id": match_id}),
        (
            "placements",
            {"match_id": match_id, "occupation": "7112", "province": "02", "starts_on": "2014-07-02"},
        ),
        ("closings", {"outcome": "placed"}),
    ):
        rows = [migrated(**name, **fields), migrated(**name | {"return_event_id": str(uuid4())}, **fields)]
        outcome = await bulk(http, f"/returns/{noun}/bulk", *rows)
        assert (outcome["taken"], outcome["refused"]) == (1, 1), outcome
        again = await bulk(http, f"/returns/{noun}/bulk", *rows)
        assert (again["taken"], again["already_known"]) == (0, 1), again
    found = await read(http, case_of(back.id))
    assert (found["outcome"], found["counsellor"], len(found["steps"])) == ("placed", "counsellor", 9)


async def test_bulk_names_cases_by_their_own_id_too(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    one, other = await came_back(running), await came_back(running)
    rows = [step(case_id=str(case_of(back.id)), counsellor="counsellor") for back in (one, other)]
    assert (await bulk(http, "/cases/assignments/bulk", *rows, who="counsellor"))["taken"] == 2
    assert {str(case_of(one.id)), str(case_of(other.id))} <= set(await queue(http, "mine"))
