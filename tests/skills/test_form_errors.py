"""Every form of an application, sent with every kind of wrong input: the page speaks to an assessor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio

from chassis.base.settings import Settings
from services.skills.main import service
from services.skills.pages import LIST, NAV
from tests.signed_in import signed_in
from tests.skills.assessors import BOOKING, COMPETENT, PERSON, RECOGNITION, People, post, step
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV, tokens=People(), session="head") as client:
        yield client


async def test_no_form_of_any_stage_shows_a_field_name_or_a_format(site: httpx2.AsyncClient) -> None:
    body = step(occupation="7112", person=PERSON)
    answer = await post(site, "counsellor", "/skills/applications", body)
    assert answer.status_code == 201, answer.text
    at, seen = f"/skills/applications/{answer.json()['id']}", set()
    stages: tuple[tuple[str, dict[str, Any]], ...] = (
        ("assessment", BOOKING),
        ("decision", COMPETENT),
        ("recognition", RECOGNITION),
        ("revocation", step(reason="false_evidence")),
    )
    for path, command in stages:
        page = (await site.get(f"{LIST}/{at.rpartition('/')[2]}")).text
        if path == "revocation":  # it has a page of its own (test_skills_pages.py)
            break
        for wrong in wrong_forms(page):
            answer = await site.post(wrong.url, data=wrong.data)
            assert answer.status_code in (409, 422), (wrong[:3], answer.text)
            for text in errors_shown(answer.text):
                assert not FOR_PROGRAMS.search(text), (wrong[:3], text)
            seen.add(wrong.url.rpartition("/")[2])
        answer = await post(site, "head", f"{at}/{path}", command)
        assert answer.status_code == 200, answer.text
    assert seen == {path for path, _ in stages} - {"revocation"}
