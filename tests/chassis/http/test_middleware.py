"""The middleware adds correlation ids, limits the body and sets the security headers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI, Request

from chassis.base.deadline import MOST_WAITING
from chassis.base.logs import correlation
from chassis.base.priority import REQUEST_PRIORITY
from chassis.http.middleware import RequestMiddleware, treat_as_upload
from domnaer.local.issuer import DemoPerson
from tests.chassis.http.example import OFFICER

pytestmark = pytest.mark.asyncio
Bearer = Callable[[DemoPerson], dict[str, str]]
TRACE = "00-0190b2a47b1c7c5e9d8e2a4b7a3f1d10-00f067aa0ba902b7-01"


@pytest.fixture
def received(app: FastAPI) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    @app.get("/received")
    async def receive(request: Request) -> None:
        found.append({"trace": request.headers.getlist("traceparent"), "correlation": correlation()})

    return found


async def test_a_request_without_a_trace_is_given_one(
    http: httpx2.AsyncClient, received: list[dict[str, Any]]
) -> None:
    answer = await http.get("/received")

    (trace,) = received[0]["trace"]
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", trace)
    assert UUID(answer.headers["x-correlation-id"]) == received[0]["correlation"] == UUID(trace[3:35])


async def test_a_trace_and_a_correlation_that_come_along_are_kept(
    http: httpx2.AsyncClient, received: list[dict[str, Any]]
) -> None:
    joined = uuid4()
    await http.get("/received", headers={"traceparent": TRACE})
    await http.get("/received", headers={"traceparent": TRACE, "x-correlation-id": str(joined)})

    assert received[0] == {"trace": [TRACE], "correlation": UUID("0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10")}
    assert received[1] == {"trace": [TRACE], "correlation": joined}


@pytest.mark.parametrize(
    "odd", ["Sok Chanthy", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", TRACE + "x", TRACE.upper(), ""]
)
async def test_an_invalid_trace_is_replaced(
    http: httpx2.AsyncClient, received: list[dict[str, Any]], odd: str
) -> None:
    answer = await http.get("/received", headers={"traceparent": odd, "x-correlation-id": odd[:36]})

    (trace,) = received[0]["trace"]
    assert trace != odd
    assert UUID(answer.headers["x-correlation-id"]).version == 7


async def test_every_answer_has_the_security_headers(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    for path in ("/sign-in", "/nowhere", "/broken", "/crossings"):
        headers = (await http.get(path, headers=bearer(OFFICER))).headers

        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-correlation-id"]


POLICIES = {
    "content-security-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "referrer-policy",
}


@pytest.mark.parametrize("part", ["script", "style", "font", "image"])
async def test_a_part_of_a_page_has_no_policy_of_a_document(http: httpx2.AsyncClient, part: str) -> None:
    headers = (await http.get("/static/domnaer.css", headers={"Sec-Fetch-Dest": part})).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert not POLICIES & set(headers)


@pytest.mark.parametrize(
    "asked_as", ["document", "iframe", "serviceworker", "worker", "object", "empty", "x"]
)
async def test_documents_and_workers_have_their_policies(http: httpx2.AsyncClient, asked_as: str) -> None:
    headers = (await http.get("/static/domnaer.css", headers={"Sec-Fetch-Dest": asked_as})).headers

    assert set(headers) >= POLICIES


async def test_a_body_with_a_too_large_declared_length_is_not_read(
    http: httpx2.AsyncClient, bearer: Bearer
) -> None:
    answer = await http.post(
        "/crossings", content=b'{"name": "' + b"x" * 20_000 + b'"}', headers=bearer(OFFICER)
    )

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "10,000 bytes" in answer.json()["detail"]


async def test_a_body_without_a_declared_length_is_counted(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 100_000:
            taken += 1_000
            yield b"x" * 1_000

    answer = await http.post("/crossings", content=endless(), headers=bearer(OFFICER))
    assert answer.status_code == 413


async def test_an_upload_may_be_longer_than_a_command() -> None:
    app = FastAPI()
    app.add_middleware(RequestMiddleware, body_limit=10)

    @app.post("/rows")
    async def rows(request: Request) -> int:
        treat_as_upload(request.scope, 100, lambda: False)
        return len(await request.body())

    @app.post("/command")
    async def command(request: Request) -> int:
        return len(await request.body())

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        assert (await http.post("/rows", content=b"x" * 100)).text == "100"
        assert (await http.post("/rows", content=b"x" * 101)).status_code == 413
        csv = {"Content-Type": "text/csv; charset=utf-8"}
        assert (await http.post("/command", content=b"x" * 11, headers=csv)).status_code == 413


def slow(seconds: float) -> tuple[FastAPI, list[str]]:
    """An application whose requests have a quarter of a second, and the list of those that were cancelled."""
    app, cancelled = FastAPI(), list[str]()
    app.add_middleware(RequestMiddleware, seconds=0.25)

    @app.post("/work")
    async def work(request: Request) -> int:
        body = await request.body()
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            cancelled.append(request.url.path)
            raise
        return len(body)

    @app.post("/upload")
    async def upload(request: Request) -> int:
        treat_as_upload(request.scope, 100, lambda: seconds > 1)
        return await work(request)

    @app.post("/stubborn")
    async def stubborn(request: Request) -> None:
        try:
            await work(request)
        finally:
            await asyncio.sleep(5)

    @app.post("/computation")
    async def computation() -> int:
        time.sleep(1)  # noqa: ASYNC251 - the process does not run meanwhile
        await asyncio.sleep(0.01)
        return 1

    return app, cancelled


async def test_work_that_takes_too_long_is_cancelled_and_answered_with_503() -> None:
    app, cancelled = slow(5)
    before = REQUEST_PRIORITY.waiting
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        for path in ("/work", "/upload"):
            answer = await http.post(path, content=b"x")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert "may have been carried out" in answer.json()["detail"]
            assert "Idempotency-Key" in answer.json()["remedy"]
    assert cancelled == ["/work", "/upload"]
    assert REQUEST_PRIORITY.waiting == before


async def test_neither_a_slow_body_nor_a_pause_of_the_process_nor_an_upload_counts() -> None:
    app, _ = slow(0.1)

    async def content() -> AsyncIterator[bytes]:
        for _ in range(2):
            await asyncio.sleep(0.6)
            yield b"x"

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        assert (await http.post("/work", content=content())).text == "2"
        assert (await http.post("/computation")).text == "1"
    app, _ = slow(0.6)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        assert (await http.post("/upload", content=b"x")).text == "1"


async def test_a_cancellation_by_others_is_not_taken_for_the_deadline() -> None:
    app, cancelled = slow(5)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        asked = asyncio.create_task(http.post("/work"))
        await asyncio.sleep(0.05)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        both = asyncio.create_task(http.post("/stubborn"))
        await asyncio.sleep(0.5)  # the deadline has passed, and the work has not ended
        both.cancel()
        with pytest.raises(asyncio.CancelledError):
            await both
    assert cancelled == ["/work", "/stubborn"]


async def test_requests_beyond_those_that_may_wait_are_answered_with_503_at_once_but_probes_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, _ = slow(0.1)

    @app.get("/health/live")
    async def live() -> None: ...

    monkeypatch.setattr(REQUEST_PRIORITY, "waiting", MOST_WAITING - 2)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        *answers, probe = await asyncio.gather(
            *(http.post("/work") for _ in range(5)), http.get("/health/live")
        )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503, 503]
    assert probe.status_code == 200
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "2"


async def test_a_service_within_another_application_keeps_the_correlation_and_one_set_of_headers(
    app: FastAPI,
) -> None:
    outer = FastAPI()
    outer.add_middleware(RequestMiddleware)
    outer.mount("/border", app)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(outer), base_url="http://x") as http:
        answer = await http.get("/border/crossings", headers={"traceparent": TRACE})

    assert answer.headers.get_list("x-correlation-id") == ["0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10"]
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert answer.json()["instance"] == "/border/crossings"


async def test_the_documentation_page_may_run_its_own_script(http: httpx2.AsyncClient) -> None:
    assert "script-src 'self' 'unsafe-inline'" in (await http.get("/docs")).headers["content-security-policy"]
