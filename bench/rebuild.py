"""Rebuild of the registry from Kafka until all worker states are settled, at 0.1 and 1 million events.

Measured with one process and with two. The floor reads the same topics with the same consumer and decoding, and writes
raw rows with their offsets, one bulk statement for each page. A second floor only fetches the records. Run: ``python -m bench.rebuild [--events 1000000]``.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop
from aiokafka import TopicPartition
from pydantic import SecretStr

from bench.fetching import ends_of, fetch_all
from bench.process_group import ProcessGroup, peak_mb, print_line, wait_for_signal
from bench.report import Figure, report
from bench.topic_data import EventMix, publish, shuffled_with_repeats
from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.settings import Environment, Settings
from chassis.projections.builds import UNSHAPED, build_pool, ensure_build, open_build, schema_of
from chassis.projections.offsets import Offsets
from chassis.projections.projector import Projector
from chassis.projections.reader import ExtractedEvent, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool, create_database, migrate, open_pool
from contracts.catalogue import catalogue
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure
from domnaer.topics.access import ADMIN
from services.registry.projections.comparison import digest
from services.registry.projections.slices import begin_settling, end_settling, settle_slices
from services.registry.projections.timeline import (
    FIRST_BUILD,
    NEXT_BUILD,
    PROJECTION,
    shape,
)
from services.registry.rebuilding import OBJECTS_BETWEEN_COLLECTIONS, reader

SERVICE = "registry"
FLOOR_DDL = (
    "CREATE TABLE raw (event_id uuid PRIMARY KEY, stream text NOT NULL, type text NOT NULL,"
    " occurred_at timestamptz NOT NULL, value text NOT NULL)"
)


class Floor:
    """Writes raw rows, which is the least that any reader must do."""

    name = "registry.floor"
    entry_topics: Sequence[str] = ()
    projection: str | None = "floor"
    ddl = FLOOR_DDL

    def __init__(self) -> None:
        timeline = reader(marking=False)
        self.topics, self.event_types = timeline.topics, timeline.event_types

    def extract(self, received: ReceivedEvent) -> Any:
        event = received.event
        return (event.id, event.stream, event.type, event.occurred_at, received.value.decode())

    async def prepare(
        self, pool: Pool, page: Sequence[ExtractedEvent], entries: Sequence[ReceivedEntry]
    ) -> Any:
        return [list(column) for column in zip(*(each.essence for each in page), strict=True)]

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ExtractedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Any,
    ) -> None:
        if prepared:
            await connection.execute(
                "INSERT INTO raw SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])"
                " ON CONFLICT DO NOTHING",
                *prepared,
            )

    async def applied(self) -> None:
        return None


@dataclass
class MeasuredRebuild:
    """The figures of one measured rebuild."""

    events: int
    seconds: float
    fill_seconds: float
    peak_mb: float
    digests: dict[str, str]
    build: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds of each step."""

    @property
    def rate(self) -> float:
        return self.events / self.seconds


async def checkpoint(settings: Settings) -> None:
    """Write dirty pages now; otherwise the next measurement would also write those of earlier ones."""
    connection = await asyncpg.connect(settings.maintenance)
    await connection.execute("CHECKPOINT")
    await connection.close()


async def until_taken(pool: Pool, name: str, build: int, ends: dict[TopicPartition, int]) -> None:
    offsets = Offsets(name, build)
    while True:
        marks = await offsets.read(pool)
        if all(end == 0 or (tp in marks and marks[tp].next_offset >= end) for tp, end in ends.items()):
            return
        await asyncio.sleep(0.02)


async def measure(
    settings: Settings, pool: Pool, step: str, processes: int, *, keep: bool = False
) -> MeasuredRebuild:
    """Measure the floor or the rebuild once, in a new build, which is dropped afterwards unless it is to be kept."""
    floor = step == "floor"
    projection, name = ("floor", Floor.name) if floor else (PROJECTION, "registry.timeline")
    of_shape = UNSHAPED if floor else shape()
    await ensure_build(pool, projection, FLOOR_DDL if floor else FIRST_BUILD, of_shape)
    build = await open_build(pool, projection, FLOOR_DDL if floor else NEXT_BUILD, of_shape)
    ends = await ends_of(settings)
    digests: dict[str, str] = {}
    steps: dict[str, float] = {}
    async with (
        ProcessGroup(settings, step, build, processes) as fillers,
        ProcessGroup(settings, "settle", build, processes) as settlers,
    ):
        begun = time.perf_counter()
        fillers.go()
        await until_taken(pool, name, build, ends)
        filled = time.perf_counter() - begun
        await fillers.done()
        if not floor:
            own = await build_pool(settings.database(SERVICE), PROJECTION, build, size=3)
            await begin_settling(own)
            sorted_by = time.perf_counter() - begun
            settlers.go()
            await settlers.done()
            settled_by = time.perf_counter() - begun
            await end_settling(own)
            seconds = time.perf_counter() - begun
            steps = {
                "fill": filled,
                "sort and index": sorted_by - filled,
                "settle": settled_by - sorted_by,
                "index settled rows": seconds - settled_by,
            }
            digests = await digest(own, schema_of(PROJECTION, build))
            await own.close()
        else:
            seconds = filled
        peak = max(fillers.peak_mb, settlers.peak_mb)
    if not keep:
        await pool.execute(f"DROP SCHEMA {schema_of(projection, build)} CASCADE")
    return MeasuredRebuild(sum(ends.values()), seconds, filled, peak, digests, build, steps)


async def run_process(step: str, build: int, nth: int, size: int) -> None:
    """Do the share of one process in a step."""
    settings = Settings()
    dsn = settings.database(SERVICE)
    tune_garbage_collection(OBJECTS_BETWEEN_COLLECTIONS)
    projector = own = None
    if step == "settle":
        own = await build_pool(dsn, PROJECTION, build, size=2)
    else:
        own = await open_pool(dsn, size=2)
        kind: Any = Floor() if step == "floor" else reader(marking=False)
        projector = Projector(kind, own, catalogue(), settings, build, share=(nth, size), dsn=dsn)
    print_line("ready")
    await wait_for_signal()
    if projector is None:
        async for _ in settle_slices(own):
            pass
        await wait_for_signal()
    else:
        task = asyncio.create_task(projector.run())
        await wait_for_signal()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    print_line(peak_mb())
    await own.close()


async def measure_all(events: int) -> None:
    small = events // 10
    with tempfile.TemporaryDirectory() as folder:
        async with Infrastructure(Path(folder)) as running:
            settings = Settings(
                environment=Environment.EMBEDDED,
                postgres=SecretStr(running.postgres_dsn("").rstrip("/")),
                postgres_passwords={SERVICE: SecretStr("of-the-bench-only")},
                **running.kafka_settings,
                kafka_user=ADMIN,
                handle_key=SecretStr("a key of the handles for benchmarks"),
                session_key=SecretStr("a key of the sessions for benchmarks"),
            )
            await create_database(settings, SERVICE)
            await migrate(settings, SERVICE, "services.registry.migrations")
            pool = await open_pool(settings.database(SERVICE), size=4)
            try:
                runs = await _runs(settings, pool, running, small, events)
            finally:
                await pool.close()
    _report(runs, small, events)


async def _runs(
    settings: Settings, pool: Pool, running: RunningInfrastructure, small: int, events: int
) -> dict[str, MeasuredRebuild]:
    runs: dict[str, MeasuredRebuild] = {}

    async def run(name: str, step: str, processes: int) -> None:
        await checkpoint(settings)
        runs[name] = found = await measure(settings, pool, step, processes)
        print_line(
            f"{name}: {found.rate:,.0f} events/s, fill {found.fill_seconds:.1f} s of {found.seconds:.1f} s,"
            f" {found.peak_mb:.0f} MB"
        )

    await publish(settings, shuffled_with_repeats(EventMix(small).records()))
    await run("small shuffled with repeats, 2", "timeline", 2)
    await running.kafka.wipe()
    await publish(settings, EventMix(small).records())
    await run("small, 1", "timeline", 1)
    await run("small, 2", "timeline", 2)
    await running.kafka.wipe()
    await publish(settings, EventMix(events).records())
    fetched, seconds = await fetch_all(settings)
    runs["fetching, 1"] = MeasuredRebuild(fetched, seconds, seconds, float(peak_mb()), {})
    print_line(f"fetching, 1: {fetched / seconds:,.0f} events/s")
    await run("floor, 1", "floor", 1)
    await run("floor, 2", "floor", 2)
    await run("large, 1", "timeline", 1)
    await run("large, 2", "timeline", 2)
    return runs


def _report(runs: dict[str, MeasuredRebuild], small: int, events: int) -> None:
    best = runs["large, 2"]
    equal = (
        runs["small, 1"].digests == runs["small, 2"].digests == runs["small shuffled with repeats, 2"].digests
        and runs["large, 1"].digests == runs["large, 2"].digests
    )
    report(
        Figure(
            name="rebuild",
            value=best.rate,
            unit="events/s",
            floor=runs["floor, 2"].rate,
            floor_is="same consumer and decoding, one bulk write of raw rows with offsets for each page, 2 processes",
            goals={
                "events/s": (best.rate, 40_000),
                "ratio to the floor": (best.rate / runs["floor, 2"].rate, 0.65),
                "memory below 300 MB a process": (300.0, max(run.peak_mb for run in runs.values())),
                "rate at 1 million to that at 0.1": (best.rate / runs["small, 2"].rate, 0.8),
                "states equal": (float(equal), 1.0),
            },
            further={name: round(run.rate) for name, run in runs.items()}
            | {f"{step}, s": round(seconds, 1) for step, seconds in best.steps.items()}
            | {
                "events": events,
                "events of the small runs": small,
                "digests": orjson.dumps(best.digests).decode(),
            },
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--process", nargs=4)
    options = parser.parse_args()
    if options.process:
        step, build, nth, size = options.process
        uvloop.run(run_process(step, int(build), int(nth), int(size)))
    else:
        uvloop.run(measure_all(options.events))


if __name__ == "__main__":
    main()
