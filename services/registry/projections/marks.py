"""The queue of marks: the nodes that wait to be settled, those marked first before the others.

The index keeps the entries of deleted marks while an older snapshot can see them, for hours if the database is dumped. Scans
therefore begin behind the marks that are settled: up to which one, is stored, so that also probes and other processes use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from chassis.store.database import Pool

BATCH = 200
"""Nodes settled in one transaction, at most."""
WAITING = "nth > coalesce((SELECT settled_to FROM public.settlers WHERE build = current_schema()), 0)"
"""The condition for marks that can still wait."""
_MOVE_EVERY = 1_000
"""Marks after which the stored position is moved: moving it leaves a dead row behind, too."""
_NEXT = f"""
SELECT nth, node, EXISTS (
    SELECT FROM public.set_aside AS a WHERE a.build = current_schema() AND a.node = dirty.node
) AS aside FROM dirty WHERE {WAITING} ORDER BY nth LIMIT $1
"""
_DELETE_ASIDE = """
DELETE FROM dirty WHERE nth = ANY($1::bigint[]) AND EXISTS (
    SELECT FROM public.set_aside AS a WHERE a.build = current_schema() AND a.node = dirty.node
)
"""
_DUE = "SELECT node FROM public.set_aside WHERE build = current_schema() AND retry_at <= $1 ORDER BY retry_at LIMIT 1"
_NOW = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_MOVE = """
UPDATE public.settlers
SET settled_to = greatest(settled_to, least($1, (SELECT min(nth) - 1 FROM dirty WHERE nth > settlers.settled_to)))
WHERE build = current_schema() AND pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $2
"""


class MarkQueue:
    """The marks of a build, for the settler that settles it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._moved_to = 0
        self._seen: tuple[int, int] | None = None
        """A mark, and a transaction id: marks up to that one come only from transactions before that id."""

    async def next(self, most: int = BATCH) -> list[UUID]:
        """Return the nodes that have waited longest; if none waits, a node that was set aside and is to be tried again.

        A node that is set aside needs no mark, so its marks are deleted: they would be read again each time.
        """
        while rows := await self._pool.fetch(_NEXT, max(most, BATCH)):
            await self._move(rows)
            if nodes := list(dict.fromkeys(row["node"] for row in rows if not row["aside"])):
                return nodes[:most]
            await self._pool.execute(_DELETE_ASIDE, [row["nth"] for row in rows])
        due = await self._pool.fetchval(_DUE, datetime.now(UTC))
        return [] if due is None else [due]

    async def _move(self, rows: Sequence[asyncpg.Record]) -> None:
        """Move the stored position behind marks that are settled.

        A mark gets its number before its transaction is committed. The transaction has its id by then, because it has
        written facts. Once all transactions before a later id have ended, no more marks come up to a mark seen before.
        """
        if self._seen is None:
            if (last := rows[-1]["nth"]) >= self._moved_to + _MOVE_EVERY:
                self._seen = last, await self._pool.fetchval(_NOW)
        elif await self._pool.execute(_MOVE, *self._seen) == "UPDATE 1":
            self._moved_to, self._seen = self._seen[0], None
