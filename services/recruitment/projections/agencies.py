"""The read model of recruitment agencies, with the keys by which a name is found. Names are read from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from chassis.store.organisation_keys import keys_asked, keys_held, letters_held
from contracts.envelope import Event, Fact
from contracts.recruitment import AgencyRegistered

DDL = """
CREATE TABLE agencies (
    agency_id      uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    keys           text        NOT NULL,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX agencies_latest ON agencies (registered_at, agency_id);
CREATE INDEX agencies_by_name ON agencies USING gin (string_to_array(keys, ' '));
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of an agency; None if its registration was voided."""
    event = events[0]
    if not isinstance(event.facts, AgencyRegistered):
        return None
    return (record_of(event.stream), keys_held(event.person), event.occurred_at, event.recorded_at)


AGENCIES = StreamProjection(
    name="agencies",
    columns=(
        ("agency_id", "uuid"),
        ("keys", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
    ),
    ddl=DDL,
    row=row,
)


async def find_agencies(
    pool: Pool,
    schema: str,
    *,
    name: str | None = None,
    letter: str | None = None,
    reference: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[UUID]:
    """Return agencies after the key ``after``, the last registered first.

    ``name`` is a text of which each word is a word of the name, or its beginning; ``letter`` is the first letter of the name,
    and ``reference`` the end of the id.
    """
    rows = await pool.fetch(
        f"SELECT agency_id FROM {schema}.agencies WHERE string_to_array(keys, ' ') @> $1::text[]"
        " AND ($2::timestamptz IS NULL OR (registered_at, agency_id) < ($2, $3::uuid))"
        " AND ($4::text IS NULL OR right(agency_id::text, 8) = lower($4))"
        " ORDER BY registered_at DESC, agency_id DESC LIMIT $5",
        keys_asked(name, letter),
        *(after or (None, None)),
        reference or None,
        limit,
    )
    return [each["agency_id"] for each in rows]


async def letters_of_agencies(pool: Pool, schema: str) -> list[str]:
    """Return the first letters of the names of agencies."""
    return await letters_held(pool, f"{schema}.agencies")
