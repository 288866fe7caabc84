"""Worker numbers in a service's own database: for each handle or one-person record the number that the registry published.

Entries may arrive before the evidence they concern, repeatedly and out of order: for each node the entry with the
highest revision is kept. An entry may take a number back. The migration ``0003_inbox.sql`` of the chassis creates table
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
    "INSERT INTO who (node, number, revision, retracted)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::boolean[])"
    " ON CONFLICT (node) DO UPDATE"
    " SET number = excluded.number, revision = excluded.revision, retracted = excluded.retracted"
    " WHERE who.revision < excluded.revision"
    " OR who.revision = excluded.revision AND who.retracted <> excluded.retracted"
)


async def numbers_of(source: Pool | Connection, nodes: Iterable[UUID]) -> dict[UUID, str]:
    """Return the worker number of each node that has one."""
    rows = await source.fetch(
        "SELECT node, number FROM who WHERE node = ANY($1::uuid[]) AND NOT retracted", list(nodes)
    )
    return {row["node"]: row["number"] for row in rows}


async def same_worker(source: Pool | Connection, nodes: Iterable[UUID]) -> set[UUID]:
    """Return these nodes and all other nodes of the same workers.

    Nodes for which the registry has published no number yet are returned alone.
    """
    own = set(nodes)
    rows = await source.fetch(
        "SELECT node FROM who WHERE NOT retracted AND number IN"
        " (SELECT number FROM who WHERE node = ANY($1::uuid[]) AND NOT retracted)",
        list(own),
    )
    return own | {row["node"] for row in rows}


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
    ) -> dict[UUID, tuple[str, int, bool]]:
        """Select the entry with the highest revision for each node. Raises Poison for an invalid entry."""
        highest: dict[UUID, tuple[str, int, bool]] = {}
        for received in entries:
            try:
                entry = WhoEntry.model_validate_json(received.value)
            except ValidationError:
                raise Poison(received.id, "the entry is not a valid worker number") from None
            node = UUID(entry.node)
            if node not in highest or highest[node][1] < entry.revision:
                highest[node] = (entry.number, entry.revision, entry.retracted)
        return highest

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: dict[UUID, tuple[str, int, bool]],
    ) -> None:
        """Store the entries that are newer than the stored ones."""
        if prepared:
            # In the order of nodes, so that two processes cannot deadlock.
            rows = [(node, *prepared[node]) for node in sorted(prepared)]
            await connection.execute(_UPSERT, *map(list, zip(*rows, strict=True)))

    async def applied(self) -> None:
        """Do nothing: no task waits for worker numbers."""
