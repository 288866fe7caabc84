"""The partitions of topics, as the broker has them at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def find_partitions(brokers: str, topics: Iterable[str]) -> list[TopicPartition]:
    """The partitions of these topics; a topic that was never laid has none."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers, request_timeout_ms=15_000)
    await admin.start()
    try:
        laid = set(await admin.list_topics())
        wanted = [topic for topic in topics if topic in laid]
        described = await admin.describe_topics(wanted) if wanted else []
    finally:
        await admin.close()
    return sorted(
        TopicPartition(topic["topic"], each["partition"])
        for topic in described
        for each in topic["partitions"]
    )
