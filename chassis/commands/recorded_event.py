"""An event that was recorded, with the record that it belongs to, as a caller may read, correct or void it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.clock import Clock
from chassis.commands.execution import check_reach
from chassis.commands.runtime import RecordNotFound, Runtime
from contracts.envelope import Event, Fact, Ruling
from contracts.refusal import Refusal
from contracts.rulings import effective

UNDO = timedelta(minutes=10)
"""The time after the append in which the author of the last event of a record may undo it with one button."""
_REAL_TIME = Clock()
_NO_EVENT = "there is no event of this id; take the id from the answer to the command"


class NotYoursToCorrect(Refusal):
    """Only the person who recorded it may change it, and only for some days"""

    code = "not-yours-to-correct"
    status = 403


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with the history of its stream. ``original`` is the first version of the event."""

    runtime: Runtime
    caller: Caller
    original: Event[Fact]
    history: Sequence[Event[Fact]]

    @classmethod
    async def find(cls, runtime: Runtime, caller: Caller, event_id: UUID) -> RecordedEvent:
        """Return the event with an id, or the one that a correction or void with this id names. Raises RecordNotFound."""
        named = await runtime.store.find(event_id)
        if named is None:
            raise RecordNotFound(_NO_EVENT)
        original_id = named.facts.names if isinstance(named.facts, Ruling) else named.id
        history = await runtime.store.load(named.stream)
        original = next(event for event in history if event.id == original_id)
        return cls(runtime, caller, original, history)

    @property
    def rulings(self) -> list[Event[Fact]]:
        """The corrections and voids of the event, the earliest first."""
        return [
            event
            for event in self.history
            if isinstance(event.facts, Ruling) and event.facts.names == self.original.id
        ]

    @property
    def standing(self) -> Event[Fact] | None:
        """The event as it is valid now; None if it was voided."""
        return next((event for event in effective(self.history) if event.id == self.original.id), None)

    @property
    def of_author(self) -> bool:
        """True if the caller recorded it, within the time limit. It counts from the append, not from a device's clock."""
        return self.is_own and self.age <= timedelta(hours=self.runtime.settings.correction_hours)

    @property
    def age(self) -> timedelta:
        """The time since the append."""
        return _REAL_TIME.now() - (self.original.appended_at or self.original.recorded_at)

    @property
    def may_change(self) -> bool:
        """True if the caller may correct or void it: their own for some days, with a further permission every one."""
        return self.of_author or f"{self.runtime.service}.event.correct_any" in self.caller.permissions

    def may_undo(self, within: timedelta) -> bool:
        """Return whether the caller may take it back at once: they recorded it just now, and nothing was recorded after it."""
        return self.is_own and self.age <= within and self.history[-1].id == self.original.id

    def check_allowed(self) -> None:
        """Check that the caller may correct or void it. Raises NotYoursToCorrect."""
        if not self.may_change:
            raise NotYoursToCorrect(
                f"it was recorded more than {self.runtime.settings.correction_hours:g} hours ago"
                if self.is_own
                else "you did not record it",
                remedy="ask the person who is responsible for your office's records",
            )

    def check_reach(self, *further: Event[Fact]) -> None:
        """Check that its record, with further events, is within the caller's reach. Raises OutOfReach or RecordNotFound.

        A record of which nothing is valid any more stays within the reach that it had.
        """
        decider = self.runtime.decider_of(self.original.stream)
        if decider is not None:
            standing = effective([*self.history, *further]) or [self.original]
            scope = decider.scope(decider.fold(standing))
            check_reach(self.caller, scope, _NO_EVENT)

    @property
    def is_own(self) -> bool:
        """True if the caller recorded it."""
        return self.original.facts.recorded.by == self.caller.id
