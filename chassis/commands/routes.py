"""The routes of a service: commands with idempotency keys, parsed strictly, answered with what was recorded.

A command's route reads like this, and says in its signature who may call it::

    desk = Desk()

    @desk.command("/crossings", action="record_crossing")
    async def record_crossing(command: RecordCrossing, caller: CrossingRecord, act: Acting) -> Outcome:
        return await act.open(CROSSINGS, command)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from chassis.access.permissions import Caller, Permission, authenticate, check
from chassis.base.ids import new_id
from chassis.base.logs import correlation
from chassis.commands.draft import Draft, StreamCommand
from chassis.commands.execution import (
    Conflict,
    Histories,
    Origin,
    RecordChangedMeanwhile,
    decide,
    execute,
    load,
    recorded_before,
)
from chassis.commands.idempotency import digest_of, find_outcome, keep_outcome, key_of
from chassis.commands.runtime import Runtime
from chassis.commands.signature import Signature, command_openapi
from chassis.http.validation_errors import must_be_json, parse
from chassis.store.decider import Decider, Scope
from chassis.store.event_store import KeyTaken, Statement, lock_of
from contracts.command import Command
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal


class Outcome(BaseModel):
    """What a command recorded."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(description="The record: a crossing, an employment contract, a case, ...")
    stream: str = Field(description="The stream of the record's events.")
    version: int = Field(description="Version of the stream after the command.")
    events: tuple[UUID, ...] = Field(description="Ids of the events recorded; they name them in corrections.")


@dataclass(slots=True)
class CommandRunner:
    """Carries out one command of one caller, from a route or a form. ``status`` is that of the answer."""

    runtime: Runtime
    caller: Caller
    key: str
    digest: bytes
    action: str
    correlation_id: UUID
    traceparent: str | None = None
    status: int = 201

    async def open(
        self, decider: Decider[Any, Any, Any], command: Command, *, scope: Scope | None = None
    ) -> Outcome:
        """Begin a record. Its id is the command's own, so that sending it twice records it once."""
        record_id = command.id or new_id()
        return await self._run(StreamCommand(decider, record_id, record_id, command, opens=True, scope=scope))

    async def change(self, decider: Decider[Any, Any, Any], record_id: UUID, command: Command) -> Outcome:
        """Record something further about an existing record."""
        self.status = 200
        if (kept := await self.kept()) is not None:
            return kept
        return await self._run(StreamCommand(decider, record_id, command.id or new_id(), command))

    async def _run(self, command: StreamCommand) -> Outcome:
        try:
            return await execute(self.runtime, _SingleCommand(self, command))
        except Refusal:
            if (before := await self.recorded_before(command)) is not None:
                return before
            raise

    @property
    def origin(self) -> Origin:
        """The caller and the request, as the events state them."""
        return Origin(self.caller, self.correlation_id, self.traceparent)

    async def kept(self) -> Outcome | None:
        """The outcome of this key, if it was used before. Raises IdempotencyKeyReused for another command."""
        found = await find_outcome(self.runtime.pool, self.caller.id, self.key, self.digest)
        if found is None:
            return None
        self.status = found[0]
        return Outcome.model_validate_json(found[1])

    async def recorded_before(self, command: StreamCommand) -> Outcome | None:
        """The outcome of a command that was recorded before under the client's own id, by whichever key."""
        known = None if command.command.id is None else await self.runtime.store.find(command.event_id)
        if known is None:
            return None
        events = await recorded_before(self.runtime, command, known, self.caller)
        return outcome_of(known.stream, command.record_id, events)

    def statements(self, outcome: Outcome, evidence: Sequence[UUID]) -> list[Statement]:
        """The idempotency key with its outcome, and the audit entry."""
        return [
            keep_outcome(self.caller.id, self.key, self.digest, self.status, outcome.model_dump_json()),
            self.runtime.audit.write(
                self.caller, self.action, evidence=evidence, correlation=self.correlation_id
            ),
        ]

    @property
    def lock(self) -> int:
        """The advisory lock of the key, so that the same command sent twice at once is refused once."""
        return lock_of(self.caller.id, self.key)


class _SingleCommand:
    """One command as :func:`execute` carries it out."""

    def __init__(self, runner: CommandRunner, command: StreamCommand) -> None:
        self.lock: int | None = runner.lock
        self._runner, self._command = runner, command
        self._version = 0

    async def load(self) -> Histories:
        return await load(self._runner.runtime, [self._command])

    async def decide(self, histories: Histories) -> Draft:
        self._version = len(histories.get(self._command.stream, ()))
        draft = decide(self._runner.runtime, [self._command], histories, self._runner.origin)
        if draft.refusals:
            raise draft.refusals[0]
        return draft

    def statements(self, draft: Draft) -> list[Statement]:
        evidence = [event.id for event in draft.events if event.person is not None]
        return self._runner.statements(self.result(draft), evidence)

    async def after_conflict(self, conflict: Conflict) -> Outcome | None:
        if (kept := await self._runner.kept()) is not None or isinstance(conflict, KeyTaken):
            return kept
        if (before := await self._runner.recorded_before(self._command)) is not None:
            return before
        if self._command.opens:
            raise RecordChangedMeanwhile("a record of this id was begun at the same moment")
        return None

    def result(self, draft: Draft) -> Outcome:
        return outcome_of(self._command.stream, self._command.record_id, draft.of_command[0], self._version)


def outcome_of(stream: str, record_id: UUID, events: Sequence[Event[Fact]], version: int = 0) -> Outcome:
    """The outcome of recorded events; ``version`` is the stream's if nothing was recorded."""
    return Outcome(
        id=record_id,
        stream=stream,
        version=events[-1].version if events else version,
        events=tuple([event.id for event in events]),
    )


Handler = Callable[..., Awaitable[BaseModel]]


class CommandRoute(APIRoute):
    """The route of a command, whose endpoint takes the request as it is: nothing is resolved on the way to it."""

    async def handle(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer by the endpoint alone."""
        if scope["method"] != "POST":
            await super().handle(scope, receive, send)
            return
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


class CommandRouter(APIRouter):
    """A router whose commands are parsed strictly and carried out once a key.

    ``bodies`` are added to the OpenAPI document by :func:`chassis.commands.openapi.describe`; ``bulks`` are what
    :func:`chassis.uploads.routes.add_bulk` declared, by path.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bodies: list[tuple[str, Any]] = []
        self.bulks: dict[str, Any] = {}
        self.corrects = False

    def command(self, path: str, *, action: str, status: int | None = None) -> Callable[[Handler], Handler]:
        """Serve a command by POST. The permission stands in the handler's signature.

        ``action`` names it in the audit and in the OpenAPI document.
        """

        def register(handler: Handler) -> Handler:
            signature = Signature(handler, CommandRunner)
            adapter: TypeAdapter[Any] = TypeAdapter(signature.body)

            async def endpoint(request: Request) -> Response:
                caller = authenticate(request)
                check(caller, signature.permission, request)
                must_be_json(request.headers.get("content-type", ""))
                body = await request.body()
                command = parse(adapter, body)
                runner = CommandRunner(
                    runtime=request.app.state.runtime,
                    caller=caller,
                    key=key_of(request),
                    digest=digest_of(request.scope["path"], body),
                    action=action,
                    correlation_id=correlation(),
                    traceparent=request.headers.get("traceparent"),
                )
                values = {key: convert(request.path_params[key]) for key, convert in signature.path.items()}
                outcome = await handler(**values, **signature.named(command, caller, runner))
                return Response(
                    outcome.model_dump_json(),
                    status_code=status or runner.status,
                    media_type="application/json",
                )

            endpoint.__doc__ = handler.__doc__
            self.bodies.append((path, signature.body))
            self.add_api_route(
                path,
                endpoint,
                name=action,
                methods=["POST"],
                response_model=signature.answer,
                status_code=status or 201,
                openapi_extra=command_openapi(signature),
                route_class_override=CommandRoute,
                responses={200: {"model": signature.answer, "description": "Recorded, or recorded before."}},
            )
            handler_permissions[endpoint] = signature.permission
            return handler

        return register


handler_permissions: dict[Any, Permission] = {}
