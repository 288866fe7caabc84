"""Commit connections work as the pool's own, and broken ones are returned to the pool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from chassis.commands.runtime import Runtime
from chassis.store.database import Pool, open_pool
from chassis.store.event_store import CommitConnections

MOST = 2


@pytest_asyncio.fixture(loop_scope="session")
async def pool(runtime: Runtime) -> AsyncIterator[Pool]:
    found = await open_pool(runtime.settings.database("border"), size=3)
    async with asyncio.timeout(10), found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def connections(pool: Pool) -> AsyncIterator[CommitConnections]:
    found = CommitConnections(pool, MOST)
    yield found
    await found.close()


async def test_the_number_of_concurrent_statements_is_limited(
    connections: CommitConnections, pool: Pool
) -> None:
    waiting = [asyncio.create_task(connections.fetch("SELECT pg_sleep(0.2)")) for _ in range(3)]
    await asyncio.sleep(0.1)
    running = await pool.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'border' AND state = 'active'"
        " AND query = 'SELECT pg_sleep(0.2)'"
    )
    assert running == MOST
    assert [len(rows) for rows in await asyncio.gather(*waiting)] == [1] * 3


async def test_a_connection_works_after_a_refused_statement(
    connections: CommitConnections, pool: Pool
) -> None:
    await connections.fetch("SELECT 1")
    held = pool.get_size() - pool.get_idle_size()
    with pytest.raises(asyncpg.DivisionByZeroError):
        await connections.fetch("SELECT 1 / $1::int", 0)
    assert pool.get_size() - pool.get_idle_size() == held == 1
    assert await connections.fetch("SELECT 1") == [(1,)]


async def test_a_closed_connection_is_released_and_replaced(
    connections: CommitConnections, pool: Pool
) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await connections.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    for _ in range(MOST + 2):
        assert await connections.fetch("SELECT 1") == [(1,)]


async def test_a_connection_that_closed_while_idle_is_not_used(
    connections: CommitConnections, pool: Pool
) -> None:
    await connections.fetch("SELECT set_config('application_name', 'kept aside', false)")
    await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kept aside'"
    )
    await asyncio.sleep(0.1)
    assert await connections.fetch("SELECT 1") == [(1,)]


async def test_a_cancelled_statement_loses_no_connection(connections: CommitConnections, pool: Pool) -> None:
    for _ in range(6):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await connections.fetch("SELECT pg_sleep(5)")
    assert pool.get_idle_size() == pool.get_size(), (
        "the pool looks after a connection with a cancelled statement"
    )
    assert await connections.fetch("SELECT 1") == [(1,)]


async def test_a_busy_connection_is_released_after_the_close(pool: Pool) -> None:
    connections = CommitConnections(pool, MOST)
    working = asyncio.create_task(connections.fetch("SELECT pg_sleep(0.3)"))
    await asyncio.sleep(0.1)
    await connections.close()
    async with asyncio.timeout(5):
        await pool.close()
    assert len(await working) == 1
    with pytest.raises(asyncpg.InterfaceError):
        await connections.fetch("SELECT 1")


async def test_all_connections_are_released_at_the_end(connections: CommitConnections, pool: Pool) -> None:
    await asyncio.gather(*(connections.fetch("SELECT pg_sleep(0.05)") for _ in range(MOST)))
    assert pool.get_size() - pool.get_idle_size() == MOST
    await connections.close()
    assert pool.get_size() == pool.get_idle_size()
