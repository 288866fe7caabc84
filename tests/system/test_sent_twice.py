"""A form that is sent twice records once: by a double click, by the back button, and from a second window."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chassis.base.clock import Clock
from contracts.codes.assistance import ReferralOffice
from domnaer.all_services import find_services
from services.border.pages.screening_questions import ALL
from tests.system.journey import (
    AGENCY,
    PageUser,
    Records,
    Traveller,
    case,
    contract,
    crossing,
    record_journey,
    vacancy,
)
from tests.system.running_system import EVERYTHING, RunningSystem, each_of, until

_FORM = re.compile(r'<form (?:id="\w+" )?method="post" action="([^"]*)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_RECORDS_NOTHING = re.compile(
    r"/sign-out$|/search$|/filter$|/searches/.*|/preview$|/proposals$|/correction$|/void$|/events/[^/]*/undo$|/language/"
)
WITHOUT = {
    "booth_hint": "records nothing",
    "search": "records nothing",
    "preview_timeline_page": "records nothing",
    "search_cases_page": "records nothing",
    "search_employers_page": "records nothing",
    "search_employers_form": "records nothing",
    "choose_agencies": "records nothing",
    "choose_employers": "records nothing",
    "choose_own_agencies": "records nothing",
    "filter_contracts_form": "records nothing",
    "filter_vacancies_form": "records nothing",
    "check_approvals_form": "records nothing",
    "screening_proposals_form": "records nothing",
    "delete_saved_search": "deletes: a second time there is nothing to delete",
    "enrol_device": "a script's; tests/border/test_offline_devices.py repeats it",
    "issue_grant": "a script's; tests/border/test_offline_devices.py repeats it",
    "import_offline_records_form": "a file; each record has an id, tests/border/test_offline_import.py",
    "upload_deported_returns_form": "a file; all such pages are one class, and tests/recruitment/test_agency_desk.py repeats one",
    "upload_contracts_form": "a file, as above",
    "upload_amendments_form": "a file, as above",
    "upload_terminations_form": "a file, as above",
    "upload_vacancies_form": "a file, as above",
}
"""Forms that are not sent here, by the name of the route, each with the reason."""
ROWS = {
    "border": ("devices", "devices WHERE revoked_at IS NOT NULL", "referral_receipts"),
    "consular": ("referral_receipts",),
    "registry": ("saved_searches", "ticks"),
}
"""Tables that forms fill without an event."""
SEVERAL = {"take_case_form", "refer_form"}
"""Forms that record more than one event, or cause another service's."""
AT_ONCE = {200, 409}


@dataclass(frozen=True)
class Sent:
    """A form and its fields. ``page`` is an address, or opens the page; ``fields`` may be found on the page."""

    who: str
    page: str | Callable[[PageUser], str]
    form: str
    fields: dict[str, str] | Callable[[str], dict[str, str]] = field(default_factory=dict)

    def opened(self, user: PageUser) -> str:
        """Return the page with the form."""
        if not isinstance(self.page, str):
            return self.page(user)
        shown = user.http.get(self.page)
        assert shown.status_code == 200, (self.page, shown.text)
        return shown.text


def forms_of(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the address and the hidden fields of each form of a page that records something."""
    for form in _FORM.finditer(page):
        if not _RECORDS_NOTHING.search(html.unescape(form[1])):
            hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(form[0])}
            assert hidden.get("key"), f"{form[1]} has no key"
            yield html.unescape(form[1]), hidden


def form_routes() -> dict[str, list[tuple[str, Any]]]:
    """Return the routes of pages that take a form, by service: names, and the routes."""
    return {
        service.name: [
            (route.name, route)
            for route in each_of(() if service.pages is None else service.pages.routes)
            if "POST" in (getattr(route, "methods", None) or ())
        ]
        for service in find_services()
    }


def name_of(address: str) -> str:
    """Return the name of the route that takes a form."""
    path = address.partition("?")[0]
    service = path.split("/")[1]
    below = path.removeprefix(f"/{service}/pages")
    return next(name for name, route in form_routes()[service] if route.path_regex.match(below))


def count(system: RunningSystem, service: str) -> int:
    """Return the number of events and rows that a service has recorded."""
    pool = system.services[service].runtime.pool
    rows: int = sum(
        system.call(pool.fetchval(f"SELECT count(*) FROM {table}")) for table in ROWS.get(service, ())
    )
    return system.events_of(service) + rows


def send_twice(system: RunningSystem, one: Sent) -> str:
    """Send a form by a double click, again, and from a second window; return the name of its route."""
    user, second_window = PageUser(system, one.who), PageUser(system, one.who)
    page = one.opened(user)
    found = next(
        ((to, hidden) for to, hidden in forms_of(page) if to.partition("?")[0].endswith(one.form)), None
    )
    assert found is not None, (one.form, page)
    address, hidden = found
    name, service = name_of(address), address.split("/")[1]
    data = hidden | (one.fields if isinstance(one.fields, dict) else one.fields(page))
    before = count(system, service)
    with ThreadPoolExecutor(2) as clicks:
        answers = [
            each.result() for each in [clicks.submit(user.http.post, address, data=data) for _ in range(2)]
        ]
    assert {answer.status_code for answer in answers} <= AT_ONCE, (name, answers[0].text, answers[1].text)
    recorded = count(system, service) - before
    assert recorded >= 1, (name, answers[0].text)
    again = user.http.post(address, data=data)
    token = re.search(r'name="csrf" value="([^"]+)"', second_window.http.get("/").text)
    assert token is not None
    elsewhere = second_window.http.post(address, data=data | {"csrf": token[1]})
    assert (again.status_code, elsewhere.status_code) == (200, 200), (name, again.text)
    assert str(again.url) == str(elsewhere.url), name
    assert count(system, service) == before + recorded, name
    assert recorded == 1 or name in SEVERAL, (name, recorded)
    return name


def test_every_form_records_once_however_often_it_is_sent(system: RunningSystem) -> None:
    life = record_journey(system, Traveller("HENG SOTHEA", "ហេង សុធា"))
    forms = [
        *border_forms(system, life),
        *mission_forms(system, life),
        *ministry_forms(system, life),
        *registry_forms(system),
        *counselling_forms(system, life),
        *skills_forms(life),
    ]
    sent = {send_twice(system, each) for each in forms}
    routes = {name for of_service in form_routes().values() for name, _ in of_service}
    assert routes - sent == set(WITHOUT), "each form is sent here, or has a reason"


def first_of(address: str) -> Callable[[PageUser], str]:
    """Return what opens the first record of a list."""

    def open_it(user: PageUser) -> str:
        listed = user.http.get(address).text
        found = re.search(rf'href="({address}/[0-9a-f-]{{36}})"', listed)
        assert found is not None, listed
        return user.http.get(found[1]).text

    return open_it


def border_forms(system: RunningSystem, life: Records) -> Iterator[Sent]:
    pages, handover = "/border/pages", life.by_service["border"]["handover_id"]
    person = {"name": "KEO TWICE", "sex": "1", "document_kind": "passport"}
    walk = {
        "checkpoint": "KH-POI",
        "direction": "in",
        "country": "THA",
        "purpose": "work",
        "reason": "mass_return",
    }
    yield Sent("officer", pages, "/crossings", person | walk)
    yield Sent("officer", pages, "/undo")
    group = {"checkpoint": "KH-POI", "handed_over_by": "THA", "authority": "immigration", "vehicle": "lorry"}
    yield Sent("officer", f"{pages}/handovers/new", "/opening", group | {"count_announced": "៤០"})
    row = {"sex": "2", "name": "LONG TWICE", "document_kind": "border_pass", "role": "worker"}
    yield Sent("officer", f"{pages}/handovers/{handover}/persons", "/persons", row)
    yield Sent("officer", f"{pages}/handovers/{handover}", "/count", {"count_taken": "40"})
    back = system.recorded("/border/crossings", crossing("return", Traveller("SIM TWICE", "ស៊ឹម ពីរដង").given()))
    agreed = next(each.field for each in ALL if each.office is ReferralOffice.MOI)
    asked = f"{pages}/crossings/{back['id']}/questions"
    yield Sent("officer", asked, "/record", {"ended": "answered", agreed: "yes"})
    yield Sent("referrals", first_of(f"{pages}/referrals"), "/acknowledgement")
    yield Sent("officer", f"{pages}/devices", "/devices", {"post": "KH-POI", "device": "twice-1"})
    yield Sent("officer", f"{pages}/devices/twice-1/revocation", "/revocation", {"reason": "lost"})


def mission_forms(system: RunningSystem, life: Records) -> Iterator[Sent]:
    opened, other = (system.recorded("/consular/cases", case(None))["id"] for _ in range(2))
    cases, permits = "/consular/pages/cases", "/consular/pages/permits"
    soon = f"{Clock().today() + timedelta(days=20):%d/%m/%Y}"
    for form, fields in (
        ("/actions", {"action": "call", "log_note": "twice?"}),
        ("/due-date", {"due_on": soon}),
        ("/taking", {}),
        ("/identification", {"person_latin": "SOK DARA", "person_sex": "1"}),
        ("/restriction", {"named": "attache-bangkok"}),
        ("/closing", {"outcome": "resolved"}),
    ):
        yield Sent("attache-bangkok", f"{cases}/{opened}", form, fields)
    yield Sent("attache-bangkok", f"{cases}/new", "/opening", {"mission": "BKK", "category": "wages"})
    known = f"{cases}/{life.by_service['consular']['case_id']}"
    yield Sent("attache-bangkok", known, "/referral", {"referred_to": "moi", "consent": "spoken"})

    yield Sent("referrals", first_of("/consular/pages/referrals"), "/acknowledgement")
    yield Sent(EVERYTHING, known, "/giving", {"colleague": "attache-bangkok"})
    died = {"died_on": "23/04/2014", "died_in": "THA", "cause": "illness"}
    yield Sent("attache-bangkok", f"{cases}/{other}", "/death", died)
    yield Sent("attache-bangkok", f"{cases}/{other}", "/handover", {"to_mission": "KUL"})
    card = {"mission": "BKK", "kind": "pink_card", "valid_from": "20/07/2014", "person_latin": "SOK DARA"}
    yield Sent("attache-bangkok", f"{permits}/new", "/opening", card)
    lapse = {"lapsed_on": "01/06/2014", "reason": "expired"}
    yield Sent("attache-bangkok", f"{permits}/{life.by_service['consular']['permit_id']}", "/lapse", lapse)


def ministry_forms(system: RunningSystem, life: Records) -> Iterator[Sent]:
    contracts, employers = "/recruitment/pages/employment-contracts", "/recruitment/pages/employers"
    worker = Traveller("SAM RITH", "សំ រិទ្ធ").given()
    filed = [system.recorded("/recruitment/employment-contracts", contract(worker))["id"] for _ in range(3)]
    yield Sent("reviewer", f"{contracts}/{filed[0]}", "/return", {"fault_wage_below_minimum": "yes"})
    yield Sent("reviewer", f"{contracts}/{filed[1]}", "/approval")

    def checked(user: PageUser) -> str:
        token = re.search(r'name="csrf" value="([^"]+)"', user.http.get(contracts).text)
        assert token is not None
        chosen = {"csrf": token[1], f"contract_{filed[2]}": "yes"}
        return user.http.post(f"{contracts}/approvals/check", data=chosen).text

    yield Sent("reviewer", checked, "/approvals")
    terms = {
        "destination": "THA",
        "sector": "F",
        "occupation": "9313",
        "wage_amount": "300",
        "wage_currency": "THB",
    }
    terms |= {"wage_period": "day", "starts_on": "01/04/2013", "ends_on": "31/03/2015"}
    employer = life.by_service["recruitment"]["employer_id"]
    person = {"agency_id": AGENCY, "person_latin": "SOK TWICE", "person_sex": "1"}
    yield Sent(EVERYTHING, f"{employers}/{employer}/contract", "/registration", terms | person)
    yield Sent(EVERYTHING, f"{contracts}/{filed[0]}/amendment", "/terms", terms | {"wage_amount": "320"})
    ended = {"ended_on": "01/06/2014", "end_reason": "completed"}
    yield Sent(EVERYTHING, f"{contracts}/{filed[1]}", "/termination", ended)
    name = {"agency_id": AGENCY, "name_latin": "Twice Foods", "kind": "company", "country": "THA"}
    yield Sent(EVERYTHING, f"{employers}/new", "/opening", name)
    place = {"agency_id": AGENCY, "country": "THA", "region": "Rayong", "address": "Moo 4"}
    yield Sent(EVERYTHING, f"{employers}/{employer}", "/workplaces", place)


def registry_forms(system: RunningSystem) -> Iterator[Sent]:
    def searched(user: PageUser) -> str:
        token = re.search(r'name="csrf" value="([^"]+)"', user.http.get("/registry/pages/search").text)
        assert token is not None
        return user.http.post("/registry/pages/search", data={"csrf": token[1], "text": "NOBODY AT ALL"}).text

    yield Sent("registrar", searched, "/searches", {"name": "twice"})
    recently = (Clock().now() - timedelta(days=30)).isoformat()
    abroad = crossing("departure", Traveller("OUM TWICE", "អ៊ុំ ពីរដង").given(), occurred_at=recently)
    system.recorded("/border/crossings", abroad)

    def listed(user: PageUser) -> str:
        def there() -> str | None:
            page = user.http.get("/registry/pages/abroad?country=THA").text
            return page if 'name="tick_' in page else None

        return until(there)

    def ticked(page: str) -> dict[str, str]:
        return {re.findall(r'name="(tick_[^"]+)"', page)[0]: "reached"}

    yield Sent(EVERYTHING, listed, "/ticks", ticked)


def counselling_forms(system: RunningSystem, life: Records) -> Iterator[Sent]:
    of, today = life.by_service["reintegration"], Clock().today()
    pages = "/reintegration/pages"
    for _ in range(3):
        system.recorded("/reintegration/vacancies", vacancy(employer_id=of["employer_id"]))
    who, returnee = "counsellor-battambang", f"{pages}/cases/{of['case_id']}"
    begun = f"{today - timedelta(days=200):%d/%m/%Y}"
    for form, fields in (
        ("/assignment", {}),
        ("/needs", {"need_1": "finding_a_job", "need_2": "health", "occupation_wanted": "7112"}),
        ("/sessions", {"minutes": "៤៥"}),
        ("/unsuitable", {"unsuitable_for": "too_far"}),
        ("/matches", {}),
        ("/answers", {}),
        ("/referrals", {"referred_for": "7112"}),
        ("/placement", {"starts_on": begun, "placed_as": "7112", "placed_in": "02"}),
        ("/follow-up", {"months": "3", "work_now": "same_job"}),
        ("/closing", {"outcome": "placed"}),
    ):
        yield Sent(who, returnee, form, fields)
    back = system.recorded(
        "/border/crossings", crossing("return", Traveller("PEN TWICE", "ប៉ែន ពីរដង").given())
    )

    def opened() -> str | None:
        rows = system.get("/reintegration/cases", limit=200).json()["items"]
        return next((row["case_id"] for row in rows if row["about"] == f"crossing-{back['id']}"), None)

    another = until(opened)

    def chosen(act: str, queue: str) -> Callable[[PageUser], str]:
        def choose(user: PageUser) -> str:
            token = re.search(r'name="csrf" value="([^"]+)"', user.http.get(f"{pages}/cases").text)
            assert token is not None
            ticked = {"csrf": token[1], f"case_{another}": ""}
            return user.http.post(f"{pages}/cases/{act}?queue={queue}", data=ticked).text

        return choose

    yield Sent(EVERYTHING, chosen("taking", "open"), "/cases/taking")
    yield Sent(EVERYTHING, f"{pages}/cases/{another}", "/move", {"move_to": "01"})
    yield Sent(EVERYTHING, chosen("ageing", "aged"), "/cases/ageing")
    job = {"occupation": "7112", "sector": "F", "province": "02", "wage_period": "month", "places": "4"}
    job |= {"wage_amount": "250", "wage_currency": "USD"}
    yield Sent(who, f"{pages}/employers/{of['employer_id']}/vacancies/new", "/vacancies", job)
    yield Sent(who, f"{pages}/vacancies/{of['vacancy_id']}", "/change", job | {"places": "41"})
    yield Sent(who, f"{pages}/vacancies/{of['vacancy_id']}", "/closing", {"end_reason": "withdrawn"})
    mill = {"name_latin": "Twice Mill", "kind": "company", "province": "02"}
    yield Sent(who, f"{pages}/employers/new", "/opening", mill)
    yield Sent(who, f"{pages}/employers/{of['employer_id']}", "/change", mill)


def skills_forms(life: Records) -> Iterator[Sent]:
    today = Clock().today()
    application = f"/skills/pages/applications/{life.by_service['skills']['application_id']}"
    booked = {"method": "interview", "booked_on": f"{today:%d/%m/%Y}", "booked_in": "02"}
    yield Sent("assessor", application, "/assessment", booked)
    yield Sent("assessor", application, "/decision", {"result": "competent"})
    yield Sent("qualifications", application, "/recognition", {"level": "3"})
    yield Sent(
        "qualifications", f"{application}/revocation", "/revocation", {"revoked_for": "issued_in_error"}
    )
