"""The facts of a build that is filled: received in the order of the topics, then stored in the order of their nodes.

In the order of the topics, the events of a worker lie on as many pages as there are events, and settling a history that
is larger than the memory would read a page from the disk for each event. A build that is filled therefore writes its
facts into partitions by node. When it is full, each partition is sorted into ``facts`` and dropped.
"""

from __future__ import annotations

import asyncio
from math import ceil
from uuid import UUID

from chassis.store.database import Connection, Pool

PARTITIONS = 32
"""PostgreSQL copies rows into so many partitions at a time without writing each row by itself."""
TABLE = "unsorted_facts"
_SORTED_AT_ONCE = 100_000
"""Facts sorted in one transaction, about: below half a second, in 128 MB."""
_SAMPLED = 20_000
"""Facts read to divide a partition, about."""
_TASKS = 2
_NODES = 1 << 128
_LAST_NODE = UUID(int=_NODES - 1)


def _partition_ddl(nth: int) -> str:
    low = "MINVALUE" if nth == 0 else f"'{UUID(int=nth * _NODES // PARTITIONS)}'"
    high = "MAXVALUE" if nth + 1 == PARTITIONS else f"'{UUID(int=(nth + 1) * _NODES // PARTITIONS)}'"
    return (
        f"CREATE TABLE {TABLE}_{nth} PARTITION OF {TABLE} FOR VALUES FROM ({low}) TO ({high})"
        " WITH (autovacuum_enabled = off);"
    )


DDL = f"CREATE TABLE {TABLE} (LIKE facts) PARTITION BY RANGE (node);" + "".join(
    map(_partition_ddl, range(PARTITIONS))
)
_QUANTILES = """
SELECT percentile_disc($1::float8[]) WITHIN GROUP (ORDER BY node) FROM {table} TABLESAMPLE SYSTEM ($2)
"""
_SORT = """
WITH sorted AS (
    INSERT INTO facts SELECT DISTINCT ON (node, occurred_at, event_id) * FROM {table}
    WHERE ($1::uuid IS NULL OR node > $1) AND node <= $2 ORDER BY node, occurred_at, event_id
    RETURNING node
)
SELECT node FROM (SELECT node, row_number() OVER () AS nth FROM sorted) AS numbered WHERE nth % $3 = 0
"""


async def sort_facts(pool: Pool, every: int, at_once: int = _SORTED_AT_ONCE) -> list[UUID]:
    """Move the facts of a filled build into ``facts``, sorted, each once, in short transactions.

    Return about every ``every``-th node, sorted. ``facts`` should have its key already: rows in the order of an index
    cost it little.
    """
    partitions = iter(range(PARTITIONS))
    found: set[UUID] = set()

    async def sort() -> None:
        async with pool.acquire() as connection:
            await connection.execute("SET work_mem = '128MB'")
            try:
                for nth in partitions:
                    found.update(await _sort_partition(connection, f"{TABLE}_{nth}", every, at_once))
            finally:
                await connection.execute("RESET work_mem")

    await asyncio.gather(*(sort() for _ in range(_TASKS)))
    await pool.execute(f"DROP TABLE {TABLE}")
    return sorted(found)


async def _sort_partition(connection: Connection, table: str, every: int, at_once: int) -> list[UUID]:
    found: list[UUID] = []
    low: UUID | None = None
    for high in await _divide(connection, table, at_once):
        rows = await connection.fetch(_SORT.format(table=table), low, high, every)
        found += [row["node"] for row in rows]
        low = high
    await connection.execute(f"DROP TABLE {table}")
    return found


async def _divide(connection: Connection, table: str, at_once: int) -> list[UUID]:
    """Return the last nodes of parts of a partition with about ``at_once`` facts each, from a sample.

    Nodes are not evenly distributed: those of streams begin with the time.
    """
    events = await connection.fetchval(f"SELECT count(*) FROM {table}")
    parts = ceil(events / at_once)
    if parts < 2:
        return [_LAST_NODE] if parts else []
    shares = [part / parts for part in range(1, parts)]
    percent = min(100.0, 100.0 * max(_SAMPLED, 100 * parts) / events)
    bounds = await connection.fetchval(_QUANTILES.format(table=table), shares, percent)
    return [*sorted({*bounds, _LAST_NODE})] if bounds else [_LAST_NODE]
