"""Creates indexes and collects statistics of large tables without holding up the gate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from chassis.store.database import Connection, Pool


async def analyze(pool: Pool, tables: Sequence[str]) -> None:
    """Collect the statistics of tables and turn autovacuum on; without statistics, plans are made for empty tables."""

    async def analyze_table(table: str) -> None:
        await pool.execute(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
        async with unlimited(pool) as connection:  # it writes only at its end
            await connection.execute(f"ANALYZE {table}", timeout=ONE_DAY)

    await asyncio.gather(*map(analyze_table, tables))


async def create_indexes(pool: Pool, statements: str, *, duplicates: bool = False) -> None:
    """Create indexes with CREATE INDEX CONCURRENTLY, for several tables at a time.

    A transaction that builds an index would hold up the gate of its database. If a table may have ``duplicates``
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
ONE_DAY = 86_400.0
_DELETED_AT_ONCE = 20_000
"""Duplicate rows deleted in one transaction."""
_FOR_LONG_WORK = "SET transaction_timeout = 0; SET maintenance_work_mem = '128MB'; SET work_mem = '128MB'; SET client_connection_check_interval = '2s'"
"""The last setting ends the statement of a killed process, which would otherwise run to its end."""
_AFTER_LONG_WORK = "RESET transaction_timeout; RESET maintenance_work_mem; RESET work_mem; RESET client_connection_check_interval"


async def _index_table(pool: Pool, table: str, indexes: Sequence[re.Match[str]], duplicates: bool) -> None:
    async with unlimited(pool) as connection:
        for index in indexes:
            statement = f"{index['create']} CONCURRENTLY {index['as']}"
            if await connection.fetchval(_INVALID, index["name"]):  # its creation was interrupted
                await connection.execute(f"DROP INDEX {index['name']}")
            try:
                await connection.execute(statement, timeout=ONE_DAY)
            except asyncpg.UniqueViolationError:
                if not duplicates:
                    raise
                await connection.execute(f"DROP INDEX {index['name']}")
                await _delete_duplicates(connection, table, index["key"].strip("()"))
                await connection.execute(statement, timeout=ONE_DAY)


_INVALID = "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid)"


@asynccontextmanager
async def unlimited(pool: Pool) -> AsyncIterator[Connection]:
    """A connection with more memory and without a time limit, for statements that hold no transaction id while they work.

    Their ``timeout`` is :data:`ONE_DAY`.
    """
    async with pool.acquire() as connection:
        await connection.execute(_FOR_LONG_WORK)
        try:
            yield connection
        finally:
            await connection.execute(_AFTER_LONG_WORK)


async def _delete_duplicates(connection: Connection, table: str, key: str) -> None:
    """Keep one row of each key. Rows are deleted in short transactions, because a long one would hold up the gate."""
    duplicates = (
        f"SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY {key}) AS nth FROM {table}) AS r"
        f" WHERE nth > 1 LIMIT {_DELETED_AT_ONCE}"
    )
    while rows := await connection.fetch(duplicates, timeout=ONE_DAY):
        await connection.execute(
            f"DELETE FROM {table} WHERE ctid = ANY($1::tid[])", [row["ctid"] for row in rows]
        )
