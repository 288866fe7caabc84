"""The counsellor's pages: the queue of returnees, and one case with experience, vacancies that fit, and its forms.

A form sends the same command as the API. It contains an idempotency key, so that sending it twice records once.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller
from chassis.commands.routes import CommandRunner
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After, decode_cursor, page_of
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.places import PROVINCES
from contracts.codes.reasons import DeclineReason, Need, ReintegrationOutcome
from contracts.codes.work import OCCUPATIONS
from contracts.command import Command
from services.reintegration.deciders import cases
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    ProposeMatch,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
)
from services.reintegration.permissions import CASE_READ, CASE_WORK, CaseReadPage, CaseWorkPage
from services.reintegration.projections.cases import Queue, count_queues
from services.reintegration.projections.vacancies import find_vacancy
from services.reintegration.queries import look_at_queue, open_file, propose, vacancies_for
from services.reintegration.schemas import CaseRow
from services.reintegration.wording import background_shown, case_shown, ranking_shown, vacancy_shown

QUEUE = "/reintegration/pages/cases"
NAV = NavItem(QUEUE, N_("Returnees"), CASE_READ)
ROWS, RANKED = 50, 8

router = APIRouter()


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request, caller: CaseReadPage, queue: Annotated[Queue, Query()] = "open", cursor: After = None
) -> Response:
    """Show a queue of returnees by due day, the most overdue first."""
    runtime = runtime_of(request)
    today = runtime.clock.today()
    after = None if cursor is None else decode_cursor(cursor, *CaseRow.sort_kinds(queue))
    rows = await look_at_queue(
        runtime, caller, queue, "reintegration_queue_page", after=after, limit=ROWS, persons=True
    )
    key = CaseRow.sort_key(queue)
    page = page_of(rows, ROWS, lambda row: row, lambda row: (row[key], row["case_id"]))
    return pages_of(request).render(
        request,
        "reintegration_queue.html",
        caller=caller,
        queues=QUEUE,
        queue=queue,
        counts=await count_queues(runtime.pool, runtime.schemas["cases"], caller.reach, caller.id, today),
        cases=[case_shown(row, today) for row in page.items],
        next=page.next,
    )


@router.get("/cases/{case_id}", name="case_page")
async def case_page(
    request: Request,
    case_id: UUID,
    caller: CaseReadPage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """Show one case. A request for the document numbers has its own action in the audit."""
    return await _case(request, caller, case_id, whole=documents == "shown")


@router.post("/cases/{case_id}/assignment", name="take_case_form")
async def take_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Assign a case to the counsellor who sends the form."""
    form = await SubmittedForm.of(request, caller)
    return await _carry_out(request, caller, case_id, form, AssignCase, {"counsellor": caller.id})


@router.post("/cases/{case_id}/needs", name="record_needs_form")
async def record_needs_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record the needs, the most pressing first, and the work that the returnee looks for."""
    form = await SubmittedForm.of(request, caller)
    needs = list(form.given("need_1", "need_2", "need_3").values())
    body = {"needs": needs} | form.given("occupation_wanted", "province_wanted")
    return await _carry_out(request, caller, case_id, form, RecordNeeds, body, {"needs": "need_1"})


@router.post("/cases/{case_id}/sessions", name="record_session_form")
async def record_session_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record a counselling session held just now."""
    form = await SubmittedForm.of(request, caller)
    body = {"minutes": form.whole("minutes")} | form.given("next_contact_on") | form.words("session_note")
    names = {"words": "session_note"}
    return await _carry_out(request, caller, case_id, form, RecordCounsellingSession, body, names)


@router.post("/cases/{case_id}/matches", name="propose_match_form")
async def propose_match_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Propose a vacancy with the reasons that the page showed."""
    form = await SubmittedForm.of(request, caller)
    body = {"vacancy_id": form.text("vacancy_id"), "reasons": form.text("reasons").split()}
    return await _carry_out(request, caller, case_id, form, ProposeMatch, body)


@router.post("/cases/{case_id}/answers", name="answer_match_form")
async def answer_match_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record the answer to a match: accepted, or declined for a reason."""
    form = await SubmittedForm.of(request, caller)
    body = {"match_id": form.text("match_id")}
    if form.text("answer") == "accepted":
        return await _carry_out(request, caller, case_id, form, AcceptMatch, body)
    body["reason"] = form.text("decline_reason")
    return await _carry_out(request, caller, case_id, form, DeclineMatch, body, {"reason": "decline_reason"})


@router.post("/cases/{case_id}/placement", name="record_placement_form")
async def record_placement_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record that the returnee started a job."""
    form = await SubmittedForm.of(request, caller)
    names = {"occupation": "placed_as", "province": "placed_in", "starts_on": "starts_on"}
    body = {name: form.text(field) for name, field in names.items()}
    if placed_from := form.text("placed_from"):
        body["match_id"] = placed_from
    names["match_id"] = "placed_from"
    return await _carry_out(request, caller, case_id, form, RecordPlacement, body, names)


@router.post("/cases/{case_id}/referrals", name="refer_form")
async def refer_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Refer the returnee to the recognition of skills."""
    form = await SubmittedForm.of(request, caller)
    body = {"occupation": form.text("referred_for")}
    return await _carry_out(
        request, caller, case_id, form, ReferForRecognition, body, {"occupation": "referred_for"}
    )


@router.post("/cases/{case_id}/closing", name="close_case_form")
async def close_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Close a case with its outcome."""
    form = await SubmittedForm.of(request, caller)
    body = {"outcome": form.text("outcome")} | form.words("close_note")
    return await _carry_out(request, caller, case_id, form, CloseCase, body, {"words": "close_note"})


async def _carry_out(
    request: Request,
    caller: Caller,
    case_id: UUID,
    form: SubmittedForm,
    command: type[Command],
    body: dict[str, Any],
    names: dict[str, str] | None = None,
) -> Response:
    """Carry out the command of a form, or show the page again with the errors."""

    async def carry(runner: CommandRunner, parsed: Any) -> Any:
        if isinstance(parsed, ProposeMatch):
            return await propose(runner, case_id, parsed)
        return await runner.change(cases, case_id, parsed)

    wrong = await form.carry_out(command, body, carry, names)
    if wrong is not None:
        return await _case(request, caller, case_id, wrong=wrong)
    return RedirectResponse(f"{QUEUE}/{case_id}", 303)


async def _case(
    request: Request,
    caller: Caller,
    case_id: UUID,
    *,
    whole: bool = False,
    wrong: FormErrors | None = None,
) -> Response:
    runtime = runtime_of(request)
    file = await open_file(
        runtime, caller, case_id, "reintegration_documents_page" if whole else "reintegration_case_page"
    )
    state = cases.fold(file.steps)
    matches = []
    for match_id, match in state.matches.items():
        row = await find_vacancy(runtime.pool, runtime.schemas, match.vacancy_id)
        matches.append({"id": match_id, "answer": str(match.answer), "vacancy": row and vacancy_shown(row)})
    return pages_of(request).render(
        request,
        "reintegration_case.html",
        here=f"{QUEUE}/{case_id}",
        status=wrong.status if wrong else 200,
        caller=caller,
        queues=QUEUE,
        case=case_shown(file.row, runtime.clock.today()),
        person=file.person,
        number=file.number,
        experience=background_shown(file.background),
        matches=matches,
        ranking=ranking_shown(await vacancies_for(runtime, file, RANKED)) if state.is_open else [],
        steps=list(reversed(file.steps)),
        whole=whole,
        may_work=caller.may(CASE_WORK),
        open=state.is_open,
        needs=list(Need),
        declines=list(DeclineReason),
        outcomes=[each for each in ReintegrationOutcome if each is not ReintegrationOutcome.RETURN_VOIDED],
        provinces=PROVINCES,
        occupations={code: title for code, title in OCCUPATIONS.items() if len(code) == 4},
        errors=wrong.errors if wrong else (),
        given=wrong.given if wrong else {},
        kept=wrong.kept if wrong else {},
        key=uuid4,
    )
