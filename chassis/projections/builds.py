"""Builds of a projection: each fills its own database schema, and one of them is live.

The next build is filled beside the live one and replaces it in one transaction. Processes that query the projection
switch to the new build within a second.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import asyncpg

from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.store.database import AWAY, Connection, Pool, open_pool

_log = get_log()

DROP_AFTER = timedelta(minutes=5)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


class NoSuchBuild(LookupError):
    """There is no build of this number that can become live."""


def schema_of(projection: str, build: int) -> str:
    """Return the schema of a build, e.g. ``timeline_7``."""
    if not _NAME.fullmatch(projection):
        raise ValueError(f"{projection!r} is not a valid name of a projection")
    return f"{projection}_{build:d}"


async def build_pool(
    dsn: str, projection: str, build: int, *, size: int = 4, service: str = "domnaer"
) -> Pool:
    """Open a pool whose connections find the tables of a build first, then those of the service."""
    path = f"{schema_of(projection, build)},public"
    return await open_pool(dsn, size=size, search_path=path, service=service)


async def close_pool(pool: Pool) -> None:
    """Close a pool; terminate connections that are not returned within five seconds."""
    try:
        async with asyncio.timeout(5):
            await pool.close()
    except AWAY:
        pool.terminate()


async def live_build(pool: Pool | Connection, projection: str) -> int | None:
    """Return the number of the live build, or None."""
    sql = "SELECT build FROM public.builds WHERE projection = $1 AND state = 'live'"
    build: int | None = await pool.fetchval(sql, projection)
    return build


async def state_of(pool: Pool | Connection, projection: str, build: int) -> str | None:
    """Return ``building``, ``live`` or ``retired``; None if there is no such build."""
    sql = "SELECT state FROM public.builds WHERE projection = $1 AND build = $2"
    state: str | None = await pool.fetchval(sql, projection, build)
    return state


async def ensure_build(pool: Pool, projection: str, ddl: str) -> int:
    """Return the live build; create it if there is none. Several processes may call this at once."""
    live = await live_build(pool, projection)
    if live is not None:
        return live
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        live = await live_build(connection, projection)
        return await _open(connection, projection, ddl) if live is None else live


async def open_build(pool: Pool, projection: str, ddl: str) -> int:
    """Create the next build and return its number. It is live at once if there is no other."""
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        return await _open(connection, projection, ddl)


async def switch(pool: Pool, projection: str, build: int) -> None:
    """Make a build live and retire the previous one, in one transaction. Raises NoSuchBuild."""
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        if await state_of(connection, projection, build) != "building":
            raise NoSuchBuild(f"{schema_of(projection, build)} is not being built")
        await connection.execute(
            "UPDATE public.builds SET state = 'retired' WHERE projection = $1 AND state = 'live'", projection
        )
        await connection.execute(
            "UPDATE public.builds SET state = 'live', live_at = clock_timestamp()"
            " WHERE projection = $1 AND build = $2",
            projection,
            build,
        )


async def abandon(pool: Pool, projection: str, build: int) -> None:
    """Give up a build that is not live. Processes that fill it stop, and it is dropped with the retired builds."""
    await pool.execute(
        "UPDATE public.builds SET state = 'retired'"
        " WHERE projection = $1 AND build = $2 AND state = 'building'",
        projection,
        build,
    )


async def drop_retired(
    pool: Pool, projection: str, *, reader: str | None = None, after: timedelta = DROP_AFTER
) -> list[int]:
    """Drop the schemas of retired builds, and the offsets and dead letters of their reader; return the build numbers.

    The numbers stay in ``builds``, so that none is used twice: no build may start at the offsets of an old one. A build
    that was live is dropped only after its successor has been live for ``after``, because processes may still query it
    until then. A build that is being queried at this moment is left for the next call.
    """
    gone: list[int] = []
    rows = await pool.fetch(
        "SELECT build FROM public.builds old WHERE projection = $1 AND state = 'retired'"
        " AND (live_at IS NULL OR EXISTS (SELECT FROM public.builds new WHERE new.projection = $1"
        " AND new.state = 'live' AND new.live_at <= clock_timestamp() - $2::interval))"
        " AND to_regnamespace($1 || '_' || build) IS NOT NULL ORDER BY build",
        projection,
        after,
    )
    for build in (row[0] for row in rows):
        try:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '500ms'")
                await connection.execute(f"DROP SCHEMA {schema_of(projection, build)} CASCADE")
                for table in ("offsets", "dead_letters") if reader is not None else ():
                    sql = f"DELETE FROM public.{table} WHERE reader = $1 AND build = $2"
                    await connection.execute(sql, reader, build)
        except asyncpg.LockNotAvailableError:
            continue
        gone.append(build)
    return gone


class LiveBuild:
    """Gives access to the live build of a projection: ``async with LiveBuild(...) as live: live.pool``.

    A background task looks up the build every second. When another build becomes live, its pool replaces the old one,
    which is closed only after ``grace`` seconds, so that running requests finish on the build they started with.
    """

    def __init__(
        self,
        service_pool: Pool,
        dsn: str,
        projection: str,
        *,
        ddl: str | None = None,
        size: int = 8,
        service: str = "domnaer",
        every: float = 1.0,
        grace: float = 30.0,
    ) -> None:
        self._service_pool = service_pool
        self._dsn = dsn
        self._projection = projection
        self._ddl = ddl
        self._size = size
        self._service = service
        self._every = every
        self._grace = grace
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool: Pool | None = None
        self.build = 0

    @property
    def pool(self) -> Pool:
        """The pool of the build that is live now. Read this property again for each request."""
        if self._pool is None:
            raise RuntimeError(f"{self._projection} is not open")
        return self._pool

    async def __aenter__(self) -> Self:
        """Open the pool. Raises NoSuchBuild if no build is live and no ``ddl`` was given to create one."""
        live = await live_build(self._service_pool, self._projection)
        if live is None and self._ddl is not None:
            live = await ensure_build(self._service_pool, self._projection, self._ddl)
        if live is None:
            raise NoSuchBuild(f"{self._projection} has no live build")
        await self._switch_to(live)
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
        live = await live_build(self._service_pool, self._projection)
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


async def _lock(connection: Connection, projection: str) -> None:
    # Before the first write: a transaction that waits here has no transaction id, so it does not delay the gate.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('build ' || $1, 0))", projection)


async def _open(connection: Connection, projection: str, ddl: str) -> int:
    build: int = await connection.fetchval(
        "SELECT 1 + coalesce(max(build), 0) FROM public.builds WHERE projection = $1", projection
    )
    state = "live" if await live_build(connection, projection) is None else "building"
    schema = schema_of(projection, build)
    await connection.execute(f"CREATE SCHEMA {schema}")
    await connection.execute(f"SET LOCAL search_path TO {schema}, public")
    await connection.execute(ddl)
    await connection.execute("SET LOCAL search_path TO DEFAULT")
    await connection.execute(
        "INSERT INTO public.builds (projection, build, state, live_at)"
        " VALUES ($1, $2, $3, CASE WHEN $3 = 'live' THEN clock_timestamp() END)",
        projection,
        build,
        state,
    )
    return build
