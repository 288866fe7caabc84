"""The booth: one form for each person who crosses, and after it what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.base.ids import new_id
from chassis.commands.idempotency import Outcome
from chassis.commands.recorded_event import UNDO
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from services.border.deciders import at_post, crossings
from services.border.domain.crossing import CrossingCommand
from services.border.pages.booth_answer import answer_to, likely_as_typed
from services.border.pages.crossing_form import Family, Kept, choices, command_of
from services.border.pages.zone_fields import fields_of_zone
from services.border.permissions import CROSSING_RECORD, EVENT_CORRECT, CrossingRecordPage
from services.border.queries.crossings import get_own_last
from services.border.wording import DIRECTIONS, crossing_shown

BOOTH = "/border/pages"
NAV = NavItem(BOOTH, N_("Booth"), CROSSING_RECORD, exact=True)

router = APIRouter(route_class=CallerFirstRoute)


@router.get("", name="booth_page")
async def booth_page(
    request: Request,
    caller: CrossingRecordPage,
    undone: Annotated[Literal["yes", "late"] | None, Query()] = None,
) -> Response:
    """Show the form for the next person."""
    return await _show(request, caller, Kept.of(request, caller), _alone(), undone=undone)


@router.post("/crossings", name="record_crossing_form")
async def record_crossing(request: Request, caller: CrossingRecordPage) -> Response:
    """Record the crossing of the form; what a document reader typed is shown first, to be compared with the document."""
    form = await SubmittedForm.of(request, caller)
    kept, family = Kept.from_form(form), Family.from_form(form)
    if typed := form.text("zone"):
        given, errors = fields_of_zone(typed, form.fields, runtime_of(request).clock.today())
        return await _show(request, caller, kept, family, errors=errors, given=given, read=errors is None)
    filled = command_of(form)
    recorded: list[tuple[CrossingCommand, Outcome]] = []

    async def begin(runner: CommandRunner, command: CrossingCommand) -> None:
        outcome = await runner.open(crossings, command, scope=at_post(command.checkpoint))
        recorded.append((command, outcome))

    errors = await form.carry_out(filled.command, filled.fields, begin, filled.names)
    if errors is not None:
        found = await likely_as_typed(runtime_of(request), caller, filled)
        return await _show(request, caller, kept, family, errors=errors, given=form.fields, likely=found)
    ((command, outcome),) = recorded
    answer = await answer_to(runtime_of(request), caller, command, outcome)
    shown = await _show(request, caller, kept, family.after(form, outcome.id), answer=answer)
    kept.keep(request, shown)
    return shown


@router.post("/hint", name="booth_hint")
async def hint(request: Request, caller: CrossingRecordPage) -> Response:
    """Answer with a part of the page: records that are probably the same as the one being typed. Nothing is recorded."""
    form = await SubmittedForm.of(request, caller)
    found = await likely_as_typed(runtime_of(request), caller, command_of(form))
    return pages_of(request).render(request, "booth_hint.html", caller=caller, likely=found)


def _alone() -> Family:
    return Family(family_id=str(new_id()))


async def _show(
    request: Request,
    caller: Caller,
    kept: Kept,
    family: Family,
    *,
    errors: FormErrors | None = None,
    given: Mapping[str, str] | None = None,
    answer: Mapping[str, Any] | None = None,
    undone: str | None = None,
    read: bool = False,
    likely: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """Show the form: filled in again, or empty for the next person, below the answer to the last one.

    With an answer, the crossing that can be undone is the one of the answer.
    """
    runtime = runtime_of(request)
    answered = None if answer is None else answer["id"]
    last = await get_own_last(runtime, caller, UNDO, answered) if caller.may(EVENT_CORRECT) else None
    return pages_of(request).render(
        request,
        "booth.html",
        status=errors.status if errors else 200,
        here=BOOTH,
        caller=caller,
        list=BOOTH,
        kept=kept,
        family=family,
        errors=errors.errors if errors else (),
        given=given or {},
        key=uuid4,
        answer=answer,
        last=crossing_shown(last) if last else None,
        undone=undone,
        read=read,
        likely=likely,
        directions=DIRECTIONS,
        **choices(caller),
    )
