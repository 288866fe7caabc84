"""The list from which fields of this service's forms choose a record: the employers in Cambodia."""

from __future__ import annotations

from fastapi import APIRouter

from chassis.access.permissions import CallerFirstRoute
from chassis.pages.record_lists import RecordList
from chassis.pages.translation import N_
from services.reintegration.permissions import EMPLOYER_READ
from services.reintegration.queries.records import employers_to_choose, letters_to_choose

router = APIRouter(route_class=CallerFirstRoute)

EMPLOYERS = RecordList(
    router,
    "reintegration/employers",
    title=N_("Employers"),
    permission=EMPLOYER_READ,
    places="provinces",
    find=employers_to_choose,
    letters=letters_to_choose,
)
