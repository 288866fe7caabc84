"""The facts of a build that is filled: received in the order of the topics, then stored in the order of their nodes.

In the order of the topics, the events of a worker lie on as many pages as there are events, and settling a history that
is larger than the memory would read a page from the disk for each event. A build that is filled therefore writes its
facts into partitions by node. When it is full, each partition is sorted into ``facts`` and dropped.
"""

from __future__ import annotations

import asyncio
from itertools import pairwise
from math import ceil
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.registry.projections.indexing import ONE_DAY, unlimited

PARTITIONS = 32
"""PostgreSQL copies rows into so many partitions at a time without writing each row by itself."""
TABLE = "unsorted_facts"
_SORTED_AT_ONCE = 40_000
"""Facts sorted in one transaction, about: half a second, in which the gate waits for it."""
_SAMPLED = 20_000
"""Facts read to divide a partition, about."""
_TASKS = 2
_LAST_NODE = UUID(int=(1 << 128) - 1)


def _partition_bounds() -> list[UUID]:
    """Return the nodes between the partitions: half of the partitions for the nodes of streams, the others for handles.

    The node of a stream begins with the milliseconds since 1970 in 48 bits; those of 2004 to 2039 begin with 01. Handles
    are evenly distributed.
    """
    half = PARTITIONS // 2
    streams = [(1 << 120) + (nth << 120) // half for nth in range(1, half)]
    handles = [(2 << 120) + nth * (254 << 120) // half for nth in range(half)]
    return [UUID(int=each) for each in streams + handles]


def _partition_ddl(nth: int, low: UUID | None, high: UUID | None) -> str:
    begin, end = "MINVALUE" if low is None else f"'{low}'", "MAXVALUE" if high is None else f"'{high}'"
    return (
        f"CREATE TABLE {TABLE}_{nth} PARTITION OF {TABLE} FOR VALUES FROM ({begin}) TO ({end})"
        " WITH (autovacuum_enabled = off);"
    )


_BOUNDS = [None, *_partition_bounds(), None]
DDL = f"CREATE TABLE {TABLE} (LIKE facts) PARTITION BY RANGE (node);" + "".join(
    _partition_ddl(nth, *bounds) for nth, bounds in enumerate(pairwise(_BOUNDS))
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

    Return about every ``every``-th node, sorted. ``facts`` should have its indexes already: creating them later would read
    it twice for each, and hold a transaction id while the index is written.
    """
    partitions = iter(range(PARTITIONS))
    found: set[UUID] = set()

    async def sort() -> None:
        async with unlimited(
            pool
        ) as connection:  # a transaction has no id before it inserts the first sorted row
            for nth in partitions:
                found.update(await _sort_partition(connection, f"{TABLE}_{nth}", every, at_once))

    await asyncio.gather(*(sort() for _ in range(_TASKS)))
    await pool.execute(f"DROP TABLE {TABLE}")
    return sorted(found)


async def _sort_partition(connection: Connection, table: str, every: int, at_once: int) -> list[UUID]:
    found: list[UUID] = []
    low: UUID | None = None
    for high in await _divide(connection, table, at_once):
        rows = await connection.fetch(_SORT.format(table=table), low, high, every, timeout=ONE_DAY)
        found += [row["node"] for row in rows]
        low = high
    await connection.execute(f"DROP TABLE {table}")
    return found


async def _divide(connection: Connection, table: str, at_once: int) -> list[UUID]:
    """Return the last nodes of parts of a partition with about ``at_once`` facts each, from a sample.

    Streams are not evenly distributed over time.
    """
    events = await connection.fetchval(f"SELECT count(*) FROM {table}", timeout=ONE_DAY)
    parts = ceil(events / at_once)
    if parts < 2:
        return [_LAST_NODE] if parts else []
    shares = [part / parts for part in range(1, parts)]
    percent = min(100.0, 100.0 * max(_SAMPLED, 100 * parts) / events)
    bounds = await connection.fetchval(_QUANTILES.format(table=table), shares, percent, timeout=ONE_DAY)
    return [*sorted({*bounds, _LAST_NODE})] if bounds else [_LAST_NODE]
