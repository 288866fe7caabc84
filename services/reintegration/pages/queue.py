"""The counsellor's queue: filters, orders, and a search by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked, Listed
from chassis.http.pagination import After, Page
from chassis.pages.error_texts import PageError
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.pages.typed import Unclear, day_typed
from chassis.store.database import Pool
from chassis.store.decider import NATIONAL_DESK
from contracts.codes.places import PROVINCES, Province
from contracts.codes.reintegration import Need
from contracts.reference.current import reference_data
from contracts.times import Day
from services.reintegration.permissions import CASE_READ, CASE_WORK, CaseReadPage
from services.reintegration.projections.queues import (
    CaseFilter,
    Order,
    PageQueue,
    WayBack,
    count_queues,
    find_queue,
)
from services.reintegration.queries.queues import look_at_queue, page_of_queue
from services.reintegration.wording import CASES_LIST, case_shown

QUEUE = "/reintegration/pages/cases"
COUNTS = f"{QUEUE}/counts"
NAV = NavItem(QUEUE, N_("Returnees"), CASE_READ, counts=COUNTS)
ROWS = 50
MOST_AT_ONCE = 100
"""Cases that are taken or closed at once, at most."""

router = APIRouter(route_class=CallerFirstRoute)

T = TypeVar("T")
_EMPTY = BeforeValidator(lambda typed: None if typed == "" else typed)
"""A browser sends the fields of a form also if nothing was chosen."""
Chosen = Annotated[T | None, _EMPTY, Query()]


def _day(typed: object) -> object:
    """Return a day that was typed; text that is none, or may mean another day, stays and is refused."""
    try:
        return (isinstance(typed, str) and day_typed(typed)) or typed or None
    except Unclear:
        return typed


ChosenDay = Annotated[Day | None, BeforeValidator(_day), Query()]


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """A queue as the address of its page names it: which one, in which order, and the filter."""

    queue: PageQueue
    order: Order | None
    chosen: dict[str, str]
    """The parameters of the filter that are filled in."""
    fits: CaseFilter

    @property
    def in_order(self) -> Order:
        """The order that was chosen, or the usual one: who came back last is met first, what is due by its day."""
        usual: dict[str, Order] = {"mine": "due", "overdue": "due", "aged": "waiting"}
        return self.order or usual.get(self.queue, "newest")

    def address(self, **changed: Any) -> str:
        """Return the query of the page with other values; None leaves a parameter out."""
        known: dict[str, Any] = {"queue": self.queue, "order": self.order, **self.chosen} | changed
        return urlencode({name: value for name, value in known.items() if value is not None})


def queue_asked(
    queue: Annotated[PageQueue, Query()] = "open",
    order: Chosen[Order] = None,
    province: Chosen[Province] = None,
    back_since: ChosenDay = None,
    back_until: ChosenDay = None,
    need: Chosen[Need | Literal["none"]] = None,
    deported: Chosen[Literal["yes", "no"]] = None,
    way_back: Chosen[WayBack] = None,
) -> QueueAsked:
    """Return the queue that an address names."""
    typed = {
        "province": province,
        "back_since": back_since,
        "back_until": back_until,
        "need": need,
        "deported": deported,
        "way_back": way_back,
    }
    return QueueAsked(
        queue,
        order,
        {name: str(value) for name, value in typed.items() if value is not None},
        CaseFilter(
            province=province,
            back_since=back_since,
            back_until=back_until,
            need="" if need == "none" else need,
            deported=None if deported is None else deported == "yes",
            way_back=way_back,
        ),
    )


Asked = Annotated[QueueAsked, Depends(queue_asked)]


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    asked: Asked,
    file: FileAsked = None,
    cursor: After = None,
    done: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
    left: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
) -> Response:
    """Show a queue of returnees. ``done`` and ``left`` count the cases of the form that was sent before."""
    if file is not None:

        async def finding(pool: Pool, most: int) -> object:
            runtime = runtime_of(request)
            schema, today = runtime.schemas["cases"], runtime.clock.today()
            return await find_queue(
                pool,
                schema,
                caller.reach,
                asked.queue,
                caller.id,
                today,
                asked.fits,
                asked.in_order,
                None,
                most,
            )

        listed = _listed(request, caller, asked)
        return await CASES_LIST.answer(request, caller, file, listed, finding=finding)
    return await queue_shown(request, caller, asked, cursor, done=(done, left))


def _listed(request: Request, caller: Caller, asked: QueueAsked) -> Listed:
    async def listed(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        return await page_of_queue(
            runtime_of(request),
            caller,
            asked.queue,
            "reintegration_queue_page",
            fits=asked.fits,
            order=asked.in_order,
            limit=limit,
            cursor=cursor,
            persons=True,
        )

    return listed


@router.get("/cases/counts", name="queue_counts")
async def queue_counts(request: Request, caller: CaseReadPage) -> Response:
    """Show the counts of the queues on the first page."""
    runtime = runtime_of(request)
    schema, today = runtime.schemas["cases"], runtime.clock.today()
    counts = await count_queues(runtime.pool, schema, caller.reach, caller.id, today)
    return render_counts(
        request,
        caller,
        (
            WorkCount(N_("Overdue"), counts["overdue"], f"{QUEUE}?queue=overdue", pressing=True),
            WorkCount(N_("Mine"), counts["mine"], f"{QUEUE}?queue=mine"),
            WorkCount(N_("Nobody's"), counts["unassigned"], f"{QUEUE}?queue=unassigned"),
            WorkCount(N_("All"), counts["open"], QUEUE),
        ),
    )


@router.post("/cases/search", name="search_cases_page")
async def search_cases_page(request: Request, caller: CaseReadPage) -> Response:
    """Show the cases of a name, open and closed. The form uses POST, so that no name appears in an address."""
    form, runtime = await SubmittedForm.of(request, caller), runtime_of(request)
    name, today = form.text("name")[:200], runtime.clock.today()
    rows = []
    if name:
        fits = CaseFilter(name=name)
        rows = await look_at_queue(
            runtime,
            caller,
            "all",
            "search_reintegration_cases_page",
            fits=fits,
            order="newest",
            limit=ROWS,
            persons=True,
        )
    return pages_of(request).render(
        request,
        "reintegration_search.html",
        caller=caller,
        here=QUEUE,
        list=QUEUE,
        name=name,
        cases=[case_shown(row, today) for row in rows[:ROWS]],
        more=len(rows) > ROWS,
    )


async def queue_shown(
    request: Request,
    caller: Caller,
    asked: QueueAsked,
    cursor: str | None,
    *,
    done: tuple[int, int] = (0, 0),
    errors: tuple[PageError, ...] = (),
    first: str = "",
) -> Response:
    runtime = runtime_of(request)
    today, queue = runtime.clock.today(), asked.queue
    page = await _listed(request, caller, asked)(cursor, ROWS)
    reach = caller.reach
    return pages_of(request).render(
        request,
        "reintegration_queue.html",
        status=422 if errors else 200,
        caller=caller,
        **({"here": f"{QUEUE}?{asked.address()}"} if request.method == "POST" else {}),
        list=QUEUE,
        asked=asked,
        queue=queue,
        counts=await count_queues(
            runtime.pool, runtime.schemas["cases"], reach, caller.id, today, asked.fits
        ),
        cases=[case_shown(row, today) for row in page.items],
        next=page.next,
        further=cursor is not None,
        may_choose=caller.may(CASE_WORK) and queue not in ("mine", "closed"),
        may_print=caller.may(CASE_WORK),
        months=reference_data().uncontacted_months(today),
        provinces={
            code: names
            for code, names in PROVINCES.items()
            if code != NATIONAL_DESK and (reach.national or code in reach.provinces)
        },
        needs=list(Need),
        done=done,
        errors=errors,
        first=first,
        key=uuid4,
    )
