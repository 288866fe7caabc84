"""Blocks of evidence: the SQL that follows links and reads the facts of a block.

A block is a connected component of nodes over their links. In all queries, ``$2`` leaves out everything recorded later
than that instant; NULL reads everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.registry.identity.evidence import components

_NOT_OVERRULED = (
    "NOT EXISTS (SELECT FROM rulings r WHERE r.names = {0}.names AND r.version > {0}.version"
    " AND ($2::timestamptz IS NULL OR r.recorded_at <= $2))"
)
STANDS = "NOT EXISTS (SELECT FROM rulings r WHERE r.names = {0}.names AND r.version > {0}.version)"
"""The condition that no ruling received so far overrules a fact or link."""
_RECORDED_BY_THEN = "($2::timestamptz IS NULL OR {0}.recorded_at <= $2)"
_NEIGHBOURS = f"""LATERAL (
        SELECT f.b AS node FROM links f WHERE f.a = reached.node AND {_RECORDED_BY_THEN.format("f")} AND {_NOT_OVERRULED.format("f")}
        UNION ALL
        SELECT g.a AS node FROM links g WHERE g.b = reached.node AND {_RECORDED_BY_THEN.format("g")} AND {_NOT_OVERRULED.format("g")}
    ) AS near"""
MOST_EVENTS = 20_000
"""Events folded for one worker, at most: below a second of work. A commuter of 27 years has as many crossings."""
MOST_NODES = 20_000
"""Nodes of the blocks that are read at a time, at most. A document that so many records share is not one person's."""


class TooManyEvents(Exception):
    """Some blocks have more events, or nodes, than are folded at a time."""


_CLOSURE = f"""
WITH RECURSIVE reached(node) AS (
    SELECT unnest($1::uuid[])
    UNION
    SELECT near.node FROM reached, {_NEIGHBOURS}
)
SELECT node FROM reached
"""
CLOSURE = f"{_CLOSURE} LIMIT {MOST_NODES + 1}"
"""The nodes of the blocks of some nodes, at most one more than :data:`MOST_NODES`: the links are followed no further."""
LINKS_AMONG = f"SELECT l.a, l.b FROM links l WHERE l.a = ANY($1::uuid[]) AND {_RECORDED_BY_THEN.format('l')} AND {_NOT_OVERRULED.format('l')}"
FOLD_COLUMNS = (
    "f.node, f.occurred_at, f.first_recorded_at, f.first_appended_at, f.names, f.version, f.stream, f.moment, f.traits,"
    f" f.person, f.void OR NOT {_NOT_OVERRULED.format('f')} AS overruled"
)
"""The columns that a fold needs, in this order."""
_FOLD_COLUMN_COUNT = 11
FACTS_OF = f"""
SELECT {FOLD_COLUMNS}
FROM facts f WHERE f.node = ANY($1::uuid[]) AND {_RECORDED_BY_THEN.format("f")}
ORDER BY f.node, f.occurred_at, f.event_id
"""
_REACHED = _CLOSURE.rsplit("SELECT node FROM reached", 1)[0]
BLOCK_OF = f"""{_REACHED}, bounded AS MATERIALIZED (SELECT node FROM reached LIMIT {MOST_NODES + 1})
SELECT {FOLD_COLUMNS}, f.event_id, f.type, (SELECT count(*) FROM bounded) AS nodes
FROM bounded CROSS JOIN LATERAL (
    SELECT * FROM facts WHERE facts.node = bounded.node AND {_RECORDED_BY_THEN.format("facts")} LIMIT $3
) AS f
LIMIT $3
"""
"""The facts of the blocks of some nodes without their contents, in one round trip: at most $3, in any order.

The blocks are followed to one node more than :data:`MOST_NODES`. The limit for each node keeps the planner, which
overestimates the number of nodes, from reading the whole table for a join.
"""
CONTENTS_OF = """
SELECT f.event_id, f.recorded_at, f.type, f.facts, f.void
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS key(node, occurred_at, event_id)
JOIN facts f ON f.node = key.node AND f.occurred_at = key.occurred_at AND f.event_id = key.event_id
"""
STATES_OF = f"""
SELECT watched.node, state.found FROM unnest($1::uuid[]) AS watched(node) CROSS JOIN LATERAL (
    {_REACHED.replace("SELECT unnest($1::uuid[])", "SELECT watched.node")}
    SELECT count(*) || '-' || coalesce(sum(hashtextextended(counted.event_id::text, 0)), 0) AS found FROM (
        SELECT f.event_id FROM (SELECT node FROM reached LIMIT {MOST_NODES}) AS bounded CROSS JOIN LATERAL (
            SELECT facts.event_id FROM facts WHERE facts.node = bounded.node LIMIT {MOST_EVENTS}
        ) AS f LIMIT {MOST_EVENTS}
    ) AS counted
) AS state
"""
"""For each of some nodes, a text that depends on the events of its block."""
BLOCKS_WITHIN = f"""
WITH RECURSIVE largest AS (
    SELECT n.node FROM (
        SELECT node FROM facts WHERE node BETWEEN $1 AND $3
        UNION
        SELECT l.b FROM links l WHERE l.b BETWEEN $1 AND $3 AND {_RECORDED_BY_THEN.format("l")} AND {_NOT_OVERRULED.format("l")}
    ) AS n
    WHERE NOT EXISTS (SELECT FROM links m WHERE m.a = n.node AND m.b > n.node AND {_RECORDED_BY_THEN.format("m")} AND {_NOT_OVERRULED.format("m")})
), reached(node) AS (
    SELECT node FROM largest
    UNION
    SELECT near.node FROM reached, {_NEIGHBOURS}
)
SELECT {FOLD_COLUMNS}, reached.node AS member, NULL::uuid AS linked
FROM reached LEFT JOIN facts f ON f.node = reached.node AND {_RECORDED_BY_THEN.format("f")}
UNION ALL
SELECT {"NULL, " * _FOLD_COLUMN_COUNT} l.a, l.b
FROM reached JOIN links l ON l.a = reached.node AND {_RECORDED_BY_THEN.format("l")} AND {_NOT_OVERRULED.format("l")}
"""
"""The blocks whose largest node lies between two nodes, in one round trip: their members with the facts, and their links.

It starts from the nodes in that range that have no link to a larger node. The largest node of each block is one of them.
It is a document's handle if a document was shown: handles are evenly distributed, and the nodes of streams, which begin
with the time, are smaller. The time depends on the size of the result only.
"""
LINK_REFERRED = """
INSERT INTO links (a, b, names, version, recorded_at)
SELECT least(f.node, abouts.node), greatest(f.node, abouts.node), f.names, f.version, f.recorded_at
FROM facts f JOIN abouts ON abouts.stream = f.stream
WHERE f.node <> abouts.node AND NOT f.void AND {where}
ON CONFLICT DO NOTHING
"""
"""Link a crossing with documents to its stream if another record refers to it, whichever was received first."""


async def nodes_reached(pool: Pool, nodes: Sequence[UUID]) -> list[UUID]:
    """Return all nodes of the blocks of some nodes. Raises TooManyEvents before it has read too many nodes or events."""
    reached = [row["node"] for row in await pool.fetch(CLOSURE, nodes, None)]
    if len(reached) > MOST_NODES:
        raise TooManyEvents(f"more than {MOST_NODES:,} nodes")
    events = await pool.fetchval(
        "SELECT count(*) FROM (SELECT FROM facts WHERE node = ANY($1::uuid[]) LIMIT $2) AS counted",
        reached,
        MOST_EVENTS + 1,
    )
    if events > MOST_EVENTS:
        raise TooManyEvents(f"more than {MOST_EVENTS:,} events")
    return reached


async def blocks_of(
    connection: Connection, nodes: Sequence[UUID], as_of: datetime | None = None
) -> list[list[UUID]]:
    """Return the blocks to which nodes belong, each with all its nodes."""
    reached = [row["node"] for row in await connection.fetch(CLOSURE, nodes, as_of)]
    links = await connection.fetch(LINKS_AMONG, reached, as_of) if len(reached) > 1 else []
    return components(reached, ((row["a"], row["b"]) for row in links))
