"""The counsellor's pages: the queue of returnees, one case with its forms, vacancies, and employers in Cambodia.

A form sends the same command as the API. It contains an idempotency key, so that sending it twice records once.
"""

from __future__ import annotations

from fastapi import APIRouter

from services.reintegration.pages import (
    call_sheet,
    cases,
    choices,
    employers,
    follow_ups,
    matches,
    queue,
    selection,
    uploads,
    vacancies,
)

NAV = (queue.NAV, follow_ups.NAV, vacancies.NAV, employers.NAV)

router = APIRouter()
for _noun in (
    queue,
    selection,
    cases,
    matches,
    follow_ups,
    call_sheet,
    uploads,
    vacancies,
    employers,
    choices,
):
    router.include_router(_noun.router)
