"""The attaché's pages: the queue of open cases, and one case with what is due next, its log and its forms.

A form carries out the same command as the interface. It holds a key of its own, so that sending it twice
records once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter
from starlette.responses import RedirectResponse

from chassis.callers import Caller, page_permission
from chassis.clock import PHNOM_PENH
from chassis.cursor import After
from chassis.desk import Acting, IdempotencyKeyMissing
from chassis.invalid import FieldError, Unreadable, parse
from chassis.logs import correlation
from chassis.pages import NavItem, Pages
from chassis.problems import title_of
from chassis.runtime import Runtime
from contracts.codes.missions import MISSIONS
from contracts.codes.reasons import AssistanceAction, AssistanceOutcome
from contracts.command import Command
from contracts.refusal import Refusal
from services.consular.cases import (
    CASE_READ,
    CASE_WORK,
    assistance_cases,
    look_at_case,
    look_at_queue,
)
from services.consular.domain.assistance_case import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    LogAssistanceAction,
    SetAssistanceDueDate,
)
from services.consular.glance import masked, person_of, shown
from services.consular.projections.assistance_cases import Whose, count_open_cases

QUEUE = "/consular/pages/cases"
NAV = NavItem(QUEUE, "Cases", CASE_READ)
CaseReadPage = Annotated[Caller, Depends(page_permission(CASE_READ))]
CaseWorkPage = Annotated[Caller, Depends(page_permission(CASE_WORK))]
ROWS = 50

router = APIRouter()


@router.get("/cases")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Whose, Query()] = "all",
    cursor: After = None,
) -> Response:
    """The queue: open cases by due date, the most overdue first."""
    runtime = _runtime(request)
    today = runtime.clock.today()
    page = await look_at_queue(runtime, caller, whose, None, ROWS, cursor)
    counts = await count_open_cases(
        runtime.pool, runtime.schemas["assistance_cases"], caller.reach, caller=caller.id, today=today
    )
    return _pages(request).render(
        request,
        "assistance_queue.html",
        caller=caller,
        queue=QUEUE,
        whose=whose,
        counts=counts,
        cases=[shown(row, today) for row in page.items],
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


@router.post("/cases/{case_id}/actions")
async def log_action_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Log an action from its form."""
    return await _carry_out(
        request,
        caller,
        case_id,
        LogAssistanceAction,
        {"action": "action"},
        note="log_note",
        when="happened_at",
    )


@router.post("/cases/{case_id}/due-date")
async def set_due_date_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Set the due date from its form; an empty field says that nothing is due."""
    return await _carry_out(request, caller, case_id, SetAssistanceDueDate, {"due_on": "due_on"})


@router.post("/cases/{case_id}/handover")
async def take_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Take a case over, as who sends the form."""
    return await _carry_out(request, caller, case_id, HandOverAssistanceCase, {}, to_attache=caller.id)


@router.post("/cases/{case_id}/closing")
async def close_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Close a case from its form."""
    return await _carry_out(
        request, caller, case_id, CloseAssistanceCase, {"outcome": "outcome"}, note="close_note"
    )


async def _carry_out(
    request: Request,
    caller: Caller,
    case_id: UUID,
    command: type[Command],
    fields: dict[str, str],
    *,
    note: str | None = None,
    when: str | None = None,
    **known: str,
) -> Response:
    """Carry out a command with the form's fields (by the command's), or show again what is wrong."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    sent = {name: form.get(field, "").strip() for name, field in fields.items()}
    try:
        body: dict[str, Any] = {
            "occurred_at": _moment(request, form.get(when, "") if when else "", when or "")
        }
        body |= known | {name: value or None for name, value in sent.items()}
        if note is not None and (words := form.get(note, "").replace("\r\n", "\n").strip()):
            body["words"] = {"note": words}
        adapter: TypeAdapter[Command] = TypeAdapter(command)
        await _acting(request, caller, form).change(
            assistance_cases, case_id, parse(adapter, orjson.dumps(body))
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        of_form = {**fields, "words.note": note or ""}
        errors = [
            one.model_copy(update={"field": of_form.get(one.field, one.field)}) for one in _errors_of(refusal)
        ]
        return await _case(request, caller, case_id, errors=errors, given=form, status=refusal.status)
    return RedirectResponse(f"{QUEUE}/{case_id}", 303)


def _acting(request: Request, caller: Caller, form: dict[str, str]) -> Acting:
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


def _moment(request: Request, typed: str, field: str) -> datetime:
    """The time typed, in Phnom Penh where it names no offset; now where none is typed. Raises Unreadable."""
    if not typed.strip():
        return _runtime(request).clock.now()
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Unreadable(
            [
                FieldError(
                    field=field,
                    reason="this is no time",
                    remedy="give day and time, or leave it empty for now",
                )
            ]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=PHNOM_PENH)


def _errors_of(refusal: Refusal) -> list[FieldError]:
    if isinstance(refusal, Unreadable):
        return list(refusal.errors)
    field = "happened_at" if refusal.field == "occurred_at" else refusal.field or ""
    return [
        FieldError(field=field, reason=f"{title_of(type(refusal))}: {refusal.detail}", remedy=refusal.remedy)
    ]


async def _case(
    request: Request,
    caller: Caller,
    case_id: UUID,
    *,
    whole: bool = False,
    errors: list[FieldError] | None = None,
    given: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    runtime = _runtime(request)
    case = await look_at_case(runtime, caller, case_id, "read_case_documents" if whole else "read_case")
    return _pages(request).render(
        request,
        "assistance_case.html",
        here=f"{QUEUE}/{case_id}",
        status=status,
        caller=caller,
        queue=QUEUE,
        case=shown(case, runtime.clock.today()),
        steps=case.steps,
        masked=masked,
        person=person_of(case),
        whole=whole,
        may_work=caller.may(CASE_WORK) and case.closed_at is None,
        actions=list(AssistanceAction),
        outcomes=list(AssistanceOutcome),
        missions=MISSIONS,
        errors=errors or [],
        given=given or {},
        key=uuid4,
    )


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages
