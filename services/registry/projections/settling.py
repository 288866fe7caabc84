"""Settling: folds the blocks whose evidence changed and replaces the rows of their workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.registry.projections import settled
from services.registry.projections.blocks import CLOSURE, FACTS_OF, LINK_REFERRED, blocks_of
from services.registry.projections.published_numbers import publish
from services.registry.projections.workers import Worker, workers_in_steps

BATCH = 200
"""Nodes settled in one transaction: it takes well below a second, even if some are commuters with thousands of events."""


@dataclass(slots=True)
class FoldedBlocks:
    """The workers of some blocks, not written yet, and the numbers whose rows they replace."""

    former_numbers: list[str]
    workers: list[Worker]


async def fold_blocks(connection: Connection, nodes: Sequence[UUID]) -> FoldedBlocks:
    """Return all workers to whom nodes belong, folded from the evidence.

    Call it in a read-only transaction with one snapshot: folding takes time, and a transaction that has written would
    hold up the gate of the whole cluster.
    """
    members = nodes
    while True:
        blocks = await blocks_of(connection, members)
        members = [node for block in blocks for node in block]
        workers = await workers_in_steps(await connection.fetch(FACTS_OF, members, None), blocks)
        rows = await connection.fetch(_FORMER_NUMBERS, members, [worker.number for worker in workers])
        others = {node for row in rows for node in row["others"]}
        if not others:
            return FoldedBlocks([row["number"] for row in rows], workers)
        # A block was split, or a number moved to another block: the block that had the number is settled too.
        members = [*members, *others]


_FORMER_NUMBERS = (
    "SELECT number, array_remove(array_agg(CASE WHEN node <> ALL($1::uuid[]) THEN node END), NULL) AS others"
    " FROM members WHERE number IN (SELECT number FROM members WHERE node = ANY($1::uuid[]) UNION SELECT unnest($2::text[]))"
    " GROUP BY number"
)
"""The numbers that nodes had or get, each with its other nodes."""


async def replace(connection: Connection, folded: FoldedBlocks, *, publishing: bool) -> None:
    """Replace the rows of folded workers in a short transaction; ``publishing`` also publishes their numbers.

    A build has only one settler at a time, so that no other process writes these rows.
    """
    if folded.former_numbers:
        for table in settled.TABLES:
            await connection.execute(
                f"DELETE FROM {table} WHERE number = ANY($1::text[])", folded.former_numbers
            )
    await settled.write(connection, folded.workers)
    if publishing:
        await publish(connection, folded.workers)


async def settle_waiting(pool: Pool, *, publishing: bool = True, batch: int = BATCH) -> int:
    """Settle the next marked nodes with their blocks; return the number of marks. Only one settler may run at a time.

    The blocks are read and folded first and written in a short transaction afterwards, which deletes the marks that the
    blocks had at the beginning. Nodes that are marked later are settled by the next call. So is a node that joined a
    block through a link inserted here: the records that refer to it were not searched yet.
    """
    rows = await pool.fetch(
        "SELECT DISTINCT node FROM (SELECT node FROM dirty ORDER BY nth LIMIT $1) AS d", batch
    )
    if not rows:
        return 0
    nodes = [row["node"] for row in await pool.fetch(CLOSURE, [row["node"] for row in rows], None)]
    marks = await pool.fetch("SELECT nth FROM dirty WHERE node = ANY($1::uuid[])", nodes)
    for column in ("f.node", "abouts.node"):
        await pool.execute(LINK_REFERRED.format(where=f"{column} = ANY($1::uuid[])"), nodes)
    async with pool.acquire() as connection:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            folded = await fold_blocks(connection, nodes)
        async with connection.transaction():
            await connection.execute(
                "DELETE FROM dirty WHERE nth = ANY($1::bigint[])", [row["nth"] for row in marks]
            )
            await replace(connection, folded, publishing=publishing)
    return len(marks)
