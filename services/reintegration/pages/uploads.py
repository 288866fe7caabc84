"""The page on which vacancies are registered from a workbook, after a dry run."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import Runtime
from chassis.pages.translation import N_
from chassis.upload_page import Choices, UploadPage
from contracts.codes.money import WagePeriod
from contracts.codes.places import PROVINCES
from contracts.codes.work import OCCUPATIONS, SECTORS
from services.reintegration.bulk import VACANCIES
from services.reintegration.pages.vacancies import LIST
from services.reintegration.queries.records import look_at_employers
from services.reintegration.wording import employer_name

OFFERED = 500
"""Employers that the template offers: those registered last."""

router = APIRouter(route_class=CallerFirstRoute)


async def lists_of_vacancies(runtime: Runtime, caller: Caller) -> Mapping[str, Choices]:
    """Return the choices of the columns of vacancies, with the employers by name."""
    found = await look_at_employers(
        runtime, caller, name=None, province=None, kind=None, limit=OFFERED, cursor=None
    )
    employers = [(each.employer_id, employer_name(each)) for each in found.items]
    employers.sort(key=lambda each: each[1].casefold())
    return {
        "employer_id": employers,
        "occupation": [(code, title) for code, title in OCCUPATIONS.items() if len(code) == 4],
        "sector": [(code, title) for code, title in SECTORS.items() if len(code) < 3],
        "province": list(PROVINCES.items()),
        "wage_period": [(each.value, each.title_en) for each in WagePeriod],
    }


UploadPage(
    router,
    "/vacancies/upload",
    list_url=LIST,
    name="upload_vacancies",
    title=N_("Register vacancies from a workbook"),
    bulk=VACANCIES,
    columns=(
        *("occurred_at", "employer_id", "occupation", "sector", "province"),
        *("wage.amount", "wage.currency", "wage_period", "places", "open_until"),
    ),
    lists=lists_of_vacancies,
)
