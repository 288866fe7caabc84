"""The builds that a rebuild leaves: filled ones, which wait to become live, and those whose process ended early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from pydantic import TypeAdapter

from chassis.base.logs import get_log
from chassis.projections.builds import DROP_AFTER, UNSHAPED, drop_retired, schema_of
from chassis.projections.comparison import Difference, Position
from chassis.store.database import Connection, Pool

_log = get_log()

_DIFFERENCES: TypeAdapter[list[Difference]] = TypeAdapter(list[Difference])
WAITS = "it differs from the build in use and waits to be accepted"
"""The reason why a process is not ready whose build differs."""
_LOCK = "hashtextextended('rebuild ' || $1, 0)"
_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""PostgreSQL notices within half a minute that the machine of a rebuild is gone, and releases its lock."""


class RebuildRuns(Exception):
    """Another process rebuilds this projection."""


class NothingToAccept(Exception):
    """No filled build of this version waits to be accepted."""


class RebuildLockLost(Exception):
    """The database connection that marks a rebuild as running was lost."""


@dataclass(frozen=True, slots=True)
class FilledBuild:
    """A build that has read all events, and what is known of its comparison with the live build."""

    build: int
    filled_at: datetime
    compared_with: int | None = None
    compared_at: datetime | None = None
    position: Position | None = None
    differences: Sequence[Difference] = ()

    @property
    def waits(self) -> bool:
        """Return whether the build was compared, differs, and can be accepted."""
        return self.compared_at is not None and bool(self.differences)


@asynccontextmanager
async def hold_rebuild(dsn: str, projection: str) -> AsyncIterator[Connection]:
    """Mark this process as the one that rebuilds a projection, by a lock that ends with its connection.

    Raises RebuildRuns if another process holds it, and RebuildLockLost if the connection is lost meanwhile.
    """
    connection = await asyncpg.connect(
        dsn, server_settings={"application_name": f"domnaer rebuild {projection}", **_KEEPALIVE}
    )
    try:
        if not await connection.fetchval(f"SELECT pg_try_advisory_lock({_LOCK})", projection):
            raise RebuildRuns(f"another process rebuilds {projection}: wait until it ends, or end it")
        task = asyncio.current_task()
        assert task is not None
        lost: list[bool] = []

        def stop(_: Any) -> None:
            lost.append(True)
            task.cancel()

        connection.add_termination_listener(stop)
        try:
            yield connection
        except asyncio.CancelledError:
            if lost:
                raise RebuildLockLost("the connection to the database was lost during the rebuild") from None
            raise
        finally:
            connection.remove_termination_listener(stop)
    finally:
        await asyncio.shield(connection.close(timeout=5))


async def clear_unfinished(
    connection: Connection,
    pool: Pool,
    projection: str,
    reader: str | None,
    *,
    after: timedelta = DROP_AFTER,
) -> list[int]:
    """Drop retired builds, and those whose process ended before they were filled; return their numbers.

    Nothing is given up while another process rebuilds the projection. ``connection`` may hold the lock of a rebuild.
    """
    async with connection.transaction():
        if await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({_LOCK})", projection):
            await connection.execute(
                "UPDATE public.builds AS b SET state = 'retired', renewed_at = clock_timestamp()"
                " WHERE projection = $1 AND state = 'building'"
                " AND NOT EXISTS (SELECT FROM public.build_comparisons AS c"
                " WHERE c.projection = b.projection AND c.build = b.build)",
                projection,
            )
    return await drop_retired(pool, projection, reader=reader, after=after)


async def abandon_all(pool: Pool, dsn: str, projection: str, reader: str | None) -> list[int]:
    """Give up all builds that are not live, drop them, and return their numbers. Raises RebuildRuns."""
    async with hold_rebuild(dsn, projection):
        rows = await pool.fetch(
            "UPDATE public.builds SET state = 'retired', renewed_at = clock_timestamp()"
            " WHERE projection = $1 AND state = 'building' RETURNING build",
            projection,
        )
        await drop_retired(pool, projection, reader=reader)
    return sorted(row[0] for row in rows)


async def mark_filled(pool: Pool, projection: str, build: int) -> None:
    """Record that a build has read all events, so that it outlives its process."""
    await pool.execute(
        "INSERT INTO public.build_comparisons (projection, build) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        projection,
        build,
    )


async def find_filled(pool: Pool, projection: str, shape: str = UNSHAPED) -> FilledBuild | None:
    """Return the filled build of a shape that waits to become live."""
    row = await pool.fetchrow(
        "SELECT c.build, c.filled_at, c.compared_with, c.compared_at, c.position, c.differences"
        " FROM public.build_comparisons AS c JOIN public.builds AS b USING (projection, build)"
        " WHERE b.projection = $1 AND b.shape = $2 AND b.state = 'building' ORDER BY c.build DESC LIMIT 1",
        projection,
        shape,
    )
    if row is None:
        return None
    position = row["position"]
    return FilledBuild(
        build=row["build"],
        filled_at=row["filled_at"],
        compared_with=row["compared_with"],
        compared_at=row["compared_at"],
        position=None if position is None else Position.model_validate_json(position),
        differences=_DIFFERENCES.validate_json(row["differences"]),
    )


async def find_compared(pool: Pool, projection: str, shape: str) -> FilledBuild:
    """Return the filled build of a shape whose differences can be accepted. Raises NothingToAccept.

    A build of another shape is accepted with the version that filled it: only that version can keep it up to date.
    """
    filled = await find_filled(pool, projection, shape)
    if filled is not None and filled.waits:
        return filled
    others = await pool.fetch(
        "SELECT c.build FROM public.build_comparisons AS c JOIN public.builds AS b USING (projection, build)"
        " WHERE b.projection = $1 AND b.shape <> $2 AND b.state = 'building' ORDER BY c.build",
        projection,
        shape,
    )
    if others:
        names = ", ".join(schema_of(projection, row[0]) for row in others)
        raise NothingToAccept(
            f"another version filled {names}: accept it with that version, or drop it with --abandon"
        )
    raise NothingToAccept(f"no filled build of {projection} waits to be accepted")


async def save_comparison(
    pool: Pool,
    projection: str,
    build: int,
    live: int,
    position: Position | None,
    differences: Sequence[Difference],
) -> None:
    """Store the differences up to a position; without a position the comparison is complete."""
    await pool.execute(
        "UPDATE public.build_comparisons SET compared_with = $3, position = $4, differences = $5,"
        " compared_at = CASE WHEN $4::text IS NULL THEN clock_timestamp() END"
        " WHERE projection = $1 AND build = $2",
        projection,
        build,
        live,
        None if position is None else position.model_dump_json(),
        _DIFFERENCES.dump_json(list(differences)).decode(),
    )


async def save_acceptance(pool: Pool, projection: str, build: int, by: str) -> None:
    """Store who accepted the differences of a build."""
    await pool.execute(
        "UPDATE public.build_comparisons SET accepted_by = $3 WHERE projection = $1 AND build = $2",
        projection,
        build,
        by,
    )
