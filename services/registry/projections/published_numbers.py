"""Published worker numbers: which worker a node belongs to, for other services (topic ``domnaer.registry.who.v1``)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.registry.projections.blocks import STANDS
from services.registry.projections.epochs import hold_epoch
from services.registry.projections.workers import Worker


async def publish(connection: Connection, workers: Sequence[Worker]) -> None:
    """Publish the numbers of workers if they differ from the last published ones."""
    await publish_nodes(
        connection,
        [(node, worker.number, node in worker.shared) for worker in workers for node in worker.nodes],
    )
    await connection.execute(
        "INSERT INTO minted (number, node) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT (number)"
        " DO UPDATE SET node = excluded.node WHERE minted.node <> excluded.node",
        [worker.number for worker in workers],
        [worker.origin for worker in workers],
    )


async def publish_nodes(connection: Connection, entries: Sequence[tuple[UUID, str, bool]]) -> None:
    """Publish the number of each node, and whether several workers have it, if that changed.

    The revision of a node grows with each change.
    """
    nodes = sorted(entries)
    await connection.execute(
        "WITH now AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS n(node, number, shared)),"
        " changed AS (INSERT INTO who AS w (node, number, revision, shared) SELECT node, number, 1, shared FROM now"
        " ON CONFLICT (node) DO UPDATE SET number = excluded.number, revision = w.revision + 1, retracted = false,"
        " shared = excluded.shared"
        " WHERE w.number <> excluded.number OR w.retracted OR w.shared <> excluded.shared"
        " RETURNING node, number, revision, shared)"
        " INSERT INTO who_entries (node, number, revision, shared)"
        " SELECT replace(node::text, '-', ''), number, revision, shared FROM changed",
        [node for node, _, _ in nodes],
        [number for _, number, _ in nodes],
        [shared for _, _, shared in nodes],
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


_LAST = UUID(int=(1 << 128) - 1)
_COMPARED_AT_ONCE = 2_000
_COMPARED_TO = "SELECT compared_to FROM public.settlers WHERE build = current_schema() AND publishing"
_NEXT = "SELECT node FROM (SELECT node FROM {} WHERE node > $1 ORDER BY node LIMIT $2) AS next ORDER BY node DESC LIMIT 1"
_UPTO = f"SELECT least(({_NEXT.format('members')}), ({_NEXT.format('public.who')}))"
_DIFFERING = """
SELECT node, m.number, m.shared
FROM (SELECT node, number, shared FROM members WHERE node > $1 AND node <= $2) AS m
FULL JOIN (SELECT node, number, retracted, shared FROM public.who WHERE node > $1 AND node <= $2) AS w USING (node)
WHERE CASE WHEN m.number IS NULL THEN NOT w.retracted
    ELSE m.number IS DISTINCT FROM w.number OR w.retracted OR w.shared <> m.shared END
"""
_WITHOUT_EVIDENCE = f"""
SELECT node FROM unnest($1::uuid[]) AS given(node) WHERE NOT EXISTS (
    SELECT FROM facts f WHERE f.node = given.node AND NOT f.void AND {STANDS.format("f")}
) AND NOT EXISTS (
    SELECT FROM links l WHERE l.a = given.node AND {STANDS.format("l")}
) AND NOT EXISTS (
    SELECT FROM links l WHERE l.b = given.node AND {STANDS.format("l")}
)
"""


async def publish_differences(pool: Pool, epoch: int) -> bool:
    """Compare the numbers of the next nodes of the live build with the published ones, and publish what differs.

    Returns False when all nodes of the build were compared, or another build publishes. A build is compared once, when
    it begins to publish; from then on, every change is published with the rows of its workers. What was compared is stored, so a settler that restarts
    goes on with the next nodes. A published node without evidence, such as a passport number that was mistyped and
    corrected, is taken back. Raises Deposed.
    """
    publishing = await pool.fetchrow(_COMPARED_TO)
    after = UUID(int=0) if publishing is None else publishing["compared_to"] or UUID(int=0)
    if publishing is None or after == _LAST:
        return False
    upto = await pool.fetchval(_UPTO, after, _COMPARED_AT_ONCE) or _LAST
    rows = await pool.fetch(_DIFFERING, after, upto)
    present = [(row["node"], row["number"], row["shared"]) for row in rows if row["number"] is not None]
    absent = [row["node"] for row in rows if row["number"] is None]
    gone = [row["node"] for row in await pool.fetch(_WITHOUT_EVIDENCE, absent)] if absent else []
    async with pool.acquire() as connection, connection.transaction():
        if not await hold_epoch(connection, epoch):
            return False
        await connection.execute(
            "UPDATE public.settlers SET compared_to = $1 WHERE build = current_schema()", upto
        )
        if gone:
            await retract_nodes(connection, gone)
        if present:
            await publish_nodes(connection, present)
            await connection.execute(
                "INSERT INTO minted SELECT number, node FROM workers WHERE number = ANY($1::text[])"
                " ON CONFLICT (number) DO UPDATE SET node = excluded.node WHERE minted.node <> excluded.node",
                list({number for _, number, _ in present}),
            )
    return True
