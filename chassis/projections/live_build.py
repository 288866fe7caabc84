"""The live build of a projection that queries read: a pool that follows when another build becomes live."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import asyncpg

from chassis.base.checks import AnyCheck, Check
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.projections.builds import (
    RENEW_EVERY,
    UNSHAPED,
    NoSuchBuild,
    ReadModelNotReady,
    build_pool,
    build_to_compare,
    live_build,
    renew_shape,
    use_build,
)
from chassis.projections.filled_builds import WAITS, find_filled
from chassis.store.database import AWAY, Pool

_log = get_log()


class LiveBuild:
    """Gives access to the live build of a projection: ``async with LiveBuild(...) as live: live.pool``.

    A background task looks up the build of this ``shape`` every second, and records that it is in use. When another build
    becomes live, its pool replaces the old one, which is closed only after ``grace`` seconds, so that running requests
    finish on the build they started with. While only builds of other shapes are live, it is not ready: ``pool`` raises
    ReadModelNotReady. ``adapt`` receives the pool of a build before it is used, to add what an earlier version did not create.
    """

    def __init__(
        self,
        service_pool: Pool,
        dsn: str,
        projection: str,
        *,
        shape: str = UNSHAPED,
        ddl: str | None = None,
        size: int = 8,
        service: str = "domnaer",
        adapt: Callable[[Pool], Awaitable[None]] | None = None,
        every: float = 1.0,
        grace: float = 30.0,
    ) -> None:
        self._service_pool = service_pool
        self._dsn = dsn
        self._projection = projection
        self._shape = shape
        self._ddl = ddl
        self._size = size
        self._service = service
        self._adapt = adapt
        self._every = every
        self._grace = grace
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool: Pool | None = None
        self._renewed_at = float("-inf")
        self.build = 0

    @property
    def pool(self) -> Pool:
        """The pool of the build that is live now. Read this property again for each request. Raises ReadModelNotReady."""
        if self._pool is None:
            raise ReadModelNotReady(f"{self._projection} is being filled", remedy="try again in a while")
        return self._pool

    @property
    def ready(self) -> bool:
        """Return whether a build is live."""
        return self._pool is not None

    def usable(self, check: AnyCheck) -> AnyCheck:
        """Return a check that ``check`` succeeds and a build is live."""

        async def both() -> Check:
            found = await check()
            if self.ready:
                return found
            waiting = await self._reason() if found.ok else None
            return Check(False, {**found.codes, self._projection: waiting})

        return both

    async def _reason(self) -> str:
        filled = await find_filled(self._service_pool, self._projection, self._shape)
        return WAITS if filled is not None and filled.waits else "it is being filled"

    async def __aenter__(self) -> Self:
        """Open the pool. Raises NoSuchBuild if no build of any shape is live and no ``ddl`` was given to create one."""
        await use_build(self._service_pool, self._projection, self._shape, self._ddl)
        if await build_to_compare(self._service_pool, self._projection, self._shape) is None:
            raise NoSuchBuild(f"{self._projection} has no live build")
        await self.refresh()
        self._spawn(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def refresh(self) -> None:
        """Look up the live build now and switch to it."""
        now = time.monotonic()
        if now - self._renewed_at > RENEW_EVERY:
            await renew_shape(self._service_pool, self._projection, self._shape)
            self._renewed_at = now
        live = await live_build(self._service_pool, self._projection, self._shape)
        if live is not None and live != self.build:
            await self._switch_to(live)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.refresh()
            except (*AWAY, asyncpg.PostgresError) as error:
                _log.warning(
                    "live_build_lookup_failed",
                    projection=self._projection,
                    error=describe_exception(error, places=False),
                )

    async def _switch_to(self, build: int) -> None:
        pool = await build_pool(self._dsn, self._projection, build, size=self._size, service=self._service)
        if self._adapt is not None:
            await self._adapt(pool)
        old, self._pool, self.build = self._pool, pool, build
        if old is not None:
            _log.info("live_build_switched", projection=self._projection, build=build)
            self._spawn(self._close(old))

    async def _close(self, pool: Pool) -> None:
        try:
            await asyncio.sleep(self._grace)
            await pool.close()
        except asyncio.CancelledError:
            pool.terminate()
            raise

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@runtime_checkable
class HasLiveBuild(Protocol):
    """An object opened by a service that queries a projection with builds."""

    @property
    def live(self) -> LiveBuild:
        """The build that is live now."""
