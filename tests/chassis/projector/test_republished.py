"""The topic is published again, or broker or database fail: every event is processed, and takes effect once."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.projections.kafka_clients import find_partitions
from chassis.projections.offsets import Offsets
from chassis.projections.projector import Projector
from chassis.store.database import create_database, migrate, open_pool
from domnaer.topics.access import ADMIN
from tests.chassis.projector.child import child
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import ProbeTopic, counted, make_tables, running, taken, takings, until
from tests.chassis.relay.running_relays import records_of
from tests.conftest import settings_for
from tests.records import EventRow
from tests.servers import Servers, run_servers


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own(tmp_path_factory: object) -> AsyncIterator[Servers]:
    """Provide servers that these tests may stop and wipe."""
    async with run_servers(tmp_path_factory.mktemp("own")) as found:  # type: ignore[attr-defined]
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def own_machine(own: Servers, tmp_path: Path) -> AsyncIterator[ServiceWithReader]:
    """Provide a service on those servers."""
    settings = settings_for(own, tmp_path)
    name = f"own_{uuid4().hex[:8]}"
    await create_database(settings, name)
    await migrate(settings, name, None)
    await make_tables(settings, name)
    pool = await open_pool(settings.database(name))
    topic_writer = ProbeTopic(settings, f"domnaer.{name}.v1")
    await topic_writer.make()
    yield ServiceWithReader(name, settings, pool, settings.database(name), topic_writer, f"{name}.things")
    await pool.close()


async def test_a_compacted_topic_is_read_on_where_the_last_record_is_gone_and_anew_where_it_was_replaced(
    machine: ServiceWithReader,
) -> None:
    writer = machine.topic_writer
    writer.partitions, writer.topic = 1, writer.topic + ".compacted"
    await writer.make()
    await writer.configure(
        {"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01"}
    )
    reader = machine.reader(topics=(writer.topic,))
    first, second, third = counted(range(8)), counted(range(8, 16)), counted(range(16, 24))
    await writer.publish(first)
    async with running(machine.projector(reader)):
        await until(lambda: _count(machine, 8))
    for events in (second, third):  # the same keys: these records replace the first ones
        await asyncio.sleep(0.3)  # a segment of its own, since only closed segments are compacted
        await writer.publish(
            [replace(event, stream=old.stream) for event, old in zip(events, first, strict=True)]
        )

    async def first_is_gone() -> bool:
        offsets = [record.offset for record in await records_of(machine.settings, writer.topic)]
        return bool(offsets) and min(offsets) >= 8

    await until(first_is_gone, seconds=90)
    async with running(machine.projector(reader)):
        await until(lambda: _has_all(machine, third))
    counts = Counter(await takings(machine.pool))
    assert all(counts[event.event_id] == 1 for event in (*first, *third)), "nothing is read twice"

    await writer.remove()
    await until(lambda: _absent(machine, writer.topic))
    await writer.make()
    writer.incarnation = 2
    await writer.publish([*third, *counted(range(30, 60))])
    async with running(machine.projector(reader)):
        await until(lambda: _count(machine, 8 + 30 + len({*counts} - {each.event_id for each in first})))
    counts = Counter(await takings(machine.pool))
    assert all(counts[event.event_id] == 2 for event in third), "the log was replaced, so it is read anew"


async def _has_all(machine: ServiceWithReader, events: Sequence[EventRow]) -> bool:
    return {event.event_id for event in events} <= await taken(machine.pool)


async def _absent(machine: ServiceWithReader, topic: str) -> bool:
    return not await find_partitions(machine.settings, ADMIN, [topic])


async def test_a_broker_replaced_while_the_reader_was_away_is_read_from_its_beginning(
    machine: ServiceWithReader,
) -> None:
    """The new topic is longer than the stored offsets, and holds the same records at other offsets."""
    events = counted(range(400))
    await machine.topic_writer.publish(events)
    async with running(machine.projector()):
        await until(lambda: _count(machine, 400))
    await _replace(machine)
    more = counted(range(600))
    await machine.topic_writer.publish([*more[:300], *events, *more[300:]])
    async with running(machine.projector()):
        await until(lambda: _count(machine, 1000))
    assert await taken(machine.pool) == {each.event_id for each in [*events, *more]}
    marks = (await Offsets(machine.name, 0).read(machine.pool)).values()
    assert {mark.incarnation for mark in marks} == {2}
    assert sum(mark.next_offset for mark in marks) == 1000


async def test_a_broker_replaced_and_shorter_is_read_from_its_beginning(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(400)))
    async with running(machine.projector()):
        await until(lambda: _count(machine, 400))
    await _replace(machine)
    await machine.topic_writer.publish(counted(range(100)))
    async with running(machine.projector()):
        await until(lambda: _count(machine, 500))


async def test_a_topic_with_more_partitions_is_read_again_and_changes_nothing(
    machine: ServiceWithReader,
) -> None:
    """The relay publishes all events again, most of them to other partitions."""
    events = counted(range(60))
    projector = machine.projector()
    async with running(projector):
        await machine.topic_writer.publish(events)
        await until(lambda: _count(machine, 60))
        await machine.topic_writer.add_partitions(9)
        machine.topic_writer.incarnation = 2
        more = counted(range(30))
        await machine.topic_writer.publish([*events, *more])
        await until(lambda: _count(machine, 90))
        await until(lambda: _read_to(machine, 2, 150))
    assert await taken(machine.pool) == {each.event_id for each in [*events, *more]}


async def test_a_topic_published_again_behind_the_old_records_is_read_from_its_beginning_once(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(200))
    await machine.topic_writer.publish(events)
    projector = machine.projector()
    async with running(projector):
        await until(lambda: _count(machine, 200))
        machine.topic_writer.incarnation = 2
        more = counted(range(50))
        await machine.topic_writer.publish([*events, *more])
        await until(lambda: _count(machine, 250))
        await until(lambda: _well(projector))
        before = len(await takings(machine.pool))
        last = counted(range(10))
        await machine.topic_writer.publish(last)
        await until(lambda: _count(machine, 260))
    async with running(machine.projector()):
        await machine.topic_writer.publish(counted(range(10)))
        await until(lambda: _count(machine, 270))
    assert len(await takings(machine.pool)) == before + 20


@pytest.mark.parametrize("length", [100, 150])
async def test_a_topic_replaced_unnoticed_is_detected(machine: ServiceWithReader, length: int) -> None:
    """If the new topic is as long as the old one, the broker reports nothing to a reader at its end; a longer one looks
    like new records. The reader is suspended meanwhile, like a process on a machine short of memory."""
    machine.topic_writer.partitions = 1
    machine.topic_writer.topic += ".one"
    await machine.topic_writer.make()
    await machine.topic_writer.publish(counted(range(100)))
    async with child(machine) as process:
        await until(lambda: _count(machine, 100), 60)
        process.send_signal(signal.SIGSTOP)
        await _replace(machine)
        await machine.topic_writer.publish(counted(range(length)))
        process.send_signal(signal.SIGCONT)
        await until(lambda: _count(machine, 100 + length), 60)


async def test_a_reader_survives_a_broker_that_comes_back_empty(
    own_machine: ServiceWithReader, own: Servers
) -> None:
    events = counted(range(300))
    await own_machine.topic_writer.publish(events)
    projector = own_machine.projector()
    async with running(projector):
        await until(lambda: _count(own_machine, 300))
        await own.kafka.kill()
        await asyncio.sleep(1)
        await own.kafka.start()
        await own_machine.topic_writer.publish(events[:50])
        await own_machine.topic_writer.publish(counted(range(100)))
        await until(lambda: _count(own_machine, 400), 60)
        await own.kafka.wipe()
        await own.kafka.start()
        own_machine.topic_writer.incarnation = 2
        await own_machine.topic_writer.make()
        more = counted(range(500))
        await own_machine.topic_writer.publish([*more, *events])
        await until(lambda: _count(own_machine, 900), 60)
        await until(lambda: _well(projector))


async def test_a_reader_waits_for_the_broker_at_its_start(
    own_machine: ServiceWithReader, own: Servers
) -> None:
    await own_machine.topic_writer.publish(counted(range(10)))
    await own.kafka.kill()
    projector = own_machine.projector()
    async with running(projector):
        await asyncio.sleep(1)
        assert projector.trouble not in (None, "starting")
        await own.kafka.start()
        await until(lambda: _count(own_machine, 10), 60)
        await until(lambda: _well(projector))


async def test_a_reader_survives_a_restart_of_its_database(
    own_machine: ServiceWithReader, own: Servers
) -> None:
    await own_machine.topic_writer.publish(counted(range(100)))
    projector = own_machine.projector()
    async with running(projector):
        await until(lambda: _count(own_machine, 100))
        await own.postgres.kill()
        events = counted(range(300))
        await own_machine.topic_writer.publish(events)
        await asyncio.sleep(2)
        assert projector.trouble
        await own.postgres.start()
        await until(lambda: _count(own_machine, 400), 60)
        await until(lambda: _well(projector))
    assert len(await takings(own_machine.pool)) == 400


async def _replace(machine: ServiceWithReader) -> None:
    """Delete the topic and create it again under the next incarnation."""
    await machine.topic_writer.remove()
    await until(lambda: _parts(machine, 0))
    machine.topic_writer.incarnation += 1
    await machine.topic_writer.make()
    await until(lambda: _parts(machine, machine.topic_writer.partitions))


async def _read_to(machine: ServiceWithReader, incarnation: int, records: int) -> bool:
    marks = (await Offsets(machine.name, 0).read(machine.pool)).values()
    return sum(mark.next_offset for mark in marks) == records and incarnation in {
        mark.incarnation for mark in marks
    }


async def _parts(machine: ServiceWithReader, count: int) -> bool:
    return len(await find_partitions(machine.settings, ADMIN, [machine.topic_writer.topic])) == count


async def _count(machine: ServiceWithReader, count: int) -> bool:
    try:
        found: int = await machine.pool.fetchval("SELECT count(*) FROM things")
    except Exception:
        return False
    assert found <= count
    return found == count


async def _well(projector: Projector) -> bool:
    return projector.trouble is None and projector.status.lag == 0
