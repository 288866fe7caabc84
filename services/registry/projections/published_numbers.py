"""Published worker numbers: which worker a node belongs to, for other services (topic ``domnaer.registry.who.v1``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.registry.projections.workers import Worker


async def publish(connection: Connection, workers: Sequence[Worker]) -> None:
    """Publish the numbers of workers if they differ from the last published ones."""
    await publish_nodes(connection, [(node, worker.number) for worker in workers for node in worker.nodes])
    await connection.execute(
        "INSERT INTO minted (number, node) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT (number)"
        " DO UPDATE SET node = excluded.node WHERE minted.node <> excluded.node",
        [worker.number for worker in workers],
        [worker.origin for worker in workers],
    )


async def publish_nodes(connection: Connection, entries: Sequence[tuple[UUID, str]]) -> None:
    """Publish the number of each node if it changed. The revision of a node grows with each change."""
    nodes = sorted(entries)
    await connection.execute(
        "WITH now AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS n(node, number)),"
        " changed AS (INSERT INTO who AS w (node, number, revision) SELECT node, number, 1 FROM now"
        " ON CONFLICT (node) DO UPDATE SET number = excluded.number, revision = w.revision + 1, retracted = false"
        " WHERE w.number <> excluded.number OR w.retracted RETURNING node, number, revision)"
        " INSERT INTO who_entries (node, number, revision)"
        " SELECT replace(node::text, '-', ''), number, revision FROM changed",
        [node for node, _ in nodes],
        [number for _, number in nodes],
    )


async def retract_nodes(connection: Connection, nodes: Sequence[UUID]) -> None:
    """Take back the published numbers of nodes that no worker has any more, such as a mistyped passport number."""
    await connection.execute(
        "WITH changed AS (UPDATE who SET retracted = true, revision = revision + 1"
        " WHERE node = ANY($1::uuid[]) AND NOT retracted RETURNING node, number, revision)"
        " INSERT INTO who_entries (node, number, revision, retracted)"
        " SELECT replace(node::text, '-', ''), number, revision, true FROM changed",
        nodes,
    )


async def publish_all(pool: Pool) -> None:
    """Publish all numbers of the live build that differ from the published ones, in small transactions.

    The settler calls it when it starts: after a switch to another build, or after a crash. Nothing is published if nothing
    differs.
    """
    after = UUID(int=0)
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "SELECT m.node, m.number FROM members m LEFT JOIN who USING (node)"
                " WHERE m.node > $1 AND (m.number IS DISTINCT FROM who.number OR who.retracted) ORDER BY m.node LIMIT 2000",
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
