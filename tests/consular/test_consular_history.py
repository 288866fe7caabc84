"""Events of assistance cases are corrected, voided, and loaded in bulk."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx2
from uuid_utils.compat import uuid7

from tests.consular.mission import (
    ACTION,
    CLOSING,
    DEATH,
    DUE,
    IDENTIFICATION,
    LAPSE,
    PERSON,
    RESTRICTION,
    TAKE,
    case,
    get,
    opened,
    permit,
    post,
    queue,
    read,
    upload,
)


async def rule(http: httpx2.AsyncClient, event_id: str, body: dict[str, Any]) -> None:
    kind = "correction" if "facts" in body else "void"
    answer = await post(http, "attache", f"/events/{event_id}/{kind}", {"reason": "mistyped", **body})
    assert answer.status_code == 201, answer.text


async def worked(http: httpx2.AsyncClient) -> tuple[str, dict[str, dict[str, Any]]]:
    """A case with one event of each kind, and the steps by their kind."""
    case_id = await opened(http)
    for path, body in (
        ("identification", IDENTIFICATION), ("actions", ACTION), ("death", DEATH), ("due-date", DUE),
        ("handover", TAKE), ("restriction", RESTRICTION), ("closing", CLOSING),
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
    seen = await corrected("assistance_action_logged", worker_in="MYS", with_whom="worker_in_person")
    assert seen["worker_in"] == "MYS"
    assert (await corrected("worker_death_recorded", died_on="2014-06-13"))["died_on"] == "2014-06-13"
    named = await corrected("assistance_case_restricted", restricted_to=["attache"])
    assert named["restricted_to"] == ["attache"]
    assert (await corrected("assistance_case_closed", outcome="withdrawn"))["outcome"] == "withdrawn"
    assert (await corrected("assistance_case_handed_over", to_attache="colleague"))["attache"] == "colleague"
    found = await corrected(
        "assistance_caller_identified", sex=2, person=PERSON | {"sex": 2, "name": {"latin": "SOK DARY"}}
    )
    assert found["sex"] == 2
    names = [
        one["person"]["name"]["latin"] for one in found["steps"] if one["type"].endswith("identified.v1")
    ]
    assert names == ["SOK DARY"]
    await rule(http, steps["assistance_case_closed"]["event_id"], {})
    assert (await corrected("assistance_due_date_set", due_on="2014-06-25"))["due_on"] == "2014-06-25"


async def test_each_kind_of_event_can_be_voided(http: httpx2.AsyncClient) -> None:
    case_id, steps = await worked(http)

    async def voided(kind: str) -> dict[str, Any]:
        await rule(http, steps[kind]["event_id"], {})
        return await read(http, case_id)

    reopened = await voided("assistance_case_closed")
    assert (reopened["closed_at"], reopened["outcome"], reopened["due_on"]) == (None, None, "2014-06-20")
    assert (await voided("worker_death_recorded"))["died_on"] is None
    assert (await voided("assistance_case_restricted"))["restricted_to"] == []
    assert (await voided("assistance_due_date_set"))["due_on"] == "2014-06-21"
    assert (await voided("assistance_case_handed_over"))["attache"] is None
    assert (await voided("assistance_action_logged"))["actions"] == 0
    assert (await voided("assistance_caller_identified"))["identified"] is False
    await rule(http, steps["assistance_case_opened"]["event_id"], {})
    assert (await get(http, "attache", f"/cases/{case_id}")).status_code == 404
    refused = await post(http, "attache", f"/cases/{case_id}/closing", CLOSING)
    assert refused.status_code == 409 and "voided" in refused.json()["title"]


async def test_a_permit_is_corrected_and_voided(http: httpx2.AsyncClient) -> None:
    made = (await post(http, "attache", "/permits", permit())).json()
    at = f"/permits/{made['id']}"
    lapse = (await post(http, "attache", f"{at}/lapse", LAPSE)).json()["events"][0]
    facts = {"lapsed_on": "2015-05-01", "reason": "revoked"}
    await rule(http, lapse, {"facts": facts})
    found = (await get(http, "attache", at)).json()
    assert (found["lapsed_on"], found["lapse_reason"]) == ("2015-05-01", "revoked")
    await rule(http, lapse, {})
    assert (await get(http, "attache", at)).json()["lapsed_on"] is None
    stated = {
        "mission": "BKK",
        "country": "THA",
        "kind": "work_permit",
        "valid_from": "2014-07-21",
        "valid_until": "2016-03-31",
    }
    at_event = f"/events/{made['events'][0]}/correction"
    wrong = {"reason": "mistyped", "facts": stated | {"valid_until": "2014-07-01"}}
    answer = await post(http, "attache", at_event, wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "facts.valid_until")
    await rule(http, made["events"][0], {"facts": stated})
    found = (await get(http, "attache", at)).json()
    assert (found["kind"], found["valid_from"], found["regularisation"]) == (
        "work_permit",
        "2014-07-21",
        True,
    ), "what the correction leaves out stays as it was"
    await rule(http, made["events"][0], {})
    assert (await get(http, "attache", at)).status_code == 404
    refused = await post(http, "attache", f"{at}/lapse", LAPSE)
    assert refused.status_code == 409 and "voided" in refused.json()["title"]


async def test_history_is_loaded_in_bulk_and_a_second_time_changes_nothing(http: httpx2.AsyncClient) -> None:
    migrated = {"how": "migrated", "recorded_at": "2014-07-01T09:00:00+07:00"}
    ids = [str(uuid7()) for _ in range(3)]
    permit_id = str(uuid7())
    uploads: list[tuple[str, list[dict[str, Any]]]] = [
        ("/cases/bulk", [case(id=one, **migrated) for one in ids]),
        ("/cases/identifications/bulk", [IDENTIFICATION | migrated | {"case_id": one} for one in ids]),
        ("/cases/actions/bulk", [ACTION | migrated | {"case_id": one} for one in ids for _ in range(2)]),
        ("/cases/due-dates/bulk", [DUE | migrated | {"case_id": one} for one in ids]),
        ("/cases/handovers/bulk", [TAKE | migrated | {"case_id": one} for one in ids]),
        ("/cases/deaths/bulk", [DEATH | migrated | {"case_id": ids[0]}]),
        (
            "/cases/restrictions/bulk",
            [RESTRICTION | migrated | {"case_id": ids[2], "restricted_to": ["attache"]}],
        ),
        ("/permits/bulk", [permit(id=permit_id, **migrated | {"recorded_at": "2014-08-01T09:00:00+07:00"})]),
        (
            "/permits/lapses/bulk",
            [LAPSE | migrated | {"permit_id": permit_id, "recorded_at": "2015-05-01T09:00:00+07:00"}],
        ),
        ("/cases/closings/bulk", [CLOSING | migrated | {"case_id": ids[0]}]),
    ]
    for again in (False, True):
        for path, rows in uploads:
            answer = await upload(http, "loader", path, rows)
            counts = (answer["taken"], answer["already_known"], answer["refused"])
            assert counts == ((0, len(rows), 0) if again else (len(rows), 0, 0)), (path, answer)
    found = await read(http, ids[0])
    assert (found["outcome"], found["actions"], found["identified"]) == ("resolved", 2, True)
    assert found["died_on"] == "2014-06-14"
    assert (await get(http, "attache", f"/permits/{permit_id}")).json()["lapsed_on"] == "2015-04-01"
    assert date.fromisoformat(found["recorded_at"][:10]) == date(2014, 7, 1)
    assert {row["case_id"] for row in await queue(http)} & set(ids) == set(ids[1:])


async def test_a_mission_loads_only_cases_within_its_reach(http: httpx2.AsyncClient) -> None:
    answer = await upload(http, "attache", "/cases/bulk", [case(), case(mission="KUL")])
    assert (answer["taken"], answer["refused"]) == (1, 1)
