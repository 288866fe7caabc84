"""The end of a session: by signing out, and after a quarter of an hour without activity."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.access.refusals import TokenRevoked
from chassis.access.sessions import (
    ACTIVITY_COOKIE,
    IDLE_SECONDS,
    SESSION_COOKIE,
    activity_value,
    session_of,
)
from chassis.access.tokens import REVOKED_FILE, Tokens
from chassis.base.settings import Settings
from domnaer.local.issuer import LocalIssuer
from tests.chassis.http.example import OFFICER
from tests.chassis.http.test_sign_in import sign_in, token_in

pytestmark = pytest.mark.asyncio
BACKGROUND = {"sec-fetch-mode": "cors"}


def old_token(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    """Return a token that was issued some seconds ago."""
    with monkeypatch.context() as then:
        then.setattr("domnaer.local.issuer.time", lambda: time.time() - seconds)
        return issuer.token(OFFICER.id)


def active(app: FastAPI, http: httpx2.AsyncClient, token: str, seconds_ago: float) -> None:
    """Give the browser the cookie that a page set some seconds ago."""
    request: Any = SimpleNamespace(app=app)
    value = activity_value(request, session_of(token), int(time.time() - seconds_ago))
    http.cookies.set(ACTIVITY_COOKIE, value, domain="desk.example")


async def test_signing_out_ends_the_session_and_revokes_its_token_in_every_process(
    http: httpx2.AsyncClient, local: Settings
) -> None:
    other_process = Tokens(local.jwks, local.issuer, local.audience)
    await sign_in(http)
    token = http.cookies[SESSION_COOKIE]
    bearer = {"Authorization": f"Bearer {token}"}
    assert other_process.caller(token).id == OFFICER.id
    assert (await http.post("/crossings", json={"name": "A"}, headers=bearer)).status_code == 200

    right = token_in((await http.get("/totals")).text)
    await http.post("/sign-out", data={"csrf": right})

    assert SESSION_COOKIE not in http.cookies and ACTIVITY_COOKIE not in http.cookies
    answer = await http.post("/crossings", json={"name": "A"}, headers=bearer)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "token-revoked")
    http.cookies.set(SESSION_COOKIE, token, domain="desk.example")
    assert (await http.get("/totals")).headers["location"] == "/sign-in?next=/totals"
    with pytest.raises(TokenRevoked):
        other_process.caller(token)
    with pytest.raises(TokenRevoked):
        Tokens(local.jwks, local.issuer, local.audience).caller(token)  # as after a restart


async def test_signing_out_of_one_browser_leaves_the_other_signed_in(
    http: httpx2.AsyncClient, issuer: LocalIssuer
) -> None:
    other = {"Authorization": f"Bearer {issuer.token(OFFICER.id)}"}
    await sign_in(http)
    await http.post("/sign-out", data={"csrf": token_in((await http.get("/totals")).text)})

    assert (await http.post("/crossings", json={"name": "A"}, headers=other)).status_code == 200


async def test_an_unreadable_file_of_revoked_tokens_revokes_no_other(
    issuer: LocalIssuer, local: Settings
) -> None:
    assert local.jwks is not None
    first, second = issuer.token(OFFICER.id), issuer.token(OFFICER.id)
    local.jwks.with_name(REVOKED_FILE).write_text(f"no digest\n\n{session_of(first)} 1\n")
    tokens = Tokens(local.jwks, local.issuer, local.audience)

    assert tokens.caller(second).id == OFFICER.id
    with pytest.raises(TokenRevoked):
        tokens.caller(first)


async def test_a_session_without_activity_ends_after_a_quarter_of_an_hour(
    app: FastAPI, http: httpx2.AsyncClient, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = old_token(issuer, monkeypatch, 3 * IDLE_SECONDS)
    http.cookies.set(SESSION_COOKIE, token, domain="desk.example")
    assert (await http.get("/totals")).status_code == 303, "nothing was done since the token was issued"

    active(app, http, token, IDLE_SECONDS + 1)
    assert (await http.get("/totals")).headers["location"] == "/sign-in?next=/totals"
    assert (await http.get("/session")).json() == {"seconds": 0}

    active(app, http, token, IDLE_SECONDS - 10)
    assert (await http.get("/totals")).status_code == 200
    assert (await http.get("/session")).json()["seconds"] > IDLE_SECONDS - 10, "the page was an activity"


async def test_the_time_of_the_last_activity_cannot_be_made_up(
    app: FastAPI, http: httpx2.AsyncClient, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = old_token(issuer, monkeypatch, 2 * IDLE_SECONDS)
    http.cookies.set(SESSION_COOKIE, token, domain="desk.example")
    active(app, http, issuer.token(OFFICER.id), 5)
    assert (await http.get("/totals")).status_code == 303, "it is signed for another session"
    for value in (f"{int(time.time())}.{'0' * 64}", str(int(time.time())), "x", "9" * 30, ""):
        http.cookies.set(ACTIVITY_COOKIE, value, domain="desk.example")
        assert (await http.get("/totals")).status_code == 303


async def test_what_a_script_of_an_open_page_asks_for_is_no_activity(
    app: FastAPI, http: httpx2.AsyncClient, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = old_token(issuer, monkeypatch, IDLE_SECONDS - 60)
    http.cookies.set(SESSION_COOKIE, token, domain="desk.example")

    assert (await http.get("/totals", headers=BACKGROUND)).status_code == 200
    assert (await http.get("/session", headers=BACKGROUND)).json()["seconds"] <= 60
    assert ACTIVITY_COOKIE not in http.cookies


async def test_whoever_types_or_clicks_stays_signed_in(
    http: httpx2.AsyncClient, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = old_token(issuer, monkeypatch, IDLE_SECONDS - 60)
    http.cookies.set(SESSION_COOKIE, token, domain="desk.example")
    right = token_in((await http.get("/totals", headers=BACKGROUND)).text)

    assert (await http.post("/session", headers=BACKGROUND)).status_code == 403
    answer = await http.post("/session", headers={**BACKGROUND, "x-csrf-token": right})
    assert answer.json() == {"seconds": IDLE_SECONDS}
    assert (await http.get("/session")).json()["seconds"] > 60


async def test_a_page_warns_before_the_session_ends_and_leaves_without_a_script_too(
    http: httpx2.AsyncClient,
) -> None:
    await sign_in(http)
    page = (await http.get("/totals")).text

    notice = re.search(r'<section id="session"[^>]*>', page)
    assert notice is not None
    assert 'role="alert"' in notice[0] and " hidden" in notice[0]
    assert 'data-seconds="900" data-warning="120"' in notice[0]
    assert "You will be signed out in less than 2 minutes" in page
    assert '<script type="module" src="/static/session.js">' in page
    assert '<noscript><meta http-equiv="refresh" content="905"></noscript>' in page
    assert (await http.get("/static/session.js")).status_code == 200
    assert 'id="session"' not in (await http.get("/sign-in", headers={"cookie": ""})).text
