"""The relay waits while a broker or database is down; if a broker lost its data, the relay publishes the topic again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka import ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.outbox.relay import PAGE, Relay
from chassis.outbox.source import EventSource
from chassis.store.database import Pool, create_database, migrate, open_pool
from chassis.store.event_store import EventStore
from domnaer.topics.access import ADMIN
from tests.chassis.relay.running_relays import (
    ids,
    incarnations,
    published,
    record,
    records_of,
    running_relays,
    store_on,
    until,
)
from tests.conftest import settings_for
from tests.servers import Servers, run_servers


class ServiceOnOwnServers:
    """A service on servers that these tests stop."""

    def __init__(self, running: Servers, settings: Settings, service: str, pool: Pool) -> None:
        self.running = running
        self.settings = settings
        self.service = service
        self.topic = f"domnaer.{service}.v1"
        self.pool = pool
        self.store: EventStore = store_on(pool)

    def relay(self, page: int = PAGE) -> Relay:
        return Relay(
            EventSource(self.service), self.settings, self.settings.database(self.service), page=page
        )

    async def records(self) -> list[ConsumerRecord]:
        return await records_of(self.settings, self.topic)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    async with run_servers(tmp_path_factory.mktemp("outages")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def machine(running: Servers, tmp_path: Path) -> AsyncIterator[ServiceOnOwnServers]:
    await running.kafka.start()
    settings = settings_for(running, tmp_path)
    service = f"outage_{uuid4().hex[:8]}"
    await create_database(settings, service)
    await migrate(settings, service, None)
    pool = await open_pool(settings.database(service), service=service)
    yield ServiceOnOwnServers(running, settings, service, pool)
    await pool.close()


async def test_the_relay_waits_for_the_broker_and_publishes_nothing_twice(
    machine: ServiceOnOwnServers,
) -> None:
    relay = machine.relay()
    async with running_relays(relay):
        expected = await record(machine.store, 50)
        await published(relay)
        await machine.running.kafka.stop()
        expected += await record(machine.store, 50)
        await until(lambda: relay.trouble)
        relay._status._read = None
        assert await relay.backlog() == 50
        await machine.running.kafka.start()
        await published(relay)
    records = await machine.records()
    assert Counter(ids(records)) == Counter(expected)
    assert incarnations(records) == {1}


async def test_a_broker_killed_under_load_loses_nothing_and_retries_have_pauses(
    machine: ServiceOnOwnServers, caplog: pytest.LogCaptureFixture
) -> None:
    relay = machine.relay(page=100)
    expected: list[UUID] = []

    async def write() -> None:
        for _ in range(100):
            expected.extend(await record(machine.store, 20))
            relay.wake()
            await asyncio.sleep(0.02)

    async with running_relays(relay):
        await record(machine.store, 1)
        await published(relay)
        writing = asyncio.create_task(write())
        await asyncio.sleep(0.5)
        await machine.running.kafka.kill()
        await asyncio.sleep(3)
        await machine.running.kafka.start()
        await writing
        await published(relay, seconds=60)
    # aiokafka logs each failed request; without the pauses it sent 4,000 a second.
    assert len(caplog.records) < 3_000
    records = await machine.records()
    assert set(expected) <= set(ids(records))


async def test_an_empty_broker_gets_all_events_in_a_new_incarnation(
    machine: ServiceOnOwnServers,
) -> None:
    relay = machine.relay()
    async with running_relays(relay):
        expected = await record(machine.store, 3_000, at_once=500)
        await published(relay)
        await machine.running.kafka.wipe()
        await until(lambda: _incarnation_of(relay, 2), seconds=40)
        await published(relay)
        expected += await record(machine.store, 10)
        await published(relay)
    records = await machine.records()
    assert Counter(ids(records)) == Counter(expected)
    assert incarnations(records) == {2}


async def test_a_broker_replaced_under_load_gets_all_events(machine: ServiceOnOwnServers) -> None:
    relay = machine.relay(page=100)
    expected: list[UUID] = []

    async def write() -> None:
        for _ in range(300):
            expected.extend(await record(machine.store, 20))
            relay.wake()
            await asyncio.sleep(0.02)

    async with running_relays(relay):
        writing = asyncio.create_task(write())
        await asyncio.sleep(1)
        await machine.running.kafka.wipe()
        await writing
        await until(lambda: _incarnation_of(relay, 2), seconds=60)
        await published(relay, seconds=60)
    records = await machine.records()
    assert set(ids(records)) == set(expected)
    assert incarnations(records) == {2}


async def test_a_broker_replaced_while_no_relay_ran_gets_all_events(
    machine: ServiceOnOwnServers,
) -> None:
    relay = machine.relay()
    async with running_relays(relay):
        expected = await record(machine.store, 200)
        await published(relay)
    await machine.running.kafka.wipe()
    relay = machine.relay()
    async with running_relays(relay):
        expected += await record(machine.store, 5)
        await until(lambda: _incarnation_of(relay, 2), seconds=40)
        await published(relay)
    records = await machine.records()
    assert Counter(ids(records)) == Counter(expected)
    assert incarnations(records) == {2}


async def test_a_topic_whose_records_were_deleted_is_published_again(machine: ServiceOnOwnServers) -> None:
    relay = machine.relay()
    async with running_relays(relay):
        expected = await record(machine.store, 100)
        await published(relay)
        await _delete_records(machine)
        await until(lambda: _incarnation_of(relay, 2), seconds=40)
        await published(relay)
    records = await machine.records()
    assert Counter(ids(records)) == Counter(expected)
    assert incarnations(records) == {2}


async def _delete_records(machine: ServiceOnOwnServers) -> None:
    admin = AIOKafkaAdminClient(**client_arguments(machine.settings, ADMIN))
    await admin.start()
    try:
        partitions = [TopicPartition(machine.topic, nth) for nth in range(machine.settings.partitions)]
        await admin.delete_records({each: RecordsToDelete(before_offset=-1) for each in partitions})
    finally:
        await admin.close()


async def test_the_relay_waits_for_a_killed_database(machine: ServiceOnOwnServers) -> None:
    relay = machine.relay(page=100)
    expected = await record(machine.store, 1_000)
    async with running_relays(relay):
        await until(lambda: relay.published)
        await machine.running.postgres.kill()
        await until(lambda: not relay.active)
        await machine.running.postgres.start()
        await machine.pool.expire_connections()
        await published(relay)
    records = await machine.records()
    assert set(ids(records)) == set(expected)
    assert incarnations(records) == {1}


async def _incarnation_of(relay: Relay, wanted: int) -> bool:
    relay._status._read = None
    return (await relay.status()).incarnation == wanted
