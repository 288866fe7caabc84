"""Several cases at once: a page on which they are confirmed, and then each is taken, or closed as not contacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.pages.error_texts import PageError
from chassis.pages.form import SubmittedForm
from chassis.pages.rendering import pages_of
from chassis.pages.translation import N_
from contracts.codes.reintegration import ReintegrationOutcome
from contracts.command import Command
from services.reintegration.deciders import cases
from services.reintegration.domain.commands import AssignCase, CloseCase
from services.reintegration.pages.queue import MOST_AT_ONCE, QUEUE, Asked, QueueAsked, queue_shown
from services.reintegration.permissions import CaseWorkPage
from services.reintegration.queries.queues import look_at_cases, look_at_queue
from services.reintegration.wording import case_shown

router = APIRouter(route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class Act:
    """An act on each of the cases chosen, and the queue that is shown afterwards.

    ``fields`` are those of the command, from the caller and the counsellor who was shown in charge.
    """

    path: str
    command: type[Command]
    fields: Callable[[Caller, str | None], Mapping[str, Any]]
    next_queue: str


TAKING = Act(
    "taking", AssignCase, lambda caller, shown: {"counsellor": caller.id, "instead_of": shown}, "mine"
)
AGEING = Act(
    "ageing", CloseCase, lambda caller, shown: {"outcome": str(ReintegrationOutcome.NOT_CONTACTED)}, "aged"
)


@router.post("/cases/taking", name="take_cases_form")
async def take_cases(request: Request, caller: CaseWorkPage, asked: Asked) -> Response:
    """Assign several cases to the counsellor who sends the form.

    A case that another counsellor took since the list was shown stays with them.
    """
    return await _carry_out(request, caller, asked, TAKING)


@router.post("/cases/ageing", name="age_out_cases_form")
async def age_out_cases(request: Request, caller: CaseWorkPage, asked: Asked) -> Response:
    """Close several cases of returnees whom nobody contacted in time. The rule is decided for each case."""
    return await _carry_out(request, caller, asked, AGEING)


async def _carry_out(request: Request, caller: Caller, asked: QueueAsked, act: Act) -> Response:
    form, runtime = await SubmittedForm.of(request, caller), runtime_of(request)
    chosen = _ticked(form)
    if (typed := form.text("first")) and not chosen:
        first = form.whole("first")
        if not isinstance(first, int) or not 1 <= first <= MOST_AT_ONCE:
            return await _refused(request, caller, asked, N_("give a number from 1 to 100"), typed)
        chosen = await _first(request, caller, asked, first, act)
    if not chosen:
        return await _refused(request, caller, asked, N_("choose the cases"), typed)
    if len(chosen) > MOST_AT_ONCE:
        return await _refused(request, caller, asked, N_("choose at most 100 cases at once"), typed)
    rows = await look_at_cases(runtime, caller, chosen, f"{act.path}_of_cases_page")
    if form.text("confirmed") != "yes":
        return pages_of(request).render(
            request,
            "reintegration_selection.html",
            caller=caller,
            here=f"{QUEUE}?{asked.address()}",
            list=QUEUE,
            act=act.path,
            query=asked.address(),
            key=uuid4,
            cases=[case_shown(row, runtime.clock.today()) for row in rows],
        )
    done = 0
    for row in rows:
        done += await _one(request, form, row["case_id"], chosen[row["case_id"]] or None, act)
    after = asked.address(queue=act.next_queue, order=None, done=done, left=len(rows) - done or None)
    return RedirectResponse(f"{QUEUE}?{after}", 303)


def _ticked(form: SubmittedForm) -> dict[UUID, str]:
    """Return the cases that were ticked, with the counsellor who was shown in charge; other fields are ignored."""
    found = {}
    for name in form.fields:
        try:
            found[UUID(name.removeprefix("case_"))] = form.text(name)
        except ValueError:
            continue
    return found


async def _first(
    request: Request, caller: Caller, asked: QueueAsked, first: int, act: Act
) -> dict[UUID, str]:
    """Return the first cases of a list, without those that the caller has or that are closed."""
    rows = await look_at_queue(
        runtime_of(request),
        caller,
        asked.queue,
        "choose_cases_page",
        fits=asked.fits,
        order=asked.in_order,
        limit=first,
    )
    return {
        row["case_id"]: row["counsellor"] or ""
        for row in rows[:first]
        if row["outcome"] is None and (act is AGEING or row["counsellor"] != caller.id)
    }


async def _one(request: Request, form: SubmittedForm, case_id: UUID, shown: str | None, act: Act) -> bool:
    """Carry out the command on one of several cases, under a key of its own; return whether it was, now or before."""

    async def change(runner: CommandRunner, command: Command) -> None:
        await runner.change(cases, case_id, command)

    one = SubmittedForm(request, form.caller, {"key": f"{form.text('key')[:64]}/{case_id}"})
    return await one.carry_out(act.command, act.fields(form.caller, shown), change) is None


async def _refused(request: Request, caller: Caller, asked: QueueAsked, reason: str, typed: str) -> Response:
    return await queue_shown(request, caller, asked, None, errors=(PageError("first", reason),), first=typed)
