"""The persons of a handover, recorded one row after the other with few keys, and their slips for printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import segno
from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.base.ids import new_id
from chassis.commands.idempotency import Outcome
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.pages.error_texts import EMPTY, PageError
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.record_page import FormCommand
from chassis.pages.rendering import pages_of
from chassis.pages.translation import N_
from contracts.codes.crossings import DeportationGround
from contracts.codes.documents import DocumentKind
from contracts.codes.people import PersonRole
from services.border.deciders import at_post, crossings
from services.border.domain.crossing import RecordDeportedReturn
from services.border.pages.booth_answer import likely_as_typed, likely_shown
from services.border.pages.crossing_form import FIELDS, Family, family_fields
from services.border.pages.handovers import HANDOVERS
from services.border.pages.person_fields import choices_about_person, person_typed
from services.border.pages.screening_groups import not_asked_of
from services.border.pages.totals import AGE_BANDS, total_of, totals_by
from services.border.permissions import EVENT_CORRECT, SCREENING_RECORD, CrossingRecordPage, HandoverReadPage
from services.border.queries.crossings import HandoverView, look_at_handover, look_at_taken_over
from services.border.wording import crossing_shown, handover_shown, name_given

LATEST = 10
SLIPS = 500
"""The most slips of a page; a lorry of June 2014 had up to 300 persons."""

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/handovers/{handover_id}/persons", name="lorry_page")
async def lorry_page(
    request: Request,
    handover_id: UUID,
    caller: CrossingRecordPage,
    _: HandoverReadPage,
    undone: Annotated[Literal["yes", "late"] | None, Query()] = None,
) -> Response:
    """Show the row for the next person, the latest persons recorded, and the running totals."""
    return await _show(request, caller, handover_id, Family(family_id=str(new_id())), undone=undone)


@router.post("/handovers/{handover_id}/persons", name="record_deported_return_form")
async def record_person(
    request: Request, handover_id: UUID, caller: CrossingRecordPage, _: HandoverReadPage
) -> Response:
    """Record a person of the handover. An empty row is refused, so that pressing Enter alone records nobody."""
    form = await SubmittedForm.of(request, caller)
    family = Family.from_form(form)
    if not form.given("name", "sex", "born", "document_number"):
        errors = FormErrors(422, (PageError("sex", *EMPTY),), form.fields)
        return await _show(request, caller, handover_id, family, errors=errors)
    view = await look_at_handover(runtime_of(request), caller, handover_id)
    filled = command_of(form, handover_id, view)
    recorded: list[tuple[RecordDeportedReturn, Outcome]] = []

    async def begin(runner: CommandRunner, command: RecordDeportedReturn) -> None:
        outcome = await runner.open(crossings, command, scope=at_post(command.checkpoint))
        recorded.append((command, outcome))

    refused = await form.carry_out(filled.command, filled.fields, begin, filled.names)
    if refused is not None:
        found = await likely_as_typed(runtime_of(request), caller, filled)
        return await _show(request, caller, handover_id, family, errors=refused, likely=found)
    ((command, outcome),) = recorded
    answer = {
        "name": name_given(command.person.name),
        "id": outcome.id,
        "may_ask": caller.may(SCREENING_RECORD),
        "likely": likely_shown(outcome.likely_same),
        "child_alone": bool(command.unaccompanied_minor),
    }
    return await _show(
        request, caller, handover_id, family.after(form, outcome.id), kept=form.fields, answer=answer
    )


def command_of(form: SubmittedForm, handover_id: UUID, view: HandoverView) -> FormCommand:
    """Return the command of a row: what the whole group has in common comes from the handover."""
    announced = view.announced
    fields = {
        "kind": "deported_return",
        "occurred_at": form.moment("happened_at"),
        "checkpoint": announced.checkpoint,
        "returned_from": announced.handed_over_by,
        "authority": announced.authority,
        "vehicle": announced.vehicle,
        "vehicle_id": None if announced.vehicle_id is None else str(announced.vehicle_id),
        "handover_id": handover_id,
        "person": person_typed(form),
        **form.given("ground", "role"),
        **family_fields(form),
    }
    return FormCommand(RecordDeportedReturn, fields, {**FIELDS, "occurred_at": "happened_at"})


@router.get("/handovers/{handover_id}/slips", name="slips_page")
async def slips_page(
    request: Request, handover_id: UUID, caller: CrossingRecordPage, _: HandoverReadPage
) -> Response:
    """Show a slip for each person of the handover, for printing; the desks behind the booth find the person by it."""
    runtime = runtime_of(request)
    view = await look_at_handover(runtime, caller, handover_id)
    rows, persons = await look_at_taken_over(runtime, caller, handover_id, SLIPS, with_names=True)
    slips = [crossing_shown(row, persons.get(row["crossing_id"])) for row in reversed(rows)]
    site = f"{request.url.scheme}://{request.url.netloc}"
    return pages_of(request).render(
        request,
        "slips.html",
        caller=caller,
        list=HANDOVERS,
        handover=handover_shown(view.row),
        slips=slips,
        not_asked=await not_asked_of(runtime, caller, handover_id),
        codes={each["id"]: _code_of(f"{site}/border/pages/events/{each['id']}") for each in slips},
        now=runtime.clock.now(),
    )


def _code_of(address: str) -> Markup:
    """Return the QR code of an address as SVG. It has no personal data: who scans it must sign in."""
    return Markup(segno.make(address, micro=False).svg_inline(scale=2, border=2))  # noqa: S704


async def _show(
    request: Request,
    caller: Caller,
    handover_id: UUID,
    family: Family,
    *,
    errors: FormErrors | None = None,
    kept: Mapping[str, str] | None = None,
    answer: Mapping[str, Any] | None = None,
    undone: str | None = None,
    likely: Sequence[Mapping[str, Any]] = (),
) -> Response:
    runtime = runtime_of(request)
    view = await look_at_handover(runtime, caller, handover_id)
    rows, persons = await look_at_taken_over(runtime, caller, handover_id, LATEST, with_names=True)
    roles = {each.value: each.title_en for each in PersonRole}
    return pages_of(request).render(
        request,
        "lorry.html",
        status=errors.status if errors else 200,
        here=f"{HANDOVERS}/{handover_id}/persons",
        caller=caller,
        list=HANDOVERS,
        handover=handover_shown(view.row),
        family=family,
        errors=errors.errors if errors else (),
        given=errors.given if errors else {},
        kept=kept or {},
        key=uuid4,
        answer=answer,
        likely=likely,
        undone=undone,
        may_undo=answer is not None and caller.may(EVENT_CORRECT),
        may_correct=caller.may(EVENT_CORRECT),
        may_ask=caller.may(SCREENING_RECORD),
        not_asked=await not_asked_of(runtime, caller, handover_id),
        latest=[crossing_shown(row, persons.get(row["crossing_id"])) for row in rows],
        by_role=totals_by(view.persons, roles, lambda row: str(row["role"])),
        by_age=totals_by(view.persons, AGE_BANDS, lambda row: str(row["age_band"])),
        total=total_of(N_("All"), view.persons),
        grounds=list(DeportationGround),
        usual_kind=DocumentKind.BORDER_PASS,
        **choices_about_person(),
    )
