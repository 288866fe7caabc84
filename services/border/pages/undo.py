"""The form that undoes a crossing by voiding it: one key, no question, and only for its author within ten minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import CallerFirstRoute
from chassis.base.clock import Clock
from chassis.commands.corrections import RulingWork
from chassis.commands.execution import execute
from chassis.commands.restating import Void
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.pages.form import SubmittedForm
from contracts import border
from contracts.command import Command
from services.border.deciders import crossings
from services.border.domain.undo import UNDO_REASON, check_undo
from services.border.permissions import EventCorrectPage

router = APIRouter(route_class=CallerFirstRoute)
_REAL_TIME = Clock()


@router.post("/crossings/{crossing_id}/undo", name="undo_crossing_form")
async def undo_crossing(request: Request, crossing_id: UUID, caller: EventCorrectPage) -> Response:
    """Void a crossing that the caller recorded in the last ten minutes."""
    runtime = runtime_of(request)
    history = await runtime.store.load(crossings.stream(crossing_id))
    if not history:
        raise RecordNotFound("there is no crossing of this id")
    event = history[0]

    async def void(runner: CommandRunner, _: Any) -> None:
        if await runner.kept() is None:
            check_undo(event, caller.id, _REAL_TIME.now())
            await execute(runtime, RulingWork(runner, event.id, Void(reason=UNDO_REASON), border))

    form = await SubmittedForm.of(request, caller)
    refused = await form.carry_out(Command, {}, void)
    how = "yes" if refused is None else "late"
    back = form.text("back")
    return RedirectResponse(
        f"{back if back.startswith('/border/pages') else '/border/pages'}?undone={how}", 303
    )
