"""Published records are CloudEvents that any consumer can read, in topics that keep everything."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidReplicationFactorError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.partitioner import murmur2 as murmur2_of_aiokafka
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from hypothesis import given
from hypothesis import strategies as st

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.outbox import cloudevents
from chassis.outbox.incarnations import AcknowledgedRecord
from chassis.outbox.partitioner import murmur2, partitions_of
from chassis.outbox.relay import Relay
from chassis.outbox.source import BEGINNING, EntrySource, EventSource
from chassis.outbox.topic_writer import TopicWriter
from contracts import border
from contracts.catalogue import catalogue
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, Fact, Recorded
from contracts.registry import WHO_TOPIC
from domnaer.topics.access import ADMIN
from tests.chassis.relay.running_relays import (
    MORNING,
    Fresh,
    crossed,
    ids,
    published,
    record,
    records_of,
    running_relays,
    store_on,
    stream,
    until,
)
from tests.raw_batches import RawRecord, raw_batch, send_raw
from tests.records import headers, row_of, value


@given(
    st.integers(1, 70).flatmap(lambda n: st.lists(st.binary(min_size=n, max_size=n), min_size=1, max_size=40))
)
def test_keys_are_hashed_as_kafka_hashes_them(keys: list[bytes]) -> None:
    assert list(murmur2(keys)) == [murmur2_of_aiokafka(key) for key in keys]


@given(st.lists(st.binary(min_size=1, max_size=70), max_size=40), st.integers(1, 24))
def test_partitions_are_those_of_the_default_partitioner(keys: list[bytes], count: int) -> None:
    theirs = DefaultPartitioner()
    assert partitions_of(keys, count) == [theirs(key, list(range(count)), []) for key in keys]


async def test_records_rendered_by_postgresql_are_cloudevents_with_times_in_utc_that_sort_as_text(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("rendered")
    store = store_on(service.pool)
    one, other = crossed(stream(), nth=1, person=True), crossed(stream(), nth=2)
    caused = crossed(
        stream(),
        nth=3,
        causation_id=uuid4(),
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    local = datetime.fromisoformat("2014-06-14T19:45:00+07:00")
    other = replace(other, occurred_at=local)
    caused = replace(caused, occurred_at=local + timedelta(microseconds=1))
    await store.commit([one, other, caused])
    source = EventSource(service.name, topic=service.topic)
    async with service.pool.acquire() as connection:
        page = list(await source.page(connection, BEGINNING, 10, 7))
        appended = {
            row["event_id"]: row["appended_at"]
            for row in await connection.fetch("SELECT event_id, appended_at FROM events")
        }
    expected = [replace(row_of(event), appended_at=appended[event.id]) for event in (one, other, caused)]
    assert [(each.headers, each.value) for each in page] == [
        (headers(row, 7), value(row)) for row in expected
    ]
    assert [dict(each.headers)["ce_time"] for each in page[1:]] == [
        b"2014-06-14T12:45:00.000000Z",
        b"2014-06-14T12:45:00.000001Z",
    ]
    for row, each in zip(expected, page, strict=True):
        read = from_binary_event(KafkaMessage(dict(each.headers), each.key, each.value))
        assert (read.get_id(), read.get_subject()) == (str(row.event_id), row.stream)
        assert (read.get_type(), read.get_time()) == (row.type, row.occurred_at)
        assert read.get_data() == orjson.loads(value(row))
    assert [each.id for each in page] == [str(one.id), str(other.id), str(caused.id)]


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
async def test_an_instant_that_postgresql_calls_infinite_has_a_time(
    at: datetime, fresh_service: Fresh
) -> None:
    service = await fresh_service("infinite")
    event = replace(crossed(stream(), nth=1), occurred_at=at)
    await store_on(service.pool).commit([event])
    assert await service.pool.fetchval("SELECT NOT isfinite(occurred_at) FROM events")
    source = EventSource(service.name, topic=service.topic)
    async with service.pool.acquire() as connection:
        (record,) = await source.page(connection, BEGINNING, 10, 1)
    assert datetime.fromisoformat(dict(record.headers)["ce_time"].decode()) == event.occurred_at


async def test_a_record_states_when_it_was_appended_and_older_records_are_read_without_it(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("appended")
    stored = crossed(stream(), nth=1)
    before = datetime.now(UTC)
    await store_on(service.pool).commit([stored])
    source = EventSource(service.name, topic=service.topic)
    async with service.pool.acquire() as connection:
        (record,) = await source.page(connection, BEGINNING, 10, 1)
        kept = await connection.fetchval("SELECT appended_at FROM events")
    attributes = dict(record.headers)
    body = value(row_of(departed := _departure()))
    of_departure = attributes | dict(headers(row_of(departed), 1))
    assert cloudevents.event(of_departure, body, catalogue()).appended_at == kept
    assert before <= kept <= datetime.now(UTC)
    del of_departure["ce_appendedtime"]
    assert cloudevents.event(of_departure, body, catalogue()) == departed


def _departure() -> Event[Fact]:
    recorded = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
    facts = border.WorkerDeparted(recorded=recorded, checkpoint="KH-POI", destination="THA")
    event_id = uuid4()
    return Event(event_id, f"crossing-{event_id}", 1, MORNING, MORNING, facts, None, (), uuid4())


async def test_the_cloudevents_sdk_reads_a_record(fresh_service: Fresh) -> None:
    service = await fresh_service("sdk")
    name = stream()
    event = crossed(name, nth=5, person=True, causation_id=uuid4())
    relay = Relay(EventSource(service.name, topic=service.topic), service.settings, service.dsn)
    async with running_relays(relay):
        await store_on(service.pool).commit([event])
        await published(relay)
    [found] = await records_of(service.settings, service.topic)
    read = from_binary_event(KafkaMessage(dict(found.headers), found.key, found.value))
    assert read.get_id() == str(event.id)
    assert read.get_type() == "domnaer.relaytest.line_crossed.v1"
    assert read.get_source() == "/relaytest"
    assert read.get_subject() == name
    assert read.get_time() == MORNING + timedelta(seconds=5)
    assert read.get_extension("partitionkey") == name
    assert read.get_extension("streamversion") == "1"
    assert read.get_extension("causationid") == str(event.causation_id)
    data = read.get_data()
    assert isinstance(data, dict)
    assert set(data) == {"facts", "person", "handles"}
    assert data["person"]["name"] == {"khmer": "ណាវី", "latin": "Navy"}


async def test_the_topic_keeps_everything_and_is_created_once_by_many_relays(fresh_service: Fresh) -> None:
    service = await fresh_service("topic")
    source = EventSource(service.name, topic=service.topic)

    async def open_and_close() -> None:
        async with TopicWriter(service.settings, ADMIN, service.topic, source.identify):
            pass

    await asyncio.gather(*(open_and_close() for _ in range(4)))
    admin = AIOKafkaAdminClient(**client_arguments(service.settings, ADMIN))
    await admin.start()
    try:
        [topic] = await admin.describe_topics([service.topic])
        [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, service.topic)])
    finally:
        await admin.close()
    assert len(topic["partitions"]) == service.settings.partitions
    configs = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert configs["retention.ms"] == "-1"
    assert configs["message.timestamp.type"] == "LogAppendTime"
    assert configs["max.message.bytes"] == str(2 * 1024 * 1024)


async def configs_of(settings: Settings, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(**client_arguments(settings, ADMIN))
    await admin.start()
    try:
        [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    finally:
        await admin.close()
    return {entry[0]: entry[1] for entry in answer.resources[0][4]}


async def test_a_topic_is_created_with_the_partitions_and_replicas_of_the_settings(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("replicas")
    settings = service.settings.model_copy(update={"partitions": 3, "min_insync_replicas": 2})
    source = EventSource(service.name, topic=service.topic)
    async with TopicWriter(settings, ADMIN, service.topic, source.identify) as writer:
        assert writer.partitions == 3
    assert (await configs_of(settings, service.topic))["min.insync.replicas"] == "2"

    more = settings.model_copy(update={"replication": 2})  # than this cluster has brokers
    with pytest.raises(InvalidReplicationFactorError):
        async with TopicWriter(more, ADMIN, f"{service.topic}.more", source.identify):
            pass


async def test_a_topic_of_entries_is_compacted_also_if_an_earlier_version_created_it(
    settings: Settings,
) -> None:
    """The registry's own user opens the topic of who is who: it may configure this topic, and its others keep all."""
    source = EventSource("registry")
    async with TopicWriter(settings, "registry", WHO_TOPIC, source.identify):
        pass
    admin = AIOKafkaAdminClient(**client_arguments(settings, ADMIN))
    await admin.start()
    try:
        before = {"cleanup.policy": "delete", "retention.ms": "-1", "segment.bytes": "7654321"}
        resource = ConfigResource(ConfigResourceType.TOPIC, WHO_TOPIC, before)
        [answer] = await admin.alter_configs([resource])
        assert answer.resources[0][0] == 0
    finally:
        await admin.close()

    async with TopicWriter(settings, "registry", WHO_TOPIC, source.identify, compacted=True):
        pass

    async def compacted() -> bool:
        return (await configs_of(settings, WHO_TOPIC))["cleanup.policy"] == "compact"

    await until(compacted)
    configs = await configs_of(settings, WHO_TOPIC)
    assert (configs["retention.ms"], configs["segment.bytes"]) == ("-1", "7654321")
    async with TopicWriter(settings, "border", border.TOPIC, source.identify):
        pass
    assert (await configs_of(settings, border.TOPIC))["cleanup.policy"] == "delete"


async def test_a_page_larger_than_a_batch_keeps_its_order(fresh_service: Fresh) -> None:
    service = await fresh_service("large")
    settings = service.settings.model_copy(update={"partitions": 1})
    events = [crossed(stream(), nth=nth, padding="x" * 60_000) for nth in range(60)]
    events.append(crossed(stream(), nth=60, padding="y" * 900_000))
    await store_on(service.pool).commit(events)
    relay = Relay(EventSource(service.name, topic=service.topic), settings, service.dsn)
    async with running_relays(relay):
        await published(relay)
    assert ids(await records_of(settings, service.topic)) == [event.id for event in events]


async def test_entries_of_a_read_model_are_published_again_when_they_change(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("entries")
    owner = await asyncpg.connect(service.settings.database(service.name, owner=True))
    await owner.execute(
        "CREATE SEQUENCE positions; CREATE TABLE who_entries (position bigint NOT NULL DEFAULT nextval('positions'),"
        " tx xid8 NOT NULL DEFAULT pg_current_xact_id(), node text PRIMARY KEY, number text, revision bigint);"
        f' CREATE INDEX ON who_entries (tx, position); GRANT ALL ON who_entries, positions TO "{service.name}";'
        " INSERT INTO who_entries (node, number, revision) VALUES ('aa', '4K7M2', 1), ('bb', '9QFXT', 1)"
    )
    await owner.close()
    settings = service.settings.model_copy(update={"partitions": 1})
    topic = f"{service.topic}.who"
    source = EntrySource(
        f"{service.name}.who", topic, table="who_entries", key="node", columns=("number", "revision")
    )
    relay = Relay(source, settings, service.dsn)
    async with running_relays(relay):
        await published(relay)
        await service.pool.execute(
            "UPDATE who_entries SET number = NULL, revision = 2, tx = pg_current_xact_id(),"
            " position = nextval('positions') WHERE node = 'aa'"
        )
        await published(relay)
        assert (await relay.status()).published == 3
    found = await records_of(settings, topic)
    assert [(each.key, orjson.loads(each.value), each.headers) for each in found] == [
        (b"aa", {"number": "4K7M2", "revision": 1}, (("incarnation", b"1"),)),
        (b"bb", {"number": "9QFXT", "revision": 1}, (("incarnation", b"1"),)),
        (b"aa", {"number": None, "revision": 2}, (("incarnation", b"1"),)),
    ]


async def test_a_commit_that_notifies_the_relay_is_published_at_once(fresh_service: Fresh) -> None:
    service = await fresh_service("woken")
    steps: list[float] = []
    clock = asyncio.get_running_loop().time
    relay = Relay(
        EventSource(service.name, topic=service.topic),
        service.settings,
        service.dsn,
        at_step=lambda step: steps.append(clock()) if step == "acknowledged" else None,
    )
    store = store_on(service.pool)
    waits: list[float] = []
    async with running_relays(relay):
        await record(store, 1)
        await published(relay)
        for _ in range(40):
            await asyncio.sleep(0.01)
            steps.clear()
            await store.commit([crossed(stream())])
            committed = clock()
            relay.wake()
            while not steps:
                await asyncio.sleep(0.001)
            waits.append(steps[0] - committed)
    assert sorted(waits)[len(waits) // 2] < 0.03, waits


async def test_a_record_without_values_at_the_offset_of_an_acknowledged_one_shows_that_the_topic_was_lost(
    fresh_service: Fresh,
) -> None:
    service = await fresh_service("replaced")
    sources = (
        EventSource(service.name, topic=service.topic),
        EntrySource("who", service.topic, table="who_entries", key="node", columns=("number",)),
    )
    for source in sources:
        async with TopicWriter(service.settings, service.name, service.topic, source.identify) as writer:
            odd = raw_batch([RawRecord(None, [(b"ce_id", None), (b"\xff", None)], key=None)])
            await send_raw(writer._producer, service.topic, 0, odd)
            assert not await writer.holds({0: AcknowledgedRecord(0, "an id")})
