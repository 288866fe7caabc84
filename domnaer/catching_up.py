"""Waits until everything recorded has had its effect: published by the relays, processed by the readers, settled.

It reads the databases and the topics only, so it works in the process of the services and in any other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.base.kafka import OPERATOR
from chassis.base.settings import Settings
from chassis.outbox.incarnations import BEFORE, find_cursor
from chassis.outbox.relay_status import connect
from chassis.outbox.source import OutboxSource
from chassis.projections.builds import live_build, schema_of
from chassis.projections.kafka_clients import find_partitions, open_consumer
from chassis.projections.offsets import BEGINNING, Offsets
from chassis.projections.reader import Reader, edition_of, shape_of
from chassis.service import Service
from chassis.store.database import Pool, open_pool
from contracts.catalogue import catalogue
from domnaer.all_services import find_services
from domnaer.topics.declarations import outbox_sources, unconnected_runtime

_SOON, _LATER = 0.1, 1.0
_NEAR = 1_000
_STEADY = 4
"""Number of checks in a row that must find nothing left, since a processed event may cause further events."""

Ends = dict[TopicPartition, int]


async def settled(settings: Settings, reader: str | None = None) -> AsyncIterator[tuple[int, int]]:
    """Check until nothing is left, for one reader or for all; yield what is left now and the highest number so far.

    A reader that is stopped, or a relay that does not run, keeps it waiting.
    """
    async with open_checks(settings, reader) as checks:
        async for left in checks.until_settled():
            yield left


@contextlib.asynccontextmanager
async def open_checks(settings: Settings, reader: str | None = None) -> AsyncIterator[Checks]:
    """Open the connections for checks of one reader or of all."""
    async with contextlib.AsyncExitStack() as stack:
        consumer = await stack.enter_async_context(open_consumer(settings, OPERATOR))
        services = [await _open_service(service, settings, reader, stack) for service in find_services()]
        yield Checks(settings, consumer, services, everything=reader is None)


@dataclass(frozen=True, slots=True)
class _OpenService:
    """A service with the readers to be checked, a pool, and a connection for each of its sources."""

    service: Service
    readers: Sequence[Reader]
    pool: Pool
    sources: Sequence[tuple[OutboxSource, asyncpg.Connection]]


async def _open_service(
    service: Service, settings: Settings, reader: str | None, stack: contextlib.AsyncExitStack
) -> _OpenService:
    runtime = unconnected_runtime(service, catalogue())
    readers = [each for each in service.readers(runtime) if reader in (None, each.name)]
    dsn = settings.database(service.name)
    pool = await open_pool(dsn, size=1, service=service.name)
    stack.push_async_callback(pool.close)
    sources = []
    for source in outbox_sources(service, runtime):
        connection = await connect(dsn, "catching up", source)
        stack.push_async_callback(connection.close)
        sources.append((source, connection))
    return _OpenService(service, readers, pool, sources)


class Checks:
    """Checks of an installation, with open connections."""

    def __init__(
        self,
        settings: Settings,
        consumer: AIOKafkaConsumer,
        services: Sequence[_OpenService],
        *,
        everything: bool,
    ) -> None:
        self._settings, self._consumer, self._services = settings, consumer, services
        self._everything = everything
        self._topics = {
            topic
            for each in services
            for reader in each.readers
            for topic in (*reader.topics, *reader.entry_topics)
        }
        self._partitions: list[TopicPartition] = []

    async def until_settled(self) -> AsyncIterator[tuple[int, int]]:
        """Check until nothing is left; yield what is left now and the highest number so far."""
        most = steady = 0
        while True:
            left = await self.left()
            most = max(most, left)
            yield left, most
            steady = 0 if left else steady + 1
            if steady == _STEADY:
                return
            await asyncio.sleep(_SOON if left < _NEAR else _LATER)

    async def left(self) -> int:
        """Return the number of rows not published, records not processed and workers not settled, counted in this order."""
        left = 0
        for each in self._services:
            for source, connection in each.sources:
                if self._everything or source.topic in self._topics:
                    cursor = await find_cursor(connection, source) or BEFORE
                    left += (await source.backlog(connection, cursor.position)).waiting
        if self._topics - {each.topic for each in self._partitions}:
            self._partitions = await find_partitions(self._settings, OPERATOR, sorted(self._topics))
        ends: Ends = await self._consumer.end_offsets(self._partitions) if self._partitions else {}
        for each in self._services:
            for reader in each.readers:
                left += await _behind(each.pool, reader, ends)
            if each.readers and each.service.unsettled is not None:
                left += await each.pool.fetchval(each.service.unsettled)
            left += await _unsettled(each) if self._everything else 0
        return left


async def _unsettled(each: _OpenService) -> int:
    """The workers that wait to be settled in the live builds of a service; 1 for a build that is not live yet."""
    left = 0
    for projection, rebuild in each.service.rebuilds.items():
        build = await live_build(each.pool, projection, rebuild.shape())
        if build is None:
            left += 1
        elif await each.pool.fetchval("SELECT to_regclass($1)", f"{schema_of(projection, build)}.dirty"):
            left += await each.pool.fetchval(f"SELECT count(*) FROM {schema_of(projection, build)}.dirty")
    return left


async def _behind(pool: Pool, reader: Reader, ends: Ends) -> int:
    build = edition_of(reader)
    if reader.projection is not None:
        build = await live_build(pool, reader.projection, shape_of(reader)) or 0
    marks = await Offsets(reader.name, build).read(pool)
    topics = {*reader.topics, *reader.entry_topics}
    return sum(
        max(0, end - marks.get(partition, BEGINNING).next_offset)
        for partition, end in ends.items()
        if partition.topic in topics
    )
