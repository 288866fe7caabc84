"""From a command to its commit: load the streams, decide, compose the transaction, commit, retry.

Routes, forms, corrections, uploads and reactions all pass through this module. It reads from top to bottom:
:func:`execute` contains the whole procedure, and the functions below it are its steps in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Protocol, TypeVar

from prometheus_client import Histogram

from chassis.access.permissions import Caller
from chassis.base.metrics import histogram
from chassis.commands.circumstances import circumstances_of
from chassis.commands.draft import Draft, Origin, StreamCommand, completed, events_of, says_the_same
from chassis.commands.idempotency import CommandRequest, Outcome
from chassis.commands.runtime import OutOfReach, RecordNotFound, Runtime
from chassis.store.append import AlreadyRecorded, ConcurrentAppend, KeyTaken, Statement, StillRunning
from chassis.store.database import Connection
from chassis.store.decider import NATIONAL_DESK, Histories, Scope
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal
from contracts.rulings import effective

ATTEMPTS = 5
"""The number of times that a transaction is decided again when others append to its streams at the same moment."""

APPEND_DURATION = histogram(
    "domnaer_append_duration_seconds",
    "Time of the one statement that appends events with what belongs to them.",
)

T = TypeVar("T", covariant=True)
Conflict = ConcurrentAppend | AlreadyRecorded | KeyTaken


class CommandStillRunning(Refusal):
    """The same command is still running"""

    code = "command-still-running"
    status = 409


class RecordChangedMeanwhile(Refusal):
    """Another person changed this record at the same moment"""

    code = "record-changed-meanwhile"
    status = 409


class OtherContentUnderThisId(Refusal):
    """This id was used before for other content"""

    code = "other-content-under-this-id"
    status = 409


class RecordVoided(Refusal):
    """This record was voided"""

    code = "record-voided"
    status = 409


class Work(Protocol[T]):
    """One transaction for :func:`execute`: a command, a correction, or the rows of an upload."""

    lock: int | None
    """The advisory lock of the idempotency key, held during the transaction."""

    async def load(self) -> Histories:
        """Read everything that the decision needs. Called before each attempt."""

    async def decide(self, histories: Histories) -> Draft:
        """Decide what to append, on the streams and on what the service knows now. Raises Refusal if it is nothing."""

    def statements(self, draft: Draft) -> list[Statement]:
        """Return the further statements of the transaction: idempotency key, audit entry, refused rows."""

    async def after_conflict(self, conflict: Conflict) -> T | None:
        """Return the result if an earlier attempt of the same command recorded it; None to decide again."""

    async def after_refusal(self) -> T | None:
        """Return the result if the same command, sent twice at once, was recorded meanwhile; None if it was refused."""

    def result(self, draft: Draft) -> T:
        """Return the answer to the caller, after the commit."""


async def execute(runtime: Runtime, work: Work[T]) -> T:
    """Carry out one transaction: load, decide, compose, commit; on a concurrent append load and decide again.

    Raises the Refusal of the decision, CommandStillRunning, or RecordChangedMeanwhile after the last attempt.
    """
    for _ in range(ATTEMPTS):
        histories = await work.load()
        try:
            draft = await work.decide(histories)
        except Refusal:
            if (known := await work.after_refusal()) is not None:
                return known
            raise
        try:
            await commit(runtime, draft, work.statements(draft), lock=work.lock)
        except StillRunning:
            raise CommandStillRunning("wait for its answer, or ask again with the same key") from None
        except (ConcurrentAppend, AlreadyRecorded, KeyTaken) as conflict:
            if (known := await work.after_conflict(conflict)) is not None:
                return known
            continue
        if draft.events:
            runtime.wake()
        return work.result(draft)
    raise RecordChangedMeanwhile("read it again and decide again", remedy="send the command again")


async def load(runtime: Runtime, commands: Sequence[StreamCommand]) -> dict[str, list[Event[Fact]]]:
    """Read the streams of the commands that change an existing record; a command that begins a record needs none."""
    streams = {command.stream for command in commands if not command.opens}
    if not streams:
        return {}
    if len(streams) == 1:
        stream = next(iter(streams))
        return {stream: await runtime.store.load(stream)}
    return await runtime.store.load_many(streams)


def decide(
    runtime: Runtime,
    commands: Sequence[StreamCommand],
    histories: Histories,
    origin: Origin,
    into: Draft | None = None,
) -> Draft:
    """Decide commands in their order. Refusals are collected by position; the other commands are unaffected.

    With ``into``, the commands follow those already in that draft, and see the events decided there.
    """
    draft = Draft() if into is None else into
    now = runtime.clock.now()
    for position, command in enumerate(commands, draft.count):
        history = draft.history(command.stream)
        if history is None:
            history = list(histories.get(command.stream, ()))
        try:
            draft.add(position, command, history, _events(runtime, command, history, origin, now))
        except Refusal as refusal:
            draft.refusals[position] = refusal
    draft.count += len(commands)
    return draft


def _events(
    runtime: Runtime, asked: StreamCommand, history: list[Event[Fact]], origin: Origin, now: datetime
) -> list[Event[Fact]]:
    """Decide one command on its history. Raises Refusal."""
    decider, caller = asked.decider, origin.caller
    missing = f"there is no {decider.noun.replace('-', ' ')} of this id"
    if not asked.opens and not history:
        raise RecordNotFound(missing)
    state = decider.fold(effective(history)) if history else decider.initial
    scope = decider.scope(state) if asked.scope is None and history else asked.scope
    if scope is not None:
        check_reach(caller, scope, missing)
    may_load = f"{runtime.service}.history.load"
    at = circumstances_of(
        asked.command, asked.record_id, caller, now, load_permission=may_load, received_at=origin.received_at
    )
    facts = decider.decide(asked.command, state, at)
    return events_of(asked, facts, len(history), at, origin, runtime.handles.of_all)


def check_reach(caller: Caller, scope: Scope, missing: str) -> None:
    """Check that a caller may work on a record. Raises OutOfReach.

    Raises RecordNotFound, with the text ``missing`` of a record that does not exist, if the record is restricted to other
    people: nobody else learns that there is one.
    """
    if scope.only and caller.id not in scope.only:
        raise RecordNotFound(missing)
    if not caller.reach.covers(scope):
        if NATIONAL_DESK in scope.provinces:
            raise OutOfReach("it has no home province, so it belongs to the national desk")
        raise OutOfReach("it belongs to another post, country, province or agency")


async def commit(
    runtime: Runtime,
    draft: Draft,
    statements: Sequence[Statement] = (),
    *,
    lock: int | None = None,
    connection: Connection | None = None,
) -> None:
    """Append the events, with their read models and the further statements, in one statement.

    Nothing is sent if there is nothing to write. Raises ConcurrentAppend, AlreadyRecorded, KeyTaken or StillRunning;
    nothing is then written.
    """
    writes = [*draft.read_models(runtime.schemas), *draft.next_counts(), *statements]
    if draft.events or writes:
        with _append_duration(runtime.service).time():
            await runtime.store.commit(draft.events, writes, lock=lock, connection=connection)


@cache
def _append_duration(service: str) -> Histogram:
    """The series of a service: finding it again takes as long as observing."""
    return APPEND_DURATION.labels(service)


async def recorded_before(
    runtime: Runtime, asked: StreamCommand, known: Event[Fact], caller: Caller
) -> Sequence[Event[Fact]]:
    """Return the events of a command whose id is already recorded, decided again on the events before it.

    Raises OtherContentUnderThisId, RecordVoided if they do not count any more, or the Refusal of the decision.
    """
    if known.stream == asked.stream:
        earlier = await runtime.store.load(asked.stream)
        if known.id not in {event.id for event in effective(earlier)}:
            raise RecordVoided(
                "it was recorded before and then voided",
                remedy="if it did happen, correct the voided event, or record it anew under another id",
                field="id",
            )
        before = {asked.stream: [event for event in earlier if event.version < known.version]}
        again = await completed(runtime, [asked], before)
        draft = decide(runtime, again, before, Origin(caller, known.correlation_id))
        if draft.refusals:
            raise draft.refusals[0]
        events = draft.of_command[0]
        if events and says_the_same(known, events[0]):
            return events
    raise OtherContentUnderThisId(
        "it was recorded with other content", remedy="make a new UUIDv7", field="id"
    )


async def run_command(runtime: Runtime, request: CommandRequest, command: StreamCommand) -> Outcome:
    """Carry out one command of a request. A repeated command (same key or same id) gets the answer of the first time."""
    return await execute(runtime, _SingleCommand(runtime, request, command))


class _SingleCommand:
    """One command of a request, in the form that :func:`execute` needs."""

    def __init__(self, runtime: Runtime, request: CommandRequest, command: StreamCommand) -> None:
        self.lock: int | None = request.lock
        self._runtime, self._request, self._command = runtime, request, command
        self._version = 0
        self._outcome: Outcome | None = None

    async def load(self) -> Histories:
        return await load(self._runtime, [self._command])

    async def decide(self, histories: Histories) -> Draft:
        self._version = len(histories.get(self._command.stream, ()))
        asked = await completed(self._runtime, [self._command], histories)
        draft = decide(self._runtime, asked, histories, self._request.origin)
        if draft.refusals:
            raise draft.refusals[0]
        return draft

    def statements(self, draft: Draft) -> list[Statement]:
        command = self._command
        self._outcome = Outcome.of(command.stream, command.record_id, draft.of_command[0], self._version)
        evidence = [event.id for event in draft.events if event.person is not None]
        return self._request.statements(self._runtime.audit, self._outcome, evidence)

    async def after_conflict(self, conflict: Conflict) -> Outcome | None:
        kept = await self._request.kept(self._runtime.pool)
        if kept is not None or isinstance(conflict, KeyTaken):
            return kept
        before = await _recorded(self._runtime, self._request, self._command)
        if before is None and self._command.opens:
            raise RecordChangedMeanwhile("a record of this id was begun at the same moment")
        return before

    async def after_refusal(self) -> Outcome | None:
        runtime, request = self._runtime, self._request
        return await request.kept(runtime.pool) or await _recorded(runtime, request, self._command)

    def result(self, draft: Draft) -> Outcome:
        assert self._outcome is not None  # made with the statements, which keep it under the key
        return self._outcome


async def _recorded(runtime: Runtime, request: CommandRequest, command: StreamCommand) -> Outcome | None:
    """Return the outcome of a command that was recorded before with the client's own id, under any key."""
    known = None if command.command.id is None else await runtime.store.find(command.event_id)
    if known is None:
        return None
    events = await recorded_before(runtime, command, known, request.origin.caller)
    return Outcome.of(known.stream, command.record_id, events)
