"""Command routes: idempotency by key and by id, recorded times, reach, audit, refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from chassis.retention import delete_expired_outcomes
from chassis.store.event_store import lock_of
from contracts.codes.documents import DocumentKind
from contracts.person import Document
from tests.border.post import caller, departure, handover, headers, now, person, post, recorded, returned


async def count(runtime: Runtime, table: str = "events") -> int:
    found: int = await runtime.pool.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def test_a_command_sent_twice_with_its_key_is_answered_twice_and_recorded_once(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    body, key, before = departure(), str(uuid4()), await count(runtime)
    first = await post(http, "/crossings", body, key=key)
    again = await post(http, "/crossings", body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await count(runtime) == before + 1


async def test_a_change_sent_twice_with_its_key_is_answered_twice(http: httpx2.AsyncClient) -> None:
    record = (await recorded(http, handover(), path="/handovers"))["id"]
    body, key = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}, str(uuid4())
    first = await post(http, f"/handovers/{record}/count", body, key=key)
    again = await post(http, f"/handovers/{record}/count", body, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


async def test_a_key_used_for_another_command_is_refused(http: httpx2.AsyncClient) -> None:
    key = str(uuid4())
    assert (await post(http, "/crossings", departure(), key=key)).status_code == 201
    answer = await post(http, "/crossings", departure(), key=key)
    assert answer.status_code == 422
    assert "another command" in answer.json()["title"]
    assert (await post(http, "/crossings", departure(), who="poipet-too", key=key)).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 121])
async def test_a_command_without_a_usable_key_is_refused(http: httpx2.AsyncClient, key: str) -> None:
    answer = await http.post(
        "/crossings", json=departure(), headers=headers("poipet") | {"Idempotency-Key": key}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_repeated_command_must_wait_until_the_first_has_ended(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    body, key = departure(), str(uuid4())
    other = await asyncpg.connect(runtime.settings.database("border"))
    try:
        await other.execute("SELECT pg_advisory_lock($1)", lock_of("poipet", key))
        answer = await post(http, "/crossings", body, key=key)
        assert answer.status_code == 409
        assert "still running" in answer.json()["title"]
    finally:
        await other.close()
    assert (await post(http, "/crossings", body, key=key)).status_code == 201


async def test_an_id_sent_again_with_another_key_is_recorded_once(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    body = departure(id=str(uuid7()))
    first, before = await recorded(http, body), await count(runtime)
    assert await recorded(http, body) == first
    assert await count(runtime) == before


async def test_a_change_with_an_id_sent_again_is_recorded_once(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    path = f"/handovers/{(await recorded(http, handover(), path='/handovers'))['id']}/count"
    body = {"id": str(uuid7()), "occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    first, before = await post(http, path, body), await count(runtime)
    again = await post(http, path, body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert await count(runtime) == before
    other = await post(http, path, body | {"count_taken": 38})
    assert other.status_code == 409


@pytest.mark.parametrize(
    "change",
    [{"destination": "MYS"}, {"occurred_at": "2014-03-03T09:00:01+07:00"}, {"person": person(sex=1)}],
)
async def test_an_id_sent_again_with_other_content_is_refused(
    http: httpx2.AsyncClient, change: dict[str, Any]
) -> None:
    body = departure(id=str(uuid7()))
    await recorded(http, body)
    answer = await post(http, "/crossings", body | change)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "id"


async def test_a_live_record_with_a_future_time_is_refused(http: httpx2.AsyncClient) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    answer = await post(http, "/crossings", departure(occurred_at=later))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "occurred_at"
    assert "offline" in answer.json()["remedy"]


async def test_the_time_of_an_offline_device_with_a_wrong_clock_is_corrected_and_its_clock_stored(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    device_now = datetime.now(UTC) + timedelta(days=2)
    crossed = device_now - timedelta(hours=3)
    body = departure(
        id=str(uuid7()),
        how="offline",
        device="booth-4",
        device_clock=device_now.isoformat(),
        occurred_at=crossed.isoformat(),
        recorded_at=crossed.isoformat(),
    )
    outcome = await recorded(http, body)
    event = await runtime.store.find(UUID(outcome["events"][0]))
    assert event is not None
    said = event.facts.recorded
    assert abs((datetime.now(UTC) - timedelta(hours=3) - event.occurred_at).total_seconds()) < 60
    assert event.recorded_at == event.occurred_at
    assert (said.device, said.device_clock) == ("booth-4", device_now)
    assert said.clock_difference_s is not None and abs(said.clock_difference_s + 2 * 86400) < 60
    resent = body | {"device_clock": (device_now + timedelta(minutes=0)).isoformat()}
    assert await recorded(http, resent) == outcome


async def test_an_unlikely_time_within_its_range_is_recorded(http: httpx2.AsyncClient) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=6)).isoformat()
    await recorded(http, departure(how="offline", occurred_at=ahead))
    await recorded(
        http, departure(how="paper", occurred_at="1990-01-02T00:00:00+07:00", recorded_at=now(), person={})
    )


async def test_history_needs_a_permission_and_keeps_its_time_of_recording(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    body = departure(how="migrated", recorded_at="2014-03-05T08:00:00+07:00")
    answer = await post(http, "/crossings", body)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "how"
    event = await runtime.store.find(UUID((await recorded(http, body, who="loader"))["events"][0]))
    assert event is not None
    assert event.recorded_at == datetime.fromisoformat("2014-03-05T08:00:00+07:00")
    appended: datetime = await runtime.pool.fetchval(
        "SELECT appended_at FROM events WHERE event_id = $1", event.id
    )
    assert datetime.now(UTC) - appended < timedelta(minutes=1)


async def test_a_record_of_another_post_is_beyond_reach(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    before = await count(runtime)
    answer = await post(http, "/crossings", departure(checkpoint="KH-BVT"))
    assert answer.status_code == 403
    record = (await recorded(http, handover(), path="/handovers"))["id"]
    counting = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    assert (await post(http, f"/handovers/{record}/count", counting, who="bavet")).status_code == 403
    assert await count(runtime) == before + 1


async def test_a_caller_without_the_permission_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await post(http, "/crossings", departure(), who="reader")
    assert answer.status_code == 403
    assert "border.crossing.record" in answer.json()["detail"]


async def test_a_command_leaves_one_entry_in_the_audit_that_names_the_evidence(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    outcome = await recorded(http, departure())
    row = await runtime.pool.fetchrow(
        "SELECT caller, office, action FROM audit WHERE evidence @> ARRAY[$1::uuid]",
        UUID(outcome["events"][0]),
    )
    assert row is not None and tuple(row) == ("poipet", "KH-POI", "record_crossing")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"occurred_at": "2014-02-30T09:00:00+07:00"}, "occurred_at"),
        ({"occurred_at": "2014-03-03T09:00:00"}, "occurred_at"),
        ({"occurred_at": 1394000000}, "occurred_at"),
        ({"destination": "ATL"}, "destination"),
        ({"person": person(name={"latin": "N1234567"})}, "person.name.latin"),
        ({"person": person(birth={"on": "2014-13-01"})}, "person.birth.on"),
        ({"person": person(name={"latin": "SOK\u0000"})}, "person.name.latin"),
        ({"id": str(uuid4())}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_an_unreadable_field_is_refused_by_name(
    http: httpx2.AsyncClient, runtime: Runtime, change: dict[str, Any], field: str
) -> None:
    before = await count(runtime)
    answer = await post(http, "/crossings", departure() | change)
    assert answer.status_code == 422, answer.text
    assert [error["field"].removeprefix("departure.") for error in answer.json()["errors"]] == [field]
    assert await count(runtime) == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b'{"kind":"\xff"}', b'{"words":{"note":"\\ud800"}}', b"\x00", b"[]"]
)
async def test_a_body_that_is_no_command_is_refused(http: httpx2.AsyncClient, body: bytes) -> None:
    answer = await http.post("/crossings", content=body, headers=headers("poipet", None))
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_khmer_text_is_stored_as_typed_in_every_text_field(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    typed = person(
        name={"khmer": "សុខ ដារ៉ា", "latin": "ដារ៉ា"},
        documents=[{"kind": "border_pass", "number": "ប៉ប ០១២៣", "place": "ប៉ោយប៉ែត"}],
        phone="០១២ ៣៤៥ ៦៧៨",
        relatives=[{"relation": "mother", "name": {"khmer": "សុខ ស្រីមុំ"}}],
    )
    outcome = await recorded(http, departure(person=typed, words={"remark": "មកជាមួយក្រុមគ្រួសារ"}))
    event = await runtime.store.find(UUID(outcome["events"][0]))
    assert event is not None and event.person is not None
    kept = event.person.model_dump(mode="json", exclude_none=True)
    assert (kept["name"], kept["phone"], kept["relatives"]) == (
        typed["name"],
        typed["phone"],
        typed["relatives"],
    )
    assert (kept["documents"][0]["number"], kept["documents"][0]["place"]) == ("ប៉ប ០១២៣", "01")
    assert kept["words"] == {"remark": "មកជាមួយក្រុមគ្រួសារ"}
    assert len(event.handles) == 1


async def test_a_person_without_papers_name_or_age_is_recorded(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    event = await runtime.store.find(UUID((await recorded(http, returned(person={})))["events"][0]))
    assert event is not None
    assert (event.person, event.handles) == (None, ())


def test_the_people_of_these_tests_have_the_reach_of_their_post() -> None:
    assert not caller("x", posts=frozenset(["KH-POI"])).reach.national


async def test_a_stored_outcome_expires_and_the_recorded_events_stay(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    body, keys = departure(id=str(uuid7())), [str(uuid4()), str(uuid4())]
    for key, sent in zip(keys, (body, departure()), strict=True):
        assert (await post(http, "/crossings", sent, key=key)).status_code == 201
    owner = await asyncpg.connect(runtime.settings.database("border", owner=True))
    try:
        days = runtime.settings.idempotency_days + 1
        aged = "UPDATE idempotency SET created_at = created_at - $1::interval WHERE key = $2"
        await owner.execute(aged, timedelta(days=days), keys[0])
    finally:
        await owner.close()
    await delete_expired_outcomes(runtime)
    kept = await runtime.pool.fetch("SELECT key FROM idempotency WHERE key = ANY($1::text[])", keys)
    assert [row["key"] for row in kept] == [keys[1]]
    before = await count(runtime)
    again = await post(http, "/crossings", body, key=keys[0])
    assert again.status_code == 201 and again.json()["id"] == body["id"], "known by its own id"
    assert await count(runtime) == before


def test_a_document_with_local_numbers_joins_no_workers_without_its_place(
    runtime: Runtime,
) -> None:
    def border_pass(place: str | None) -> Document:
        return Document(kind=DocumentKind.BORDER_PASS, number="0012", place=place)

    assert runtime.handles.of(border_pass(None)) is None
    assert runtime.handles.of(border_pass("02")) not in (None, runtime.handles.of(border_pass("01")))
    assert runtime.handles.of_all([border_pass(None), border_pass("02")]) == (
        runtime.handles.of(border_pass("02")),
    )
