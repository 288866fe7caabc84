"""Every form of an employment contract, sent with every kind of wrong input: the page speaks to a reviewer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio

from chassis.base.settings import Settings
from services.recruitment.main import service
from services.recruitment.pages import NAV
from services.recruitment.pages.contracts import LIST
from tests.recruitment.office import People, post, registration
from tests.signed_in import signed_in
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="reviewer") as client:
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
