"""What the border serves: crossings, one by one and in bulk, and handovers."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.access.permissions import Caller, permission
from chassis.base.logs import correlation
from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.runtime import RecordNotFound, Runtime
from chassis.http.pagination import After, Limit, Page, decode_cursor, link_next, page_of
from chassis.store.decider import Decider, Scope
from chassis.uploads.routes import add_bulk
from contracts.times import Day
from services.border.domain import crossing, handover
from services.border.domain.crossing import RecordCrossing
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.border.projections.crossings import CROSSINGS, count_crossings, find_crossings
from services.border.projections.handovers import HANDOVERS, find_handover

CrossingRecord = Annotated[Caller, Depends(permission("border.crossing.record"))]
CrossingRead = Annotated[Caller, Depends(permission("border.crossing.read"))]
HandoverRecord = Annotated[Caller, Depends(permission("border.handover.record"))]
HandoverRead = Annotated[Caller, Depends(permission("border.handover.read"))]


@cache
def at_post(checkpoint: str | None) -> Scope:
    """Where a record of a checkpoint belongs."""
    return Scope(posts=frozenset([checkpoint])) if checkpoint else Scope()


crossings = Decider(
    noun="crossing",
    initial=crossing.Crossing(),
    decide=crossing.decide,
    evolve=crossing.evolve,
    scope=lambda state: at_post(state.checkpoint),
    projection=CROSSINGS,
)
handovers = Decider(
    noun="handover",
    initial=handover.Handover(),
    decide=handover.decide,
    evolve=handover.evolve,
    scope=lambda state: at_post(state.checkpoint),
    projection=HANDOVERS,
)

desk = CommandRouter()


@desk.command("/crossings", action="record_crossing")
async def record_crossing(command: RecordCrossing, caller: CrossingRecord, act: CommandRunner) -> Outcome:
    """Record that a person crossed the line: a departure, a return, a deported return or another crossing."""
    return await act.open(crossings, command, scope=at_post(command.checkpoint))


@desk.command("/handovers", action="announce_handover")
async def announce_handover(command: AnnounceHandover, caller: HandoverRecord, act: CommandRunner) -> Outcome:
    """Record that an authority abroad announced a group of deportees."""
    return await act.open(handovers, command, scope=at_post(command.checkpoint))


@desk.command("/handovers/{handover_id}/count", action="count_handover")
async def count_handover(
    handover_id: UUID, command: CountHandover, caller: HandoverRecord, act: CommandRunner
) -> Outcome:
    """Record how many persons of a group were taken over."""
    return await act.change(handovers, handover_id, command)


add_bulk(
    desk,
    "/crossings/bulk",
    RecordCrossing,
    crossings,
    permission("border.crossing.record"),
    scope=lambda command: at_post(command.checkpoint),
)
add_bulk(
    desk,
    "/handovers/bulk",
    AnnounceHandover,
    handovers,
    permission("border.handover.record"),
    scope=lambda command: at_post(command.checkpoint),
)
add_bulk(
    desk,
    "/handovers/counts/bulk",
    CountHandover,
    handovers,
    permission("border.handover.record"),
    record="handover_id",
)


class CrossingRow(BaseModel):
    """A crossing in a list; who it was stands in the registry."""

    crossing_id: UUID
    kind: str = Field(description="departure, return, deported_return, other_out or other_in.")
    checkpoint: str
    occurred_at: datetime
    recorded_at: datetime
    country: str
    sex: int
    age_band: str
    documented: bool
    vehicle_id: UUID | None
    handover_id: UUID | None


class ShiftTotal(BaseModel):
    """Persons who crossed at a post on a day."""

    checkpoint: str
    kind: str
    sex: int
    age_band: str
    persons: int


class HandoverRow(BaseModel):
    """A handover with both counts."""

    handover_id: UUID
    checkpoint: str
    handed_over_by: str
    authority: str
    announced_at: datetime
    count_announced: int
    count_taken: int | None
    missing: int | None = Field(description="Announced less taken; null until counted.")
    persons_recorded: int = Field(description="Deported returns recorded under this handover so far.")


@desk.get("/crossings", name="list_crossings")
async def list_crossings(
    request: Request,
    response: Response,
    caller: CrossingRead,
    day: Annotated[Day | None, Query(description="A day in Asia/Phnom_Penh; today where absent.")] = None,
    checkpoint: Annotated[str | None, Query(max_length=10)] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[CrossingRow]:
    """The crossings of a day at the posts within reach, latest first."""
    runtime: Runtime = request.app.state.runtime
    rows = await find_crossings(
        runtime.pool,
        runtime.schemas["crossings"],
        caller.reach,
        day or runtime.clock.today(),
        checkpoint,
        None if cursor is None else decode_cursor(cursor, datetime, UUID),
        limit + 1,
    )
    evidence = [row["crossing_id"] for row in rows[:limit]]
    await runtime.audit.look(caller, "list_crossings", evidence=evidence, correlation=correlation())
    page = page_of(
        rows, limit, lambda row: CrossingRow(**row), lambda row: (row["occurred_at"], row["crossing_id"])
    )
    link_next(request, response, page)
    return page


@desk.get("/crossings/totals", name="shift_totals")
async def shift_totals(request: Request, caller: CrossingRead, day: Day | None = None) -> list[ShiftTotal]:
    """The totals of a day by post, kind, sex and age band: the list for the end of a shift."""
    runtime: Runtime = request.app.state.runtime
    rows = await count_crossings(
        runtime.pool, runtime.schemas["crossings"], caller.reach, day or runtime.clock.today()
    )
    return [ShiftTotal(**row) for row in rows]


@desk.get("/handovers/{handover_id}", name="read_handover")
async def read_handover(request: Request, handover_id: UUID, caller: HandoverRead) -> HandoverRow:
    """A handover: announced, taken, and what is missing."""
    runtime: Runtime = request.app.state.runtime
    found = await find_handover(runtime.pool, runtime.schemas, caller.reach, handover_id)
    if found is None:
        raise RecordNotFound("there is no handover of this id within your reach")
    return HandoverRow(**found)
