"""Builds that a rebuild leaves: kept if filled, dropped if their process ended early, abandoned by the operator."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from chassis.projections.build_list import list_builds
from chassis.projections.build_upkeep import BuildUpkeep
from chassis.projections.builds import ensure_build, live_build, open_build, state_of
from chassis.projections.filled_builds import (
    RebuildLockLost,
    RebuildRuns,
    abandon_all,
    find_filled,
    hold_rebuild,
    mark_filled,
)
from chassis.projections.rebuild import BuildsDiffer, rebuild
from chassis.projections.rebuild_steps import LIVE_BEHIND, TooManyRefused
from chassis.store.database import Pool
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import DDL, TODAY, counted, running, until
from tests.chassis.projector.test_builds import PLAN, kinds


async def schemas(pool: Pool) -> list[str]:
    rows = await pool.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'things\\_%' ORDER BY 1")
    return [row[0] for row in rows]


async def described(machine: ServiceWithReader) -> list[str]:
    return [f"{each.name} {each.described}" for each in await list_builds(machine.pool)]


async def test_the_upkeep_drops_what_an_ended_process_left_and_nothing_else(
    machine: ServiceWithReader,
) -> None:
    await ensure_build(machine.pool, "things", DDL)
    await open_build(machine.pool, "things", DDL)
    filled = await open_build(machine.pool, "things", DDL)
    await mark_filled(machine.pool, "things", filled)
    assert await described(machine) == [
        "things_1 live",
        "things_2 building, no process works on it",
        "things_3 filled, no process works on it",
    ]
    async with hold_rebuild(machine.dsn, "things"):
        await BuildUpkeep(machine.pool, {"things": machine.name}).clear()
        assert await schemas(machine.pool) == ["things_1", "things_2", "things_3"]
        assert (await described(machine))[1] == "things_2 building, a process works on it"
    await BuildUpkeep(machine.pool, {"things": machine.name}).clear()
    assert await schemas(machine.pool) == ["things_1", "things_3"]
    assert await described(machine) == ["things_1 live", "things_3 filled, no process works on it"]
    assert all(each.bytes > 0 and each.age.total_seconds() > 0 for each in await list_builds(machine.pool))


async def test_one_process_at_a_time_rebuilds_a_projection(machine: ServiceWithReader) -> None:
    await ensure_build(machine.pool, "things", DDL)
    reader = machine.reader(projection="things")
    async with hold_rebuild(machine.dsn, "things"), hold_rebuild(machine.dsn, "others"):
        with pytest.raises(RebuildRuns, match="another process rebuilds things"):
            await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN)
        with pytest.raises(RebuildRuns):
            await abandon_all(machine.pool, machine.dsn, "things", machine.name)
    assert await schemas(machine.pool) == ["things_1"]


async def test_a_rebuild_whose_lock_is_lost_ends(machine: ServiceWithReader) -> None:
    with pytest.raises(RebuildLockLost):
        async with hold_rebuild(machine.dsn, "things") as connection:
            await machine.pool.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
            await asyncio.sleep(30)


async def test_the_operator_abandons_the_builds_that_are_not_live(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(20)))
    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 20))
        reader = machine.reader(projection="things", factor=2)
        with pytest.raises(BuildsDiffer):
            await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN)
        assert (await described(machine))[
            1
        ] == "things_2 filled, waits for your decision (kinds of difference: 1)"
        await open_build(machine.pool, "things", DDL)
        assert await abandon_all(machine.pool, machine.dsn, "things", machine.name) == [2, 3]
        assert await schemas(machine.pool) == ["things_1"]
        assert await find_filled(machine.pool, "things") is None
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 4


async def test_a_filled_build_is_compared_by_the_next_call_and_not_filled_again(
    machine: ServiceWithReader,
) -> None:
    await machine.topic_writer.publish(counted(range(50)))

    async def fail(*_: object) -> bool:
        raise RuntimeError("the process ends here")

    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 50))
        reader = machine.reader(projection="things")
        with pytest.raises(RuntimeError):
            await rebuild(reader, machine.pool, TODAY, machine.settings, replace(PLAN, settled=fail))
        assert await state_of(machine.pool, "things", 2) == "building"
        assert not await machine.pool.fetchval("SELECT compared_at FROM build_comparisons")
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 2
        assert reader.pages == []
    assert await live_build(machine.pool, "things") == 2


async def test_an_equal_build_whose_process_ended_before_the_switch_becomes_live_by_the_next_call(
    machine: ServiceWithReader,
) -> None:
    await machine.topic_writer.publish(counted(range(50)))
    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 50))
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 2
        await machine.pool.execute("UPDATE builds SET state = 'building' WHERE build = 2")
        await machine.pool.execute("UPDATE builds SET state = 'live' WHERE build = 1")
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 2


async def test_a_build_that_fails_before_it_is_filled_is_dropped_at_once(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(50)))

    async def fail(_: Pool) -> None:
        raise RuntimeError("settling fails")

    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 50))
        with pytest.raises(RuntimeError):
            await rebuild(
                machine.reader(projection="things"),
                machine.pool,
                TODAY,
                machine.settings,
                replace(PLAN, settle=fail),
            )
    assert await schemas(machine.pool) == ["things_1"]


async def test_a_fill_ends_if_the_new_code_refuses_very_many_events(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(50)))
    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 50))
        reader = machine.reader(projection="things", refuses=frozenset(range(30)))
        with pytest.raises(TooManyRefused):
            await rebuild(
                reader, machine.pool, TODAY, machine.settings, replace(PLAN, most_refused=20, every=0.01)
            )
    assert await schemas(machine.pool) == ["things_1"]


async def test_what_a_live_build_without_a_running_service_lacks_is_among_the_differences(
    machine: ServiceWithReader,
) -> None:
    await machine.topic_writer.publish(counted(range(50)))
    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 50))
    await machine.topic_writer.publish(counted(range(50, 80)))
    plan = replace(PLAN, live_patience=0.5)
    with pytest.raises(BuildsDiffer) as found:
        await rebuild(machine.reader(projection="things"), machine.pool, TODAY, machine.settings, plan)
    assert kinds(found.value.differences) == {LIVE_BEHIND: 30, "things: rows added": 30}


async def _count(machine: ServiceWithReader, count: int) -> bool:
    if not await schemas(machine.pool):
        return False
    found: int = await machine.pool.fetchval("SELECT count(*) FROM things_1.things")
    return found == count
