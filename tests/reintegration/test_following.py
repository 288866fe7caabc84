"""A worker whose cases cannot be decided is set aside and tried again; the cases of the others go on."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from chassis.base.settings import Settings
from chassis.projections.reader import ReceivedEvent
from chassis.reactions.inbox import OF_NODES
from chassis.service import RunningService
from chassis.store.database import Connection
from contracts.border import BorderCrossed, EventCorrected, WorkerDeparted, WorkerDeported
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason
from contracts.envelope import Fact
from services.reintegration.deciders import cases
from services.reintegration.domain.case import case_of
from services.reintegration.projections.background import LIVES
from services.reintegration.projections.following import REACHED
from services.reintegration.reactions import following, returns
from tests.reintegration.agency import (
    AT,
    RECORDED,
    a_handle,
    came_back,
    event,
    note,
    post,
    read,
    reader_of,
    receive,
    receive_who,
    returned,
    who_entries,
    worked_abroad,
)


async def test_a_damaged_case_is_set_aside_and_the_other_workers_go_on(
    settings: Settings, running: RunningService
) -> None:
    handle = a_handle()
    case = case_of((await came_back(running, handle)).id)
    await _change_facts(settings, case, "'x' || facts")
    other = returned()
    await receive(running, "reintegration.returns", returned(handle, at=AT + timedelta(days=200)), other)
    assert await _opened(running, case_of(other.id))
    assert await _joined(running, case) == 0
    work = following(running.runtime)
    assert not await work.step()

    await running.runtime.pool.execute("UPDATE to_follow SET due_at = '2014-06-13T00:00Z' WHERE failed")
    assert await work.step()
    assert work.set_aside == 1  # the probe is red: the case is still damaged

    await _change_facts(settings, case, "substr(facts, 2)")
    await running.runtime.pool.execute("UPDATE to_follow SET due_at = '2014-06-13T00:00Z' WHERE failed")
    assert await work.step()
    assert work.set_aside == 0
    assert await _joined(running, case) == 1


async def test_workers_for_whom_a_step_has_no_time_follow_in_the_next_steps(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "_LONGEST_STEP", 0.0)
    noted = [returned(a_handle()) for _ in range(3)]
    await receive(running, "reintegration.returns", *noted)
    assert [await _opened(running, case_of(each.id)) for each in noted] == [True] * 3


async def test_a_correction_that_moves_a_departure_to_another_worker_is_followed_by_both(
    http: httpx2.AsyncClient, running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "_LONGEST_STEP", 0.0)
    hers, his = a_handle(), a_handle()
    case_ids = [case_of((await came_back(running, each)).id) for each in (hers, his)]
    facts = WorkerDeparted(recorded=RECORDED, checkpoint="KH-POI", destination="THA")
    left = event(f"crossing-{uuid4()}", 1, facts, handles=(hers,), occurred_at=AT + timedelta(days=90))
    await receive(running, "reintegration.returns", left)
    assert [await _outcome(http, each) for each in case_ids] == ["remigrated", None]
    moved = EventCorrected(
        recorded=RECORDED,
        names=left.id,
        named_type=left.type,
        first_recorded_at=left.recorded_at,
        reason=CorrectionReason.WRONG_PERSON,
        formerly=(hers,),
        keeps_person=False,
        restated={"type": left.type, "facts": facts},
    )
    ruling = event(left.stream, 2, moved, handles=(his,), occurred_at=left.occurred_at)
    await receive(running, "reintegration.returns", ruling)
    assert [await _outcome(http, each) for each in case_ids] == [None, "remigrated"]


async def test_a_closing_before_the_last_return_of_a_case_lets_that_return_begin_another(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    handle = a_handle()
    first = await came_back(running, handle)
    last = returned(handle, at=AT + timedelta(days=200))
    await receive(running, "reintegration.returns", last)
    assert not await _opened(running, case_of(last.id))
    closing = {"occurred_at": (AT + timedelta(days=100)).isoformat(), "outcome": "unreachable"}
    answer = await post(http, "counsellor", f"/cases/{case_of(first.id)}/closing", closing)
    assert answer.status_code == 200, answer.text
    while await following(running.runtime).step():
        pass
    assert await _opened(running, case_of(last.id))
    assert (await read(http, case_of(first.id)))["outcome"] == "unreachable"


async def test_workers_whom_a_number_joins_while_one_of_them_is_read_are_followed_as_one(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = a_handle(), a_handle()
    case = case_of((await came_back(running, one)).id)
    again = returned(other, at=AT + timedelta(days=200))
    page = [ReceivedEvent(again, "topic", 0, 0, b"")]
    await note(running, "reintegration.returns", page, [])
    read, joined = returns.find_reached, False

    async def joined_meanwhile(connection: Connection, nodes: set[UUID]) -> set[UUID]:
        nonlocal joined
        found = await read(connection, nodes)
        if not joined:
            joined = True
            await note(running, "reintegration.who", [], who_entries("A" * 14, [one, other]))
        return found

    monkeypatch.setattr(returns, "find_reached", joined_meanwhile)
    while await following(running.runtime).step():
        pass
    assert joined and await _joined(running, case) == 1
    assert not await _opened(running, case_of(again.id))


async def test_a_number_that_arrives_before_the_event_is_stored_is_followed_also_if_it_is_stored_later(
    running: RunningService,
) -> None:
    one, other = a_handle(), a_handle()
    case = case_of((await came_back(running, one)).id)
    again = returned(other, at=AT + timedelta(days=200))
    await receive_who(running, "B" * 14, [one])
    reader, entries = reader_of(running, "reintegration.who"), who_entries("B" * 14, [other])
    prepared = await reader.prepare(running.runtime.pool, [], entries)
    async with running.runtime.pool.acquire() as connection, connection.transaction():
        await reader.apply(connection, [], entries, prepared)
        await receive(running, "reintegration.returns", again)
        assert await _opened(running, case_of(again.id))
    while await following(running.runtime).step():
        pass
    assert await _joined(running, case) == 1


async def test_what_a_step_reads_does_not_grow_with_the_events_that_are_kept(
    settings: Settings, running: RunningService
) -> None:
    few = await _pages_read(running, workers=100)
    assert (
        await _pages_read(running, workers=2000) < 3 * few
    )  # an index of twenty times the rows is a level deeper
    owner = await asyncpg.connect(settings.database("reintegration", owner=True))
    try:
        assert await owner.fetchval("SELECT gin_clean_pending_list('heard_by_node')") == 0
    finally:
        await owner.close()


async def _pages_read(running: RunningService, workers: int) -> int:
    """Return the pages that the queries of 50 workers read, after so many more were received."""
    handles = [a_handle() for _ in range(workers)]
    received = [each for handle in handles for each in (*worked_abroad(handle), returned(handle))]
    page = [ReceivedEvent(each, "topic", 0, nth, b"") for nth, each in enumerate(received)]
    await note(running, "reintegration.returns", page, [])
    nodes = [UUID(handle) for handle in handles[:50]]
    pages = 0
    async with running.runtime.pool.acquire() as connection:
        for sql, arguments in ((REACHED, (nodes,)), (OF_NODES, (LIVES, nodes))):
            plan = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *arguments)
            pages += json.loads(plan)[0]["Plan"]["Shared Hit Blocks"]
            pages += json.loads(plan)[0]["Plan"]["Shared Read Blocks"]
    return pages


@pytest.mark.parametrize(
    "back",
    [
        WorkerDeported(recorded=RECORDED, checkpoint="KH-POI", returned_from="THA", sex=Sex.FEMALE),
        BorderCrossed(recorded=RECORDED, checkpoint="KH-POI", country="THA", direction="in", sex=Sex.FEMALE),
    ],
    ids=["deported", "crossed"],
)
async def test_each_kind_of_record_that_may_state_a_return_opens_a_case(
    running: RunningService, back: Fact
) -> None:
    handle = a_handle()
    entered = event(f"crossing-{uuid4()}", 1, back, handles=(handle,), occurred_at=AT)
    await receive(running, "reintegration.returns", *worked_abroad(handle), entered)
    assert await _opened(running, case_of(entered.id))


async def _outcome(http: httpx2.AsyncClient, case: UUID) -> str | None:
    found: str | None = (await read(http, case))["outcome"]
    return found


async def _change_facts(settings: Settings, case: UUID, expression: str) -> None:
    owner = await asyncpg.connect(settings.database("reintegration", owner=True))
    try:
        await owner.execute("SET ROLE NONE; SET session_replication_role = replica")
        await owner.execute(
            f"UPDATE events SET facts = {expression} WHERE stream = $1 AND version = 1", cases.stream(case)
        )
    finally:
        await owner.close()


async def _opened(running: RunningService, case: UUID) -> bool:
    return bool(await running.runtime.store.load(cases.stream(case)))


async def _joined(running: RunningService, case: UUID) -> int:
    found: int = await running.runtime.pool.fetchval(
        "SELECT count(*) FROM events WHERE stream = $1 AND type = 'domnaer.reintegration.return_joined.v1'",
        cases.stream(case),
    )
    return found
