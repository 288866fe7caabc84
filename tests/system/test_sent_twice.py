"""A form that is sent twice records once: by a double click, by the back button, and from a second window."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from chassis.base.clock import Clock
from tests.system.journey import PageUser, Records, Traveller, case, contract, record_journey
from tests.system.running_system import RunningSystem

_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_RECORDS_NOTHING = re.compile(
    r"/sign-out$|/search$|/searches|/preview$|/correction$|/void$|/undo$|/language/"
)


def forms_of(page: str) -> dict[str, dict[str, str]]:
    """Return the hidden fields of each form of a page that records something, by its address."""
    found = {}
    for form in _FORM.finditer(page):
        if not _RECORDS_NOTHING.search(form[1]):
            hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(form[0])}
            assert hidden.get("key"), f"{form[1]} has no key"
            found[html.unescape(form[1])] = hidden
    return found


def test_every_form_records_once_however_often_it_is_sent(system: RunningSystem) -> None:
    life: Records = record_journey(system, Traveller("HENG SOTHEA", "ហេង សុធា"))
    of, today = life.by_service, Clock().today()
    filed = system.recorded(
        "/recruitment/employment-contracts", contract(Traveller("SAM RITH", "សំ រិទ្ធ").given())
    )
    opened = system.recorded("/consular/cases", case(None))
    cases, permits = "/consular/pages/cases", "/consular/pages/permits"
    case_page, contracts = f"{cases}/{opened['id']}", "/recruitment/pages/employment-contracts"
    returnee = f"/reintegration/pages/cases/{of['reintegration']['case_id']}"
    application = f"/skills/pages/applications/{of['skills']['application_id']}"
    soon = f"{today + timedelta(days=20):%d/%m/%Y}"
    sent: list[tuple[str, str, str, dict[str, str]]] = [
        ("attache-bangkok", f"{cases}/new", "/opening", {"mission": "BKK", "category": "wages"}),
        ("attache-bangkok", case_page, "/actions", {"action": "call", "log_note": "twice?"}),
        ("attache-bangkok", case_page, "/due-date", {"due_on": soon}),
        ("attache-bangkok", case_page, "/taking", {}),
        ("attache-bangkok", case_page, "/identification", {"person_latin": "SOK DARA", "person_sex": "1"}),
        ("attache-bangkok", case_page, "/restriction", {"named": "attache-bangkok"}),
        ("attache-bangkok", case_page, "/closing", {"outcome": "resolved"}),
        (
            "attache-bangkok",
            f"{permits}/new",
            "/opening",
            {"mission": "BKK", "kind": "pink_card", "valid_from": "20/07/2014", "person_latin": "SOK DARA"},
        ),
        (
            "attache-bangkok",
            f"{permits}/{of['consular']['permit_id']}",
            "/lapse",
            {"lapsed_on": "01/06/2014", "reason": "expired"},
        ),
        ("reviewer", f"{contracts}/{filed['id']}", "/return", {"fault_wage_below_minimum": "yes"}),
        ("counsellor-battambang", returnee, "/assignment", {}),
        ("counsellor-battambang", returnee, "/sessions", {"minutes": "៤៥"}),
        ("counsellor-battambang", returnee, "/referrals", {"referred_for": "7112"}),
        ("counsellor-battambang", returnee, "/closing", {"outcome": "declined_help"}),
        (
            "assessor",
            application,
            "/assessment",
            {"method": "interview", "booked_on": f"{today:%d/%m/%Y}", "booked_in": "02"},
        ),
        ("assessor", application, "/decision", {"result": "competent"}),
        ("qualifications", application, "/recognition", {"level": "3"}),
    ]
    for who, page, form, fields in sent:
        service = page.split("/")[1]
        user, second_window = PageUser(system, who), PageUser(system, who)
        before = system.events_of(service)
        address, hidden = next(
            (address, hidden)
            for address, hidden in forms_of(user.http.get(page).text).items()
            if address.endswith(form)
        )
        data = hidden | fields
        with ThreadPoolExecutor(2) as clicks:
            answers = [
                each.result()
                for each in [clicks.submit(user.http.post, address, data=data) for _ in range(2)]
            ]
        assert {answer.status_code for answer in answers} <= {200, 409}, (form, answers[0].text)
        recorded = system.events_of(service) - before
        assert recorded >= 1, (form, answers[0].text)
        again = user.http.post(address, data=data)
        token = re.search(r'name="csrf" value="([^"]+)"', second_window.http.get(page).text)
        assert token is not None
        elsewhere = second_window.http.post(address, data=data | {"csrf": token[1]})
        assert (again.status_code, elsewhere.status_code) == (200, 200), (form, again.text)
        assert str(again.url) == str(elsewhere.url), form
        assert system.events_of(service) == before + recorded, form
        assert recorded == 1 or form in ("/assignment", "/referrals"), (form, recorded)
