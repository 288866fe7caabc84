"""The lists from which fields of this service's forms choose a record: agencies, and employers abroad."""

from __future__ import annotations

from fastapi import APIRouter

from chassis.access.permissions import CallerFirstRoute
from chassis.pages.record_lists import RecordList
from chassis.pages.translation import N_
from services.recruitment.permissions import CONTRACT_READ, EMPLOYER_READ
from services.recruitment.queries.choices import (
    agencies_to_choose,
    employers_to_choose,
    letters_of_agencies_to_choose,
    letters_of_employers_to_choose,
    letters_of_own_agencies,
    own_agencies_to_choose,
)

router = APIRouter(route_class=CallerFirstRoute)

AGENCIES = RecordList(
    router,
    "recruitment/agencies",
    title=N_("Agencies"),
    permission=CONTRACT_READ,
    find=agencies_to_choose,
    letters=letters_of_agencies_to_choose,
)
OWN_AGENCIES = RecordList(
    router,
    "recruitment/own-agencies",
    title=N_("Agencies"),
    permission=CONTRACT_READ,
    find=own_agencies_to_choose,
    letters=letters_of_own_agencies,
)
EMPLOYERS = RecordList(
    router,
    "recruitment/employers",
    title=N_("Employers"),
    permission=EMPLOYER_READ,
    places="countries",
    find=employers_to_choose,
    letters=letters_of_employers_to_choose,
)
