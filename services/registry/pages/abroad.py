"""The list of the workers who are believed to be in a country, to print and to tick off: whom an officer reached."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access.permissions import CallerFirstRoute
from chassis.base.logs import correlation
from chassis.commands.idempotency import IdempotencyKeyMissing
from chassis.commands.runtime import RecordNotFound, runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.rendering import pages_of
from chassis.store.database import Pool
from contracts.codes.places import COUNTRIES, PROVINCES, Country
from services.registry.identity.number import shown
from services.registry.permissions import TICK, TickPage, WorkerSearchPage
from services.registry.projections.ticks import latest_ticks, record_ticks
from services.registry.queries.abroad import look_at_abroad
from services.registry.queries.candidates import candidates_abroad
from services.registry.queries.workers import reach_for, timeline_of
from services.registry.wording import flags as flag_words
from services.registry.wording.lists import ABROAD_LIST, TickedReading
from services.registry.wording.worker import born_shown

ABROAD = "/registry/pages/abroad"
ROWS = 25
_TICK = "tick_"
"""The names of the fields that tick a worker begin with it; the number follows."""

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/abroad", name="abroad_page")
async def abroad_page(
    request: Request,
    caller: WorkerSearchPage,
    country: Annotated[Country | Literal[""], Query()] = "",
    file: FileAsked = None,
    cursor: After = None,
    ticked: Annotated[int, Query(ge=0, le=ROWS)] = 0,
) -> Response:
    """Show the workers within reach who are believed to be in a country: the caller's own, if it is one and none is asked for.

    ``ticked`` is the number of ticks that the form before has stored.
    """
    runtime = runtime_of(request)
    pool = timeline_of(runtime).pool
    own = sorted(caller.reach.countries)
    chosen = country or (own[0] if len(own) == 1 else "")

    async def listed(after: str | None, limit: int) -> Page[Any]:
        return await look_at_abroad(runtime, caller, chosen, after, limit)

    async def finding(pool: Pool, most: int) -> object:
        return await candidates_abroad(pool, caller, chosen, most)

    async def with_ticks(after: str | None, limit: int) -> Page[Any]:
        page = await listed(after, limit)
        ticks = await latest_ticks(pool, chosen, [each.worker.number for each in page.items])
        rows = (TickedReading(each, ticks.get(each.worker.number)) for each in page.items)
        return Page(items=tuple(rows), next=page.next)

    if file is not None and chosen:
        return await ABROAD_LIST.answer(
            request, caller, file, with_ticks, {"country": chosen}, finding=finding, pool=pool
        )
    found = await listed(cursor, ROWS) if chosen else None
    numbers = [] if found is None else [each.worker.number for each in found.items]
    ticks = await latest_ticks(pool, chosen, numbers)
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
        ticks=ticks,
        ticked=ticked,
        may_tick=caller.may(TICK),
        cursor=cursor or "",
        key=uuid4,
        born=born_shown,
        provinces=PROVINCES,
        flags=flag_words.FLAGS,
        alarms=flag_words.ALARMS,
    )


@router.post("/abroad/ticks", name="tick_abroad_form")
async def tick_abroad(request: Request, caller: TickPage) -> Response:
    """Store whom the caller reached and whom not. Raises OutOfReach or RecordNotFound, and stores none then."""
    form, runtime = await SubmittedForm.of(request, caller), runtime_of(request)
    country = form.text("country")
    try:
        key = UUID(form.text("key"))
    except ValueError:
        raise IdempotencyKeyMissing("the form has no idempotency key", remedy="open the page again") from None
    if country not in COUNTRIES:
        raise RecordNotFound("there is no country of this code", remedy="open the page again")
    typed = {
        name.removeprefix(_TICK): text == "reached"
        for name, text in form.fields.items()
        if name.startswith(_TICK) and text in ("reached", "not_reached")
    }
    reached: dict[str, bool] = {}
    for number, yes in list(typed.items())[:ROWS]:
        _, reading = await reach_for(runtime, number, caller, None, entries=None)
        reached[reading.worker.number] = yes
    if reached:
        logged = runtime.audit.write(
            caller,
            "tick_workers",
            numbers=sorted(reached),
            correlation=correlation(),
            detail={"country": country},
        )
        pool = timeline_of(runtime).pool
        await record_ticks(pool, caller, key, country, reached, runtime.clock.now(), logged)
    query = {"country": country, "ticked": len(reached)} | form.given("cursor")
    return RedirectResponse(f"{ABROAD}?{urlencode(query)}", 303)
