"""Comparison of two builds: in slices, by common columns, resumable, and without differences that only time makes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
import pytest_asyncio

from chassis.projections.comparison import EXAMPLES, Comparison, Difference, Position
from chassis.projections.table_statements import SLICE, ComparedTable
from chassis.store.database import Pool
from tests.conftest import FreshService

PEOPLE = ComparedTable("people", ("id",), frozenset({"country"}))
TRIPS = ComparedTable("trips", ("id", "nth"), frozenset({"kind"}))
DDL = """
CREATE SCHEMA {0};
CREATE TABLE {0}.people (id text PRIMARY KEY, country text, name text NOT NULL);
CREATE TABLE {0}.trips (id uuid, nth integer, kind text NOT NULL, PRIMARY KEY (id, nth));
"""


class Interrupted(Exception):
    """Stands for a process that is killed."""


async def level() -> None:
    """Do nothing: no process writes into the builds."""


@pytest_asyncio.fixture(loop_scope="session")
async def two(fresh_service: Callable[..., Awaitable[FreshService]]) -> AsyncIterator[Pool]:
    """Provide two equal builds of three and a half slices."""
    fresh = await fresh_service("compared")
    await fresh.pool.execute(DDL.format("live") + DDL.format("new"))
    for schema in ("live", "new"):
        await fresh.pool.execute(
            f"INSERT INTO {schema}.people SELECT 'W' || lpad(n::text, 6, '0'), 'THA', 'Sok Dara'"
            f" FROM generate_series(1, {SLICE * 7 // 2}) AS n"
        )
        await fresh.pool.execute(
            f"INSERT INTO {schema}.trips SELECT lpad(n::text, 32, '0')::uuid, nth, 'work'"
            f" FROM generate_series(1, {SLICE}) AS n, generate_series(1, 3) AS nth"
        )
    yield fresh.pool


def compared(pool: Pool, **further: object) -> Comparison:
    return Comparison(pool, "live", "new", (PEOPLE, TRIPS), **{"level": level, **further})  # type: ignore[arg-type]


async def test_equal_builds_have_no_differences(two: Pool) -> None:
    seen: list[tuple[int, int]] = []
    assert await compared(two, progress=lambda done, total: seen.append((done, total))).run() == []
    assert seen[-1][0] == seen[-1][1] > 0


async def test_differences_are_counted_by_kind_with_twenty_examples_and_masked_persons(two: Pool) -> None:
    await two.execute("UPDATE new.people SET country = 'MYS', name = 'Chan Thy' WHERE id > 'W000100'")
    await two.execute("DELETE FROM new.people WHERE id = 'W000001'")
    await two.execute("UPDATE new.people SET country = NULL WHERE id = 'W000002'")
    await two.execute(
        "INSERT INTO new.trips SELECT id, 4, 'visit' FROM live.trips WHERE nth = 3 ORDER BY id LIMIT 2"
    )
    found = {each.kind: each for each in await compared(two).run()}
    changed = SLICE * 7 // 2 - 100
    assert {kind: each.count for kind, each in found.items()} == {
        "people.country changed": changed + 1,
        "people.name changed": changed,
        "people: rows removed": 1,
        "trips: rows added": 2,
    }
    countries = found["people.country changed"].examples
    assert len(countries) == EXAMPLES
    assert countries[:2] == ["W000002: THA → none", "W000101: THA → MYS"]
    assert found["people.name changed"].examples[0] == "W000101: (masked) → (masked)"
    assert found["people: rows removed"].examples == ["W000001"]
    assert found["trips: rows added"].examples == [
        f"00000000-0000-0000-0000-00000000000{n} 4" for n in (1, 2)
    ]


async def test_a_difference_that_vanishes_when_both_builds_are_level_does_not_count(two: Pool) -> None:
    await two.execute("UPDATE new.people SET country = 'MYS' WHERE id IN ('W000001', 'W000002', 'W000003')")
    looks = 0

    async def catch_up() -> None:
        nonlocal looks
        looks += 1
        await two.execute("UPDATE new.people SET country = 'THA' WHERE id = $1", f"W00000{looks}")

    found = await compared(two, level=catch_up).run()
    assert [(each.kind, each.count) for each in found] == [("people.country changed", 1)]
    assert found[0].examples == ["W000003: THA → MYS"]


async def test_an_interrupted_comparison_goes_on_where_it_stopped(two: Pool) -> None:
    await two.execute("UPDATE new.people SET country = 'MYS' WHERE id IN ('W000001', 'W006999')")
    await two.execute("UPDATE new.trips SET kind = 'visit' WHERE nth = 2")
    whole = await compared(two).run()
    for steps in range(1, 4):
        saved = await interrupted(two, steps)
        # What was compared already is not read again.
        await two.execute("UPDATE new.people SET country = 'VNM' WHERE id = 'W000002'")
        assert await compared(two).run(*saved) == whole
        await two.execute("UPDATE new.people SET country = 'THA' WHERE id = 'W000002'")


async def interrupted(two: Pool, steps: int) -> tuple[Position, list[Difference]]:
    """Compare until the given number of positions is saved; return the last one."""
    saved: list[tuple[Position, list[Difference]]] = []

    async def save(position: Position, found: list[Difference]) -> None:
        saved.append((position, found))
        if len(saved) == steps:
            raise Interrupted

    with pytest.raises(Interrupted):
        await compared(two, save=save, save_every=0.0).run()
    return saved[-1]


async def test_a_table_is_compared_in_statements_far_below_a_second(
    two: Pool, fresh_service: Callable[..., Awaitable[FreshService]]
) -> None:
    """The time of a statement does not grow with the table, because each reads one slice."""
    fresh = await fresh_service("large")
    await fresh.pool.execute(DDL.format("live") + DDL.format("new"))
    for schema in ("live", "new"):
        await fresh.pool.execute(
            f"INSERT INTO {schema}.people SELECT 'W' || lpad(n::text, 7, '0'), 'THA', 'Sok Dara'"
            " FROM generate_series(1, 300000) AS n"
        )
    await fresh.pool.execute("UPDATE new.people SET country = 'MYS' WHERE id LIKE '%77'")
    limited = await asyncpg.create_pool(fresh.dsn, min_size=1, server_settings={"statement_timeout": "1000"})
    slices: list[int] = []
    try:
        found = await Comparison(
            limited, "live", "new", (PEOPLE,), level=level, progress=lambda done, _: slices.append(done)
        ).run()
    finally:
        await limited.close()
    assert [(each.kind, each.count) for each in found] == [("people.country changed", 3_000)]
    assert len(slices) > 300_000 / SLICE


async def test_tables_and_columns_of_one_build_alone_are_differences(two: Pool) -> None:
    await two.execute("CREATE TABLE new.towns (id text PRIMARY KEY)")
    await two.execute("ALTER TABLE new.people DROP COLUMN name; ALTER TABLE new.trips RENAME nth TO number")
    assert [each.kind for each in await compared(two).run()] == [
        "column people.name removed",
        "column trips.nth removed",
        "column trips.number added",
        "table towns added",
    ]
