"""Assistance cases as interface and pages both work with them: where they belong, how they are looked at.

Every look is kept before it is answered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.store.decider import Decider, Scope
from contracts.codes.missions import MISSIONS
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceDueDateSet,
)
from contracts.envelope import Event, Fact, Person
from contracts.rulings import effective
from services.consular.domain import assistance_case
from services.consular.projections.assistance_cases import ASSISTANCE_CASES, Whose, find_case, find_open_cases

CASE_OPEN, CASE_WORK, CASE_READ = "consular.case.open", "consular.case.work", "consular.case.read"


def at_mission(mission: str | None) -> Scope:
    """Where a case of a mission belongs: in the mission's own country."""
    return Scope(countries=frozenset([MISSIONS[mission].country])) if mission else Scope()


assistance_cases = Decider(
    noun="assistance-case",
    initial=assistance_case.AssistanceCase(),
    decide=assistance_case.decide,
    evolve=assistance_case.evolve,
    scope=lambda state: at_mission(state.mission),
    projection=ASSISTANCE_CASES,
)


class AssistanceCaseRow(BaseModel):
    """An assistance case in a list; who the person is stands in the case and in the registry."""

    case_id: UUID
    mission: str
    country: str = Field(description="Where the worker is.")
    category: str
    urgency: str
    status_abroad: str
    due_on: date | None = Field(description="Day by which the next step is due; null where nothing is.")
    overdue: bool = Field(description="Whether that day has passed in Asia/Phnom_Penh.")
    attache: str | None = Field(description="Pseudonymous id of the attaché in charge; null for nobody.")
    about: str | None
    identified: bool = Field(description="Whether a document or a record of the person tells who it is.")
    sex: int
    age_band: str
    home_province: str | None
    opened_at: datetime
    recorded_at: datetime
    actions: int = Field(description="Actions logged.")
    last_action: str | None
    last_acted_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class AssistanceStep(BaseModel):
    """Something that was recorded in a case, as it stands now."""

    event_id: UUID = Field(description="Names it in a correction.")
    type: str
    occurred_at: datetime
    recorded_at: datetime
    facts: (
        AssistanceCaseOpened
        | AssistanceCallerIdentified
        | AssistanceActionLogged
        | AssistanceDueDateSet
        | AssistanceCaseHandedOver
        | AssistanceCaseClosed
    )
    person: Person | None = Field(description="The person as given, and remarks as typed.")


class AssistanceCaseView(AssistanceCaseRow):
    """An assistance case with its log."""

    steps: list[AssistanceStep] = Field(description="What was recorded, the latest first.")


async def look_at_queue(
    runtime: Runtime, caller: Caller, whose: Whose, mission: str | None, limit: int, cursor: str | None
) -> Page[AssistanceCaseRow]:
    """A page of the open cases within the caller's reach by due date, once the look has been kept."""
    rows = await find_open_cases(
        runtime.pool,
        runtime.schemas["assistance_cases"],
        caller.reach,
        whose=whose,
        caller=caller.id,
        mission=mission,
        after=None if cursor is None else decode_cursor(cursor, date, UUID),
        limit=limit + 1,
    )
    shown = [row["case_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_open_cases", evidence=shown, correlation=correlation())
    today = runtime.clock.today()
    return page_of(
        rows, limit, lambda row: case_row(row, today), lambda row: (row["queue_on"], str(row["case_id"]))
    )


async def look_at_case(
    runtime: Runtime, caller: Caller, case_id: UUID, action: str = "read_case"
) -> AssistanceCaseView:
    """A case within the caller's reach, once the look has been kept as ``action``. Raises RecordNotFound."""
    found = await find_case(runtime.pool, runtime.schemas["assistance_cases"], caller.reach, case_id)
    if found is None:
        raise RecordNotFound("there is no assistance case of this id within your reach")
    standing = effective(await runtime.store.load(assistance_cases.stream(case_id)))
    shown = [event.person.evidence_id for event in standing if event.person is not None]
    await runtime.audit.look(caller, action, evidence=shown or [case_id], correlation=correlation())
    newest_first = sorted(standing, key=lambda event: (event.occurred_at, event.version), reverse=True)
    row = case_row(found, runtime.clock.today())
    return AssistanceCaseView(**dict(row), steps=[_step(event) for event in newest_first])


def case_row(found: dict[str, Any], today: date) -> AssistanceCaseRow:
    """A row of the read model as it is shown on a day."""
    due_on = found["due_on"]
    return AssistanceCaseRow(**found, overdue=due_on is not None and due_on < today)


def _step(event: Event[Fact]) -> AssistanceStep:
    return AssistanceStep.model_validate(
        {
            "event_id": event.id,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "facts": event.facts,
            "person": event.person,
        }
    )
