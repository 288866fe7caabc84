"""The pages of employers in Cambodia: the list with a search by name, one employer with its vacancies, and the forms."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from chassis.store.decider import ANYWHERE
from contracts.codes.employment import EmployerKind
from contracts.codes.places import PROVINCES, Province
from services.reintegration.deciders import employers
from services.reintegration.domain.employer import ChangeHomeEmployer, RegisterHomeEmployer
from services.reintegration.pages.queue import Chosen
from services.reintegration.permissions import (
    EMPLOYER_READ,
    EMPLOYER_REGISTER,
    VACANCY_REGISTER,
    EmployerReadPage,
)
from services.reintegration.projections.employers import find_employers
from services.reintegration.queries.records import look_at_employer, look_at_employers
from services.reintegration.queries.vacancies import page_of_vacancies
from services.reintegration.schemas import HomeEmployerRow
from services.reintegration.wording import EMPLOYERS_LIST, employer_shown, vacancy_shown

LIST = "/reintegration/pages/employers"
NAV = NavItem(LIST, N_("Employers"), EMPLOYER_READ)
ROWS = 50
VACANCIES = 50
NAMES = {"name.khmer": "name_khmer", "name.latin": "name_latin", "name": "name_latin"}

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/employers", name="employers_page")
async def employers_page(
    request: Request,
    caller: EmployerReadPage,
    province: Chosen[Province] = None,
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the employers of a province or of all, the last registered first."""

    async def listed(cursor: str | None, limit: int) -> Page[HomeEmployerRow]:
        return await look_at_employers(
            runtime_of(request), caller, name=None, province=province, kind=None, limit=limit, cursor=cursor
        )

    async def finding(pool: Pool, most: int) -> object:
        provinces = [province] if province else []
        return await find_employers(
            pool, runtime_of(request).schemas["employers"], provinces=provinces, limit=most
        )

    if file is not None:
        return await EMPLOYERS_LIST.answer(request, caller, file, listed, finding=finding)
    return await _list(request, caller, "", province, cursor)


@router.post("/employers/search", name="search_employers_page")
async def search_employers_page(request: Request, caller: EmployerReadPage) -> Response:
    """Show the employers of a name. The form uses POST: the name of a household is that of a person."""
    form = await SubmittedForm.of(request, caller)
    return await _list(request, caller, form.text("name")[:200], None, None)


async def _list(
    request: Request, caller: Caller, name: str, province: str | None, cursor: str | None
) -> Response:
    page = await look_at_employers(
        runtime_of(request),
        caller,
        name=name or None,
        province=province,
        kind=None,
        limit=ROWS,
        cursor=cursor,
    )
    return pages_of(request).render(
        request,
        "home_employers.html",
        caller=caller,
        here=f"{LIST}?province={province}" if province else LIST,
        list=LIST,
        name=name,
        province=province or "",
        provinces=PROVINCES,
        employers=[employer_shown(each) for each in page.items],
        next=None if name else page.next,
        more=name and page.next,
        may_register=caller.may(EMPLOYER_REGISTER),
    )


def choices(_: Caller) -> dict[str, Any]:
    """Return the choices of the form of an employer."""
    return {
        "kinds": list(EmployerKind),
        "provinces": PROVINCES,
        "known": {},
    }


def stated(form: SubmittedForm) -> dict[str, Any]:
    """Return the fields of an employer that were typed. Fields left empty are not known."""
    name = {key.removeprefix("name_"): typed for key, typed in form.given("name_khmer", "name_latin").items()}
    fields = {"name": name, "kind": form.text("kind"), "province": form.text("province")}
    return fields | form.given("sector", "address", "phone", "contact") | form.words("employer_note")


opening = OpeningPage(
    router,
    "/employers/new",
    list_url=LIST,
    name="new_employer_page",
    permission=EMPLOYER_REGISTER,
    decider=employers,
    template="new_home_employer.html",
    load=choices,
    scope=lambda command: ANYWHERE,
)


@opening.form("register_employer_form")
def register_employer(form: SubmittedForm) -> FormCommand:
    """Register an employer."""
    return FormCommand(RegisterHomeEmployer, stated(form), NAMES | {"words": "employer_note"})


async def load_employer(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of an employer shows."""
    runtime, caller = asked.runtime, asked.caller
    found = await look_at_employer(runtime, caller, asked.record_id)
    today = runtime.clock.today()
    page = await page_of_vacancies(runtime, open_on=None, employer_id=asked.record_id, limit=VACANCIES)
    row = HomeEmployerRow.model_validate(dict(found))
    codes = {"kind": str(found.kind), "province": found.province, "sector": found.sector or ""}
    typed = {
        name: getattr(found, name) or ""
        for name in ("name_khmer", "name_latin", "address", "phone", "contact")
    }
    return {
        **choices(caller),
        "employer": employer_shown(row),
        "known": codes | typed,
        "steps": list(reversed(found.steps)),
        "vacancies": [vacancy_shown(each, today) for each in page.items],
        "may_register": caller.may(EMPLOYER_REGISTER),
        "may_register_vacancies": caller.may(VACANCY_REGISTER),
    }


page = RecordPage(
    router,
    "/employers/{employer_id}",
    list_url=LIST,
    name="employer_page",
    permission=EMPLOYER_READ,
    decider=employers,
    template="home_employer.html",
    load=load_employer,
)


@page.form("/change", EMPLOYER_REGISTER, action="change_employer_form")
def change_employer(form: SubmittedForm) -> FormCommand:
    """Change the record of an employer."""
    return FormCommand(ChangeHomeEmployer, stated(form), NAMES | {"words": "employer_note"})
