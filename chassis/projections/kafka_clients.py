"""The Kafka clients of a reader: its consumer, and the list of partitions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import TopicAuthorizationFailedError

from chassis.base.kafka import client_arguments, start_client
from chassis.base.settings import Settings
from chassis.projections.partition_position import READER_TIMING, ReaderTiming

_DAY_MS = 86_400_000  # a process that waits for its database keeps its partitions; only missing heartbeats end a session


def make_consumer(
    settings: Settings, service: str, group: str | None = None, timing: ReaderTiming = READER_TIMING
) -> AIOKafkaConsumer:
    """Return a consumer that is not started yet, and that never commits or resets an offset by itself.

    Raises KafkaLoginRefused.
    """
    return AIOKafkaConsumer(
        **client_arguments(settings, service),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=4 << 20,
        fetch_max_wait_ms=round(timing.wait * 1000),
        metadata_max_age_ms=round(timing.metadata * 1000),
        session_timeout_ms=round(timing.session * 1000),
        heartbeat_interval_ms=round(timing.heartbeat * 1000),
        rebalance_timeout_ms=round(max(timing.session, 30.0) * 1000),
        max_poll_interval_ms=_DAY_MS,
        request_timeout_ms=15_000,
    )


@asynccontextmanager
async def open_consumer(settings: Settings, service: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer without a group. Raises KafkaError."""
    consumer = make_consumer(settings, service)
    try:
        await start_client(consumer, settings, service)
        yield consumer
    finally:
        await consumer.stop()


async def find_partitions(settings: Settings, service: str, topics: Iterable[str]) -> list[TopicPartition]:
    """Return the partitions of topics in order; a topic that does not exist has none.

    Raises KafkaError, in particular TopicAuthorizationFailedError if the service's user must not read a topic.
    """
    admin = AIOKafkaAdminClient(**client_arguments(settings, service), request_timeout_ms=15_000)
    try:
        await start_client(admin, settings, service)
        described = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    for topic in described:
        if topic["error_code"] == TopicAuthorizationFailedError.errno:
            raise TopicAuthorizationFailedError(topic["topic"])
    return sorted(
        TopicPartition(topic["topic"], each["partition"])
        for topic in described
        for each in topic["partitions"]
    )
