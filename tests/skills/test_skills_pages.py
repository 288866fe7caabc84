"""The assessor's pages: names in the list, and the check before a recognition is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from services.skills.main import service
from services.skills.pages import LIST, NAV
from tests.signed_in import signed_in
from tests.skills.assessors import BOOKING, COMPETENT, PERSON, RECOGNITION, People, get, post, step
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV, tokens=People(), session="head") as client:
        yield client


async def recognised(site: httpx2.AsyncClient) -> str:
    person = PERSON | {"name": {"latin": "CHEA BOPHA"}, "documents": []}
    answer = await post(site, "counsellor", "/skills/applications", step(occupation="7112", person=person))
    at = f"/skills/applications/{answer.json()['id']}"
    stages: tuple[tuple[str, dict[str, Any]], ...] = (
        ("assessment", BOOKING),
        ("decision", COMPETENT),
        ("recognition", RECOGNITION),
    )
    for path, command in stages:
        assert (await post(site, "head", f"{at}/{path}", command)).status_code == 200
    return str(answer.json()["id"])


async def test_the_list_names_the_workers_within_reach(site: httpx2.AsyncClient) -> None:
    application = await recognised(site)
    page = (await site.get(f"{LIST}?status=recognised")).text
    assert "CHEA BOPHA" in page and f"{LIST}/{application}" in page
    other = {"Cookie": f"{SESSION_COOKIE}=takeo"}
    assert "CHEA BOPHA" not in (await site.get(f"{LIST}?status=recognised", headers=other)).text


async def test_a_recognition_is_taken_back_from_the_page_that_says_what_is_lost(
    site: httpx2.AsyncClient,
) -> None:
    application = await recognised(site)
    at = f"{LIST}/{application}"
    assert 'name="revoked_for"' not in (await site.get(at)).text
    check = f"{at}/revocation"
    page = (await site.get(check)).text
    assert "CHEA BOPHA" in page and "no longer be valid" in page and "Technical and vocational" in page
    assert (await site.get(check, headers={"Cookie": f"{SESSION_COOKIE}=assessor"})).status_code == 403
    forms = list(wrong_forms(page))
    assert {each.url for each in forms} == {check}
    for wrong in forms:
        answer = await site.post(wrong.url, data=wrong.data)
        assert answer.status_code == 422, (wrong[:3], answer.text)
        assert not any(FOR_PROGRAMS.search(text) for text in errors_shown(answer.text))
    sent = forms[0].data | {"revoked_for": "false_evidence"}
    for _ in range(2):
        answer = await site.post(check, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, at)
    view = (await get(site, "head", f"/skills/applications/{application}")).json()
    assert [each["type"].split(".")[2] for each in view["steps"]].count("recognition_revoked") == 1
    assert "There is no recognition to take back" in (await site.get(check)).text
