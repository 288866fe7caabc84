"""The routes of a service: commands with idempotency keys, parsed strictly, answered with what was recorded.

A command's route reads like this, and says in its signature who may call it::

    desk = Desk()

    @desk.command("/crossings", action="record_crossing")
    async def record_crossing(command: RecordCrossing, caller: CrossingRecord, act: Acting) -> Outcome:
        return await act.open(CROSSINGS, command)
"""

from __future__ import annotations

import hashlib
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
from chassis.commands.draft import StreamCommand
from chassis.commands.idempotency import (
    KEEP_OUTCOME,
    KEPT_OUTCOME,
    CommandStillRunning,
    IdempotencyKeyReused,
    idempotency_key,
)
from chassis.commands.runtime import Runtime
from chassis.commands.signature import Signature, command_openapi
from chassis.http.validation_errors import must_be_json, parse
from chassis.store.decider import Decider, Scope
from chassis.store.event_store import (
    AlreadyRecorded,
    ConcurrentAppend,
    KeyTaken,
    StillRunning,
    Write,
    lock_of,
)
from contracts.command import Command
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal

ATTEMPTS = 5


class RecordChangedMeanwhile(Refusal):
    """Others changed this record at the same moment"""

    code = "record-changed-meanwhile"
    status = 409


class Outcome(BaseModel):
    """What a command recorded."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(description="The record: a crossing, an employment contract, a case, ...")
    stream: str = Field(description="The stream of the record's events.")
    version: int = Field(description="Version of the stream after the command.")
    events: tuple[UUID, ...] = Field(description="Ids of the events recorded; they name them in corrections.")


@dataclass(slots=True)
class CommandRunner:
    """One command being carried out for one caller."""

    runtime: Runtime
    caller: Caller
    key: str
    digest: bytes
    action: str
    correlation_id: UUID
    traceparent: str | None = None
    status: int = 201

    async def open(self, decider: Decider[Any], command: Command, *, scope: Scope | None = None) -> Outcome:
        """Begin a record. Its id is the command's own, so that sending it twice records it once."""
        record_id = command.id or new_id()
        return await self._carry(
            StreamCommand(decider, record_id, record_id, command, opens=True, scope=scope)
        )

    async def change(self, decider: Decider[Any], record_id: UUID, command: Command) -> Outcome:
        """Record something further about a record that there is."""
        self.status = 200
        kept = await self.kept()
        if kept is not None:
            return kept
        return await self._carry(StreamCommand(decider, record_id, command.id or new_id(), command))

    async def _carry(self, ask: StreamCommand) -> Outcome:
        runtime = self.runtime
        for _ in range(ATTEMPTS):
            histories = await runtime.histories([ask])
            drafted = runtime.draft(
                [ask], histories, self.caller, self.correlation_id, traceparent=self.traceparent
            )
            if drafted.refusals:
                if (repeated := await self._repeated(ask)) is not None:
                    return repeated
                raise drafted.refusals[0]
            events = drafted.of_ask[0]
            outcome = self.outcome(ask.decider.stream(ask.record_id), ask.record_id, events, histories)
            act = runtime.act(drafted)
            act.lock = lock_of(self.caller.id, self.key)
            act.writes += self.trail(outcome, [event.id for event in events if event.person is not None])
            try:
                await runtime.store.commit(act)
            except KeyTaken:
                kept = await self.kept()
                if kept is not None:
                    return kept
                continue
            except (AlreadyRecorded, ConcurrentAppend):
                if (kept := await self.kept()) is not None:
                    return kept
                if (repeated := await self._repeated(ask)) is not None:
                    return repeated
                if ask.opens:
                    raise RecordChangedMeanwhile("a record of this id was begun at the same moment") from None
                continue
            except StillRunning:
                raise CommandStillRunning("wait for its answer, or ask again with the same key") from None
            runtime.wake()
            return outcome
        raise RecordChangedMeanwhile("read it again and decide again", remedy="send the command again")

    async def _repeated(self, ask: StreamCommand) -> Outcome | None:
        """The outcome of a command that was recorded before under the client's own id, by whichever key."""
        known = None if ask.command.id is None else await self.runtime.store.find(ask.event_id)
        if known is None:
            return None
        events = await self.runtime.repeated(ask, known, self.caller)
        return self.outcome(known.stream, ask.record_id, events, {})

    def outcome(
        self,
        stream: str,
        record_id: UUID,
        events: Sequence[Event[Fact]],
        histories: dict[str, list[Event[Fact]]],
    ) -> Outcome:
        """What is answered, now and whenever the same key comes again."""
        version = events[-1].version if events else len(histories.get(stream, ()))
        recorded = tuple([event.id for event in events])
        return Outcome(id=record_id, stream=stream, version=version, events=recorded)

    def trail(self, outcome: BaseModel, evidence: Sequence[UUID] = ()) -> list[Write]:
        """The idempotency key with its outcome, and the audit entry."""
        kept = Write(
            KEEP_OUTCOME, (self.caller.id, self.key, self.digest, self.status, outcome.model_dump_json())
        )
        return [
            kept,
            self.runtime.audit.write(
                self.caller, self.action, evidence=evidence, correlation=self.correlation_id
            ),
        ]

    async def kept(self) -> Outcome | None:
        """The outcome of this key, if it was used before. Raises IdempotencyKeyReused for another command."""
        row = await self.runtime.pool.fetchrow(KEPT_OUTCOME, self.caller.id, self.key)
        if row is None:
            return None
        if row["digest"] != self.digest:
            raise IdempotencyKeyReused(
                "its first command had another body", remedy="make a new key for a new command"
            )
        self.status = row["status"]
        return Outcome.model_validate_json(row["outcome"])


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
                acting = CommandRunner(
                    runtime=request.app.state.runtime,
                    caller=caller,
                    key=idempotency_key(request),
                    digest=hashlib.blake2b(
                        request.scope["path"].encode() + b"\0" + body, digest_size=16
                    ).digest(),
                    action=action,
                    correlation_id=correlation(),
                    traceparent=request.headers.get("traceparent"),
                )
                values = {key: convert(request.path_params[key]) for key, convert in signature.path.items()}
                outcome = await handler(**values, **signature.named(command, caller, acting))
                return Response(
                    outcome.model_dump_json(),
                    status_code=status or acting.status,
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
