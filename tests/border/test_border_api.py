"""The border's service over HTTP on a real PostgreSQL: crossings, handovers, lists, corrections."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from contracts.envelope import Correction
from contracts.person import ClearPerson
from tests.border.post import departure, handover, headers, person, post, recorded, returned

COUNT = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 38, "women": 10}


async def get(http: httpx2.AsyncClient, path: str, who: str = "poipet", **query: Any) -> httpx2.Response:
    return await http.get(path, params=query, headers=headers(who))


async def listed(
    http: httpx2.AsyncClient, day: str, who: str = "poipet", **query: Any
) -> list[dict[str, Any]]:
    answer = await get(http, "/crossings", who, day=day, **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def facts_of(runtime: Runtime, event_id: str) -> dict[str, Any]:
    event = await runtime.store.find(UUID(event_id))
    assert event is not None
    return event.facts.model_dump(mode="json", exclude={"recorded"}, exclude_none=True)


async def rule(http: httpx2.AsyncClient, event_id: str, who: str = "poipet", **body: Any) -> httpx2.Response:
    kind = "correction" if "facts" in body else "void"
    return await post(http, f"/events/{event_id}/{kind}", {"reason": "mistyped", **body}, who=who)


async def test_a_crossing_is_in_the_list_of_its_post_and_day_as_soon_as_it_is_acknowledged(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, departure(occurred_at="2011-05-01T00:10:00+07:00"))
    (found,) = await listed(http, "2011-05-01")
    assert (found["crossing_id"], found["kind"], found["country"], found["documented"]) == (
        outcome["id"], "departure", "THA", True,
    )  # fmt: skip
    assert await listed(http, "2011-04-30") == [], "a day is a day in Phnom Penh"
    looks = await runtime.pool.fetch(
        "SELECT action FROM audit WHERE evidence @> ARRAY[$1::uuid] ORDER BY at", UUID(outcome["id"])
    )
    assert [look["action"] for look in looks] == ["record_crossing", "list_crossings"]


async def test_a_list_shows_only_crossings_within_reach(http: httpx2.AsyncClient) -> None:
    day = "2011-05-02"
    await recorded(http, departure(occurred_at=f"{day}T08:00:00+07:00"))
    await recorded(http, departure(occurred_at=f"{day}T08:00:00+07:00", checkpoint="KH-BVT"), who="bavet")
    assert [one["checkpoint"] for one in await listed(http, day)] == ["KH-POI"]
    assert [one["checkpoint"] for one in await listed(http, day, "bavet")] == ["KH-BVT"]
    assert len(await listed(http, day, "reader")) == 2
    assert [one["checkpoint"] for one in await listed(http, day, "reader", checkpoint="KH-BVT")] == ["KH-BVT"]
    assert await listed(http, day, checkpoint="KH-BVT") == []


async def test_a_long_day_is_read_page_by_page_latest_first(http: httpx2.AsyncClient) -> None:
    day = "2011-05-03"
    for minute in (1, 2, 2, 2, 3):
        await recorded(http, departure(occurred_at=f"{day}T08:{minute:02}:00+07:00"))
    seen: list[str] = []
    query: dict[str, Any] = {"day": day, "limit": 2}
    while True:
        answer = await get(http, "/crossings", **query)
        seen += [one["crossing_id"] for one in answer.json()["items"]]
        times = [one["occurred_at"] for one in answer.json()["items"]]
        assert times == sorted(times, reverse=True)
        if answer.json()["next"] is None:
            break
        assert f"cursor={answer.json()['next']}" in answer.headers["link"]
        query["cursor"] = answer.json()["next"]
    assert len(seen) == len(set(seen)) == 5
    assert (await get(http, "/crossings", cursor="nonsense")).status_code == 422


async def test_the_end_of_a_shift_is_counted_by_kind_sex_and_age(http: httpx2.AsyncClient) -> None:
    day = "2011-05-04"
    for sex in (1, 2, 2):
        await recorded(http, returned(occurred_at=f"{day}T08:00:00+07:00", person=person(sex=sex)))
    await recorded(http, returned(occurred_at=f"{day}T08:00:00+07:00", person={}))
    answer = await get(http, "/crossings/totals", day=day)
    totals = {(one["kind"], one["sex"], one["age_band"]): one["persons"] for one in answer.json()}
    assert totals == {("return", 0, "unknown"): 1, ("return", 1, "20-24"): 1, ("return", 2, "20-24"): 2}


async def test_a_handover_shows_what_was_announced_taken_and_recorded(http: httpx2.AsyncClient) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    found = (await get(http, f"/handovers/{group}")).json()
    assert (found["count_announced"], found["count_taken"], found["missing"]) == (40, None, None)
    assert (await post(http, f"/handovers/{group}/count", COUNT)).status_code == 200
    deported = {"kind": "deported_return", "handover_id": group}
    for _ in range(3):
        await recorded(http, returned(**deported))
    found = (await get(http, f"/handovers/{group}")).json()
    assert (found["count_taken"], found["missing"], found["persons_recorded"]) == (38, 2, 3)
    assert (await post(http, f"/handovers/{group}/count", COUNT)).status_code == 409
    assert (await get(http, f"/handovers/{group}", "bavet")).status_code == 404


async def test_a_handover_that_nobody_announced_cannot_be_counted(http: httpx2.AsyncClient) -> None:
    assert (await post(http, f"/handovers/{uuid4()}/count", COUNT)).status_code == 404
    assert (await post(http, "/handovers/none/count", COUNT)).status_code == 404


async def test_a_count_is_corrected_and_voided(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    counted = (await post(http, f"/handovers/{group}/count", COUNT)).json()["events"][0]
    facts = await facts_of(runtime, counted)
    assert (await rule(http, counted, facts=facts | {"count_taken": 40})).status_code == 201
    assert (await get(http, f"/handovers/{group}")).json()["missing"] == 0
    assert (await rule(http, counted)).status_code == 201
    assert (await get(http, f"/handovers/{group}")).json()["count_taken"] is None
    assert (await post(http, f"/handovers/{group}/count", COUNT)).status_code == 200, "it may be counted anew"


async def test_a_crossing_is_corrected_and_then_voided(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    day = "2011-05-05"
    event_id = (await recorded(http, departure(occurred_at=f"{day}T08:00:00+07:00")))["events"][0]
    facts = await facts_of(runtime, event_id)
    answer = await rule(
        http, event_id, facts=facts | {"destination": "MYS"}, occurred_at=f"{day}T09:00:00+07:00"
    )
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    (found,) = await listed(http, day)
    assert (found["country"], found["occurred_at"]) == ("MYS", "2011-05-05T02:00:00Z")
    assert (await rule(http, answer.json()["events"][0])).status_code == 201, (
        "the correction names the same crossing"
    )
    assert await listed(http, day) == []
    assert (await rule(http, event_id)).status_code == 409, "it is voided already"
    assert (await rule(http, event_id, facts=facts)).status_code == 201, "it did happen after all"
    assert len(await listed(http, day)) == 1
    assert len(await runtime.store.load(f"crossing-{event_id}")) == 4, "nothing was overwritten"


async def test_a_corrected_person_has_other_handles_and_is_found_under_the_earlier_ones(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    event_id = (await recorded(http, departure()))["events"][0]
    right = person(documents=[{"kind": "passport", "number": f"N{uuid4().int % 10**11:011}"}])
    answer = await rule(
        http, event_id, facts=await facts_of(runtime, event_id), person=right, reason="wrong_document"
    )
    assert answer.status_code == 201, answer.text
    original, ruling = await runtime.store.load(f"crossing-{event_id}")
    assert ruling.handles and ruling.handles != original.handles
    assert ruling.facts.formerly == original.handles  # type: ignore[attr-defined]


async def test_a_crossing_cannot_be_corrected_to_another_kind(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    event_id = (await recorded(http, departure()))["events"][0]
    facts = await facts_of(runtime, event_id)
    for wrong in (facts | {"destination": "ATL"}, {"count_taken": 3}, {"destination": None}):
        assert (await rule(http, event_id, facts=wrong)).status_code == 422
    for same in ({}, facts):
        unchanged = await rule(http, event_id, facts=same)
        assert (unchanged.status_code, unchanged.json()["title"]) == (
            409,
            "This correction changes nothing",
        )
    assert (await rule(http, str(uuid4()))).status_code == 404


async def test_a_correction_obeys_the_rules_of_the_first_record(http: httpx2.AsyncClient) -> None:
    crossing = (await recorded(http, departure()))["events"][0]
    group = (await recorded(http, handover(), path="/handovers"))["id"]
    count = (await post(http, f"/handovers/{group}/count", COUNT)).json()["events"][0]
    for event_id, wrong, field in (
        (crossing, {"destination": "KHM"}, "facts.destination"),
        (count, {"women": 40}, "facts"),
        (count, {"count_taken": 5}, "facts"),
    ):
        answer = await rule(http, event_id, facts=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
    assert (await rule(http, count, facts={"women": 12})).status_code == 201


async def test_what_a_correction_leaves_out_stays_as_it_was(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    shown = person(
        birth={"on": "1990-04-03"}, documents=[{"kind": "passport", "number": f"N{uuid4().int % 10**7:07}"}]
    )
    left = departure(person=shown, channel="trainee", vehicle="bus", words={"note": "with her sister"})
    event_id = (await recorded(http, left))["events"][0]
    before = await facts_of(runtime, event_id)
    answer = await rule(http, event_id, facts={"destination": "MYS"}, person={"phone": "012 345 678"})
    assert answer.status_code == 201, answer.text
    (original, ruling) = await runtime.store.load(f"crossing-{event_id}")
    assert isinstance(ruling.facts, Correction)
    after = ruling.facts.restated.facts.model_dump(mode="json", exclude={"recorded"}, exclude_none=True)
    assert after == before | {"destination": "MYS"}
    assert isinstance(original.person, ClearPerson) and isinstance(ruling.person, ClearPerson)
    assert ruling.person == original.person.model_copy(
        update={"phone": "012 345 678", "evidence_id": ruling.person.evidence_id}
    )
    assert ruling.handles == original.handles


async def test_documents_shown_follow_from_the_corrected_person(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    event_id = (await recorded(http, departure(person={"sex": 2})))["events"][0]
    card = [{"kind": "national_id", "number": f"{uuid4().int % 10**9:09}"}]
    assert (await rule(http, event_id, facts={}, person={"documents": card})).status_code == 201
    *_, ruling = await runtime.store.load(f"crossing-{event_id}")
    assert isinstance(ruling.facts, Correction)
    assert [each.kind for each in ruling.facts.restated.facts.documents_shown] == ["national_id"]
    by_hand = await rule(http, event_id, facts={"documents_shown": []})
    assert by_hand.json()["errors"][0]["field"] == "facts.documents_shown"


async def test_only_the_author_moves_a_record_beyond_their_reach(http: httpx2.AsyncClient) -> None:
    event_id = (await recorded(http, departure()))["events"][0]
    elsewhere: dict[str, Any] = {"facts": {"checkpoint": "KH-BVT"}, "reason": "wrong_place"}
    assert (await rule(http, event_id, "chief", **elsewhere)).status_code == 403
    assert (await rule(http, event_id, **elsewhere)).status_code == 201, "the wrong post of an own record"
    assert (await rule(http, event_id, "chief", facts={"destination": "MYS"})).status_code == 403


async def test_only_the_recorder_and_a_supervisor_correct_a_crossing(
    http: httpx2.AsyncClient,
) -> None:
    event_id = (await recorded(http, departure()))["events"][0]
    assert (await rule(http, event_id, "poipet-too")).status_code == 403
    assert (await rule(http, event_id, "bavet")).status_code == 403
    assert (await rule(http, event_id, "reader")).status_code == 403
    assert (await rule(http, event_id, "chief")).status_code == 201


async def test_after_some_days_only_a_supervisor_corrects(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = departure(how="migrated", recorded_at="2014-03-04T08:00:00+07:00")
    first, event_id = [(await recorded(http, old, who="loader"))["events"][0] for _ in range(2)]
    assert (await rule(http, first, "loader")).status_code == 201, "the days count from the append"
    monkeypatch.setattr(type(runtime.clock), "now", lambda _: datetime.now(UTC) + timedelta(hours=73))
    answer = await rule(http, event_id, "loader")
    assert answer.status_code == 403
    assert "72 hours" in answer.json()["detail"]
    assert (await rule(http, event_id, "chief")).status_code == 201


async def test_a_retry_with_the_present_time_of_the_device_is_the_same_request(
    http: httpx2.AsyncClient,
) -> None:
    key, now = str(uuid4()), datetime.now(UTC)
    sent = departure(how="offline", device="booth-3", id=str(uuid7()))
    outcomes = [
        await post(
            http, "/crossings", sent | {"device_clock": (now + timedelta(minutes=nth)).isoformat()}, key=each
        )
        for nth, each in enumerate((key, key, str(uuid4())))
    ]
    assert [each.status_code for each in outcomes] == [201, 201, 201]
    assert len({each.json()["id"] for each in outcomes}) == 1
    other = await post(http, "/crossings", sent | {"destination": "MYS"}, key=key)
    assert other.status_code == 422, "other content under the same key"


async def test_a_voided_record_that_is_sent_again_says_that_it_was_voided(http: httpx2.AsyncClient) -> None:
    sent = departure(id=str(uuid7()))
    event_id = (await recorded(http, sent))["events"][0]
    assert (await rule(http, event_id)).status_code == 201
    again = await post(http, "/crossings", sent)
    problem = again.json()
    assert (again.status_code, problem["type"].rpartition("/")[2]) == (409, "record-voided")
    assert "record it anew under another id" in again.text


async def test_a_void_sent_twice_with_its_key_is_answered_twice(http: httpx2.AsyncClient) -> None:
    event_id, key = (await recorded(http, departure()))["events"][0], str(uuid4())
    path, body = f"/events/{event_id}/void", {"reason": "duplicate"}
    first, again = await post(http, path, body, key=key), await post(http, path, body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    "path", ["/crossings", "/crossings/totals", "/handovers/01900000-0000-7000-8000-000000000000"]
)
async def test_reading_needs_a_permission(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 401


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+00:00"]
)
async def test_a_forged_cursor_with_an_extreme_time_is_no_error_of_ours(
    at: str, http: httpx2.AsyncClient
) -> None:
    forged = base64.urlsafe_b64encode(f'["{at}","{uuid4()}"]'.encode()).decode().rstrip("=")
    answer = await http.get("/crossings", params={"cursor": forged}, headers=headers("poipet"))
    assert answer.status_code in (200, 422), answer.text


async def test_a_query_with_a_control_character_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/crossings?checkpoint=KH%00", headers=headers("poipet"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "checkpoint")


async def test_a_forged_cursor_beyond_32_bits_is_refused(http: httpx2.AsyncClient) -> None:
    forged = base64.urlsafe_b64encode(b"[4611686018427387904]").decode().rstrip("=")
    answer = await http.get(
        f"/crossings/bulk/{uuid7()}/refusals", params={"cursor": forged}, headers=headers("poipet")
    )
    assert answer.status_code in (404, 422), answer.text


@pytest.mark.parametrize("path", ["/crossings?checkpiont=KH-POI", "/crossings?day=2014-06-12&limits=5"])
async def test_a_query_parameter_that_does_not_exist_is_refused(path: str, http: httpx2.AsyncClient) -> None:
    answer = await http.get(path, headers=headers("poipet"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("checkpiont", "limits")
    assert "checkpoint" in answer.json()["remedy"]


async def test_a_command_takes_no_query(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/crossings?dry_run=1", json=departure(), headers=headers("poipet"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "dry_run")


async def test_a_change_sent_several_times_at_once_under_one_key_is_never_refused(
    http: httpx2.AsyncClient,
) -> None:
    for _ in range(20):
        group = (await recorded(http, handover(), path="/handovers"))["id"]
        counted = await at_once(http, f"/handovers/{group}/count", COUNT)
        await at_once(http, f"/events/{counted}/void", {"reason": "mistyped"})


async def at_once(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> str:
    """Send a command several times at once under one key, check the answers, and return the one event recorded."""
    key = str(uuid4())
    answers = await asyncio.gather(*(post(http, path, body, key=key) for _ in range(6)))
    running = [answer for answer in answers if "command-still-running" in answer.text]
    recorded_by = {tuple(answer.json()["events"]) for answer in answers if answer not in running}
    ((event,),) = recorded_by
    return str(event)


async def test_a_correction_gives_a_handover_no_person(http: httpx2.AsyncClient) -> None:
    group = await recorded(http, handover(), path="/handovers")
    body = {"reason": "mistyped", "facts": {"count_announced": 41}}
    answer = await post(http, f"/events/{group['id']}/correction", body | {"person": person()})
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == ["person"]
    answer = await post(
        http, f"/events/{group['id']}/correction", body | {"words": {"note": "counted twice"}}
    )
    assert answer.status_code == 201, answer.text
