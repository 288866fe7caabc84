"""The projection of timelines: one reader of all topics takes evidence in, one settler keeps the workers up to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from chassis.projections.builds import LiveBuild
from chassis.projections.reader import ExtractedEvent, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool
from contracts.catalogue import Catalogue, modules
from contracts.envelope import Ruling
from services.registry.projections import evidence, settled, slices
from services.registry.projections.evidence import CLOSURE, LINK_REFERRED, Piece, Taken, piece_of
from services.registry.projections.settled import fold_blocks, publish_nodes, replace

PROJECTION = "timeline"
READER = "registry.timeline"
DDL = evidence.DDL + settled.DDL + slices.DDL
FIRST_BUILD = DDL + evidence.INDEXES + settled.INDEXES
NEXT_BUILD = DDL + slices.LEFT_ALONE
"""For a build that is filled from the beginning of the topics: it gets its indexes when it is full."""

QUIET, QUIET_AT_LAST, SETTLE_AT_LAST = 0.1, 0.8, 8.0
"""Seconds: what is heard is settled within one, but for floods."""
BATCH = 200
"""Nodes settled in one transaction: well below a second also where some are commuters with thousands of events."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timelines:
    """The live build of the timelines, from which everything is read, and the reader that fills it."""

    live: LiveBuild
    reader: TimelineReader


class TimelineReader:
    """Takes what is heard about people into the evidence. ``marking`` is off while a build is filled that has no indexes yet."""

    name = READER
    projection: str | None = PROJECTION
    entry_topics: Sequence[str] = ()
    ddl = FIRST_BUILD

    def __init__(self, catalogue: Catalogue, *, marking: bool = True) -> None:
        self.marking = marking
        self.touched = asyncio.Event()
        self.topics = sorted({module.TOPIC for module in modules() if hasattr(module, "TOPIC")})
        groups = {fact.wire for fact in catalogue if not fact.one_person}
        self.event_types = frozenset(fact.wire for fact in catalogue if fact.wire not in groups)
        self._groups = groups

    def extract(self, received: ReceivedEvent) -> Piece | None:
        """The rows of an event; none where it rules on the record of a group."""
        facts = received.event.facts
        if facts.rules and isinstance(facts, Ruling) and facts.named_type in self._groups:
            return None
        return piece_of(received.event, received.value)

    async def prepare(
        self, pool: Pool, page: Sequence[ExtractedEvent], entries: Sequence[ReceivedEntry]
    ) -> Taken:
        """Bring the rows together; nothing that is stored is read for it."""
        return evidence.taken([each.essence for each in page if each.essence is not None])

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ExtractedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Any,
    ) -> None:
        """Take the rows in, each once."""
        await (evidence.take if self.marking else evidence.pour)(connection, prepared)

    async def applied(self) -> None:
        """Wake the settler."""
        self.touched.set()


async def settle_waiting(pool: Pool, *, publishing: bool = True, batch: int = BATCH) -> int:
    """Settle the next nodes that wait, with their blocks; returns how many marks that were. One settler at a time.

    Read and folded first, written in a short transaction afterwards. All marks of the blocks that were there at the
    beginning are taken away: what is marked later waits for the next time, and so does a node that joins a block only
    by the links made here, since the records that refer to it have not been looked for.
    """
    rows = await pool.fetch(
        "SELECT DISTINCT node FROM (SELECT node FROM dirty ORDER BY nth LIMIT $1) AS d", batch
    )
    if not rows:
        return 0
    nodes = [row["node"] for row in await pool.fetch(CLOSURE, [row["node"] for row in rows], None)]
    marks = await pool.fetch("SELECT nth FROM dirty WHERE node = ANY($1::uuid[])", nodes)
    for touched in ("f.node", "abouts.node"):
        await pool.execute(LINK_REFERRED.format(where=f"{touched} = ANY($1::uuid[])"), nodes)
    async with pool.acquire() as connection:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            folded = await fold_blocks(connection, nodes)
        async with connection.transaction():
            await connection.execute(
                "DELETE FROM dirty WHERE nth = ANY($1::bigint[])", [row["nth"] for row in marks]
            )
            await replace(connection, folded, publishing=publishing)
    return len(marks)


async def keep_live_settled(
    live: LiveBuild, reader: TimelineReader, wake: Callable[[], None], report: Callable[[str | None], None]
) -> None:
    """Settle whatever waits in the live build, for as long as this runs.

    Of several processes one settles and the others stand by. ``wake`` is called when who is who may have changed; ``report`` at each step forward with None,
    and after a failure with the class of the error.
    """
    while True:
        try:
            await _settle_as_the_only_one(live, reader, wake, report)
            report(None)
        except (
            Exception
        ) as error:  # a database that is away does not end the settler: what waits stays marked
            report(type(error).__name__)
            log.warning("settling_failed", error=type(error).__name__)
        await asyncio.sleep(0.5)


async def _settle_as_the_only_one(
    live: LiveBuild, reader: TimelineReader, wake: Callable[[], None], report: Callable[[str | None], None]
) -> None:
    pool, build = live.pool, live.build
    async with pool.acquire() as held:
        if not await held.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"settle {build}"):
            return
        try:
            await publish_all(pool)
            wake()
            while live.build == build and not held.is_closed():
                report(None)
                began = time.monotonic()
                while await settle_waiting(pool):
                    report(None)
                    wake()
                await _until_quiet(reader.touched, 3 * (time.monotonic() - began))
        finally:
            if not held.is_closed():
                await held.execute("SELECT pg_advisory_unlock_all()")


async def _until_quiet(touched: asyncio.Event, at_least: float) -> None:
    """Wait until nothing has been heard for a moment, or long enough: a worker of whom much is heard is folded once.

    Settling takes at most a quarter of the time, so that it does not hold up hearing. Timelines do not wait for it,
    since they are folded on reading; new numbers and lists do.
    """
    began = time.monotonic()
    if at_least > QUIET:
        await asyncio.sleep(min(at_least, SETTLE_AT_LAST))
    while time.monotonic() - began < QUIET_AT_LAST:
        touched.clear()
        try:
            async with asyncio.timeout(QUIET):
                await touched.wait()
        except TimeoutError:
            return


async def publish_all(pool: Pool) -> None:
    """Publish what became different with a build, in small transactions; by its only settler, which may have crashed.

    Nothing is published where nothing differs, so that this is done whenever a settler begins.
    """
    after = UUID(int=0)
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "SELECT m.node, m.number FROM members m LEFT JOIN who USING (node)"
                " WHERE m.node > $1 AND m.number IS DISTINCT FROM who.number ORDER BY m.node LIMIT 2000",
                after,
            )
            if not rows:
                return
            await publish_nodes(connection, [(row["node"], row["number"]) for row in rows])
            await connection.execute(
                "INSERT INTO minted SELECT number, node FROM workers WHERE number = ANY($1::text[])"
                " ON CONFLICT (number) DO UPDATE SET node = excluded.node WHERE minted.node <> excluded.node",
                [row["number"] for row in rows],
            )
            after = rows[-1]["node"]


_COLUMNS = {
    "workers": "number, node, n_events, first_at, last_at, place, country, since, last_heard_at, sex, home_province,"
    " posts, countries, provinces, agencies",
    "members": "number, node",
    "journeys": "number, nth, country, work, phase, contract, sector, occupation, departed_at, returned_at, return_kind,"
    " trips, sex",
    "flags": "number, name, since, until, event_id",
    "people": "number, evidence_id, khmer, latin, phone, born, keys",
}


async def digest(connection: Connection | Pool, schema: str) -> dict[str, str]:
    """A digest of each settled table, the same whatever the order of rows."""
    found: dict[str, str] = {}
    for table, columns in _COLUMNS.items():
        found[table] = await connection.fetchval(
            f"SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(ROW({columns})::text), 15))::bit(60)::bigint), 0)"
            f" FROM {schema}.{table}"
        )
    return found


async def differing(connection: Connection, one: str, other: str, limit: int = 10_000) -> list[str]:
    """Workers whose settled rows differ between two schemas, by number: the first of them, where they are many."""
    found: set[str] = set()
    for table, columns in _COLUMNS.items():
        side = f"SELECT number, array_agg(md5(ROW({columns})::text) ORDER BY md5(ROW({columns})::text)) AS rows FROM"
        rows = await connection.fetch(
            f"SELECT coalesce(a.number, b.number) AS number FROM ({side} {one}.{table} GROUP BY number) a"
            f" FULL JOIN ({side} {other}.{table} GROUP BY number) b USING (number)"
            f" WHERE a.rows IS DISTINCT FROM b.rows ORDER BY 1 LIMIT $1",
            limit,
        )
        found.update(row["number"] for row in rows)
    return sorted(found)
