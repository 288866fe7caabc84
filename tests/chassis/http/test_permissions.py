"""Permissions: a route accepts callers with its permission, and answers others with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.access.permissions import Reach, open_because, permission, permissions_of
from chassis.access.sessions import SESSION_COOKIE
from chassis.store.decider import ANYWHERE, Scope
from domnaer.local.issuer import DemoPerson, LocalIssuer
from tests.chassis.http.example import ATTACHE, OFFICER, READ, RECORD, Logged

pytestmark = pytest.mark.asyncio
Bearer = Callable[[DemoPerson], dict[str, str]]


class Kept:
    """A test double of the audit that collects entries."""

    def __init__(self, *, failing: bool = False) -> None:
        self.entries: list[tuple[str | None, str, dict[str, Any]]] = []
        self.failing = failing

    async def refused(self, caller: Any, action: str, *, correlation: Any, detail: dict[str, Any]) -> None:
        if self.failing:
            raise ConnectionError
        self.entries.append((caller and caller.id, action, detail))


class Runtime:
    def __init__(self, audit: Kept) -> None:
        self.audit = audit


async def test_a_caller_with_the_permission_is_accepted(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    answer = await http.post("/crossings", json={"name": "Sok"}, headers=bearer(OFFICER))

    assert answer.status_code == 200
    assert answer.json()["by"] == OFFICER.id


async def test_a_call_without_a_token_is_refused_with_the_remedy(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/crossings")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="domnaer"'
    assert answer.json()["type"].endswith("/problems/sign-in-needed")


async def test_a_call_with_an_invalid_token_is_refused(http: httpx2.AsyncClient) -> None:
    for header in ("Bearer nonsense", "Basic b2ZmaWNlcjpwYXNz", "Bearer", "nonsense"):
        answer = await http.get("/crossings", headers={"Authorization": header})

        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert "nonsense" not in answer.text


async def test_the_refusal_names_the_missing_permission(http: httpx2.AsyncClient, bearer: Bearer) -> None:
    answer = await http.get("/crossings", headers=bearer(OFFICER))

    assert answer.status_code == 403
    assert READ in answer.json()["detail"]


async def test_the_api_accepts_no_cookie_and_pages_accept_no_token_header(
    http: httpx2.AsyncClient, issuer: LocalIssuer, bearer: Bearer
) -> None:
    http.cookies.set(SESSION_COOKIE, issuer.token(ATTACHE.id))
    assert (await http.get("/crossings")).status_code == 401
    http.cookies.clear()

    assert (await http.get("/totals", headers=bearer(OFFICER))).status_code == 303


async def test_a_refused_call_is_logged_and_audited_by_codes_alone(
    app: FastAPI, http: httpx2.AsyncClient, bearer: Bearer, logged: Logged
) -> None:
    app.state.runtime = Runtime(Kept())
    await http.get("/crossings?name=Chanthy", headers=bearer(OFFICER))

    codes = {"reason": "PermissionMissing", "route": "/crossings", "method": "GET", "permission": READ}
    assert app.state.runtime.audit.entries == [(OFFICER.id, "call_refused", codes)]
    line = next(line for line in logged.lines if line["event"] == "call_refused")
    assert {key: line[key] for key in codes} == codes
    assert line["caller"] == OFFICER.id
    assert "Chanthy" not in logged.text


async def test_calls_of_unknown_callers_are_audited_but_a_flood_is_limited(
    app: FastAPI, http: httpx2.AsyncClient, logged: Logged
) -> None:
    app.state.runtime = Runtime(Kept())
    for _ in range(200):
        await http.get("/crossings")

    kept = app.state.runtime.audit.entries
    assert len(kept) < 40
    assert all(caller is None for caller, _, _ in kept)
    assert sum(line["event"] == "call_refused" for line in logged.lines) == 200


async def test_a_refused_caller_stays_refused_if_the_audit_fails(
    app: FastAPI, http: httpx2.AsyncClient, bearer: Bearer, logged: Logged
) -> None:
    app.state.runtime = Runtime(Kept(failing=True))

    assert (await http.get("/crossings", headers=bearer(OFFICER))).status_code == 403
    assert "call_refused_audit_failed" in logged.text


async def test_every_route_says_who_may_call_it_or_why_everyone_may(app: FastAPI) -> None:
    routes = {route.path: route for route in app.routes if isinstance(route, APIRoute)}

    assert permissions_of(routes["/departures"]) == {RECORD}
    assert permissions_of(routes["/totals"]) == {RECORD}
    assert open_because(routes["/broken"]) == "a test"
    closed = [path for path, route in routes.items() if not permissions_of(route) and not open_because(route)]
    assert closed == ["/forgotten"]  # the one planted


@pytest.mark.parametrize(
    "name", ["border", "border.crossing", "Border.crossing.record", "border.crossing.record.all", ""]
)
async def test_a_permission_is_named_by_service_noun_and_verb(name: str) -> None:
    with pytest.raises(ValueError, match=r"<service>\.<noun>\.<verb>"):
        permission(name)


async def test_a_record_is_within_reach_if_one_of_its_places_is() -> None:
    here = Reach(posts=frozenset({"KH-PPT"}), countries=frozenset({"THA"}))

    assert here.covers(Scope(posts=frozenset({"KH-PPT", "KH-BVT"})))
    assert here.covers(Scope(posts=frozenset({"KH-BVT"}), countries=frozenset({"THA"})))
    assert not here.covers(Scope(posts=frozenset({"KH-BVT"})))
    assert not here.covers(Scope(provinces=frozenset({"01"})))
    assert not here.covers(Scope(agencies=frozenset({"THA"})))
    assert here.covers(ANYWHERE)


async def test_a_national_reach_covers_everything_and_no_reach_covers_nothing_that_belongs_somewhere() -> (
    None
):
    somewhere = Scope(agencies=frozenset({"a1"}))

    assert Reach(national=True).covers(somewhere)
    assert not Reach().covers(somewhere)


async def test_a_caller_and_their_reach_cannot_be_changed(issuer: LocalIssuer, app: FastAPI) -> None:
    caller = app.state.tokens.caller(issuer.token(OFFICER.id))

    with pytest.raises(AttributeError):
        caller.office = "BKK"
    assert replace(caller, office="BKK").office == "BKK"
