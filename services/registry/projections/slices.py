"""Settling a whole build: its blocks in slices with about equal numbers of events, shared by several processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from chassis.store.database import Connection, Pool
from services.registry.projections import evidence, settled
from services.registry.projections.blocks import BLOCKS_WITHIN, LINK_REFERRED
from services.registry.projections.workers import workers_within

DDL = "CREATE TABLE slices (nth integer PRIMARY KEY, low uuid NOT NULL, high uuid NOT NULL);"
NO_AUTOVACUUM = "".join(
    f"ALTER TABLE {table} SET (autovacuum_enabled = off);" for table in (*evidence.TABLES, *settled.TABLES)
)
"""Autovacuum would read the tables repeatedly while they are filled. It is turned on again after ANALYZE."""
SLICE = 2_000
"""Events settled in one transaction."""
_LINKED_AT_ONCE, _DELETED_AT_ONCE = 5_000, 100_000
"""Records linked, and duplicate rows deleted, in one transaction."""
_MAX_UUID = (1 << 128) - 1


async def begin_settling(pool: Pool, size: int = SLICE) -> int:
    """Create the evidence indexes of a filled build and divide the build into slices; return their number."""
    await _create_indexes(pool, evidence.INDEXES, duplicates=True)
    await _analyze(pool, evidence.TABLES)
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


async def settle_slices(pool: Pool) -> AsyncGenerator[None]:
    """Settle slices, one after another, until none is left. Several processes may do so at once."""
    async with _index_scans(pool) as connection:
        while (row := await connection.fetchrow(_NEXT)) is not None:
            low, high = row["low"], row["high"]
            workers = workers_within(await connection.fetch(BLOCKS_WITHIN, low, None, high), low, high)
            async with connection.transaction():
                await settled.write(connection, workers)
            yield


_NEXT = (
    "DELETE FROM slices WHERE nth = (SELECT nth FROM slices ORDER BY nth LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING low, high"
)
"""Bounds are inclusive. A block belongs to the slice of its smallest node, so that only one process settles it."""


async def end_settling(pool: Pool) -> None:
    """Create the indexes of the settled tables."""
    await _create_indexes(pool, settled.INDEXES)
    await _analyze(pool, settled.TABLES)


async def _analyze(pool: Pool, tables: Sequence[str]) -> None:
    """Collect the statistics of tables and turn autovacuum on; without statistics, plans are made for empty tables."""

    async def analyze(table: str) -> None:
        await pool.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
        await pool.execute(f"ANALYZE {table}")

    await asyncio.gather(*map(analyze, tables))


async def _create_indexes(pool: Pool, statements: str, *, duplicates: bool = False) -> None:
    """Create indexes with CREATE INDEX CONCURRENTLY, for several tables at a time.

    A transaction that builds an index would hold up the gate of the whole cluster. If a table may have ``duplicates``
    (records that the topics repeat), the rows that a unique index refuses are deleted.
    """
    of_table: dict[str, list[re.Match[str]]] = {}
    for index in _INDEX.finditer(statements):
        of_table.setdefault(index["table"], []).append(index)
    await asyncio.gather(
        *(_index_table(pool, table, indexes, duplicates) for table, indexes in of_table.items())
    )


_INDEX = re.compile(
    r"(?P<create>CREATE (?:UNIQUE )?INDEX) (?P<as>IF NOT EXISTS (?P<name>\w+) ON (?P<table>\w+) (?P<key>[^;]+));"
)
_ONE_DAY = 86_400.0


async def _index_table(pool: Pool, table: str, indexes: Sequence[re.Match[str]], duplicates: bool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET transaction_timeout = 0; SET maintenance_work_mem = '128MB'")
        try:
            for index in indexes:
                statement = f"{index['create']} CONCURRENTLY {index['as']}"
                try:
                    await connection.execute(statement, timeout=_ONE_DAY)
                except asyncpg.UniqueViolationError:
                    if not duplicates:
                        raise
                    await connection.execute(f"DROP INDEX {index['name']}")
                    await _delete_duplicates(connection, table, index["key"].strip("()"))
                    await connection.execute(statement, timeout=_ONE_DAY)
        finally:
            await connection.execute("RESET transaction_timeout; RESET maintenance_work_mem")


async def _delete_duplicates(connection: Connection, table: str, key: str) -> None:
    """Keep one row of each key. Rows are deleted in short transactions, because a long one would hold up the gate."""
    duplicates = (
        f"SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY {key}) AS nth FROM {table}) AS r"
        f" WHERE nth > 1 LIMIT {_DELETED_AT_ONCE}"
    )
    while rows := await connection.fetch(duplicates, timeout=_ONE_DAY):
        await connection.execute(
            f"DELETE FROM {table} WHERE ctid = ANY($1::tid[])", [row["ctid"] for row in rows]
        )
