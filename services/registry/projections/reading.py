"""Queries of one worker. A timeline is folded from the evidence when it is read, so that it includes every received event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from chassis.access.permissions import Reach
from chassis.projections.reader import RECORD_ERRORS
from chassis.store.database import Pool
from services.registry.fold.state import UNKNOWN, View, view
from services.registry.projections import blocks
from services.registry.projections.blocks import BLOCK_OF, CONTENTS_OF, STATES_OF
from services.registry.projections.entry_pages import Choose, Chosen, in_order
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
    void: bool
    overruled: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A worker at an instant, within a caller's reach.

    ``being_worked_out``: the settler has set records of this worker aside, so lists and figures show an earlier state.
    ``folded`` is False if the worker has too many records, or records from which no state can be folded: then only the
    number and the records are known. ``records`` is the number of records read, ``before`` and ``after`` name the first
    records of the pages beside the page of ``entries``.
    """

    worker: Worker
    view: View
    entries: list[Entry]
    records: int
    folded: bool = True
    being_worked_out: bool = False
    before: UUID | None = None
    after: UUID | None = None


def scope_of(worker: Worker) -> WorkerScope:
    """Return the scope of a folded worker. A worker with an empty scope is within every caller's reach."""
    return WorkerScope(*(frozenset(keys) for keys in reach_keys(worker)))


async def find_node(pool: Pool, number: str) -> UUID | None:
    """Return the node of the evidence that a number was made from, even if the worker has another number today."""
    node: UUID | None = await pool.fetchval("SELECT node FROM workers WHERE number = $1", number)
    if node is None:
        node = await pool.fetchval("SELECT node FROM minted WHERE number = $1", number)
    return node


EVERY_ENTRY = in_order()


async def read_worker(
    pool: Pool,
    nodes: Sequence[UUID],
    reach: Reach,
    at: datetime,
    *,
    as_of: datetime | None = None,
    entries: Choose | None = EVERY_ENTRY,
) -> tuple[Reading | None, bool]:
    """Return the worker of nodes, or None; and True if there is one beyond the caller's reach.

    ``as_of`` leaves out events that were recorded later. ``entries`` chooses the records of the page.
    """
    rows = await pool.fetch(BLOCK_OF, nodes, as_of, blocks.MOST_EVENTS + 1)
    aside, known = await pool.fetchrow(_ASIDE, list({*nodes, *(row["node"] for row in rows)})), True
    worker = None
    if _bounded(rows):
        try:
            worker = _folded(rows)
        except RECORD_ERRORS:
            known = False
        if known and worker is None:
            return None, False
    if worker is None:
        known = False
        worker, within = await _unfolded(pool, nodes, rows, reach)
    else:
        within = reach.covers(scope_of(worker))
    if not within:
        return None, True
    chosen = Chosen(()) if entries is None else entries(rows)
    return Reading(
        worker,
        view(worker.state, at),
        await _contents(pool, chosen.rows),
        len(rows),
        known,
        aside["aside"] or not known,
        chosen.before,
        chosen.after,
    ), False


_ASIDE = "SELECT EXISTS (SELECT FROM public.set_aside WHERE build = current_schema() AND node = ANY($1::uuid[])) AS aside"
_SETTLED_BEFORE = (
    "SELECT m.number, w.posts, w.countries, w.provinces, w.agencies"
    " FROM members m LEFT JOIN workers w USING (number) WHERE m.node = ANY($1::uuid[]) LIMIT 1"
)


def _bounded(rows: Sequence[asyncpg.Record]) -> bool:
    return len(rows) <= blocks.MOST_EVENTS and (not rows or rows[0]["nodes"] <= blocks.MOST_NODES)


async def _unfolded(
    pool: Pool, nodes: Sequence[UUID], rows: Sequence[asyncpg.Record], reach: Reach
) -> tuple[Worker, bool]:
    """Return a worker of whom only the number is known, and whether the worker is within reach as last settled.

    One who was never settled is within reach of national callers alone.
    """
    settled = await pool.fetchrow(_SETTLED_BEFORE, list(nodes))
    number = "" if settled is None else settled["number"]
    keys = [] if settled is None else [frozenset(settled[name] or ()) for name in _REACH]
    within = reach.national or (any(keys) and reach.covers(WorkerScope(*keys)))
    return Worker(number, nodes[0], list({row["node"] for row in rows}), [], [], UNKNOWN), within


_REACH = ("posts", "countries", "provinces", "agencies")


async def _contents(pool: Pool, rows: Sequence[asyncpg.Record]) -> list[Entry]:
    """Return records with their contents, in the order of the rows."""
    if not rows:
        return []
    found = {
        row["event_id"]: row
        for row in await pool.fetch(
            CONTENTS_OF,
            [row["node"] for row in rows],
            [row["occurred_at"] for row in rows],
            [row["event_id"] for row in rows],
        )
    }
    return [
        Entry(
            row["event_id"],
            row["names"],
            row["version"],
            more["type"],
            row["stream"],
            row["occurred_at"],
            more["recorded_at"],
            more["facts"],
            more["void"],
            row["overruled"],
        )
        for row in rows
        if (more := found.get(row["event_id"])) is not None
    ]


async def fold_worker(pool: Pool, nodes: Sequence[UUID], as_of: datetime | None = None) -> Worker | None:
    """Return the worker of nodes, folded from the evidence; None if there is none, or none that can be folded."""
    rows = await pool.fetch(BLOCK_OF, nodes, as_of, blocks.MOST_EVENTS + 1)
    try:
        return _folded(rows) if _bounded(rows) else None
    except RECORD_ERRORS:
        return None


def _folded(rows: Sequence[asyncpg.Record]) -> Worker | None:
    found = workers_of(rows, [sorted({row["node"] for row in rows})])
    return found[0] if found else None


async def freshness(pool: Pool, nodes: Sequence[UUID]) -> dict[UUID, str]:
    """Return, for each node, a text that changes whenever an event about its worker arrives, including a void.

    Of a worker with more than :data:`~services.registry.projections.blocks.MOST_EVENTS` events it may not change.
    """
    return {row["node"]: row["found"] for row in await pool.fetch(STATES_OF, nodes, None)}
