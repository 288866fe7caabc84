"""The read model of employers abroad: reach, and the keys by which a name is found. Names are read from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from chassis.store.organisation_keys import keys_asked, keys_held, letters_held
from contracts.envelope import Event, Fact
from contracts.recruitment import EmployerRegistered
from services.recruitment.projections.reach import WITHIN_OR_OFFICIAL, bounds

DDL = """
CREATE TABLE employers (
    employer_id    uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    agency_id      text,
    kind           text        NOT NULL,
    country        text        NOT NULL,
    sector         text,
    keys           text        NOT NULL,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX employers_latest ON employers (registered_at, employer_id);
CREATE INDEX employers_by_name ON employers USING gin (string_to_array(keys, ' '));
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of an employer; None if its registration was voided."""
    event, facts = events[0], events[0].facts
    if not isinstance(facts, EmployerRegistered):
        return None
    return (
        record_of(event.stream),
        None if facts.agency_id is None else str(facts.agency_id),
        str(facts.kind),
        facts.country,
        facts.sector,
        keys_held(event.person),
        event.occurred_at,
        event.recorded_at,
    )


EMPLOYERS = StreamProjection(
    name="employers",
    columns=(
        ("employer_id", "uuid"),
        ("agency_id", "text"),
        ("kind", "text"),
        ("country", "text"),
        ("sector", "text"),
        ("keys", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
    ),
    ddl=DDL,
    row=row,
    rules=3,
)

_WITHIN = WITHIN_OR_OFFICIAL.format(country="country")


async def find_employers(
    pool: Pool,
    schema: str,
    reach: Reach,
    *,
    name: str | None = None,
    letter: str | None = None,
    reference: str | None = None,
    country: str | None = None,
    kind: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the employers within the caller's reach after the key ``after``, the last registered first.

    ``name`` is a text of which each word is a word of the name, or its beginning; ``letter`` is the first letter of the name,
    and ``reference`` the end of the id.
    """
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.employers WHERE {_WITHIN}"
        " AND string_to_array(keys, ' ') @> $4::text[]"
        " AND ($5::text IS NULL OR country = $5) AND ($6::text IS NULL OR kind = $6)"
        " AND ($7::timestamptz IS NULL OR (registered_at, employer_id) < ($7, $8::uuid))"
        " AND ($10::text IS NULL OR right(employer_id::text, 8) = lower($10))"
        " ORDER BY registered_at DESC, employer_id DESC LIMIT $9",
        *bounds(reach),
        keys_asked(name, letter),
        country,
        kind,
        *(after or (None, None)),
        limit,
        reference or None,
    )
    return [dict(row) for row in rows]


async def letters_of_employers(pool: Pool, schema: str, reach: Reach) -> list[str]:
    """Return the first letters of the names of the employers within the caller's reach."""
    return await letters_held(pool, f"{schema}.employers", _WITHIN, *bounds(reach))
