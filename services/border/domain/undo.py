"""The undo of a record by its author, within ten minutes. Later a record is corrected or voided with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from contracts.codes.recording import CorrectionReason
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

UNDO_WITHIN = timedelta(minutes=10)
"""The time after its append within which the author may undo a record."""
UNDO_REASON = CorrectionReason.MISTYPED
"""The reason of a void by undo: nobody is asked for one."""


class UndoTooLate(Refusal):
    """This record cannot be undone any more"""

    code = "undo-too-late"
    status: ClassVar[int] = 409


class NotYoursToUndo(Refusal):
    """Only the person who recorded it may undo it"""

    code = "not-yours-to-undo"
    status: ClassVar[int] = 403


def check_undo(event: Event[Fact], caller: str, now: datetime) -> None:
    """Check that a caller may undo an event. Raises NotYoursToUndo or UndoTooLate."""
    if event.facts.recorded.by != caller:
        raise NotYoursToUndo("you did not record it", remedy="ask the person who recorded it")
    if now - (event.appended_at or event.recorded_at) > UNDO_WITHIN:
        raise UndoTooLate(
            "it was recorded more than ten minutes ago", remedy="correct the record and give the reason"
        )
