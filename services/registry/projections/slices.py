"""Settling the whole of a build: its blocks in slices of about equal numbers of events, which several processes share."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from chassis.store.database import Connection, Pool
from services.registry.projections import evidence, settled
from services.registry.projections.evidence import BLOCKS_WITHIN, LINK_REFERRED
from services.registry.projections.workers import workers_within

DDL = "CREATE TABLE slices (nth integer PRIMARY KEY, low uuid NOT NULL, high uuid NOT NULL);"
LEFT_ALONE = "".join(
    f"ALTER TABLE {table} SET (autovacuum_enabled = off);" for table in (*evidence.TABLES, *settled.TABLES)
)
"""Autovacuum would read tables over and over while they are filled; they are its own again when they have their statistics."""
SLICE = 2_000
"""Events settled in one transaction."""
_REFERRED, _TAKEN_OUT = 5_000, 100_000
"""Records linked, and repeated rows taken out, in one transaction."""
_MOST = (1 << 128) - 1


async def begin_settling(pool: Pool, size: int = SLICE) -> int:
    """Give a build that has taken everything in its indexes, and cut it into slices; returns how many."""
    await _index(pool, evidence.INDEXES, repeated=True)
    await _count(pool, evidence.TABLES)
    await _link_referred(pool)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("TRUNCATE slices")
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


_UPTO = (
    "SELECT max(stream) FROM (SELECT stream FROM abouts WHERE stream > $1 ORDER BY stream LIMIT $2) AS next"
)
_LINK = LINK_REFERRED.format(where="abouts.stream > $1 AND abouts.stream <= $2")


@asynccontextmanager
async def _by_index(pool: Pool) -> AsyncIterator[Connection]:
    """A connection whose plans go by the indexes: nobody can tell beforehand how far links lead, and it is not far."""
    async with pool.acquire() as connection:
        await connection.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        try:
            yield connection
        finally:
            await connection.execute("RESET enable_hashjoin; RESET enable_mergejoin")


async def _link_referred(pool: Pool) -> None:
    """Link all records that others refer to, in short transactions."""
    after: str | None = ""
    async with _by_index(pool) as connection:
        while after is not None:
            upto = await connection.fetchval(_UPTO, after, _REFERRED)
            if upto is not None:
                await connection.execute(_LINK, after, upto)
            after = upto


async def settle_slices(pool: Pool) -> AsyncGenerator[None]:
    """Settle slices that nobody has taken until none is left, one after another."""
    async with _by_index(pool) as connection:
        while (row := await connection.fetchrow(_NEXT)) is not None:
            low, high = row["low"], row["high"]
            found = workers_within(await connection.fetch(BLOCKS_WITHIN, low, None, high), low, high)
            async with connection.transaction():
                await settled.write(connection, found)
            yield


_NEXT = (
    "DELETE FROM slices WHERE nth = (SELECT nth FROM slices ORDER BY nth LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING low, high"
)
"""Bounds belong to their slice. A block is settled with the slice of its smallest node, so that no two processes settle it."""


async def end_settling(pool: Pool) -> None:
    """Give a build that is settled its last indexes."""
    await _index(pool, settled.INDEXES)
    await _count(pool, settled.TABLES)


async def _count(pool: Pool, tables: Sequence[str]) -> None:
    """Give tables their statistics, without which plans are made for empty ones, and leave them to autovacuum."""

    async def count(table: str) -> None:
        await pool.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
        await pool.execute(f"ANALYZE {table}")

    await asyncio.gather(*map(count, tables))


async def _index(pool: Pool, statements: str, *, repeated: bool = False) -> None:
    """Make the indexes that a build is filled without: concurrently, table beside table.

    One built in a transaction would hold up the gate of the whole cluster. Where the topics may have ``repeated`` something,
    rows that a unique index refuses are taken out; they are alike.
    """
    of_table: dict[str, list[re.Match[str]]] = {}
    for made in _INDEX.finditer(statements):
        of_table.setdefault(made["table"], []).append(made)
    await asyncio.gather(*(_index_table(pool, table, made, repeated) for table, made in of_table.items()))


_INDEX = re.compile(
    r"(?P<create>CREATE (?:UNIQUE )?INDEX) (?P<as>IF NOT EXISTS (?P<name>\w+) ON (?P<table>\w+) (?P<key>[^;]+));"
)
_AS_LONG_AS_IT_TAKES = 86_400.0


async def _index_table(pool: Pool, table: str, indexes: Sequence[re.Match[str]], repeated: bool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET transaction_timeout = 0; SET maintenance_work_mem = '128MB'")
        try:
            for made in indexes:
                statement = f"{made['create']} CONCURRENTLY {made['as']}"
                try:
                    await connection.execute(statement, timeout=_AS_LONG_AS_IT_TAKES)
                except asyncpg.UniqueViolationError:
                    if not repeated:
                        raise
                    await connection.execute(f"DROP INDEX {made['name']}")
                    await _take_out_repeated(connection, table, made["key"].strip("()"))
                    await connection.execute(statement, timeout=_AS_LONG_AS_IT_TAKES)
        finally:
            await connection.execute("RESET transaction_timeout; RESET maintenance_work_mem")


async def _take_out_repeated(connection: Connection, table: str, key: str) -> None:
    """Leave one row of each key, in short transactions: who writes for long holds up the gate."""
    again = (
        f"SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY {key}) AS nth FROM {table}) AS r"
        f" WHERE nth > 1 LIMIT {_TAKEN_OUT}"
    )
    while places := await connection.fetch(again, timeout=_AS_LONG_AS_IT_TAKES):
        await connection.execute(
            f"DELETE FROM {table} WHERE ctid = ANY($1::tid[])", [row["ctid"] for row in places]
        )
