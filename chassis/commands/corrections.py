"""Corrections and voids, for every service: a further event on the same stream that names the earlier one.

Each has a preview, which decides the same and records nothing.
"""

# No deferred annotations here: the permission types are made for each service, and the router reads the annotations as types.
from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.access.permissions import Caller, permission
from chassis.base.clock import Clock
from chassis.commands.draft import Draft
from chassis.commands.execution import Conflict, check_reach, execute
from chassis.commands.idempotency import Outcome
from chassis.commands.previewing import RulingPreview, preview_of
from chassis.commands.restating import Correct, Void
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.ruling import ruling_of
from chassis.commands.runtime import RecordNotFound
from chassis.store.append import Statement
from chassis.store.decider import Histories, record_of
from contracts.envelope import Event, Fact, Ruling
from contracts.refusal import Refusal
from contracts.rulings import effective


class NotYoursToCorrect(Refusal):
    """Only the person who recorded it may change it, and only for some days"""

    code = "not-yours-to-correct"
    status = 403


def add_corrections(routes: CommandRouter, service: str, contract: ModuleType) -> None:
    """Add the routes to a service. ``contract`` is its module with EventVoided and EventCorrected."""
    may_correct = Depends(permission(f"{service}.event.correct"))

    async def void_event(
        event_id: UUID, command: Void, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> Outcome:
        """Void an event. It remains in the record, but it no longer counts."""
        return await _rule(runner, event_id, command, contract)

    async def correct_event(
        event_id: UUID, command: Correct, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> Outcome:
        """Correct an event. The earlier version remains in the record."""
        return await _rule(runner, event_id, command, contract)

    async def preview_void(
        event_id: UUID, command: Void, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> RulingPreview:
        """Preview the changes of a void; it is decided like the void, and not recorded. The preview is logged."""
        return await _preview(runner, event_id, command, contract, "preview_void")

    async def preview_correction(
        event_id: UUID, command: Correct, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> RulingPreview:
        """Preview the changes of a correction; it is decided like the correction, and not recorded. The preview is logged."""
        return await _preview(runner, event_id, command, contract, "preview_correction")

    routes.command("/events/{event_id}/void", action="void_event", status=201)(void_event)
    routes.command("/events/{event_id}/correction", action="correct_event", status=201)(correct_event)
    routes.preview("/events/{event_id}/void/preview", action="preview_void")(preview_void)
    routes.preview("/events/{event_id}/correction/preview", action="preview_correction")(preview_correction)


async def _rule(
    runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
) -> Outcome:
    if (kept := await runner.kept()) is not None:
        return kept
    runner.request.status = 201
    outcome = await execute(runner.runtime, RulingWork(runner, event_id, command, contract))
    decider = runner.runtime.decider_of(outcome.stream)
    return outcome if decider is None else await runner.with_hint(decider, outcome)


async def _preview(
    runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType, action: str
) -> RulingPreview:
    work = RulingWork(runner, event_id, command, contract)
    histories = await work.load()
    (history,) = histories.values()
    (ruling,) = (await work.decide(histories)).events
    await runner.runtime.log_read(runner.request.origin.caller, action, work.original_id, history)
    return preview_of(work.original_id, history, ruling)


_REAL_TIME = Clock()
_NO_EVENT = "there is no event of this id; take the id from the answer to the command"


class RulingWork:
    """A void or a correction, in the form that :func:`chassis.commands.execution.execute` needs."""

    def __init__(
        self, runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
    ) -> None:
        self.lock: int | None = runner.request.lock
        self._runner, self._event_id, self._command, self._contract = runner, event_id, command, contract
        self._stream = ""
        self.original_id = event_id

    async def load(self) -> Histories:
        store = self._runner.runtime.store
        named = await store.find(self._event_id)
        if named is None:
            raise RecordNotFound(_NO_EVENT)
        self._stream = named.stream
        self.original_id = named.facts.names if isinstance(named.facts, Ruling) else named.id
        return {named.stream: await store.load(named.stream)}

    async def decide(self, histories: Histories) -> Draft:
        runner, history = self._runner, histories[self._stream]
        original = next(event for event in history if event.id == self.original_id)
        by_its_author = _is_of_author(runner, original)
        _check_reach(runner, history)
        if not by_its_author:
            _check_allowed(runner, original)
        ruling, counts = await ruling_of(
            runner.runtime, runner.request.origin, self._command, original, history, self._contract
        )
        if not by_its_author:  # who recorded it can mend a wrong place
            _check_reach(runner, [*history, ruling])
        draft = Draft(counts=dict(counts))
        draft.append(
            runner.runtime.decider_of(self._stream), record_of(self._stream), list(history), [ruling]
        )
        return draft

    def statements(self, draft: Draft) -> list[Statement]:
        return self._runner.request.statements(
            self._runner.runtime.audit, self.result(draft), [self.original_id]
        )

    async def after_conflict(self, conflict: Conflict) -> Outcome | None:
        return await self._runner.kept()

    async def after_refusal(self) -> Outcome | None:
        return await self._runner.kept()

    def result(self, draft: Draft) -> Outcome:
        return Outcome.of(self._stream, record_of(self._stream), draft.events)


def _is_of_author(runner: CommandRunner, original: Event[Fact]) -> bool:
    """Return whether the caller recorded the event, within the time limit. It counts from the append, not from a device's clock."""
    if original.facts.recorded.by != runner.request.origin.caller.id:
        return False
    age = _REAL_TIME.now() - (original.appended_at or original.recorded_at)
    return age <= timedelta(hours=runner.runtime.settings.correction_hours)


def _check_allowed(runner: CommandRunner, original: Event[Fact]) -> None:
    """Check that the caller may correct what others recorded, or what is older. Raises NotYoursToCorrect."""
    runtime, caller = runner.runtime, runner.request.origin.caller
    if f"{runtime.service}.event.correct_any" in caller.permissions:
        return
    own = original.facts.recorded.by == caller.id
    raise NotYoursToCorrect(
        f"it was recorded more than {runtime.settings.correction_hours:g} hours ago"
        if own
        else "you did not record it",
        remedy="ask the person who is responsible for your office's records",
    )


def _check_reach(runner: CommandRunner, history: Sequence[Event[Fact]]) -> None:
    """Check that the record of these events is within the caller's reach. Raises OutOfReach or RecordNotFound."""
    decider = runner.runtime.decider_of(history[0].stream)
    if decider is not None:
        scope = decider.scope(decider.fold(effective(history)))
        check_reach(runner.request.origin.caller, scope, _NO_EVENT)
