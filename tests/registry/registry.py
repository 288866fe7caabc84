"""Builds of a registry on a real PostgreSQL, which tests fill in any order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson

from chassis.access.permissions import Reach
from chassis.base.settings import Settings
from chassis.projections.builds import build_pool, ensure_build, open_build, schema_of
from chassis.store.database import Pool, create_database, migrate, open_pool
from contracts.envelope import Event, Fact
from services.registry.projections import evidence, settled, sorting
from services.registry.projections.comparison import digest
from services.registry.projections.marks import MarkQueue
from services.registry.projections.reading import read_worker
from services.registry.projections.settled import TABLES
from services.registry.projections.settling import settle
from services.registry.projections.slices import begin_settling, end_settling, settle_slices
from services.registry.projections.timeline import (
    FIRST_BUILD,
    PROJECTION,
    shape,
)
from services.registry.schemas.timelines import timeline_dict
from tests.registry.events import received

EVERYWHERE = Reach(national=True)
AT = datetime(2016, 1, 1, tzinfo=UTC)
Settled = dict[str, str]
_ALL = (*TABLES, "facts", "links", "rulings", "abouts", "dirty", "slices")
_EMPTY = ";".join(
    f"DELETE FROM {table}" for table in (*_ALL, "public.set_aside")
)  # quicker than TRUNCATE where there are few rows


@dataclass
class Build:
    """One build of the timelines."""

    pool: Pool
    schema: str

    async def empty(self) -> None:
        """Delete all rows."""
        await self.pool.execute(_EMPTY)

    async def receive(self, *events: Event[Fact], marking: bool = True) -> None:
        """Process a page of events in one transaction, as a reader does."""
        rows = evidence.evidence_rows(
            [evidence.rows_of_event(each.event, each.value) for each in received(events)]
        )
        async with self.pool.acquire() as connection, connection.transaction():
            await (evidence.insert if marking else evidence.append)(connection, rows)

    async def settle_all(self, *, publishing: bool = True, batch: int = 500) -> None:
        """Settle everything that waits."""
        marks = MarkQueue(self.pool)
        while nodes := await marks.next(batch):
            await settle(self.pool, nodes, publishing=publishing)

    async def rebuild(
        self,
        events: Iterable[Event[Fact]],
        *,
        again: Iterable[Event[Fact]] = (),
        processes: int = 1,
        size: int = 6_000,
    ) -> None:
        """Process all events, some of them twice, and settle them in slices, as a rebuild does."""
        names = re.findall(r"IF NOT EXISTS (\w+)", evidence.INDEXES + settled.INDEXES)
        await self.pool.execute("".join(f"DROP INDEX IF EXISTS {name};" for name in names) + sorting.DDL)
        await self.receive(*events, marking=False)
        await self.receive(*again, marking=False)
        await begin_settling(self.pool, size)

        async def settle() -> None:
            async for _ in settle_slices(self.pool):
                pass

        await asyncio.gather(*(settle() for _ in range(processes)))
        await end_settling(self.pool)

    async def marks(self) -> int:
        """Return the number of marks that wait to be settled."""
        count: int = await self.pool.fetchval("SELECT count(*) FROM dirty")
        return count

    async def digest(self) -> Settled:
        """A digest of each settled table."""
        return await digest(self.pool, self.schema)

    async def numbers(self) -> list[str]:
        """The numbers of all workers."""
        return [row[0] for row in await self.pool.fetch("SELECT number FROM workers ORDER BY number")]

    async def node_of(self, number: str) -> UUID:
        """The node of a worker."""
        node: UUID = await self.pool.fetchval("SELECT node FROM workers WHERE number = $1", number)
        return node

    async def nodes(self) -> list[UUID]:
        """Return all nodes that have evidence."""
        return [row[0] for row in await self.pool.fetch("SELECT DISTINCT node FROM facts ORDER BY node")]

    async def timeline(self, node: UUID, as_of: datetime | None = None) -> bytes | None:
        """Return a timeline as the API sends it, read at a fixed time."""
        reading, _ = await read_worker(self.pool, [node], EVERYWHERE, as_of or AT, as_of=as_of)
        return None if reading is None else orjson.dumps(timeline_dict(reading), default=str)

    async def timelines(self, as_of: datetime | None = None) -> dict[UUID, bytes | None]:
        """The timelines to which all nodes lead."""
        return {node: await self.timeline(node, as_of) for node in await self.nodes()}

    async def who(self) -> dict[UUID, str]:
        """Return the published worker numbers of the nodes that belong to a worker."""
        rows = await self.pool.fetch(
            "SELECT m.node, w.number FROM members m LEFT JOIN public.who w USING (node)"
        )
        return {row[0]: row[1] for row in rows}

    async def members(self) -> dict[UUID, str]:
        """Return the settled worker numbers by node."""
        return {row[0]: row[1] for row in await self.pool.fetch("SELECT node, number FROM members")}


@dataclass
class Registry:
    """An empty database of the registry, and as many builds as a test needs."""

    pool: Pool
    dsn: str
    opened: list[Pool]

    async def build(self) -> Build:
        """Return the live build, or a further one if it exists."""
        first = not self.opened
        number = await (ensure_build if first else open_build)(self.pool, PROJECTION, FIRST_BUILD, shape())
        pool = await build_pool(self.dsn, PROJECTION, number, size=6, service="registry")
        self.opened.append(pool)
        return Build(pool, schema_of(PROJECTION, number))


@asynccontextmanager
async def empty_registry(settings: Settings) -> AsyncIterator[Registry]:
    """Create a database with a unique name."""
    name = f"registry_{uuid4().hex[:8]}"
    await create_database(settings, name)
    await migrate(settings, name, "services.registry.migrations")
    dsn = settings.database(name)
    pool = await open_pool(dsn, service=name)
    found = Registry(pool, dsn, [])
    try:
        yield found
    finally:
        for each in (*found.opened, pool):
            await each.close()
