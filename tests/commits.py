"""Commits of one service at the same moment: each has read and decided what it rests on before the first is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from chassis.base.settings import Settings

_WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted"


@asynccontextmanager
async def commits_together(settings: Settings, service: str, count: int) -> AsyncIterator[None]:
    """Hold the commits that begin in this block until there are ``count`` of them, at its end, and then let all pass."""
    holding = await asyncpg.connect(settings.database(service, owner=True))
    try:
        async with holding.transaction():
            await holding.execute("LOCK TABLE events IN SHARE MODE")
            yield
            async with asyncio.timeout(30):
                while await holding.fetchval(_WAITING) < count:
                    await asyncio.sleep(0.01)
    finally:
        await holding.close()
