"""Employers in Cambodia: registered, found by name, corrected, and named by vacancies and placements."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2
from uuid_utils.compat import uuid7

from chassis.service import RunningService
from services.reintegration.domain.case import case_of
from tests.reintegration.agency import came_back, employer, get, post, read, step, vacancy


async def recorded(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> str:
    answer = await post(http, "counsellor", path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def found(http: httpx2.AsyncClient, **asked: Any) -> list[str]:
    answer = await post(http, "counsellor", "/employers/search", asked)
    assert answer.status_code == 200, answer.text
    return [row["employer_id"] for row in answer.json()["items"]]


async def test_an_employer_is_registered_read_and_found(http: httpx2.AsyncClient) -> None:
    employer_id = await recorded(
        http, "/employers", employer(name={"latin": "Quartz 9 Mill", "khmer": "រោងម៉ាស៊ីន ក្វា"}, sector="C")
    )
    body = (await get(http, "takeo", f"/employers/{employer_id}")).json()
    assert {
        name: body[name] for name in ("name_latin", "address", "phone", "province", "kind", "sector")
    } == {
        "name_latin": "Quartz 9 Mill",
        "address": "Street 5",
        "phone": "012 555 010",
        "province": "02",
        "kind": "company",
        "sector": "C",
    }
    assert body["steps"][0]["event_id"] == employer_id
    for asked in (
        {"name": "qua mill"},
        {"name": "ក្វា"},
        {"name": "quartz", "province": "02", "kind": "company"},
    ):
        assert await found(http, **asked) == [employer_id], asked
    for asked in (
        {"name": "quartz stone"},
        {"name": "quartz", "province": "21"},
        {"name": "quartz", "kind": "farm"},
    ):
        assert await found(http, **asked) == [], asked


async def test_an_employer_is_corrected_and_voided(http: httpx2.AsyncClient) -> None:
    employer_id = await recorded(http, "/employers", employer(name={"latin": "Mistyped Mill"}))
    body = {
        "reason": "mistyped",
        "facts": {"kind": "farm", "province": "12"},
        "words": {"name_latin": "Corrected Mill"},
    }
    assert (await post(http, "counsellor", f"/events/{employer_id}/correction", body)).status_code == 201
    assert await found(http, name="corrected", province="12", kind="farm") == [employer_id]
    assert await found(http, name="mistyped") == []
    void = {"reason": "never_happened"}
    assert (await post(http, "counsellor", f"/events/{employer_id}/void", void)).status_code == 201
    assert (await get(http, "counsellor", f"/employers/{employer_id}")).status_code == 404
    assert await found(http, name="corrected") == []


async def test_registering_and_reading_employers_need_their_permissions(http: httpx2.AsyncClient) -> None:
    assert (await post(http, "looks-only", "/employers", employer())).status_code == 403
    assert (await post(http, "looks-only", "/employers/search", {})).status_code == 403
    assert (await get(http, "looks-only", f"/employers/{uuid4()}")).status_code == 403


async def test_employers_are_loaded_in_bulk(http: httpx2.AsyncClient) -> None:
    one = str(uuid7())
    row = employer(
        id=one, name={"latin": "Bulkmill"}, how="migrated", recorded_at="2014-06-10T09:00:00+07:00"
    )
    for taken in (1, 0):
        answer = await http.post(
            "/employers/bulk",
            content=json.dumps(row),
            headers={
                "Authorization": "Bearer loader",
                "Content-Type": "application/x-ndjson",
                "Idempotency-Key": str(uuid4()),
            },
        )
        assert answer.json()["taken"] == taken, answer.text
    assert await found(http, name="bulkmill") == [one]


async def test_a_vacancy_shows_its_employer_also_if_it_was_registered_later(http: httpx2.AsyncClient) -> None:
    employer_id = str(uuid7())
    job = await recorded(http, "/vacancies", vacancy(employer_id=employer_id))
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["employer"] is None
    await recorded(http, "/employers", employer(id=employer_id))
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["employer"]["name_latin"] == (
        "Battambang Rice Mill 1"
    )
    listed = (await get(http, "counsellor", "/vacancies", limit=200)).json()["items"]
    (row,) = [each for each in listed if each["vacancy_id"] == job]
    assert row["employer"]["employer_id"] == employer_id


async def test_a_vacancy_shows_its_employer_as_corrected_and_not_if_it_was_voided(
    http: httpx2.AsyncClient,
) -> None:
    employer_id = await recorded(http, "/employers", employer())
    job = await recorded(http, "/vacancies", vacancy(employer_id=employer_id))
    correction = {
        "reason": "mistyped",
        "facts": {"kind": "farm", "province": "02"},
        "words": {"name_latin": "Other Mill"},
    }
    answer = await post(http, "counsellor", f"/events/{employer_id}/correction", correction)
    assert answer.status_code == 201, answer.text
    shown = (await get(http, "counsellor", f"/vacancies/{job}")).json()["employer"]
    assert (shown["name_latin"], shown["kind"]) == ("Other Mill", "farm")
    void = {"reason": "never_happened"}
    assert (await post(http, "counsellor", f"/events/{employer_id}/void", void)).status_code == 201
    assert (await get(http, "counsellor", f"/vacancies/{job}")).json()["employer"] is None


async def placed(http: httpx2.AsyncClient, running: RunningService, **fields: Any) -> tuple[Any, str]:
    """Place a returnee after a match was accepted; return the case and the employer of the vacancy."""
    case_id = case_of((await came_back(running)).id)
    employer_id = await recorded(http, "/employers", employer())
    job = await recorded(http, "/vacancies", vacancy(employer_id=employer_id))
    match_id = str(uuid7())
    for path, body in (
        ("matches", step(vacancy_id=job, reasons=["same_occupation"], match_id=match_id)),
        ("matches/acceptance", step(match_id=match_id)),
        (
            "placement",
            step(match_id=match_id, occupation="7112", province="02", starts_on="2014-07-02") | fields,
        ),
    ):
        answer = await post(http, "counsellor", f"/cases/{case_id}/{path}", body)
        assert answer.status_code == 200, answer.text
    return await read(http, case_id), employer_id


async def test_a_placement_from_a_match_names_the_employer_of_the_vacancy(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    case, employer_id = await placed(http, running)
    assert case["steps"][-1]["facts"]["employer_id"] == employer_id
    assert [each["name_latin"] for each in case["employers"]] == ["Battambang Rice Mill 1"]


async def test_a_placement_may_name_another_employer_also_one_that_is_not_registered(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    other = str(uuid4())
    case, _ = await placed(http, running, employer_id=other)
    assert (case["steps"][-1]["facts"]["employer_id"], case["employers"]) == (other, [])


async def test_a_ranked_vacancy_shows_its_employer(http: httpx2.AsyncClient, running: RunningService) -> None:
    case_id = case_of((await came_back(running)).id)
    employer_id = await recorded(http, "/employers", employer(name={"latin": "Ranked Mill"}))
    job = await recorded(http, "/vacancies", vacancy(employer_id=employer_id))
    ranked = (await get(http, "counsellor", f"/cases/{case_id}/vacancies", limit=200)).json()
    (row,) = [each for each in ranked if each["vacancy_id"] == job]
    assert row["employer"]["name_latin"] == "Ranked Mill"
