"""The attaché's pages, as a browser would send and see them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.clock import Clock
from chassis.base.settings import Settings
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService
from chassis.store.persons import masked
from services.consular.main import service
from services.consular.pages import NAV
from services.consular.wording import Due

asynchronous = pytest.mark.asyncio(loop_scope="session")

DESK = (
    "consular.case.open", "consular.case.work", "consular.case.read", "consular.permit.record",
    "consular.permit.read",
)  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "services" / "consular" / "templates"
TODAY = Clock().today()
Token = Callable[..., str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[Starlette]:
    async with RunningService(service, settings, Role.API) as running:
        if not hasattr(running.app.state, "pages"):
            add_pages(running.app, settings, [TEMPLATES], NAV)
        yield Starlette(routes=[Mount("/consular", running.app)])


class Browser:
    """A signed-in user who sends the forms of the pages."""

    def __init__(self, site: Starlette, token: str, pages: str = "/consular/pages/cases") -> None:
        self.token, self.pages, self.site = token, pages, site
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(site),
            base_url="http://desk.example",
            cookies={SESSION_COOKIE: token},
            headers={"Accept": "text/html"},
        )

    async def opens(self, **other: Any) -> str:
        """Open a case through the interface."""
        body = {"occurred_at": "2014-06-14T09:00:00+07:00", "mission": "BKK", "category": "wages"} | other
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        answer = await self.http.post("/consular/cases", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def page(self, path: str = "", status: int = 200) -> str:
        answer = await self.http.get(f"{self.pages}{path}")
        assert answer.status_code == status, answer.text
        return answer.text

    async def sends(
        self, case_id: str, form: str, /, *, again: str | None = None, **fields: str
    ) -> httpx2.Response:
        """Fill in a form of the case's page and send it; ``again`` is a page seen before."""
        page = again or await self.page(f"/{case_id}")
        forms = re.finditer(r'<form method="post" action="([^"]*)".*?</form>', page, re.DOTALL)
        found = next(
            (
                one
                for one in forms
                if one[1].endswith(f"/{form}") and all(f'name="{name}"' in one[0] for name in fields)
            ),
            None,
        )
        assert found is not None, page
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))
        return await self.http.post(found[1], data={**hidden, **fields})


@pytest_asyncio.fixture(loop_scope="session")
async def attache(site: Starlette, token_of: Token) -> Browser:
    return Browser(
        site, token_of(*DESK, person="attache-1", office="BKK", reach=Reach(countries=frozenset(["THA"])))
    )


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(site: Starlette, token_of: Token) -> Browser:
    return Browser(
        site, token_of(*DESK, person="attache-9", office="KUL", reach=Reach(countries=frozenset(["MYS"])))
    )


@pytest_asyncio.fixture(loop_scope="session")
async def colleague(site: Starlette, token_of: Token) -> Browser:
    return Browser(
        site, token_of(*DESK, person="attache-2", office="BKK", reach=Reach(countries=frozenset(["THA"])))
    )


PERSON = {
    "sex": 1,
    "name": {"latin": "SOK DARA", "khmer": "សុខ ដារ៉ា"},
    "documents": [{"kind": "passport", "number": "N0012412"}],
}


@asynchronous
async def test_the_queue_marks_overdue_cases_by_words_and_by_shape(attache: Browser) -> None:
    late = await attache.opens(due_on="2014-06-20", urgency="life_in_danger")
    today = await attache.opens(due_on=str(TODAY), urgency="life_in_danger")
    page = await attache.page()
    row = next(part for part in page.split("<tr") if late in part)
    assert "▲" in row and "Overdue by" in row and "20 Jun 2014" in row
    row = next(part for part in page.split("<tr") if today in part)
    assert "◆" in row and "Due today" in row
    assert page.index(late) < page.index(today)
    assert 'aria-current="page"' in page


@asynchronous
async def test_a_case_is_assigned_worked_on_and_closed_by_forms(attache: Browser) -> None:
    case_id = await attache.opens(person=PERSON, urgency="life_in_danger")
    answer = await attache.sends(case_id, "taking")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/consular/pages/cases/{case_id}")
    assert case_id in await attache.page("?whose=mine")
    assert (
        await attache.sends(case_id, "actions", action="call", log_note="ទូរស័ព្ទ\r\n<b>")
    ).status_code == 303
    page = await attache.page(f"/{case_id}")
    assert "<strong>Call</strong>" in page and "ទូរស័ព្ទ\n&lt;b&gt;" in page
    day = TODAY + timedelta(days=4)
    assert (await attache.sends(case_id, "due-date", due_on=str(day))).status_code == 303
    assert "Due in 4 days" in await attache.page(f"/{case_id}")
    assert (await attache.sends(case_id, "closing", outcome="resolved")).status_code == 303
    page = await attache.page(f"/{case_id}")
    assert "Closed on" in page and "Resolved" in page and "<button>Log it" not in page
    assert case_id not in await attache.page()


@asynchronous
async def test_a_form_sent_twice_records_once(attache: Browser) -> None:
    case_id = await attache.opens()
    page = await attache.page(f"/{case_id}")
    for _ in range(2):
        assert (await attache.sends(case_id, "actions", again=page, action="visit")).status_code == 303
    assert (await attache.page(f"/{case_id}")).count("<strong>Visit</strong>") == 1


@asynchronous
async def test_mistakes_in_a_form_are_shown_at_their_fields_and_the_input_stays(
    attache: Browser,
) -> None:
    case_id = await attache.opens()
    answer = await attache.sends(case_id, "actions", action="", log_note="called, no answer")
    assert answer.status_code == 422
    assert 'id="why-action-1"' in answer.text and "called, no answer</textarea>" in answer.text
    answer = await attache.sends(case_id, "actions", action="call", happened_at="yesterday")
    assert answer.status_code == 422 and 'id="why-happened_at-1"' in answer.text
    answer = await attache.sends(
        case_id, "actions", action="call", happened_at=f"{TODAY + timedelta(days=2)}T08:00"
    )
    assert answer.status_code == 422 and 'id="why-happened_at-1"' in answer.text
    answer = await attache.sends(case_id, "due-date", due_on="2014-01-01")
    assert answer.status_code == 422 and 'id="why-due_on-1"' in answer.text


@asynchronous
async def test_a_missing_choice_is_named_by_its_label(attache: Browser) -> None:
    case_id = await attache.opens()
    answer = await attache.sends(case_id, "actions", action="")
    assert answer.status_code == 422
    assert '<a href="#field-action">What was done: nothing is given here</a>' in answer.text
    assert "legal_aid" not in answer.text.split("errors-title", 1)[1].split("</section>", 1)[0]


@asynchronous
async def test_an_unknown_caller_is_given_a_name_and_then_a_document_by_a_form(attache: Browser) -> None:
    case_id = await attache.opens()
    answer = await attache.sends(case_id, "identification", person_born="soon", document_number="N0012499")
    assert answer.status_code == 422
    for field in ("person_born", "document_kind", "document_issued_by"):
        assert f'id="why-{field}-1"' in answer.text, field
    assert 'value="N0012499"' in answer.text
    answer = await attache.sends(case_id, "identification")
    assert answer.status_code == 422 and "Nothing is given that identifies the caller" in answer.text
    answer = await attache.sends(case_id, "identification", person_latin="CHAN BOPHA", person_born="2099")
    assert answer.status_code == 422, "born after it occurred: said at the year, in the words of the rule"
    assert 'id="why-person_born-1"' in answer.text and "is after the date of the event" in answer.text
    assert 'id="why-person_khmer-1"' not in answer.text

    named = {
        "person_khmer": "ចាន់ បុប្ផា",
        "person_sex": "2",
        "person_born": "1991",
        "who_note": "her sister called",
    }
    answer = await attache.sends(case_id, "identification", **named)
    assert answer.status_code == 303, answer.text
    page = await attache.page(f"/{case_id}")
    for told in ("ចាន់ បុប្ផា", "Female", "her sister called", "Person identified"):
        assert told in page, told
    assert "Say who it is" in page, "a name alone does not tell who it is"

    shown = {"document_kind": "border_pass", "document_number": "0012", "document_issued_by": "KHM"}
    answer = await attache.sends(case_id, "identification", **named, **shown)
    assert answer.status_code == 422 and 'id="why-document_place-1"' in answer.text
    answer = await attache.sends(case_id, "identification", **named, **shown, document_place="02")
    assert answer.status_code == 303, answer.text
    page = await attache.page(f"/{case_id}?documents=shown")
    assert "0012" in page and "Say who it is" not in page


@asynchronous
async def test_a_foreign_card_is_identified_by_its_issuer(attache: Browser) -> None:
    case_id = await attache.opens()
    card = {"document_kind": "pink_card", "document_number": "0012345678901", "document_issued_by": "THA"}
    answer = await attache.sends(case_id, "identification", person_latin="CHAN BOPHA", **card)
    assert answer.status_code == 303, answer.text
    headers = {"Authorization": f"Bearer {attache.token}"}
    case = (await attache.http.get(f"/consular/cases/{case_id}", headers=headers)).json()
    document = next(step for step in case["steps"] if step["type"].endswith("identified.v1"))["person"][
        "documents"
    ][0]
    assert document["issued_by"] == "THA"


@asynchronous
async def test_a_case_handed_to_another_mission_leaves_the_queue(
    attache: Browser, elsewhere: Browser
) -> None:
    case_id = await attache.opens()
    answer = await attache.sends(case_id, "handover", to_mission="", handover_note="moved to Malaysia")
    assert answer.status_code == 422 and 'id="why-to_mission-1"' in answer.text
    assert "moved to Malaysia</textarea>" in answer.text
    answer = await attache.sends(case_id, "handover", to_mission="KUL", handover_note="moved to Malaysia")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/consular/pages/cases/{case_id}/receipt",
    )
    assert case_id not in await attache.page() and case_id in await attache.page("?whose=handed_over")
    assert "moved to Malaysia" in await elsewhere.page(f"/{case_id}")
    former = await attache.page(f"/{case_id}")
    assert "You see the case as it was then, and cannot change it." in former
    assert f'action="/consular/pages/cases/{case_id}' not in former, "no form"


@asynchronous
async def test_a_case_is_opened_by_a_form_with_all_that_is_known(attache: Browser) -> None:
    known = {
        "mission": "BKK", "category": "whereabouts", "reported_by": "family", "urgency": "urgent",
        "country": "ZAF", "worker_in": "LAO", "status_abroad": "irregular", "attache": "attache-1",
        "person_latin": "CHAN BOPHA", "person_sex": "2", "person_born": "1991-04",
        "document_kind": "passport", "document_number": "N7712345", "document_issued_by": "KHM",
        "who_note": "her sister called", "happened_at": "2014-06-14T09:00",
    }  # fmt: skip
    answer = await attache.sends("new", "opening", **known)
    assert answer.status_code == 303, answer.text
    await attache.page()
    page = await attache.page("/" + answer.headers["location"].rpartition("/")[2])
    for told in (
        "CHAN BOPHA", "Whereabouts", "Urgent", "the case concerns South Africa", "reported by: Family",
        "in charge: Attache-1", "her sister called", "Irregular",
    ):  # fmt: skip
        assert told in page, told
    assert "the worker is in Lao" in page and "not accredited" not in page
    assert (await attache.page()).count(answer.headers["location"]) == 1


@asynchronous
async def test_a_case_is_opened_with_the_least_that_is_known(attache: Browser) -> None:
    page = await attache.page("/new")
    assert '<option value="BKK" selected>' in page, "the only mission within reach is chosen"
    assert '<option value="KUL"' not in page
    answer = await attache.sends("new", "opening", again=page, mission="BKK", category="wages")
    assert answer.status_code == 303, answer.text
    again = await attache.sends("new", "opening", again=page, mission="BKK", category="wages")
    assert again.headers["location"] == answer.headers["location"], "a form sent twice opens one case"
    page = await attache.page("/" + answer.headers["location"].rpartition("/")[2])
    assert "it is not known where the worker is" in page and "reported by" not in page


@asynchronous
async def test_mistakes_in_the_opening_form_are_shown_and_the_input_stays(attache: Browser) -> None:
    fields = {"mission": "BKK", "category": "", "named": "No One", "who_note": "she called"}
    answer = await attache.sends("new", "opening", **fields)
    assert answer.status_code == 422
    assert (
        "Subject: nothing is given here" in answer.text and "Who may see it: this is not valid" in answer.text
    )
    assert "she called</textarea>" in answer.text and 'value="No One"' in answer.text
    answer = await attache.sends("new", "opening", mission="KUL", category="wages")
    assert answer.status_code == 403 and "beyond what your post may work on" in answer.text


@asynchronous
async def test_a_country_where_the_mission_is_not_accredited_is_marked(attache: Browser) -> None:
    page = await attache.page(f"/{await attache.opens(country='BRN')}")
    assert "The mission is not accredited to Brunei" in page


@asynchronous
async def test_an_action_says_with_whom_and_where_the_worker_is(attache: Browser) -> None:
    case_id = await attache.opens()
    fields = {"action": "visit", "with_whom": "worker_in_person", "worker_in": "MYS"}
    assert (await attache.sends(case_id, "actions", **fields)).status_code == 303
    page = await attache.page(f"/{case_id}")
    assert "With: The worker, in person" in page and "the worker is in Malaysia" in page


@asynchronous
@pytest.mark.parametrize(
    ("typed", "told"),
    [("2014-05-03", "Died on 3 May 2014"), ("2014-05", "month 2014-05"), ("2014", "in the year 2014")],
)
async def test_a_death_is_recorded_by_a_form_once(attache: Browser, typed: str, told: str) -> None:
    case_id = await attache.opens()
    fields = {"died_on": typed, "died_in": "THA", "cause": "illness", "death_note": "the hospital wrote"}
    assert (await attache.sends(case_id, "death", **fields)).status_code == 303
    page = await attache.page(f"/{case_id}")
    assert told in page and "Illness" in page and "the hospital wrote" in page
    assert "Record a death" not in page and "Log an action" in page


@asynchronous
async def test_a_case_is_restricted_by_a_form_and_does_not_exist_for_others(
    attache: Browser, colleague: Browser
) -> None:
    # Due before all others, so that it is on the first page of the queue.
    first = {"urgency": "life_in_danger", "occurred_at": "1999-01-05T09:00:00+07:00"}
    case_id = await attache.opens(category="sexual_abuse", **first)
    counted = re.compile(r"All</strong> \(([\d,]+)\)")
    before = counted.findall(await colleague.page())
    assert case_id in await colleague.page()
    answer = await attache.sends(case_id, "restriction", named="ambassador, attache-1")
    assert answer.status_code == 303
    page = await attache.page(f"/{case_id}")
    assert "Visible to named people only" in page and "ambassador, attache-1" in page.lower()
    await colleague.page(f"/{case_id}", status=404)
    after = await colleague.page()
    assert case_id not in after
    assert int(counted.findall(after)[0].replace(",", "")) == int(before[0].replace(",", "")) - 1
    assert (await attache.sends(case_id, "restriction", named="")).status_code == 303
    assert case_id in await colleague.page()


@asynchronous
async def test_a_permit_is_recorded_from_a_case_and_lapses(attache: Browser) -> None:
    case_id = await attache.opens(person=PERSON)
    link = f"/consular/pages/permits/new?about=assistance-case-{case_id}"
    assert link in await attache.page(f"/{case_id}")
    permits = Browser(attache.site, attache.token, "/consular/pages/permits")
    page = await permits.page(f"/new?about=assistance-case-{case_id}")
    fields = {"mission": "BKK", "kind": "pink_card", "valid_from": "2014-07-20", "regularisation": "yes"}
    answer = await permits.sends("new", "opening", again=page, **fields, valid_until="2014-07-01")
    assert answer.status_code == 422 and "cannot be before the first" in answer.text
    answer = await permits.sends("new", "opening", again=answer.text, **fields, valid_until="2016-03-31")
    assert answer.status_code == 303, answer.text
    permit_id = answer.headers["location"].rpartition("/")[2]
    page = await permits.page(f"/{permit_id}")
    for told in ("Pink card (Thailand)", "valid from 20 Jul 2014 to 31 Mar 2016", "regularises workers"):
        assert told in page, told
    assert "does not hold today" in page and permit_id in await permits.page()
    lapse = {"lapsed_on": "2015-04-01", "reason": "left_employer", "lapse_note": "her employer wrote"}
    assert (await permits.sends(permit_id, "lapse", **lapse)).status_code == 303
    page = await permits.page(f"/{permit_id}")
    assert "lapsed on 1 Apr 2015" in page and "her employer wrote" in page
    assert "Record that it lapsed" not in page


@asynchronous
async def test_a_permit_needs_a_person_and_stays_at_its_mission(attache: Browser, elsewhere: Browser) -> None:
    permits = Browser(attache.site, attache.token, "/consular/pages/permits")
    fields = {"mission": "BKK", "kind": "pink_card", "valid_from": "2014-07-20"}
    answer = await permits.sends("new", "opening", **fields)
    assert answer.status_code == 422 and "Nothing is given that identifies" in answer.text
    card = {"document_kind": "pink_card", "document_number": "0012345678902", "document_issued_by": "THA"}
    answer = await permits.sends("new", "opening", **fields, **card)
    assert answer.status_code == 303, answer.text
    permit_id = answer.headers["location"].rpartition("/")[2]
    others = Browser(elsewhere.site, elsewhere.token, "/consular/pages/permits")
    await others.page(f"/{permit_id}", status=404)
    assert permit_id not in await others.page()


@asynchronous
async def test_a_form_for_a_case_that_a_colleague_closed_is_refused(attache: Browser) -> None:
    case_id = await attache.opens()
    page = await attache.page(f"/{case_id}")
    assert (await attache.sends(case_id, "closing", outcome="withdrawn")).status_code == 303
    answer = await attache.sends(case_id, "due-date", again=page, due_on=str(TODAY))
    assert answer.status_code == 409 and "This assistance case is closed" in answer.text
    answer = await attache.sends(
        case_id, "handover", again=page, to_mission="KUL", handover_note="អ្នកជិតខាង <i>"
    )
    assert answer.status_code == 409
    assert "What you had written: <q>អ្នកជិតខាង &lt;i&gt;</q>" in answer.text, "nobody types it a second time"
    assert 'href="#field-"' not in answer.text, "no link that leads nowhere"


@asynchronous
async def test_a_form_without_its_token_is_refused(attache: Browser) -> None:
    case_id = await attache.opens()
    answer = await attache.http.post(
        f"/consular/pages/cases/{case_id}/closing", data={"outcome": "resolved", "key": str(uuid4())}
    )
    assert answer.status_code == 403
    assert "Close the case" in await attache.page(f"/{case_id}")


@asynchronous
async def test_document_numbers_are_masked_until_asked_for(attache: Browser) -> None:
    case_id = await attache.opens(person=PERSON)
    page = await attache.page(f"/{case_id}")
    assert "សុខ ដារ៉ា" in page and "N••••412" in page and "N0012412" not in page
    assert "N0012412" in await attache.page(f"/{case_id}?documents=shown")


@asynchronous
async def test_an_unidentified_caller_has_a_page_too(attache: Browser) -> None:
    case_id = await attache.opens(words={"call": "a woman, does not give her name"})
    page = await attache.page(f"/{case_id}")
    assert "Not identified yet" in page and "does not give her name" in page


@asynchronous
async def test_a_case_of_another_mission_has_no_page(attache: Browser, elsewhere: Browser) -> None:
    case_id = await attache.opens(person=PERSON)
    assert "SOK" not in await elsewhere.page(f"/{case_id}", status=404)
    assert case_id not in await elsewhere.page()
    own = await elsewhere.opens(mission="KUL")
    page = (await elsewhere.page(f"/{own}")).replace(own, case_id)
    answer = await elsewhere.sends(case_id, "closing", again=page, outcome="resolved")
    assert answer.status_code == 403 and "beyond what your post may work on" in answer.text


@asynchronous
async def test_a_page_without_a_session_redirects_to_sign_in(site: Starlette) -> None:
    answer = await Browser(site, "").http.get("/consular/pages/cases", headers={"Cookie": ""})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")


@asynchronous
async def test_forms_and_pages_speak_in_the_time_of_the_mission_and_name_it(
    site: Starlette, token_of: Token
) -> None:
    reach = Reach(countries=frozenset(["KOR"]))
    seoul = Browser(site, token_of(*DESK, person="attache-7", office="SEL", reach=reach))
    case_id = await seoul.opens(mission="SEL", occurred_at="2014-06-14T09:00:00+09:00")
    page = await seoul.page(f"/{case_id}")
    assert "Time in Seoul. Leave it empty for now." in page and "Times are those of Seoul." in page
    assert "14 Jun 2014, 09:00" in page
    answer = await seoul.sends(case_id, "actions", action="call", happened_at="2014-06-15T00:30")
    assert answer.status_code == 303, answer.text
    assert "15 Jun 2014, 00:30" in await seoul.page(f"/{case_id}")
    headers = {"Authorization": f"Bearer {seoul.token}"}
    case = (await seoul.http.get(f"/consular/cases/{case_id}", headers=headers)).json()
    assert case["steps"][0]["occurred_at"] == "2014-06-14T15:30:00Z"
    assert "Time in Seoul." in await seoul.page("/new")


@asynchronous
async def test_a_time_in_the_future_is_refused_in_the_time_of_its_mission(
    site: Starlette, token_of: Token
) -> None:
    reach = Reach(countries=frozenset(["KWT"]))
    kuwait = Browser(site, token_of(*DESK, person="attache-8", office="KWI", reach=reach))
    headers = {"Authorization": f"Bearer {kuwait.token}", "Idempotency-Key": str(uuid4())}
    body = {
        "occurred_at": f"{TODAY + timedelta(days=2)}T08:00:00+03:00",
        "mission": "KWI",
        "category": "wages",
    }
    answer = await kuwait.http.post("/consular/cases", json=body, headers=headers | {"Accept": "*/*"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("occurred_at is after now, ")
    assert answer.json()["detail"].endswith("+03:00")


def test_what_is_due_is_counted_in_days() -> None:
    assert Due.of(None, TODAY) == Due("nothing")
    assert Due.of(TODAY - timedelta(days=3), TODAY) == Due("overdue", 3)
    assert Due.of(TODAY, TODAY) == Due("today")
    assert Due.of(TODAY + timedelta(days=1), TODAY) == Due("later", 1)


def test_a_short_number_is_masked_wholly() -> None:
    assert (masked("N0012412"), masked("12345")) == ("N••••412", "••••")


async def test_an_address_that_names_no_record_says_so(attache: Browser) -> None:
    page = await attache.page("/not-an-id", 422)
    assert "There is no record at this address" in page
    assert "choices" not in page
