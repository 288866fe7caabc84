"""Uploads as offices send them: rows are independent, and a repeated file adds only new rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from uuid_utils.compat import uuid7

from chassis.commands.runtime import Runtime
from chassis.service import RunningService
from chassis.store.append import ConcurrentAppend
from chassis.store.event_store import lock_of
from chassis.uploads import body_reader
from chassis.uploads.scheduler import BACKLOG
from tests.border.post import (
    counts,
    departure,
    handover,
    headers,
    ndjson,
    person,
    post,
    recorded,
    returned,
    send,
    uploaded,
)


def rows(count: int) -> list[dict[str, Any]]:
    return [returned() for _ in range(count)]


async def test_rows_are_recorded_as_if_each_had_been_sent_alone(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = returned(id=str(uuid7()))
    outcome = await uploaded(http, [row, *rows(3)])
    assert counts(outcome) == (4, 0, 0)
    assert (outcome["refusals"], outcome["refusals_url"]) == ([], None)
    event = await runtime.store.find(UUID(row["id"]))
    assert event is not None and event.person is not None
    assert (event.stream, event.version) == (f"crossing-{row['id']}", 1)
    assert event.correlation_id == UUID(outcome["upload_id"])
    assert await recorded(http, row)  # the same act, sent alone: known
    entries = await runtime.pool.fetch(
        "SELECT action, evidence FROM audit WHERE correlation = $1", event.correlation_id
    )
    assert [(entry["action"], len(entry["evidence"])) for entry in entries] == [("crossings_bulk", 4)]


async def test_a_file_of_many_chunks_is_recorded_whole(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    outcome = await uploaded(http, rows(3_456))
    assert counts(outcome) == (3_456, 0, 0)
    found = await runtime.pool.fetchval(
        "SELECT count(*) FROM events WHERE correlation_id = $1", UUID(outcome["upload_id"])
    )
    assert found == 3_456


async def test_a_retry_with_another_key_adds_nothing(http: httpx2.AsyncClient) -> None:
    sent = rows(1_200)
    assert counts(await uploaded(http, sent)) == (1_200, 0, 0)
    assert counts(await uploaded(http, sent)) == (0, 1_200, 0)
    assert counts(await uploaded(http, sent[::-1])) == (0, 1_200, 0)
    again = await uploaded(http, sent, who="poipet-too")
    assert counts(again) == (0, 1_200, 0), "a colleague of the same office"
    assert again["loaded_before"] is not None
    assert counts(await uploaded(http, sent, who="loader-of-bavet")) == (1_200, 0, 0), "another office"


async def test_the_whole_corrected_file_adds_only_what_is_new(http: httpx2.AsyncClient) -> None:
    sent = rows(20)
    wrong = returned(person=person(name={"latin": "N1234567"}))
    outcome = await uploaded(http, [*sent[:10], wrong, *sent[10:]])
    assert counts(outcome) == (20, 0, 1)
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [(11, "person.name.latin")]
    assert counts(await uploaded(http, [*sent[:10], returned(), *sent[10:]])) == (1, 20, 0)


async def test_the_order_of_a_rows_fields_and_its_spaces_do_not_matter(http: httpx2.AsyncClient) -> None:
    row = returned()
    assert counts(await uploaded(http, [row])) == (1, 0, 0)
    assert counts(await uploaded(http, [dict(reversed(row.items()))])) == (0, 1, 0)


async def test_a_retry_with_the_present_time_of_the_device_adds_nothing(http: httpx2.AsyncClient) -> None:
    row = returned(how="offline", device="booth-3")
    for nth, expected in enumerate(((1, 0, 0), (0, 1, 0))):
        clock = (datetime.now(UTC) + timedelta(minutes=nth)).isoformat()
        answer = await send(http, ndjson([row | {"device_clock": clock}]))
        assert counts(answer.json()) == expected


@pytest.mark.parametrize("with_id", [True, False])
async def test_a_row_that_was_voided_says_so_when_it_is_sent_again(
    http: httpx2.AsyncClient, runtime: Runtime, with_id: bool
) -> None:
    row = returned() | ({"id": str(uuid7())} if with_id else {})
    first = (await send(http, ndjson([row]))).json()
    (event_id,) = [
        each[0]
        for each in await runtime.pool.fetch(
            "SELECT event_id FROM events WHERE correlation_id = $1", UUID(first["upload_id"])
        )
    ]
    voided = await post(http, f"/events/{event_id}/void", {"reason": "never_happened"})
    assert voided.status_code == 201, voided.text
    outcome = (await send(http, ndjson([row]))).json()
    assert counts(outcome) == (0, 0, 1)
    assert "it was recorded before and then voided" in outcome["refusals"][0]["reason"]


async def test_a_row_without_documents_name_or_age_is_accepted(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    row = returned(id=str(uuid7()), person={})
    assert counts(await uploaded(http, [row])) == (1, 0, 0)
    event = await runtime.store.find(UUID(row["id"]))
    assert event is not None and (event.person, event.handles) == (None, ())


async def test_a_clients_id_is_known_again_and_refused_as_another_kind_of_record(
    http: httpx2.AsyncClient,
) -> None:
    one, other = returned(id=str(uuid7())), returned(id=str(uuid7()))
    assert counts(await uploaded(http, [one, other])) == (2, 0, 0)
    assert counts(await uploaded(http, [one, other])) == (0, 2, 0)
    outcome = await uploaded(http, [one, other | {"kind": "deported_return"}])
    assert counts(outcome) == (0, 1, 1)
    refusal = outcome["refusals"][0]
    assert (refusal["row"], refusal["field"], refusal["value"]) == (2, "id", other["id"])
    assert "void the record" in refusal["reason"]


@pytest.mark.parametrize("change", [{}, {"returned_from": "MYS"}])
async def test_a_further_row_with_the_same_id_is_refused_with_the_number_of_the_first(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    monkeypatch.setattr(body_reader, "CHUNK", 3)
    row = returned(id=str(uuid7()))
    outcome = await uploaded(http, [row, *rows(5), row | change])
    assert counts(outcome) == (6, 0, 1)
    refusal = outcome["refusals"][0]
    assert (refusal["row"], refusal["field"]) == (7, "id") and "row 1 of this file" in refusal["reason"]
    event = await runtime.store.find(UUID(row["id"]))
    assert event is not None and event.facts.model_dump()["returned_from"] == "THA"


async def test_two_uploads_of_one_file_at_once_record_it_once(http: httpx2.AsyncClient) -> None:
    sent = [returned(id=str(uuid7())) for _ in range(2_500)]
    outcomes = await asyncio.gather(*(uploaded(http, order) for order in (sent, sent[::-1], sent)))
    assert sum(outcome["taken"] for outcome in outcomes) == 2_500
    assert [counts(outcome)[2] for outcome in outcomes] == [0, 0, 0]


async def test_what_the_rules_refuse_is_refused_row_by_row(http: httpx2.AsyncClient) -> None:
    outcome = await uploaded(
        http,
        [
            departure(checkpoint="KH-BVT"),
            departure(occurred_at="2114-01-01T00:00:00+07:00"),
            departure(how="migrated"),
            departure(destination="ATL"),
            departure(),
        ],
    )
    assert counts(outcome) == (1, 0, 4)
    assert [(one["row"], one["field"]) for one in outcome["refusals"]] == [
        (1, ""),
        (2, "occurred_at"),
        (3, "how"),
        (4, "destination"),
    ]
    assert outcome["refusals"][3]["value"] == "ATL"
    assert "beyond what your post may work on" in outcome["refusals"][0]["reason"]


async def test_history_is_loaded_only_with_the_permission(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    row = returned(
        id=str(uuid7()), how="migrated", recorded_at="2014-06-13T00:00:00+07:00", checkpoint="KH-BVT"
    )
    assert counts(await uploaded(http, [row], who="loader")) == (1, 0, 0)
    event = await runtime.store.find(UUID(row["id"]))
    assert event is not None and event.recorded_at.isoformat() == "2014-06-12T17:00:00+00:00"


async def test_changes_in_bulk_are_carried_out_in_the_order_of_the_rows(http: httpx2.AsyncClient) -> None:
    groups = [(await recorded(http, handover(), path="/handovers"))["id"] for _ in range(2)]
    taken = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    sent = [
        {**taken, "handover_id": groups[0]},
        {**taken, "handover_id": groups[0], "count_taken": 38},
        {**taken, "handover_id": groups[1]},
        {**taken, "handover_id": str(uuid4())},
        {**taken},
    ]
    outcome = await uploaded(http, sent, path="/handovers/counts/bulk")
    assert counts(outcome) == (2, 0, 3)
    reasons = {one["row"]: (one["field"], one["reason"]) for one in outcome["refusals"]}
    assert "is already counted" in reasons[2][1]
    assert "no such record" in reasons[4][1]
    assert reasons[5][0] == "handover_id"
    found = await http.get(f"/handovers/{groups[0]}", headers=headers("poipet"))
    assert (found.json()["count_taken"], found.json()["missing"]) == (39, 1)
    assert counts(await uploaded(http, sent, path="/handovers/counts/bulk")) == (0, 2, 3)


async def test_groups_and_their_counts_with_ids_of_the_clients(http: httpx2.AsyncClient) -> None:
    groups = [handover(id=str(uuid7())) for _ in range(30)]
    assert counts(await uploaded(http, groups, path="/handovers/bulk")) == (30, 0, 0)
    taken = {"occurred_at": "2014-06-12T10:00:00+07:00", "count_taken": 39}
    sent = [{**taken, "id": str(uuid7()), "handover_id": group["id"]} for group in groups]
    assert counts(await uploaded(http, sent, path="/handovers/counts/bulk")) == (30, 0, 0)
    sent[7]["handover_id"] = groups[8]["id"]
    assert counts(await uploaded(http, sent, path="/handovers/counts/bulk")) == (0, 29, 1)


async def test_the_same_key_and_file_are_answered_as_before(http: httpx2.AsyncClient) -> None:
    key, content = str(uuid4()), ndjson([returned(), returned(returned_from="ATL")])
    first, again = await send(http, content, key=key), await send(http, content, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() | {"likely_same": []} == again.json()
    assert counts(again.json()) == (1, 0, 1)


async def test_a_key_used_for_another_file_is_refused(http: httpx2.AsyncClient) -> None:
    key = str(uuid4())
    assert (await send(http, ndjson(rows(1)), key=key)).status_code == 200
    answer = await send(http, ndjson(rows(1)), key=key)
    assert answer.status_code == 422
    assert "make a new key" in answer.json()["remedy"]


async def test_a_repeated_upload_must_wait_until_the_first_has_ended(
    http: httpx2.AsyncClient, runtime: Runtime
) -> None:
    key, content = str(uuid4()), ndjson(rows(1))
    other = await asyncpg.connect(runtime.settings.database("border"))
    try:
        await other.execute("SELECT pg_advisory_lock($1)", lock_of("poipet", key))
        assert (await send(http, content, key=key)).status_code == 409
    finally:
        await other.close()
    assert (await send(http, content, key=key)).status_code == 200


async def test_an_upload_waits_for_a_relay_that_is_far_behind_but_not_for_a_stopped_one(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = BACKLOG + 50
    asked = 0

    class Host:
        """A process whose relay is behind: it catches up, and later it does not move."""

        stuck = False

        async def backlog(self) -> int:
            nonlocal behind, asked
            if self.stuck:
                return BACKLOG + 1
            behind, asked = max(0, behind - 1), asked + 1
            return behind

        def start_upload_processes(self, runtime: Runtime, join: Any) -> None:
            """None are started."""

    host = Host()
    monkeypatch.setattr(runtime, "host", host)
    assert counts(await uploaded(http, rows(10))) == (10, 0, 0)
    assert asked >= 50
    host.stuck = True
    assert counts(await uploaded(http, rows(2_100))) == (2_100, 0, 0)


async def test_an_upload_that_breaks_off_keeps_what_it_recorded(
    border: tuple[RunningService, httpx2.AsyncClient],
) -> None:
    running, http = border
    sent = rows(2_300)
    pieces = iter([ndjson(sent[at : at + 100]) for at in range(0, 2_200, 100)])

    async def receive() -> Any:
        piece = next(pieces, None)
        return (
            {"type": "http.disconnect"}
            if piece is None
            else {"type": "http.request", "body": piece, "more_body": True}
        )

    async def answer(_: Any) -> None:
        return None

    request = http.build_request(
        "POST", "/crossings/bulk", headers=headers("poipet", **{"Content-Type": "application/x-ndjson"})
    )
    scope = {
        "type": "http", "method": "POST", "path": "/crossings/bulk", "raw_path": b"/crossings/bulk", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("border", 80), "client": ("127.0.0.1", 1),
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
    }  # fmt: skip
    await running.app(scope, receive, answer)
    taken, known, refused = counts(await uploaded(http, sent))
    assert (taken, known, refused) == (300, 2_000, 0)


async def test_rows_whose_records_keep_changing_are_each_refused_for_one_reason(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = runtime.store.commit

    async def contended(events: Any, statements: Any = (), **options: Any) -> None:
        if events:
            raise ConcurrentAppend
        await commit(events, statements, **options)

    monkeypatch.setattr(runtime.store, "commit", contended)
    future = returned(occurred_at="2999-01-01T00:00:00+07:00")
    outcome = await uploaded(http, [returned(), future])
    assert counts(outcome) == (0, 0, 2)
    assert [refused["row"] for refused in outcome["refusals"]] == [1, 2]


async def test_all_rows_have_the_difference_of_the_clock_at_the_beginning_of_the_upload(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, passed = runtime.clock.now(), timedelta()

    class Clock:
        """The clock of the service, which is moved on while the file comes in."""

        def now(self) -> datetime:
            return begun + passed

    monkeypatch.setattr(runtime, "clock", Clock())
    clock = begun - timedelta(hours=1)
    sent = [
        returned(
            id=str(uuid7()),
            how="offline",
            occurred_at=(clock - timedelta(hours=2)).isoformat(),
            device_clock=clock.isoformat(),
        )
        for _ in range(1_100)
    ]

    async def content() -> AsyncIterator[bytes]:
        nonlocal passed
        for part in (sent[:1_000], sent[1_000:]):
            yield ndjson(part)
            await asyncio.sleep(0.5)
            passed += timedelta(minutes=10)

    assert counts((await send(http, content())).json()) == (1_100, 0, 0)
    found = [await runtime.store.find(UUID(row["id"])) for row in (sent[0], sent[-1])]
    assert [event.facts.recorded.clock_difference_s for event in found if event is not None] == [3_600] * 2
    assert {event.occurred_at for event in found if event is not None} == {begun - timedelta(hours=2)}
