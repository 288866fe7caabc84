"""The routes of the border service: crossings, one by one and in bulk, handovers, checks of documents, and screenings."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from chassis.access.permissions import Everyone
from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After, Limit, Page, link_next
from chassis.http.validation_errors import must_be_json
from chassis.uploads.routes import add_bulk
from contracts.codes.places import Checkpoint
from contracts.times import Day
from services.border.bulk import UPLOADS
from services.border.deciders import at_post, crossings, handovers, screenings
from services.border.domain.check import CheckAnswer, CheckDocument
from services.border.domain.crossing import RecordCrossing
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.border.domain.screening import RecordScreening
from services.border.offline.messages import OfflineOutcome, OfflineUpload
from services.border.offline.signatures import SIGNATURE_PARAMETER, SignedUpload, signed_by_device
from services.border.offline.uploads import take_upload
from services.border.permissions import (
    CheckReview,
    CrossingRead,
    CrossingRecord,
    DocumentCheck,
    HandoverRead,
    HandoverRecord,
    ScreeningRecord,
)
from services.border.queries.crossings import (
    check_document,
    count_day,
    get_handover,
    list_unfollowed,
    look_at_crossings,
)
from services.border.queries.screenings import of_returnee
from services.border.schemas import CrossingRow, HandoverRow, ShiftTotal, UnfollowedChecks

routes = CommandRouter()


@routes.command("/crossings", action="record_crossing")
async def record_crossing(command: RecordCrossing, caller: CrossingRecord, runner: CommandRunner) -> Outcome:
    """Record that a person crossed the border: a departure, a return, a deported return or another crossing."""
    return await runner.open(crossings, command, scope=at_post(command.checkpoint))


@routes.command("/handovers", action="announce_handover")
async def announce_handover(
    command: AnnounceHandover, caller: HandoverRecord, runner: CommandRunner
) -> Outcome:
    """Record that an authority abroad announced a group of deportees."""
    return await runner.open(handovers, command, scope=at_post(command.checkpoint))


@routes.command("/handovers/{handover_id}/count", action="count_handover")
async def count_handover(
    handover_id: UUID, command: CountHandover, caller: HandoverRecord, runner: CommandRunner
) -> Outcome:
    """Record how many persons of a group were taken over."""
    return await runner.change(handovers, handover_id, command)


@routes.command("/screenings", action="record_screening")
async def record_screening(
    command: RecordScreening, caller: ScreeningRecord, runner: CommandRunner
) -> Outcome:
    """Record that a person who came back was asked the private questions, with the referrals that the person consented to."""
    asked = await of_returnee(runner.runtime, caller, command)
    return await runner.open(screenings, asked, scope=at_post(asked.checkpoint))


for each in UPLOADS:
    add_bulk(routes, each.path, each.body, each.decider, each.needed, scope=each.scope, record=each.record)


@routes.get("/crossings", name="list_crossings")
async def list_crossings(
    request: Request,
    response: Response,
    caller: CrossingRead,
    day: Annotated[Day | None, Query(description="A day in Asia/Phnom_Penh; today if absent.")] = None,
    checkpoint: Annotated[Checkpoint | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[CrossingRow]:
    """List the crossings of a day at the posts within reach, the latest first."""
    page = await look_at_crossings(runtime_of(request), caller, day, checkpoint, limit, cursor)
    link_next(request, response, page)
    return page


@routes.get("/crossings/totals", name="shift_totals")
async def shift_totals(request: Request, caller: CrossingRead, day: Day | None = None) -> list[ShiftTotal]:
    """Count the crossings of a day by post, kind, sex and age band, for the list at the end of a shift."""
    rows = await count_day(runtime_of(request), caller, day)
    return [ShiftTotal(**row) for row in rows]


@routes.get("/handovers/{handover_id}", name="read_handover")
async def read_handover(request: Request, handover_id: UUID, caller: HandoverRead) -> HandoverRow:
    """Read a handover: the persons announced, taken over, and missing."""
    found = await get_handover(runtime_of(request), caller, handover_id)
    return HandoverRow(**found)


@routes.post("/check", name="check_document")
async def check(request: Request, asked: CheckDocument, caller: DocumentCheck) -> CheckAnswer:
    """Check the document of a person at the booth: the answer is what to do, never the person's history."""
    return await check_document(runtime_of(request), caller, asked)


@routes.get("/checks/unfollowed", name="list_unfollowed_checks")
async def unfollowed(
    request: Request,
    caller: CheckReview,
    day: Annotated[Day | None, Query(description="A day in Asia/Phnom_Penh; today if absent.")] = None,
) -> list[UnfollowedChecks]:
    """Count the checks that no crossing followed within an hour, by caller, office and hour."""
    return await list_unfollowed(runtime_of(request), caller, day)


SignedByDevice = Annotated[SignedUpload, Depends(signed_by_device)]


@routes.post(
    "/offline/records",
    name="upload_offline_records",
    dependencies=[
        Depends(Everyone("an enrolled device signs it, and each record has the grant of an officer"))
    ],
    openapi_extra={
        "parameters": [SIGNATURE_PARAMETER],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"x-body": OfflineUpload.__name__}}},
        },
    },
)
async def upload_offline_records(request: Request, signed: SignedByDevice) -> OfflineOutcome:
    """Record the crossings that a device captured without a network: each once, and a refused one blocks nothing."""
    must_be_json(request.headers.get("content-type", ""))
    content = await request.body()
    return await take_upload(runtime_of(request), signed, content, request.headers.get("traceparent"))


routes.bodies.append(("/offline/records", OfflineUpload))
