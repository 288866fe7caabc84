"""The ends of the benchmark's topics, and how long it takes only to fetch their records."""

from __future__ import annotations

import time

from aiokafka import TopicPartition

from bench.topic_data import PARTITIONS, TOPICS
from chassis.base.settings import Settings
from chassis.projections.kafka_clients import open_consumer
from domnaer.topics.access import ADMIN


async def ends_of(settings: Settings) -> dict[TopicPartition, int]:
    async with open_consumer(settings, ADMIN) as consumer:
        found: dict[TopicPartition, int] = await consumer.end_offsets(
            [TopicPartition(topic, nth) for topic in TOPICS for nth in range(PARTITIONS)]
        )
        return found


async def fetch_all(settings: Settings) -> tuple[int, float]:
    """Fetch all records in this process without decoding them; return their number and the seconds."""
    ends = await ends_of(settings)
    async with open_consumer(settings, ADMIN) as consumer:
        consumer.assign([tp for tp, end in ends.items() if end])
        for partition in consumer.assignment():
            consumer.seek(partition, 0)
        events = sum(ends.values())
        begun, left = time.perf_counter(), events
        while left:
            fetched = await consumer.getmany(timeout_ms=1_000, max_records=2_000)
            left -= sum(len(records) for records in fetched.values())
        return events, time.perf_counter() - begun
