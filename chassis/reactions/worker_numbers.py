"""Worker numbers in a service's own database: for each handle or one-person record the number that the registry published.

Entries may arrive before the evidence they concern, repeatedly and out of order: for each node the entry with the
highest revision is kept. An entry may take a number back. Of a document that records of several workers have (``shared``),
the entries of the records say whose each record is. The migration ``0003_inbox.sql`` of the chassis creates table
``who``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from pydantic import ValidationError

from chassis.projections.reader import Poison, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool
from contracts.registry import WHO_TOPIC, WhoEntry

_UPSERT = (
    "INSERT INTO who (node, number, revision, retracted, shared)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::boolean[], $5::boolean[])"
    " ON CONFLICT (node) DO UPDATE SET number = excluded.number, revision = excluded.revision,"
    " retracted = excluded.retracted, shared = excluded.shared"
    " WHERE who.revision < excluded.revision"
    " OR who.revision = excluded.revision AND who.retracted <> excluded.retracted"
)


async def numbers_of(source: Pool | Connection, nodes: Iterable[UUID]) -> dict[UUID, str]:
    """Return the worker number of each node of a record that has one.

    A node that records of several workers have says nothing if another node of the record has a number.
    """
    rows = await source.fetch(
        "SELECT node, number, shared FROM who WHERE node = ANY($1::uuid[]) AND NOT retracted", list(nodes)
    )
    own = {row["node"]: row["number"] for row in rows if not row["shared"]}
    return own or {row["node"]: row["number"] for row in rows}


async def same_worker(source: Pool | Connection, nodes: Iterable[UUID]) -> set[UUID]:
    """Return the nodes of the worker whom a record with these nodes is about, by which all records of the worker are found.

    Nodes that records of several workers have are left out: in such a case each record is a node of its worker. Nodes for
    which the registry has published no number yet are returned as they are.
    """
    rows = await source.fetch(_SAME_WORKER, list(nodes))
    return {row["node"] for row in rows}


_SAME_WORKER = """
WITH given AS MATERIALIZED (
    SELECT node, w.number, w.shared FROM unnest($1::uuid[]) AS g(node) LEFT JOIN who w USING (node)
    WHERE w.retracted IS NOT TRUE
), numbers AS MATERIALIZED (
    SELECT DISTINCT number FROM given
    WHERE number IS NOT NULL AND (NOT shared OR NOT EXISTS (SELECT FROM given WHERE NOT shared))
)
SELECT node FROM who WHERE number = ANY(ARRAY(SELECT number FROM numbers)) AND NOT retracted AND NOT shared
UNION
SELECT node FROM unnest($1::uuid[]) AS g(node) WHERE node NOT IN (SELECT node FROM given WHERE number IS NOT NULL)
"""


class WorkerNumberReader:
    """The reader that writes the published worker numbers into table ``who`` of the service's own database."""

    topics: Sequence[str] = ()
    entry_topics: Sequence[str] = (WHO_TOPIC,)
    event_types: frozenset[str] = frozenset()
    projection: str | None = None
    edition = 1
    """1: entries that take a number back. The edition before stored them as if they stated it."""

    def __init__(self, service: str) -> None:
        self.name = f"{service}.who"

    async def prepare(
        self, pool: Pool, page: Sequence[ReceivedEvent], entries: Sequence[ReceivedEntry]
    ) -> dict[UUID, tuple[str, int, bool, bool]]:
        """Select the entry with the highest revision for each node. Raises Poison for an invalid entry."""
        highest: dict[UUID, tuple[str, int, bool, bool]] = {}
        for received in entries:
            try:
                entry = WhoEntry.model_validate_json(received.value)
            except ValidationError:
                raise Poison(received.id, "the entry is not a valid worker number") from None
            node = UUID(entry.node)
            if node not in highest or highest[node][1] < entry.revision:
                highest[node] = (entry.number, entry.revision, entry.retracted, entry.shared)
        return highest

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: dict[UUID, tuple[str, int, bool, bool]],
    ) -> None:
        """Store the entries that are newer than the stored ones."""
        if prepared:
            # In the order of nodes, so that two processes cannot deadlock.
            rows = [(node, *prepared[node]) for node in sorted(prepared)]
            await connection.execute(_UPSERT, *map(list, zip(*rows, strict=True)))

    async def applied(self) -> None:
        """Do nothing: no task waits for worker numbers."""
