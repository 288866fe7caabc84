"""Routes of a service are made when they are asked for, once, and in the order of their declaration."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute

from chassis.commands.routes import CommandRouter


def test_routes_are_made_when_they_are_asked_for() -> None:
    made: list[str] = []

    class Noted(APIRoute):
        def __init__(self, path: str, *further: Any, **options: Any) -> None:
            made.append(path)
            super().__init__(path, *further, **options)

    async def answer() -> None: ...

    routes = CommandRouter()
    for path in ("/one", "/two"):
        routes.add_api_route(path, answer, methods=["GET"], route_class_override=Noted)
    assert made == []
    assert [getattr(each, "path", None) for each in routes.routes] == ["/one", "/two"]
    assert made == ["/one", "/two"]

    routes.get("/three")(answer)
    assert [getattr(each, "path", None) for each in routes.routes] == ["/one", "/two", "/three"]
    assert made == ["/one", "/two"], "routes that were made before are kept"
