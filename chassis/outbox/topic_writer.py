"""The only writer of a topic: creates it if missing, publishes batches, and checks that acknowledged records still exist.

This module builds the batches of each partition itself, because sending records one by one costs twice as much. Order
is kept: aiokafka sends one batch of a partition at a time, and if a batch of an idempotent producer fails, the batches
after it fail too.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import (
    KafkaConnectionError,
    OffsetOutOfRangeError,
    TopicAlreadyExistsError,
    for_code,
)

from chassis.base.kafka import client_arguments, start_client
from chassis.base.settings import Settings
from chassis.outbox.incarnations import AcknowledgedRecord
from chassis.outbox.partitioner import partitions_of
from chassis.outbox.source import OutboxPage
from chassis.outbox.topic_configuration import set_cleanup, topic_configs

BATCH_BYTES = 512 * 1024
BROKER_TIMEOUT = 10.0
"""Seconds without an answer after which the broker counts as down: aiokafka's idempotent producer would wait for ever."""
BROKER_CHECK_INTERVAL = 0.25
"""Seconds between checks that the broker is up, while the producer waits for it."""
SLICE = 250
"""Records after which the event loop runs other tasks, such as receiving rows from PostgreSQL or answering requests."""

T = TypeVar("T")


class TopicLost(Exception):
    """The broker gave an answer that shows that the topic was lost or replaced."""


class Identify(Protocol):
    """Return the id of a record read from the broker."""

    def __call__(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was sent: its partition, the number of records, and the id of the last record."""

    partition: int
    count: int
    last_id: str
    future: asyncio.Future[Any]


class TopicWriter:
    """A topic and its producer, used as ``async with TopicWriter(...)``. After a failure, create a new one.

    Creating it raises KafkaLoginRefused; entering the context also KafkaError or TimeoutError if the broker is down.
    """

    def __init__(
        self, settings: Settings, service: str, topic: str, identify: Identify, *, compacted: bool = False
    ) -> None:
        self._settings = settings
        self._service = service
        self._topic = topic
        self._identify = identify
        self._configs = topic_configs(settings.min_insync_replicas, compacted=compacted)
        self._common: dict[str, Any] = {
            **client_arguments(settings, service),
            "client_id": f"domnaer-relay-{topic}",
            "request_timeout_ms": int(BROKER_TIMEOUT * 1000),
        }
        self.partitions = 0
        """The number of partitions, by which the partition of each key is chosen."""

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(2 * BROKER_TIMEOUT):
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
            async with asyncio.timeout(BROKER_TIMEOUT):
                await start_client(self._producer, self._settings, self._service)
                self.partitions = len(await self._producer.partitions_for(self._topic))
        except BaseException:
            await self._discard()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._discard()

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self._common)
        try:
            await start_client(admin, self._settings, self._service)
            yield admin
        finally:
            await admin.close()

    async def add_partitions(self) -> None:
        """Add partitions to the topic if the settings ask for more. Raises KafkaError or TimeoutError."""
        wanted = self._settings.partitions
        if wanted <= self.partitions:
            return
        async with asyncio.timeout(2 * BROKER_TIMEOUT):
            async with self._admin() as admin:
                answer = await admin.create_partitions({self._topic: NewPartitions(wanted)})
                for _, code, _ in answer.topic_errors:
                    if code:
                        raise for_code(code)(self._topic)
            while len(await self._producer.partitions_for(self._topic)) < wanted:
                await self._producer.client.force_metadata_update()
        self.partitions = wanted

    async def _create_topic(self) -> None:
        async with self._admin() as admin:
            if self._topic in await admin.list_topics():
                await set_cleanup(admin, self._topic, self._configs)
                return
            topic = NewTopic(
                self._topic,
                self._settings.partitions,
                self._settings.replication,
                topic_configs=self._configs,
            )
            answer = await admin.create_topics([topic])
            for _, code, *_ in answer.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:  # another process was faster
                    raise error(self._topic)

    async def _discard(self) -> None:
        """Close the producer without waiting for its pending batches, as ``stop()`` would do."""
        producer = self._producer
        producer._closed = True
        sender = producer._sender.sender_task
        if sender is not None:
            for _ in range(3):
                sender.cancel()  # the first cancel ends its loop, which then waits for its requests; the next ones end those
                await asyncio.wait([sender], timeout=0.5)
                if sender.done():
                    break
            if sender.done() and not sender.cancelled():
                sender.exception()
        with contextlib.suppress(Exception):
            await producer.client.close()

    async def publish(self, page: OutboxPage, partitions: Sequence[int] | None = None) -> list[Batch]:
        """Hand a page to the producer in its order. ``partitions`` may be given if they are known already.

        Raises KafkaError or TopicLost, or TimeoutError if the broker is down.
        """
        return await self._while_broker_up(
            self._send_page(page, partitions or partitions_of(page.keys, self.partitions))
        )

    async def _send_page(self, page: OutboxPage, partitions: Sequence[int]) -> list[Batch]:
        sent: list[Batch] = []
        builders: dict[int, Any] = {}
        last: dict[int, str] = {}
        create = self._producer.create_batch
        for nth, (record, partition) in enumerate(zip(page, partitions, strict=True)):
            if nth % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            fields = {"timestamp": None, "key": record.key, "value": record.value, "headers": record.headers}
            builder = builders.get(partition)
            if builder is None:
                builder = builders[partition] = create()
            if builder.append(**fields) is None:
                sent.append(await self._send(partition, builder, last[partition]))
                builder = builders[partition] = create()
                builder.append(**fields)
            last[partition] = record.id
        for partition, builder in builders.items():
            sent.append(await self._send(partition, builder, last[partition]))
        return sent

    async def _send(self, partition: int, builder: Any, last_id: str) -> Batch:
        builder.close()
        future = await self._producer.send_batch(builder, self._topic, partition=partition)
        return Batch(partition, builder.record_count(), last_id, future)

    async def acknowledged(self, sent: Sequence[Batch]) -> dict[int, AcknowledgedRecord]:
        """Wait until the broker acknowledges a page; return the last record of each partition.

        Raises KafkaError or TopicLost, or TimeoutError if the broker is down.
        """
        await self._while_broker_up(asyncio.gather(*(batch.future for batch in sent)))
        last: dict[int, AcknowledgedRecord] = {}
        for batch in sent:
            base = batch.future.result().offset
            if base >= 0:  # -1: a repeated batch, whose offset the broker no longer knows
                last[batch.partition] = AcknowledgedRecord(base + batch.count - 1, batch.last_id)
        return last

    async def _while_broker_up(self, work: Awaitable[T]) -> T:
        """Wait for the producer as long as the broker is up and knows the topic.

        Without this check, aiokafka sends requests to a broker that is down thousands of times a second.
        """
        task = asyncio.ensure_future(work)
        try:
            async with asyncio.timeout(BROKER_TIMEOUT):
                while not (await asyncio.wait({task}, timeout=BROKER_CHECK_INTERVAL))[0]:
                    cluster = self._producer.client.cluster
                    if not any(
                        [await self._producer.client.ready(broker.nodeId) for broker in cluster.brokers()]
                    ):
                        raise KafkaConnectionError("no broker answers")
                    if cluster.partitions_for_topic(self._topic) is None:
                        raise TopicLost("the broker does not know the topic")
                return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def holds(self, last: Mapping[int, AcknowledgedRecord]) -> bool:
        """Return whether the broker still has these records at the offsets that it acknowledged, and as many partitions.

        Raises KafkaError or TimeoutError if the broker does not answer. That does not mean that the topic is lost.
        """
        consumer = AIOKafkaConsumer(
            **self._common,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=1,  # the broker returns at least one whole batch
            fetch_max_wait_ms=100,
        )
        try:
            async with asyncio.timeout(BROKER_TIMEOUT):
                await start_client(consumer, self._settings, self._service)
                return await self._all_held(consumer, last)
        finally:
            await consumer.stop()

    async def _all_held(self, consumer: AIOKafkaConsumer, last: Mapping[int, AcknowledgedRecord]) -> bool:
        partitions = (await consumer._client.fetch_all_metadata()).partitions_for_topic(self._topic)
        if partitions is None or len(partitions) != self.partitions:
            return False
        if not last:
            return True
        sought = {TopicPartition(self._topic, partition): record for partition, record in last.items()}
        consumer.assign(list(sought))
        if max(last) not in partitions:
            return False
        ends = await consumer.end_offsets(list(sought))
        if any(ends[partition] <= record.offset for partition, record in sought.items()):
            return False
        for partition, acknowledged in sought.items():
            consumer.seek(partition, acknowledged.offset)
        while sought:
            try:
                found = await consumer.getmany(*sought, timeout_ms=200, max_records=1)
            except OffsetOutOfRangeError:
                return False
            for partition, records in found.items():
                for record in records[:1]:
                    acknowledged = sought.pop(partition)
                    key, body = record.key or b"", record.value or b""
                    attributes = {name: given for name, given in record.headers if given is not None}
                    if (record.offset, self._identify(key, body, attributes)) != acknowledged:
                        return False
                    consumer.pause(partition)
        return True
