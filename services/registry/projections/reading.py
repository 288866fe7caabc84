"""Queries of one worker. A timeline is folded from the evidence when it is read, so that it includes every received event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import asyncpg
import orjson

from chassis.access.permissions import Reach
from chassis.projections.reader import RECORD_ERRORS
from chassis.store.database import Connection, Pool
from contracts.journeys.state import View, unknown_state, view
from services.registry.projections import blocks
from services.registry.projections.blocks import BLOCK_OF, CLOSURE, CONTENTS_OF, STATES_OF
from services.registry.projections.entry_pages import Choose, Chosen, in_order
from services.registry.projections.need_to_know import Viewer
from services.registry.projections.reach import in_reach
from services.registry.projections.seen import entry_facts, rows_that_decide, seen_worker, sort_rows
from services.registry.projections.workers import Worker, worker_with, workers_of


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
    helped: tuple[date, ...] = ()
    """The first days of months in which a mission helped, for callers who learn no more of it."""


async def find_node(pool: Pool | Connection, number: str) -> UUID | None:
    """Return the node of the evidence that a number was made from, even if the worker has another number today."""
    node: UUID | None = await pool.fetchval("SELECT node FROM workers WHERE number = $1", number)
    if node is None:
        node = await pool.fetchval("SELECT node FROM minted WHERE number = $1", number)
    return node


EVERY_ENTRY = in_order()


async def read_worker(
    pool: Pool | Connection,
    nodes: Sequence[UUID],
    reach: Reach,
    at: datetime,
    *,
    office: str = "",
    viewer: Viewer | None = None,
    number: str | None = None,
    as_of: datetime | None = None,
    entries: Choose | None = EVERY_ENTRY,
) -> tuple[Reading | None, bool]:
    """Return the worker of nodes, or None; and True if there is one beyond the reach of the caller's ``office``.

    ``number`` is that of the worker to read, if the block of the nodes has several. ``as_of`` leaves out events that were
    recorded later; reach is decided on the records of the present all the same. ``entries`` chooses the records of the
    page. A ``viewer`` gets what the table of need to know gives them; without one, everything is read.
    """
    rows = await pool.fetch(BLOCK_OF, nodes, as_of, blocks.MOST_EVENTS + 1)
    if as_of is not None and not rows:
        # The evidence that the number was made from was recorded later: the worker is known by what it is linked to now.
        reached = [row["node"] for row in await pool.fetch(CLOSURE, nodes, None)]
        rows = await pool.fetch(BLOCK_OF, reached[: blocks.MOST_NODES], as_of, blocks.MOST_EVENTS + 1)
    aside, known = await pool.fetchrow(_ASIDE, list({*nodes, *(row["node"] for row in rows)})), True
    worker = None
    if _bounded(rows):
        try:
            worker = _folded(rows, number, nodes[0])
        except RECORD_ERRORS:
            known = False
        if known and worker is None:
            return None, not await in_reach(pool, reach, office, nodes, None, as_of)
    if worker is None:
        known = False
        worker = await _unfolded(pool, nodes, rows, number)
    if not reach.national:
        present = worker if as_of is None else await fold_worker(pool, nodes, number)
        streams = None if present is None else present.streams
        if not await in_reach(pool, reach, office, nodes, streams, as_of, worker.streams):
            return None, True
    if worker.streams is not None:
        rows = [row for row in rows if row["stream"] in worker.streams]
    now = view(worker.state, at)
    helped: tuple[date, ...] = ()
    if viewer is not None:
        decisive = rows_that_decide(rows)
        contents = {entry.event_id: orjson.loads(entry.facts) for entry in await _contents(pool, decisive)}
        seen = sort_rows(rows, contents, viewer)
        rows, helped = seen.rows, seen.helped
        if known:
            worker, now = seen_worker(worker, seen, viewer, at)
    chosen = Chosen(()) if entries is None else entries(rows)
    shown = await _contents(pool, chosen.rows)
    if viewer is not None:
        shown = [replace(entry, facts=entry_facts(entry.type, entry.facts, viewer)) for entry in shown]
    return Reading(
        worker,
        now,
        shown,
        len(rows),
        known,
        aside["aside"] or not known,
        chosen.before,
        chosen.after,
        helped,
    ), False


_ASIDE = "SELECT EXISTS (SELECT FROM public.set_aside WHERE build = current_schema() AND node = ANY($1::uuid[])) AS aside"
_SETTLED_BEFORE = """
SELECT m.number, EXISTS (SELECT FROM questions q JOIN members o USING (node)
        WHERE m.number IN (q.number, o.number) AND q.number <> o.number) AS parted
FROM members m WHERE m.node = ANY($1::uuid[]) OR m.number = $2
ORDER BY m.number = $2 DESC NULLS LAST LIMIT 1
"""


def _bounded(rows: Sequence[asyncpg.Record]) -> bool:
    return len(rows) <= blocks.MOST_EVENTS and (not rows or rows[0]["nodes"] <= blocks.MOST_NODES)


async def _unfolded(
    pool: Pool | Connection, nodes: Sequence[UUID], rows: Sequence[asyncpg.Record], number: str | None
) -> Worker:
    """Return a worker of whom only the number is known, as last settled.

    Of a block that was parted when it was last settled, nobody knows which records are about this worker: none are shown.
    """
    settled = await pool.fetchrow(_SETTLED_BEFORE, list(nodes), number)
    number = "" if settled is None else settled["number"]
    worker = Worker(number, nodes[0], list({row["node"] for row in rows}), [], [], unknown_state())
    if settled is not None and settled["parted"]:
        worker.streams = frozenset()
    return worker


async def _contents(pool: Pool | Connection, rows: Sequence[asyncpg.Record]) -> list[Entry]:
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


async def within_reach(pool: Pool | Connection, reach: Reach, office: str, node: UUID, number: str) -> bool:
    """Return whether an office has reach over the worker of a block with several workers who has a number."""
    worker = await fold_worker(pool, [node], number)
    return worker is not None and await in_reach(pool, reach, office, [node], worker.streams)


async def fold_worker(
    pool: Pool | Connection, nodes: Sequence[UUID], number: str | None = None, as_of: datetime | None = None
) -> Worker | None:
    """Return the worker of nodes, folded from the evidence; None if there is none, or none that can be folded.

    ``number`` is that of the worker to return, if the block of the nodes has several.
    """
    rows = await pool.fetch(BLOCK_OF, nodes, as_of, blocks.MOST_EVENTS + 1)
    try:
        return _folded(rows, number, nodes[0]) if _bounded(rows) else None
    except RECORD_ERRORS:
        return None


def _folded(rows: Sequence[asyncpg.Record], number: str | None, node: UUID) -> Worker | None:
    return worker_with(workers_of(rows, [sorted({row["node"] for row in rows})]), number, node)


async def freshness(pool: Pool | Connection, nodes: Sequence[UUID]) -> dict[UUID, str]:
    """Return, for each node, a text that changes whenever an event about its worker arrives, including a void.

    Of a worker with more than :data:`~services.registry.projections.blocks.MOST_EVENTS` events it may not change.
    """
    return {row["node"]: row["found"] for row in await pool.fetch(STATES_OF, nodes, None)}
