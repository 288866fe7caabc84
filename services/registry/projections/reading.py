"""Queries of workers. A timeline is folded from the evidence when it is read, so that it includes every received event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from services.registry.fold.state import View, view
from services.registry.projections.blocks import BLOCK_OF, CLOSURE
from services.registry.projections.workers import Worker, reach_keys, workers_of


@dataclass(frozen=True, slots=True)
class WorkerScope:
    """The posts, countries, provinces and agencies of a worker's record."""

    posts: frozenset[str]
    countries: frozenset[str]
    provinces: frozenset[str]
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the timeline; ``overruled`` if a correction or a void replaced it."""

    event_id: UUID
    names: UUID
    version: int
    type: str
    stream: str
    occurred_at: datetime
    recorded_at: datetime
    facts: str
    person: str | None
    void: bool
    overruled: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A worker at an instant, within a caller's reach."""

    worker: Worker
    view: View
    entries: list[Entry]


def scope_of(worker: Worker) -> WorkerScope:
    """Return the scope of a worker. A worker with an empty scope is within every caller's reach."""
    return WorkerScope(*(frozenset(keys) for keys in reach_keys(worker)))


async def find_node(pool: Pool, number: str) -> UUID | None:
    """Return the node of the evidence that a number was made from, even if the worker has another number today."""
    node: UUID | None = await pool.fetchval("SELECT node FROM workers WHERE number = $1", number)
    if node is None:
        node = await pool.fetchval("SELECT node FROM minted WHERE number = $1", number)
    return node


async def read_worker(
    pool: Pool,
    nodes: Sequence[UUID],
    reach: Reach,
    at: datetime,
    *,
    as_of: datetime | None = None,
    details: bool = True,
) -> tuple[Reading | None, bool]:
    """Return the worker of nodes, or None; and True if there is one beyond the caller's reach.

    ``as_of`` leaves out events that were recorded later.
    """
    worker, rows = await _block(pool, nodes, as_of)
    if worker is None:
        return None, False
    if not reach.covers(scope_of(worker)):
        return None, True
    entries = [Entry(*(row[name] for name in _ENTRY)) for row in rows] if details else []
    return Reading(worker, view(worker.state, at), entries), False


_ENTRY = [
    "event_id",
    "names",
    "version",
    "type",
    "stream",
    "occurred_at",
    "recorded_at",
    "facts",
    "person",
    "void",
    "overruled",
]


async def fold_worker(pool: Pool, nodes: Sequence[UUID], as_of: datetime | None = None) -> Worker | None:
    """Return the worker of nodes, folded from the evidence."""
    worker, _ = await _block(pool, nodes, as_of)
    return worker


async def _block(
    pool: Pool, nodes: Sequence[UUID], as_of: datetime | None
) -> tuple[Worker | None, list[asyncpg.Record]]:
    rows = await pool.fetch(BLOCK_OF, nodes, as_of)
    found = workers_of(rows, [sorted({row["node"] for row in rows})])
    return (found[0] if found else None), rows


async def freshness(pool: Pool, nodes: Sequence[UUID]) -> str:
    """Return a text that changes whenever an event about a worker arrives, including a void."""
    reached = [row["node"] for row in await pool.fetch(CLOSURE, nodes, None)]
    found: str = await pool.fetchval(
        "SELECT count(*) || '-' || coalesce(sum(hashtextextended(event_id::text, 0)), 0)"
        " FROM facts WHERE node = ANY($1::uuid[])",
        reached,
    )
    return found


async def find_people(pool: Pool, keys: Sequence[Sequence[str]], limit: int) -> list[str]:
    """Return the numbers of workers with a match for each list of keys, the most recent event first."""
    conditions = " AND ".join(f"p.keys && ${nth}::text[]" for nth in range(2, len(keys) + 2))
    rows = await pool.fetch(
        f"SELECT p.number FROM people p JOIN workers w USING (number) WHERE {conditions}"
        " GROUP BY p.number, w.last_at ORDER BY w.last_at DESC, p.number LIMIT $1",
        limit,
        *[list(alternatives) for alternatives in keys],
    )
    return [row["number"] for row in rows]


async def summaries(
    pool: Pool, numbers: Sequence[str], reach: Reach, at: datetime
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of a list for workers within reach, and the number of workers beyond it."""
    rows = await pool.fetch(
        "SELECT w.*, p.khmer, p.latin, p.born,"
        " ARRAY(SELECT f.name FROM flags f WHERE f.number = w.number AND f.since <= $6"
        "       AND (f.until IS NULL OR f.until > $6) ORDER BY f.since) AS flags,"
        " ($2 OR (cardinality(w.posts) + cardinality(w.countries) + cardinality(w.provinces) + cardinality(w.agencies) = 0)"
        "  OR w.posts && $3::text[] OR w.countries && $4::text[] OR w.provinces && $5::text[] OR w.agencies && $7::text[])"
        " AS within"
        " FROM unnest($1::text[]) WITH ORDINALITY AS asked(number, nth) JOIN workers w USING (number)"
        " LEFT JOIN LATERAL (SELECT khmer, latin, born FROM people p WHERE p.number = w.number"
        "   AND (p.khmer IS NOT NULL OR p.latin IS NOT NULL) ORDER BY p.evidence_id DESC LIMIT 1) p ON true"
        " ORDER BY asked.nth",
        list(numbers),
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        at,
        list(reach.agencies),
    )
    found = [dict(row) for row in rows if row["within"]]
    return found, len(rows) - len(found)


async def flagged(
    pool: Pool,
    reach: Reach,
    at: datetime,
    name: str | None,
    after: tuple[datetime, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the flags that hold at an instant on workers within reach, the latest raised first."""
    rows = await pool.fetch(
        "SELECT f.number, f.name, f.since, f.until FROM flags f JOIN workers w USING (number)"
        " WHERE f.since <= $1 AND (f.until IS NULL OR f.until > $1) AND ($2::text IS NULL OR f.name = $2)"
        " AND ($3 OR cardinality(w.posts) + cardinality(w.countries) + cardinality(w.provinces) + cardinality(w.agencies) = 0"
        "      OR w.posts && $4::text[] OR w.countries && $5::text[] OR w.provinces && $6::text[]"
        "      OR w.agencies && $7::text[])"
        " AND ($8::timestamptz IS NULL OR (f.since, f.number, f.name) < ($8, $9, $10))"
        " ORDER BY f.since DESC, f.number DESC, f.name DESC LIMIT $11",
        at,
        name,
        reach.national,
        list(reach.posts),
        list(reach.countries),
        list(reach.provinces),
        list(reach.agencies),
        *(after or (None, None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def departures_by_year(pool: Pool) -> list[dict[str, Any]]:
    """Return the number of journeys with an employment contract, by destination, year of departure and sex.

    A year is a year in Asia/Phnom_Penh.
    """
    rows = await pool.fetch(
        "SELECT country AS destination, extract(year FROM departed_at AT TIME ZONE 'Asia/Phnom_Penh')::int AS year, sex,"
        " count(*)::int AS workers FROM journeys WHERE departed_at IS NOT NULL AND contract IS NOT NULL"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [dict(row) for row in rows]
