"""The read model of employers in Cambodia, by province and by the keys of a name. Names are read from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from chassis.store.organisation_keys import keys_asked, keys_held, letters_held
from contracts.envelope import Event, Fact
from contracts.reintegration import HomeEmployerFact, HomeEmployerRegistered

DDL = """
CREATE TABLE employers (
    employer_id    uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    kind           text        NOT NULL,
    province       text        NOT NULL,
    sector         text,
    keys           text        NOT NULL,
    registered_at  timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX employers_latest ON employers (registered_at, employer_id);
CREATE INDEX employers_of_province ON employers (province, registered_at, employer_id);
CREATE INDEX employers_by_name ON employers USING gin (string_to_array(keys, ' '));
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of an employer, as it is after the last change; None if its registration was voided."""
    first, latest = events[0], employer_now(events)
    if not isinstance(first.facts, HomeEmployerRegistered):
        return None
    return (
        record_of(first.stream),
        str(latest.facts.kind),
        latest.facts.province,
        latest.facts.sector,
        keys_held(latest.person),
        first.occurred_at,
        first.recorded_at,
    )


def employer_now(events: Sequence[Event[Any]]) -> Event[HomeEmployerFact]:
    """Return the valid event that states an employer as it is now: the last change, or the registration."""
    return max(reversed(events), key=lambda event: event.occurred_at)


EMPLOYERS = StreamProjection(
    name="employers",
    columns=(
        ("employer_id", "uuid"),
        ("kind", "text"),
        ("province", "text"),
        ("sector", "text"),
        ("keys", "text"),
        ("registered_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
    ),
    ddl=DDL,
    row=row,
    rules=4,
)


async def find_employers(
    pool: Pool,
    schema: str,
    *,
    name: str | None = None,
    letter: str | None = None,
    reference: str | None = None,
    provinces: Sequence[str] = (),
    kind: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the employers after the key ``after``, the last registered first; without ``provinces``, of all provinces.

    ``name`` is a text of which each word is a word of the name, or its beginning; ``letter`` is the first letter of the name,
    and ``reference`` the end of the id.
    """
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.employers WHERE string_to_array(keys, ' ') @> $1::text[]"
        " AND (cardinality($2::text[]) = 0 OR province = ANY($2)) AND ($3::text IS NULL OR kind = $3)"
        " AND ($4::timestamptz IS NULL OR (registered_at, employer_id) < ($4, $5::uuid))"
        " AND ($7::text IS NULL OR right(employer_id::text, 8) = lower($7))"
        " ORDER BY registered_at DESC, employer_id DESC LIMIT $6",
        keys_asked(name, letter),
        list(provinces),
        kind,
        *(after or (None, None)),
        limit,
        reference or None,
    )
    return [dict(row) for row in rows]


async def letters_of_employers(pool: Pool, schema: str) -> list[str]:
    """Return the first letters of the names of employers."""
    return await letters_held(pool, f"{schema}.employers")
