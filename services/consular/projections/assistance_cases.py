"""The read model of assistance cases, for the attaché's queue and the case page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import StreamProjection, record_of
from contracts.codes.missions import MISSIONS
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseOpened,
)
from contracts.envelope import Event, PersonFact
from services.consular.domain.assistance_case import AssistanceCase, evolve

DDL = """
CREATE TABLE assistance_cases (
    case_id         uuid PRIMARY KEY,
    stream_version  integer     NOT NULL,
    mission         text        NOT NULL,
    mission_country text        NOT NULL,
    country         text        NOT NULL,
    category        text        NOT NULL,
    urgency         text        NOT NULL,
    status_abroad   text        NOT NULL,
    due_on          date,
    queue_on        date        NOT NULL,
    attache         text,
    about           text,
    identified      boolean     NOT NULL,
    sex             smallint    NOT NULL,
    age_band        text        NOT NULL,
    home_province   text,
    opened_at       timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    actions         integer     NOT NULL,
    last_action     text,
    last_acted_at   timestamptz,
    closed_at       timestamptz,
    outcome         text,
    recorded_by     text        NOT NULL
);
CREATE INDEX assistance_cases_queue ON assistance_cases (queue_on, case_id) WHERE closed_at IS NULL;
CREATE INDEX assistance_cases_of_attache ON assistance_cases (attache, queue_on, case_id)
    WHERE closed_at IS NULL;
"""
NOTHING_DUE = date.max
"""The sort key of a case in which nothing is due: it comes last."""

Whose = Literal["mine", "unassigned", "all"]


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of a case; None if its opening was voided."""
    state = AssistanceCase()
    opening: Event[AssistanceCaseOpened] | None = None
    person: PersonFact | None = None
    about: str | None = None
    outcome: str | None = None
    acted: list[tuple[datetime, str]] = []
    for event in events:
        state = evolve(state, event)
        match event.facts:
            case AssistanceCaseOpened() as facts:
                opening, person, about = event, facts, facts.about
            case AssistanceCallerIdentified() as facts:
                person, about = facts, facts.about or about
            case AssistanceActionLogged() as facts:
                acted.append((event.occurred_at, str(facts.action)))
            case AssistanceCaseClosed() as facts:
                outcome = str(facts.outcome)
    if opening is None or state.mission is None or person is None:
        return None
    opened = opening.facts
    assert isinstance(opened, AssistanceCaseOpened)
    due_on = state.due_on if state.closed_at is None else None
    last_acted_at, last_action = max(acted) if acted else (None, None)
    return (
        record_of(opening.stream),
        state.mission,
        MISSIONS[state.mission].country,
        opened.country,
        str(opened.category),
        str(opened.urgency),
        str(opened.status_abroad),
        due_on,
        due_on or NOTHING_DUE,
        state.attache,
        about,
        state.identified,
        int(person.sex),
        str(person.age_band),
        person.home_province,
        opening.occurred_at,
        opening.recorded_at,
        len(acted),
        last_action,
        last_acted_at,
        state.closed_at,
        outcome,
        opened.recorded.by,
    )


ASSISTANCE_CASES = StreamProjection(
    name="assistance_cases",
    columns=(
        ("case_id", "uuid"),
        ("mission", "text"),
        ("mission_country", "text"),
        ("country", "text"),
        ("category", "text"),
        ("urgency", "text"),
        ("status_abroad", "text"),
        ("due_on", "date"),
        ("queue_on", "date"),
        ("attache", "text"),
        ("about", "text"),
        ("identified", "boolean"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("home_province", "text"),
        ("opened_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("actions", "integer"),
        ("last_action", "text"),
        ("last_acted_at", "timestamptz"),
        ("closed_at", "timestamptz"),
        ("outcome", "text"),
        ("recorded_by", "text"),
    ),
    ddl=DDL,
    row=row,
)

_WITHIN = "($1 OR mission_country = ANY($2::text[]))"


def _bounds(reach: Reach) -> tuple[bool, list[str]]:
    return reach.national, sorted(reach.countries)


async def find_open_cases(
    pool: Pool,
    schema: str,
    reach: Reach,
    *,
    whose: Whose = "all",
    caller: str,
    mission: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the open cases within the caller's reach after the key ``after``, by due date, the most overdue first."""
    conditions, values = [_WITHIN, "closed_at IS NULL"], list[Any](_bounds(reach))
    if whose == "mine":
        values.append(caller)
        conditions.append(f"attache = ${len(values)}")
    elif whose == "unassigned":
        conditions.append("attache IS NULL")
    if mission is not None:
        values.append(mission)
        conditions.append(f"mission = ${len(values)}")
    if after is not None:
        values += after
        conditions.append(f"(queue_on, case_id) > (${len(values) - 1}::date, ${len(values)}::uuid)")
    values.append(limit)
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.assistance_cases WHERE {' AND '.join(conditions)}"
        f" ORDER BY queue_on, case_id LIMIT ${len(values)}",
        *values,
    )
    return [dict(row) for row in rows]


async def find_case(pool: Pool, schema: str, reach: Reach, case_id: UUID) -> dict[str, Any] | None:
    """Return a case within the caller's reach, open or closed, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.assistance_cases WHERE {_WITHIN} AND case_id = $3", *_bounds(reach), case_id
    )
    return None if found is None else dict(found)


async def count_open_cases(
    pool: Pool, schema: str, reach: Reach, *, caller: str, today: date
) -> dict[str, int]:
    """Return the number of open cases within reach: all, overdue, the caller's own, and unassigned."""
    found = await pool.fetchrow(
        "SELECT count(*) AS all, count(*) FILTER (WHERE due_on < $3) AS overdue,"
        " count(*) FILTER (WHERE attache = $4) AS mine, count(*) FILTER (WHERE attache IS NULL) AS unassigned"
        f" FROM {schema}.assistance_cases WHERE {_WITHIN} AND closed_at IS NULL",
        *_bounds(reach),
        today,
        caller,
    )
    return dict(found) if found is not None else {}
