"""The list of the workers who are believed to be in a country, to tick off and print."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.rendering import pages_of
from contracts.codes.places import COUNTRIES, PROVINCES, Country
from services.registry.identity.number import shown
from services.registry.permissions import WorkerSearchPage
from services.registry.queries.abroad import look_at_abroad
from services.registry.wording import flags as flag_words
from services.registry.wording.lists import ABROAD_LIST
from services.registry.wording.worker import born_shown

ROWS = 100

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/abroad", name="abroad_page")
async def abroad_page(
    request: Request,
    caller: WorkerSearchPage,
    country: Annotated[Country | Literal[""], Query()] = "",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the workers within reach who are believed to be in a country: the caller's own, if it is one and none is asked for."""
    runtime = runtime_of(request)
    own = sorted(caller.reach.countries)
    chosen = country or (own[0] if len(own) == 1 else "")

    async def listed(after: str | None, limit: int) -> Page[Any]:
        return await look_at_abroad(runtime, caller, chosen, after, limit)

    if file is not None and chosen:
        return await ABROAD_LIST.answer(request, caller, file, listed, {"country": chosen})
    found = await listed(cursor, ROWS) if chosen else None
    return pages_of(request).render(
        request,
        "abroad.html",
        caller=caller,
        chosen=chosen,
        countries={code: name for code, name in COUNTRIES.items() if code != "KHM"},
        now=runtime.clock.now(),
        readings=[] if found is None else found.items,
        next=None if found is None else found.next,
        shown_number=shown,
        born=born_shown,
        provinces=PROVINCES,
        flags=flag_words.FLAGS,
        alarms=flag_words.ALARMS,
    )
