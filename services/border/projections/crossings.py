"""The read model of crossings, for the officer's list and the totals at the end of a shift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller, Reach
from chassis.store.database import Pool
from chassis.store.decider import Likeness, StreamProjection, record_of
from contracts.border import BorderCrossed, Direction, WorkerDeparted, WorkerDeported, WorkerReturned
from contracts.codes.people import Companion, PersonRole
from contracts.codes.places import CHECKPOINTS
from contracts.envelope import Event, Fact
from contracts.times import later
from services.border.domain.crossing import SAME_WITHIN, direction_of

DDL = """
CREATE TABLE crossings (
    crossing_id    uuid PRIMARY KEY,
    stream_version integer     NOT NULL,
    kind           text        NOT NULL,
    checkpoint     text        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    country        text        NOT NULL,
    role           text        NOT NULL,
    sex            smallint    NOT NULL,
    age_band       text        NOT NULL,
    documented     boolean     NOT NULL,
    vehicle_id     uuid,
    handover_id    uuid,
    recorded_by    text        NOT NULL,
    home_province  text,
    child_alone    boolean     NOT NULL
);
CREATE INDEX crossings_by_post ON crossings (checkpoint, occurred_at, crossing_id);
CREATE INDEX crossings_of_handover ON crossings (handover_id) WHERE handover_id IS NOT NULL;
CREATE INDEX crossings_by_recorder ON crossings (recorded_by, recorded_at);
CREATE INDEX crossings_of_children_alone ON crossings (occurred_at) WHERE child_alone;
"""


def row(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row of a crossing."""
    event, facts = events[0], events[0].facts
    match facts:
        case WorkerDeparted():
            kind, country, handover_id = "departure", facts.destination, None
        case WorkerReturned():
            kind, country, handover_id = "return", facts.returned_from, None
        case WorkerDeported():
            kind, country, handover_id = "deported_return", facts.returned_from, facts.handover_id
        case BorderCrossed():
            kind, country, handover_id = f"other_{facts.direction}", facts.country, None
        case _:
            return None
    return (
        record_of(event.stream),
        kind,
        facts.checkpoint,
        event.occurred_at,
        event.recorded_at,
        country,
        str(facts.role),
        int(facts.sex),
        str(facts.age_band),
        bool(facts.documents_shown),
        facts.vehicle_id,
        handover_id,
        facts.recorded.by,
        facts.home_province,
        came_alone(facts),
    )


def came_alone(facts: Fact) -> bool:
    """Return whether a crossing is that of a child who came into Cambodia without a responsible adult."""
    match facts:
        case WorkerReturned() | WorkerDeported() | BorderCrossed():
            stated = facts.unaccompanied_minor
            nobody = facts.role is PersonRole.CHILD and facts.accompanied_by is Companion.NOBODY
            alone = nobody if stated is None else stated
            return alone and direction_of(facts) is Direction.IN
        case _:
            return False


def likeness(events: Sequence[Event[Any]]) -> Likeness | None:
    """Return the likeness of a crossing: another one of the person in the same direction, at any post."""
    event, facts, cells = events[0], events[0].facts, row(events)
    direction = direction_of(facts)
    if cells is None or direction is None:
        return None
    return Likeness(
        group=direction,
        since=event.occurred_at,
        until=later(event.occurred_at, SAME_WITHIN),
        kind=cells[1],
        place=facts.checkpoint,
        beyond_reach=True,
    )


CROSSINGS = StreamProjection(
    name="crossings",
    columns=(
        ("crossing_id", "uuid"),
        ("kind", "text"),
        ("checkpoint", "text"),
        ("occurred_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("country", "text"),
        ("role", "text"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("documented", "boolean"),
        ("vehicle_id", "uuid"),
        ("handover_id", "uuid"),
        ("recorded_by", "text"),
        ("home_province", "text"),
        ("child_alone", "boolean"),
    ),
    ddl=DDL,
    row=row,
).with_likeness(likeness)


async def find_crossings(
    pool: Pool,
    schema: str,
    reach: Reach,
    day: date,
    checkpoint: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the crossings of a day in Asia/Phnom_Penh within the caller's reach, latest first."""
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.crossings WHERE ($1 OR checkpoint = ANY($2::text[]))"
        " AND ($3::text IS NULL OR checkpoint = $3)"
        " AND occurred_at >= ($4::date)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'"
        " AND occurred_at < ($4::date + 1)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'"
        " AND ($5::timestamptz IS NULL OR (occurred_at, crossing_id) < ($5, $6::uuid))"
        " ORDER BY occurred_at DESC, crossing_id DESC LIMIT $7",
        reach.national,
        list(reach.posts),
        checkpoint,
        day,
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def find_last_recorded(
    pool: Pool, schema: str, caller: Caller, since: datetime, crossing_id: UUID | None
) -> dict[str, Any] | None:
    """Return the crossing within reach that a caller recorded last, whenever it occurred, if that was after ``since``.

    With ``crossing_id`` it is that one, or None.
    """
    posts = list(CHECKPOINTS) if caller.reach.national else list(caller.reach.posts)
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.crossings WHERE checkpoint = ANY($1::text[]) AND recorded_at > $2"
        " AND recorded_by = $3 AND ($4::uuid IS NULL OR crossing_id = $4)"
        " ORDER BY recorded_at DESC, crossing_id DESC LIMIT 1",
        posts,
        since,
        caller.id,
        crossing_id,
    )
    return None if found is None else dict(found)


async def count_crossings(pool: Pool, schema: str, reach: Reach, day: date) -> list[dict[str, Any]]:
    """Return the totals of a day by post, kind, sex and age band, within the caller's reach."""
    rows = await pool.fetch(
        f"SELECT checkpoint, kind, sex, age_band, count(*) AS persons FROM {schema}.crossings"
        " WHERE ($1 OR checkpoint = ANY($2::text[]))"
        " AND occurred_at >= ($3::date)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'"
        " AND occurred_at < ($3::date + 1)::timestamp AT TIME ZONE 'Asia/Phnom_Penh'"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        reach.national,
        list(reach.posts),
        day,
    )
    return [dict(row) for row in rows]
