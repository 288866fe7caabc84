"""Settling: folds the blocks whose evidence changed and replaces the rows of their workers.

A batch is bounded by its events and not only by its nodes. What cannot be settled, alone as well, is set aside: its
worker keeps the rows of before, the others go on, and it is tried again later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.base.logs import get_log
from chassis.projections.reader import RECORD_ERRORS
from chassis.store.database import Connection, Pool
from services.registry.projections import settled
from services.registry.projections.blocks import (
    CLOSURE,
    FACTS_OF,
    LINK_REFERRED,
    TooManyEvents,
    blocks_of,
    nodes_reached,
)
from services.registry.projections.epochs import hold_epoch
from services.registry.projections.figures import add_figures
from services.registry.projections.marks import BATCH, MarkQueue
from services.registry.projections.published_numbers import publish, retract_nodes
from services.registry.projections.workers import Worker, workers_in_steps

FOLDING_LIMIT = "60s"
"""Time limit of the transaction that reads and folds. It writes nothing, so it does not hold up the gate."""
_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=1), timedelta(hours=1)


log = get_log()


@dataclass(slots=True)
class FoldedBlocks:
    """The workers of some blocks, not written yet, and the numbers whose rows they replace."""

    former_numbers: list[str]
    workers: list[Worker]


async def fold_blocks(connection: Connection, nodes: Sequence[UUID]) -> FoldedBlocks:
    """Return all workers to whom nodes belong, folded from the evidence.

    Call it in a read-only transaction with one snapshot: folding takes time, and a transaction that has written would
    hold up the gate of its database.
    """
    members = nodes
    while True:
        blocks = await blocks_of(connection, members)
        members = [node for block in blocks for node in block]
        workers = await workers_in_steps(await connection.fetch(FACTS_OF, members, None), blocks)
        written = {*members, *(node for worker in workers for node in worker.nodes)}
        numbers = [worker.number for worker in workers]
        rows = await connection.fetch(_FORMER_NUMBERS, list(written), numbers)
        others = {node for row in rows for node in row["others"]}
        if not others:
            return FoldedBlocks([row["number"] for row in rows], workers)
        # A block was split, or a number moved to another block: the block that had the number is settled too.
        members = [*members, *others]


_FORMER_NUMBERS = """
WITH former AS MATERIALIZED (
    SELECT number FROM members WHERE node = ANY($1::uuid[])
    UNION SELECT number FROM questions WHERE node = ANY($1::uuid[])
    UNION SELECT unnest($2::text[])
)
SELECT number, array_remove(array_agg(CASE WHEN node <> ALL($1::uuid[]) THEN node END), NULL) AS others
FROM (
    SELECT m.number, m.node FROM former JOIN members m USING (number)
    UNION ALL
    SELECT q.number, q.node FROM former JOIN questions q USING (number)
) AS held GROUP BY number
"""
"""The numbers that nodes had or get, each with its other nodes, also those with which its worker was not joined to another."""
_FORMER_NODES = "SELECT node FROM members WHERE number = ANY($1::text[])"


async def replace(connection: Connection, folded: FoldedBlocks, *, publishing: bool) -> None:
    """Replace the rows of folded workers in a short transaction, and count their journeys; ``publishing`` also publishes
    their numbers.

    A build has only one settler at a time, so that no other process writes these rows.
    """
    if folded.former_numbers:
        await add_figures(connection, folded.former_numbers, -1)
        if publishing:
            former = await connection.fetch(_FORMER_NODES, folded.former_numbers)
            present = {node for worker in folded.workers for node in worker.nodes}
            if gone := [row["node"] for row in former if row["node"] not in present]:
                await retract_nodes(connection, gone)
        for table in settled.TABLES:
            await connection.execute(
                f"DELETE FROM {table} WHERE number = ANY($1::text[])", folded.former_numbers
            )
    await settled.write(connection, folded.workers)
    await add_figures(connection, [worker.number for worker in folded.workers], 1)
    if publishing:
        await publish(connection, folded.workers)


_SET_ASIDE = """
WITH needless AS (DELETE FROM dirty WHERE nth IN (SELECT nth FROM dirty WHERE node = $1 LIMIT 10000))
INSERT INTO public.set_aside (build, node, error, attempts, since, retry_at, numbers)
VALUES (current_schema(), $1, $2, 1, $3::timestamptz, $3::timestamptz + $4::interval, $6)
ON CONFLICT (build, node) DO UPDATE SET error = excluded.error, attempts = set_aside.attempts + 1,
    numbers = excluded.numbers,
    retry_at = $3::timestamptz + least($4::interval * 2 ^ least(set_aside.attempts, 20), $5::interval)
"""
_NUMBERS = "SELECT DISTINCT number FROM members WHERE node = ANY($1::uuid[]) LIMIT 100"
_DELETE_MARKS = """
WITH tried AS (DELETE FROM public.set_aside WHERE build = current_schema() AND node = ANY($2::uuid[]))
DELETE FROM dirty WHERE nth = ANY($1::bigint[])
"""


class BatchSize:
    """The number of nodes of the next batch: halved after a failure, doubled after a success."""

    def __init__(self) -> None:
        self.nodes = BATCH

    def halve(self) -> None:
        """Try fewer nodes next."""
        self.nodes = max(1, self.nodes // 2)

    def double(self) -> None:
        """Try more nodes next."""
        self.nodes = min(BATCH, 2 * self.nodes)


class Settling:
    """Settles the waiting nodes of a build in batches that are halved after a failure.

    ``epoch`` is the number from :func:`~services.registry.projections.epochs.begin_epoch`; None for a build that is not live, which nobody else settles.
    """

    def __init__(
        self, pool: Pool, epoch: int | None, size: BatchSize | None = None, *, publishing: bool = True
    ) -> None:
        self._pool, self._epoch, self._publishing = pool, epoch, publishing
        self._marks = MarkQueue(pool)
        self._size = size or BatchSize()

    async def step(self) -> int:
        """Settle a batch, or set aside the one node of a batch that failed. Return the number of marks; 0 if none waits.

        Raises Deposed, and errors that no record can cause, such as that of a database that is away.
        """
        nodes = await self._marks.next(self._size.nodes)
        if not nodes:
            return 0
        try:
            marks = await settle(self._pool, nodes, publishing=self._publishing, epoch=self._epoch)
        except Exception as error:
            self._size.halve()  # also if the connection is lost: PostgreSQL ends that of a transaction that takes too long
            if not isinstance(error, (TooManyEvents, *RECORD_ERRORS)):
                raise
            if len(nodes) == 1:
                await self._set_aside(nodes[0], type(error).__name__)
            return 1
        self._size.double()
        return marks

    async def _set_aside(self, node: UUID, error: str) -> None:
        reached = [row["node"] for row in await self._pool.fetch(CLOSURE, [node], None)]
        numbers = [row["number"] for row in await self._pool.fetch(_NUMBERS, reached)]
        now = datetime.now(UTC)
        await self._pool.execute(_SET_ASIDE, node, error, now, _FIRST_RETRY, _LAST_RETRY, numbers)
        log.error("node_set_aside", node=str(node), error=error)


async def settle(
    pool: Pool, waiting: Sequence[UUID], *, publishing: bool = True, epoch: int | None = None
) -> int:
    """Settle marked nodes with their blocks; return the number of marks. Only one settler may run at a time.

    Raises TooManyEvents, Deposed, or what a fold raises; then nothing is written.

    The blocks are read and folded first and written in a short transaction afterwards, which deletes the marks that the
    blocks had at the beginning. Nodes that are marked later are settled by the next call. So is a node that joined a
    block through a link inserted here: the records that refer to it were not searched yet.
    """
    nodes = await nodes_reached(pool, waiting)
    marks = await pool.fetch("SELECT nth FROM dirty WHERE node = ANY($1::uuid[])", nodes)
    for column in ("f.node", "abouts.node"):
        await pool.execute(LINK_REFERRED.format(where=f"{column} = ANY($1::uuid[])"), nodes)
    async with pool.acquire() as connection:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(f"SET LOCAL transaction_timeout = '{FOLDING_LIMIT}'")
            folded = await fold_blocks(connection, nodes)
        async with connection.transaction():
            publishes = await hold_epoch(connection, epoch)
            await connection.execute(_DELETE_MARKS, [row["nth"] for row in marks], nodes)
            await replace(connection, folded, publishing=publishing and publishes)
    return max(1, len(marks))
