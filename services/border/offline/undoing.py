"""The undo of a crossing that an offline booth sent, by its author: within ten minutes of the append, as at the booth's page."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.access.permissions import check
from chassis.commands.corrections import rule_event
from chassis.commands.idempotency import Outcome
from chassis.commands.recorded_event import UNDO, RecordedEvent
from chassis.commands.restating import Void
from chassis.commands.routes import CommandRunner
from contracts import border
from contracts.codes.recording import CorrectionReason
from contracts.refusal import Refusal
from services.border.permissions import EVENT_CORRECT


class UndoTooLate(Refusal):
    """This crossing cannot be undone any more"""

    code = "undo-too-late"
    status = 409


class UndoCrossing(BaseModel):
    """Undo a crossing. It takes the place of a command in a sealed record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["undo"]
    crossing_id: UUID


async def undo_crossing(runner: CommandRunner, asked: UndoCrossing) -> Outcome:
    """Void a crossing that the officer of the grant recorded just now. Raises UndoTooLate.

    The ten minutes are counted on the server: the time at which a device says it was asked is not used.
    """
    caller = runner.request.origin.caller
    check(caller, EVENT_CORRECT)
    if (kept := await runner.kept()) is not None:
        return kept
    event = await RecordedEvent.find(runner.runtime, caller, asked.crossing_id)
    event.check_reach()
    if not event.may_undo(UNDO):
        raise UndoTooLate(
            "it is more than ten minutes old, was recorded by somebody else, or was changed or undone before",
            remedy="correct it on the page of the record, and give the reason",
        )
    return await rule_event(runner, asked.crossing_id, Void(reason=CorrectionReason.MISTYPED), border)
