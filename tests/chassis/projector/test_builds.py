"""Builds of a projection: created once, filled beside the live one, compared, made live, dropped."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from chassis.projections.builds import (
    NoSuchBuild,
    abandon,
    begin_build,
    build_in_use,
    drop_retired,
    ensure_build,
    live_build,
    open_build,
    renew,
    retire_unused,
    schema_of,
    state_of,
    switch,
)
from chassis.projections.comparison import Difference
from chassis.projections.dead_letters import discard, list_letters
from chassis.projections.filled_builds import NothingToAccept
from chassis.projections.live_build import LiveBuild
from chassis.projections.projector import Projector
from chassis.projections.rebuild import BuildsDiffer, rebuild
from chassis.projections.rebuild_plan import Plan, fill
from chassis.projections.rebuild_steps import NEWLY_REFUSED, NEWLY_TAKEN
from chassis.projections.replay import replay
from chassis.projections.table_statements import ComparedTable
from chassis.store.database import Pool, open_pool
from tests.chassis.projector.conftest import ServiceWithReader
from tests.chassis.projector.example import (
    DDL,
    FAST,
    RECORDED,
    TODAY,
    ThingInvented,
    Things,
    broken,
    counted,
    running,
    stored,
    takings,
    until,
)

THINGS = ComparedTable("things", ("event_id",), frozenset({"number"}))
PLAN = Plan(timing=FAST, near=50, every=0.05, tables=(THINGS,))


async def test_the_first_build_is_created_once_by_many_processes(
    machine: ServiceWithReader,
) -> None:
    pools = [await open_pool(machine.dsn, size=2) for _ in range(4)]
    try:
        found = await asyncio.gather(*(ensure_build(pool, "things", DDL) for pool in pools for _ in range(4)))
    finally:
        for pool in pools:
            await pool.close()
    assert set(found) == {1}
    assert await live_build(machine.pool, "things") == 1
    assert await open_build(machine.pool, "things", DDL) == 2
    assert await state_of(machine.pool, "things", 2) == "building"


async def test_only_a_build_that_is_being_filled_becomes_live_and_numbers_are_never_used_again(
    machine: ServiceWithReader,
) -> None:
    await ensure_build(machine.pool, "things", DDL)
    second = await open_build(machine.pool, "things", DDL)
    await abandon(machine.pool, "things", second)
    with pytest.raises(NoSuchBuild):
        await switch(machine.pool, "things", second)
    with pytest.raises(NoSuchBuild):
        await switch(machine.pool, "things", 1)
    assert await drop_retired(machine.pool, "things") == [second]
    third = await open_build(machine.pool, "things", DDL)
    assert third == 3
    await switch(machine.pool, "things", third)
    assert await drop_retired(machine.pool, "things") == []
    assert await drop_retired(machine.pool, "things", after=timedelta(0)) == [1]
    assert await live_build(machine.pool, "things") == 3


async def test_each_shape_has_one_live_build_and_a_switch_retires_only_its_own(
    machine: ServiceWithReader,
) -> None:
    older = await ensure_build(machine.pool, "things", DDL)
    newer = await begin_build(machine.pool, "things", DDL, "abc")
    assert (older, newer) == (1, 2)
    assert await begin_build(machine.pool, "things", DDL, "abc") == newer
    assert await live_build(machine.pool, "things", "abc") is None
    assert await build_in_use(machine.pool, "things", "abc") == newer
    await switch(machine.pool, "things", newer)
    assert await live_build(machine.pool, "things") == older
    assert await live_build(machine.pool, "things", "abc") == newer
    again = await open_build(machine.pool, "things", DDL, "abc")
    assert await build_in_use(machine.pool, "things", "abc") == newer
    await switch(machine.pool, "things", again)
    assert await state_of(machine.pool, "things", newer) == "retired"
    assert await live_build(machine.pool, "things") == older


async def test_a_build_that_no_process_uses_is_retired_and_dropped(machine: ServiceWithReader) -> None:
    older = await ensure_build(machine.pool, "things", DDL)
    newer = await open_build(machine.pool, "things", DDL, "abc")
    window = timedelta(hours=1)
    await machine.pool.execute("UPDATE builds SET renewed_at = renewed_at - interval '2 hours'")
    await renew(machine.pool, "things", older)
    assert await retire_unused(machine.pool, "things", window, using=newer) == []
    await machine.pool.execute("UPDATE builds SET renewed_at = renewed_at - interval '2 hours'")
    assert await retire_unused(machine.pool, "things", window, using=newer) == [older]
    assert await drop_retired(machine.pool, "things", after=timedelta(0)) == [older]
    assert await live_build(machine.pool, "things", "abc") == newer


async def test_an_invalid_name_of_a_projection_is_refused() -> None:
    with pytest.raises(ValueError, match="not a valid name"):
        schema_of('x"; DROP TABLE events; --', 1)


async def test_a_projection_is_rebuilt_compared_and_switched_to_while_the_live_one_goes_on(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(5000))
    await machine.topic_writer.publish(events[:3000])
    reader = machine.reader(projection="things")
    progress: list[tuple[int, int]] = []
    compared: list[tuple[int, int]] = []

    async def go_on() -> None:
        for nth in range(3000, 4500, 100):
            await machine.topic_writer.publish(events[nth : nth + 100])
            await asyncio.sleep(0.05)

    projector = machine.projector(reader)
    async with running(projector):
        await until(lambda: _count(machine, 1, 3000))
        writing = asyncio.create_task(go_on())
        plan = Plan(
            timing=FAST,
            near=50,
            every=0.05,
            tables=(THINGS,),
            progress=lambda done, of: progress.append((done, of)),
            compared=lambda done, of: compared.append((done, of)),
        )
        build = await rebuild(
            machine.reader(projection="things"), machine.pool, TODAY, machine.settings, plan
        )
        assert build == 2
        await writing
        await until(lambda: _follows(projector, 2))
        await machine.topic_writer.publish(events[4500:])
        await until(lambda: _count(machine, 2, 5000))
    assert compared and compared[-1][0] == compared[-1][1]
    assert progress[0][1] >= 3000
    assert all(done <= of for done, of in progress)
    assert await state_of(machine.pool, "things", 1) == "retired"
    assert len(await machine.pool.fetch("SELECT event_id FROM things_1.things")) >= 3000
    assert sorted(await takings(machine.pool, "things_2.takings")) == sorted(each.event_id for each in events)


async def test_several_processes_fill_shares_of_a_build(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(4000)))
    reader = machine.reader(projection="things")
    shares: list[tuple[int, int]] = []

    async def helper(build: int, share: tuple[int, int]) -> None:
        shares.append(share)
        other = machine.reader(projection="things")
        await fill(other, machine.pool, TODAY, machine.settings, build, share, timing=FAST)

    async with running(machine.projector(reader)):
        await until(lambda: _count(machine, 1, 4000))
        plan = Plan(timing=FAST, near=50, every=0.05, of=2, helper=helper)
        assert (
            await rebuild(machine.reader(projection="things"), machine.pool, TODAY, machine.settings, plan)
            == 2
        )
    assert shares == [(1, 2)]
    assert len(await takings(machine.pool, "things_2.takings")) == 4000


async def test_a_build_that_differs_waits_and_its_differences_are_accepted(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(100))
    await machine.topic_writer.publish(events)

    async def run(factor: int = 2, by: str | None = None) -> int:
        reader = machine.reader(projection="things", factor=factor)
        return await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN, accepted_by=by)

    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 1, 100))
        with pytest.raises(NothingToAccept):
            await run(by="operator")
        with pytest.raises(BuildsDiffer) as found:
            await run()
        assert kinds(found.value.differences) == {"things.number changed": 99}
        examples = found.value.differences[0].examples
        assert len(examples) == 20
        numbers = {str(each.event_id): json.loads(each.facts)["number"] for each in events}
        assert all(
            example == f"{(key := example[:36])}: {numbers[key]} → {2 * numbers[key]}" for example in examples
        )
        assert await live_build(machine.pool, "things") == 1
        with pytest.raises(BuildsDiffer) as again:
            await run()
        assert (again.value.build, again.value.differences) == (2, found.value.differences)
        await machine.topic_writer.publish(counted(range(100, 150)))
        assert await run(by="operator") == 2
        assert len(await takings(machine.pool, "things_2.takings")) == 150
    assert await live_build(machine.pool, "things") == 2
    accepted = "SELECT accepted_by FROM build_comparisons WHERE build = 2"
    assert await machine.pool.fetchval(accepted) == "operator"


async def test_a_kind_of_difference_that_was_not_shown_is_not_accepted(machine: ServiceWithReader) -> None:
    await machine.topic_writer.publish(counted(range(100)))

    async def run(by: str | None = None) -> int:
        reader = machine.reader(projection="things", factor=2)
        return await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN, accepted_by=by)

    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 1, 100))
        with pytest.raises(BuildsDiffer):
            await run()
        await machine.pool.execute(
            "UPDATE things_1.things SET unit = 'dozen', person = 'Sok Dara' WHERE number = 7"
        )
        with pytest.raises(BuildsDiffer) as found:
            await run(by="operator")
        assert kinds(found.value.differences) == {
            "things.number changed": 99,
            "things.person changed": 1,
            "things.unit changed": 1,
        }
        assert not any("Dara" in example for each in found.value.differences for example in each.examples)
        assert await live_build(machine.pool, "things") == 1
        assert await run(by="operator") == 2


async def test_a_build_with_further_and_fewer_columns_is_compared_by_the_common_ones(
    machine: ServiceWithReader,
) -> None:
    await machine.topic_writer.publish(counted(range(10)))
    ddl = (
        DDL.replace("person text", "person text, colour text NOT NULL DEFAULT 'red'")
        .replace("number integer", "number bigint")
        .replace("takings (event_id uuid NOT NULL)", "takings (event_id uuid NOT NULL, at timestamptz)")
    )

    class Narrower(Things):
        """Writes fewer columns than the table has."""

        async def apply(self, connection: Any, page: Any, entries: Any, prepared: Any) -> None:
            await connection.execute(
                "INSERT INTO things (event_id, number, unit) SELECT *, 'piece' FROM unnest($1::uuid[], $2::int[])",
                [each.event.id for each in page],
                [each.event.facts.number for each in page],
            )

    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _count(machine, 1, 10))
        reader = Narrower(machine.topic_writer.topic, machine.name)
        reader.projection = "things"
        plan = replace(PLAN, ddl=ddl)
        with pytest.raises(BuildsDiffer) as found:
            await rebuild(reader, machine.pool, TODAY, machine.settings, plan)
    assert kinds(found.value.differences) == {
        "column takings.at added": 1,
        "column things.colour added": 1,
        "type of things.number changed": 1,
    }


async def test_events_that_a_new_build_takes_or_refuses_are_differences_to_accept(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(100))
    unknown = stored(ThingInvented(recorded=RECORDED, number=1))
    await machine.topic_writer.publish([*events, unknown])
    await machine.topic_writer.publish_raw([broken(1)])

    async def run(by: str | None = None) -> int:
        reader = machine.reader(projection="things", refuses=frozenset({9}))
        return await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN, accepted_by=by)

    refusing = machine.reader(projection="things", refuses=frozenset({7, 8}))
    async with running(machine.projector(refusing)):
        await until(lambda: _count(machine, 1, 98))
        await until(lambda: _letters(machine, 1, 4))
        await discard(machine.pool, machine.name, events[8].event_id, by="registrar", reason="a test")
        with pytest.raises(BuildsDiffer) as found:
            await run()
        assert kinds(found.value.differences) == {
            NEWLY_REFUSED: 1,
            NEWLY_TAKEN: 1,
            "things: rows added": 1,
            "things: rows removed": 1,
        }
        refused = next(each for each in found.value.differences if each.kind == NEWLY_REFUSED)
        assert refused.examples == [f"{events[9].event_id} {events[9].type}, poison: the number is refused"]
        assert await run(by="operator") == 2
    letters = {each.event_id for each in await list_letters(machine.pool, machine.name, 2)}
    assert {events[9].event_id, unknown.event_id} < letters and len(letters) == 3


async def test_forged_records_with_ids_of_real_events_keep_no_build_from_becoming_live(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(20))
    await machine.topic_writer.publish_raw([broken(1, like=events[3])])
    async with running(machine.projector(machine.reader(projection="things"))):
        await until(lambda: _letters(machine, 1, 1))
        await machine.topic_writer.publish(events)
        await machine.topic_writer.publish_raw(
            [([("ce_subject", b"x"), ("ce_type", b"\0")], b"k", b"{\0"), broken(2, like=events[4])]
        )
        await until(lambda: _letters(machine, 1, 3))
        await until(lambda: _count(machine, 1, 20))
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 2
        letters = await list_letters(machine.pool, machine.name, 2)
        assert len(letters) == 3
        for letter in letters:
            assert await discard(machine.pool, machine.name, letter.event_id, by="operator", reason="forged")
        reader = machine.reader(projection="things")
        assert await rebuild(reader, machine.pool, TODAY, machine.settings, PLAN) == 3
    assert sorted(await takings(machine.pool, "things_3.takings")) == sorted(each.event_id for each in events)
    assert not await list_letters(machine.pool, machine.name, 3)


async def test_a_dead_letter_replayed_during_a_rebuild_takes_effect_in_the_next_build_too(
    machine: ServiceWithReader,
) -> None:
    events = counted(range(50))
    await machine.topic_writer.publish(events)
    async with running(machine.projector(machine.reader(projection="things", refuses=frozenset({7})))):
        await until(lambda: _count(machine, 1, 49))

        async def settle(new: Pool) -> None:
            async with LiveBuild(machine.pool, machine.dsn, "things") as live:
                await replay(machine.reader(projection="things"), live.pool, TODAY, 1)

        plan = Plan(timing=FAST, tables=(THINGS,), settle=settle)
        assert (
            await rebuild(machine.reader(projection="things"), machine.pool, TODAY, machine.settings, plan)
            == 2
        )
        await until(lambda: _count(machine, 2, 50))
    assert not await list_letters(machine.pool, machine.name, 2)


async def test_queries_of_the_live_build_switch_to_the_new_one_without_a_failed_request(
    machine: ServiceWithReader,
) -> None:
    await ensure_build(machine.pool, "things", DDL)
    counts: list[Any] = []

    async def ask(live: LiveBuild) -> None:
        while True:
            async with live.pool.acquire() as connection:
                counts.append(await connection.fetchval("SELECT count(*) FROM things"))
            await asyncio.sleep(0)

    async with LiveBuild(machine.pool, machine.dsn, "things", every=0.1, grace=1.0) as live:
        asking = asyncio.create_task(ask(live))
        build = await open_build(machine.pool, "things", DDL)
        await machine.pool.execute(
            f"INSERT INTO things_{build}.things SELECT gen_random_uuid(), 1, 'x', null"
        )
        await switch(machine.pool, "things", build)
        await until(lambda: _is(live, build), 3)
        await asyncio.sleep(1.5)
        assert not asking.done()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert counts[0] == 0 and counts[-1] == 1
    assert counts == sorted(counts)


async def test_a_projection_without_a_build_is_not_there(machine: ServiceWithReader) -> None:
    with pytest.raises(NoSuchBuild):
        async with LiveBuild(machine.pool, machine.dsn, "things"):
            pass
    with pytest.raises(NoSuchBuild):
        await rebuild(machine.reader(projection="things"), machine.pool, TODAY, machine.settings, PLAN)


def kinds(differences: Iterable[Difference]) -> dict[str, int]:
    return {each.kind: each.count for each in differences}


async def _count(machine: ServiceWithReader, build: int, count: int) -> bool:
    try:
        found: int = await machine.pool.fetchval(f"SELECT count(*) FROM things_{build}.things")
    except asyncpg.UndefinedTableError:
        return False
    assert found <= count
    return found == count


async def _follows(projector: Projector, build: int) -> bool:
    return projector.status.build == build


async def _letters(machine: ServiceWithReader, build: int, count: int) -> bool:
    return len(await list_letters(machine.pool, machine.name, build)) == count


async def _is(live: LiveBuild, build: int) -> bool:
    return live.build == build
