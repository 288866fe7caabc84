"""The read model of applications for recognition, for the assessor's list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import NATIONAL_DESK, StreamProjection, record_of
from contracts.envelope import Event, Fact
from contracts.skills import (
    AssessmentBooked,
    AssessmentDecided,
    RecognitionApplied,
    RecognitionRevoked,
    SkillsRecognised,
)

Status = Literal["applied", "booked", "decided", "recognised", "revoked"]

DDL = """
CREATE TABLE applications (
    application_id uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    status         text        NOT NULL,
    about          text,
    occupation     text        NOT NULL,
    contracts      integer     NOT NULL,
    sex            smallint    NOT NULL,
    age_band       text        NOT NULL,
    home_province  text,
    province       text        NOT NULL,
    applied_at     timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    method         text,
    assessed_on    date,
    assessed_in    text,
    result         text,
    appeal_until   date,
    recognised_for text,
    level          smallint,
    recognised_at  timestamptz,
    revoked_at     timestamptz,
    revoked_for    text
);
CREATE INDEX applications_by_status ON applications (status, applied_at, application_id);
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of an application; None if it was voided."""
    opening: Event[Fact] | None = None
    status = "applied"
    method = on = province = result = appeal_until = recognised_for = level = None
    recognised_at = revoked_at = revoked_for = None
    for event in events:
        match event.facts:
            case RecognitionApplied():
                opening = event
            case AssessmentBooked() as facts:
                status, method, on, province = "booked", str(facts.method), facts.on, facts.province
                result = appeal_until = None
            case AssessmentDecided() as facts:
                status, result, appeal_until = "decided", str(facts.result), facts.appeal_until
            case SkillsRecognised() as facts:
                status, recognised_for, level = "recognised", facts.occupation, int(facts.level)
                recognised_at, revoked_at, revoked_for = event.occurred_at, None, None
            case RecognitionRevoked() as facts:
                status, revoked_at, revoked_for = "revoked", event.occurred_at, str(facts.reason)
    if opening is None:
        return None
    first = opening.facts
    assert isinstance(first, RecognitionApplied)
    return (
        record_of(opening.stream),
        status,
        first.about,
        first.occupation,
        len({work.employment_contract for work in first.experience} - {None}),
        int(first.sex),
        str(first.age_band),
        first.home_province,
        first.province or first.home_province or NATIONAL_DESK,
        opening.occurred_at,
        opening.recorded_at,
        method,
        on,
        province,
        result,
        appeal_until,
        recognised_for,
        level,
        recognised_at,
        revoked_at,
        revoked_for,
    )


APPLICATIONS = StreamProjection(
    name="applications",
    columns=(
        ("application_id", "uuid"),
        ("status", "text"),
        ("about", "text"),
        ("occupation", "text"),
        ("contracts", "integer"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("home_province", "text"),
        ("province", "text"),
        ("applied_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("method", "text"),
        ("assessed_on", "date"),
        ("assessed_in", "text"),
        ("result", "text"),
        ("appeal_until", "date"),
        ("recognised_for", "text"),
        ("level", "smallint"),
        ("recognised_at", "timestamptz"),
        ("revoked_at", "timestamptz"),
        ("revoked_for", "text"),
    ),
    ddl=DDL,
    row=row,
    rules=3,
)

_WITHIN = "($1 OR province = ANY($2::text[]))"


async def find_applications(
    pool: Pool, schema: str, reach: Reach, status: Status | None, after: tuple[Any, ...] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the applications within the caller's reach after the key ``after``, the longest waiting first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.applications WHERE {_WITHIN} AND ($3::text IS NULL OR status = $3)"
        " AND ($4::timestamptz IS NULL OR (applied_at, application_id) > ($4, $5::uuid))"
        " ORDER BY applied_at, application_id LIMIT $6",
        reach.national,
        sorted(reach.provinces),
        status,
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def count_applications(
    pool: Pool, schema: str, reach: Reach, statuses: Iterable[Status]
) -> dict[str, int]:
    """Return the numbers of applications within the caller's reach, by status."""
    rows = await pool.fetch(
        f"SELECT status, count(*) AS number FROM {schema}.applications"
        f" WHERE {_WITHIN} AND status = ANY($3::text[]) GROUP BY status",
        reach.national,
        sorted(reach.provinces),
        list(statuses),
    )
    return {row["status"]: row["number"] for row in rows}


async def find_application(
    pool: Pool, schema: str, reach: Reach, application_id: UUID
) -> dict[str, Any] | None:
    """Return an application within the caller's reach, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.applications WHERE {_WITHIN} AND application_id = $3",
        reach.national,
        sorted(reach.provinces),
        application_id,
    )
    return None if found is None else dict(found)
