"""The Kafka clients of a reader: its consumer, and the list of partitions."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from chassis.projections.partition_position import ReaderTiming

_DAY_MS = 86_400_000  # a process that waits for its database keeps its partitions; only missing heartbeats end a session


def make_consumer(brokers: str, group: str | None, timing: ReaderTiming) -> AIOKafkaConsumer:
    """Return a consumer that is not started yet, and that never commits or resets an offset by itself."""
    return AIOKafkaConsumer(
        bootstrap_servers=brokers,
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


async def find_partitions(brokers: str, topics: Iterable[str]) -> list[TopicPartition]:
    """Return the partitions of topics in order; a topic that does not exist has none. Raises KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers, request_timeout_ms=15_000)
    try:
        await admin.start()
        existing = set(await admin.list_topics())
        wanted = [topic for topic in topics if topic in existing]
        described = await admin.describe_topics(wanted) if wanted else []
    finally:
        await admin.close()
    return sorted(
        TopicPartition(topic["topic"], each["partition"])
        for topic in described
        for each in topic["partitions"]
    )
