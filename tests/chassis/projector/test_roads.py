"""The road is laid anew, or breaks, or the database does: every event is taken, and takes effect once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.projections.offsets import Offsets
from chassis.projections.projector import Projector
from chassis.projections.topic_reader import find_partitions
from chassis.store.database import create_database, migrate, open_pool
from domnaer.embedded.infrastructure import Infrastructure, RunningInfrastructure
from tests.chassis.projector.child import child
from tests.chassis.projector.conftest import LocalMachine
from tests.chassis.projector.probe import Way, counted, make_tables, running, taken, takings, until
from tests.conftest import settings_for


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own(tmp_path_factory: object) -> AsyncIterator[RunningInfrastructure]:
    """Servers of our own, to be stopped and wiped."""
    async with Infrastructure(tmp_path_factory.mktemp("own")) as found:  # type: ignore[attr-defined]
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def hut(own: RunningInfrastructure, tmp_path: Path) -> AsyncIterator[LocalMachine]:
    """A house on servers of our own."""
    settings = settings_for(own, tmp_path)
    name = f"hut_{uuid4().hex[:8]}"
    await create_database(settings, name)
    await migrate(settings, name, None)
    await make_tables(settings, name)
    pool = await open_pool(settings.database(name))
    way = Way(settings.kafka, f"domnaer.{name}.v1")
    await way.make()
    yield LocalMachine(name, settings, pool, settings.database(name), way, f"{name}.things")
    await pool.close()


async def test_a_broker_replaced_while_the_reader_was_away_is_read_from_its_beginning(
    house: LocalMachine,
) -> None:
    """The new road is longer than the offsets that are stored, and holds the same records in other places."""
    events = counted(range(400))
    await house.way.lay(events)
    async with running(house.projector()):
        await until(lambda: _count(house, 400))
    await _replace(house)
    more = counted(range(600))
    await house.way.lay([*more[:300], *events, *more[300:]])
    async with running(house.projector()):
        await until(lambda: _count(house, 1000))
    assert await taken(house.pool) == {each.event_id for each in [*events, *more]}
    marks = (await Offsets(house.name, 0).read(house.pool)).values()
    assert {mark.incarnation for mark in marks} == {2}
    assert sum(mark.next_offset for mark in marks) == 1000


async def test_a_broker_replaced_and_shorter_is_read_from_its_beginning(house: LocalMachine) -> None:
    await house.way.lay(counted(range(400)))
    async with running(house.projector()):
        await until(lambda: _count(house, 400))
    await _replace(house)
    await house.way.lay(counted(range(100)))
    async with running(house.projector()):
        await until(lambda: _count(house, 500))


async def test_a_road_laid_again_behind_the_old_one_is_taken_whole_once_and_then_left_in_peace(
    house: LocalMachine,
) -> None:
    events = counted(range(200))
    await house.way.lay(events)
    projector = house.projector()
    async with running(projector):
        await until(lambda: _count(house, 200))
        house.way.incarnation = 2
        more = counted(range(50))
        await house.way.lay([*events, *more])
        await until(lambda: _count(house, 250))
        await until(lambda: _well(projector))
        before = len(await takings(house.pool))
        last = counted(range(10))
        await house.way.lay(last)
        await until(lambda: _count(house, 260))
    async with running(house.projector()):
        await house.way.lay(counted(range(10)))
        await until(lambda: _count(house, 270))
    assert len(await takings(house.pool)) == before + 20


@pytest.mark.parametrize("length", [100, 150])
async def test_a_road_exchanged_unseen_is_found_to_be_another(house: LocalMachine, length: int) -> None:
    """A reader at the end of its road is told nothing by a broker whose new one is as long; a longer one looks like
    news. The reader sleeps meanwhile, as a process does whose machine is short of memory."""
    house.way.partitions = 1
    house.way.topic += ".one"
    await house.way.make()
    await house.way.lay(counted(range(100)))
    async with child(house) as process:
        await until(lambda: _count(house, 100), 60)
        process.send_signal(signal.SIGSTOP)
        await _replace(house)
        await house.way.lay(counted(range(length)))
        process.send_signal(signal.SIGCONT)
        await until(lambda: _count(house, 100 + length), 60)


async def test_a_broker_that_goes_and_comes_back_empty_is_borne(
    hut: LocalMachine, own: RunningInfrastructure
) -> None:
    events = counted(range(300))
    await hut.way.lay(events)
    projector = hut.projector()
    async with running(projector):
        await until(lambda: _count(hut, 300))
        await own.kafka.kill()
        await asyncio.sleep(1)
        await own.kafka.start()
        await hut.way.lay(events[:50])
        await hut.way.lay(counted(range(100)))
        await until(lambda: _count(hut, 400), 60)
        await own.kafka.wipe()
        await own.kafka.start()
        hut.way.incarnation = 2
        await hut.way.make()
        more = counted(range(500))
        await hut.way.lay([*more, *events])
        await until(lambda: _count(hut, 900), 60)
        await until(lambda: _well(projector))


async def test_a_broker_that_is_not_there_at_the_start_is_waited_for(
    hut: LocalMachine, own: RunningInfrastructure
) -> None:
    await hut.way.lay(counted(range(10)))
    await own.kafka.kill()
    projector = hut.projector()
    async with running(projector):
        await asyncio.sleep(1)
        assert projector.trouble not in (None, "starting")
        await own.kafka.start()
        await until(lambda: _count(hut, 10), 60)
        await until(lambda: _well(projector))


async def test_a_database_that_goes_and_comes_back_is_borne(
    hut: LocalMachine, own: RunningInfrastructure
) -> None:
    await hut.way.lay(counted(range(100)))
    projector = hut.projector()
    async with running(projector):
        await until(lambda: _count(hut, 100))
        await own.postgres.kill()
        events = counted(range(300))
        await hut.way.lay(events)
        await asyncio.sleep(2)
        assert projector.trouble
        await own.postgres.start()
        await until(lambda: _count(hut, 400), 60)
        await until(lambda: _well(projector))
    assert len(await takings(hut.pool)) == 400


async def _replace(house: LocalMachine) -> None:
    """The broker loses the topic, and the relay makes it again under the next incarnation."""
    await house.way.remove()
    await until(lambda: _parts(house, 0))
    house.way.incarnation += 1
    await house.way.make()
    await until(lambda: _parts(house, house.way.partitions))


async def _parts(house: LocalMachine, count: int) -> bool:
    return len(await find_partitions([house.way.topic], house.settings.kafka)) == count


async def _count(house: LocalMachine, count: int) -> bool:
    try:
        found: int = await house.pool.fetchval("SELECT count(*) FROM things")
    except Exception:
        return False
    assert found <= count
    return found == count


async def _well(projector: Projector) -> bool:
    return projector.trouble is None and projector.status.lag == 0
