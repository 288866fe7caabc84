"""Corrections and voids, for every service: a further event on the same stream that names the earlier one.

Each has a preview, which decides the same and records nothing.
"""

# No deferred annotations here: the permission types are made for each service, and the router reads the annotations as types.
from dataclasses import replace
from types import ModuleType
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.access.permissions import Caller, permission
from chassis.commands.draft import Draft
from chassis.commands.execution import Conflict, execute
from chassis.commands.idempotency import Outcome
from chassis.commands.previewing import RulingPreview, preview_of
from chassis.commands.recorded_event import RecordedEvent
from chassis.commands.restating import Correct, Void
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.ruling import ruling_of
from chassis.store.append import Statement
from chassis.store.decider import Histories, record_of


def add_corrections(routes: CommandRouter, service: str, contract: ModuleType) -> None:
    """Add the routes to a service. ``contract`` is its module with EventVoided and EventCorrected."""
    may_correct = Depends(permission(f"{service}.event.correct"))

    async def void_event(
        event_id: UUID, command: Void, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> Outcome:
        """Void an event. It remains in the record, but it no longer counts."""
        return await rule_event(runner, event_id, command, contract)

    async def correct_event(
        event_id: UUID, command: Correct, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> Outcome:
        """Correct an event. The earlier version remains in the record."""
        return await rule_event(runner, event_id, command, contract)

    async def preview_void(
        event_id: UUID, command: Void, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> RulingPreview:
        """Preview the changes of a void; it is decided like the void, and not recorded. The preview is logged."""
        return await preview_ruling(runner, event_id, command, contract, "preview_void")

    async def preview_correction(
        event_id: UUID, command: Correct, caller: Annotated[Caller, may_correct], runner: CommandRunner
    ) -> RulingPreview:
        """Preview the changes of a correction; it is decided like the correction, and not recorded. The preview is logged."""
        return await preview_ruling(runner, event_id, command, contract, "preview_correction")

    routes.command("/events/{event_id}/void", action="void_event", status=201)(void_event)
    routes.command("/events/{event_id}/correction", action="correct_event", status=201)(correct_event)
    routes.preview("/events/{event_id}/void/preview", action="preview_void")(preview_void)
    routes.preview("/events/{event_id}/correction/preview", action="preview_correction")(preview_correction)


async def rule_event(
    runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
) -> Outcome:
    """Carry out a correction or a void, once for each key. ``contract`` is the service's module."""
    if (kept := await runner.kept()) is not None:
        return kept
    runner.request.status = 201
    outcome = await execute(runner.runtime, RulingWork(runner, event_id, command, contract))
    decider = runner.runtime.decider_of(outcome.stream)
    return outcome if decider is None else await runner.with_hint(decider, outcome)


async def preview_ruling(
    runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType, action: str
) -> RulingPreview:
    """Preview a correction or a void: it is decided and not recorded. ``action`` names the preview in the audit."""
    work = RulingWork(runner, event_id, command, contract)
    histories = await work.load()
    (history,) = histories.values()
    (ruling,) = (await work.decide(histories)).events
    await runner.runtime.log_read(runner.request.origin.caller, action, work.original_id, history)
    return preview_of(work.original_id, history, ruling)


class RulingWork:
    """A void or a correction, in the form that :func:`chassis.commands.execution.execute` needs."""

    def __init__(
        self, runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
    ) -> None:
        self.lock: int | None = runner.request.lock
        self._runner, self._event_id, self._command, self._contract = runner, event_id, command, contract
        self._event: RecordedEvent | None = None
        self.original_id = event_id

    async def load(self) -> Histories:
        runner = self._runner
        event = await RecordedEvent.find(runner.runtime, runner.request.origin.caller, self._event_id)
        self._event, self.original_id = event, event.original.id
        return {event.original.stream: list(event.history)}

    async def decide(self, histories: Histories) -> Draft:
        runner = self._runner
        assert self._event is not None
        event = replace(self._event, history=histories[self._event.original.stream])
        by_its_author = event.of_author
        event.check_reach()
        event.check_allowed()
        ruling, counts = await ruling_of(
            runner.runtime,
            runner.request.origin,
            self._command,
            event.original,
            event.history,
            self._contract,
        )
        if not by_its_author:  # who recorded it can mend a wrong place
            event.check_reach(ruling)
        draft = Draft(counts=dict(counts))
        decider = runner.runtime.decider_of(ruling.stream)
        draft.append(decider, record_of(ruling.stream), list(event.history), [ruling])
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
        (ruling,) = draft.events
        return Outcome.of(ruling.stream, record_of(ruling.stream), draft.events)
