"""The middleware adds correlation ids, limits the body and sets the security headers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI, Request

from chassis.base.logs import correlation
from chassis.http.middleware import RequestMiddleware
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
    app.add_middleware(RequestMiddleware, body_limit=10, uploads={"text/csv": 100})

    @app.post("/rows")
    async def rows(request: Request) -> int:
        return len(await request.body())

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        csv = {"Content-Type": "text/csv; charset=utf-8"}
        assert (await http.post("/rows", content=b"x" * 100, headers=csv)).text == "100"
        assert (await http.post("/rows", content=b"x" * 101, headers=csv)).status_code == 413
        assert (await http.post("/rows", content=b"x" * 11)).status_code == 413


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
