"""Signing in: the right person, for twelve hours, to a page of this site and to no other."""

from __future__ import annotations

import html
import re

import httpx2
import pytest
from fastapi import FastAPI

from chassis.access.csrf import FORM_COOKIE
from chassis.access.sessions import SESSION_COOKIE, local_path
from domnaer.local.attempts import FREE_BY_NAME
from domnaer.local.issuer import LocalIssuer
from tests.chassis.http.example import ATTACHE, OFFICER

pytestmark = pytest.mark.asyncio


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]*)"', page)
    assert found is not None
    return found[1]


async def sign_in(
    http: httpx2.AsyncClient,
    username: str = OFFICER.id,
    password: str = OFFICER.password,
    target: str = "/totals",
) -> httpx2.Response:
    page = await http.get("/sign-in", params={"next": target})
    form = {"username": username, "password": password, "next": target, "csrf": token_in(page.text)}
    return await http.post("/sign-in", data=form)


async def test_sign_in_redirects_back_to_the_requested_page(http: httpx2.AsyncClient) -> None:
    first = await http.get("/totals?worker=4K7M2")
    assert (first.status_code, first.headers["location"]) == (303, "/sign-in?next=/totals")

    answer = await sign_in(http)
    assert (answer.status_code, answer.headers["location"]) == (303, "/totals")
    page = await http.get("/totals")
    assert page.status_code == 200
    assert OFFICER.name_en in page.text


async def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(http: httpx2.AsyncClient) -> None:
    answer = await sign_in(http)

    cookie = next(
        value for value in answer.headers.get_list("set-cookie") if value.startswith(SESSION_COOKIE)
    )
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= attributes
    assert "secure" not in attributes
    assert cookie.split(";")[0].split("=", 1)[1] not in answer.headers["location"]


async def test_the_cookie_of_an_https_session_is_secure(app: FastAPI) -> None:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://desk.example") as http:
        answer = await sign_in(http)

    assert all(
        "Secure" in cookie for cookie in answer.headers.get_list("set-cookie") if "Max-Age=0" not in cookie
    )


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5cevil.example",
        "/%2fevil.example/%2e",
        "/\tevil",
        "/%0d%0aSet-Cookie:x=y",
        "javascript:alert(1)",
        "totals",
        "",
        "/sign-out",
        "/" + "x" * 2_000,
        "http:/evil",
    ],
)
async def test_sign_in_never_redirects_to_another_site(http: httpx2.AsyncClient, target: str) -> None:
    answer = await sign_in(http, target=target)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert local_path(target) == "/"


async def test_a_path_of_this_site_is_kept_without_its_query() -> None:
    assert local_path("/registry/workers/4K7M2-9QFXT-08DH?name=Sok") == "/registry/workers/4K7M2-9QFXT-08DH"
    assert local_path(None, "/cases") == "/cases"


async def test_a_wrong_password_and_an_unknown_name_have_the_same_answer(http: httpx2.AsyncClient) -> None:
    wrong = await sign_in(http, password="guess")
    unknown = await sign_in(http, username="nobody-here", password="guess")

    assert wrong.status_code == unknown.status_code == 403
    for answer, name in ((wrong, OFFICER.id), (unknown, "nobody-here")):
        assert "the name or the password is wrong" in answer.text
        assert "<title>Error:" in answer.text
        assert f'value="{name}"' in answer.text
        assert "guess" not in answer.text
        assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


async def test_after_some_failures_the_next_attempt_says_how_long_to_wait(http: httpx2.AsyncClient) -> None:
    for _ in range(FREE_BY_NAME):
        assert (await sign_in(http, password="guess")).status_code == 403
    answer = await sign_in(http)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert (await sign_in(http, ATTACHE.id, ATTACHE.password)).status_code == 303


async def test_a_sign_in_form_of_another_browser_is_refused(http: httpx2.AsyncClient) -> None:
    page = await http.get("/sign-in")
    form = {"username": OFFICER.id, "password": OFFICER.password, "csrf": token_in(page.text)}
    for cookie in ("", "other"):
        http.cookies.clear()
        http.cookies.set(FORM_COOKIE, cookie)
        answer = await http.post("/sign-in", data=form)

        assert answer.status_code == 403
        assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


async def test_a_form_without_its_token_changes_nothing(
    http: httpx2.AsyncClient, issuer: LocalIssuer
) -> None:
    await sign_in(http)
    right = token_in((await http.get("/totals")).text)
    foreign = {"sec-fetch-site": "cross-site"}

    assert (await http.post("/totals")).status_code == 403
    assert (await http.post("/totals", data={"csrf": ""})).status_code == 403
    assert (await http.post("/totals", data={"csrf": right[:-1] + "x"})).status_code == 403
    assert (await http.post("/totals", data={"csrf": "\u17d2"})).status_code == 403
    assert (await http.post("/totals", data={"csrf": right}, headers=foreign)).status_code == 403
    assert (await http.post("/totals", data={"csrf": right})).status_code == 200
    assert (await http.post("/totals", headers={"x-csrf-token": right})).status_code == 200

    http.cookies.set(SESSION_COOKIE, issuer.token(OFFICER.id), domain="desk.example")
    assert (await http.post("/totals", data={"csrf": right})).status_code == 403


async def test_a_form_sent_after_the_session_ended_redirects_to_sign_in(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/totals", data={"csrf": "x"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")


async def test_signing_out_needs_the_forms_token_and_ends_the_session(http: httpx2.AsyncClient) -> None:
    await sign_in(http)
    right = token_in((await http.get("/totals")).text)

    assert (await http.post("/sign-out")).status_code == 403
    answer = await http.post("/sign-out", data={"csrf": right})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await http.get("/totals")).status_code == 303


async def test_a_page_refuses_a_person_without_its_permission(http: httpx2.AsyncClient) -> None:
    await sign_in(http, ATTACHE.id, ATTACHE.password)
    answer = await http.get("/totals", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "This page is not part of the work that you are permitted to do." in answer.text


async def test_the_people_of_the_demo_are_listed_in_embedded_mode_alone(
    app: FastAPI, http: httpx2.AsyncClient
) -> None:
    page = html.unescape((await http.get("/sign-in")).text)
    assert OFFICER.name_km in page
    assert OFFICER.password in page

    pages = app.state.pages
    pages.settings = pages.settings.model_copy(update={"environment": "production"})
    assert OFFICER.password not in (await http.get("/sign-in")).text
