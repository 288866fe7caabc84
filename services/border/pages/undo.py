"""The form that undoes a crossing by voiding it: one key, no question, and only for its author within ten minutes."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.corrections import rule_event
from chassis.commands.recorded_event import UNDO, RecordedEvent
from chassis.commands.restating import Void
from chassis.commands.runtime import runtime_of
from chassis.pages.form import SubmittedForm
from contracts import border
from contracts.codes.recording import CorrectionReason
from services.border.permissions import EventCorrectPage

PAGES = "/border/pages"

router = APIRouter(route_class=CallerFirstRoute)


@router.post("/crossings/{crossing_id}/undo", name="undo_crossing_form")
async def undo_crossing(request: Request, crossing_id: UUID, caller: EventCorrectPage) -> Response:
    """Void a crossing that the caller recorded just now, as the page of its event does, and go back to the form."""
    event = await RecordedEvent.find(runtime_of(request), caller, crossing_id)
    event.check_reach()
    form = await SubmittedForm.of(request, caller)
    runner, done = form.runner(), "yes"
    if await runner.kept() is None:
        if event.may_undo(UNDO):
            await rule_event(runner, crossing_id, Void(reason=CorrectionReason.MISTYPED), border)
        else:
            done = "late"
    back = form.text("back")
    return RedirectResponse(f"{back if back.startswith(PAGES) else PAGES}?undone={done}", 303)
