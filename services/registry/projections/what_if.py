"""A worker's timeline as it would be after a correction or a void that nobody has recorded.

The ruling is written into the evidence as a received one, read with the same queries, and rolled back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import asyncpg

from chassis.projections.reader import RECORD_ERRORS
from chassis.store.database import Connection
from chassis.store.event_store import encode_facts
from chassis.store.persons import person_codec
from contracts.catalogue import Catalogue
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal
from services.registry.identity.evidence import about_of, stated, stream_node
from services.registry.projections import evidence
from services.registry.projections.blocks import BLOCK_OF, LINK_REFERRED, MOST_EVENTS, MOST_NODES
from services.registry.projections.reading import Reading
from services.registry.projections.workers import workers_of

_OF_STREAM = """
SELECT event_id, node, names, version, type, occurred_at, recorded_at, first_appended_at, facts, person
FROM facts WHERE stream = $1 ORDER BY version
"""
_LINKS = "SELECT version, a, b FROM links WHERE names = $1 AND (a = ANY($2::uuid[]) OR b = ANY($2::uuid[]))"

Read = Callable[[], Awaitable[Reading | None]]
_CANNOT = "the worker has too many records, or records from which journeys and flags cannot be determined"


class TimelineNotKnown(Refusal):
    """The timeline of this worker cannot be determined now"""

    code = "timeline-not-known"
    status = 409


@asynccontextmanager
async def rolled_back(connection: Connection) -> AsyncIterator[None]:
    """Run a block in a transaction that sees one state of the database and is rolled back at its end."""
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


class Received(NamedTuple):
    """The events of a record as received, and the worker whom they are about: a node, and the number if one is valid."""

    history: list[Event[Fact]]
    node: UUID
    number: str | None


async def received_so_far(
    connection: Connection, catalogue: Catalogue, stream: str, event_id: UUID
) -> Received | None:
    """Return what was received of a record; None if it has no such event.

    Raises TimelineNotKnown if the worker has too many records, or records that cannot be folded.
    """
    rows = await connection.fetch(_OF_STREAM, stream)
    node = next((row["node"] for row in rows if row["event_id"] == event_id), None)
    if node is None:
        return None
    block = await connection.fetch(BLOCK_OF, [node], None, MOST_EVENTS + 1)
    try:
        if len(block) > MOST_EVENTS or block[0]["nodes"] > MOST_NODES:
            raise TimelineNotKnown(_CANNOT)
        workers = workers_of(block, [sorted({row["node"] for row in block})])
        history = await _history(connection, catalogue, stream, rows)
    except RECORD_ERRORS:
        raise TimelineNotKnown(_CANNOT) from None
    worker = next((each for each in workers if each.streams is None or stream in each.streams), None)
    return (
        Received(history, node, None) if worker is None else Received(history, worker.origin, worker.number)
    )


async def read_as_if(connection: Connection, ruling: Event[Fact], read: Read) -> Reading | None:
    """Return what ``read`` gives after a ruling, which is rolled back. Call it in a transaction."""
    value = b'{"facts":' + encode_facts(ruling.facts).encode() + b',"handles":[]}'
    rows = evidence.rows_of_event(ruling, value)
    attempt = connection.transaction()
    await attempt.start()
    try:
        await evidence.insert(connection, evidence.evidence_rows([rows]))
        await connection.execute(
            LINK_REFERRED.format(where="f.node = $1 AND f.event_id = $2"), UUID(rows.fact[0]), ruling.id
        )
        return await read()
    finally:
        await attempt.rollback()


async def _history(
    connection: Connection, catalogue: Catalogue, stream: str, rows: Sequence[asyncpg.Record]
) -> list[Event[Fact]]:
    nodes = [row["node"] for row in rows]
    linked: dict[tuple[UUID, int], set[str]] = {}
    for names in {row["names"] for row in rows}:
        for link in await connection.fetch(_LINKS, names, nodes):
            linked.setdefault((names, link["version"]), set()).update((link["a"].hex, link["b"].hex))
    return [_event(catalogue, stream, row, linked.get((row["names"], row["version"]), set())) for row in rows]


def _event(catalogue: Catalogue, stream: str, row: asyncpg.Record, linked: set[str]) -> Event[Fact]:
    """Return a received event. Its handles are those that it links, and its node if no document was shown beside it."""
    facts = catalogue.fact(row["type"]).model_validate_json(row["facts"]).latest()
    event: Event[Fact] = Event(
        id=row["event_id"],
        stream=stream,
        version=row["version"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        facts=facts,
        person=None if row["person"] is None else person_codec().load(row["person"]),
        handles=(),
        correlation_id=row["event_id"],
        appended_at=row["first_appended_at"],
    )
    about = about_of(stated(event))
    others = {stream_node(stream)} | (set() if about is None else {stream_node(about)})
    handles = tuple(sorted({*linked, row["node"].hex} - others))
    return replace(event, handles=handles)
