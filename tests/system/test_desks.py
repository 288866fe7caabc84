"""The pages of the reviewer and of the assessor, and the first page of each person."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest

from chassis.base.clock import Clock
from domnaer.demo.accounts import demo_people
from tests.system.journey import PageUser, Records, Traveller, case, contract, record_journey
from tests.system.running_system import RunningSystem, until

CONTRACTS, APPLICATIONS = "/recruitment/pages/employment-contracts", "/skills/pages/applications"
CASES, RETURNEES, SEARCH = "/consular/pages/cases", "/reintegration/pages/cases", "/registry/pages/search"
SOPHEA = Traveller("NUTH SOPHEA", "នុត សុភា")


@pytest.fixture(scope="module")
def life(system: RunningSystem) -> Records:
    return record_journey(system, SOPHEA)


def test_a_reviewer_returns_and_approves_a_contract(system: RunningSystem) -> None:
    worker = Traveller("PHAN RATANA", "ផាន រតនា")
    filed = system.recorded("/recruitment/employment-contracts", contract(worker.given()))
    page, reviewer = f"{CONTRACTS}/{filed['id']}", PageUser(system, "reviewer")
    assert f'href="{page}"' in reviewer.http.get(CONTRACTS).text, "what is up for review comes first"
    shown = reviewer.http.get(page).text
    assert worker.khmer in shown and worker.passport not in shown and "THB 300.00" in shown
    assert worker.passport in reviewer.http.get(f"{page}?documents=shown").text

    wrong = reviewer.sends(page, "/return", return_note="ខ្វះហត្ថលេខា")
    assert wrong.status_code == 422 and "What must be put right: nothing is given here" in wrong.text
    assert "ខ្វះហត្ថលេខា</textarea>" in wrong.text
    named = {"fault_missing_clause": "yes", "clause_insurance": "yes"}
    back = reviewer.sends(page, "/return", **named, return_note="see it")
    assert back.status_code == 200 and "The contract was returned to its agency." in back.text
    shown = reviewer.http.get(page).text
    for words in ("Returned for correction", "A clause is missing", "Insurance", "see it"):
        assert words in shown, words
    assert "Approve the terms" not in shown

    terms = contract(worker.given())["terms"] | {"wage": {"amount": "310.00", "currency": "THB"}}
    amended = {"occurred_at": "2013-03-20T09:00:00+07:00", "terms": terms}
    system.recorded(f"/recruitment/employment-contracts/{filed['id']}/amendment", amended)
    approved = reviewer.sends(page, "/approval")
    assert "The contract was approved." in approved.text
    shown = reviewer.http.get(page).text
    assert "THB 310.00" in shown and "<strong>Approved</strong>" in shown
    assert f'href="{page}"' in reviewer.http.get(f"{CONTRACTS}?status=approved").text


def test_a_caller_who_may_not_review_sees_no_form(system: RunningSystem, life: Records) -> None:
    page = f"{CONTRACTS}/{life.by_service['recruitment']['contract_id']}"
    attache = PageUser(system, "attache-bangkok")
    shown = attache.http.get(page)
    assert shown.status_code == 200 and "Return it for correction" not in shown.text
    assert PageUser(system, "counsellor-battambang").http.get(page).status_code == 403
    assert PageUser(system, "attache-seoul").http.get(page).status_code == 404, (
        "a contract for another country"
    )


def test_an_assessor_books_and_decides_and_a_qualifications_officer_recognises_and_revokes(
    system: RunningSystem, life: Records
) -> None:
    page = f"{APPLICATIONS}/{life.by_service['skills']['application_id']}"
    assessor = PageUser(system, "assessor")
    shown = until(
        lambda: next((text for text in [assessor.http.get(page).text] if life.number in text), None)
    )
    assert SOPHEA.khmer in shown and SOPHEA.passport not in shown
    assert "Waiting for an assessment" in shown and "Check it and take it back" not in shown

    today = Clock().today()
    wrong = assessor.sends(page, "/assessment", method="interview", booked_on="2001-01-01", booked_in="02")
    assert wrong.status_code == 422 and 'id="why-booked_on-1"' in wrong.text
    booked = assessor.sends(
        page, "/assessment", method="practical_test", booked_on=str(today), booked_in="02"
    )
    assert "Assessment booked" in booked.text and "Practical test" in booked.text
    wrong = assessor.sends(page, "/decision", result="not_yet_competent")
    assert wrong.status_code == 422 and 'id="why-appeal_until-1"' in wrong.text
    last_day = today + timedelta(days=30)
    again = assessor.sends(page, "/decision", result="not_yet_competent", appeal_until=str(last_day))
    assert "Not yet competent" in again.text and "appeal until" in again.text
    assessor.sends(page, "/assessment", method="interview", booked_on=str(today), booked_in="02")
    found = assessor.sends(page, "/decision", result="competent", decision_note="ធ្វើបានល្អ")
    assert "Competent" in found.text and "ធ្វើបានល្អ" in found.text
    assert "/recognition" not in found.text and "Book an assessment" not in found.text
    officer = PageUser(system, "qualifications")
    shown = officer.http.get(page).text
    assert 'value="4"' in shown and 'value="5"' not in shown, "the competency standards end at level 4"
    wrong = officer.sends(page, "/recognition", level="")
    assert wrong.status_code == 422 and "Level: nothing is given here" in wrong.text
    recognised = officer.sends(page, "/recognition", level="3")
    assert "Recognised at level 3" in recognised.text
    assert f'href="{page}"' in assessor.http.get(f"{APPLICATIONS}?status=recognised").text
    revoked = officer.sends(f"{page}/revocation", "/revocation", revoked_for="issued_in_error")
    assert "Recognition taken back" in revoked.text and "Issued in error" in revoked.text
    tomorrow = today + timedelta(days=1)
    anew = assessor.sends(page, "/assessment", method="interview", booked_on=str(tomorrow), booked_in="02")
    now = anew.text[anew.text.index('<p class="now">') :].split("</p>", 1)[0]
    assert "Assessment booked" in now and "level" not in now, "what was taken back counts no more"
    assert "when the assessment is held" in anew.text and 'name="result"' not in anew.text


def test_a_workers_page_links_to_the_records_that_the_caller_may_read(
    system: RunningSystem, life: Records
) -> None:
    of = life.by_service
    pages = {
        "recruitment": f"{CONTRACTS}/{of['recruitment']['contract_id']}",
        "consular": f"/consular/pages/cases/{of['consular']['case_id']}",
        "reintegration": f"/reintegration/pages/cases/{of['reintegration']['case_id']}",
        "skills": f"{APPLICATIONS}/{of['skills']['application_id']}",
    }
    for who, opens in (
        ("registrar", set(pages)),
        ("attache-bangkok", {"recruitment", "consular"}),
        ("counsellor-battambang", {"reintegration", "skills"}),
        ("officer", set[str]()),
    ):
        routes = PageUser(system, who)

        def led_to(routes: PageUser = routes) -> set[str]:
            text = routes.http.get(f"/registry/pages/workers/{life.number}").text
            return {name for name, page in pages.items() if f'href="{page}"' in text}

        until(lambda opens=opens, led_to=led_to: led_to() == opens)
        shown = routes.http.get(f"/registry/pages/workers/{life.number}").text
        assert "Employment contract" in shown, "that there is one is no secret"


def test_the_first_page_has_a_persons_own_lists_and_each_service_answers_its_counts(
    system: RunningSystem, life: Records
) -> None:
    system.recorded("/consular/cases", case(None))
    for who, lists, counts in (
        ("registrar", {CONTRACTS, CASES, APPLICATIONS, RETURNEES}, ("Overdue", "All")),
        ("clerk", {CONTRACTS}, ("Up for review", "Returned for correction")),
        ("attache-bangkok", {CONTRACTS, CASES}, ("Overdue", "Mine", "Nobody's", "All")),
        ("counsellor-battambang", {RETURNEES, APPLICATIONS}, ("Overdue", "Mine", "Nobody's", "All")),
        ("assessor", {APPLICATIONS}, ("Waiting for an assessment", "Assessment booked")),
    ):
        person = PageUser(system, who)
        page = person.http.get("/")
        assert page.status_code == 200 and 'href="/" aria-current="page"' in page.text
        linked = set(re.findall(r'<section class="card">\s*<h2><a href="([^"]+)"', page.text))
        assert lists <= linked and (SEARCH in linked) == (who != "clerk"), who
        addresses = re.findall('data-counts="([^"]+)"', page.text)
        shown = html.unescape("".join(person.http.get(each).text for each in addresses))
        assert all(f"{title}</span> <b>" in shown for title in counts), who
    reviewer = PageUser(system, "reviewer")
    assert reviewer.http.get(f"{CASES}/counts").status_code == 403, "counts are of what one may read"
    here, elsewhere = (
        PageUser(system, who).http.get(f"{CASES}/counts").text for who in ("attache-bangkok", "attache-seoul")
    )
    assert "All</span> <b>0</b>" not in here and "All</span> <b>0</b>" in elsewhere, (
        "counts are of what is within reach"
    )
    nobody = httpx2.Client(base_url=system.url, follow_redirects=True).get("/")
    assert nobody.url.path == "/sign-in"


def test_the_header_has_the_title_of_a_person_in_the_language_of_the_page(system: RunningSystem) -> None:
    user = PageUser(system, "officer")
    assert "Chan Vuthy, Officer at Poipet, Ministry of Interior</span>" in user.http.get("/").text
    user.http.cookies.set("domnaer_language", "km")
    page = user.http.get("/").text
    assert "Chan Vuthy, មន្ត្រីនៅប៉ោយប៉ែត ក្រសួងមហាផ្ទៃ</span>" in page and "Officer at" not in page
    assert all(each.title_km for each in demo_people()), "each person of the demo has both"


def test_pages_of_records_that_do_not_exist_say_so(system: RunningSystem) -> None:
    for who, path in (("reviewer", CONTRACTS), ("assessor", APPLICATIONS)):
        assert PageUser(system, who).http.get(f"{path}/{uuid4()}").status_code == 404
        assert PageUser(system, who).http.get(f"{path}?status=lost").status_code == 422
