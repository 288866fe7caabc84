"""The counsellor's pages: the queue of returnees, and one case with experience, vacancies that fit, and its forms.

A form carries out the same command as the interface. It holds a key of its own, so that sending it twice records once.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter
from starlette.responses import RedirectResponse

from chassis.callers import Caller, page_permission
from chassis.cursor import After, decode_cursor, page_of
from chassis.desk import Acting, IdempotencyKeyMissing
from chassis.invalid import FieldError, Unreadable, parse
from chassis.logs import correlation
from chassis.pages import NavItem, Pages
from chassis.problems import title_of
from chassis.runtime import Runtime
from contracts.codes.places import PROVINCES
from contracts.codes.reasons import DeclineReason, Need, ReintegrationOutcome
from contracts.codes.work import OCCUPATIONS
from contracts.command import Command
from contracts.refusal import Refusal
from services.reintegration.case_file import look_at_queue, open_file, propose, vacancies_for
from services.reintegration.domain.asked import (
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
from services.reintegration.glance import case_shown, experience_shown, masked, ranking_shown, vacancy_shown
from services.reintegration.projections.cases import Queue, count_queues
from services.reintegration.projections.vacancies import find_vacancy
from services.reintegration.streams import cases
from services.reintegration.views import CaseRow

QUEUE = "/reintegration/pages/cases"
READ, WORK = "reintegration.case.read", "reintegration.case.work"
NAV = NavItem(QUEUE, "Returnees", READ)
CaseReadPage = Annotated[Caller, Depends(page_permission(READ))]
CaseWorkPage = Annotated[Caller, Depends(page_permission(WORK))]
ROWS, RANKED = 50, 8
Form = dict[str, str]

router = APIRouter()


@router.get("/cases")
async def queue_page(
    request: Request, caller: CaseReadPage, queue: Annotated[Queue, Query()] = "open", cursor: After = None
) -> Response:
    """A queue of returnees: by the day that something is due, the most overdue first."""
    runtime = _runtime(request)
    today = runtime.clock.today()
    after = None if cursor is None else decode_cursor(cursor, *CaseRow.sort_kinds(queue))
    rows = await look_at_queue(
        runtime, caller, queue, "reintegration_queue_page", after=after, limit=ROWS, persons=True
    )
    key = CaseRow.sort_key(queue)
    page = page_of(rows, ROWS, lambda row: row, lambda row: (row[key], row["case_id"]))
    return _pages(request).render(
        request,
        "reintegration_queue.html",
        caller=caller,
        queues=QUEUE,
        queue=queue,
        counts=await count_queues(runtime.pool, runtime.schemas["cases"], caller.reach, caller.id, today),
        cases=[case_shown(row, today) for row in page.items],
        next=page.next,
    )


@router.get("/cases/{case_id}")
async def case_page(
    request: Request,
    case_id: UUID,
    caller: CaseReadPage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """One case. Whoever asks for its document numbers is kept in the audit as having asked."""
    return await _case(request, caller, case_id, whole=documents == "shown")


@router.post("/cases/{case_id}/assignment")
async def take_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Take a case, as who sends the form."""
    return await _carry_out(request, caller, case_id, AssignCase, {"counsellor": caller.id})


@router.post("/cases/{case_id}/needs")
async def record_needs_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record the needs, the most pressing first, and the work that is looked for."""
    form = await _form(request)
    needs = [form[name] for name in ("need_1", "need_2", "need_3") if form.get(name)]
    body = {"needs": needs} | _given(form, "occupation_wanted", "province_wanted")
    return await _carry_out(request, caller, case_id, RecordNeeds, body, {"needs": "need_1"})


@router.post("/cases/{case_id}/sessions")
async def record_session_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record a counselling session held just now."""
    form = await _form(request)
    body = {"minutes": _whole(form.get("minutes", ""))} | _given(form, "next_contact_on")
    return await _carry_out(
        request, caller, case_id, RecordCounsellingSession, body | _words(form, "session_note")
    )


@router.post("/cases/{case_id}/matches")
async def propose_match_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Propose a vacancy for the reasons that were shown."""
    form = await _form(request)
    body = {"vacancy_id": form.get("vacancy_id", ""), "reasons": form.get("reasons", "").split()}
    return await _carry_out(request, caller, case_id, ProposeMatch, body)


@router.post("/cases/{case_id}/answers")
async def answer_match_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record the answer to a match: accepted, or declined for a reason."""
    form = await _form(request)
    body = {"match_id": form.get("match_id", "")}
    if form.get("answer") == "accepted":
        return await _carry_out(request, caller, case_id, AcceptMatch, body)
    fields = {"reason": "decline_reason"}
    return await _carry_out(
        request, caller, case_id, DeclineMatch, body | {"reason": form.get("decline_reason", "")}, fields
    )


@router.post("/cases/{case_id}/placement")
async def record_placement_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record that the returnee started a job."""
    form = await _form(request)
    fields = {"occupation": "placed_as", "province": "placed_in", "starts_on": "starts_on"}
    body: dict[str, Any] = {name: form.get(field, "") for name, field in fields.items()}
    return await _carry_out(
        request, caller, case_id, RecordPlacement, body | _given(form, "match_id"), fields
    )


@router.post("/cases/{case_id}/referrals")
async def refer_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Refer the returnee to the recognition of skills."""
    form = await _form(request)
    body = {"occupation": form.get("referred_for", "")}
    return await _carry_out(
        request, caller, case_id, ReferForRecognition, body, {"occupation": "referred_for"}
    )


@router.post("/cases/{case_id}/closing")
async def close_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Close a case with its outcome."""
    form = await _form(request)
    body = {"outcome": form.get("outcome", "")} | _words(form, "close_note")
    return await _carry_out(request, caller, case_id, CloseCase, body)


async def _carry_out(
    request: Request,
    caller: Caller,
    case_id: UUID,
    command: type[Command],
    body: dict[str, Any],
    fields: dict[str, str] | None = None,
) -> Response:
    """Carry a command out, or show the page again with what is wrong. ``fields`` are the form's, by the command's."""
    form = await _form(request)
    try:
        adapter: TypeAdapter[Command] = TypeAdapter(command)
        asked = parse(adapter, orjson.dumps({"occurred_at": _runtime(request).clock.now(), **body}))
        act = _acting(request, caller, form)
        if isinstance(asked, ProposeMatch):
            await propose(act, case_id, asked)
        else:
            await act.change(cases, case_id, asked)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        errors = [
            error.model_copy(update={"field": (fields or {}).get(error.field.partition(".")[0], error.field)})
            for error in _errors_of(refusal)
        ]
        return await _case(request, caller, case_id, errors=errors, given=form, status=refusal.status)
    return RedirectResponse(f"{QUEUE}/{case_id}", 303)


async def _case(
    request: Request,
    caller: Caller,
    case_id: UUID,
    *,
    whole: bool = False,
    errors: list[FieldError] | None = None,
    given: Form | None = None,
    status: int = 200,
) -> Response:
    runtime = _runtime(request)
    file = await open_file(
        runtime, caller, case_id, "reintegration_documents_page" if whole else "reintegration_case_page"
    )
    state = cases.fold(file.steps)
    matches = []
    for match_id, match in state.matches.items():
        row = await find_vacancy(runtime.pool, runtime.schemas, match.vacancy_id)
        matches.append({"id": match_id, "answer": str(match.answer), "vacancy": row and vacancy_shown(row)})
    return _pages(request).render(
        request,
        "reintegration_case.html",
        here=f"{QUEUE}/{case_id}",
        status=status,
        caller=caller,
        queues=QUEUE,
        case=case_shown(file.row, runtime.clock.today()),
        person=file.person,
        number=file.number,
        experience=experience_shown(file.experience),
        matches=matches,
        ranking=ranking_shown(await vacancies_for(runtime, file, RANKED)) if state.is_open else [],
        steps=list(reversed(file.steps)),
        whole=whole,
        masked=masked,
        may_work=caller.may(WORK),
        open=state.is_open,
        needs=list(Need),
        declines=list(DeclineReason),
        outcomes=[each for each in ReintegrationOutcome if each is not ReintegrationOutcome.RETURN_VOIDED],
        provinces=PROVINCES,
        occupations={code: title for code, title in OCCUPATIONS.items() if len(code) == 4},
        errors=errors or [],
        given=given or {},
        key=uuid4,
    )


def _acting(request: Request, caller: Caller, form: Form) -> Acting:
    key = form.get("key", "")
    if not 1 <= len(key) <= 120 or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing("the form holds no key of its own", remedy="open the page again")
    said = orjson.dumps(
        {name: value for name, value in form.items() if name != "csrf"}, option=orjson.OPT_SORT_KEYS
    )
    return Acting(
        runtime=_runtime(request),
        caller=caller,
        key=key,
        digest=hashlib.blake2b(request.url.path.encode() + b"\0" + said, digest_size=16).digest(),
        action=request.scope["endpoint"].__name__,
        correlation_id=correlation(),
        traceparent=request.headers.get("traceparent"),
    )


def _errors_of(refusal: Refusal) -> list[FieldError]:
    if isinstance(refusal, Unreadable):
        return list(refusal.errors)
    reason = f"{title_of(type(refusal))}: {refusal.detail}"
    return [FieldError(field=refusal.field or "", reason=reason, remedy=refusal.remedy)]


async def _form(request: Request) -> Form:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _given(form: Form, *names: str) -> dict[str, str]:
    """The fields that were filled in."""
    return {name: value for name in names if (value := form.get(name, "").strip())}


def _words(form: Form, name: str) -> dict[str, Any]:
    typed = form.get(name, "").replace("\r\n", "\n").strip()
    return {"words": {"note": typed}} if typed else {}


def _whole(typed: str) -> int | str:
    return int(typed) if typed.strip().isdecimal() and len(typed) < 6 else typed


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages
