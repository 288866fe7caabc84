"""The inbox of a mission: its cases by urgency and due date, with filters and counts, and the boards to print."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.rendering import NavItem, officers_of, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.missions import MissionCode
from contracts.envelope import RecorderId
from services.consular.permissions import CASE_OPEN, CASE_READ, CASE_WORK, CaseReadPage
from services.consular.projections.case_lists import (
    CaseFilter,
    State,
    count_by_choice,
    count_open_cases,
    find_cases,
    find_handed_over,
)
from services.consular.projections.category_groups import CategoryGroup
from services.consular.projections.colleagues import note_colleague
from services.consular.queries.case_lists import NamedCases, look_at_handed_over, look_at_named_cases
from services.consular.wording import CASES_LIST, GROUP_TITLES, shown

QUEUE = "/consular/pages/cases"
COUNTS = f"{QUEUE}/counts"
NAV = NavItem(QUEUE, N_("Cases"), CASE_READ, counts=COUNTS)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Literal["mine", "unassigned", "all", "handed_over"], Query()] = "all",
    group: Annotated[CategoryGroup | Literal[""], Query()] = "",
    attache: Annotated[RecorderId | Literal[""], Query()] = "",
    mission: Annotated[MissionCode | Literal[""], Query()] = "",
    state: Annotated[State, Query()] = "open",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show cases: open ones by urgency and then due date, closed ones, or those handed over to other missions."""
    runtime = runtime_of(request)
    pool, schema, now = runtime.pool, runtime.schemas["assistance_cases"], runtime.clock.now()
    await note_colleague(pool, caller, caller.may(CASE_WORK))
    chosen = CaseFilter(
        "all" if whose == "handed_over" else whose, state, group or None, attache or None, mission or None
    )

    async def listed(after: str | None, limit: int) -> NamedCases:
        if whose == "handed_over":
            return await look_at_handed_over(runtime, caller, limit, after)
        return await look_at_named_cases(runtime, caller, chosen, limit, after)

    async def with_persons(after: str | None, limit: int) -> Page[dict[str, Any]]:
        return (await listed(after, limit)).with_persons()

    async def finding(pool: Pool, most: int) -> object:
        if whose == "handed_over":
            return await find_handed_over(pool, schema, caller, limit=most)
        return await find_cases(pool, schema, caller, chosen, limit=most)

    if file is not None:
        return await CASES_LIST.answer(request, caller, file, with_persons, finding=finding)
    found = await listed(cursor, ROWS)
    choices = await count_by_choice(
        pool, schema, caller, CaseFilter(chosen.whose, state, mission=chosen.mission)
    )
    within = await count_by_choice(pool, schema, caller, chosen)
    in_charge = [each for each in choices.attaches if each]
    names = officers_of(request)
    given = {"whose": whose, "state": state, "group": group, "attache": attache, "mission": mission}

    def link(**changes: Any) -> str:
        """Return the address of the list with other choices."""
        query = {name: value for name, value in (given | changes).items() if value}
        return f"{QUEUE}?{urlencode(query)}"

    return pages_of(request).render(
        request,
        "assistance_queue.html",
        caller=caller,
        list=QUEUE,
        whose=whose,
        state=state,
        group=group,
        attache=attache,
        link=link,
        groups=GROUP_TITLES,
        by_group=choices.groups,
        by_attache=[
            (each, names.get(each, each), choices.attaches[each])
            for each in sorted(in_charge, key=lambda code: names.get(code, code))
        ],
        matching=sum(within.attaches.values()),
        counts=await count_open_cases(pool, schema, caller, now),
        cases=[shown(row, now) for row in found.page.items],
        persons=found.persons,
        first=cursor is None,
        next=found.page.next,
        may_open=caller.may(CASE_OPEN),
    )


@router.get("/cases/counts", name="queue_counts")
async def queue_counts(request: Request, caller: CaseReadPage) -> Response:
    """Show the counts of the queue on the first page. Whoever signs in is known as a colleague from then on."""
    runtime = runtime_of(request)
    await note_colleague(runtime.pool, caller, caller.may(CASE_WORK))
    schema = runtime.schemas["assistance_cases"]
    counts = await count_open_cases(runtime.pool, schema, caller, runtime.clock.now())
    return render_counts(
        request,
        caller,
        (
            WorkCount(N_("In danger"), counts["danger"], QUEUE, pressing=True),
            WorkCount(N_("Overdue"), counts["overdue"], QUEUE, pressing=True),
            WorkCount(N_("Due today"), counts["today"], QUEUE),
            WorkCount(N_("Mine"), counts["mine"], f"{QUEUE}?whose=mine"),
            WorkCount(N_("Nobody's"), counts["unassigned"], f"{QUEUE}?whose=unassigned"),
            WorkCount(N_("All"), counts["all"], QUEUE),
        ),
    )
