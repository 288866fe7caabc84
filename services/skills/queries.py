"""How applications are looked at, by interface and pages alike: every look is kept before it is answered."""

from __future__ import annotations

from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import Page, decode_cursor, page_of
from chassis.reactions.inbox import nodes_of
from chassis.reactions.worker_numbers import numbers_of
from contracts.rulings import effective
from contracts.skills import RecognitionApplied
from services.skills.deciders import applications
from services.skills.projections.applications import Status, find_application, find_applications
from services.skills.projections.workers import find_experience
from services.skills.schemas import ApplicationRow, ApplicationView

APPLICATION_READ = "skills.application.read"
ASSESSMENT_DECIDE = "skills.assessment.decide"
RECOGNITION_REVOKE = "skills.recognition.revoke"


async def look_at_applications(
    runtime: Runtime,
    caller: Caller,
    status: Status | None,
    limit: int,
    cursor: str | None,
    action: str = "list_applications",
) -> Page[ApplicationRow]:
    """The applications within the caller's reach, the longest waiting first."""
    rows = await find_applications(
        runtime.pool,
        runtime.schemas["applications"],
        caller.reach,
        status,
        None if cursor is None else decode_cursor(cursor, *ApplicationRow.SORT),
        limit + 1,
    )
    shown = [row["application_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, action, evidence=shown, correlation=correlation())
    return page_of(rows, limit, ApplicationRow.of, lambda row: (row["applied_at"], row["application_id"]))


async def look_at_application(
    runtime: Runtime, caller: Caller, application_id: UUID, action: str = "read_application"
) -> ApplicationView:
    """An application within the caller's reach. Raises RecordNotFound."""
    row = await find_application(runtime.pool, runtime.schemas["applications"], caller.reach, application_id)
    if row is None:
        raise RecordNotFound("there is no application of this id within your reach")
    steps = effective(await runtime.store.load(applications.stream(application_id)))
    nodes = nodes_of(next(event for event in steps if isinstance(event.facts, RecognitionApplied)))
    numbers = sorted(set((await numbers_of(runtime.pool, nodes)).values()))
    known_now = await find_experience(runtime, runtime.pool, nodes, runtime.clock.today())
    shown = [event.person.evidence_id for event in steps if event.person is not None]
    await runtime.audit.look(
        caller, action, evidence=shown or [application_id], numbers=numbers, correlation=correlation()
    )
    return ApplicationView.of_steps(row, steps, numbers[0] if numbers else None, known_now)
