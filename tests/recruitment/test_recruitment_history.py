"""Events of employment contracts are corrected, voided, and loaded in bulk."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
from uuid_utils.compat import uuid7

from tests.recruitment.office import (
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
    upload,
)


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


async def test_each_kind_of_event_can_be_voided(http: httpx2.AsyncClient) -> None:
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
    assert refused.status_code == 409 and "voided" in refused.json()["title"]


async def test_history_is_loaded_in_bulk_and_a_second_time_changes_nothing(http: httpx2.AsyncClient) -> None:
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
    assert [(await read(http, one))["status"] for one in ids] == [
        "approved",
        "terminated",
        "approved",
        "approved",
    ]


async def test_a_refused_row_does_not_stop_the_others(http: httpx2.AsyncClient) -> None:
    contract_id = (await registered(http))["id"]
    answer = await upload(
        http,
        "loader",
        "/employment-contracts/approvals/bulk",
        [APPROVAL | {"contract_id": str(uuid4())}, APPROVAL | {"contract_id": contract_id}],
    )
    assert (answer["taken"], answer["refused"]) == (1, 1)
