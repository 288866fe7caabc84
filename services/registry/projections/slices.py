"""Settling a whole build: its blocks in slices with about equal numbers of events, shared by several processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from chassis.store.database import Connection, Pool
from services.registry.projections import evidence, settled
from services.registry.projections.blocks import BLOCKS_WITHIN, LINK_REFERRED, MOST_EVENTS
from services.registry.projections.indexing import analyze, create_indexes
from services.registry.projections.sorting import sort_facts
from services.registry.projections.workers import workers_within

DDL = "CREATE TABLE slices (nth integer PRIMARY KEY, low uuid NOT NULL, high uuid NOT NULL);"
NO_AUTOVACUUM = "".join(
    f"ALTER TABLE {table} SET (autovacuum_enabled = off);" for table in (*evidence.TABLES, *settled.TABLES)
)
"""Autovacuum would read the tables repeatedly while they are filled. It is turned on again after ANALYZE."""
SLICE = 2_000
"""Events settled in one transaction."""
MOST_ROWS = 3 * MOST_EVENTS
"""Rows of events and links read for a slice, at most. A slice with more is left to the settler."""
_LINKED_AT_ONCE = 2_000
"""Records linked in one transaction."""
_MAX_UUID = (1 << 128) - 1


async def begin_settling(pool: Pool, size: int = SLICE) -> int:
    """Sort the facts of a filled build, create its evidence indexes and divide it into slices; return their number."""
    await pool.execute(evidence.FACTS_INDEXES)
    bounds = [node.int for node in await sort_facts(pool, size) if node.int]
    await create_indexes(pool, evidence.INDEXES, duplicates=True)
    await analyze(pool, evidence.TABLES)
    await _link_referred(pool)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("TRUNCATE slices")
        await connection.copy_records_to_table(
            "slices",
            records=[
                (nth, UUID(int=low), UUID(int=high - 1))
                for nth, (low, high) in enumerate(zip([0, *bounds], [*bounds, _MAX_UUID + 1], strict=True))
            ],
        )
        return len(bounds) + 1


_UPTO = (
    "SELECT max(stream) FROM (SELECT stream FROM abouts WHERE stream > $1 ORDER BY stream LIMIT $2) AS next"
)
_LINK = LINK_REFERRED.format(where="abouts.stream > $1 AND abouts.stream <= $2")


@asynccontextmanager
async def _index_scans(pool: Pool) -> AsyncIterator[Connection]:
    """A connection without hash and merge joins: the planner overestimates how many nodes the links reach."""
    async with pool.acquire() as connection:
        await connection.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        try:
            yield connection
        finally:
            await connection.execute("RESET enable_hashjoin; RESET enable_mergejoin")


async def _link_referred(pool: Pool) -> None:
    """Link all records that others refer to, in short transactions."""
    after: str | None = ""
    async with _index_scans(pool) as connection:
        while after is not None:
            upto = await connection.fetchval(_UPTO, after, _LINKED_AT_ONCE)
            if upto is not None:
                await connection.execute(_LINK, after, upto)
            after = upto


@dataclass(slots=True)
class _Slice:
    """A slice that is taken, with its rows."""

    low: UUID
    high: UUID
    rows: list[asyncpg.Record]


async def settle_slices(pool: Pool) -> AsyncGenerator[None]:
    """Settle slices, one after another, until none is left. Several processes may do so at once.

    The next slice is read while one is folded and written: of a history larger than the memory, much is read from the disk.
    """
    async with _index_scans(pool) as reading, pool.acquire() as writing:
        coming = asyncio.create_task(_take_slice(reading))
        try:
            while (taken := await coming) is not None:
                coming = asyncio.create_task(_take_slice(reading))
                if len(taken.rows) > MOST_ROWS:
                    await _leave_to_settler(writing, taken.low, taken.high)
                else:
                    workers = workers_within(taken.rows, taken.low, taken.high)
                    async with writing.transaction():
                        await settled.write(writing, workers)
                yield
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _take_slice(connection: Connection) -> _Slice | None:
    row = await connection.fetchrow(_NEXT)
    if row is None:
        return None
    rows = await connection.fetch(f"{BLOCKS_WITHIN} LIMIT $4", row["low"], None, row["high"], MOST_ROWS + 1)
    return _Slice(row["low"], row["high"], rows)


async def _leave_to_settler(connection: Connection, low: UUID, high: UUID) -> None:
    """Mark the nodes of a slice that is too large: the settler sets aside the blocks that cause it and settles the others."""
    now = datetime.now(UTC)
    for table, column in (("facts", "node"), ("links", "b")):
        after: UUID | None = UUID(int=max(0, low.int - 1))
        while after is not None:
            statement = _MARK_NEXT.format(table=table, column=column)
            after = await connection.fetchval(statement, after, high, now, _MARKED_AT_ONCE)


_MARKED_AT_ONCE = 2_000
_MARK_NEXT = """
WITH RECURSIVE next(node) AS (
    (SELECT {column} FROM {table} WHERE {column} > $1 AND {column} <= $2 ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT t.{column} FROM {table} AS t WHERE t.{column} > next.node AND t.{column} <= $2 ORDER BY t.{column} LIMIT 1)
    FROM next WHERE next.node IS NOT NULL
), taken AS (SELECT node FROM next WHERE node IS NOT NULL LIMIT $4),
marked AS (INSERT INTO dirty (node, marked_at) SELECT node, $3::timestamptz FROM taken RETURNING node)
SELECT node FROM marked ORDER BY node DESC LIMIT 1
"""
"""Marks the next distinct nodes by one index lookup for each, however many rows a node has; returns the last."""
_NEXT = (
    "DELETE FROM slices WHERE nth = (SELECT nth FROM slices ORDER BY nth LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING low, high"
)
"""Bounds are inclusive. A block belongs to the slice of its largest node, so that only one process settles it."""


async def add_missing_indexes(pool: Pool) -> None:
    """Create the indexes that a live build of an earlier version lacks, while it is used."""
    await create_indexes(pool, settled.INDEXES)


async def end_settling(pool: Pool) -> None:
    """Create the indexes of the settled tables."""
    await create_indexes(pool, settled.INDEXES)
    await analyze(pool, settled.TABLES)
