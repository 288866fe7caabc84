"""The desk of an agency's clerk: contracts by form and by workbook, employers by name, and what was returned and why."""

from __future__ import annotations

import base64
import html
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest_asyncio
from python_calamine import CalamineWorkbook

from chassis.access.sessions import SESSION_COOKIE
from chassis.base.settings import Settings
from chassis.pages.catalogues import translations
from chassis.pages.rendering import LANGUAGE_COOKIE
from chassis.uploads.workbook_writer import workbook_of
from services.recruitment.main import service
from services.recruitment.pages import NAV
from services.recruitment.pages.contracts import LIST
from services.recruitment.pages.employers import LIST as EMPLOYERS
from tests.recruitment.office import (
    AGENCY,
    OTHER_AGENCY,
    REGISTERED_AGENCY,
    RETURN,
    People,
    employer,
    get,
    post,
    recorded,
    registration,
    workplace,
)
from tests.signed_in import signed_in

UPLOAD = f"{LIST}/uploads/registrations"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    async with signed_in(service, settings, NAV[0], tokens=People(), session="agency") as client:
        yield client


async def api(site: httpx2.AsyncClient, path: str, body: dict[str, Any], who: str = "agency") -> str:
    return await recorded(site, who, f"/recruitment{path}", body)


async def status(site: httpx2.AsyncClient, contract_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (
        await get(site, "reviewer", f"/recruitment/employment-contracts/{contract_id}")
    ).json()
    return found


async def as_person(site: httpx2.AsyncClient, who: str, page: str) -> httpx2.Response:
    return await site.get(page, headers={"Cookie": f"{SESSION_COOKIE}={who}"})


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def hidden(page: str, action: str) -> dict[str, str]:
    """Return what a form sends that is not typed into it."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form is not None, action
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])
    return {name: html.unescape(value) for name, value in found}


async def send(site: httpx2.AsyncClient, url: str, action: str, **typed: str) -> httpx2.Response:
    page = (await site.get(url)).text
    return await site.post(action, data=hidden(page, action) | typed)


TYPED = {
    "person_khmer": "ចាន់ សុភាព",
    "person_latin": "CHAN SOPHEAP",
    "person_sex": "2",
    "person_born": "1990",
    "person_phone": "012 345 678",
    "destination": "THA",
    "occupation": "9313",
    "sector": "F",
    "wage_amount": "៣០០",
    "wage_currency": "thb",
    "wage_period": "day",
    "starts_on": "2014-04-01",
    "ends_on": "2016-03-31",
    "deduction_2_kind": "lodging",
    "deduction_2_amount": "1,250.00",
    "deduction_2_currency": "THB",
    "deduction_2_period": "month",
    "clause_wage": "yes",
    "clause_insurance": "yes",
}


async def test_a_contract_is_registered_by_form_with_employer_and_workplace_by_name(
    site: httpx2.AsyncClient,
) -> None:
    employer_id = await api(site, "/employers", employer(name={"latin": "Nakhon Builders"}))
    at = f"{EMPLOYERS}/{employer_id}"
    form = hidden((await site.get(EMPLOYERS)).text, f"{EMPLOYERS}/search")
    assert at in (await site.post(f"{EMPLOYERS}/search", data=form | {"name": "nakhon"})).text
    place = await send(site, at, f"{at}/workplaces", name_latin="Tower 7", address="Rama IV")
    assert (place.status_code, place.headers["location"]) == (303, at)
    page = (await site.get(f"{at}/contract")).text
    chosen = re.search(r'<option value="([^"]+)">Tower 7</option>', page)
    assert chosen is not None and "Nakhon Builders" in page
    sent = hidden(page, f"{at}/contract/registration") | TYPED | {"workplace": chosen[1]}
    answers = [await site.post(f"{at}/contract/registration", data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303], answers[0].text
    assert answers[0].headers["location"] == answers[1].headers["location"]
    contract = await status(site, answers[0].headers["location"].rpartition("/")[2])
    terms = contract["terms"]
    assert (contract["agency_id"], contract["employer_id"]) == (AGENCY, employer_id)
    assert terms["wage"] == {"amount": "300", "currency": "THB"}
    assert (terms["workplace_id"], terms["clauses"]) == (chosen[1], ["wage", "insurance"])
    assert [(each["kind"], each["amount"]["amount"]) for each in terms["deductions"]] == [
        ("lodging", "1250.00")
    ]
    listed = words((await site.get(f"{LIST}?status=registered")).text)
    assert "CHAN SOPHEAP" in listed and "Nakhon Builders" in listed


async def test_a_wrong_form_is_shown_again_with_what_was_typed_and_the_errors_at_their_fields(
    site: httpx2.AsyncClient,
) -> None:
    at = f"{EMPLOYERS}/{await api(site, '/employers', employer())}/contract"
    wrong = {"wage_currency": "", "ends_on": "2014-03-01", "deduction_2_amount": "187,50"}
    answer = await send(site, at, f"{at}/registration", **TYPED | wrong)
    assert answer.status_code == 422
    for name in ("wage_currency", "deduction_2_amount"):
        assert f'id="why-{name}-1"' in answer.text and f'href="#field-{name}"' in answer.text
    assert (
        'value="CHAN SOPHEAP"' in answer.text and 'name="clause_insurance" value="yes" checked' in answer.text
    )
    right = {"wage_currency": "THB", "deduction_2_amount": "5"}
    answer = await send(site, at, f"{at}/registration", **TYPED | wrong | right)
    assert answer.status_code == 422 and 'id="why-ends_on-1"' in answer.text


async def test_the_list_says_what_was_returned_and_why_and_the_terms_are_amended_extended_and_ended(
    site: httpx2.AsyncClient,
) -> None:
    contract = await api(site, "/employment-contracts", registration())
    at = f"{LIST}/{contract}"
    answer = await post(site, "reviewer", f"/recruitment/employment-contracts/{contract}/return", RETURN)
    assert answer.status_code == 200
    listed = words((await site.get(f"{LIST}?status=returned")).text)
    assert "A clause is missing" in listed and "Missing: Insurance" in listed
    page = (await site.get(f"{at}/amendment")).text
    assert 'value="300.00"' in page and 'name="clause_rest_day" value="yes" checked' in page
    typed = {name: value for name, value in TYPED.items() if not name.startswith(("person", "deduction"))}
    amended = await send(site, f"{at}/amendment", f"{at}/amendment/terms", **typed)
    assert (amended.status_code, amended.headers["location"]) == (303, at)
    found = await status(site, contract)
    assert (found["status"], found["terms"]["clauses"]) == ("registered", ["wage", "insurance"])
    extended = await send(site, at, f"{at}/amendment/terms", ends_on="2017-03-31")
    assert extended.status_code == 303
    later = await status(site, contract)
    assert later["terms"] == found["terms"] | {"ends_on": "2017-03-31"}
    ended = await send(site, at, f"{at}/termination", ended_on="2015-01-31", end_reason="by_worker")
    assert ended.status_code == 303
    assert (await status(site, contract))["status"] == "terminated"
    assert "Extend it" not in (await site.get(at)).text


async def test_a_workbook_is_tried_and_recorded_and_comes_back_with_what_became_of_each_row(
    site: httpx2.AsyncClient,
) -> None:
    employer_id = await api(site, "/employers", employer(name={"latin": "Rayong Foods"}))
    await api(site, "/workplaces", workplace(employer_id, name={"latin": "Rayong pier"}))
    template = CalamineWorkbook.from_filelike(io.BytesIO((await site.get(f"{UPLOAD}/template.xlsx")).content))
    names = template.get_sheet_by_name("Rows").to_python()[0]
    lists = [str(cell) for row in template.get_sheet_by_name("Lists").to_python() for cell in row]
    chosen = {
        "occurred_at": "2014-03-03 09:00",
        "agency_id": next(each for each in lists if AGENCY in each),
        "employer_id": next(each for each in lists if each.startswith("Rayong Foods [")),
        "terms.workplace_id": next(each for each in lists if each.startswith("Rayong Foods: Rayong pier [")),
        "person.name.latin": "SOK DARA",
        "person.sex": "Female [2]",
        "terms.destination": "Thailand [THA]",
        "terms.sector": "F",
        "terms.occupation": next(each for each in lists if each.endswith("[9313]")),
        "terms.wage.amount": "310",
        "terms.wage.currency": "THB",
        "terms.wage_period": "A day [day]",
        "terms.starts_on": "2014-04-01",
        "terms.ends_on": "2016-03-31",
    }
    wrong = chosen | {"person.name.latin": "KEO VUTHY", "terms.ends_on": "2014-03-31"}
    rows = {nth: [row.get(name, "") for name in names] for nth, row in enumerate((chosen, wrong), 2)}
    content = workbook_of({1: names} | rows)
    key = str(uuid4())
    csrf = hidden((await site.get(UPLOAD)).text, f"{UPLOAD}/file")["csrf"]

    async def sent(act: str, file: bytes, key: str) -> str:
        answer = await site.post(
            f"{UPLOAD}/file",
            data={"csrf": csrf, "key": key, "act": act},
            files={"file": ("march.xlsx", file, XLSX)},
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    tried = await sent("try", content, key)
    assert "1 row would be recorded" in words(tried) and "1 row is refused" in words(tried)
    assert outcomes(tried) == [
        "would be recorded",
        "refused: terms.ends_on: This employment contract would end before it starts: its last day, 2014-03-31, is"
        " before its first day, 2014-04-01; give the agreed first and last day of work",
    ]
    much = chosen | {"terms.wage.amount": "much"}
    unread = workbook_of({1: names, 2: rows[2], 3: [much.get(name, "") for name in names]})
    site.cookies.set(LANGUAGE_COOKIE, "km")
    khmer = outcomes(await sent("try", content, key)) + outcomes(await sent("try", unread, key))
    site.cookies.delete(LANGUAGE_COOKIE)
    texts = translations("km")
    assert khmer[0] == khmer[2] == texts.gettext("would be recorded") != "would be recorded"
    ends, wage = (each.removeprefix(f"{texts.gettext('refused')}: ") for each in (khmer[1], khmer[3]))
    assert ends.startswith("terms.ends_on: ") and wage.startswith("terms.wage.amount: ")
    said = [each.partition(": ")[2] for each in (ends, wage)]
    assert not any(re.search("[a-z]{3}", each) for each in said), said
    page = await sent("record", content, key)
    assert "1 row recorded of 2 rows in the workbook" in words(page)
    assert outcomes(await sent("record", content, key))[0] == "recorded"
    assert "SOK DARA" in (await site.get(LIST)).text
    again = await sent("record", content, str(uuid4()))
    assert "0 rows recorded" in words(again) and "1 row was recorded before" in words(again)
    answer = await site.post(f"{UPLOAD}/file", data={"csrf": csrf, "key": key, "act": "try"})
    assert answer.status_code in (403, 422)


def outcomes(page: str) -> list[str]:
    """Return what the workbook in a page says about each of its rows."""
    found = re.search(r'download="march-checked.xlsx" href="data:[^,]*,([^"]*)"', page)
    assert found is not None
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(base64.b64decode(found[1])))
        .get_sheet_by_index(0)
        .to_python()
    )
    at = rows[0].index("upload.outcome")
    return [str(row[at]) for row in rows[1:]]


async def test_a_clerk_of_several_agencies_chooses_among_them_by_name(site: httpx2.AsyncClient) -> None:
    own = REGISTERED_AGENCY
    named = {
        "occurred_at": "2014-01-03T09:00:00+07:00",
        "id": own,
        "name": {"latin": "Angkor Bridge Manpower"},
    }
    headers = {"Authorization": "Bearer ministry", "Idempotency-Key": str(uuid4())}
    headers["Content-Type"] = "application/x-ndjson"
    answer = await site.post("/recruitment/agencies/bulk", content=json.dumps(named), headers=headers)
    assert answer.json()["taken"] == 1, answer.text
    employer_id = await api(site, "/employers", employer())
    at = f"{EMPLOYERS}/{employer_id}"
    for path in (f"{EMPLOYERS}/new", at, f"{at}/contract"):
        page = (await as_person(site, "both", path)).text
        # An agency that the ministry has not registered has no name.
        assert f'<option value="{own}">Angkor Bridge Manpower</option>' in page
        assert f'<option value="{AGENCY}">{AGENCY}</option>' in page
    template = (await as_person(site, "both", f"{UPLOAD}/template.xlsx")).content
    lists = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_name("Lists").to_python()
    assert f"Angkor Bridge Manpower [{own}]" in [cell for row in lists for cell in row]


async def test_each_form_of_an_agency_is_confirmed(site: httpx2.AsyncClient) -> None:
    employer_id = await api(site, "/employers", employer(name={"latin": "Trat Fisheries"}))
    contract = await api(site, "/employment-contracts", registration(employer_id=employer_id))
    at, employer_at = f"{LIST}/{contract}", f"{EMPLOYERS}/{employer_id}"
    terms_typed = {name: text for name, text in TYPED.items() if not name.startswith(("person", "deduction"))}
    forms: tuple[tuple[str, str, dict[str, str], str], ...] = (
        (f"{EMPLOYERS}/new", f"{EMPLOYERS}/new/opening", {"name_latin": "Rayong", "kind": "company", "country": "THA"}, "Employer registered"),
        (employer_at, f"{employer_at}/workplaces", {"name_latin": "Pier 4", "country": "THA"}, "Workplace registered"),
        (f"{employer_at}/contract", f"{employer_at}/contract/registration", TYPED, "Employment contract registered"),
        (f"{at}/amendment", f"{at}/amendment/terms", terms_typed, "Employment contract amended"),
        (at, f"{at}/termination", {"ended_on": "2015-01-31", "end_reason": "by_worker"}, "Employment contract terminated"),
    )  # fmt: skip
    for url, action, typed, title in forms:
        answer = await send(site, url, action, **typed)
        assert answer.status_code == 303, answer.text
        shown = (await site.get(answer.headers["location"])).text
        assert f"Recorded: {title}" in shown, title
        assert "Recorded:" not in (await site.get(answer.headers["location"])).text, "once"


async def test_pages_of_the_agency_are_for_its_own_clerks(site: httpx2.AsyncClient) -> None:
    contract = await api(site, "/employment-contracts", registration())
    employer_id = await api(site, "/employers", employer())
    foreign = await api(
        site, "/employers", employer(agency_id=OTHER_AGENCY, country="MYS"), who="other-agency"
    )
    pages = (f"{EMPLOYERS}/{employer_id}/contract", f"{LIST}/{contract}/amendment", UPLOAD)
    for page in pages:
        assert (await site.get(page)).status_code == 200
        assert (await as_person(site, "attache", page)).status_code == 403
    for page in (f"{EMPLOYERS}/{foreign}", f"{EMPLOYERS}/{foreign}/contract"):
        assert (await site.get(page)).status_code == 404
    for page in (f"{LIST}/{contract}", f"{LIST}/{contract}/amendment"):
        assert (await as_person(site, "other-agency", page)).status_code == 404
    assert contract not in (await as_person(site, "other-agency", LIST)).text
    at = f"{EMPLOYERS}/{employer_id}/contract"
    answer = await send(site, at, f"{at}/registration", **TYPED | {"agency_id": OTHER_AGENCY})
    assert answer.status_code == 403
