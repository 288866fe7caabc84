"""The read model of recruitment agencies. Their names are read from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.envelope import Event, Fact
from contracts.recruitment import AgencyRegistered

DDL = """
CREATE TABLE agencies (
    agency_id      uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX agencies_latest ON agencies (registered_at, agency_id);
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of an agency; None if its registration was voided."""
    event = events[0]
    if not isinstance(event.facts, AgencyRegistered):
        return None
    return (record_of(event.stream), event.occurred_at, event.recorded_at)


AGENCIES = StreamProjection(
    name="agencies",
    columns=(("agency_id", "uuid"), ("registered_at", "timestamptz"), ("recorded_at", "timestamptz")),
    ddl=DDL,
    row=row,
)


async def find_agencies(
    pool: Pool, schema: str, *, after: tuple[Any, ...] | None = None, limit: int
) -> list[UUID]:
    """Return agencies after the key ``after``, the last registered first."""
    rows = await pool.fetch(
        f"SELECT agency_id FROM {schema}.agencies"
        " WHERE $1::timestamptz IS NULL OR (registered_at, agency_id) < ($1, $2::uuid)"
        " ORDER BY registered_at DESC, agency_id DESC LIMIT $3",
        *(after or (None, None)),
        limit,
    )
    return [each["agency_id"] for each in rows]
