"""The pages of employers abroad: the list, one employer with its workplaces, and the forms that register them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute, page_permission
from chassis.commands.runtime import Runtime, runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, Opens, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.employment import EmployerKind
from contracts.codes.places import COUNTRIES, HOME
from contracts.codes.work import SECTORS
from services.recruitment.bulk import scope_stated
from services.recruitment.deciders import at_agency, employers, workplaces
from services.recruitment.domain.employer import RegisterEmployer
from services.recruitment.domain.workplace import RegisterWorkplace
from services.recruitment.permissions import CONTRACT_REGISTER, EMPLOYER_READ, EMPLOYER_REGISTER
from services.recruitment.projections.employers import find_employers
from services.recruitment.queries.organisations import agencies_of, look_at_employer, look_at_employers
from services.recruitment.schemas import EmployerRow
from services.recruitment.wording import EMPLOYERS_LIST

LIST = "/recruitment/pages/employers"
NAV = NavItem(LIST, N_("Employers"), EMPLOYER_READ)
ROWS = 50
EmployerReadPage = Annotated[Caller, Depends(page_permission(EMPLOYER_READ))]

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/employers", name="employers_page")
async def employers_page(
    request: Request, caller: EmployerReadPage, file: FileAsked = None, cursor: After = None
) -> Response:
    """Show the employers within reach, the latest registered first."""

    async def listed(after: str | None, limit: int) -> Page[EmployerRow]:
        return await look_at_employers(
            runtime_of(request), caller, name=None, country=None, kind=None, limit=limit, cursor=after
        )

    async def finding(pool: Pool, most: int) -> object:
        return await find_employers(pool, runtime_of(request).schemas["employers"], caller.reach, limit=most)

    if file is not None:
        return await EMPLOYERS_LIST.answer(request, caller, file, listed, finding=finding)
    return _show(request, caller, await listed(cursor, ROWS), {})


@router.post("/employers/search", name="search_employers_form")
async def search_page(request: Request, caller: EmployerReadPage) -> Response:
    """Show the first employers that a search by name or country finds; a name never is in an address."""
    form = await SubmittedForm.of(request, caller)
    country = form.text("country")
    page = await look_at_employers(
        runtime_of(request),
        caller,
        name=form.text("name")[:200] or None,
        country=country if country in COUNTRIES else None,
        kind=None,
        limit=ROWS,
        cursor=None,
    )
    return _show(request, caller, page, form.fields)


def _show(request: Request, caller: Caller, page: Page[EmployerRow], asked: Any) -> Response:
    return pages_of(request).render(
        request,
        "employers.html",
        here=LIST,
        caller=caller,
        list=LIST,
        employers=page.items,
        next=None if asked else page.next,
        more=bool(asked and page.next),
        asked=asked,
        countries=_abroad(),
        sectors=SECTORS,
        may_register=caller.may(EMPLOYER_REGISTER),
        may_contract=caller.may(CONTRACT_REGISTER),
    )


def choices(caller: Caller) -> dict[str, Any]:
    """Return the choices of the form that registers an employer."""
    return {"employer_kinds": list(EmployerKind)}


async def agencies_to_choose(runtime: Runtime, caller: Caller) -> dict[str, Any]:
    """Return the agencies for which the caller acts, by name."""
    return {"agencies": await agencies_of(runtime, caller)}


opening = OpeningPage(
    router,
    "/employers/new",
    list_url=LIST,
    name="new_employer_page",
    permission=EMPLOYER_REGISTER,
    decider=employers,
    template="new_employer.html",
    load=choices,
    scope=scope_stated,
    look_up=agencies_to_choose,
)
_NAMES = {"name": "name_khmer", "name.khmer": "name_khmer", "name.latin": "name_latin", "words": "note"}


@opening.form("register_employer_form")
def register_employer(form: SubmittedForm) -> FormCommand:
    """Register an employer."""
    fields = {"kind": form.text("kind"), "country": form.text("country"), "name": _name(form)}
    given = form.given("agency_id", "sector", "address", "region", "phone")
    return FormCommand(RegisterEmployer, fields | given | form.words("note"), _NAMES)


async def load_employer(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of an employer shows."""
    employer = await look_at_employer(asked.runtime, asked.caller, asked.record_id)
    return {
        "employer": employer,
        "countries": COUNTRIES,
        "sectors": SECTORS,
        "agencies": await agencies_of(asked.runtime, asked.caller),
        "shows": [workplaces.stream(each.workplace_id) for each in employer.workplaces],
        "may_register": asked.caller.may(EMPLOYER_REGISTER),
        "may_contract": asked.caller.may(CONTRACT_REGISTER),
        "may_change": asked.caller.reach.covers(at_agency(employer.agency_id, employer.country)),
    }


page = RecordPage(
    router,
    "/employers/{employer_id}",
    list_url=LIST,
    name="employer_page",
    permission=EMPLOYER_READ,
    decider=employers,
    template="employer.html",
    load=load_employer,
)


@page.form(
    "/workplaces",
    EMPLOYER_REGISTER,
    action="register_workplace_form",
    opens=Opens(workplaces, scope_stated),
)
def register_workplace(form: SubmittedForm) -> FormCommand:
    """Register a workplace of the employer, in the employer's country unless another is chosen."""
    fields: dict[str, Any] = {"employer_id": form.record_id, "country": form.text("country")}
    if name := _name(form):
        fields["name"] = name
    fields |= form.given("agency_id", "address", "region", "phone")
    return FormCommand(RegisterWorkplace, fields | form.words("note"), _NAMES)


def _name(form: SubmittedForm) -> dict[str, str]:
    given = form.given("name_khmer", "name_latin")
    return {name.removeprefix("name_"): typed for name, typed in given.items()}


def _abroad() -> dict[str, str]:
    return {code: name for code, name in COUNTRIES.items() if code != HOME}
