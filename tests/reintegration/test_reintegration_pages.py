"""The counsellor's pages, as a browser would send and see them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount
from uuid_utils.compat import uuid7

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService
from services.reintegration.domain.case import case_of
from services.reintegration.main import service
from services.reintegration.pages import NAV
from tests.reintegration.agency import DESK, a_handle, employer, receive, returned, worked_abroad

TEMPLATES = Path(__file__).parents[2] / "services" / "reintegration" / "templates"


class Browser:
    """A signed-in counsellor who sends the forms of the pages."""

    def __init__(self, running: RunningService, site: Starlette, token: str) -> None:
        self.running = running
        self.token = token
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(site),
            base_url="http://desk.example",
            cookies={SESSION_COOKIE: token},
            headers={"Accept": "text/html"},
        )

    async def came_back(self, handle: str | None = None) -> UUID:
        back = returned(handle or a_handle())
        await receive(self.running, "reintegration.returns", back)
        return case_of(back.id)

    async def page(self, path: str = "", status: int = 200) -> str:
        answer = await self.http.get(f"/reintegration/pages/cases{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    async def sends(
        self, case_id: UUID, form: str, /, *, again: str | None = None, **fields: str
    ) -> httpx2.Response:
        """Fill in a form of the case's page and send it; ``again`` is a page seen before."""
        page = again or await self.page(f"/{case_id}")
        found = re.search(rf'<form method="post" action="([^"]*/{form})".*?</form>', page, re.DOTALL)
        assert found is not None, page
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))
        return await self.http.post(found[1], data={**hidden, **fields})

    async def registers(self, **fields: object) -> None:
        body = {
            "occurred_at": "2014-06-20T09:00:00+07:00",
            "employer_id": str(uuid4()),
            "occupation": "7212",
            "sector": "C",
            "province": "02",
            "wage": {"amount": "190.00", "currency": "USD"},
            "places": 3,
        } | fields
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        answer = await self.http.post("/reintegration/vacancies", json=body, headers=headers)
        assert answer.status_code == 201, answer.text


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(settings: Settings, token_of: Callable[..., str]) -> AsyncIterator[Browser]:
    async with RunningService(service, settings, Role.API) as running:
        add_pages(running.app, settings, [TEMPLATES], NAV)
        site = Starlette(routes=[Mount("/reintegration", running.app)])
        token = token_of(*DESK, person="counsellor", reach=Reach(provinces=frozenset(["02"])))
        found = Browser(running, site, token)
        async with found.http:
            yield found


async def test_the_queue_shows_who_came_back_and_who_is_overdue(browser: Browser) -> None:
    case_id = await browser.came_back()
    page = await browser.page("?queue=overdue")
    assert str(case_id) in page or "Further cases" in page
    assert "ចាន់ សុភាព" in page
    assert "Overdue by" in page
    for queue in ("open", "unassigned", "mine", "closed"):
        await browser.page(f"?queue={queue}")


async def test_a_case_is_worked_on_from_its_page_to_its_end(browser: Browser) -> None:
    passport = a_handle()
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="7212"))
    await browser.registers()
    case_id = await browser.came_back(passport)
    page = await browser.page(f"/{case_id}")
    assert "Welders and flame cutters" in page
    assert "Same occupation" in page
    for form, fields in (
        ("assignment", {}),
        ("needs", {"need_1": "finding_a_job", "need_2": "credit", "occupation_wanted": "7212"}),
        ("sessions", {"minutes": "45", "next_contact_on": "2050-01-01", "session_note": "ចង់ធ្វើការ"}),
        ("matches", {}),
        ("answers", {}),
        ("referrals", {"referred_for": "7212"}),
        ("placement", {"placed_as": "7212", "placed_in": "02", "starts_on": "2014-07-02"}),
        ("closing", {"outcome": "placed"}),
    ):
        answer = await browser.sends(case_id, form, **fields)
        assert answer.status_code == 303, (form, answer.text)
    page = await browser.page(f"/{case_id}")
    for words in (
        "Closed on",
        "Finding a job",
        "ចង់ធ្វើការ",
        "Vacancy accepted",
        "Referred to the recognition",
    ):
        assert words in page
    assert "Close the case" not in page


async def test_the_page_names_employers_of_vacancies_and_placements(browser: Browser) -> None:
    passport, headers = a_handle(), {"Authorization": f"Bearer {browser.token}"}
    employer_id, unknown = str(uuid7()), str(uuid7())
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="8332"))
    await browser.registers(occupation="8332", employer_id=employer_id)
    case_id = await browser.came_back(passport)
    assert "employer not registered" in await browser.page(f"/{case_id}")
    answer = await browser.http.post(
        "/reintegration/employers",
        json=employer(id=employer_id, name={"latin": "Lorries 24", "khmer": "ដឹកជញ្ជូន"}),
        headers=headers | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.text
    page = await browser.page(f"/{case_id}")
    assert "ដឹកជញ្ជូន Lorries 24" in page
    for form, fields in (
        ("matches", {}),
        ("answers", {}),
        ("placement", {"placed_as": "8332", "placed_in": "02", "starts_on": "2014-07-02"}),
    ):
        if form == "placement":
            shown = re.search(
                r'name="placed_from".*?<option value="([0-9a-f-]{36})"',
                await browser.page(f"/{case_id}"),
                re.DOTALL,
            )
            assert shown is not None
            fields = fields | {"placed_from": shown[1]}
        answer = await browser.sends(case_id, form, **fields)
        assert answer.status_code == 303, (form, answer.text)
    answer = await browser.http.post(
        f"/reintegration/cases/{case_id}/placement",
        json={
            "occurred_at": "2014-07-03T09:00:00+07:00",
            "employer_id": unknown,
            "occupation": "8332",
            "province": "02",
            "starts_on": "2014-07-03",
        },
        headers=headers | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.text
    log = " ".join((await browser.page(f"/{case_id}")).split())
    assert 'New job from 2 Jul 2014</strong>: <span lang="km">ដឹកជញ្ជូន</span> Lorries 24' in log
    assert "New job from 3 Jul 2014</strong>: employer not registered" in log


async def test_a_declined_vacancy_says_why(browser: Browser) -> None:
    await browser.registers(occupation="7112", sector="F")
    case_id = await browser.came_back()
    assert (await browser.sends(case_id, "matches")).status_code == 303
    page = await browser.page(f"/{case_id}")
    declined = page[page.index("<summary>Declined") :]
    answer = await browser.sends(case_id, "answers", again=declined)
    assert answer.status_code == 422
    answer = await browser.sends(case_id, "answers", again=declined, decline_reason="too_far")
    assert answer.status_code == 303
    assert "Too far from home" in await browser.page(f"/{case_id}")


async def test_mistakes_are_shown_at_their_fields_and_the_input_stays(browser: Browser) -> None:
    case_id = await browser.came_back()
    answer = await browser.sends(case_id, "sessions", minutes="long", session_note="ជួបគ្រួសារ")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "ជួបគ្រួសារ" in answer.text
    answer = await browser.sends(case_id, "closing", outcome="placed")
    assert answer.status_code == 409
    assert "placement" in answer.text


async def test_work_is_chosen_by_letter_and_what_was_typed_is_kept(browser: Browser) -> None:
    case_id = await browser.came_back()
    typed = {"placed_as": "", "placed_in": "02", "starts_on": "2014-07-02"}
    listed = await browser.sends(case_id, "placement", **typed, choose="placed_as")
    assert listed.status_code == 200 and "Accountants (2411)" in listed.text
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', listed.text))
    path = f"/reintegration/pages/cases/{case_id}/placement"
    back = await browser.http.post(path, data=kept | {"chosen": "placed_as=7212"})
    assert back.status_code == 200 and "There is a problem" not in back.text
    assert 'value="Welders and flame cutters (7212)"' in back.text and 'value="2014-07-02"' in back.text
    assert "New job from" not in await browser.page(f"/{case_id}"), "nothing is recorded yet"
    wrong = await browser.sends(case_id, "placement", **typed | {"placed_as": "some work"})
    assert wrong.status_code == 422 and "Work: this is not one of the choices" in wrong.text
    assert 'value="some work"' in wrong.text
    done = await browser.sends(case_id, "placement", **typed | {"placed_as": "welders and flame cutters"})
    assert done.status_code == 303 and "New job from" in await browser.page(f"/{case_id}")


async def test_officers_are_shown_by_name_to_others_too(
    browser: Browser, token_of: Callable[..., str]
) -> None:
    case_id = await browser.came_back()
    assert (await browser.sends(case_id, "assignment")).status_code == 303
    # Few of the cases that other tests opened have this need, so that the file is short enough to be sent at once.
    assert (await browser.sends(case_id, "needs", need_1="psychosocial")).status_code == 303
    headers = {"Cookie": f"{SESSION_COOKIE}={token_of(*DESK, person='supervisor')}", "Accept": "text/html"}
    address = "/reintegration/pages/cases"
    async with httpx2.AsyncClient(transport=browser.http._transport, base_url="http://desk.example") as http:
        page = (await http.get(f"{address}/{case_id}", headers=headers)).text
        assert "in charge: Counsellor<" in page and "In charge from then on: Counsellor" in page
        assert "By Counsellor, " in page
        listed = (await http.get(f"{address}?need=psychosocial&file=csv", headers=headers)).text
    line = next(line for line in listed.splitlines() if str(case_id) in line)
    assert ",Counsellor,counsellor," in line, "the name stands beside the pseudonym"


async def test_a_form_sent_twice_records_once(browser: Browser) -> None:
    case_id = await browser.came_back()
    page = await browser.page(f"/{case_id}")
    for _ in range(2):
        answer = await browser.sends(case_id, "sessions", again=page, minutes="30")
        assert answer.status_code == 303
    assert (await browser.page(f"/{case_id}")).count("Counselling, 30 minutes") == 1


async def test_document_numbers_are_masked_until_asked_for(browser: Browser) -> None:
    case_id = await browser.came_back()
    assert "N0712345" not in await browser.page(f"/{case_id}")
    assert "N0712345" in await browser.page(f"/{case_id}?documents=shown")


async def test_a_case_elsewhere_is_not_found(browser: Browser) -> None:
    back = returned(a_handle(), province="21")
    await receive(browser.running, "reintegration.returns", back)
    await browser.page(f"/{case_of(back.id)}", status=404)
