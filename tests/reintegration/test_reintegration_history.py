"""The bulk interfaces of reintegration, by which history is loaded."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from services.reintegration.domain.case import case_of
from tests.reintegration.agency import (
    AT,
    a_handle,
    came_back,
    queue,
    read,
    receive,
    returned,
    step,
    vacancy,
    voided,
)


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


async def test_history_names_a_case_by_each_of_the_returns_on_it(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    handle = a_handle()
    first, second = await came_back(running, handle), returned(handle, at=AT + timedelta(days=200))
    await receive(running, "reintegration.returns", second)
    session = {"minutes": 30, "counsellor": "counsellor"}
    row = migrated(return_event_id=str(second.id), **session)
    outcome = await bulk(http, "/returns/sessions/bulk", row)
    assert (outcome["taken"], outcome["refused"]) == (1, 0), outcome
    found = await read(http, case_of(first.id))
    assert [step["facts"]["recorded"]["how"] for step in found["steps"]].count("migrated") == 1

    await receive(running, "reintegration.returns", voided(second))
    outcome = await bulk(http, "/returns/sessions/bulk", row | {"occurred_at": "2014-07-03T09:00:00+07:00"})
    assert (outcome["taken"], outcome["refused"]) == (0, 1), "a return that never was is on no case"


async def test_bulk_gives_away_only_places_that_there_are(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    returns = [str((await came_back(running)).id) for _ in range(3)]
    closed, one_place = str(uuid7()), str(uuid7())
    vacancies = [vacancy(id=closed, open_until="2014-06-30"), vacancy(id=one_place, places=1)]
    assert (await bulk(http, "/vacancies/bulk", *vacancies))["taken"] == 2
    proposed = [
        migrated(return_event_id=each, vacancy_id=job, reasons=["home_province"], match_id=str(uuid7()))
        for job, each in ((closed, returns[0]), (one_place, returns[0]), (one_place, returns[1]))
    ]
    outcome = await bulk(http, "/returns/matches/bulk", *proposed)
    assert [refusal["field"] for refusal in outcome["refusals"]] == ["vacancy_id"], outcome
    answers = [
        migrated(return_event_id=each["return_event_id"], match_id=each["match_id"]) for each in proposed[1:]
    ]
    outcome = await bulk(http, "/returns/acceptances/bulk", *answers)
    assert (outcome["taken"], outcome["refused"]) == (1, 1), "two rows of one file want the same place"
    late = migrated(
        return_event_id=returns[2], vacancy_id=one_place, reasons=["home_province"], match_id=str(uuid7())
    )
    outcome = await bulk(http, "/returns/matches/bulk", late)
    assert "1 of 1 are taken" in outcome["refusals"][0]["reason"]


async def test_bulk_names_cases_by_their_own_id_too(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    one, other = await came_back(running), await came_back(running)
    rows = [step(case_id=str(case_of(back.id)), counsellor="counsellor") for back in (one, other)]
    assert (await bulk(http, "/cases/assignments/bulk", *rows, who="counsellor"))["taken"] == 2
    assert {str(case_of(one.id)), str(case_of(other.id))} <= set(await queue(http, "mine"))
