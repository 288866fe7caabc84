"""Several processes that read the same partitions: no event is lost and none is processed twice."""

from __future__ import annotations

import asyncio
from typing import Any

from chassis.projections.offsets import Offsets
from chassis.projections.projector import Projector
from tests.chassis.projector.child import DIED, child
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import counted, running, taken, takings, until


async def test_two_projectors_share_the_partitions_and_one_takes_over_when_the_other_goes(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(2000))
    one, other = machine.projector(), machine.projector()
    async with running(one):
        await machine.topic_writer.publish(events[:500])
        async with running(other):
            await until(lambda: _shares(one, other))
            await machine.topic_writer.publish(events[500:1500])
            await until(lambda: _count(machine, 1500))
            assert one.status.events and other.status.events
        await machine.topic_writer.publish(events[1500:])
        await until(lambda: _count(machine, 2000))
        assert one.status.partitions == 4
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in events)


async def test_a_process_that_dies_between_effect_and_offsets_loses_nothing_and_repeats_nothing(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(1000))
    async with child(machine, dies_after=2) as process, asyncio.timeout(120):
        while process.returncode is None:
            more = counted(range(20))
            events += more
            await machine.topic_writer.publish(more)
    assert process.returncode == DIED
    assert 0 < len(await takings(machine.pool)) < len(events) - 1000
    await machine.topic_writer.publish(events[:1000])
    # The process that exited still owns its partitions until its session ends.
    async with running(machine.projector()):
        await until(lambda: _count(machine, len(events)), 60)
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in events)


async def test_an_interrupted_page_is_processed_again(machine: ServiceWithReader) -> None:
    events = counted(range(1000))
    await machine.topic_writer.publish(events)
    reader = machine.reader()
    reached = asyncio.Event()

    async def stand_still() -> None:
        reached.set()
        await asyncio.sleep(60)

    reader.before_commit = stand_still
    async with running(machine.projector(reader)):
        await asyncio.wait_for(reached.wait(), 30)
    assert not await taken(machine.pool)
    async with running(machine.projector()):
        await until(lambda: _count(machine, 1000))
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in events)


async def test_a_zombie_on_the_same_partitions_is_refused(machine: ServiceWithReader) -> None:
    """Both read all partitions with ``assign``, so no consumer group separates them."""
    events = counted(range(6000))
    one, other = machine.projector(share=(0, 1)), machine.projector(share=(0, 1))
    async with running(one, other):
        for nth in range(12):
            await machine.topic_writer.publish(events[nth * 500 : nth * 500 + 500])
        await until(lambda: _count(machine, 6000))
        await until(lambda: _well(one))
        await until(lambda: _well(other))
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in events)
    assert await _offsets(machine) == 6000


async def test_a_zombie_that_resumes_late_is_refused(machine: ServiceWithReader) -> None:
    events = counted(range(400))
    asleep, wake = asyncio.Event(), asyncio.Event()
    sleeper = machine.reader()

    async def sleep() -> None:
        if not wake.is_set():
            asleep.set()
            await wake.wait()

    sleeper.prepare = _after(sleeper.prepare, sleep)
    zombie = machine.projector(sleeper, share=(0, 1))
    await machine.topic_writer.publish(events[:200])
    async with running(zombie):
        await asyncio.wait_for(asleep.wait(), 30)
        async with running(machine.projector()):
            await until(lambda: _count(machine, 200))
        wake.set()
        await machine.topic_writer.publish(events[200:])
        await until(lambda: _count(machine, 400))
    assert sorted(await takings(machine.pool)) == sorted(each.event_id for each in events)


def _after(prepare: Any, then: Any) -> Any:
    async def prepared(*args: Any) -> Any:
        found = await prepare(*args)
        await then()
        return found

    return prepared


async def _shares(one: Projector, other: Projector) -> bool:
    return one.status.partitions == other.status.partitions == 2 and one.status.lag == other.status.lag == 0


async def _count(machine: ServiceWithReader, count: int) -> bool:
    found: int = await machine.pool.fetchval("SELECT count(*) FROM things")
    assert found <= count
    return found == count


async def _well(projector: Projector) -> bool:
    return projector.trouble is None and projector.status.lag == 0


async def _offsets(machine: ServiceWithReader) -> int:
    return sum(mark.next_offset for mark in (await Offsets(machine.name, 0).read(machine.pool)).values())
