"""The read model of reintegration cases, for the counsellor's queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chassis.store.decider import NATIONAL_DESK, StreamProjection, record_of
from chassis.store.organisation_keys import keys_of_names
from chassis.store.persons import AnyPerson
from contracts.envelope import Event
from contracts.person import ClearPerson
from contracts.reintegration import (
    CounsellingSessionHeld,
    NeedsRecorded,
    PlacementFollowedUp,
    ReintegrationCaseClosed,
    ReintegrationCaseOpened,
    ReturnJoined,
    WorkerPlaced,
)
from contracts.times import day_of, later
from services.reintegration.domain.case import Case, evolve
from services.reintegration.domain.follow_up import done_after, next_follow_up
from services.reintegration.domain.match import Answer

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
    mark              text,
    came_back_on      date        NOT NULL,
    waits_since       date        NOT NULL,
    keys              text        NOT NULL,
    followed_months   smallint    NOT NULL,
    follow_up_on      date
);
CREATE INDEX cases_to_follow_up ON cases (follow_up_on, case_id) WHERE follow_up_on IS NOT NULL;
CREATE INDEX cases_latest ON cases (came_back_on, case_id);
CREATE INDEX cases_waiting ON cases (waits_since, case_id) WHERE outcome IS NULL;
CREATE INDEX cases_by_name ON cases USING gin (string_to_array(keys, ' '));
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
    sessions = followed = 0
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
                starts_on, followed = facts.starts_on, 0
            case PlacementFollowedUp() as facts:
                followed = max(followed, done_after(facts.months, facts.work))
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
        day_of(came_back_at),
        _NOTHING_DUE if state.mark is not None else day_of(last_contact_at or came_back_at),
        _keys(opening.person),
        followed,
        next_follow_up(starts_on, followed) if starts_on is not None and state.mark is None else None,
    )


def _keys(person: AnyPerson | None) -> str:
    """Return the keys of the returnee's name, by which a case is found."""
    name = person.name if isinstance(person, ClearPerson) else None
    return "" if name is None else keys_of_names(name.khmer, name.latin)


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
        ("came_back_on", "date"),
        ("waits_since", "date"),
        ("keys", "text"),
        ("followed_months", "smallint"),
        ("follow_up_on", "date"),
    ),
    ddl=DDL,
    row=row,
)
