"""Whether everything that was recorded has had its effect: published by the relays, taken by every reader, settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.builds import LiveBuild, live_build
from chassis.offsets import BEGINNING, Offsets
from chassis.reader import Reader
from chassis.service import Running
from domnaer.topics import find_partitions

_EVERY = 0.25
_STEADY = 4
"""Looks in a row at which nothing is left: what is heard may lead to more, and a relay tells its
backlog as it was half a second ago."""
_UNSETTLED = "SELECT CASE WHEN to_regclass('dirty') IS NULL THEN 0 ELSE (SELECT count(*) FROM dirty) END"

Ends = dict[TopicPartition, int]


async def settled(services: Sequence[Running]) -> AsyncIterator[tuple[int, int]]:
    """Look until nothing is left; yields what is left now and the most that was."""
    consumer = AIOKafkaConsumer(bootstrap_servers=services[0].settings.kafka)
    await consumer.start()
    most = steady = 0
    try:
        while True:
            left = await _left(services, consumer)
            most = max(most, left)
            yield left, most
            steady = 0 if left else steady + 1
            if steady == _STEADY:
                return
            await asyncio.sleep(_EVERY)
    finally:
        await consumer.stop()


async def _left(services: Sequence[Running], consumer: AIOKafkaConsumer) -> int:
    """How much is recorded and not published, published and not taken, taken and not settled; in this order."""
    left = 0
    for each in services:
        for relay in each.relays:
            left += await relay.backlog()
    readers = [(each, projector.reader) for each in services for projector in each.projectors]
    topics = sorted({topic for _, reader in readers for topic in (*reader.topics, *reader.entry_topics)})
    found = await find_partitions(services[0].settings.kafka, topics)
    ends: Ends = await consumer.end_offsets(found) if found else {}
    for each, reader in readers:
        left += await _behind(each, reader, ends)
    for each in services:
        for opened in each.runtime.extras.values():
            if isinstance(opened, LiveBuild):
                left += await opened.pool.fetchval(_UNSETTLED)
    return left


async def _behind(running: Running, reader: Reader, ends: Ends) -> int:
    pool, build = running.runtime.pool, 0
    if reader.projection is not None:
        build = await live_build(pool, reader.projection) or 0
    marks = await Offsets(reader.name, build).read(pool)
    heard = {*reader.topics, *reader.entry_topics}
    return sum(
        max(0, end - marks.get(partition, BEGINNING).next_offset)
        for partition, end in ends.items()
        if partition.topic in heard
    )
