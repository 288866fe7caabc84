"""The vacancies that fit a returnee, with the reasons and filters: each is proposed, or noted as not suitable."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.pages.error_texts import PageError
from chassis.pages.rendering import pages_of
from chassis.pages.translation import N_
from chassis.pages.typed import number_typed
from contracts.codes.money import Money
from contracts.codes.places import PROVINCES, Province
from contracts.codes.reintegration import DeclineReason
from contracts.codes.work import OCCUPATIONS
from services.reintegration.deciders import cases
from services.reintegration.pages.queue import QUEUE, Chosen
from services.reintegration.permissions import CASE_WORK, CaseReadPage
from services.reintegration.queries.records import open_file, vacancies_for
from services.reintegration.wording import case_shown, ranking_shown

SHOWN = 30
_WorkGroup = Annotated[str, Query(pattern="^[0-9]{2}$")]

USUAL_CURRENCY: Final = "USD"
CURRENCIES_OF_WAGES: Final = ("USD", "KHR")
CurrencyCode = Literal["USD", "KHR"]
_NO_WAGE = PageError("wage", N_("this is not an amount"), N_("enter it in digits, such as 150"))

router = APIRouter(route_class=CallerFirstRoute)


def _wage(typed: str, currency: str) -> Money | None:
    """Return the least wage that was typed; None if none was, or if it is no amount."""
    try:
        return Money(amount=Decimal(number_typed(typed)), currency=currency) if typed.strip() else None
    except (InvalidOperation, ValidationError):
        return None


@router.get("/cases/{case_id}/vacancies", name="matches_page")
async def matches_page(
    request: Request,
    case_id: UUID,
    caller: CaseReadPage,
    province: Chosen[Province] = None,
    work: Chosen[_WorkGroup] = None,
    wage: Annotated[str, Query(max_length=20)] = "",
    currency: Chosen[CurrencyCode] = None,
) -> Response:
    """Show the vacancies that fit a returnee, the best first; with ``wage`` those that pay as much a month or more.

    A wage that was typed wrongly is named, and does not filter.
    """
    runtime = runtime_of(request)
    least = _wage(wage, currency or USUAL_CURRENCY)
    errors = (_NO_WAGE,) if wage.strip() and least is None else ()
    file = await open_file(runtime, caller, case_id, "rank_vacancies_page")
    found = await vacancies_for(runtime, file, SHOWN, province=province, work=work, wage=least)
    return pages_of(request).render(
        request,
        "reintegration_matches.html",
        status=422 if errors else 200,
        caller=caller,
        here=f"{QUEUE}/{case_id}",
        list=QUEUE,
        key=uuid4,
        errors=errors,
        given={},
        case=case_shown(file.row, runtime.clock.today()),
        person=file.person,
        may_work=caller.may(CASE_WORK) and cases.fold(file.steps).is_open,
        ranking=ranking_shown(found),
        province=province or "",
        work=work or "",
        wage=wage,
        currency=currency or USUAL_CURRENCY,
        currencies=CURRENCIES_OF_WAGES,
        provinces=PROVINCES,
        work_groups={code: title for code, title in OCCUPATIONS.items() if len(code) == 2},
        declines=list(DeclineReason),
    )
