"""Relay: events per second from the event store to the broker, acknowledged by all replicas.

The floor sends the same records with the same headers from memory. They are rendered and assigned to partitions
beforehand, and sent in the same batches: pages of 2,000, one batch for each partition, ``acks=all``, idempotent, zstd;
the next page is built while the broker stores the last one. The relay also reads behind the gate, renders, chooses the
partition and moves its cursor. PostgreSQL, broker and relay share the machine.

``python -m bench.relay --events 200000``
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
import uvloop
from pydantic import SecretStr

from bench.report import Figure, report
from chassis.base.settings import Environment, Settings
from chassis.outbox.partitioner import partitions_of
from chassis.outbox.relay import PAGE, Relay
from chassis.outbox.source import BEGINNING, EventSource, OutboxPage
from chassis.outbox.topic_writer import TopicWriter
from chassis.store.database import create_database, migrate
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure
from domnaer.topics.access import ADMIN

SERVICE = "benchrelay"
WANTED_RATE, WANTED_RATIO = 30_000.0, 0.5
_TYPE = "domnaer.benchrelay.worker_returned.v1"
_COLUMNS = (
    *("event_id", "stream", "version", "type", "occurred_at", "recorded_at", "facts", "person", "handles"),
    *("correlation_id", "causation_id", "traceparent"),
)


def settings_of(running: RunningInfrastructure) -> Settings:
    """Return the settings of a process that uses these servers."""
    return Settings(
        environment=Environment.EMBEDDED,
        postgres=SecretStr(running.postgres_dsn("").rstrip("/")),
        postgres_passwords={SERVICE: SecretStr("of-the-bench-only")},
        **running.kafka_settings,
        kafka_user=ADMIN,
        handle_key=SecretStr("h" * 32),
        session_key=SecretStr("s" * 32),
    )


def rows(count: int) -> list[tuple[object, ...]]:
    """Return events of about 400 bytes as checkpoints record them; every stream has one to three."""
    chance = random.Random(20140611)
    began = datetime(2014, 6, 11, 5, 30, tzinfo=UTC)
    found: list[tuple[object, ...]] = []
    while len(found) < count:
        stream = f"crossing-{UUID(int=chance.getrandbits(128), version=4)}"
        for version in range(1, min(chance.randint(1, 3), count - len(found)) + 1):
            at = began + timedelta(microseconds=len(found) * 1_100_003)
            event_id = UUID(int=chance.getrandbits(128), version=4)
            facts = (
                f'{{"recorded":{{"by":"officer-{chance.randrange(900):03d}","office":"KH-BMC-POIPET",'
                f'"device":"booth-{chance.randrange(9)}","how":"live"}},"sex":{chance.randint(1, 2)},'
                f'"age_band":"25-29","home_province":"{chance.randint(1, 25):02d}","checkpoint":"KH-POIPET",'
                f'"direction":"in","returned_from":"THA","handover_id":"{UUID(int=chance.getrandbits(128), version=4)}"}}'
            )
            person = f'{{"form":"erased","evidence_id":"{event_id}"}}'
            handles = f'["{chance.getrandbits(128):032x}"]'
            found.append(
                (
                    event_id,
                    stream,
                    version,
                    _TYPE,
                    at,
                    at,
                    facts,
                    person,
                    handles,
                    UUID(int=chance.getrandbits(128), version=4),
                    None,
                    None,
                )
            )
    return found


async def fill(dsn: str, count: int) -> None:
    """Append the events, 10,000 in each transaction."""
    connection = await asyncpg.connect(dsn)
    try:
        records = rows(count)
        for start in range(0, count, 10_000):
            await connection.copy_records_to_table(
                "events", records=records[start : start + 10_000], columns=_COLUMNS
            )
        await connection.execute("VACUUM ANALYZE events")
    finally:
        await connection.close()


async def measure_relay(settings: Settings, dsn: str, topic: str, count: int) -> tuple[float, float]:
    """Return the seconds and the processor seconds of this process from the first page to the last acknowledgement."""
    done = asyncio.Event()
    moments: list[tuple[float, float]] = []

    def at_step(step: str) -> None:
        if step == "sent" and not moments:
            moments.append(began)
        if step == "moved" and relay.published >= count:
            moments.append((time.perf_counter(), time.process_time()))
            done.set()

    relay = Relay(EventSource(SERVICE, topic=topic), settings, dsn, at_step=at_step)
    began = (time.perf_counter(), time.process_time())
    running = asyncio.create_task(relay.run())
    try:
        await done.wait()
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    (start, cpu), (end, cpu_end) = moments
    return end - start, cpu_end - cpu


async def measure_floor(settings: Settings, dsn: str, topic: str) -> float:
    """Return the seconds that sending the same records from memory takes."""
    source = EventSource(SERVICE, topic=topic)
    connection = await asyncpg.connect(dsn, server_settings={"timezone": "UTC"})
    pages: list[OutboxPage] = []
    position = BEGINNING
    while page := await source.page(connection, position, PAGE, 1):
        position = page.end
        pages.append(OutboxPage(list(page), lambda record: record))
    await connection.close()
    async with TopicWriter(settings, ADMIN, topic, source.identify) as writer:
        assigned = [partitions_of(page.keys, settings.partitions) for page in pages]
        gc.collect()
        gc.freeze()
        began = time.perf_counter()
        before = None
        for page, partitions in zip(pages, assigned, strict=True):
            sent = await writer.publish(page, partitions)
            if before is not None:
                await writer.acknowledged(before)
            before = sent
        if before is not None:
            await writer.acknowledged(before)
        took = time.perf_counter() - began
    gc.unfreeze()
    return took


async def measure(events: int, rounds: int) -> Figure:
    """Alternate floor and relay, on new topics; the median round of each counts."""
    with tempfile.TemporaryDirectory() as folder:
        async with Infrastructure(Path(folder) / "data") as running:
            settings = settings_of(running)
            await create_database(settings, SERVICE)
            await migrate(settings, SERVICE, None)
            dsn = settings.database(SERVICE)
            await fill(settings.database(SERVICE, owner=True), events)
            gc.collect()
            relay_s: list[tuple[float, float]] = []
            floor_s: list[float] = []
            for nth in range(rounds):
                floor_s.append(await measure_floor(settings, dsn, f"domnaer.benchfloor{nth}.v1"))
                gc.collect()
                await _delete_cursor(dsn)
                relay_s.append(await measure_relay(settings, dsn, f"domnaer.benchrelay{nth}.v1", events))
    middle, cpu = sorted(relay_s)[rounds // 2]
    rate, floor = events / middle, events / statistics.median(floor_s)
    return Figure(
        name="relay: store to broker, acknowledged",
        value=rate,
        unit="events/s",
        floor=floor,
        floor_is="the same records and headers from memory, same batches",
        goals={"events/s": (rate, WANTED_RATE), "half of the floor": (rate / floor, WANTED_RATIO)},
        further={
            "events": events,
            "page": PAGE,
            "rounds": rounds,
            "all_rounds": [round(events / seconds) for seconds, _ in relay_s],
            "all_floors": [round(events / seconds) for seconds in floor_s],
            "relay_cpu_us_per_event": round(cpu / events * 1e6, 2),
        },
    )


async def _delete_cursor(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("DELETE FROM relays")
    await connection.close()


def main(
    events: Annotated[int, typer.Option(help="Number of events to publish.")] = 200_000,
    rounds: Annotated[int, typer.Option(help="Number of rounds; the median round counts.")] = 3,
) -> None:
    """Measure the relay."""
    report(uvloop.run(measure(events, rounds)))


if __name__ == "__main__":
    typer.run(main)
