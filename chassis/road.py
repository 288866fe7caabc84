"""A topic as its one writer sees it: made where it is missing, laid in batches, looked at again.

Batches are built here, partition by partition, since ``send`` one by one costs twice as much. Order holds: aiokafka
has one batch of a partition under way at a time, and an idempotent producer's batch that fails fails those behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from array import array
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import OffsetOutOfRangeError, TopicAlreadyExistsError, for_code

from chassis.incarnation import Landed
from chassis.outlet import Page
from chassis.settings import Settings

LARGEST_RECORD = 2 * 1024 * 1024
TOPIC_CONFIGS = {
    "retention.ms": "-1",
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(LARGEST_RECORD),
}
BATCH_BYTES = 512 * 1024
PATIENCE = 10.0
"""Seconds after which a broker that does not answer is away: aiokafka's idempotent producer would wait for ever."""


class RoadBroken(Exception):
    """The broker answered otherwise than to the one writer of a topic that it keeps: look what it still holds."""


class Identify(Protocol):
    """The id of a record as the broker gives it back."""

    def __call__(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str: ...


class Sent:
    """Records under way, to be acknowledged."""

    def __init__(self) -> None:
        self._under_way: list[tuple[int, int, str, asyncio.Future[Any]]] = []

    def add(self, partition: int, count: int, last_id: str, future: asyncio.Future[Any]) -> None:
        """A batch under way: how many records, the id of the last."""
        self._under_way.append((partition, count, last_id, future))

    async def acknowledged(self) -> dict[int, Landed]:
        """Wait for the broker's acknowledgement of all; returns the last record of each partition.

        Raises KafkaError, or TimeoutError where the broker is away.
        """
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(future for *_, future in self._under_way))
        landed: dict[int, Landed] = {}
        for partition, count, last_id, future in self._under_way:
            base = future.result().offset
            if base >= 0:  # the broker has forgotten where a batch landed that it had taken before
                landed[partition] = Landed(base + count - 1, last_id)
        return landed


class Road:
    """A topic and its producer. Use as ``async with Road(...)``: after a failure it is built anew.

    Entering raises KafkaError or TimeoutError where the broker is away.
    """

    def __init__(self, settings: Settings, topic: str, identify: Identify) -> None:
        self._settings = settings
        self._topic = topic
        self._identify = identify
        self._common: dict[str, Any] = {
            "bootstrap_servers": settings.kafka,
            "client_id": f"domnaer-relay-{topic}",
            "request_timeout_ms": int(PATIENCE * 1000),
        }
        self._partitions = 0

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(2 * PATIENCE):
            await self._create_topic()
        self._producer = AIOKafkaProducer(
            **self._common,
            acks="all",
            enable_idempotence=True,
            compression_type="zstd",
            max_batch_size=BATCH_BYTES,
            retry_backoff_ms=100,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await self._producer.start()
                self._partitions = len(await self._producer.partitions_for(self._topic))
        except BaseException:
            await self._discard()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._discard()

    async def _create_topic(self) -> None:
        admin = AIOKafkaAdminClient(**self._common)
        try:
            await admin.start()
            if self._topic in await admin.list_topics():
                return
            topic = NewTopic(
                self._topic,
                self._settings.partitions,
                self._settings.replication,
                topic_configs=TOPIC_CONFIGS,
            )
            answer = await admin.create_topics([topic])
            for _, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:  # another process was faster
                    raise error(self._topic)
        finally:
            await admin.close()

    async def _discard(self) -> None:
        """Let go of the producer without waiting for what is under way, as ``stop()`` would."""
        producer = self._producer
        producer._closed = True
        sender = producer._sender.sender_task
        if sender is not None:
            for _ in range(
                3
            ):  # the first ends the loop, which then waits for its requests; the next end those
                sender.cancel()
                await asyncio.wait([sender], timeout=0.5)
                if sender.done():
                    break
            if sender.done() and not sender.cancelled():
                sender.exception()
        with contextlib.suppress(Exception):
            await producer.client.close()

    async def lay(self, page: Page, partitions: Sequence[int] | None = None) -> Sent:
        """Hand a page to the producer, in its order; ``partitions`` where they are known already.

        Raises KafkaError, or TimeoutError where the broker is away.
        """
        sent = Sent()
        builders: dict[int, Any] = {}
        last: dict[int, str] = {}
        create = self._producer.create_batch
        async with asyncio.timeout(PATIENCE):
            for record, partition in zip(
                page, partitions or partitions_of(page.keys, self._partitions), strict=True
            ):
                builder = builders.get(partition)
                if builder is None:
                    builder = builders[partition] = create()
                fits = builder.append(
                    timestamp=None, key=record.key, value=record.value, headers=record.headers
                )
                if fits is None:
                    await self._send(sent, partition, builder, last[partition])
                    builder = builders[partition] = create()
                    builder.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
                last[partition] = record.id
            for partition, builder in builders.items():
                await self._send(sent, partition, builder, last[partition])
        return sent

    async def _send(self, sent: Sent, partition: int, builder: Any, last_id: str) -> None:
        builder.close()
        future = await self._producer.send_batch(builder, self._topic, partition=partition)
        sent.add(partition, builder.record_count(), last_id, future)

    async def holds(self, last: Mapping[int, Landed]) -> bool:
        """Whether the broker still has these records where they were acknowledged.

        Raises KafkaError or TimeoutError where it does not answer: then nobody knows, and it is no loss.
        """
        if not last:
            return True
        consumer = AIOKafkaConsumer(
            **self._common,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=1,  # a batch comes whole all the same
            fetch_max_wait_ms=100,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await consumer.start()
                return await self._all_held(consumer, last)
        finally:
            await consumer.stop()

    async def _all_held(self, consumer: AIOKafkaConsumer, last: Mapping[int, Landed]) -> bool:
        if self._topic not in await consumer.topics():
            return False
        sought = {TopicPartition(self._topic, partition): landed for partition, landed in last.items()}
        consumer.assign(list(sought))
        if max(last) not in (
            consumer.partitions_for_topic(self._topic) or await self._producer.partitions_for(self._topic)
        ):
            return False
        ends = await consumer.end_offsets(list(sought))
        if any(ends[place] <= landed.offset for place, landed in sought.items()):
            return False
        for place, landed in sought.items():
            consumer.seek(place, landed.offset)
        while sought:
            try:
                found = await consumer.getmany(*sought, timeout_ms=200, max_records=1)
            except OffsetOutOfRangeError:
                return False
            for place, records in found.items():
                for record in records[:1]:
                    landed = sought.pop(place)
                    key, attributes = record.key or b"", dict(record.headers)
                    if (record.offset, self._identify(key, record.value, attributes)) != landed:
                        return False
                    consumer.pause(place)
        return True


def partitions_of(keys: Sequence[bytes], count: int) -> list[int]:
    """The partitions of keys, as Kafka's own clients choose them."""
    by_length: dict[int, list[int]] = {}
    for nth, key in enumerate(keys):
        by_length.setdefault(len(key), []).append(nth)
    found = [0] * len(keys)
    for places in by_length.values():
        hashes = murmur2([keys[nth] for nth in places])
        for nth, hashed in zip(places, hashes, strict=True):
            found[nth] = (hashed & 0x7FFFFFFF) % count
    return found


def murmur2(keys: Sequence[bytes]) -> Sequence[int]:
    """Kafka's hash of keys of one length, all at once: a lane of 64 bits each in one long integer.

    Per key it costs a tenth of aiokafka's own, which would be a third of what publishing an event costs.
    """
    length, lanes = len(keys[0]), len(keys)
    padding = bytes(-length % 4)
    words = array("I", padding.join(keys) + padding)
    stride = (length + 3) // 4
    if sys.byteorder == "big":
        words.byteswap()
    ones = int.from_bytes(array("Q", [1]).tobytes() * lanes, sys.byteorder)
    low = ones * 0xFFFFFFFF

    def word(nth: int) -> int:
        return int.from_bytes(array("Q", words[nth::stride]).tobytes(), sys.byteorder)

    h = ones * (0x9747B28C ^ length)
    for nth in range(length // 4):
        k = word(nth) * 0x5BD1E995 & low
        k ^= k >> 24 & ones * 0xFF
        h = (h * 0x5BD1E995 & low) ^ (k * 0x5BD1E995 & low)
    if padding:
        h = (h ^ word(stride - 1)) * 0x5BD1E995 & low
    h = (h ^ (h >> 13 & ones * 0x7FFFF)) * 0x5BD1E995 & low
    h ^= h >> 15 & ones * 0x1FFFF
    return array("Q", h.to_bytes(8 * lanes, sys.byteorder))
