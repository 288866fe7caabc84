"""A small service for the tests of the projector: its facts, its reader, and a topic that tests write to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from uuid_utils.compat import uuid7

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from chassis.projections.partition_position import ReaderTiming
from chassis.projections.projector import Projector
from chassis.projections.reader import Poison, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool
from chassis.store.event_store import encode_facts
from chassis.store.persons import PersonCodec
from contracts.catalogue import Catalogue
from contracts.codes.recording import HowRecorded
from contracts.envelope import Fact, PersonFact, Recorded
from contracts.person import ClearPerson, ErasedPerson, SealedPerson
from domnaer.topics.access import ADMIN
from tests.records import EventRow, headers, value

RECORDED = Recorded(by="probe", office="TEST", how=HowRecorded.LIVE)  # type: ignore[call-arg]
FAST = ReaderTiming(session=6.0, heartbeat=1.0, wait=0.1, metadata=0.5, idle=1.0, silence=20.0)
PEOPLE = {
    "clear": lambda: ClearPerson(evidence_id=uuid7(), words={"note": "ឈ្មោះ សុខា"}),
    "sealed": lambda: SealedPerson(evidence_id=uuid7(), key="k1", ciphertext="YWJj"),
    "erased": lambda: ErasedPerson(evidence_id=uuid7()),
}


class ThingCountedV1(Fact):
    """A count, in the shape before it had a unit."""

    wire = "domnaer.probe.thing_counted.v1"
    number: int

    def latest(self) -> ThingCounted:
        return ThingCounted(recorded=self.recorded, number=self.number, unit="piece")


class ThingCounted(PersonFact):
    """A count."""

    wire = "domnaer.probe.thing_counted.v2"
    number: int
    unit: Literal["piece", "dozen"]


class ThingPainted(Fact):
    """A known fact that the reader does not handle."""

    wire = "domnaer.probe.thing_painted.v1"


class ThingInvented(Fact):
    """A fact that only a later version of the catalogue contains."""

    wire = "domnaer.probe.thing_invented.v1"
    number: int


TODAY = Catalogue([ThingCountedV1, ThingCounted, ThingPainted])
LATER = TODAY | [ThingInvented]

DDL = """
CREATE TABLE things (event_id uuid PRIMARY KEY, number integer NOT NULL, unit text NOT NULL, person text);
CREATE TABLE takings (event_id uuid NOT NULL);
"""


def things(topic: str, name: str, **changes: Any) -> Things:
    """Return a reader of the topic."""
    reader = Things(topic, name)
    for name, given in changes.items():
        setattr(reader, name, given)
    return reader


class Things:
    """Writes a row for each event, keyed by its id, and a row in ``takings`` each time it does so."""

    entry_topics: Sequence[str] = ()
    projection: str | None = None
    ddl = DDL
    refuses: frozenset[int] = frozenset()
    """Numbers that can never be processed."""
    before_commit: Callable[[], Awaitable[None]] | None = None
    """Called between writing the effect and moving the offsets."""
    event_types = frozenset({ThingCounted.wire, ThingInvented.wire})
    factor = 1

    def __init__(self, topic: str, name: str) -> None:
        self.topics: Sequence[str] = (topic,)
        self.name = name
        self.pages: list[int] = []
        self.woken = asyncio.Event()
        self.trouble: Exception | None = None

    async def prepare(
        self, pool: Pool, page: Sequence[ReceivedEvent], entries: Sequence[ReceivedEntry]
    ) -> Any:
        return await pool.fetchval("SELECT count(*) FROM things")

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Any,
    ) -> None:
        if self.trouble is not None:
            raise self.trouble
        for each in page:
            if each.event.facts.number in self.refuses:  # type: ignore[attr-defined]
                raise Poison(each.event.id, "the number is refused")
        self.pages.append(len(page))
        rows = [
            (
                each.event.id,
                each.event.facts.number * self.factor,  # type: ignore[attr-defined]
                getattr(each.event.facts, "unit", "none"),
                None if each.event.person is None else each.event.person.form,
            )
            for each in page
        ]
        rows += [(each.id, int(each.value), each.key, None) for each in entries]
        await connection.execute(
            "INSERT INTO things SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])"
            " ON CONFLICT (event_id) DO UPDATE SET number = excluded.number",
            *(list(column) for column in zip(*rows, strict=True)),
        )
        await connection.execute("INSERT INTO takings SELECT unnest($1::uuid[])", [row[0] for row in rows])
        if self.before_commit is not None:
            await self.before_commit()

    async def applied(self) -> None:
        self.woken.set()


async def make_tables(settings: Settings, service: str) -> None:
    """Create the tables of a reader without builds."""
    connection = await asyncpg.connect(settings.database(service, owner=True))
    try:
        await connection.execute(DDL + f'GRANT ALL ON things, takings TO "{service}"')
    finally:
        await connection.close()


class ProbeTopic:
    """A topic to which tests write records in the format of the relay."""

    def __init__(self, settings: Settings, topic: str, partitions: int = 4) -> None:
        self._arguments = client_arguments(settings, ADMIN)
        self.topic = topic
        self.partitions = partitions
        self.incarnation = 1

    async def make(self) -> None:
        """Create the topic."""
        async with self._admin() as admin:
            await admin.create_topics([NewTopic(self.topic, self.partitions, 1)])

    async def add_partitions(self, count: int) -> None:
        """Grow the topic to this number of partitions."""
        async with self._admin() as admin:
            await admin.create_partitions({self.topic: NewPartitions(count)})

    async def configure(self, configs: dict[str, str]) -> None:
        """Set the configuration of the topic."""
        async with self._admin() as admin:
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, self.topic, configs)])

    async def remove(self) -> None:
        """Delete the topic, as if the broker had lost it."""
        async with self._admin() as admin:
            await admin.delete_topics([self.topic])

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self._arguments)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()

    async def publish(self, records: Iterable[EventRow]) -> None:
        """Write events."""
        await self.publish_raw(
            (headers(each, self.incarnation), each.stream.encode(), value(each)) for each in records
        )

    async def publish_raw(self, records: Iterable[tuple[Any, bytes | None, bytes | None]]) -> None:
        """Write records with any content: headers, key, value."""
        producer = AIOKafkaProducer(**self._arguments, acks="all", linger_ms=2)
        await producer.start()
        try:
            sent = [
                await producer.send(self.topic, key=key, value=body, headers=list(attributes))
                for attributes, key, body in records
            ]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()


def stored(fact: Fact, person: ClearPerson | SealedPerson | ErasedPerson | None = None) -> EventRow:
    """Return an event as a row of the store."""
    event_id, now = uuid7(), datetime.now(UTC)
    return EventRow(
        event_id=UUID(int=event_id.int),
        stream=f"thing-{UUID(int=uuid7().int)}",
        version=1,
        type=fact.wire,
        occurred_at=now,
        recorded_at=now,
        facts=encode_facts(fact),
        person=None if person is None else PersonCodec().dump(person),
        handles="[]",
        correlation_id=UUID(int=event_id.int),
    )


def counted(numbers: Iterable[int]) -> list[EventRow]:
    """Return ThingCounted events with these numbers."""
    return [stored(ThingCounted(recorded=RECORDED, number=n, unit="piece")) for n in numbers]  # type: ignore[call-arg]


def broken(number: int, like: EventRow | None = None) -> tuple[Any, bytes, bytes]:
    """Return a record whose data does not fit its type and contains a person's name; ``like`` gives its event id."""
    event = like or stored(ThingCounted(recorded=RECORDED, number=number, unit="piece"))  # type: ignore[call-arg]
    body = orjson.loads(value(event))
    body["facts"]["number"] = "សុខា"
    body["facts"]["unit"] = "Sok Dara"
    return headers(event, 1), event.stream.encode(), orjson.dumps(body)


@contextlib.asynccontextmanager
async def running(*projectors: Projector) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run projectors while the block runs."""
    tasks = [asyncio.create_task(projector.run()) for projector in projectors]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 30.0) -> Any:
    """Wait until a condition returns something true, and return it. Raises TimeoutError with its last result."""
    deadline = time.monotonic() + seconds
    while not (found := await holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {seconds} s")
        await asyncio.sleep(0.05)
    return found


async def taken(pool: Pool, table: str = "things") -> set[UUID]:
    """Return the ids of the events that took effect."""
    return {row[0] for row in await pool.fetch(f"SELECT event_id FROM {table}")}


async def takings(pool: Pool, table: str = "takings") -> list[UUID]:
    """Return the id of an event for each time it took effect."""
    return [row[0] for row in await pool.fetch(f"SELECT event_id FROM {table}")]
