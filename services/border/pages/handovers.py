"""The pages of handovers of deportees: the list, one handover with its count, and the form that announces one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.base.ids import new_id
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.crossings import DeportingAuthority, VehicleKind
from contracts.codes.people import PersonRole
from services.border.deciders import at_post, handovers
from services.border.domain.handover import AnnounceHandover, CountHandover
from services.border.pages.crossing_form import choices as choices_of_crossing
from services.border.pages.crossing_form import posts_of
from services.border.pages.screening_groups import not_asked_of
from services.border.pages.totals import AGE_BANDS, total_of, totals_by
from services.border.permissions import (
    CROSSING_READ,
    CROSSING_RECORD,
    HANDOVER_READ,
    HANDOVER_RECORD,
    HandoverReadPage,
)
from services.border.projections.handovers import find_handovers
from services.border.queries.crossings import list_handovers, look_at_handover
from services.border.wording import HANDOVERS_LIST, handover_shown

HANDOVERS = "/border/pages/handovers"
NAV = NavItem(HANDOVERS, N_("Handovers"), HANDOVER_READ)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/handovers", name="handovers_page")
async def handovers_page(
    request: Request, caller: HandoverReadPage, file: FileAsked = None, cursor: After = None
) -> Response:
    """Show the handovers, the latest announced first, those that are not counted marked."""

    async def listed(after: str | None, limit: int) -> Page[dict[str, Any]]:
        return await list_handovers(runtime_of(request), caller, limit, after)

    async def finding(pool: Pool, most: int) -> object:
        return await find_handovers(pool, runtime_of(request).schemas, caller.reach, None, most)

    if file is not None:
        return await HANDOVERS_LIST.answer(request, caller, file, listed, finding=finding)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "handovers.html",
        caller=caller,
        list=HANDOVERS,
        handovers=[handover_shown(row) for row in page.items],
        next=page.next,
        may_announce=caller.may(HANDOVER_RECORD),
        may_record=caller.may(CROSSING_RECORD),
    )


def choices(caller: Caller) -> dict[str, Any]:
    """Return the choices of the form that announces a handover."""
    known = choices_of_crossing(caller)
    return {
        "posts": known["posts"],
        "countries": known["countries"],
        "vehicles": known["vehicles"],
        "authorities": list(DeportingAuthority),
        "own_post": next(iter(posts_of(caller)), None) if len(posts_of(caller)) == 1 else None,
        "usual_vehicle": VehicleKind.LORRY,
    }


opening = OpeningPage(
    router,
    "/handovers/new",
    list_url=HANDOVERS,
    name="new_handover_page",
    permission=HANDOVER_RECORD,
    decider=handovers,
    template="new_handover.html",
    load=choices,
    scope=lambda command: at_post(command.checkpoint),
)


@opening.form("announce_handover_form")
def announce(form: SubmittedForm) -> FormCommand:
    """Announce a handover; its vehicle gets an id, which the crossings of its persons have too."""
    fields = {
        "occurred_at": form.moment("happened_at"),
        "count_announced": form.whole("count_announced"),
        "vehicle_id": str(new_id()),
        **form.given("checkpoint", "handed_over_by", "authority", "vehicle"),
    }
    return FormCommand(
        AnnounceHandover, {"checkpoint": "", "authority": ""} | fields, {"occurred_at": "happened_at"}
    )


async def load_handover(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a handover shows: both counts, and what was recorded under it by sex, role and age."""
    found = await look_at_handover(asked.runtime, asked.caller, asked.record_id)
    children = sum(row["persons"] for row in found.persons if row["role"] == PersonRole.CHILD)
    women = sum(
        row["persons"] for row in found.persons if row["role"] != PersonRole.CHILD and row["sex"] == 2
    )
    roles = {each.value: each.title_en for each in PersonRole}
    return {
        "handover": handover_shown(found.row),
        "announced": found.announced,
        "counted": found.counted,
        "recorded_women": women,
        "recorded_children": children,
        "by_role": totals_by(found.persons, roles, lambda row: str(row["role"])),
        "by_age": totals_by(found.persons, AGE_BANDS, lambda row: str(row["age_band"])),
        "total": total_of(N_("All"), found.persons),
        "may_count": asked.caller.may(HANDOVER_RECORD) and found.counted is None,
        "may_record": asked.caller.may(CROSSING_RECORD),
        "may_list": asked.caller.may(CROSSING_READ),
        "not_asked": await not_asked_of(asked.runtime, asked.caller, asked.record_id),
    }


page = RecordPage(
    router,
    "/handovers/{handover_id}",
    list_url=HANDOVERS,
    name="handover_page",
    permission=HANDOVER_READ,
    decider=handovers,
    template="handover.html",
    load=load_handover,
)


@page.form("/count", HANDOVER_RECORD, action="count_handover_form")
def count(form: SubmittedForm) -> FormCommand:
    """Record how many persons were taken over; women and children may be left empty."""
    parts = {name: form.whole(name) for name in ("women", "children") if form.text(name)}
    names = {"": "count_taken"}
    return FormCommand(CountHandover, {"count_taken": form.whole("count_taken"), **parts}, names)
