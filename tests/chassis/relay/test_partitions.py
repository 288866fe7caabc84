"""Partitions can be added to a topic: it is published again, and the events of a stream stay in order."""

from __future__ import annotations

from uuid import UUID

from aiokafka import ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from structlog.testing import capture_logs

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource
from chassis.store.event_store import EventStore
from domnaer.topics.access import ADMIN
from tests.chassis.relay.running_relays import (
    Fresh,
    crossed,
    ids,
    incarnations,
    published,
    records_of,
    running_relays,
    store_on,
    stream,
    until,
)
from tests.conftest import FreshService


def relay_of(service: FreshService, partitions: int) -> Relay:
    settings = service.settings.model_copy(update={"partitions": partitions})
    return Relay(EventSource(service.name, topic=service.topic), settings, service.dsn, page=30)


async def append(store: EventStore, streams: list[str], version: int) -> list[UUID]:
    events = [crossed(each, version, nth) for nth, each in enumerate(streams)]
    await store.commit(events)
    return [event.id for event in events]


async def add_partitions(settings: Settings, topic: str, count: int) -> None:
    admin = AIOKafkaAdminClient(**client_arguments(settings, ADMIN))
    await admin.start()
    try:
        answer = await admin.create_partitions({topic: NewPartitions(count)})
        assert [error[1] for error in answer.topic_errors] == [0]
    finally:
        await admin.close()


def of_incarnation(records: list[ConsumerRecord], incarnation: int) -> list[ConsumerRecord]:
    return [record for record in records if incarnations([record]) == {incarnation}]


def assert_streams_in_order(records: list[ConsumerRecord], versions: list[int]) -> None:
    found: dict[bytes, list[tuple[int, int]]] = {}
    for record in records:
        version = int(dict(record.headers)["ce_streamversion"])
        found.setdefault(record.key or b"", []).append((record.partition, version))
    for places in found.values():
        assert len({partition for partition, _ in places}) == 1
        assert [version for _, version in places] == versions


async def test_more_partitions_in_the_settings_are_added_and_the_topic_is_published_again(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("grown")
    store, streams = store_on(service.pool), [stream() for _ in range(40)]
    expected = await append(store, streams, 1)
    async with running_relays(relay := relay_of(service, 2)):
        await published(relay)
    expected += await append(store, streams, 2)
    with capture_logs() as logs:
        async with running_relays(relay := relay_of(service, 5)):
            await published(relay)
            expected += await append(store, streams, 3)
            await published(relay)
    records = of_incarnation(await records_of(service.settings, service.topic), 2)
    assert sorted(ids(records)) == sorted(expected)
    assert {record.partition for record in records} == {0, 1, 2, 3, 4}
    assert_streams_in_order(records, [1, 2, 3])
    [line] = [line for line in logs if line["event"] == "topic_repartitioned"]
    assert (line["incarnation"], line["partitions"]) == (2, 5)

    async with running_relays(relay := relay_of(service, 5)):  # the next start changes nothing
        await published(relay)
        assert (await relay.status()).incarnation == 2


async def test_partitions_that_somebody_adds_to_a_published_topic_are_noticed(fresh_service: Fresh) -> None:
    service = await fresh_service("operated")
    store, streams = store_on(service.pool), [stream() for _ in range(40)]
    expected = await append(store, streams, 1)
    async with running_relays(relay := relay_of(service, 2)):
        await published(relay)
        await add_partitions(service.settings, service.topic, 3)

        async def begun_again() -> bool:
            relay._status._read = None
            return (await relay.status()).incarnation == 2

        await until(begun_again)
        expected += await append(store, streams, 2)
        await published(relay)
    records = of_incarnation(await records_of(service.settings, service.topic), 2)
    assert sorted(ids(records)) == sorted(expected)
    assert {record.partition for record in records} == {0, 1, 2}
    assert_streams_in_order(records, [1, 2])


async def test_fewer_partitions_in_the_settings_change_nothing(fresh_service: Fresh) -> None:
    service = await fresh_service("fewer")
    store, streams = store_on(service.pool), [stream() for _ in range(40)]
    for version, partitions in ((1, 3), (2, 1)):
        await append(store, streams, version)
        async with running_relays(relay := relay_of(service, partitions)):
            await published(relay)
    records = await records_of(service.settings, service.topic)
    assert incarnations(records) == {1}
    assert_streams_in_order(records, [1, 2])


async def test_a_topic_of_an_older_version_keeps_its_incarnation_until_partitions_are_added(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("older")
    store, streams = store_on(service.pool), [stream() for _ in range(40)]
    await append(store, streams, 1)
    for version, partitions, incarnation in ((2, 2, 1), (3, 2, 1), (4, 4, 2)):
        async with running_relays(relay := relay_of(service, partitions)):
            await published(relay)
            assert (await relay.status()).incarnation == incarnation
        await service.pool.execute("UPDATE relays SET partitions = NULL")  # as the older version left it
        await append(store, streams, version)
