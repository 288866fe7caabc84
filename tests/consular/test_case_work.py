"""A case at work: opened with few fields, tasks of its subject, an action with the next step, given away with a receipt."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from chassis.access.permissions import Reach
from contracts.codes.assistance import AssistanceCategory
from services.consular.pages.case_tasks import USUAL_ACTIONS
from tests.consular.test_consular_pages import (
    DESK,
    TODAY,
    Browser,
    Token,
    attache,
    colleague,
    elsewhere,
    site,
)

__all__ = ["attache", "colleague", "elsewhere", "site"]
asynchronous = pytest.mark.asyncio(loop_scope="session")


def test_each_subject_has_tasks() -> None:
    assert set(USUAL_ACTIONS) == set(AssistanceCategory)


@asynchronous
async def test_an_anonymous_caller_is_recorded_by_subject_and_phone_alone(attache: Browser) -> None:
    answer = await attache.sends(
        "new", "opening", mission="BKK", category="abuse", person_phone="+66 81 234 5678"
    )
    assert answer.status_code == 303, answer.text
    page = await attache.page("/" + answer.headers["location"].rpartition("/")[2] + "?documents=shown")
    assert "81 234 5678" in page and "No name given" in page and "Find out who it is" in page
    answer = await attache.sends("new", "opening", mission="BKK", category="abuse", person_phone="none")
    assert answer.status_code == 422 and 'id="why-person_phone-1"' in answer.text


@asynchronous
async def test_fields_that_are_folded_open_if_one_of_them_is_wrong(attache: Browser) -> None:
    assert '<details class="folded" id="circumstances-part">' in await attache.page("/new")
    answer = await attache.sends("new", "opening", mission="BKK", category="abuse", due_on="soon")
    assert answer.status_code == 422
    assert '<details class="folded" id="circumstances-part" open>' in answer.text


@asynchronous
async def test_the_tasks_of_a_detention_lead_to_the_log_with_the_action_chosen(attache: Browser) -> None:
    case_id = await attache.opens(category="detained_or_imprisoned")
    page = await attache.page(f"/{case_id}")
    assert '<a href="?action=detention_visit#log-action">' in page
    page = await attache.page(f"/{case_id}?action=detention_visit")
    assert '<option value="detention_visit" selected>' in page
    day = TODAY + timedelta(days=3)
    fields = {"action": "detention_visit", "next_on": str(day)}
    assert (await attache.sends(case_id, "actions", again=page, **fields)).status_code == 303
    page = await attache.page(f"/{case_id}")
    assert "?action=detention_visit" not in page and "Due in 3 days" in page
    assert page.count("Visit in detention</strong>") == 1 and "Next step due on" in page
    answer = await attache.sends(case_id, "actions", action="call", next_on="2014-01-01")
    assert answer.status_code == 422 and 'id="why-next_on-1"' in answer.text
    assert (await attache.page(f"/{case_id}")).count("<strong>Call</strong>") == 0, (
        "neither of the two is recorded"
    )


@asynchronous
async def test_a_case_is_given_to_a_colleague_by_name_with_a_receipt(
    attache: Browser, colleague: Browser
) -> None:
    await attache.page()
    await colleague.page()
    case_id = await attache.opens()
    page = await attache.page(f"/{case_id}")
    assert '<option value="attache-2">Attache-2, Test</option>' in page
    assert '<option value="attache-1"' not in page, "nobody gives a case to themselves"
    answer = await attache.sends(case_id, "giving", colleague="", colleague_note="I am on leave")
    assert answer.status_code == 422 and "I am on leave</textarea>" in answer.text
    answer = await attache.sends(case_id, "giving", colleague="attache-2", colleague_note="I am on leave")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/consular/pages/cases/{case_id}/receipt",
    )
    receipt = await attache.page(f"/{case_id}/receipt")
    assert "The case was handed over." in receipt and "Attache-1" in receipt and "Attache-2" in receipt
    assert case_id in receipt
    assert "I am on leave" in await colleague.page(f"/{case_id}")


@asynchronous
async def test_a_person_in_charge_of_a_case_is_a_colleague_before_opening_any_page(
    attache: Browser, elsewhere: Browser
) -> None:
    newcomer, named, far = (f"{each}-{uuid4().hex[:8]}" for each in ("newcomer", "named", "far"))
    case_id = await attache.opens()
    assert newcomer not in await attache.page(f"/{case_id}")
    await attache.opens(attache=newcomer)
    await attache.opens(attache=named, restricted_to=["attache-1"])
    await elsewhere.opens(attache=far, mission="KUL")
    page = await attache.page(f"/{case_id}")
    assert f'<option value="{newcomer}"' in page
    assert named not in page, "who works on a restricted case is not told"
    assert far not in page
    given = await attache.sends(case_id, "giving", colleague=newcomer)
    assert given.status_code == 303 and newcomer in await attache.page(f"/{case_id}/receipt")


@asynchronous
async def test_who_gives_a_restricted_case_away_reads_so_as_for_a_case_that_does_not_exist(
    attache: Browser, colleague: Browser, elsewhere: Browser
) -> None:
    case_id = await attache.opens(category="abuse", attache="attache-1", restricted_to=["attache-2"])
    await attache.sends(case_id, "handover", to_mission="KUL", to_attache="attache-9")
    own = await elsewhere.page(f"/{case_id}/receipt")
    assert "was handed over" in own
    assert "You can go on reading" in await colleague.page(f"/{case_id}/receipt")
    hidden = await attache.opens(category="abuse", restricted_to=["attache-1"])
    never = hidden[:-4] + "0000"
    for one in (hidden, never):
        page = unescape(await colleague.page(f"/{one}/receipt", status=404))
        assert "You may not see this case." in page and one not in page.partition("<main")[2]


@asynchronous
async def test_a_wrong_identification_is_taken_back_from_the_page_of_the_case(
    attache: Browser, token_of: Token
) -> None:
    reach = Reach(countries=frozenset(["THA"]))
    token = token_of(*DESK, "consular.event.correct", person="attache-1", office="BKK", reach=reach)
    corrects = Browser(attache.site, token)
    case_id = await corrects.opens()
    assert "Is it another person?" not in await corrects.page(f"/{case_id}"), "nobody is identified"
    card = {"document_kind": "passport", "document_number": "N0034512", "document_issued_by": "KHM"}
    assert (await corrects.sends(case_id, "identification", **card)).status_code == 303
    assert "Is it another person?" not in await attache.page(f"/{case_id}"), "without the permission"
    page = await corrects.page(f"/{case_id}")
    link = re.search(r'href="/consular/pages/events/([^/]*)/void"', page)
    assert link is not None and "Say who it is" not in page
    assert (await corrects.http.get(f"/consular/pages/events/{link[1]}/void")).status_code == 200
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    body = {"reason": "wrong_person"}
    answer = await corrects.http.post(f"/consular/events/{link[1]}/void", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    page = await corrects.page(f"/{case_id}")
    assert "Not identified yet" in page and "Say who it is" in page
