"""The crossings of a day or of some of its hours by post, with their totals, on the screen and for printing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.circumstances import check_time
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.error_texts import PageError, unclear_error
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.pages.typed import Unclear, day_typed, hour_typed
from chassis.store.database import Pool
from contracts.times import PHNOM_PENH, later
from services.border.pages.crossing_form import posts_of
from services.border.pages.totals import AGE_BANDS, total_of, totals_by
from services.border.permissions import (
    CROSSING_READ,
    CROSSING_RECORD,
    EVENT_CORRECT,
    SCREENING_RECORD,
    CrossingReadPage,
)
from services.border.projections.periods import Period, find_of_period
from services.border.queries.crossings import count_period, look_at_period
from services.border.wording import CROSSINGS_LIST, KINDS, crossing_shown

CROSSINGS = "/border/pages/crossings"
NAV = NavItem(CROSSINGS, N_("Crossings"), CROSSING_READ)
ROWS = 50
PRINTED = 1000
"""The most crossings of a printed list; the totals count all."""
_DAY_ERROR = PageError("day", N_("this is not a date"), N_("enter it as 23/04/1990"))

router = APIRouter(route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class Asked:
    """The list that a caller chose: a day, a post, a period of that day and whose crossings."""

    day: date
    post: str
    begins: str
    ends: str
    whose: Literal["all", "mine"]
    errors: tuple[PageError, ...] = ()
    typed: str = ""

    def period(self, caller: Caller) -> Period:
        """Return the crossings that the caller may see of it."""
        posts = [each.code for each in posts_of(caller) if self.post in ("", each.code)]
        first, last = (hour_typed(each) for each in (self.begins, self.ends))
        since = datetime.combine(self.day, first or time(0), PHNOM_PENH)
        until = later(datetime.combine(self.day, time(0), PHNOM_PENH), timedelta(days=1))
        if last is not None:
            until = datetime.combine(self.day, last, PHNOM_PENH)
            if first is not None and last <= first:  # a night ends on the next day
                until = later(until, timedelta(days=1))
        return Period(posts, since, until, caller.id if self.whose == "mine" else None)

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address that shows it."""
        return {
            "day": str(self.day), "post": self.post, "begins": self.begins, "ends": self.ends, "whose": self.whose,
        }  # fmt: skip


def asked_for(
    request: Request,
    day: Annotated[str, Query(max_length=40)] = "",
    post: Annotated[str, Query(max_length=40)] = "",
    begins: Annotated[str, Query(max_length=10)] = "",
    ends: Annotated[str, Query(max_length=10)] = "",
    whose: Annotated[Literal["all", "mine"], Query()] = "all",
) -> Asked:
    """Read the choice from the address; today and its whole day if nothing is chosen."""
    today = runtime_of(request).clock.today()
    errors: list[PageError] = []
    try:
        chosen = day_typed(day) if day else today
    except Unclear as unclear:
        chosen, errors = None, [unclear_error("day", unclear)]
    if chosen is None and not errors:
        errors = [_DAY_ERROR]
    for name, typed in (("begins", begins), ("ends", ends)):
        if typed and hour_typed(typed) is None:
            errors.append(PageError(name, N_("this is not a time of day"), N_("enter it such as 8:30")))
    if chosen is not None:
        check_time(chosen, "occurrence", "day", today)
    return Asked(chosen or today, post, begins, ends, whose, tuple(errors), day)


@router.get("/crossings", name="crossings_page")
async def crossings_page(
    request: Request,
    caller: CrossingReadPage,
    asked: Annotated[Asked, Depends(asked_for)],
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the crossings of a day or of some of its hours, the latest first, with their totals."""

    async def listed(after: str | None, limit: int) -> Page[dict[str, Any]]:
        period = asked.period(caller)
        page, _ = await look_at_period(runtime_of(request), caller, period, limit, after, with_names=False)
        return page

    async def finding(pool: Pool, most: int) -> object:
        schema = runtime_of(request).schemas["crossings"]
        return await find_of_period(pool, schema, asked.period(caller), None, most)

    if file is not None:
        days = {"day": asked.day}
        return await CROSSINGS_LIST.answer(request, caller, file, listed, finding=finding, days=days)
    return await _show(request, caller, asked, "crossings.html", ROWS, cursor)


@router.get("/crossings/print", name="crossings_print_page")
async def crossings_print_page(
    request: Request, caller: CrossingReadPage, asked: Annotated[Asked, Depends(asked_for)]
) -> Response:
    """Show the list at the end of a shift for printing: totals, every crossing, who printed it and when."""
    return await _show(request, caller, asked, "crossings_print.html", PRINTED, None)


async def _show(
    request: Request, caller: Caller, asked: Asked, template: str, rows: int, cursor: str | None
) -> Response:
    """Show a list. Whoever records crossings at a post sees the names; others see sex and age."""
    runtime = runtime_of(request)
    period = asked.period(caller)
    page, persons = await look_at_period(
        runtime, caller, period, rows, cursor, with_names=caller.may(CROSSING_RECORD)
    )
    counted = await count_period(runtime, period)
    return pages_of(request).render(
        request,
        template,
        status=422 if asked.errors else 200,
        caller=caller,
        list=CROSSINGS,
        asked=asked,
        errors=asked.errors,
        posts={each.code: each.name for each in posts_of(caller)},
        crossings=[crossing_shown(row, persons.get(row["crossing_id"])) for row in page.items],
        next=page.next,
        named=caller.may(CROSSING_RECORD),
        may_correct=caller.may(EVENT_CORRECT),
        may_ask=caller.may(SCREENING_RECORD),
        now=runtime.clock.now(),
        **_totals(counted),
    )


def _totals(counted: list[dict[str, Any]]) -> dict[str, Any]:
    documents = {"yes": N_("With a document"), "no": N_("Without a document")}
    return {
        "by_kind": totals_by(counted, KINDS, lambda row: str(row["kind"])),
        "by_age": totals_by(counted, AGE_BANDS, lambda row: str(row["age_band"])),
        "by_document": totals_by(counted, documents, lambda row: "yes" if row["documented"] else "no"),
        "total": total_of(N_("All"), counted),
    }
