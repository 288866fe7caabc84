"""Boards of people in detention and of missing people, and referrals to other offices with the person's consent."""

from __future__ import annotations

import httpx2
import pytest

from tests.consular.mission import ACTION, opened, post, read, step
from tests.consular.test_consular_pages import PERSON, TODAY, Browser, attache, colleague, elsewhere, site

__all__ = ["attache", "colleague", "elsewhere", "site"]
asynchronous = pytest.mark.asyncio(loop_scope="session")


@asynchronous
async def test_the_board_of_detention_says_who_was_never_visited_and_keeps_to_reach(
    attache: Browser, colleague: Browser, elsewhere: Browser
) -> None:
    named = PERSON | {"name": {"latin": "BOARD SOKHA"}}
    first = {"category": "detained_or_imprisoned", "urgency": "life_in_danger"}
    case_id = await attache.opens(**first, person=named)
    hidden = await attache.opens(**first, restricted_to=["attache-1"])
    boards = Browser(attache.site, attache.token, "/consular/pages/boards")
    row = next(part for part in (await boards.page("/detention")).split("<tr") if case_id in part)
    assert "BOARD SOKHA" in row and "Never visited" in row and row.startswith(' class="danger"')
    fields = {"action": "detention_visit", "happened_at": "2014-06-20T09:00"}
    assert (await attache.sends(case_id, "actions", **fields)).status_code == 303
    row = next(part for part in (await boards.page("/detention")).split("<tr") if case_id in part)
    assert "20 Jun 2014" in row and "Never visited" not in row
    assert case_id not in await boards.page("/missing")
    for other, shown in ((colleague, True), (elsewhere, False)):
        page = await Browser(other.site, other.token, "/consular/pages/boards").page("/detention")
        assert ("BOARD SOKHA" in page) is shown and hidden not in page


@asynchronous
async def test_a_person_is_referred_with_consent_and_a_receipt(attache: Browser) -> None:
    case_id = await attache.opens(person=PERSON)
    asked = {"referred_to": "nea", "referral_note": "work in Battambang", "answer_by": str(TODAY)}
    answer = await attache.sends(case_id, "referral", **asked)
    assert answer.status_code == 422 and 'id="why-consent-1"' in answer.text
    assert "A referral needs the consent of the person" in answer.text
    assert "work in Battambang</textarea>" in answer.text
    answer = await attache.sends(case_id, "referral", **asked, consent="spoken")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/consular/pages/cases/{case_id}/referral",
    )
    receipt = await attache.page(f"/{case_id}/referral")
    for told in ("SOK DARA", "National Employment Agency", "Spoken", "work in Battambang", "is then due"):
        assert told in receipt, told
    page = await attache.page(f"/{case_id}")
    assert "Consent: Spoken" in page and "Due today" in page


@asynchronous
async def test_the_receipt_of_a_referral_is_for_those_who_see_the_case(
    attache: Browser, elsewhere: Browser
) -> None:
    case_id = await attache.opens(person=PERSON)
    await attache.sends(case_id, "referral", referred_to="moi", consent="written")
    assert "SOK" not in await elsewhere.page(f"/{case_id}/referral", status=404)


async def test_consent_belongs_to_a_referral_and_a_referral_to_an_office_needs_it(
    http: httpx2.AsyncClient,
) -> None:
    case_id = await opened(http)
    at = f"/cases/{case_id}/actions"
    answer = await post(http, "attache", at, step(action="referral", referred_to="moi"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "consent")
    assert (await post(http, "attache", at, ACTION | {"consent": "written"})).status_code == 422
    answer = await post(http, "attache", at, step(action="referral", referred_to="moi", consent="guardian"))
    assert answer.status_code == 200, answer.text
    facts = (await read(http, case_id))["steps"][0]["facts"]
    assert (facts["referred_to"], facts["consent"]) == ("moi", "guardian")
