"""Boards to print: the people in detention and the missing people of whom a mission has open cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.rendering import pages_of
from chassis.store.database import Pool
from contracts.codes.assistance import AssistanceAction, Contact
from contracts.consular import AssistanceActionLogged
from contracts.envelope import Event, Fact
from services.consular.pages.inbox import QUEUE
from services.consular.permissions import CaseReadPage
from services.consular.projections.case_lists import CaseFilter, find_cases
from services.consular.projections.category_groups import CategoryGroup
from services.consular.queries.case_lists import look_at_named_cases
from services.consular.wording import BOARD_LIST, GROUP_TITLES, shown

ROWS = 200
_WITH_THE_WORKER = (Contact.WORKER_IN_PERSON, Contact.WORKER_REMOTELY)

router = APIRouter(route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class Contacts:
    """The days of the last visit to a person in detention and of the last contact with the person."""

    visited_at: datetime | None
    in_contact_at: datetime | None

    @classmethod
    def of(cls, events: Sequence[Event[Fact]]) -> Contacts:
        """Return the last contacts from the valid events of a case."""
        actions = [
            (each.occurred_at, each.facts)
            for each in events
            if isinstance(each.facts, AssistanceActionLogged)
        ]
        visits = [at for at, facts in actions if facts.action is AssistanceAction.DETENTION_VISIT]
        contacts = [at for at, facts in actions if facts.with_whom in _WITH_THE_WORKER]
        return cls(max(visits, default=None), max([*visits, *contacts], default=None))


@router.get("/boards/{board}", name="case_board")
async def case_board(
    request: Request,
    caller: CaseReadPage,
    board: Annotated[Literal["detention", "missing"], Path()],
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the people of the open cases of detention or of missing people, the most urgent first."""
    runtime = runtime_of(request)
    now, group = runtime.clock.now(), CategoryGroup(board)

    async def listed(after: str | None, limit: int) -> Page[dict[str, Any]]:
        cases = await look_at_named_cases(runtime, caller, CaseFilter(group=group), limit, after)
        page = cases.with_persons()
        rows = ({**row, "contacts": Contacts.of(cases.events[row["case_id"]])} for row in page.items)
        return Page(items=tuple(rows), next=page.next)

    async def finding(pool: Pool, most: int) -> object:
        schema = runtime.schemas["assistance_cases"]
        return await find_cases(pool, schema, caller, CaseFilter(group=group), limit=most)

    if file is not None:
        return await BOARD_LIST.answer(request, caller, file, listed, {"board": board}, finding=finding)
    found = await look_at_named_cases(runtime, caller, CaseFilter(group=group), ROWS, cursor)
    rows: list[dict[str, Any]] = [
        shown(row, now)
        | {
            "contacts": Contacts.of(found.events[row.case_id]),
            "days": max(0, (now - row.opened_at).days),
        }
        for row in found.page.items
    ]
    return pages_of(request).render(
        request,
        "case_board.html",
        caller=caller,
        list=QUEUE,
        board=board,
        title=GROUP_TITLES[group],
        now=now,
        cases=rows,
        persons=found.persons,
        next=found.page.next,
    )
