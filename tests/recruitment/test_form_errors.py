"""Every form of an employment contract, sent with every kind of wrong input: the page speaks to a reviewer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService
from services.recruitment.main import service
from services.recruitment.pages import LIST, NAV
from tests.recruitment.office import People, post, registration
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms

TEMPLATES = Path(__file__).parents[2] / "services" / "recruitment" / "templates"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with RunningService(service, settings, Role.API) as running:
        running.app.state.tokens = People()
        add_pages(running.app, settings, [TEMPLATES], [NAV])
        mounted = Starlette(routes=[Mount("/recruitment", running.app)])
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(mounted),
            base_url="http://desk.example",
            cookies={SESSION_COOKIE: "reviewer"},
            headers={"Accept": "text/html"},
        ) as client:
            yield client


async def test_no_form_shows_a_field_name_or_a_format(site: httpx2.AsyncClient) -> None:
    answer = await post(site, "agency", "/recruitment/employment-contracts", registration())
    assert answer.status_code == 201, answer.text
    seen = 0
    for wrong in wrong_forms((await site.get(f"{LIST}/{answer.json()['id']}")).text):
        answer = await site.post(wrong.url, data=wrong.data)
        assert answer.status_code in (409, 422), (wrong[:3], answer.text)
        for text in errors_shown(answer.text):
            assert not FOR_PROGRAMS.search(text), (wrong[:3], text)
            seen += 1
    assert seen
