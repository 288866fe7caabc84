"""The pages of vacancies in Cambodia: the list, one vacancy, and the forms that register, change and close it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.confirmation import confirmed_later
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
from services.reintegration.pages.queue import Chosen
from services.reintegration.permissions import (
    EMPLOYER_READ,
    VACANCY_READ,
    VACANCY_REGISTER,
    VacancyReadPage,
    VacancyRegisterPage,
)
from services.reintegration.projections.vacancies import find_vacancies, find_vacancy
from services.reintegration.queries.records import registered_employers, with_employers
from services.reintegration.queries.vacancies import page_of_vacancies
from services.reintegration.wording import VACANCIES_LIST, employer_name, vacancy_shown

LIST = "/reintegration/pages/vacancies"
NAV = NavItem(LIST, N_("Vacancies"), VACANCY_READ)
ROWS = 50
NAMES = {"wage.amount": "wage_amount", "wage.currency": "wage_currency", "wage": "wage_amount"}
WORK_GROUPS = {code: title for code, title in OCCUPATIONS.items() if len(code) == 2}
_WorkGroup = Annotated[str, Query(pattern="^[0-9]{2}$")]

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/vacancies", name="vacancies_page")
async def vacancies_page(
    request: Request,
    caller: VacancyReadPage,
    which: Annotated[Literal["open", "all"], Query()] = "open",
    province: Chosen[Province] = None,
    work: Chosen[_WorkGroup] = None,
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the vacancies with places left, or all, the latest registered first."""
    runtime = runtime_of(request)
    today = runtime.clock.today()

    async def listed(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        return await page_of_vacancies(
            runtime,
            open_on=today if which == "open" else None,
            province=province,
            work=work,
            limit=limit,
            cursor=cursor,
        )

    async def finding(pool: Pool, most: int) -> object:
        open_on = today if which == "open" else None
        return await find_vacancies(
            pool, runtime.schemas, open_on=open_on, province=province, work=work, limit=most
        )

    if file is not None:
        return await VACANCIES_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "vacancies.html",
        caller=caller,
        list=LIST,
        which=which,
        province=province or "",
        work=work or "",
        provinces=PROVINCES,
        work_groups=WORK_GROUPS,
        vacancies=[vacancy_shown(row, today) for row in page.items],
        next=page.next,
        may_register=caller.may(VACANCY_REGISTER),
        may_read_employers=caller.may(EMPLOYER_READ),
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
