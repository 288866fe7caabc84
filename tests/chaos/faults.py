"""The faults of a chaos run, drawn from a seed, and their injection."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import psutil  # type: ignore[import-untyped]  # it ships no types
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from chassis.base.kafka import client_arguments
from chassis.projections.kafka_clients import find_partitions, open_consumer
from tests.chaos.installation import Installation

PROCESSES = ("api", "relay-1", "relay-2", "projector", "settler-1", "settler-2")
SERVERS = ("postgres", "kafka")
TARGETS = {
    "kill": (*PROCESSES, *SERVERS, "backend"),
    "stop": (*PROCESSES, *SERVERS),
    "empty": ("kafka",),
    "fill disk": SERVERS,
    "repeat": ("border", "recruitment", "consular", "reintegration", "skills"),
    "reset offsets": ("registry", "reintegration", "skills"),
    "skew clock": ("api",),
}
DECK = ("kill",) * 5 + ("stop",) * 4 + ("fill disk",) * 2 + ("empty", "repeat", "reset offsets", "skew clock")
REPEATED = 200
"""Records at the end of a partition that a repetition sends again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: what is done, to what, and for how many seconds it lasts."""

    kind: str
    target: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.kind} {self.target} ({self.seconds:.1f} s)"


def draw(seed: int, count: int, *, longest: float) -> list[Fault]:
    """Return the faults of a seed: each 15 in a row have every kind, and the targets of a kind alternate."""
    chance = random.Random(seed)
    waiting: dict[str, list[str]] = {kind: [] for kind in TARGETS}
    drawn: list[Fault] = []
    while len(drawn) < count:
        for kind in chance.sample(DECK, len(DECK)):
            if not waiting[kind]:
                waiting[kind] = chance.sample(TARGETS[kind], len(TARGETS[kind]))
            drawn.append(Fault(kind, waiting[kind].pop(), chance.uniform(1.0, longest)))
    return drawn[:count]


async def inject(fault: Fault, at: Installation, chance: random.Random) -> None:
    """Inject a fault, and take away its cause when its time is over."""
    match fault.kind:
        case "kill":
            for pid in _pids(fault.target, at)[: 1 if fault.target != "backend" else None]:
                _signal(pid, signal.SIGKILL)
        case "stop":
            await _stop(fault, at)
        case "empty":
            await at.servers.kafka.wipe()
        case "fill disk":
            at.disks[fault.target].fill()
            try:
                await asyncio.sleep(fault.seconds)
            finally:
                at.disks[fault.target].free()
        case "repeat":
            await _repeat(fault.target, at)
        case "reset offsets":
            await _reset_offsets(fault.target, at, chance)
        case "skew clock":
            await _skew_clock(fault, at, chance)
        case _:
            raise ValueError(f"{fault.kind} is no kind of fault")


def possible(fault: Fault, at: Installation) -> bool:
    """Return whether this machine allows the fault: a full disk needs the right to mount a file system."""
    return fault.kind != "fill disk" or fault.target in at.disks


def _pids(target: str, at: Installation) -> list[int]:
    """Return the pids of a target, the main process first; for ``backend`` one session of PostgreSQL."""
    if target in at.processes:
        return [at.processes[target].pid]
    server = "postgres" if target == "backend" else target
    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        main = psutil.Process(int(at.servers.folder.pid_file(server).read_text()))
        children = [each.pid for each in main.children(recursive=True)]
        return children[-1:] if target == "backend" else [main.pid, *children]
    return []


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


async def _stop(fault: Fault, at: Installation) -> None:
    stopped = _pids(fault.target, at)
    for pid in stopped:
        _signal(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        for pid in stopped:
            _signal(pid, signal.SIGCONT)


async def _repeat(service: str, at: Installation) -> None:
    """Send the last records of every partition of a topic again, unchanged."""
    topic = f"domnaer.{service}.v1"
    with suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(20):
            partitions = await find_partitions(at.settings, service, [topic])
            login = client_arguments(at.settings, service)
            async with (
                open_consumer(at.settings, service) as consumer,
                AIOKafkaProducer(**login) as producer,
            ):
                consumer.assign(partitions)
                for partition, end in (await consumer.end_offsets(partitions)).items():
                    await _repeat_partition(consumer, producer, partition, end)


async def _repeat_partition(
    consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, partition: TopicPartition, end: int
) -> None:
    next_ = max(0, end - REPEATED)
    consumer.seek(partition, next_)
    while next_ < end:
        for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, ()):
            next_ = record.offset + 1
            if record.offset < end:
                sent = {"key": record.key, "partition": partition.partition, "headers": list(record.headers)}
                await producer.send_and_wait(partition.topic, record.value, **sent)


async def _reset_offsets(service: str, at: Installation, chance: random.Random) -> None:
    """Set the offsets of a reader to the beginning of its topics while it runs."""
    with suppress(OSError, asyncpg.PostgresError, TimeoutError):
        async with asyncio.timeout(10):
            connection = await asyncpg.connect(at.settings.database(service))
            try:
                rows = await connection.fetch("SELECT DISTINCT reader FROM offsets ORDER BY reader")
                if rows:
                    await connection.execute(
                        "UPDATE offsets SET next_offset = 0, last_id = NULL WHERE reader = $1",
                        chance.choice(rows)["reader"],
                    )
            finally:
                await connection.close()


async def _skew_clock(fault: Fault, at: Installation, chance: random.Random) -> None:
    """Run the API with a clock that is a day off, then again with the right one."""
    process = at.processes[fault.target]
    day = datetime.now(UTC).date() + timedelta(days=chance.choice((-1, 1)))
    process.environment["DOMNAER_TODAY"] = day.isoformat()
    process.signal(signal.SIGKILL)
    try:
        await asyncio.sleep(5 + fault.seconds)
    finally:
        del process.environment["DOMNAER_TODAY"]
        process.signal(signal.SIGKILL)
