"""Who is who, as a service follows it: for each handle or one-person record the worker's number, as the registry says.

Entries may come before the evidence that they speak of, more than once and out of order: of each node the entry with
the highest revision is kept. Table ``who`` is created by the chassis'
migration ``0003_inbox.sql``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from pydantic import ValidationError

from chassis.projections.reader import Poison, ReceivedEntry, ReceivedEvent
from chassis.store.database import Connection, Pool
from contracts.registry import WHO_TOPIC, WhoEntry

_FOLLOW = (
    "INSERT INTO who (node, number, revision) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[])"
    " ON CONFLICT (node) DO UPDATE SET number = excluded.number, revision = excluded.revision"
    " WHERE who.revision < excluded.revision"
)


async def numbers_of(source: Pool | Connection, nodes: Iterable[UUID]) -> dict[UUID, str]:
    """The worker's number of each node, as far as it is known."""
    rows = await source.fetch("SELECT node, number FROM who WHERE node = ANY($1::uuid[])", list(nodes))
    return {row["node"]: row["number"] for row in rows}


async def same_worker(source: Pool | Connection, nodes: Iterable[UUID]) -> set[UUID]:
    """These nodes and all others of the workers whose they are: what is known under any of them belongs together.

    As long as nobody has said who is who, the nodes stand for themselves.
    """
    own = set(nodes)
    rows = await source.fetch(
        "SELECT node FROM who WHERE number IN (SELECT number FROM who WHERE node = ANY($1::uuid[]))",
        list(own),
    )
    return own | {row["node"] for row in rows}


class WorkerNumberReader:
    """The reader that follows who is who into table ``who`` of the service's own database."""

    topics: Sequence[str] = ()
    entry_topics: Sequence[str] = (WHO_TOPIC,)
    event_types: frozenset[str] = frozenset()
    projection: str | None = None

    def __init__(self, service: str) -> None:
        self.name = f"{service}.who"

    async def prepare(
        self, pool: Pool, page: Sequence[ReceivedEvent], entries: Sequence[ReceivedEntry]
    ) -> dict[UUID, tuple[str, int]]:
        """Of each node the entry with the highest revision. Raises Poison for an entry that cannot be read."""
        highest: dict[UUID, tuple[str, int]] = {}
        for heard in entries:
            try:
                entry = WhoEntry.model_validate_json(heard.value)
            except ValidationError:
                raise Poison(heard.id, "it is no entry of who is who") from None
            node = UUID(entry.node)
            if node not in highest or highest[node][1] < entry.revision:
                highest[node] = (entry.number, entry.revision)
        return highest

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: dict[UUID, tuple[str, int]],
    ) -> None:
        """Keep them, where they are newer than what is kept."""
        if prepared:
            # In the order of nodes, so that two processes never wait for each other in a circle.
            rows = [(node, *prepared[node]) for node in sorted(prepared)]
            await connection.execute(_FOLLOW, *map(list, zip(*rows, strict=True)))

    async def applied(self) -> None:
        """Nobody waits."""
