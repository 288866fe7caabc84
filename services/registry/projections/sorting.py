"""The facts of a build that is filled: received in the order of the topics, then stored in the order of their nodes.

In the order of the topics, the events of a worker lie on as many pages as there are events, and settling a history that
is larger than the memory would read a page from the disk for each event. A build that is filled therefore writes its
facts into partitions by node. When it is full, each partition is sorted into ``facts`` and dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from math import ceil
from uuid import UUID

from chassis.store.database import Connection, Pool

PARTITIONS = 32
"""PostgreSQL copies rows into so many partitions at a time without writing each row by itself."""
TABLE = "unsorted_facts"
_SORTED_AT_ONCE = 100_000
"""Facts sorted in one transaction, about: below half a second, in 128 MB."""
_TASKS = 2
_NODES = 1 << 128


def _first_node(part: int, parts: int) -> UUID:
    return UUID(int=part * _NODES // parts)


def _last_node(part: int, parts: int) -> UUID:
    return UUID(int=(part + 1) * _NODES // parts - 1)


def _partition_ddl(nth: int) -> str:
    low = "MINVALUE" if nth == 0 else f"'{_first_node(nth, PARTITIONS)}'"
    high = "MAXVALUE" if nth + 1 == PARTITIONS else f"'{_first_node(nth + 1, PARTITIONS)}'"
    return (
        f"CREATE TABLE {TABLE}_{nth} PARTITION OF {TABLE} FOR VALUES FROM ({low}) TO ({high})"
        " WITH (autovacuum_enabled = off);"
    )


DDL = f"CREATE TABLE {TABLE} (LIKE facts) PARTITION BY RANGE (node);" + "".join(
    map(_partition_ddl, range(PARTITIONS))
)
_SORT = (
    "INSERT INTO facts SELECT DISTINCT ON (node, occurred_at, event_id) * FROM {table}"
    " WHERE node BETWEEN $1 AND $2 ORDER BY node, occurred_at, event_id"
)


async def sort_facts(pool: Pool, at_once: int = _SORTED_AT_ONCE) -> None:
    """Move the facts of a filled build into ``facts``, sorted, each once, in short transactions.

    ``facts`` should have its key already: rows in the order of an index cost it little.
    """
    partitions = iter(range(PARTITIONS))
    await asyncio.gather(*(_sort_partitions(pool, partitions, at_once) for _ in range(_TASKS)))
    await pool.execute(f"DROP TABLE {TABLE}")


async def _sort_partitions(pool: Pool, partitions: Iterator[int], at_once: int) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET work_mem = '128MB'")
        try:
            for nth in partitions:
                await _sort_partition(connection, nth, at_once)
        finally:
            await connection.execute("RESET work_mem")


async def _sort_partition(connection: Connection, nth: int, at_once: int) -> None:
    table = f"{TABLE}_{nth}"
    parts = ceil(await connection.fetchval(f"SELECT count(*) FROM {table}") / at_once)
    for part in range(nth * parts, (nth + 1) * parts):
        all_parts = PARTITIONS * parts
        await connection.execute(
            _SORT.format(table=table), _first_node(part, all_parts), _last_node(part, all_parts)
        )
    await connection.execute(f"DROP TABLE {table}")
