"""Employers in Cambodia and their vacancies, as a browser registers, changes, finds and closes them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from chassis.access.permissions import Reach
from chassis.access.sessions import SESSION_COOKIE
from chassis.testing import Scenario
from chassis.uploads.lines import XLSX
from chassis.uploads.workbook_writer import workbook_of
from contracts.reintegration import VacancyClosed, VacancyRegistered
from services.reintegration.deciders import vacancies
from services.reintegration.domain.refusals import VacancyClosedAlready
from services.reintegration.domain.vacancy import ChangeVacancy, CloseVacancy
from services.reintegration.projections.vacancies import row
from tests.reintegration.agency import READ, VACANCIES, a_handle, event, receive, worked_abroad
from tests.reintegration.test_reintegration_case import AT, NOW, RECORDED
from tests.reintegration.test_reintegration_pages import Browser, browser
from tests.wrong_input import FOR_PROGRAMS, errors_shown, wrong_forms

__all__ = ["browser"]

PAGES = "/reintegration/pages"
TERMS = {
    "occupation": "8341",
    "sector": "49",
    "province": "02",
    "wage_amount": "210.50",
    "wage_currency": "USD",
    "wage_period": "month",
    "places": "2",
}
given = Scenario(vacancies, AT).given


async def opened(browser: Browser, path: str) -> str:
    answer = await browser.http.get(f"{PAGES}{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def fill(browser: Browser, path: str, form: str, /, **fields: str) -> httpx2.Response:
    """Fill in the form of a page that is sent to an address with this end; fields that are not named keep their values."""
    page = await opened(browser, path)
    found = re.search(rf'<form method="post" action="([^"]*/{form})".*?</form>', page, re.DOTALL)
    assert found is not None, page
    typed = dict(re.findall(r'<input [^>]*?name="(\w+)"[^>]*? value="([^"]*)"', found[0]))
    for name, options in re.findall(r'<select [^>]*?name="(\w+)".*?>(.*?)</select>', found[0], re.DOTALL):
        if chosen := re.search(r'value="([^"]*)" selected', options):
            typed[name] = chosen[1]
    typed = {name: html.unescape(value) for name, value in typed.items()}
    return await browser.http.post(found[1], data=typed | fields)


async def new_employer(browser: Browser, **fields: str) -> str:
    usual = {"name_latin": "Sangke Lorries", "kind": "company", "province": "02", "phone": "012 555 010"}
    answer = await fill(browser, "/employers/new", "opening", **usual | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(PAGES)


async def new_vacancy(browser: Browser, employer: str, **fields: str) -> str:
    answer = await fill(browser, f"{employer}/vacancies/new", "vacancies", **TERMS | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(PAGES)


async def test_an_employer_is_registered_changed_and_found_by_its_new_name(browser: Browser) -> None:
    employer = await new_employer(browser, address="Street 5", contact="Ms Sreyneang")
    page = await opened(browser, employer)
    assert "Sangke Lorries" in page and "Ms Sreyneang" in page and "012 555 010" in page
    answer = await fill(browser, employer, "change", name_latin="Angkor Transport", address="Street 9")
    assert answer.status_code == 303, answer.text
    page = await opened(browser, employer)
    assert "<h1>Angkor Transport</h1>" in page and "Street 9" in page
    assert "Ms Sreyneang" in page, "what was not changed stays"
    found = await fill(browser, "/employers", "search", name="angk trans")
    assert f'href="{PAGES}{employer}"' in found.text
    found = await fill(browser, "/employers", "search", name="Sangke Lorr")
    assert f'href="{PAGES}{employer}"' not in found.text
    assert employer in await opened(browser, "/employers?province=02")
    assert employer not in await opened(browser, "/employers?province=21")


async def test_the_vacancies_of_one_employer_are_listed_and_taken_as_a_file(browser: Browser) -> None:
    name = f"Filtered {uuid4().hex[:10]}"
    employer, other = await new_employer(browser, name_latin=name), await new_employer(browser)
    wanted, elsewhere = await new_vacancy(browser, employer), await new_vacancy(browser, other)
    closed = await new_vacancy(browser, employer)
    assert (await fill(browser, closed, "closing", end_reason="withdrawn")).status_code == 303
    answer = await fill(browser, "/vacancies", "filter", employer=name.lower(), province="02")
    assert answer.status_code == 303, answer.text
    employer_id = employer.rpartition("/")[2]
    address = answer.headers["location"]
    assert address == f"{PAGES}/vacancies?which=open&province=02&employer={employer_id}"
    page = await opened(browser, address.removeprefix(PAGES))
    assert wanted in page and elsewhere not in page and closed not in page
    assert f'value="{name}, Battambang ({employer_id[-8:].upper()})"' in page
    file = re.search(r'href="([^"]*file=csv[^"]*)"', page)
    assert file is not None
    rows = (await browser.http.get(html.unescape(file[1]))).text
    assert wanted.rpartition("/")[2] in rows and elsewhere.rpartition("/")[2] not in rows
    every = await opened(browser, f"/vacancies?which=all&employer={employer_id}")
    assert wanted in every and closed in every and elsewhere not in every
    wrong = await fill(browser, "/vacancies", "filter", employer=f"{name} x", work="83")
    assert wrong.status_code == 422 and "Employer: nothing of this name is in the list" in wrong.text
    assert f'value="{name} x"' in wrong.text and 'value="83" selected' in wrong.text


async def test_a_vacancy_is_registered_for_an_employer_changed_and_closed(browser: Browser) -> None:
    employer = await new_employer(browser)
    vacancy = await new_vacancy(browser, employer)
    listed = await opened(browser, "/vacancies?province=02&work=83")
    assert vacancy in listed and "USD 210.50" in listed and "Sangke Lorries" in listed
    assert vacancy not in await opened(browser, "/vacancies?work=71")
    answer = await fill(browser, vacancy, "change", wage_amount="230", places="3")
    assert answer.status_code == 303, answer.text
    page = await opened(browser, vacancy)
    assert "USD 230.00" in page and "3 places left" in page and "Vacancy changed" in page
    passport = a_handle()
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="8341"))
    case_id = await browser.came_back(passport)
    vacancy_id = vacancy.rpartition("/")[2]
    assert vacancy_id in await browser.page(f"/{case_id}")
    change = await opened(browser, vacancy)
    answer = await fill(browser, vacancy, "closing", end_reason="withdrawn")
    assert answer.status_code == 303, answer.text
    page = await opened(browser, vacancy)
    assert "Withdrawn by the employer" in page and "Change the vacancy" not in page
    assert vacancy_id not in await browser.page(f"/{case_id}"), "it is not offered any more"
    assert vacancy not in await opened(browser, "/vacancies") and vacancy in await opened(
        browser, "/vacancies?which=all"
    )
    late = re.search(
        r'<form method="post" action="([^"]*/closing)".*?name="csrf" value="([^"]*)"', change, re.DOTALL
    )
    assert late is not None
    answer = await browser.http.post(
        late[1], data={"csrf": late[2], "key": str(uuid4()), "end_reason": "filled"}
    )
    assert answer.status_code == 409 and "This vacancy is closed" in answer.text


async def test_no_form_of_an_employer_or_a_vacancy_shows_a_field_name_or_a_format(browser: Browser) -> None:
    employer = await new_employer(browser)
    vacancy = await new_vacancy(browser, employer)
    pages = [
        await opened(browser, path)
        for path in ("/employers/new", employer, f"{employer}/vacancies/new", vacancy)
    ]
    seen: set[str] = set()
    for wrong in [each for page in pages for each in wrong_forms(page)]:
        if wrong.value not in ("", "x_y", "-1", "2014-13-45"):
            continue
        answer = await browser.http.post(wrong.url, data=wrong.data)
        assert answer.status_code in (303, 409, 422), (wrong[:3], answer.text)
        if answer.status_code != 303:
            shown = errors_shown(answer.text)
            assert shown and not any(map(FOR_PROGRAMS.search, shown)), (wrong[:3], shown)
            seen.add(wrong.url.rpartition("/")[2])
    assert seen == {"opening", "change", "vacancies", "closing"}


async def test_whoever_may_only_look_registers_nothing(
    browser: Browser, token_of: Callable[..., str]
) -> None:
    employer = await new_employer(browser)
    vacancy = await new_vacancy(browser, employer)
    looks = token_of(READ, VACANCIES, person="looks-only", reach=Reach(provinces=frozenset(["02"])))
    cookies = {SESSION_COOKIE: looks}
    async with httpx2.AsyncClient(
        transport=browser.http._transport,
        base_url="http://desk.example",
        cookies=cookies,
        headers={"Accept": "text/html"},
    ) as http:
        page = await http.get(f"{PAGES}{vacancy}")
        assert page.status_code == 200 and "Close the vacancy" not in page.text
        csrf = re.findall(r'name="csrf" value="([^"]*)"', page.text)[0]
        for path in (
            f"{vacancy}/closing",
            f"{vacancy}/change",
            f"{employer}/vacancies",
            "/employers/opening",
        ):
            answer = await http.post(f"{PAGES}{path}", data={"csrf": csrf, "key": str(uuid4())})
            assert answer.status_code in (403, 404, 405), (path, answer.status_code)
        assert (await http.get(f"{PAGES}/employers")).status_code == 403
        assert (await http.get(f"{PAGES}/employers/{uuid4()}/vacancies/new")).status_code == 403


async def test_vacancies_are_registered_from_a_workbook_after_a_dry_run(browser: Browser) -> None:
    employer = (await new_employer(browser, name_latin="Workbook Mill")).rpartition("/")[2]
    page = await opened(browser, "/vacancies/upload")
    assert f'href="{PAGES}/vacancies/upload"' in await opened(browser, "/vacancies")
    template = await browser.http.get(f"{PAGES}/vacancies/upload/template.xlsx")
    assert template.status_code == 200 and template.content[:2] == b"PK"
    names = ["occurred_at", "employer_id", "occupation", "sector", "province", "wage.amount", "wage.currency"]
    names += ["wage_period", "places"]
    right = ["2014-06-20 09:00", f"Workbook Mill [{employer}]", "7543", "C", "Battambang [02]", "150", "USD"]
    right += ["month", "4"]
    wrong = [*right[:-1], "none"]
    file = workbook_of({1: names, 2: right, 3: wrong})
    csrf = re.findall(r'name="csrf" value="([^"]*)"', page)[-1]

    async def sent(act: str) -> str:
        answer = await browser.http.post(
            f"{PAGES}/vacancies/upload/file",
            data={"csrf": csrf, "key": str(uuid4()), "act": act},
            files={"file": ("june.xlsx", file, XLSX)},
        )
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())

    tried = await sent("try")
    assert "1 row would be recorded" in tried and "1 row is refused" in tried
    assert "Workbook Mill" not in await opened(browser, "/vacancies?work=75")
    assert "1 row recorded" in await sent("record")
    listed = await opened(browser, "/vacancies?work=75")
    assert "Workbook Mill" in listed and "USD 150.00" in listed


def registered(**terms: object) -> VacancyRegistered:
    usual = {
        "occupation": "8341",
        "sector": "H",
        "province": "02",
        "wage": {"amount": "200", "currency": "USD"},
    }
    return VacancyRegistered.model_validate(
        {
            "recorded": RECORDED,
            "employer_id": UUID(int=7),
            "wage_period": "month",
            "places": 2,
            **usual,
            **terms,
        }
    )


@pytest.mark.parametrize("kind", [ChangeVacancy, CloseVacancy])
def test_a_closed_vacancy_is_neither_changed_nor_closed_again(kind: type) -> None:
    terms = registered().model_dump(exclude={"recorded", "employer_id"})
    command = kind(occurred_at=NOW, **({"reason": "filled"} if kind is CloseVacancy else terms))
    closed = VacancyClosed(recorded=RECORDED, reason="withdrawn")
    given(registered(), closed).when(command).refused(VacancyClosedAlready)


def test_a_vacancy_is_as_it_was_stated_last_whatever_order_it_was_recorded_in() -> None:
    first = event("vacancy-" + str(UUID(int=9)), 1, registered())
    later = ChangeVacancy(
        occurred_at=NOW, **registered(places=5).model_dump(exclude={"recorded", "employer_id"})
    )
    earlier = later.model_copy(update={"places": 3})
    facts = [vacancies.decide(each, vacancies.initial, AT)[0] for each in (later, earlier)]
    events = [
        first,
        event(first.stream, 2, facts[0], occurred_at=first.occurred_at + timedelta(days=5)),
        event(first.stream, 3, facts[1], occurred_at=first.occurred_at + timedelta(days=2)),
    ]
    found = row(events)
    assert found is not None and 5 in found and date(2014, 1, 1) not in found
