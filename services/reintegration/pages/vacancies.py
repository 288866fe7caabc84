"""The pages of vacancies in Cambodia: the list, one vacancy, and the forms that register, change and close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.choosing import CHOSEN_FIELD
from chassis.pages.confirmation import confirmed_later
from chassis.pages.error_texts import PageError
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.money import WagePeriod
from contracts.codes.places import PROVINCES, Province
from contracts.codes.reintegration import VacancyEnd
from contracts.codes.work import OCCUPATIONS
from contracts.command import Command
from contracts.rulings import effective
from services.reintegration.deciders import vacancies
from services.reintegration.domain.vacancy import ChangeVacancy, CloseVacancy, RegisterVacancy
from services.reintegration.pages.choices import EMPLOYERS
from services.reintegration.pages.queue import Chosen
from services.reintegration.permissions import (
    EMPLOYER_READ,
    VACANCY_READ,
    VACANCY_REGISTER,
    VacancyReadPage,
    VacancyRegisterPage,
)
from services.reintegration.projections.vacancies import find_vacancies, find_vacancy
from services.reintegration.queries.records import employer_choice, registered_employers, with_employers
from services.reintegration.queries.vacancies import page_of_vacancies
from services.reintegration.wording import VACANCIES_LIST, employer_name, vacancy_shown

LIST = "/reintegration/pages/vacancies"
NAV = NavItem(LIST, N_("Vacancies"), VACANCY_READ)
ROWS = 50
NAMES = {"wage.amount": "wage_amount", "wage.currency": "wage_currency", "wage": "wage_amount"}
WORK_GROUPS = {code: title for code, title in OCCUPATIONS.items() if len(code) == 2}
_WorkGroup = Annotated[str, Query(pattern="^[0-9]{2}$")]
Which = Literal["open", "all"]

router = APIRouter(route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class VacanciesAsked:
    """The vacancies that the address of the list names."""

    which: Which
    province: str | None
    work: str | None
    employer: UUID | None = None

    @property
    def address(self) -> str:
        """Return the address of the list."""
        asked = {
            "which": self.which,
            "province": self.province,
            "work": self.work,
            "employer": self.employer,
        }
        return f"{LIST}?{urlencode({name: str(value) for name, value in asked.items() if value})}"


def vacancies_asked(
    which: Annotated[Which, Query()] = "open",
    province: Chosen[Province] = None,
    work: Chosen[_WorkGroup] = None,
    employer: Chosen[UUID] = None,
) -> VacanciesAsked:
    """Return the vacancies that an address names."""
    return VacanciesAsked(which, province, work, employer)


@router.get("/vacancies", name="vacancies_page")
async def vacancies_page(
    request: Request,
    caller: VacancyReadPage,
    asked: Annotated[VacanciesAsked, Depends(vacancies_asked)],
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the vacancies with places left, or all, the latest registered first."""

    async def listed(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        return await _listed(request, asked, cursor, limit)

    async def finding(pool: Pool, most: int) -> object:
        return await find_vacancies(
            pool,
            runtime_of(request).schemas,
            open_on=_open_on(request, asked),
            province=asked.province,
            work=asked.work,
            employer_id=asked.employer,
            limit=most,
        )

    if file is not None:
        return await VACANCIES_LIST.answer(request, caller, file, listed, finding=finding)
    given = {}
    if asked.employer is not None:
        known = await registered_employers(runtime_of(request), [asked.employer])
        found = [employer_choice(each) for each in known.values()]
        given["employer"] = EMPLOYERS.text_of(request, asked.employer, found)
    return await _show(request, caller, asked, await listed(cursor, ROWS), given)


@router.post("/vacancies/filter", name="filter_vacancies_form")
async def filter_vacancies(request: Request, caller: VacancyReadPage) -> Response:
    """Lead to the vacancies that are asked for; the name of an employer never is in an address."""
    form = await SubmittedForm.of(request, caller)
    province, work = form.text("province"), form.text("work")
    asked = VacanciesAsked(
        "all" if form.text("which") == "all" else "open",
        province if province in PROVINCES else None,
        work if work in WORK_GROUPS else None,
        form.chosen("employer"),
    )
    if form.unknown or CHOSEN_FIELD in form.fields:
        page, errors = await _listed(request, asked, None, ROWS), tuple(form.unknown.values())
        return await _show(request, caller, asked, page, form.fields, errors)
    return RedirectResponse(asked.address, 303)


def _open_on(request: Request, asked: VacanciesAsked) -> date | None:
    return runtime_of(request).clock.today() if asked.which == "open" else None


async def _listed(
    request: Request, asked: VacanciesAsked, cursor: str | None, limit: int
) -> Page[dict[str, Any]]:
    return await page_of_vacancies(
        runtime_of(request),
        open_on=_open_on(request, asked),
        province=asked.province,
        work=asked.work,
        employer_id=asked.employer,
        limit=limit,
        cursor=cursor,
    )


async def _show(
    request: Request,
    caller: Caller,
    asked: VacanciesAsked,
    page: Page[dict[str, Any]],
    given: Mapping[str, str],
    errors: tuple[PageError, ...] = (),
) -> Response:
    today = runtime_of(request).clock.today()
    return pages_of(request).render(
        request,
        "vacancies.html",
        status=422 if errors else 200,
        caller=caller,
        list=LIST,
        asked=asked,
        given=given,
        errors=errors,
        provinces=PROVINCES,
        work_groups=WORK_GROUPS,
        vacancies=[vacancy_shown(row, today) for row in page.items],
        next=page.next,
        may_register=caller.may(VACANCY_REGISTER),
        may_read_employers=caller.may(EMPLOYER_READ),
        **({} if request.method == "GET" else {"here": asked.address}),
    )


def choices() -> dict[str, Any]:
    """Return the choices of the form of a vacancy."""
    return {
        "provinces": PROVINCES,
        "currencies": [("USD", "USD"), ("KHR", "KHR")],
        "periods": list(WagePeriod),
    }


def stated(form: SubmittedForm) -> dict[str, Any]:
    """Return the terms of a vacancy that were typed."""
    fields: dict[str, Any] = {
        name: form.text(name) for name in ("occupation", "sector", "province", "wage_period")
    }
    fields |= {"places": form.whole("places")} | form.given("open_until")
    return fields | {"wage": {"amount": form.text("wage_amount"), "currency": form.text("wage_currency")}}


@router.get("/employers/{employer_id}/vacancies/new", name="new_vacancy_page")
async def new_vacancy_page(request: Request, employer_id: UUID, caller: VacancyRegisterPage) -> Response:
    """Show the form that registers a vacancy of an employer."""
    return await _form(request, caller, employer_id, None)


@router.post("/employers/{employer_id}/vacancies", name="register_vacancy_form")
async def register_vacancy(request: Request, employer_id: UUID, caller: VacancyRegisterPage) -> Response:
    """Register a vacancy of an employer; its page follows."""
    form = await SubmittedForm.of(request, caller)
    begun: list[UUID] = []

    async def begin(runner: CommandRunner, command: Command) -> None:
        begun.append((await runner.open(vacancies, command)).id)

    fields = stated(form) | {"employer_id": str(employer_id)}
    errors = await form.carry_out(RegisterVacancy, fields, begin, NAMES)
    if errors is not None:
        return await _form(request, caller, employer_id, errors)
    return confirmed_later(RedirectResponse(f"{LIST}/{begun[0]}", 303), request, form.recorded)


async def _form(request: Request, caller: Caller, employer_id: UUID, errors: FormErrors | None) -> Response:
    employer = (await registered_employers(runtime_of(request), [employer_id])).get(employer_id)
    if employer is None:
        raise RecordNotFound("there is no employer of this id")
    return pages_of(request).render(
        request,
        "new_vacancy.html",
        status=errors.status if errors else 200,
        caller=caller,
        here=f"/reintegration/pages/employers/{employer_id}/vacancies/new",
        list=LIST,
        key=uuid4,
        employer_id=employer_id,
        employer=employer_name(employer),
        errors=errors.errors if errors else (),
        given=errors.given if errors else {},
        known={
            "province": employer.province,
            "sector": employer.sector or "",
            "wage_currency": "USD",
            "wage_period": "month",
        },
        **choices(),
    )


async def load_vacancy(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a vacancy shows."""
    runtime = asked.runtime
    row = await find_vacancy(runtime.pool, runtime.schemas, asked.record_id)
    if row is None:
        raise RecordNotFound("there is no vacancy of this id")
    (found,) = await with_employers(runtime, [row])
    shown = vacancy_shown(found, runtime.clock.today())
    return {
        **choices(),
        "vacancy": shown,
        "known": {name: "" if value is None else value for name, value in shown["codes"].items()},
        "steps": list(reversed(effective(await runtime.store.load(vacancies.stream(asked.record_id))))),
        "ends": list(VacancyEnd),
        "may_register": asked.caller.may(VACANCY_REGISTER) and shown["closed_at"] is None,
        "may_read_employers": asked.caller.may(EMPLOYER_READ),
    }


page = RecordPage(
    router,
    "/vacancies/{vacancy_id}",
    list_url=LIST,
    name="vacancy_page",
    permission=VACANCY_READ,
    decider=vacancies,
    template="vacancy.html",
    load=load_vacancy,
)


@page.form("/change", VACANCY_REGISTER, action="change_vacancy_form")
def change_vacancy(form: SubmittedForm) -> FormCommand:
    """Change what a vacancy offers."""
    return FormCommand(ChangeVacancy, stated(form), NAMES)


@page.form("/closing", VACANCY_REGISTER, action="close_vacancy_form")
def close_vacancy(form: SubmittedForm) -> FormCommand:
    """Close a vacancy."""
    return FormCommand(CloseVacancy, {"reason": form.text("end_reason")}, {"reason": "end_reason"})
