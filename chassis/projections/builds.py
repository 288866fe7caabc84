"""Builds of a projection: each fills its own database schema, and one of each shape is live.

The *shape* of a build is a digest of its tables and of its rules. A process uses only builds of the shape that its code
writes, so that two versions of a service can run at the same time. The next build of a shape is filled beside the live
one and replaces it in one transaction. Processes that query the projection switch to the new build within a second.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import timedelta

import asyncpg

from chassis.store.database import AWAY, Connection, Pool, open_pool
from contracts.refusal import Refusal

DROP_AFTER = timedelta(minutes=5)
RENEW_EVERY = 5.0
"""Seconds after which a process records again that it uses a build."""
IN_USE = timedelta(seconds=6 * RENEW_EVERY)
"""Time after which a build counts as unused if no process has recorded that it uses it."""
UNSHAPED = "0"
"""The shape of builds that were made before shapes were recorded, and of projections that declare none."""


class ReadModelNotReady(Refusal):
    """The lists of this service are being prepared"""

    code = "read-model-not-ready"
    status = 503


_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


class NoSuchBuild(LookupError):
    """There is no build of this number that can become live, or no live build at all."""


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


async def live_build(pool: Pool | Connection, projection: str, shape: str = UNSHAPED) -> int | None:
    """Return the number of the live build of a shape, or None."""
    sql = "SELECT build FROM public.builds WHERE projection = $1 AND shape = $2 AND state = 'live'"
    build: int | None = await pool.fetchval(sql, projection, shape)
    return build


async def build_in_use(pool: Pool | Connection, projection: str, shape: str) -> int | None:
    """Return the live build of a shape; the build that is being filled if none is live yet; None if there is neither."""
    build: int | None = await pool.fetchval(
        "SELECT build FROM public.builds WHERE projection = $1 AND shape = $2 AND state <> 'retired'"
        " ORDER BY state = 'live' DESC, build LIMIT 1",
        projection,
        shape,
    )
    return build


async def state_of(pool: Pool | Connection, projection: str, build: int) -> str | None:
    """Return ``building``, ``live`` or ``retired``; None if there is no such build."""
    sql = "SELECT state FROM public.builds WHERE projection = $1 AND build = $2"
    state: str | None = await pool.fetchval(sql, projection, build)
    return state


async def build_to_compare(pool: Pool | Connection, projection: str, shape: str) -> int | None:
    """Return the live build of a shape; if there is none, the live build that was made live last; None without any."""
    build: int | None = await pool.fetchval(
        "SELECT build FROM public.builds WHERE projection = $1 AND state = 'live'"
        " ORDER BY shape = $2 DESC, live_at DESC LIMIT 1",
        projection,
        shape,
    )
    return build


async def newer_in_use(pool: Pool | Connection, projection: str, build: int) -> bool:
    """Return whether a process uses a build of any shape that became live after this one."""
    found: bool = await pool.fetchval(
        "SELECT EXISTS (SELECT FROM public.builds AS own JOIN public.builds AS other USING (projection)"
        " WHERE own.projection = $1 AND own.build = $2 AND other.state = 'live'"
        " AND (other.live_at, other.build) > (own.live_at, own.build)"
        " AND other.renewed_at > clock_timestamp() - $3::interval)",
        projection,
        build,
        IN_USE,
    )
    return found


async def ensure_build(pool: Pool, projection: str, ddl: str, shape: str = UNSHAPED) -> int:
    """Return the live build of a shape; create the first build of a projection. Several processes may call this at once.

    Raises NoSuchBuild if only builds of other shapes are live: a build of this shape must be filled before it is used.
    """
    live = await live_build(pool, projection, shape)
    if live is not None:
        return live
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        live = await build_to_compare(connection, projection, shape)
        if live is None:
            return await _open(connection, projection, ddl, shape, "live")
    if live != await live_build(pool, projection, shape):
        raise NoSuchBuild(f"{projection} has no live build of the shape {shape}")
    return live


async def use_build(pool: Pool, projection: str, shape: str, ddl: str | None) -> int | None:
    """Return the live build of a shape; with ``ddl``, the first build of a projection is created; None if there is none."""
    if ddl is None:
        return await live_build(pool, projection, shape)
    with suppress(NoSuchBuild):
        return await ensure_build(pool, projection, ddl, shape)
    return None


async def begin_build(pool: Pool, projection: str, ddl: str, shape: str) -> int:
    """Return :func:`build_in_use`; create a build to be filled if there is none. Several processes may call this at once."""
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        build = await build_in_use(connection, projection, shape)
        return await _open(connection, projection, ddl, shape, "building") if build is None else build


async def open_build(pool: Pool, projection: str, ddl: str, shape: str = UNSHAPED) -> int:
    """Create the next build of a shape and return its number. It is live at once if there is no other of this shape."""
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        live = await live_build(connection, projection, shape)
        return await _open(connection, projection, ddl, shape, "live" if live is None else "building")


async def switch(pool: Pool, projection: str, build: int) -> None:
    """Make a build live and retire the live one of its shape, in one transaction. Raises NoSuchBuild."""
    async with pool.acquire() as connection, connection.transaction():
        await _lock(connection, projection)
        if await state_of(connection, projection, build) != "building":
            raise NoSuchBuild(f"{schema_of(projection, build)} is not being built")
        await connection.execute(
            "UPDATE public.builds SET state = 'retired' WHERE projection = $1 AND state = 'live'"
            " AND shape = (SELECT shape FROM public.builds WHERE projection = $1 AND build = $2)",
            projection,
            build,
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
        "UPDATE public.builds SET state = 'retired', renewed_at = clock_timestamp()"
        " WHERE projection = $1 AND build = $2 AND state = 'building'",
        projection,
        build,
    )


async def renew(pool: Pool, projection: str, build: int) -> None:
    """Record that this process uses a build."""
    await pool.execute(
        "UPDATE public.builds SET renewed_at = clock_timestamp() WHERE projection = $1 AND build = $2",
        projection,
        build,
    )


async def renew_shape(pool: Pool, projection: str, shape: str) -> None:
    """Record that this process uses the builds of a shape, or waits for one of them."""
    await pool.execute(
        "UPDATE public.builds SET renewed_at = clock_timestamp()"
        " WHERE projection = $1 AND shape = $2 AND state <> 'retired'",
        projection,
        shape,
    )


async def retire_unused(pool: Pool, projection: str, window: timedelta, *, using: int) -> list[int]:
    """Retire the builds that no process has used for this time, except ``using``; return their numbers."""
    rows = await pool.fetch(
        "UPDATE public.builds SET state = 'retired' WHERE projection = $1 AND build <> $2 AND state <> 'retired'"
        " AND renewed_at < clock_timestamp() - $3::interval RETURNING build",
        projection,
        using,
        window,
    )
    return sorted(row[0] for row in rows)


_DELETE_LETTERS = (
    "DELETE FROM public.dead_letters WHERE ctid IN (SELECT ctid FROM public.dead_letters"
    " WHERE reader = $1 AND build = $2 LIMIT 5000)"
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
        while reader is not None and await pool.execute(_DELETE_LETTERS, reader, build) != "DELETE 0":
            pass
        try:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '500ms'")
                await connection.execute(f"DROP SCHEMA {schema_of(projection, build)} CASCADE")
                await connection.execute(
                    "DELETE FROM public.streams_set_aside WHERE projection = $1 AND build = $2",
                    projection,
                    build,
                )
                if reader is not None:
                    sql = "DELETE FROM public.offsets WHERE reader = $1 AND build = $2"
                    await connection.execute(sql, reader, build)
        except asyncpg.LockNotAvailableError:
            continue
        gone.append(build)
    return gone


async def _lock(connection: Connection, projection: str) -> None:
    # Before the first write: a transaction that waits here has no transaction id, so it does not delay the gate.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('build ' || $1, 0))", projection)


async def _open(connection: Connection, projection: str, ddl: str, shape: str, state: str) -> int:
    build: int = await connection.fetchval(
        "SELECT 1 + coalesce(max(build), 0) FROM public.builds WHERE projection = $1", projection
    )
    schema = schema_of(projection, build)
    await connection.execute(f"CREATE SCHEMA {schema}")
    await connection.execute(f"SET LOCAL search_path TO {schema}, public")
    await connection.execute(ddl)
    await connection.execute("SET LOCAL search_path TO DEFAULT")
    await connection.execute(
        "INSERT INTO public.builds (projection, build, shape, state, live_at)"
        " VALUES ($1, $2, $3, $4, CASE WHEN $4 = 'live' THEN clock_timestamp() END)",
        projection,
        build,
        shape,
        state,
    )
    return build
