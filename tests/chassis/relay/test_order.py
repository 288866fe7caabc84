"""Events are published in the order of commit, whichever transaction began first."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import asyncpg
from aiokafka.partitioner import DefaultPartitioner

from chassis.outbox.relay import Relay
from chassis.outbox.relay_status import SESSION
from chassis.outbox.source import BEGINNING, EVENTS, PAGE_BYTES, EventSource
from chassis.store.event_store import EventStore
from chassis.store.gate import GATE
from tests.chassis.relay.running_relays import (
    Fresh,
    crossed,
    ids,
    published,
    record,
    records_of,
    running_relays,
    store_on,
    stream,
)


async def test_an_event_that_commits_late_is_never_skipped(fresh_service: Fresh) -> None:
    service = await fresh_service("late")
    settings = service.settings.model_copy(update={"partitions": 1})
    store = store_on(service.pool)
    relay = Relay(EventSource(service.name, topic=service.topic), settings, service.dsn)
    early, late, last = (crossed(stream(), nth=nth) for nth in range(3))
    async with running_relays(relay):
        await record(store, 1)
        await published(relay)
        async with service.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await store.commit([early], connection=connection)
            await store.commit([late])
            relay.wake()
            await asyncio.sleep(0.5)
            assert len(await records_of(settings, service.topic)) == 1, (
                "an event was published before the gate released it"
            )
            relay._status._read = None
            waiting = await relay.status()
            assert (waiting.backlog, waiting.gate_lag_s > 0.3) == (1, True)
            await transaction.commit()
        await store.commit([last])
        await published(relay)
    assert ids(await records_of(settings, service.topic))[1:] == [early.id, late.id, last.id]


async def test_a_transaction_that_is_rolled_back_leaves_no_gap_that_holds_up_others(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("gap")
    store = store_on(service.pool)
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn)
    async with running_relays(relay):
        async with service.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await store.commit([crossed(stream())], connection=connection)
            await transaction.rollback()
        expected = await record(store, 3)
        await published(relay)
    assert sorted(ids(await records_of(service.settings, service.topic))) == sorted(expected)


async def test_a_transaction_of_another_database_delays_nobody(fresh_service: Fresh) -> None:
    here, elsewhere = await fresh_service("here"), await fresh_service("elsewhere")
    relay = Relay(EventSource(here.name, topic=here.topic), here.settings, here.dsn)
    async with running_relays(relay), elsewhere.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await store_on(elsewhere.pool).commit([crossed(stream())], connection=connection)
        expected = await record(store_on(here.pool), 3)
        await published(relay)
        assert (await relay.status()).gate_lag_s == 0
        await transaction.rollback()
    assert sorted(ids(await records_of(here.settings, here.topic))) == sorted(expected)


async def test_the_gate_is_the_oldest_transaction_that_writes_here(fresh_service: Fresh) -> None:
    here, elsewhere = await fresh_service("here"), await fresh_service("elsewhere")
    async with here.pool.acquire() as reader, elsewhere.pool.acquire() as foreign:
        async with foreign.transaction():
            await store_on(elsewhere.pool).commit([crossed(stream())], connection=foreign)
            before = int(await reader.fetchval(f"SELECT {GATE}::text"))
            async with here.pool.acquire() as writer, writer.transaction():
                await store_on(here.pool).commit([crossed(stream())], connection=writer)
                mine = int(await writer.fetchval("SELECT pg_current_xact_id()::text"))
                await store_on(here.pool).commit([crossed(stream())])
                assert int(await reader.fetchval(f"SELECT {GATE}::text")) == mine >= before
            assert int(await reader.fetchval(f"SELECT {GATE}::text")) > mine


async def test_each_stream_keeps_its_order_under_many_writers(fresh_service: Fresh) -> None:
    service = await fresh_service("writers")
    store = store_on(service.pool)
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn, page=17)
    chance = random.Random(7)

    async def write(name: str) -> None:
        for version in range(1, 21):
            await _append(store, name, version, slow=chance.random() < 0.2)
            relay.wake()

    async with running_relays(relay):
        await asyncio.gather(*(write(stream()) for _ in range(12)))
        await published(relay)
    records = await records_of(service.settings, service.topic)
    versions: dict[bytes, list[int]] = defaultdict(list)
    for each in records:
        versions[each.key].append(int(dict(each.headers)["ce_streamversion"]))
        assert each.partition == DefaultPartitioner()(each.key, list(range(service.settings.partitions)), [])
    assert list(versions.values()) == [list(range(1, 21))] * 12


async def _append(store: EventStore, name: str, version: int, *, slow: bool) -> None:
    event = crossed(name, version)
    if not slow:
        await store.commit([event])
        return
    async with store.pool.acquire() as connection, connection.transaction():
        await store.commit([event], connection=connection)
        await asyncio.sleep(0.02)


async def test_a_page_of_large_events_ends_by_its_bytes(fresh_service: Fresh) -> None:
    service = await fresh_service("large")
    store = store_on(service.pool)
    padding = "x" * 700_000
    large = [crossed(stream(), nth=nth, padding=padding) for nth in range(30)]
    await store.commit(large)
    small = await record(store, 50)
    source = EventSource(service.name, topic=service.topic)
    at, pages = BEGINNING, []
    async with service.pool.acquire() as connection:
        while page := await source.page(connection, at, 2_000, 1):
            pages.append(list(page))
            at = page.end
    assert max(sum(len(each.value) for each in page) for page in pages) < PAGE_BYTES + 2 * len(padding)
    assert [len(page) for page in pages] == [12, 12, 56]
    assert [each.id for page in pages for each in page] == [
        *(str(event.id) for event in large),
        *map(str, small),
    ]


async def test_the_gated_query_goes_by_the_index_and_never_sorts(fresh_service: Fresh) -> None:
    service = await fresh_service("plan")
    await record(store_on(service.pool), 20_000, at_once=2_000)
    owner = await asyncpg.connect(service.settings.database(service.name, owner=True))
    await owner.execute("ANALYZE events")
    await owner.close()
    plan = await _plan(service.dsn, EVENTS, {})
    assert "events_gate" in plan and "Sort" not in plan, plan


async def test_the_relay_never_sorts_either_where_its_plan_was_made_on_an_empty_table(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("empty")
    plan = await _plan(service.dsn, EVENTS, SESSION)
    assert "events_gate" in plan and "Sort" not in plan, plan


async def _plan(dsn: str, query: str, session: dict[str, str]) -> str:
    connection = await asyncpg.connect(dsn, server_settings=session)
    try:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        return "\n".join(row[0] for row in await connection.fetch("EXPLAIN " + query, "0", 0, 2_000))
    finally:
        await connection.close()
