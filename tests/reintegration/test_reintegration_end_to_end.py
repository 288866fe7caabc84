"""From a return at the border through reintegration to an application in skills, with a real broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import pytest_asyncio

from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from services.border.main import service as border
from services.consular.main import service as consular
from services.recruitment.main import service as recruitment
from services.reintegration.domain.case import case_of
from services.reintegration.main import service as reintegration
from services.skills.domain.application import application_of
from services.skills.main import service as skills
from tests.conftest import Tokens, headers

PERMISSIONS = (
    "border.crossing.record",
    "border.event.correct",
    "recruitment.employment_contract.register",
    "recruitment.employment_contract.review",
    "reintegration.case.work",
    "reintegration.case.read",
    "skills.application.read",
)


class Services:
    """Clients of running services, for a caller with all permissions."""

    def __init__(self, clients: dict[str, httpx2.AsyncClient], token: str) -> None:
        self.clients = clients
        self.token = token

    async def post(self, service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.clients[service].post(path, json=body, headers=headers(self.token))
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def sees(
        self,
        service: str,
        path: str,
        what: Callable[[dict[str, Any]], bool] = lambda _: True,
        within: float = 400.0,
    ) -> dict[str, Any]:
        """Wait until the answer is as expected, and return it. The readers first take what other tests published."""
        until = time.monotonic() + within
        while True:
            answer = await self.clients[service].get(path, headers={"Authorization": f"Bearer {self.token}"})
            if answer.status_code == 200 and what(answer.json()):
                found: dict[str, Any] = answer.json()
                return found
            assert time.monotonic() < until, answer.text
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def services(settings: Settings, token_of: Tokens) -> AsyncIterator[Services]:
    async with AsyncExitStack() as stack:
        clients = {}
        for service in (border, consular, recruitment, reintegration, skills):
            running = await stack.enter_async_context(RunningService(service, settings, Role.ALL))
            transport = httpx2.ASGITransport(running.app)
            client = httpx2.AsyncClient(transport=transport, base_url=f"http://{service.name}")
            clients[service.name] = await stack.enter_async_context(client)
        yield Services(clients, token_of(*PERMISSIONS, person="everybody"))


@pytest.mark.timeout(500)
async def test_a_return_leads_to_a_case_and_a_referral_to_an_application(services: Services) -> None:
    person = {
        "sex": 2,
        "home_province": "02",
        "name": {"latin": "CHAN SOPHEAP", "khmer": "ចាន់ សុភាព"},
        "documents": [{"kind": "passport", "number": f"N{uuid4().hex[:9].upper()}"}],
    }
    contract = await services.post(
        "recruitment",
        "/employment-contracts",
        {
            "occurred_at": "2012-04-03T09:00:00+07:00",
            "agency_id": str(uuid4()),
            "employer_id": str(uuid4()),
            "person": person,
            "terms": {
                "destination": "THA",
                "sector": "F",
                "occupation": "7112",
                "wage": {"amount": "300.00", "currency": "THB"},
                "wage_period": "day",
                "starts_on": "2012-05-01",
                "ends_on": "2014-04-30",
            },
        },
    )
    await services.post(
        "recruitment",
        f"/employment-contracts/{contract['id']}/approval",
        {"occurred_at": "2012-04-20T09:00:00+07:00"},
    )
    await services.post(
        "border",
        "/crossings",
        {
            "kind": "departure",
            "occurred_at": "2012-05-01T08:00:00+07:00",
            "checkpoint": "KH-POI",
            "destination": "THA",
            "purpose": "work",
            "person": person,
        },
    )
    back = await services.post(
        "border",
        "/crossings",
        {
            "kind": "return",
            "occurred_at": "2014-06-13T08:00:00+07:00",
            "checkpoint": "KH-POI",
            "returned_from": "THA",
            "person": person,
        },
    )
    case_id = case_of(UUID(back["events"][0]))
    case = await services.sees("reintegration", f"/cases/{case_id}", lambda found: bool(found["work"]))
    assert (case["about"], case["work"][0]["employment_contract"]) == (back["stream"], contract["stream"])
    assert case["person"]["name"] == person["name"]

    step = {"occurred_at": "2014-07-01T09:00:00+07:00"}
    referral = await services.post(
        "reintegration", f"/cases/{case_id}/referrals", step | {"occupation": "7112"}
    )
    application_id = application_of(UUID(referral["events"][0]))
    application = await services.sees(
        "skills", f"/applications/{application_id}", lambda found: bool(found["known_now"])
    )
    assert application["about"] == f"reintegration-case-{case_id}"
    assert [work["employment_contract"] for work in application["known_now"]] == [contract["stream"]]
    seen = await services.sees("reintegration", f"/cases/{case_id}", lambda found: bool(found["applied_for"]))
    assert seen["applied_for"] == ["7112"]

    await services.post("border", f"/events/{back['events'][0]}/void", {"reason": "wrong_person"})
    marked = await services.sees(
        "reintegration", f"/cases/{case_id}", lambda found: found["mark"] is not None
    )
    assert (marked["mark"], marked["due_on"]) == ("no_return", None)
