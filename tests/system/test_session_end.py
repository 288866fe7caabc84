"""Signing out ends what the session had open, over HTTP: the token, the pages and the stream of an open page."""

from __future__ import annotations

import re

import httpx2

from chassis.access.sessions import ACTIVITY_COOKIE, SESSION_COOKIE
from domnaer.demo.accounts import PASSWORD
from tests.system.journey import Traveller, crossing
from tests.system.running_system import RunningSystem


def test_signing_out_ends_the_open_stream_and_the_token(system: RunningSystem) -> None:
    who = Traveller("CHHIM PHALLA", "ឈឹម ផល្លា")
    system.recorded("/border/crossings", crossing("departure", who.given()))
    number = system.worker_of(document={"number": who.passport})["number"]
    page, news = f"/registry/pages/workers/{number}", f"/registry/pages/news?of={number}"
    with httpx2.Client(base_url=system.url, timeout=20) as browser:
        form = {"username": "registrar", "password": PASSWORD, "csrf": _csrf(browser.get("/sign-in").text)}
        assert browser.post("/sign-in", data=form).status_code == 303
        csrf = _csrf(browser.get(page).text)
        token = browser.cookies[SESSION_COOKIE]
        bearer = {"Authorization": f"Bearer {token}"}
        assert system.http.get(f"/registry/workers/{number}", headers=bearer).status_code == 200
        with browser.stream("GET", news) as stream:
            assert stream.status_code == 200
            assert browser.post("/sign-out", data={"csrf": csrf}).status_code == 303
            assert "".join(stream.iter_text()).count("data:") == 0, "the stream ended, without a change"
        assert SESSION_COOKIE not in browser.cookies and ACTIVITY_COOKIE not in browser.cookies
        assert system.http.get(f"/registry/workers/{number}", headers=bearer).status_code == 401
        browser.cookies.set(SESSION_COOKIE, token)
        for path in (page, news):
            assert browser.get(path).status_code == 303
        live = browser.get(news, headers={"Accept": "text/event-stream"})
        assert live.status_code == 204, "a browser does not connect again"


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]*)"', page)
    assert found is not None
    return found[1]
