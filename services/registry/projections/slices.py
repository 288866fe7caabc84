"""Settling the whole of a build: its blocks in slices of about equal numbers of events, which several processes share."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from chassis.database import Pool
from services.registry.projections.evidence import BLOCKS_WITHIN, LINK_REFERRED
from services.registry.projections.settled import write
from services.registry.projections.workers import workers_of_blocks

DDL = "CREATE TABLE slices (nth integer PRIMARY KEY, low uuid NOT NULL, high uuid NOT NULL);"
SLICE = 2_000
"""Events settled in one transaction."""
_MOST = (1 << 128) - 1


async def slice_up(pool: Pool, size: int = SLICE) -> int:
    """Cut what was taken in into slices; returns how many. Bounds belong to their slice."""
    for table in ("facts", "links", "rulings", "abouts"):
        await pool.execute(f"ANALYZE {table}")  # a plan made for empty tables would take minutes
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("TRUNCATE slices")
        await connection.execute(LINK_REFERRED.format(where="true"))
        wanted = (
            await connection.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'facts'::regclass") / size
        )
        rows = await connection.fetch(
            "SELECT node FROM facts TABLESAMPLE SYSTEM ($1) ORDER BY node", 10.0 if wanted > 50 else 100.0
        )
        every = max(1, round(len(rows) / max(1.0, wanted)))
        bounds = sorted({row["node"].int for row in rows[every::every]} - {0})
        await connection.copy_records_to_table(
            "slices",
            records=[
                (nth, UUID(int=low), UUID(int=high - 1))
                for nth, (low, high) in enumerate(zip([0, *bounds], [*bounds, _MOST + 1], strict=True))
            ],
        )
        return len(bounds) + 1


async def settle_slice(pool: Pool) -> bool:
    """Settle the next slice that nobody has taken; False where none is left."""
    async with pool.acquire() as connection:
        row = await connection.fetchrow(
            "DELETE FROM slices WHERE nth = (SELECT nth FROM slices ORDER BY nth LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING low, high"
        )
        if row is None:
            return False
        async with connection.transaction(readonly=True):
            # A plan for few rows goes by the indexes: nobody can tell beforehand how far links lead.
            await connection.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
            rows = await connection.fetch(BLOCKS_WITHIN, row["low"], None, row["high"])
        found = workers_of_blocks(rows)
        async with connection.transaction():
            await write(connection, found)
        return True


async def index(pool: Pool, statements: str) -> None:
    """Make the indexes that a build is filled without: concurrently, table beside table.

    One built in a transaction would hold up the gate of the whole cluster. Where the road repeated something, rows that
    a unique index refuses are taken out first; they are alike.
    """
    of_table: dict[str, list[re.Match[str]]] = {}
    for made in _INDEX.finditer(statements):
        of_table.setdefault(made["table"], []).append(made)
    await asyncio.gather(*(_index(pool, table, made) for table, made in of_table.items()))


_INDEX = re.compile(
    r"(?P<create>CREATE (?:UNIQUE )?INDEX) (?P<as>IF NOT EXISTS (?P<name>\w+) ON (?P<table>\w+) (?P<key>[^;]+));"
)
_AS_LONG_AS_IT_TAKES = 86_400.0


async def _index(pool: Pool, table: str, indexes: Sequence[re.Match[str]]) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET transaction_timeout = 0; SET maintenance_work_mem = '128MB'")
        try:
            for made in indexes:
                statement = f"{made['create']} CONCURRENTLY {made['as']}"
                try:
                    await connection.execute(statement, timeout=_AS_LONG_AS_IT_TAKES)
                except asyncpg.UniqueViolationError:
                    await connection.execute(f"DROP INDEX {made['name']}")
                    await connection.execute(
                        f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM (SELECT ctid, row_number()"
                        f" OVER (PARTITION BY {made['key'].strip('()')}) AS nth FROM {table}) AS r WHERE nth > 1)",
                        timeout=_AS_LONG_AS_IT_TAKES,
                    )
                    await connection.execute(statement, timeout=_AS_LONG_AS_IT_TAKES)
        finally:
            await connection.execute("RESET transaction_timeout; RESET maintenance_work_mem")
