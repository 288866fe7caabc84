"""The application of a service: the middleware outermost, then commands by path, then FastAPI."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from starlette._utils import get_route_path
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.commands.routes import CommandRoute
from chassis.http.middleware import RequestMiddleware


class Application(FastAPI):
    """A FastAPI application within its middleware, which answers commands of a fixed path directly.

    Nothing has to be resolved for such a command, and FastAPI's layers and its search for a route take a fifth of the
    time of a crossing. Errors are answered by the same handlers.
    """

    def __init__(self, *, service: str, **options: Any) -> None:
        super().__init__(**options)
        self._commands: dict[str, CommandRoute] = {}
        self._middleware = RequestMiddleware(self._dispatch, service=service)

    def index_commands(self) -> None:
        """Index the commands among the present routes by their path."""
        for route in self.router.routes:
            if isinstance(route, CommandRoute) and "{" not in route.path:
                self._commands.setdefault(route.path, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._middleware(scope, receive, send)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp | None = None
        if scope["type"] == "http" and scope["method"] == "POST":
            answer = self._command_at(scope)
        await (answer or super().__call__)(scope, receive, send)

    def _command_at(self, scope: Scope) -> ASGIApp | None:
        route = self._commands.get(get_route_path(scope))
        if route is None:
            return None

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            scope.update(app=self, route=route, endpoint=route.endpoint, path_params={})
            request = Request(scope, receive, send)
            try:
                response = await route.endpoint(request)
            except Exception as error:
                response = await self._error_response(request, error)
            await response(scope, receive, send)

        return answer

    async def _error_response(self, request: Request, error: Exception) -> Any:
        """The answer to an error by its handler. An error without one is raised again, for the middleware to answer."""
        for kind in type(error).__mro__:
            handler = None if kind is Exception else self.exception_handlers.get(kind)
            if handler is not None:
                return await handler(request, error)  # type: ignore[misc]
        raise error
