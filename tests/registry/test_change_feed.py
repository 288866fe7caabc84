"""The change feed asks once for all open pages, and tells each when its worker changes and only then."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.store.database import Pool
from services.registry.projections import change_feed
from services.registry.projections.change_feed import ChangeFeed, TooManyOpenPages, Watch
from tests.registry.events import Record, node, passport
from tests.registry.registry import Build, Registry, empty_registry

MINE, YOURS = passport("N0000001"), passport("N0000002")


class CountingPool:
    """A pool that counts its queries."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.queries = 0
        self.fails = False

    async def fetch(self, *args: Any) -> Any:
        self.queries += 1
        if self.fails:
            raise ConnectionError("the database is away")
        return await self._pool.fetch(*args)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registry(settings: Settings) -> AsyncIterator[Registry]:
    async with empty_registry(settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def build(registry: Registry) -> Build:
    return await registry.build()


@pytest.fixture
def pool(build: Build) -> CountingPool:
    return CountingPool(build.pool)


@pytest_asyncio.fixture(loop_scope="session")
async def feed(pool: CountingPool) -> AsyncIterator[ChangeFeed]:
    found = ChangeFeed(lambda: cast(Pool, pool))
    yield found
    await found.close()


async def asked(pool: CountingPool, times: int = 2) -> None:
    """Wait until the feed has asked again and has the answer."""
    goal = pool.queries + times
    async with asyncio.timeout(20):
        while pool.queries < goal:
            await asyncio.sleep(0.02)


async def changed(watches: list[Watch]) -> list[bool]:
    return [state is not None for state in await asyncio.gather(*(each.changed(0.01) for each in watches))]


async def test_the_number_of_queries_does_not_depend_on_the_number_of_pages(
    build: Build, pool: CountingPool, feed: ChangeFeed
) -> None:
    record = Record()
    await build.receive(record.departure(MINE), record.departure(YOURS, days=1))
    with contextlib.ExitStack() as pages:
        mine = [pages.enter_context(feed.watch(node(MINE))) for _ in range(100)]
        yours = [pages.enter_context(feed.watch(node(YOURS))) for _ in range(100)]
        before, began = pool.queries, asyncio.get_running_loop().time()
        await asked(pool, 4)
        seconds = asyncio.get_running_loop().time() - began
        assert pool.queries - before <= seconds / change_feed.POLL_SECONDS + 1
        assert await changed([*mine, *yours]) == [False] * 200

        await build.receive(record.back(MINE, days=2))
        await asked(pool)
        assert await changed([*mine, *yours]) == [True] * 100 + [False] * 100

        await build.receive(record.case(name=None, about=record.departure(YOURS, days=3).stream, days=30))
        await build.receive(record.back(MINE, YOURS, days=40))  # both are one worker now
        await asked(pool)
        assert await changed([*mine, *yours]) == [True] * 200
        assert await changed([*mine, *yours]) == [False] * 200
    await asyncio.sleep(change_feed.POLL_SECONDS * 2)
    before = pool.queries
    await asyncio.sleep(change_feed.POLL_SECONDS * 3)
    assert pool.queries == before, "nobody watches"


async def test_a_failed_query_is_repeated_and_no_change_is_lost(
    build: Build, pool: CountingPool, feed: ChangeFeed
) -> None:
    record = Record()
    await build.receive(record.departure(MINE))
    with feed.watch(node(MINE)) as watch:
        await asked(pool)
        pool.fails = True
        await build.receive(record.back(MINE, days=2))
        await asked(pool)
        assert await changed([watch]) == [False]
        pool.fails = False
        assert await watch.changed(10) is not None


async def test_open_pages_are_limited(feed: ChangeFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_feed, "MOST_PAGES", 3)
    with contextlib.ExitStack() as pages:
        for _ in range(3):
            feed.admit()
            pages.enter_context(feed.watch(node(MINE)))
        with pytest.raises(TooManyOpenPages):
            feed.admit()
    feed.admit()
