"""The read model of permits, for the list of a mission and the page of a permit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import Likeness, StreamProjection, record_of
from contracts.codes.missions import MISSIONS
from contracts.consular import PermitLapsed, PermitRecorded
from contracts.envelope import Event

DDL = """
CREATE TABLE permits (
    permit_id       uuid PRIMARY KEY,
    stream_version  integer     NOT NULL,
    mission         text        NOT NULL,
    mission_country text        NOT NULL,
    country         text        NOT NULL,
    kind            text        NOT NULL,
    regularisation  boolean     NOT NULL,
    valid_from      date        NOT NULL,
    valid_until     date,
    lapsed_on       date,
    lapse_reason    text,
    about           text,
    sex             smallint    NOT NULL,
    age_band        text        NOT NULL,
    home_province   text,
    issued_at       timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL
);
CREATE INDEX permits_latest ON permits (issued_at, permit_id);
"""


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of a permit; None if its record was voided."""
    event = events[0]
    facts = event.facts
    if not isinstance(facts, PermitRecorded):
        return None
    lapsed = next((each.facts for each in events[1:] if isinstance(each.facts, PermitLapsed)), None)
    return (
        record_of(event.stream),
        facts.mission,
        MISSIONS[facts.mission].country,
        facts.country,
        str(facts.kind),
        facts.regularisation,
        facts.valid_from,
        facts.valid_until,
        None if lapsed is None else lapsed.lapsed_on,
        None if lapsed is None else str(lapsed.reason),
        facts.about,
        int(facts.sex),
        str(facts.age_band),
        facts.home_province,
        event.occurred_at,
        event.recorded_at,
    )


def likeness(events: Sequence[Event[Any]]) -> Likeness | None:
    """Return the likeness of a permit that did not lapse: another one of the kind that the person has from the same day."""
    facts = events[0].facts
    if not isinstance(facts, PermitRecorded) or any(isinstance(each.facts, PermitLapsed) for each in events):
        return None
    from_day = datetime.combine(facts.valid_from, time(), UTC)
    group = f"{facts.mission} {facts.country} {facts.kind}"
    return Likeness(group, from_day, from_day, kind=str(facts.kind), place=facts.mission)


PERMITS = StreamProjection(
    name="permits",
    columns=(
        ("permit_id", "uuid"),
        ("mission", "text"),
        ("mission_country", "text"),
        ("country", "text"),
        ("kind", "text"),
        ("regularisation", "boolean"),
        ("valid_from", "date"),
        ("valid_until", "date"),
        ("lapsed_on", "date"),
        ("lapse_reason", "text"),
        ("about", "text"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("home_province", "text"),
        ("issued_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
    ),
    ddl=DDL,
    row=row,
).with_likeness(likeness)

_WITHIN = "($1 OR mission_country = ANY($2::text[]))"


def _bounds(reach: Reach) -> tuple[bool, list[str]]:
    return reach.national, sorted(reach.countries)


async def find_permits(
    pool: Pool,
    schema: str,
    reach: Reach,
    *,
    mission: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the permits within the caller's reach after the key ``after``, the latest issued first."""
    conditions, values = [_WITHIN], list[Any](_bounds(reach))
    if mission is not None:
        values.append(mission)
        conditions.append(f"mission = ${len(values)}")
    if after is not None:
        values += after
        conditions.append(f"(issued_at, permit_id) < (${len(values) - 1}::timestamptz, ${len(values)}::uuid)")
    values.append(limit)
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.permits WHERE {' AND '.join(conditions)}"
        f" ORDER BY issued_at DESC, permit_id DESC LIMIT ${len(values)}",
        *values,
    )
    return [dict(row) for row in rows]


async def find_permit(pool: Pool, schema: str, reach: Reach, permit_id: UUID) -> dict[str, Any] | None:
    """Return a permit within the caller's reach, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.permits WHERE {_WITHIN} AND permit_id = $3", *_bounds(reach), permit_id
    )
    return None if found is None else dict(found)
