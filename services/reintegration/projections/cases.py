"""The read model of reintegration cases, for the counsellor's queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from chassis.access.permissions import Reach
from chassis.store.database import Pool
from chassis.store.decider import NATIONAL_DESK, StreamProjection, record_of
from contracts.envelope import Event
from contracts.reintegration import (
    CounsellingSessionHeld,
    NeedsRecorded,
    ReintegrationCaseClosed,
    ReintegrationCaseOpened,
    ReturnJoined,
    WorkerPlaced,
)
from contracts.times import day_of, later
from services.reintegration.domain.case import Case, evolve
from services.reintegration.domain.match import Answer

Queue = Literal["unassigned", "mine", "open", "overdue", "closed"]

FIRST_CONTACT = timedelta(days=14)
"""A returnee is to be contacted within this time of the return."""
FOLLOW_UP = timedelta(days=30)
"""The next contact is due within this time of the last one, unless another day was agreed."""
_NOTHING_DUE = date(9999, 12, 31)

DDL = """
CREATE TABLE cases (
    case_id           uuid PRIMARY KEY,
    stream_version    integer     NOT NULL,
    return_event_id   uuid        NOT NULL,
    about             text        NOT NULL,
    returned_from     text        NOT NULL,
    deported          boolean     NOT NULL,
    sex               smallint    NOT NULL,
    age_band          text        NOT NULL,
    home_province     text,
    province          text        NOT NULL,
    opened_at         timestamptz NOT NULL,
    recorded_at       timestamptz NOT NULL,
    counsellor        text,
    needs             text        NOT NULL,
    occupation_wanted text,
    province_wanted   text,
    sessions          integer     NOT NULL,
    last_contact_at   timestamptz,
    due_on            date,
    queue_on          date        NOT NULL,
    pending           integer     NOT NULL,
    accepted          text        NOT NULL,
    starts_on         date,
    outcome           text,
    closed_at         timestamptz,
    mark              text
);
CREATE INDEX cases_queue ON cases (queue_on, case_id) WHERE outcome IS NULL;
CREATE INDEX cases_of_counsellor ON cases (counsellor, queue_on, case_id) WHERE outcome IS NULL;
CREATE INDEX cases_closed ON cases (closed_at, case_id) WHERE outcome IS NOT NULL;
CREATE INDEX cases_accepted ON cases USING gin (string_to_array(accepted, ' ')) WHERE accepted <> '';
"""


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of a case; None if its opening was voided."""
    opening: Event[ReintegrationCaseOpened] | None = None
    state = Case()
    came_back_at: datetime | None = None
    occupation_wanted = province_wanted = last_contact_at = next_contact_on = starts_on = closed_at = None
    sessions = 0
    for event in events:
        state = evolve(state, event)
        match event.facts:
            case ReintegrationCaseOpened():
                opening = event
                came_back_at = max(came_back_at or event.occurred_at, event.occurred_at)
            case ReturnJoined():
                came_back_at = max(came_back_at or event.occurred_at, event.occurred_at)
            case NeedsRecorded() as facts:
                occupation_wanted, province_wanted = facts.occupation_wanted, facts.province_wanted
                last_contact_at = max(last_contact_at or event.occurred_at, event.occurred_at)
            case CounsellingSessionHeld() as facts:
                sessions += 1
                if last_contact_at is None or last_contact_at <= event.occurred_at:
                    next_contact_on = facts.next_contact_on
                last_contact_at = max(last_contact_at or event.occurred_at, event.occurred_at)
            case WorkerPlaced() as facts:
                starts_on = facts.starts_on
            case ReintegrationCaseClosed():
                closed_at = event.occurred_at
    if opening is None or came_back_at is None:
        return None
    first = opening.facts
    due_on = None
    if state.outcome is None and state.mark is None:
        due_on = _due_on(came_back_at, last_contact_at, next_contact_on)
    answers = state.matches.values()
    return (
        record_of(opening.stream),
        first.return_event_id,
        first.about,
        first.returned_from,
        first.deported,
        int(first.sex),
        str(first.age_band),
        first.home_province,
        state.province or NATIONAL_DESK,
        opening.occurred_at,
        opening.recorded_at,
        state.counsellor,
        " ".join(state.needs),
        occupation_wanted,
        province_wanted,
        sessions,
        last_contact_at,
        due_on,
        due_on or _NOTHING_DUE,
        sum(match.answer is Answer.PENDING for match in answers),
        " ".join(sorted({str(match.vacancy_id) for match in answers if match.answer is Answer.ACCEPTED})),
        starts_on,
        None if state.outcome is None else str(state.outcome),
        closed_at,
        None if state.mark is None else str(state.mark),
    )


def _due_on(came_back_at: datetime, last_contact_at: datetime | None, agreed_on: date | None) -> date:
    if last_contact_at is None:
        return later(day_of(came_back_at), FIRST_CONTACT)
    last_on = day_of(last_contact_at)
    return agreed_on if agreed_on is not None and agreed_on >= last_on else later(last_on, FOLLOW_UP)


CASES = StreamProjection(
    name="cases",
    columns=(
        ("case_id", "uuid"),
        ("return_event_id", "uuid"),
        ("about", "text"),
        ("returned_from", "text"),
        ("deported", "boolean"),
        ("sex", "smallint"),
        ("age_band", "text"),
        ("home_province", "text"),
        ("province", "text"),
        ("opened_at", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("counsellor", "text"),
        ("needs", "text"),
        ("occupation_wanted", "text"),
        ("province_wanted", "text"),
        ("sessions", "integer"),
        ("last_contact_at", "timestamptz"),
        ("due_on", "date"),
        ("queue_on", "date"),
        ("pending", "integer"),
        ("accepted", "text"),
        ("starts_on", "date"),
        ("outcome", "text"),
        ("closed_at", "timestamptz"),
        ("mark", "text"),
    ),
    ddl=DDL,
    row=row,
)

_WITHIN = "($1 OR province = ANY($2::text[]))"
_QUEUES: Mapping[str, str] = {
    "unassigned": "outcome IS NULL AND counsellor IS NULL AND $3::text IS NOT NULL AND $4::date IS NOT NULL",
    "mine": "outcome IS NULL AND counsellor = $3 AND $4::date IS NOT NULL",
    "open": "outcome IS NULL AND $3::text IS NOT NULL AND $4::date IS NOT NULL",
    "overdue": "outcome IS NULL AND queue_on < $4 AND $3::text IS NOT NULL",
    "closed": "outcome IS NOT NULL AND $3::text IS NOT NULL AND $4::date IS NOT NULL",
}


async def find_queue(
    pool: Pool,
    schema: str,
    reach: Reach,
    queue: Queue,
    caller: str,
    today: date,
    province: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return a queue within the caller's reach after the key ``after``: open cases by due day, closed with the latest first."""
    key, kind, way, order = ("queue_on", "date", ">", "ASC")
    if queue == "closed":
        key, kind, way, order = ("closed_at", "timestamptz", "<", "DESC")
    rows = await pool.fetch(
        f"SELECT * FROM {schema}.cases WHERE {_WITHIN} AND {_QUEUES[queue]}"
        " AND ($5::text IS NULL OR province = $5)"
        f" AND ($6::{kind} IS NULL OR ({key}, case_id) {way} ($6, $7::uuid))"
        f" ORDER BY {key} {order}, case_id {order} LIMIT $8",
        reach.national,
        sorted(reach.provinces),
        caller,
        today,
        province,
        *(after or (None, None)),
        limit,
    )
    return [dict(row) for row in rows]


async def find_case(pool: Pool, schema: str, reach: Reach, case_id: UUID) -> dict[str, Any] | None:
    """Return a case within the caller's reach, or None."""
    found = await pool.fetchrow(
        f"SELECT * FROM {schema}.cases WHERE {_WITHIN} AND case_id = $3",
        reach.national,
        sorted(reach.provinces),
        case_id,
    )
    return None if found is None else dict(found)


async def count_queues(pool: Pool, schema: str, reach: Reach, caller: str, today: date) -> dict[str, int]:
    """Count the open cases of each queue within the caller's reach."""
    row = await pool.fetchrow(
        "SELECT count(*) AS open, count(*) FILTER (WHERE counsellor IS NULL) AS unassigned,"
        " count(*) FILTER (WHERE counsellor = $3) AS mine, count(*) FILTER (WHERE queue_on < $4) AS overdue"
        f" FROM {schema}.cases WHERE {_WITHIN} AND outcome IS NULL",
        reach.national,
        sorted(reach.provinces),
        caller,
        today,
    )
    assert row is not None
    return dict(row)
