"""Waits until everything recorded has had its effect: published by the relays, processed by the readers, settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.base.kafka import OPERATOR
from chassis.projections.builds import live_build
from chassis.projections.kafka_clients import find_partitions, open_consumer
from chassis.projections.live_build import HasLiveBuild, LiveBuild
from chassis.projections.offsets import BEGINNING, Offsets
from chassis.projections.reader import Reader, edition_of, shape_of
from chassis.service import RunningService

_SOON, _LATER = 0.3, 1.0
_NEAR = 1_000
_STEADY = 4
"""Number of checks in a row that must find nothing left. A processed event may cause further events, and the backlog of a
relay may be half a second old."""
_UNSETTLED = "SELECT CASE WHEN to_regclass('dirty') IS NULL THEN 0 ELSE (SELECT count(*) FROM dirty) END"

Ends = dict[TopicPartition, int]


async def settled(
    services: Sequence[RunningService], reader: str | None = None
) -> AsyncIterator[tuple[int, int]]:
    """Check until nothing is left, for one reader or for all; yield what is left now and the highest number so far."""
    check = _Check(services, reader)
    most = steady = 0
    async with open_consumer(check.settings, OPERATOR) as consumer:
        while True:
            left = await check.left(consumer)
            most = max(most, left)
            yield left, most
            steady = 0 if left else steady + 1
            if steady == _STEADY:
                return
            await asyncio.sleep(_SOON if left < _NEAR else _LATER)


class _Check:
    def __init__(self, services: Sequence[RunningService], reader: str | None) -> None:
        self._services = services
        self.settings = services[0].settings
        self._everything = reader is None
        self._readers = [
            (each, projector.reader)
            for each in services
            for projector in each.projectors
            if reader is None or projector.reader.name == reader
        ]
        self._topics = {topic for _, one in self._readers for topic in (*one.topics, *one.entry_topics)}
        self._partitions: list[TopicPartition] = []

    async def left(self, consumer: AIOKafkaConsumer) -> int:
        """Return the number of rows not published, records not processed and workers not settled, counted in this order."""
        left = 0
        for each in self._services:
            for relay in each.relays:
                left += await relay.backlog() if self._everything or relay.source.topic in self._topics else 0
        if self._topics - {each.topic for each in self._partitions}:
            self._partitions = await find_partitions(self.settings, OPERATOR, sorted(self._topics))
        ends: Ends = await consumer.end_offsets(self._partitions) if self._partitions else {}
        for each, reader in self._readers:
            left += await _behind(each, reader, ends)
        return left + (await self._unsettled() if self._everything else 0)

    async def _unsettled(self) -> int:
        opened = [each.runtime.opened for each in self._services]
        builds: list[LiveBuild] = [each.live for each in opened if isinstance(each, HasLiveBuild)]
        return sum([await build.pool.fetchval(_UNSETTLED) if build.ready else 1 for build in builds])


async def _behind(running: RunningService, reader: Reader, ends: Ends) -> int:
    pool, build = running.runtime.pool, edition_of(reader)
    if reader.projection is not None:
        build = await live_build(pool, reader.projection, shape_of(reader)) or 0
    marks = await Offsets(reader.name, build).read(pool)
    topics = {*reader.topics, *reader.entry_topics}
    return sum(
        max(0, end - marks.get(partition, BEGINNING).next_offset)
        for partition, end in ends.items()
        if partition.topic in topics
    )
