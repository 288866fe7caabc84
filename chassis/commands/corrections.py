"""Corrections and voids, for every service: a further event on the same stream that names the earlier one."""

# No deferred annotations here: the permission types are made for each service, and the router reads the annotations as types.
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from chassis.access.permissions import Caller, permission
from chassis.commands.circumstances import check_time, check_times, in_utc
from chassis.commands.draft import Draft
from chassis.commands.execution import Conflict, Histories, execute
from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRouter, CommandRunner
from chassis.commands.runtime import OutOfReach, RecordNotFound
from chassis.http.validation_errors import Unreadable, validation_errors
from chassis.store.append import Statement
from chassis.store.decider import record_of
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.command import PersonGiven
from contracts.envelope import Correction, Event, Fact, Recorded, Ruling
from contracts.refusal import Refusal
from contracts.rulings import effective
from contracts.times import Moment, day_of


class NotYoursToCorrect(Refusal):
    """Only the person who recorded it may change it, and only for some days"""

    code = "not-yours-to-correct"
    status = 403


class NothingStands(Refusal):
    """This event is already voided"""

    code = "nothing-stands"
    status = 409


class Void(BaseModel):
    """Void an event: it did not happen, or not to this person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: CorrectionReason = Field(description="Why.")


class Correct(BaseModel):
    """Correct an event: the complete facts, and the complete person block if it was wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: CorrectionReason = Field(description="Why.")
    facts: dict[str, Any] = Field(
        description="The whole facts of the event's type as they should read (recorded is kept as it is)."
    )
    occurred_at: Moment | None = Field(None, description="When it occurred, where that was wrong.")
    person: PersonGiven | None = Field(
        None, description="The whole person as they should read, where that was wrong."
    )


def add_corrections(routes: CommandRouter, service: str, contract: ModuleType) -> None:
    """Add the two routes to a service. ``contract`` is its module with EventVoided and EventCorrected."""
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

    routes.command("/events/{event_id}/void", action="void_event", status=201)(void_event)
    routes.command("/events/{event_id}/correction", action="correct_event", status=201)(correct_event)


async def _rule(
    runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
) -> Outcome:
    if (kept := await runner.kept()) is not None:
        return kept
    runner.request.status = 201
    return await execute(runner.runtime, _RulingWork(runner, event_id, command, contract))


class _RulingWork:
    """A void or a correction, in the form that :func:`chassis.commands.execution.execute` needs."""

    def __init__(
        self, runner: CommandRunner, event_id: UUID, command: Void | Correct, contract: ModuleType
    ) -> None:
        self.lock: int | None = runner.request.lock
        self._runner, self._event_id, self._command, self._contract = runner, event_id, command, contract
        self._stream = ""
        self._original_id = event_id

    async def load(self) -> Histories:
        store = self._runner.runtime.store
        named = await store.find(self._event_id)
        if named is None:
            raise RecordNotFound(
                "there is no event of this id", remedy="take the id from the answer to the command"
            )
        self._stream = named.stream
        self._original_id = named.facts.names if isinstance(named.facts, Ruling) else named.id
        return {named.stream: await store.load(named.stream)}

    async def decide(self, histories: Histories) -> Draft:
        runner, history = self._runner, histories[self._stream]
        original = next(event for event in history if event.id == self._original_id)
        _check_allowed(runner, original, history)
        ruling = _ruling(runner, self._command, original, history, self._contract)
        draft = Draft()
        draft.append(
            runner.runtime.decider_of(self._stream), record_of(self._stream), list(history), [ruling]
        )
        return draft

    def statements(self, draft: Draft) -> list[Statement]:
        return self._runner.request.statements(
            self._runner.runtime.audit, self.result(draft), [self._original_id]
        )

    async def after_conflict(self, conflict: Conflict) -> Outcome | None:
        return await self._runner.kept()

    async def after_refusal(self) -> Outcome | None:
        return await self._runner.kept()

    def result(self, draft: Draft) -> Outcome:
        return Outcome.of(self._stream, record_of(self._stream), draft.events)


def _check_allowed(runner: CommandRunner, original: Event[Fact], history: Sequence[Event[Fact]]) -> None:
    runtime = runner.runtime
    decider = runtime.decider_of(original.stream)
    if decider is not None:
        scope = decider.scope(decider.fold(effective(history)))
        if not runner.request.origin.caller.reach.covers(scope):
            raise OutOfReach("it belongs to another post, country, province or agency")
    if f"{runtime.service}.event.correct_any" in runner.request.origin.caller.permissions:
        return
    window = timedelta(hours=runtime.settings.correction_hours)
    own = original.facts.recorded.by == runner.request.origin.caller.id
    if not own or runtime.clock.now() - original.recorded_at > window:
        raise NotYoursToCorrect(
            "you did not record it"
            if not own
            else f"it was recorded more than {window.total_seconds() / 3600:g} hours ago",
            remedy="ask the person who is responsible for your office's records",
        )


def _ruling(
    runner: CommandRunner,
    command: Void | Correct,
    original: Event[Fact],
    history: Sequence[Event[Fact]],
    contract: ModuleType,
) -> Event[Fact]:
    runtime, now = runner.runtime, runner.runtime.clock.now()
    earlier = [
        event for event in history if isinstance(event.facts, Ruling) and event.facts.names == original.id
    ]
    standing = next((event for event in effective([original, *earlier]) if event.id == original.id), None)
    if standing is None and isinstance(command, Void):
        raise NothingStands("it was voided before", remedy="correct it, if it did happen")
    handles = (standing or original).handles
    common: dict[str, Any] = {
        "recorded": Recorded(
            by=runner.request.origin.caller.id,
            office=runner.request.origin.caller.office,
            how=HowRecorded.LIVE,
        ),
        "names": original.id,
        "named_type": original.facts.wire,
        "first_recorded_at": original.recorded_at,
        "reason": command.reason,
        "formerly": tuple(sorted({handle for event in (original, *earlier) for handle in event.handles})),
    }
    ruling_id, occurred_at, person = uuid7(), now, None
    if isinstance(command, Void):
        facts: Fact = contract.EventVoided(**common)
    else:
        today = day_of(now)
        occurred_at = _occurred(command, standing or original, today)
        correction = _corrected(command, original, common, contract)
        check_times(correction.restated.facts, today, "facts.")
        facts = correction
        if command.person is not None:
            check_times(command.person, today, "person.")
            person = command.person.evidence(ruling_id, {})
            handles = runtime.handles.of_all(command.person.documents)
    return Event(
        id=ruling_id,
        stream=original.stream,
        version=history[-1].version + 1,
        occurred_at=occurred_at,
        recorded_at=now,
        facts=facts,
        person=person,
        handles=handles,
        correlation_id=runner.request.origin.correlation_id,
        causation_id=None,
        traceparent=runner.request.origin.traceparent,
    )


def _occurred(command: Correct, standing: Event[Fact], today: date) -> datetime:
    if command.occurred_at is None:
        return standing.occurred_at
    check_time(command.occurred_at, "occurrence", "occurred_at", today)
    return in_utc(command.occurred_at, "occurred_at")


def _corrected(
    command: Correct, original: Event[Fact], common: dict[str, Any], contract: ModuleType
) -> Correction:
    """Return the correction. Raises Unreadable, which names the fields as they were sent."""
    stated = {**command.facts, "recorded": original.facts.recorded.model_dump(mode="json")}
    whole = {
        **common,
        "restated": {"type": original.facts.wire, "facts": stated},
        "keeps_person": command.person is None,
    }
    try:
        corrected: Correction = contract.EventCorrected.model_validate_json(
            to_json(whole, inf_nan_mode="null"), extra="forbid"
        )
    except ValidationError as error:
        raise Unreadable(
            [one.model_copy(update={"field": _as_sent(one.field)}) for one in validation_errors(error)]
        ) from None
    return corrected


def _as_sent(field: str) -> str:
    """Return the name of a field as it was sent: ``restated.<type>.facts.destination`` was ``facts.destination``."""
    before, _, rest = field.partition(".facts")
    return f"facts{rest}" if before.startswith("restated") else field
