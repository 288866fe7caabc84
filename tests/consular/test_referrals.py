"""Referrals at the office to which a person is referred: the list, one referral, and the acknowledgement that the mission sees."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from chassis.access.permissions import Reach
from tests.consular.test_consular_pages import (
    DESK,
    PERSON,
    Browser,
    Token,
    attache,
    colleague,
    elsewhere,
    site,
)

__all__ = ["attache", "colleague", "elsewhere", "site"]
asynchronous = pytest.mark.asyncio(loop_scope="session")
REFERRALS = "/consular/pages/referrals"
FROM_BATTAMBANG = PERSON | {"home_province": "02"}
BATTAMBANG = Reach(provinces=frozenset(["02"]))


def desk(site: Starlette, token_of: Token, office: str, reach: Reach, *permissions: str) -> Browser:
    granted = permissions or ("consular.referral.receive",)
    token = token_of(*granted, person=f"desk-{uuid4().hex[:8]}", office=office, reach=reach)
    return Browser(site, token, REFERRALS)


@pytest_asyncio.fixture(loop_scope="session")
async def agency(site: Starlette, token_of: Token) -> Browser:
    return desk(site, token_of, "NEA-02", BATTAMBANG)


async def referred(attache: Browser, to: str = "nea", **case: object) -> str:
    """Open a case and refer its person; return the id of the case."""
    case_id = await attache.opens(**{"person": FROM_BATTAMBANG, **case})
    fields = {"referred_to": to, "consent": "spoken", "referral_note": f"asks for work {case_id}"}
    assert (await attache.sends(case_id, "referral", **fields)).status_code == 303
    return case_id


async def event_of(attache: Browser, case_id: str) -> str:
    found = re.search(
        r"<th scope=\"row\">Event</th><td><code>([^<]+)", await attache.page(f"/{case_id}/referral")
    )
    assert found is not None
    return found[1]


@asynchronous
async def test_an_office_sees_whom_a_mission_refers_and_acknowledges_it_once(
    attache: Browser, colleague: Browser, agency: Browser
) -> None:
    case_id = await referred(attache)
    event = await event_of(attache, case_id)
    assert "Not acknowledged yet" in await attache.page(f"/{case_id}")
    listed = await agency.page()
    assert f"{REFERRALS}/{event}" in listed and "SOK DARA" in listed and "Embassy in Bangkok" in listed
    page = await agency.page(f"/{event}")
    for words in ("Spoken", f"asks for work {case_id}", "The mission waits for an acknowledgement", "Wages"):
        assert words in page, words
    assert "N0012412" not in page and "N0012412" in await agency.page(f"/{event}?documents=shown")
    assert (await agency.sends(event, "acknowledgement")).status_code == 303
    page = await agency.page(f"/{event}")
    assert "We have received it" not in page and "Acknowledged" in page
    assert event not in await agency.page() and event in await agency.page("?state=acknowledged")
    for browser in (attache, colleague):
        log = await browser.page(f"/{case_id}")
        assert "Acknowledged" in log and "National Employment Agency, Battambang" in log
    assert "National Employment Agency, Battambang" in await attache.page(f"/{case_id}/referral")


@asynchronous
async def test_a_second_acknowledgement_leaves_the_first(
    attache: Browser, site: Starlette, token_of: Token
) -> None:
    case_id = await referred(attache)
    event = await event_of(attache, case_id)
    first, second = (
        desk(site, token_of, "NEA-02", BATTAMBANG),
        desk(site, token_of, "NEA", Reach(national=True)),
    )
    before = await second.page(f"/{event}")
    assert (await first.sends(event, "acknowledgement")).status_code == 303
    assert (await second.sends(event, "acknowledgement", again=before)).status_code == 303
    assert "National Employment Agency, Battambang" in await second.page(f"/{event}")


@asynchronous
async def test_a_referral_is_seen_by_its_office_within_reach_alone(
    attache: Browser, agency: Browser, site: Starlette, token_of: Token
) -> None:
    event = await event_of(attache, await referred(attache))
    of_interior = await event_of(attache, await referred(attache, "moi"))
    elsewhere = desk(site, token_of, "NEA-03", Reach(provinces=frozenset(["03"])))
    interior = desk(site, token_of, "MOI", Reach(national=True))
    for browser, seen, hidden in ((agency, event, of_interior), (interior, of_interior, event)):
        page = await browser.page()
        assert seen in page and hidden not in page
        await browser.page(f"/{hidden}", status=404)
    assert event not in await elsewhere.page()
    await elsewhere.page(f"/{event}", status=404)
    mission = desk(site, token_of, "BKK", Reach(national=True))
    assert "Missions refer nobody to your office" in await mission.page()
    await mission.page(f"/{event}", status=403)
    await desk(site, token_of, "NEA-02", BATTAMBANG, "consular.permit.read").page(status=403)


@asynchronous
async def test_a_referral_from_a_restricted_case_is_not_listed(attache: Browser, agency: Browser) -> None:
    restricted = await event_of(attache, await referred(attache, restricted_to=["attache-1"]))
    assert restricted not in await agency.page()
    await agency.page(f"/{restricted}", status=404)
    assert "Print this page" in await attache.page(
        f"/{await referred(attache, restricted_to=['attache-1'])}/referral"
    )


@asynchronous
async def test_a_referral_that_was_taken_back_is_not_listed(
    attache: Browser, agency: Browser, token_of: Token
) -> None:
    event = await event_of(attache, await referred(attache))
    assert "Waiting" in await agency.page("/counts") and event in await agency.page()
    reach = Reach(countries=frozenset(["THA"]))
    corrects = token_of(*DESK, "consular.event.correct", person="attache-1", office="BKK", reach=reach)
    headers = {"Authorization": f"Bearer {corrects}", "Idempotency-Key": str(uuid4())}
    answer = await attache.http.post(
        f"/consular/events/{event}/void", json={"reason": "mistyped"}, headers=headers
    )
    assert answer.status_code == 201, answer.text
    assert event not in await agency.page()
    await agency.page(f"/{event}", status=404)
