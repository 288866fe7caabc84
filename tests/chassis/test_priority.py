"""Background work pauses while a request is waiting, and still continues."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

from chassis.base.priority import LONGEST, REQUEST_PRIORITY
from chassis.base.settings import Settings
from chassis.http.middleware import RequestMiddleware, treat_as_upload
from chassis.service import RunningService
from domnaer.all_services import get_service


async def ask(during: list[int], *, upload: bool) -> None:
    """Send a request; record how many requests wait before and after the response begins."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if upload:
            treat_as_upload(scope, 1_000, lambda: False)
        during.append(REQUEST_PRIORITY.waiting)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        during.append(REQUEST_PRIORITY.waiting)
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Any) -> None:
        return None

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    await RequestMiddleware(RequestMiddleware(app))(scope, receive, send)


async def test_background_work_waits_for_a_request_until_its_answer_begins_but_not_for_an_upload() -> None:
    live: list[int] = []
    upload: list[int] = []
    await ask(live, upload=False)
    await ask(upload, upload=True)
    assert (live, upload) == ([1, 0], [0, 0])
    assert REQUEST_PRIORITY.waiting == 0


async def test_background_work_does_not_wait_for_a_failed_request() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError

    async def send(_: Any) -> None:
        return None

    await RequestMiddleware(app)({"type": "http", "method": "GET", "path": "/", "headers": []}, send, send)  # type: ignore[arg-type]
    assert REQUEST_PRIORITY.waiting == 0


async def test_background_work_pauses_for_a_waiting_request_and_still_continues() -> None:
    REQUEST_PRIORITY.waiting += 1
    try:
        began = time.monotonic()
        await asyncio.gather(REQUEST_PRIORITY.give_way(), REQUEST_PRIORITY.give_way())
        assert time.monotonic() - began > 1.5 * LONGEST  # one after the other
    finally:
        REQUEST_PRIORITY.waiting -= 1


async def test_an_upload_knows_the_largest_backlog_in_its_process() -> None:
    class Relay:
        async def backlog(self) -> int:
            return 3

    border = RunningService(get_service("border"), Settings(handle_key="k" * 32, session_key="k" * 32))
    registry: Any = SimpleNamespace(relays=[], projectors=[SimpleNamespace(backlog=7)])
    border.relays.append(cast(Any, Relay()))
    assert await border.backlog() == 3
    border.paced_with = [border, registry]
    assert await border.backlog() == 7
