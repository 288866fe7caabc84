"""A day at each desk, by the keyboard alone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from chassis.base.clock import Clock
from tests.system.journey import Traveller, crossing, employer_abroad, employer_at_home
from tests.system.keyboard import Keyboard
from tests.system.opened import WIDE, Opens
from tests.system.running_system import RunningSystem, until

LANGUAGES = ("en", "km")
Begins = Callable[[str], Keyboard]

pytestmark = [pytest.mark.parametrize("language", LANGUAGES), pytest.mark.timeout(300)]


@pytest.fixture
def begins(opens: Opens, language: str) -> Begins:
    """Open the first page of a person, which shows their own work first."""

    def begin(who: str) -> Keyboard:
        page = opens(who, WIDE, language)
        page.goto("/")
        keyboard = Keyboard(page, language)
        keyboard.arrived("/")
        return keyboard

    return begin


def somebody(family: str) -> Traveller:
    """Return a person whom no other test knows."""
    letters = "".join(chr(ord("A") + int(each, 16)) for each in uuid4().hex[-6:])
    return Traveller(f"{family} {letters}", "")


def test_an_officer_records_undoes_and_counts_at_the_post(begins: Begins) -> None:
    officer, first, second = begins("officer"), somebody("SOK"), somebody("CHEA")
    officer.opens("/border/pages")
    officer.choose("#field-direction", "in")
    for each in (first, second):
        officer.write("#field-name", each.latin)
        officer.choose("#field-sex", "2")
        officer.write("#field-born", "៣/៤/១៩៩០")  # Khmer digits are read wherever digits are typed
        officer.write("#field-document_number", each.passport)
        officer.page.keyboard.press("Enter")
        officer.sees(".answer .recorded", each.latin)
    officer.page.keyboard.press("F9")
    officer.sees("main .now[role=status]")
    officer.opens("/border/pages/crossings")
    expect(officer.page.locator("main")).to_contain_text(first.latin)
    expect(officer.page.locator("main")).not_to_contain_text(second.latin)
    officer.press('a[href*="/border/pages/crossings/print"]')
    officer.page.wait_for_url("**/border/pages/crossings/print**")
    expect(officer.page.locator("main")).to_contain_text(first.latin)


def test_an_attache_opens_a_case_works_on_it_and_closes_it(begins: Begins) -> None:
    attache, caller = begins("attache-bangkok"), somebody("PICH")
    attache.opens("/consular/pages/cases")
    attache.opens("/consular/pages/cases/new")
    attache.choose("#field-category", "wages")
    attache.choose("#field-urgency", "life_in_danger")
    attache.sends("#open-part button, main form .narrow > button")
    attache.arrived(re.compile(r"/consular/pages/cases/[0-9a-f-]{36}"))
    attache.sees("main .now")
    attache.choose("#field-action", "call")
    attache.write("#field-log_note", "ម្ចាស់មិនលើកទូរស័ព្ទ")
    attache.sends('form[action$="/actions"] > button')
    attache.sees("main", "ម្ចាស់មិនលើកទូរស័ព្ទ")
    attache.unfolds("#identify-part summary", "#field-person_latin")
    attache.write("#field-person_latin", caller.latin)
    attache.sends('form[action$="/identification"] > button')
    attache.sees("h1", caller.latin)
    attache.unfolds("#refer-part summary", "#field-referred_to")
    attache.choose("#field-referred_to", "nea")
    attache.choose("#field-consent", "spoken")
    attache.sends('form[action$="/referral"] > button')
    attache.arrived(re.compile("/referral$"))
    attache.page.go_back()
    attache.unfolds("#close-part summary", "#field-outcome")
    attache.choose("#field-outcome", "resolved")
    attache.sends('form[action$="/closing"] > button')
    expect(attache.page.locator("#field-action")).to_have_count(0)


def test_a_counsellor_counsels_proposes_a_vacancy_and_places(begins: Begins, system: RunningSystem) -> None:
    returnee = somebody("MEAS")
    at = Clock().now().isoformat()
    employer = system.recorded("/reintegration/employers", employer_at_home(), "counsellor-battambang")
    system.recorded(
        "/border/crossings",
        crossing("return", returnee.given(name={"latin": returnee.latin}), occurred_at=at),
    )
    counsellor = begins("counsellor-battambang")
    counsellor.opens("/reintegration/pages/employers")
    counsellor.opens(f"/reintegration/pages/employers/{employer['id']}")
    counsellor.opens(f"/reintegration/pages/employers/{employer['id']}/vacancies/new")
    counsellor.look_up("#field-occupation", "7112")
    counsellor.look_up("#field-sector", "F")
    counsellor.choose("#field-province", "02")
    counsellor.write("#field-wage_amount", "២៥០")
    counsellor.choose("#field-wage_currency", "USD")
    counsellor.choose("#field-wage_period", "month")
    counsellor.write("#field-places", "3")
    counsellor.sends("main form .narrow > button")
    counsellor.arrived(re.compile(r"/reintegration/pages/(vacancies|employers)/[0-9a-f-]{36}"))

    def found() -> str | None:
        counsellor.page.goto("/reintegration/pages/cases")
        link = counsellor.page.locator("main a", has_text=returnee.latin)
        return link.first.get_attribute("href") if link.count() else None

    counsellor.opens(until(found))
    counsellor.sends('form[action$="/assignment"] > button')
    counsellor.unfolds("summary#record-needs", "#field-need_1")
    counsellor.choose("#field-need_1", "finding_a_job")
    counsellor.look_up("#field-occupation_wanted", "7112")
    counsellor.sends('form[action$="/needs"] > button')
    counsellor.sends('form[action$="/matches"] > button')
    counsellor.sends('form[action$="/answers"] > button')
    counsellor.unfolds("summary#record-placement", "#field-placed_from")
    counsellor.write("#field-starts_on", Clock().today().strftime("%d/%m/%Y"))
    counsellor.sends('form[action$="/placement"] > button')
    counsellor.sees("#field-months, summary#follow-up")


def test_a_clerk_registers_a_reviewer_returns_and_approves(begins: Begins, system: RunningSystem) -> None:
    worker = somebody("YIM")
    employer = system.recorded("/recruitment/employers", employer_abroad(), "clerk")
    agency = begins("clerk")
    agency.opens("/recruitment/pages/employers")
    agency.opens(f"/recruitment/pages/employers/{employer['id']}")
    agency.opens(f"/recruitment/pages/employers/{employer['id']}/contract")
    agency.write("#field-person_latin", worker.latin)
    agency.choose("#field-person_sex", "2")
    agency.write("#field-person_born", "3/4/1990")
    agency.look_up("#field-occupation", "9313")
    agency.look_up("#field-sector", "F")
    agency.write("#field-starts_on", "1/1/2027")
    agency.write("#field-ends_on", "31/12/2028")
    agency.write("#field-wage_amount", "400")
    agency.write("#field-wage_currency", "THB")
    agency.choose("#field-wage_period", "day")
    agency.sends("main form .narrow > button")
    agency.arrived(re.compile(r"/recruitment/pages/employment-contracts/[0-9a-f-]{36}"))
    page = agency.page.url.removeprefix(system.url).split("?")[0]

    reviewer = begins("reviewer")
    reviewer.opens("/recruitment/pages/employment-contracts")
    reviewer.opens(page)
    reviewer.tick("input[name=fault_missing_clause]")
    reviewer.tick("input[name=clause_insurance]")
    reviewer.sends('form[action$="/return"] > button')
    reviewer.sees("main [role=status] strong")

    agency.page.goto("/recruitment/pages/employment-contracts")
    agency.opens("/recruitment/pages/employment-contracts?status=returned")
    agency.opens(page)
    agency.opens(f"{page}/amendment")
    agency.tick("input[name=clause_insurance]")
    agency.sends("main form button:not(.link):not([hidden])")
    agency.arrived(re.compile(f"{page}"))

    reviewer.page.goto(page)
    reviewer.sends('form[action$="/approval"] > button')
    expect(reviewer.page.locator('form[action$="/approval"]')).to_have_count(0)


def test_an_assessor_books_and_decides_and_a_qualifications_officer_recognises(
    begins: Begins, system: RunningSystem
) -> None:
    worker = somebody("NOU")
    applied = system.recorded(
        "/skills/applications",
        {
            "occurred_at": "2014-08-01T09:00:00+07:00",
            "occupation": "7112",
            "person": worker.given(name={"latin": worker.latin}),
        },
        "assessor",
    )
    page = f"/skills/pages/applications/{applied['id']}"
    assessor = begins("assessor")
    assessor.opens("/skills/pages/applications")
    assessor.opens(page)
    assessor.choose("#field-method", "practical_test")
    assessor.write("#field-booked_on", Clock().today().strftime("%d/%m/%Y"))
    assessor.choose("#field-booked_in", "02")
    assessor.sends('form[action$="/assessment"] > button')
    assessor.choose("#field-result", "competent")
    assessor.sends('form[action$="/decision"] > button')
    expect(assessor.page.locator("#field-result")).to_have_count(0)
    officer = begins("qualifications")
    officer.page.goto(page)
    officer.choose("#field-level", "3")
    officer.sends('form[action$="/recognition"] > button')
    officer.opens(f"{page}/revocation")


def test_a_supervisor_corrects_a_record_after_a_preview_and_sees_who_looked(
    begins: Begins, system: RunningSystem
) -> None:
    worker = somebody("TITH")
    recorded = system.recorded(
        "/border/crossings", crossing("return", worker.given(name={"latin": worker.latin})), "officer"
    )
    number = str(system.worker_of(document={"number": worker.passport})["number"])
    supervisor = begins("supervisor")
    supervisor.write("#text", worker.passport)
    supervisor.page.keyboard.press("Enter")
    supervisor.arrived(f"/registry/pages/workers/{number}")
    event = f"/border/pages/events/{recorded['events'][0]}"
    supervisor.page.goto(event)
    supervisor.opens(f"{event}/void")
    supervisor.choose("#field-reason", "duplicate")
    supervisor.sends("main form > button, main form .narrow > button")
    supervisor.sends("main form > button:not(.link), main form p > button")
    supervisor.sees("section.card[role=status]")
    supervisor.page.goto(f"/registry/pages/workers/{number}/audit")
