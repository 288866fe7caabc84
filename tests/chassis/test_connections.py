"""A process opens no more connections than are computed for it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from chassis.base.settings import Settings
from chassis.connections import most_connections
from chassis.service import Role, RunningService
from chassis.store.pools import BACKGROUND_POOL
from services.border.main import service


@pytest.mark.parametrize("role", [Role.API, Role.PROJECTOR])
async def test_a_process_with_all_pools_in_use_has_the_connections_that_are_computed(
    settings: Settings, role: Role
) -> None:
    async with RunningService(service, settings, role) as running:
        pools = running.runtime.store.pools
        async with AsyncExitStack() as held:
            for pool in pools:
                for _ in range(pool.get_max_size()):
                    await held.enter_async_context(pool.acquire())
            await asyncio.wait_for(running.runtime.monitor._fetch("SELECT 1"), 5)
            names = [f"domnaer {service.name}", f"domnaer {service.name} monitor"]
            connection = await asyncpg.connect(settings.database(service.name))
            try:
                opened = await connection.fetchval(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND application_name = ANY($2)",
                    service.name,
                    names,
                )
            finally:
                await connection.close()
    computed = most_connections(
        settings, serves=Role.API in role, uploads=False, relays=0, builds=0, live_builds=0
    )
    assert opened == computed
    assert role is Role.API or computed == BACKGROUND_POOL + 1
