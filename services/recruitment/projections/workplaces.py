"""The read model of workplaces abroad, by employer. Names and addresses are read from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.envelope import Event, Fact
from contracts.recruitment import WorkplaceRegistered
from services.recruitment.projections.reach import WITHIN_OR_OFFICIAL, bounds

MOST_SHOWN = 100
DDL = """
CREATE TABLE workplaces (
    workplace_id   uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    agency_id      text,
    employer_id    uuid        NOT NULL,
    country        text        NOT NULL,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX workplaces_of_employer ON workplaces (employer_id, registered_at, workplace_id);
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of a workplace; None if its registration was voided."""
    event, facts = events[0], events[0].facts
    if not isinstance(facts, WorkplaceRegistered):
        return None
    return (
        record_of(event.stream),
        None if facts.agency_id is None else str(facts.agency_id),
        facts.employer_id,
        facts.country,
        event.occurred_at,
        event.recorded_at,
    )


WORKPLACES = StreamProjection(
    name="workplaces",
    columns=(
        ("workplace_id", "uuid"),
        ("agency_id", "text"),
        ("employer_id", "uuid"),
        ("country", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
    ),
    ddl=DDL,
    row=row,
)


async def find_workplaces(
    pool: Pool, schema: str, reach: Reach, employer_id: UUID | None = None, limit: int = MOST_SHOWN
) -> list[dict[str, Any]]:
    """Return the workplaces of an employer, or of all, within the caller's reach: those last registered, the last first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.workplaces WHERE {WITHIN_OR_OFFICIAL.format(country='country')}"
        " AND ($4::uuid IS NULL OR employer_id = $4)"
        " ORDER BY registered_at DESC, workplace_id DESC LIMIT $5",
        *bounds(reach),
        employer_id,
        limit,
    )
    return [dict(row) for row in rows]
