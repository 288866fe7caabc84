"""Shared by the tests of the relay: a fact, a store for it, running relays, and reading a whole topic."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.outbox.relay import Relay
from chassis.store.event_store import EventStore
from chassis.store.persons import PersonCodec
from contracts.catalogue import Catalogue
from contracts.codes.recording import HowRecorded
from contracts.envelope import Event, PersonFact, Recorded
from contracts.person import ClearPerson, Name
from domnaer.topics.access import ADMIN
from tests.conftest import FreshService

Fresh = Callable[..., Awaitable[FreshService]]
"""Creates the empty database of a service."""

MORNING = datetime(2014, 6, 11, 5, 30, tzinfo=UTC)


class LineCrossed(PersonFact):
    """A fact for these tests alone."""

    wire: ClassVar[str] = "domnaer.relaytest.line_crossed.v1"

    nth: int
    padding: str = ""


FACTS = Catalogue([LineCrossed])


def store_on(pool: asyncpg.Pool) -> EventStore:
    """Return a store for the fact of these tests."""
    return EventStore(pool, FACTS, PersonCodec())


def stream() -> str:
    """Return the name of a new stream."""
    return f"crossing-{uuid4()}"


def crossed(
    stream: str, version: int = 1, nth: int = 0, *, padding: str = "", person: bool = False, **attributes: Any
) -> Event[LineCrossed]:
    """Return an event with a default for every field."""
    event_id = uuid4()
    given = ClearPerson(evidence_id=event_id, name=Name(khmer="ណាវី", latin="Navy")) if person else None
    return Event(
        id=event_id,
        stream=stream,
        version=version,
        occurred_at=MORNING + timedelta(seconds=nth),
        recorded_at=MORNING + timedelta(seconds=nth + 1),
        facts=LineCrossed(
            recorded=Recorded(by="officer-1", office="KH-POIPET", how=HowRecorded.LIVE),
            nth=nth,
            padding=padding,
        ),
        person=given,
        handles=("0123456789abcdef0123456789abcdef",) if person else (),
        correlation_id=uuid4(),
        **attributes,
    )


async def record(store: EventStore, count: int, *, at_once: int = 100) -> list[UUID]:
    """Record events, each in its own stream; return their ids in order."""
    events = [crossed(stream(), nth=nth) for nth in range(count)]
    for start in range(0, count, at_once):
        await store.commit(events[start : start + at_once])
    return [event.id for event in events]


@contextlib.asynccontextmanager
async def running_relays(*relays: Relay) -> AsyncIterator[None]:
    """Run relays while the block runs."""
    running = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[Any] | Any], *, seconds: float = 30.0) -> Any:
    """Wait until a condition returns something true, and return it."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"the condition did not hold within {seconds:.0f} s")
        await asyncio.sleep(0.02)


async def published(relay: Relay, *, seconds: float = 30.0) -> None:
    """Wait until everything is published."""

    async def nothing_waits() -> bool:
        relay._status._read = None
        return await relay.backlog() == 0

    await until(nothing_waits, seconds=seconds)


async def records_of(settings: Settings, topic: str) -> list[ConsumerRecord]:
    """Return all records of a topic, partition by partition, in the order of their offsets."""
    consumer = AIOKafkaConsumer(
        **client_arguments(settings, ADMIN), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        await consumer.topics()
        client = consumer._client
        numbers = await client._wait_on_metadata(topic)
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: dict[TopicPartition, list[ConsumerRecord]] = {partition: [] for partition in partitions}
        async with asyncio.timeout(20):
            while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
                for partition, records in (await consumer.getmany(timeout_ms=100)).items():
                    found[partition] += records
        return [record for partition in partitions for record in found[partition]]
    finally:
        await consumer.stop()


def ids(records: list[ConsumerRecord]) -> list[UUID]:
    """Return the event ids of records."""
    return [UUID(dict(record.headers)["ce_id"].decode()) for record in records]


def incarnations(records: list[ConsumerRecord]) -> set[int]:
    """Return the incarnations in the headers of records."""
    return {int(dict(record.headers)["incarnation"]) for record in records}
