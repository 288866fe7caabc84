"""Read what the cases of workers follow: the nodes of a worker, their numbers, and the cases of each return."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.store.database import Connection, Pool
from services.reintegration.projections.background import LIVES

REACHED = f"""
WITH kept AS MATERIALIZED (SELECT reader, event_id, nodes FROM heard WHERE nodes && $1::uuid[]),
on_their_cases AS MATERIALIZED (SELECT reader, nodes FROM heard WHERE event_id = ANY(ARRAY(
    SELECT return_event_id FROM followed WHERE case_id = ANY(ARRAY(
        SELECT case_id FROM followed WHERE return_event_id = ANY(ARRAY(
            SELECT event_id FROM kept WHERE reader = '{LIVES}')))))))
SELECT node FROM who WHERE NOT retracted AND NOT shared AND number = ANY(ARRAY(
    SELECT number FROM who WHERE node = ANY($1::uuid[]) AND NOT retracted AND NOT shared))
UNION SELECT unnest(nodes) FROM kept WHERE reader = '{LIVES}'
UNION SELECT unnest(nodes) FROM on_their_cases WHERE reader = '{LIVES}'
"""
"""The nodes of the same number, those of the same records, and those of records that shared a case.

Each table is read by the index of what is looked for, whatever PostgreSQL knows of the number of rows: arrays in place of
joins, and the reader, which nearly all rows have in common, is compared afterwards.
"""


async def find_reached(connection: Connection, nodes: set[UUID]) -> set[UUID]:
    """Return the nodes of the workers of nodes, and of those with whom they shared a case."""
    while True:
        found = nodes | {row["node"] for row in await connection.fetch(REACHED, list(nodes))}
        if found == nodes:
            return nodes
        nodes = found


async def find_numbers(connection: Connection, nodes: set[UUID]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return the numbers of nodes, and those of nodes that records of several workers have."""
    rows = await connection.fetch(
        "SELECT node, number, shared FROM who WHERE node = ANY($1::uuid[]) AND NOT retracted", list(nodes)
    )
    return (
        {row["node"]: row["number"] for row in rows if not row["shared"]},
        {row["node"]: row["number"] for row in rows if row["shared"]},
    )


async def find_followed(source: Pool | Connection, returns: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the cases that follow or followed each return, as pairs of the event of the return and the case."""
    rows = await source.fetch(
        "SELECT return_event_id, case_id FROM followed WHERE return_event_id = ANY($1::uuid[])", list(returns)
    )
    return [(row["return_event_id"], row["case_id"]) for row in rows]
