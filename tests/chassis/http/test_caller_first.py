"""No route reads a body before its caller is known: an anonymous caller is answered at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Message

from chassis.access.permissions import CallerFirstRoute
from chassis.base.settings import Settings
from chassis.http.problems import add_problem_handlers
from chassis.service import RunningService
from chassis.store.monitor import DatabaseMonitor
from domnaer.all_services import find_services
from tests.chassis.http.example import CrossingRecord, Traveller
from tests.system.test_routes import walk

pytestmark = pytest.mark.asyncio

OF_A_SCRIPT = ("/pages/offline/enrolment", "/pages/offline/grants")
"""A script cannot show the sign-in page."""
SIGNED_BY_A_DEVICE = "/offline/records"
"""Its caller is a device, known by the digest of the body that it signs."""


class BodyRead(Exception):
    """The application asked for the body."""


async def status_for_nobody(app: Any, path: str, *headers: tuple[bytes, bytes]) -> int:
    """Return the status that an anonymous POST is answered with. Raises BodyRead if its body is read first."""
    found = 0

    async def receive() -> Message:
        raise BodyRead(path)

    async def send(message: Message) -> None:
        nonlocal found
        found = message.get("status", found)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"content-length", b"200000000"), *headers],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("x", 80),
        "client": ("x", 1),
        "root_path": "",
    }
    await app(scope, receive, send)
    return found


async def test_every_service_answers_an_anonymous_caller_before_the_body(
    local: Settings, tmp_path: Path
) -> None:
    asked = 0
    for service in find_services():
        running = RunningService(service, local)
        builds = SimpleNamespace(usable=lambda check: check, followed=lambda: None)
        monitor = DatabaseMonitor("", service.name)
        running._serve(SimpleNamespace(monitor=monitor, read_models=builds, opened=None))  # type: ignore[arg-type]
        for path, route in walk(running.app.routes):
            if "POST" not in getattr(route, "methods", ()) or path == SIGNED_BY_A_DEVICE:
                continue
            filled = path
            while "{" in filled:
                before, _, rest = filled.partition("{")
                filled = before + "0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10" + rest.partition("}")[2]
            expected = 303 if path.startswith("/pages/") and path not in OF_A_SCRIPT else 401
            for kind in (b"application/json", b"text/csv", b"application/x-ndjson", b"multipart/form-data"):
                status = await status_for_nobody(running.app, filled, (b"content-type", kind))
                assert status == expected, (service.name, path, kind, status)
            asked += 1
    assert asked > 60


async def test_a_route_of_fastapi_itself_reads_the_body_first(issuer: Any, local: Settings) -> None:
    """The guard would find such a route."""

    for kind, read_first in ((APIRoute, True), (CallerFirstRoute, False)):
        router = APIRouter(route_class=kind)

        @router.post("/workers")
        async def search(sent: Traveller, caller: CrossingRecord) -> None: ...

        app = FastAPI()
        app.state.tokens = None
        add_problem_handlers(app)
        app.include_router(router)
        if read_first:
            assert (
                await status_for_nobody(app, "/workers") == 400
            )  # the error of the body that could not be read
        else:
            assert await status_for_nobody(app, "/workers") == 401
