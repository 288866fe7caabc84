"""The routes of a service: commands with idempotency keys, parsed strictly, answered with their outcome.

The route of a command names the needed permission in its signature::

    routes = CommandRouter()

    @routes.command("/crossings", action="record_crossing")
    async def record_crossing(command: RecordCrossing, caller: CrossingRecord, runner: CommandRunner) -> Outcome:
        return await runner.open(crossings, command)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from chassis.access.permissions import CallerFirstRoute, Permission, authenticate, check
from chassis.base.ids import new_id
from chassis.base.logs import correlation
from chassis.commands.draft import Origin, StreamCommand
from chassis.commands.examples import example_of
from chassis.commands.execution import run_command
from chassis.commands.idempotency import CommandRequest, Outcome, digest_of, key_of
from chassis.commands.likely_same import likely_same_as
from chassis.commands.runtime import Runtime
from chassis.commands.signature import Signature, command_openapi
from chassis.http.validation_errors import check_json, must_be_json, parse, printable
from chassis.store.decider import Decider, Scope
from contracts.command import Command
from contracts.refusal import Refusal


@dataclass(slots=True)
class CommandRunner:
    """Carries out the command of a request, from a route or a form."""

    runtime: Runtime
    request: CommandRequest
    outcome: Outcome | None = None
    """The outcome of the command that was carried out last."""

    async def open(
        self, decider: Decider[Any, Any, Any], command: Command, *, scope: Scope | None = None
    ) -> Outcome:
        """Begin a record. Its id is the command's own, so that sending it twice records it once.

        The outcome names the records that are probably the same, also if the command is repeated.
        """
        record_id = command.id or new_id()
        asked = StreamCommand(decider, record_id, record_id, command, opens=True, scope=scope)
        self.outcome = await run_command(self.runtime, self.request, asked)
        return await self.with_hint(decider, self.outcome)

    async def with_hint(self, decider: Decider[Any, Any, Any], outcome: Outcome) -> Outcome:
        """Return an outcome with the records that are probably the same as its own."""
        found = await likely_same_as(self.runtime, self.request.origin.caller, decider, outcome.id)
        return outcome.model_copy(update={"likely_same": found}) if found else outcome

    async def change(self, decider: Decider[Any, Any, Any], record_id: UUID, command: Command) -> Outcome:
        """Change an existing record."""
        self.request.status = 200
        self.outcome = await self.kept()
        if self.outcome is None:
            asked = StreamCommand(decider, record_id, command.id or new_id(), command)
            self.outcome = await run_command(self.runtime, self.request, asked)
        return self.outcome

    async def kept(self) -> Outcome | None:
        """Return the outcome of this key, if it was used before. Raises IdempotencyKeyReused for another command."""
        return await self.request.kept(self.runtime.pool)


Handler = Callable[..., Awaitable[BaseModel]]


class CommandRoute(APIRoute):
    """The route of a command. Its endpoint receives the request itself, without FastAPI's dependencies."""

    async def handle(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Call the endpoint."""
        if scope["method"] != "POST":
            await super().handle(scope, receive, send)
            return
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


class CommandIndex:
    """ASGI callable that finds the commands of a fixed path by that path and leaves all other requests to ``app``.

    No path parameter and no dependency has to be resolved for such a command. FastAPI's layers and its search for a
    route would take 12% more of the service's processor time for a crossing (measured with ``bench.capture``). Errors
    are answered by the application's own handlers; one without a handler is raised for the middleware to answer.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], handlers: Mapping[Any, Callable[..., Any]]
    ) -> None:
        self._app = app
        self._handlers = handlers
        self.commands: dict[str, CommandRoute] = {}
        for route in routes:
            if isinstance(route, CommandRoute) and "{" not in route.path:
                self.commands.setdefault(route.path, route)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a command, or pass the request on."""
        route = None
        if scope["type"] == "http" and scope["method"] == "POST":
            route = self.commands.get(scope["path"].removeprefix(scope.get("root_path", "")))
        if route is None:
            await self._app(scope, receive, send)
            return
        scope.update(route=route, endpoint=route.endpoint, path_params={})
        request = Request(scope, receive, send)
        try:
            response: Response = await route.endpoint(request)
        except Exception as error:
            kinds = (kind for kind in type(error).__mro__ if kind is not Exception)
            handler = next((self._handlers[kind] for kind in kinds if kind in self._handlers), None)
            if handler is None:
                raise
            response = await handler(request, error)
        await response(scope, receive, send)


class QueryParameterUnknown(Refusal):
    """This address has no such query parameter"""

    code = "query-parameter-unknown"
    status = 422


class QueryParameterTwice(Refusal):
    """A query parameter is given once"""

    code = "query-parameter-twice"
    status = 422


async def check_query(request: Request) -> None:
    """Check that all query parameters are the route's, each given once, as the fields of a body are.

    Raises QueryParameterUnknown or QueryParameterTwice.
    """
    if not request.scope["query_string"]:
        return
    known = _query_names(request.scope["route"])
    for name in request.query_params:
        if name not in known:
            raise QueryParameterUnknown(
                "a mistyped parameter would be ignored without a word",
                remedy=f"use {', '.join(known)}" if known else "leave out the query",
                field=printable(name)[:100],
            )
        if len(request.query_params.getlist(name)) > 1:
            raise QueryParameterTwice(
                "only one of its values would be used",
                remedy="give it once",
                field=name,
            )


async def check_body(request: Request) -> None:
    """Check the body of a route which FastAPI parses, as the bodies of commands are. Raises Unreadable."""
    if request.scope["route"].body_field is not None:
        check_json(await request.body())


def _query_names(route: APIRoute) -> tuple[str, ...]:
    found: dict[str, None] = {}
    pending = [route.dependant]
    while pending:
        dependant = pending.pop()
        found |= dict.fromkeys(parameter.alias for parameter in dependant.query_params)
        pending += dependant.dependencies
    return tuple(found)


class CommandRouter(APIRouter):
    """A router whose commands are parsed strictly and carried out once for each key.

    ``bodies`` are added to the OpenAPI document by :func:`chassis.commands.openapi.describe`, and so are the ``examples`` of
    the bodies of a path, by media type: they are made when the document is asked for. ``bulks`` are the bulk commands that
    :func:`chassis.uploads.routes.add_bulk` declared, by path.

    Routes are made when they are asked for. A process that serves no requests needs none, such as one that carries out
    uploads, and FastAPI takes a quarter of its start to make them.
    """

    def __init__(self, **options: Any) -> None:
        self._declared: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []
        super().__init__(
            dependencies=[Depends(check_query), Depends(check_body)], route_class=CallerFirstRoute, **options
        )
        self.bodies: list[tuple[str, Any]] = []
        self.examples: dict[str, Callable[[], Mapping[str, Any]]] = {}
        self.bulks: dict[str, Any] = {}
        self.corrects = False

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes; those that were declared since the last time are made now."""
        declared, self._declared = self._declared, []
        for path, endpoint, options in declared:
            super().add_api_route(path, endpoint, **options)
        return self._routes

    @routes.setter
    def routes(self, routes: list[BaseRoute]) -> None:
        self._routes = routes

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Declare a route."""
        self._declared.append((path, endpoint, options))

    def command(self, path: str, *, action: str, status: int | None = None) -> Callable[[Handler], Handler]:
        """Serve a command by POST. The handler's signature names the permission.

        ``action`` names it in the audit and in the OpenAPI document.
        """
        return self._post(path, action, status, keyed=True)

    def preview(self, path: str, *, action: str) -> Callable[[Handler], Handler]:
        """Serve the preview of a command by POST: it is decided and not recorded, so it needs no key and answers 200."""
        return self._post(path, action, 200, keyed=False)

    def _post(
        self, path: str, action: str, status: int | None, *, keyed: bool
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            signature = Signature(handler, CommandRunner)
            adapter: TypeAdapter[Any] = TypeAdapter(signature.body)

            async def endpoint(request: Request) -> Response:
                caller = authenticate(request)
                check(caller, signature.permission, request)
                await check_query(request)
                must_be_json(request.headers.get("content-type", ""))
                body = await request.body()
                command = parse(adapter, body)
                origin = Origin(caller, correlation(), request.headers.get("traceparent"))
                key = key_of(request) if keyed else ""
                asked = CommandRequest(origin, key, digest_of(request.scope["path"], body), action)
                runner = CommandRunner(request.app.state.runtime, asked)
                arguments: dict[str, Any] = {
                    name: convert(request.path_params[name]) for name, convert in signature.path.items()
                }
                arguments |= {signature.caller: caller, signature.runner: runner}
                if signature.body is not None:
                    arguments[signature.body_name] = command
                outcome = await handler(**arguments)
                return Response(
                    outcome.model_dump_json(),
                    status_code=status or asked.status,
                    media_type="application/json",
                )

            endpoint.__doc__ = handler.__doc__
            self.bodies.append((path, signature.body))
            if signature.body is not None:
                self.examples[path] = lambda: {"application/json": example_of(adapter.json_schema())}
            before: dict[int | str, Any] = {
                200: {"model": signature.answer, "description": "Recorded, or recorded before."}
            }
            self.add_api_route(
                path,
                endpoint,
                name=action,
                methods=["POST"],
                response_model=signature.answer,
                status_code=status or 201,
                openapi_extra=command_openapi(signature, keyed=keyed),
                route_class_override=CommandRoute,
                responses=before if keyed else {},
            )
            handler_permissions[endpoint] = signature.permission
            return handler

        return register


handler_permissions: dict[Any, Permission] = {}
