"""A service's application: its edge outermost, then the counter, then FastAPI with all its layers and routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from starlette._utils import get_route_path
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.commands.routes import CommandRoute
from chassis.http.middleware import RequestMiddleware


class Application(FastAPI):
    """A FastAPI application within its edge, with a counter in front.

    At the counter, commands whose path is fixed are answered by their endpoint: nothing has to be resolved on the way
    to it, and FastAPI's layers and search for a route take a fifth of the time of a crossing. Errors are answered by
    the same handlers.
    """

    def __init__(self, *, service: str, **options: Any) -> None:
        super().__init__(**options)
        self._counter: dict[str, CommandRoute] = {}
        self._edge = RequestMiddleware(self._take, service=service)

    def open_counter(self) -> None:
        """Take the commands among the routes that the application has by now."""
        for route in self.router.routes:
            if isinstance(route, CommandRoute) and "{" not in route.path:
                self._counter.setdefault(route.path, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._edge(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp | None = None
        if scope["type"] == "http" and scope["method"] == "POST":
            answer = self._at_the_counter(scope)
        await (answer or super().__call__)(scope, receive, send)

    def _at_the_counter(self, scope: Scope) -> ASGIApp | None:
        route = self._counter.get(get_route_path(scope))
        if route is None:
            return None

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            scope.update(app=self, route=route, endpoint=route.endpoint, path_params={})
            request = Request(scope, receive, send)
            try:
                response = await route.endpoint(request)
            except Exception as error:
                response = await self._told(request, error)
            await response(scope, receive, send)

        return answer

    async def _told(self, request: Request, error: Exception) -> Any:
        """The answer to an error by its handler. What has none is raised again: the edge answers what nobody expected."""
        for kind in type(error).__mro__:
            handler = None if kind is Exception else self.exception_handlers.get(kind)
            if handler is not None:
                return await handler(request, error)  # type: ignore[misc]
        raise error
