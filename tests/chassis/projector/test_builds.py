"""Builds of a projection: made once, filled beside the live one, compared, switched to, dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from chassis.projections.builds import (
    LiveBuild,
    NoSuchBuild,
    abandon,
    drop_retired,
    ensure_build,
    live_build,
    open_build,
    schema_of,
    state_of,
    switch,
)
from chassis.projections.dead_letters import discard, list_letters
from chassis.projections.offsets import Offsets
from chassis.projections.projector import Projector
from chassis.projections.rebuild import BuildsDiffer, Plan, fill, rebuild
from chassis.projections.rehearsal import NewPoison
from chassis.projections.replay import replay
from chassis.store.database import Pool, open_pool
from tests.chassis.projector.conftest import LocalMachine
from tests.chassis.projector.probe import (
    DDL,
    FAST,
    RECORDED,
    TODAY,
    ThingInvented,
    broken,
    counted,
    running,
    stored,
    takings,
    until,
)

PLAN = Plan(pace=FAST, near=50, every=0.05)


async def test_the_first_build_is_made_once_however_many_processes_start_at_once(house: LocalMachine) -> None:
    pools = [await open_pool(house.dsn, size=2) for _ in range(4)]
    try:
        found = await asyncio.gather(*(ensure_build(pool, "things", DDL) for pool in pools for _ in range(4)))
    finally:
        for pool in pools:
            await pool.close()
    assert set(found) == {1}
    assert await live_build(house.pool, "things") == 1
    assert await open_build(house.pool, "things", DDL) == 2
    assert await state_of(house.pool, "things", 2) == "building"


async def test_only_a_build_that_is_being_filled_becomes_live_and_numbers_are_never_used_again(
    house: LocalMachine,
) -> None:
    await ensure_build(house.pool, "things", DDL)
    second = await open_build(house.pool, "things", DDL)
    await abandon(house.pool, "things", second)
    with pytest.raises(NoSuchBuild):
        await switch(house.pool, "things", second)
    with pytest.raises(NoSuchBuild):
        await switch(house.pool, "things", 1)
    assert await drop_retired(house.pool, "things") == [second]
    third = await open_build(house.pool, "things", DDL)
    assert third == 3
    await switch(house.pool, "things", third)
    assert await drop_retired(house.pool, "things") == []
    assert await drop_retired(house.pool, "things", after=timedelta(0)) == [1]
    assert await live_build(house.pool, "things") == 3


async def test_a_name_that_is_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no name"):
        schema_of('x"; DROP TABLE events; --', 1)


async def test_a_projection_is_rebuilt_compared_and_switched_to_while_the_live_one_goes_on(
    house: LocalMachine,
) -> None:
    events = counted(range(5000))
    await house.way.lay(events[:3000])
    reader = house.reader(projection="things")
    progress: list[tuple[int, int]] = []
    looks: list[int] = []

    async def compare(live: Pool, new: Pool) -> Sequence[str]:
        looks.append(1)
        return await _differences(live, new)

    async def go_on() -> None:
        for nth in range(3000, 4500, 100):
            await house.way.lay(events[nth : nth + 100])
            await asyncio.sleep(0.05)

    projector = house.projector(reader)
    async with running(projector):
        await until(lambda: _count(house, 1, 3000))
        writing = asyncio.create_task(go_on())
        plan = Plan(
            pace=FAST,
            near=50,
            every=0.05,
            compare=compare,
            progress=lambda done, of: progress.append((done, of)),
        )
        build = await rebuild(house.reader(projection="things"), house.pool, TODAY, house.settings, plan)
        assert build == 2
        await writing
        await until(lambda: _follows(projector, 2))
        await house.way.lay(events[4500:])
        await until(lambda: _count(house, 2, 5000))
    assert looks
    assert progress[0][1] >= 3000
    assert all(done <= of for done, of in progress)
    assert await state_of(house.pool, "things", 1) == "retired"
    assert len(await house.pool.fetch("SELECT event_id FROM things_1.things")) >= 3000
    assert sorted(await takings(house.pool, "things_2.takings")) == sorted(each.event_id for each in events)


async def test_several_processes_fill_shares_of_a_build(house: LocalMachine) -> None:
    await house.way.lay(counted(range(4000)))
    reader = house.reader(projection="things")
    shares: list[tuple[int, int]] = []

    async def helper(build: int, share: tuple[int, int]) -> None:
        shares.append(share)
        other = house.reader(projection="things")
        await fill(other, house.pool, TODAY, house.settings, build, share, pace=FAST)

    async with running(house.projector(reader)):
        await until(lambda: _count(house, 1, 4000))
        plan = Plan(pace=FAST, near=50, every=0.05, of=2, helper=helper)
        assert await rebuild(house.reader(projection="things"), house.pool, TODAY, house.settings, plan) == 2
    assert shares == [(1, 2)]
    assert len(await takings(house.pool, "things_2.takings")) == 4000


async def test_a_build_that_differs_is_not_switched_to(house: LocalMachine) -> None:
    await house.way.lay(counted(range(100)))
    async with running(house.projector(house.reader(projection="things"))):
        await until(lambda: _count(house, 1, 100))
        with pytest.raises(BuildsDiffer) as found:
            await rebuild(
                house.reader(projection="things", factor=2),
                house.pool,
                TODAY,
                house.settings,
                Plan(pace=FAST, compare=_differences, tries=2),
            )
    assert found.value.differences
    assert await live_build(house.pool, "things") == 1
    assert await state_of(house.pool, "things", 2) == "retired"
    assert await drop_retired(house.pool, "things", reader=house.name) == [2]
    assert not await Offsets(house.name, 2).read(house.pool)


async def test_a_rebuild_buries_again_what_the_live_build_buried_and_leaves_what_was_discarded(
    house: LocalMachine,
) -> None:
    events = counted(range(100))
    unknown = stored(ThingInvented(recorded=RECORDED, number=1))
    await house.way.lay([*events, unknown])
    await house.way.lay_raw([broken(1)])
    refusing = house.reader(projection="things", refuses=frozenset({7, 8}))
    async with running(house.projector(refusing)):
        await until(lambda: _count(house, 1, 98))
        await until(lambda: _letters(house, 1, 4))
        await discard(house.pool, house.name, events[8].event_id, by="registrar", reason="a test")
        # The new code could take the seventh: a rebuild says what the live build says all the same.
        plan = Plan(pace=FAST, compare=_differences)
        assert await rebuild(house.reader(projection="things"), house.pool, TODAY, house.settings, plan) == 2
        await until(lambda: _letters(house, 2, 3))
        await until(lambda: _count(house, 2, 98))
    old, new = [
        {
            (each.event_id, each.reason, each.detail)
            for each in await list_letters(house.pool, house.name, build)
        }
        for build in (1, 2)
    ]
    assert old == new


async def test_a_letter_replayed_while_the_next_build_is_filled_is_taken_there_too(
    house: LocalMachine,
) -> None:
    events = counted(range(50))
    await house.way.lay(events)
    async with running(house.projector(house.reader(projection="things", refuses=frozenset({7})))):
        await until(lambda: _count(house, 1, 49))

        async def settle(new: Pool) -> None:
            async with LiveBuild(house.pool, house.dsn, "things") as live:
                await replay(house.reader(projection="things"), live.pool, TODAY, 1)

        plan = Plan(pace=FAST, compare=_differences, settle=settle)
        assert await rebuild(house.reader(projection="things"), house.pool, TODAY, house.settings, plan) == 2
        await until(lambda: _count(house, 2, 50))
    assert not await list_letters(house.pool, house.name, 2)


async def test_a_rebuild_stops_at_new_poison_and_leaves_the_live_build_untouched(house: LocalMachine) -> None:
    events = counted(range(500))
    await house.way.lay(events)
    async with running(house.projector(house.reader(projection="things"))):
        await until(lambda: _count(house, 1, 500))
        with pytest.raises(NewPoison) as found:
            await rebuild(
                house.reader(projection="things", refuses=frozenset({123})),
                house.pool,
                TODAY,
                house.settings,
                PLAN,
            )
        assert found.value.event_id == events[123].event_id
        await house.way.lay(counted(range(10)))
        await until(lambda: _count(house, 1, 510))
    assert await live_build(house.pool, "things") == 1
    assert not await list_letters(house.pool, house.name, 2)


async def test_who_reads_the_live_build_follows_the_switch_without_a_broken_request(
    house: LocalMachine,
) -> None:
    await ensure_build(house.pool, "things", DDL)
    counts: list[Any] = []

    async def ask(live: LiveBuild) -> None:
        while True:
            async with live.connection() as connection:
                counts.append(await connection.fetchval("SELECT count(*) FROM things"))
            await asyncio.sleep(0)

    async with LiveBuild(house.pool, house.dsn, "things", every=0.1, grace=1.0) as live:
        asking = asyncio.create_task(ask(live))
        build = await open_build(house.pool, "things", DDL)
        await house.pool.execute(f"INSERT INTO things_{build}.things SELECT gen_random_uuid(), 1, 'x', null")
        await switch(house.pool, "things", build)
        await until(lambda: _is(live, build), 3)
        await asyncio.sleep(1.5)
        assert not asking.done()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert counts[0] == 0 and counts[-1] == 1
    assert counts == sorted(counts)


async def test_a_projection_without_a_build_is_not_there(house: LocalMachine) -> None:
    with pytest.raises(NoSuchBuild):
        async with LiveBuild(house.pool, house.dsn, "things"):
            pass
    with pytest.raises(NoSuchBuild):
        await rebuild(house.reader(projection="things"), house.pool, TODAY, house.settings, PLAN)


async def _differences(live: Pool, new: Pool) -> Sequence[str]:
    rows = [{tuple(row) for row in await pool.fetch("SELECT * FROM things")} for pool in (live, new)]
    return [str(row[0]) for row in rows[0] ^ rows[1]]


async def _count(house: LocalMachine, build: int, count: int) -> bool:
    try:
        found: int = await house.pool.fetchval(f"SELECT count(*) FROM things_{build}.things")
    except asyncpg.UndefinedTableError:
        return False
    assert found <= count
    return found == count


async def _follows(projector: Projector, build: int) -> bool:
    return projector.status.build == build


async def _letters(house: LocalMachine, build: int, count: int) -> bool:
    return len(await list_letters(house.pool, house.name, build)) == count


async def _is(live: LiveBuild, build: int) -> bool:
    return live.build == build
