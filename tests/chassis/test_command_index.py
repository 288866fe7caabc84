"""Commands found by their path are answered exactly as FastAPI's search for a route would have them answered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from chassis.commands.application import Application
from chassis.commands.routes import CommandIndex, CommandRoute
from chassis.commands.runtime import Runtime
from chassis.http.middleware import BODY_LIMIT
from chassis.service import RunningService
from tests.border.post import departure, headers, now

REPEATED = departure(id=str(uuid7()))
ASKED: dict[str, dict[str, Any]] = {
    "recorded before": {"json": REPEATED},
    "a field that nobody knows": {"json": departure(nmae="Sok")},
    "no JSON": {"content": b"{"},
    "no body": {"content": b""},
    "another content type": {"content": b"a,b", "headers": {"Content-Type": "text/plain"}},
    "no key": {"json": departure(), "headers": {"Idempotency-Key": ""}},
    "no token": {"json": departure(), "headers": {"Authorization": ""}},
    "no permission": {"json": departure(), "headers": {"Authorization": "Bearer reader"}},
    "out of reach": {"json": departure(checkpoint="KH-BVT")},
    "in the future": {"json": departure(occurred_at="2999-01-01T00:00:00+07:00", how="live")},
    "too long": {"content": b" " * (BODY_LIMIT + 1)},
    "too long by its own word": {"content": b"{}", "headers": {"Content-Length": str(BODY_LIMIT + 1)}},
}


@pytest.fixture
def application(border: tuple[RunningService, httpx2.AsyncClient]) -> Application:
    return border[0].app


@pytest_asyncio.fixture(loop_scope="session")
async def index(application: Application, http: httpx2.AsyncClient) -> CommandIndex:
    await http.get("/health/live")  # the first request builds the stack
    found = application.middleware_stack._app  # type: ignore[union-attr]
    assert isinstance(found, CommandIndex)
    return found


async def test_all_commands_of_a_fixed_path_are_found_by_their_path(
    application: Application, index: CommandIndex
) -> None:
    commands = {route.path for route in application.routes if isinstance(route, CommandRoute)}
    assert index.commands.keys() == {path for path in commands if "{" not in path}
    assert {"/crossings", "/handovers"} <= index.commands.keys()


@pytest.mark.parametrize("asked", ASKED)
async def test_the_answer_by_the_index_is_the_answer_of_the_route(
    asked: str, index: CommandIndex, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await http.post("/crossings", json=REPEATED, headers=headers("poipet"))
    answers = []
    for commands in (index.commands, {}):
        monkeypatch.setattr(index, "commands", commands)
        sent = {**headers("poipet", traceparent=TRACE), "Content-Type": "application/json"}
        request = {**ASKED[asked], "headers": sent | ASKED[asked].get("headers", {})}
        answer = await http.post("/crossings", **request)
        answers.append((answer.status_code, dict(answer.headers), answer.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == (201 if asked == "recorded before" else answers[1][0]) and answers[0][0] != 500


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_refused_call_is_audited_with_its_route(http: httpx2.AsyncClient, runtime: Runtime) -> None:
    answer = await http.post("/crossings", json=departure(), headers=headers("reader"))
    assert answer.status_code == 403
    kept = await runtime.pool.fetchrow("SELECT caller, detail FROM audit ORDER BY entry_id DESC LIMIT 1")
    assert kept["caller"] == "reader" and '"route":"/crossings"' in kept["detail"]


async def test_an_unexpected_error_is_answered_without_its_text(
    http: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> None:
        raise LookupError("N0012345")

    monkeypatch.setattr(runtime.store, "commit", fails)
    answer = await http.post("/crossings", json=departure(), headers=headers("poipet"))
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("internal-error") and "N0012345" not in answer.text


async def test_other_methods_and_paths_are_left_to_fastapi(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/crossings", headers=headers("poipet"))).status_code == 200
    assert (await http.put("/crossings", headers=headers("poipet"))).status_code == 405
    assert (await http.post("/crossings/nowhere", headers=headers("poipet"))).status_code == 404
    counted = {"occurred_at": now(), "count_taken": 1}
    answer = await http.post(f"/handovers/{uuid4()}/count", json=counted, headers=headers("poipet"))
    assert answer.status_code == 404 and answer.json()["type"].endswith("record-not-found")


async def test_commands_of_a_mounted_service_are_answered(application: Application) -> None:
    outer = FastAPI()
    outer.mount("/border", application)
    transport = httpx2.ASGITransport(outer)
    async with httpx2.AsyncClient(transport=transport, base_url="http://outer") as client:
        answer = await client.post("/border/crossings", json=departure(), headers=headers("poipet"))
        assert answer.status_code == 201
        answer = await client.post("/border/crossings", json={}, headers=headers("poipet"))
        assert (answer.status_code, answer.json()["instance"]) == (422, "/border/crossings")
