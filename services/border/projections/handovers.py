"""The read model of handovers, with the announced and the counted number of persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.border import HandoverAnnounced, HandoverCounted
from contracts.envelope import Event, Fact

DDL = """
CREATE TABLE handovers (
    handover_id     uuid PRIMARY KEY,
    stream_version  integer     NOT NULL,
    checkpoint      text        NOT NULL,
    handed_over_by  text        NOT NULL,
    authority       text        NOT NULL,
    announced_at    timestamptz NOT NULL,
    count_announced integer     NOT NULL,
    count_taken     integer
);
CREATE INDEX handovers_by_post ON handovers (checkpoint, announced_at);
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of a handover; None if its announcement was voided."""
    announced: HandoverAnnounced | None = None
    taken: int | None = None
    for event in events:
        match event.facts:
            case HandoverAnnounced():
                announced, at = event.facts, event.occurred_at
            case HandoverCounted():
                taken = event.facts.count_taken
    if announced is None:
        return None
    return (
        record_of(events[0].stream),
        announced.checkpoint,
        announced.handed_over_by,
        str(announced.authority),
        at,
        announced.count_announced,
        taken,
    )


HANDOVERS = StreamProjection(
    name="handovers",
    columns=(
        ("handover_id", "uuid"),
        ("checkpoint", "text"),
        ("handed_over_by", "text"),
        ("authority", "text"),
        ("announced_at", "timestamptz"),
        ("count_announced", "integer"),
        ("count_taken", "integer"),
    ),
    ddl=DDL,
    row=row,
)


_WITH_PERSONS = """
SELECT h.*, h.count_announced - h.count_taken AS missing,
(SELECT count(*) FROM {crossings}.crossings c WHERE c.handover_id = h.handover_id) AS persons_recorded
FROM {handovers}.handovers h
"""


async def find_handovers(
    pool: Pool, schemas: dict[str, str], reach: Reach, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the handovers within the caller's reach, the latest announced first."""
    rows = await pool.fetch(
        _WITH_PERSONS.format(crossings=schemas["crossings"], handovers=schemas["handovers"])
        + "WHERE ($1 OR h.checkpoint = ANY($2::text[]))"
        " AND ($3::timestamptz IS NULL OR (h.announced_at, h.handover_id) < ($3, $4::uuid))"
        " ORDER BY h.announced_at DESC, h.handover_id DESC LIMIT $5",
        reach.national,
        list(reach.posts),
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def find_handover(
    pool: Pool, schemas: dict[str, str], reach: Reach, handover_id: UUID
) -> dict[str, Any] | None:
    """Return a handover within the caller's reach, or None, with the number of persons recorded so far under it."""
    found = await pool.fetchrow(
        _WITH_PERSONS.format(crossings=schemas["crossings"], handovers=schemas["handovers"])
        + "WHERE h.handover_id = $1 AND ($2 OR h.checkpoint = ANY($3::text[]))",
        handover_id,
        reach.national,
        list(reach.posts),
    )
    return None if found is None else dict(found)
