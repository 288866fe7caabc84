"""The read model of assistance cases, for lists of cases and the case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from types import MappingProxyType
from typing import Any
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.store.database import Pool
from chassis.store.decider import Likeness, StreamProjection, record_of
from contracts.codes.assistance import Urgency
from contracts.codes.missions import MISSIONS
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseOpened,
    AssistanceDueDateSet,
    WorkerDeathRecorded,
)
from contracts.envelope import Event, PersonFact
from contracts.times import later
from services.consular.domain.assistance_case import SAME_WITHIN, AssistanceCase, evolve

DDL = """
CREATE TABLE assistance_cases (
    case_id         uuid PRIMARY KEY,
    stream_version  integer     NOT NULL,
    mission         text        NOT NULL,
    mission_country text        NOT NULL,
    handed_over_by  text        NOT NULL,
    readers         text        NOT NULL,
    restricted_to   text        NOT NULL,
    country         text        NOT NULL,
    worker_in       text,
    reported_by     text        NOT NULL,
    category        text        NOT NULL,
    urgency         text        NOT NULL,
    urgency_rank    smallint    NOT NULL,
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
    died_on         date,
    died_precision  text,
    closed_at       timestamptz,
    outcome         text,
    recorded_by     text        NOT NULL,
    referrals       text        NOT NULL
);
CREATE INDEX assistance_cases_queue ON assistance_cases (urgency_rank, queue_on, case_id)
    WHERE closed_at IS NULL;
CREATE INDEX assistance_cases_of_attache ON assistance_cases (attache, urgency_rank, queue_on, case_id)
    WHERE closed_at IS NULL;
CREATE INDEX assistance_cases_closed ON assistance_cases (closed_at, case_id) WHERE closed_at IS NOT NULL;
CREATE INDEX assistance_cases_referred ON assistance_cases (case_id) WHERE referrals <> '';
CREATE INDEX assistance_cases_handed_over ON assistance_cases (case_id) WHERE handed_over_by <> '';
"""
NOTHING_DUE = date.max
"""The sort key of a case in which nothing is due: it comes last."""


URGENCY_RANKS: Mapping[str, int] = MappingProxyType(
    {str(each): n for n, each in enumerate(reversed(Urgency))}
)
"""The place of each urgency in lists: 0 is danger to life."""


def row(events: Sequence[Event[Any]]) -> tuple[Any, ...] | None:
    """Return the row of a case; None if its opening was voided."""
    state = AssistanceCase()
    opening: Event[AssistanceCaseOpened] | None = None
    person: PersonFact | None = None
    about: str | None = None
    outcome: str | None = None
    urgency = Urgency.ROUTINE
    death: WorkerDeathRecorded | None = None
    acted: list[tuple[datetime, str]] = []
    seen_in: list[tuple[datetime, str]] = []
    referrals: list[str] = []
    for event in events:
        state = evolve(state, event)
        match event.facts:
            case AssistanceCaseOpened() as facts:
                opening, person, about, urgency = event, facts, facts.about, facts.urgency
            case AssistanceCallerIdentified() as facts:
                person, about = facts, facts.about or about
            case AssistanceActionLogged() as facts:
                acted.append((event.occurred_at, str(facts.action)))
                if facts.referred_to is not None:
                    referrals.append(f"{facts.referred_to}:{event.id}:{event.occurred_at.timestamp():.6f}")
                if facts.worker_in is not None:
                    seen_in.append((event.occurred_at, facts.worker_in))
            case WorkerDeathRecorded() as facts:
                death = facts
            case AssistanceDueDateSet() as facts:
                urgency = facts.urgency or urgency
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
        " ".join(sorted({MISSIONS[each].country for each in state.handed_over})),
        " ".join(sorted(state.readers)),
        " ".join(sorted(state.restricted_to)),
        opened.country,
        max(seen_in)[1] if seen_in else opened.worker_in,
        str(opened.reported_by),
        str(opened.category),
        str(urgency),
        URGENCY_RANKS[urgency],
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
        None if death is None else death.died_on,
        None if death is None else str(death.precision),
        state.closed_at,
        outcome,
        opened.recorded.by,
        " ".join(referrals),
    )


def likeness(events: Sequence[Event[Any]]) -> Likeness | None:
    """Return the likeness of an open case: another open case of the person at the mission. Others do not learn of it."""
    state = reduce(evolve, events, AssistanceCase())
    opened_at = next(
        (each.occurred_at for each in events if isinstance(each.facts, AssistanceCaseOpened)), None
    )
    if state.mission is None or state.closed_at is not None or opened_at is None:
        return None
    return Likeness(
        state.mission, opened_at, later(opened_at, SAME_WITHIN), kind="assistance_case", place=state.mission
    )


ASSISTANCE_CASES = StreamProjection(
    name="assistance_cases",
    columns=(
        ("case_id", "uuid"),
        ("mission", "text"),
        ("mission_country", "text"),
        ("handed_over_by", "text"),
        ("readers", "text"),
        ("restricted_to", "text"),
        ("country", "text"),
        ("worker_in", "text"),
        ("reported_by", "text"),
        ("category", "text"),
        ("urgency", "text"),
        ("urgency_rank", "smallint"),
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
        ("died_on", "date"),
        ("died_precision", "text"),
        ("closed_at", "timestamptz"),
        ("outcome", "text"),
        ("recorded_by", "text"),
        ("referrals", "text"),
    ),
    ddl=DDL,
    row=row,
    rules=3,  # the referrals to other offices
).with_likeness(likeness)

IN_CHARGE = "($1 OR mission_country = ANY($2::text[]))"
HANDED_OVER = "(handed_over_by <> '' AND string_to_array(handed_over_by, ' ') && $2::text[])"
VISIBLE = "(readers = '' OR $3 = ANY(string_to_array(readers, ' ')))"
"""A restricted case is visible to the people named alone."""


def bounds(caller: Caller) -> tuple[bool, list[str], str]:
    """Return the parameters $1 to $3 of the conditions: what the caller's reach covers, and who the caller is."""
    return caller.reach.national, sorted(caller.reach.countries), caller.id


async def find_case(
    pool: Pool, schema: str, caller: Caller, case_id: UUID
) -> tuple[dict[str, Any], bool] | None:
    """Return a case, open or closed, and whether a mission within the caller's reach is in charge of it.

    None if there is none, or none that the caller may see. A mission that handed the case over may see it.
    """
    found = await pool.fetchrow(
        f"SELECT *, {IN_CHARGE} AS in_charge FROM {schema}.assistance_cases"
        f" WHERE ({IN_CHARGE} OR {HANDED_OVER}) AND {VISIBLE} AND case_id = $4",
        *bounds(caller),
        case_id,
    )
    return None if found is None else (dict(found), found["in_charge"])


async def find_hidden(pool: Pool, schema: str, caller: Caller, cases: Sequence[UUID]) -> list[UUID]:
    """Return those of some cases that are restricted to other people than the caller."""
    rows = await pool.fetch(
        f"SELECT case_id FROM {schema}.assistance_cases WHERE case_id = ANY($2::uuid[])"
        " AND readers <> '' AND NOT $1 = ANY(string_to_array(readers, ' '))",
        caller.id,
        list(cases),
    )
    return [row["case_id"] for row in rows]
