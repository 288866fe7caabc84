"""The pages of the private questions: who was not asked yet, the questions, the proposed referrals, and the receipt.

No page keeps an answer: the answers come with one request, and its response proposes referrals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.assistance import Consent
from contracts.codes.places import CHECKPOINTS
from contracts.codes.screening import ScreeningEnd
from contracts.times import PHNOM_PENH, later
from services.border.deciders import at_post, screenings
from services.border.domain.screening import RecordScreening
from services.border.pages.crossing_form import posts_of
from services.border.pages.crossings import Asked, asked_for
from services.border.pages.screening_groups import group_of
from services.border.pages.screening_questions import ALL, QUESTIONS, proposed
from services.border.permissions import HANDOVER_READ, SCREENING_RECORD, HandoverReadPage, ScreeningRecordPage
from services.border.projections.periods import Period
from services.border.projections.screenings import count_not_asked, find_groups_not_asked
from services.border.queries.crossings import get_handover
from services.border.queries.screenings import (
    look_at_not_asked,
    look_at_own_screening,
    look_at_returnee,
    of_returnee,
)
from services.border.wording import crossing_shown, group_shown, handover_shown, reference_of

PAGES = "/border/pages"
LIST = f"{PAGES}/screenings"
COUNTS = f"{LIST}/counts"
NAV = NavItem(LIST, N_("Private questions"), SCREENING_RECORD, counts=COUNTS)
ROWS = 50
LEAVE_TO = "/"
"""The page to which "leave this page at once" leads: the first page says nothing of the one that was left."""

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/screenings", name="screenings_page")
async def screenings_page(
    request: Request,
    caller: ScreeningRecordPage,
    asked: Annotated[Asked, Depends(asked_for)],
    cursor: After = None,
) -> Response:
    """Show who came back on a day and was not asked yet."""
    runtime, period = runtime_of(request), replace(asked, whose="all").period(caller)
    page, persons = await look_at_not_asked(runtime, caller, period, ROWS, cursor)
    return pages_of(request).render(
        request,
        "screenings.html",
        status=422 if asked.errors else 200,
        caller=caller,
        list=LIST,
        pages=PAGES,
        asked=asked,
        errors=asked.errors,
        posts={each.code: each.name for each in posts_of(caller)},
        groups=[group_shown(row) for row in await _groups_of(request, caller, period)],
        crossings=[crossing_shown(row, persons.get(row["crossing_id"])) for row in page.items],
        next=page.next,
    )


async def _groups_of(request: Request, caller: Caller, period: Period) -> list[dict[str, Any]]:
    """Return the handovers of a period with persons who were not asked yet, if the caller may read handovers."""
    if not caller.may(HANDOVER_READ):
        return []
    runtime = runtime_of(request)
    return await find_groups_not_asked(runtime.pool, runtime.schemas, period, ROWS)


@router.get("/handovers/{handover_id}/screenings", name="handover_screenings_page")
async def handover_screenings_page(
    request: Request,
    handover_id: UUID,
    caller: ScreeningRecordPage,
    _: HandoverReadPage,
    cursor: After = None,
) -> Response:
    """Show the persons of a handover who were not asked yet, on whatever day they came."""
    runtime = runtime_of(request)
    handover = await get_handover(runtime, caller, handover_id)
    page, persons = await look_at_not_asked(runtime, caller, group_of(caller, handover_id), ROWS, cursor)
    return pages_of(request).render(
        request,
        "handover_screenings.html",
        caller=caller,
        list=LIST,
        pages=PAGES,
        here=f"{PAGES}/handovers/{handover_id}/screenings",
        handover=handover_shown(handover),
        crossings=[crossing_shown(row, persons.get(row["crossing_id"])) for row in page.items],
        next=page.next,
    )


@router.get("/screenings/counts", name="screening_counts")
async def screening_counts(request: Request, caller: ScreeningRecordPage) -> Response:
    """Show on the first page how many who came back today were not asked yet."""
    runtime = runtime_of(request)
    since = datetime.combine(runtime.clock.today(), time(0), PHNOM_PENH)
    period = Period([each.code for each in posts_of(caller)], since, later(since, timedelta(days=1)))
    found = await count_not_asked(runtime.pool, runtime.schemas, period)
    return render_counts(request, caller, (WorkCount(N_("Not asked yet today"), found, LIST),))


@router.get("/crossings/{crossing_id}/questions", name="screening_questions_page")
async def questions_page(request: Request, crossing_id: UUID, caller: ScreeningRecordPage) -> Response:
    """Show the private questions to a person who came back."""
    return await _show(request, caller, crossing_id, "screening_questions.html", questions=QUESTIONS)


@router.post("/crossings/{crossing_id}/questions/proposals", name="screening_proposals_form")
async def proposals(request: Request, crossing_id: UUID, caller: ScreeningRecordPage) -> Response:
    """Propose referrals by the answers of the form. Nothing is recorded, and the answers are dropped with the request."""
    form = await SubmittedForm.of(request, caller)
    return await _propose(request, caller, crossing_id, proposed(form.fields))


@router.post("/crossings/{crossing_id}/questions/record", name="record_screening_form")
async def record_screening(request: Request, crossing_id: UUID, caller: ScreeningRecordPage) -> Response:
    """Record how the questions ended, with the referrals to which the person consented."""
    form = await SubmittedForm.of(request, caller)
    consent = form.text("consent") or Consent.SPOKEN.value
    agreed = [each for each in ALL if form.text(each.field) == "yes"]
    begun: list[UUID] = []

    async def begin(runner: CommandRunner, command: RecordScreening) -> None:
        known = await of_returnee(runner.runtime, caller, command)
        outcome = await runner.open(screenings, known, scope=at_post(known.checkpoint))
        begun.append(outcome.id)

    fields = {
        "crossing_id": str(crossing_id),
        "ended": form.text("ended"),
        "referrals": [
            {"office": each.office.value, "help": each.help.value, "consent": consent} for each in agreed
        ],
    }
    errors = await form.carry_out(RecordScreening, fields, begin, {"": "ended"})
    if errors is not None:
        offered = [each for each in ALL if each.field in form.fields]
        return await _propose(request, caller, crossing_id, offered, errors=errors)
    return RedirectResponse(f"{LIST}/{begun[0]}", 303)


@router.get("/screenings/{screening_id}", name="screening_page")
async def screening_page(request: Request, screening_id: UUID, caller: ScreeningRecordPage) -> Response:
    """Show the officer who recorded a screening the offices to which the person was referred, and a slip to print for the person."""
    runtime = runtime_of(request)
    found = await look_at_own_screening(runtime, caller, screening_id)
    facts = found.event.facts
    return pages_of(request).render(
        request,
        "screening.html",
        caller=caller,
        list=LIST,
        leave_to=LEAVE_TO,
        screening=found,
        ended=facts.ended,
        left_early=facts.ended is ScreeningEnd.LEFT_EARLY,
        again=None if found.crossing_id is None else f"{PAGES}/crossings/{found.crossing_id}/questions",
        offices=list(dict.fromkeys(each.office for each in facts.referrals)),
        referrals=facts.referrals,
        post=CHECKPOINTS[facts.checkpoint].name,
        reference=reference_of(found.event.id),
    )


async def _propose(
    request: Request, caller: Caller, crossing_id: UUID, offered: Any, *, errors: FormErrors | None = None
) -> Response:
    return await _show(
        request,
        caller,
        crossing_id,
        "screening_proposals.html",
        status=errors.status if errors else 200,
        errors=errors.errors if errors else (),
        given=errors.given if errors else {},
        proposals=offered,
        others=[each for each in ALL if each not in offered],
        consents=list(Consent),
    )


async def _show(
    request: Request, caller: Caller, crossing_id: UUID, template: str, **content: Any
) -> Response:
    crossing = await look_at_returnee(runtime_of(request), caller, crossing_id)
    shown: Mapping[str, Any] = {"errors": (), "given": {}} | content
    return pages_of(request).render(
        request,
        template,
        here=f"{PAGES}/crossings/{crossing_id}/questions",
        caller=caller,
        list=LIST,
        leave_to=LEAVE_TO,
        crossing=crossing,
        post=CHECKPOINTS[crossing.facts.checkpoint].name,
        person=crossing.person,
        key=uuid4,
        **shown,
    )
