"""The application of a service: FastAPI, with our middleware outermost and commands found by their path."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from chassis.commands.routes import CommandIndex
from chassis.http.middleware import RequestMiddleware


class Application(FastAPI):
    """A FastAPI application whose routes are searched only for what :class:`CommandIndex` does not find."""

    def __init__(self, *, service: str, **options: Any) -> None:
        super().__init__(**options)
        self._service = service

    def build_middleware_stack(self) -> ASGIApp:
        """Build the stack of ASGI callables, at the first request: by then all routes are there."""
        index = CommandIndex(super().build_middleware_stack(), self.router.routes, self.exception_handlers)
        return RequestMiddleware(index, service=self._service)
