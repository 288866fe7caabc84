"""The attaché's pages: the queue of open cases, and one case with what is due next, its log and its forms.

A form carries out the same command as the interface. It holds a key of its own, so that sending it twice
records once.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import Caller
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import FormErrors, SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.missions import MISSIONS
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES
from contracts.codes.reasons import AssistanceAction, AssistanceOutcome
from contracts.command import Command
from services.consular.deciders import assistance_cases
from services.consular.domain.assistance_case import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    SetAssistanceDueDate,
)
from services.consular.permissions import CASE_READ, CASE_WORK, CaseReadPage, CaseWorkPage
from services.consular.projections.assistance_cases import Whose, count_open_cases
from services.consular.queries import look_at_case, look_at_queue
from services.consular.wording import person_of, shown

QUEUE = "/consular/pages/cases"
NAV = NavItem(QUEUE, N_("Cases"), CASE_READ)
ROWS = 50

router = APIRouter()


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Whose, Query()] = "all",
    cursor: After = None,
) -> Response:
    """The queue: open cases by due date, the most overdue first."""
    runtime = runtime_of(request)
    today = runtime.clock.today()
    page = await look_at_queue(runtime, caller, whose, None, ROWS, cursor)
    counts = await count_open_cases(
        runtime.pool, runtime.schemas["assistance_cases"], caller.reach, caller=caller.id, today=today
    )
    return pages_of(request).render(
        request,
        "assistance_queue.html",
        caller=caller,
        queue=QUEUE,
        whose=whose,
        counts=counts,
        cases=[shown(row, today) for row in page.items],
        next=page.next,
    )


@router.get("/cases/{case_id}", name="case_page")
async def case_page(
    request: Request,
    case_id: UUID,
    caller: CaseReadPage,
    documents: Annotated[Literal["masked", "shown"], Query()] = "masked",
) -> Response:
    """One case. Whoever asks for its document numbers is kept in the audit as having asked."""
    return await _case(request, caller, case_id, whole=documents == "shown")


@router.post("/cases/{case_id}/actions", name="log_action_form")
async def log_action_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Log an action from its form."""
    form = await SubmittedForm.of(request, caller)
    body = {"occurred_at": form.moment("happened_at"), "action": form.text("action")}
    return await _work_on(
        request,
        caller,
        case_id,
        form,
        LogAssistanceAction,
        body | form.words("log_note"),
        {"occurred_at": "happened_at", "words": "log_note"},
    )


@router.post("/cases/{case_id}/due-date", name="set_due_date_form")
async def set_due_date_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Set the due date from its form; an empty field says that nothing is due."""
    form = await SubmittedForm.of(request, caller)
    body = {"due_on": form.text("due_on") or None}
    return await _work_on(request, caller, case_id, form, SetAssistanceDueDate, body)


@router.post("/cases/{case_id}/identification", name="identify_form")
async def identify_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Record who the person of a case is, from a name, a document or both."""
    form = await SubmittedForm.of(request, caller)
    body = {"person": _person(form)} | form.words("who_note")
    names = _PERSON | {"person": "person_born" if form.text("person_born") else "person_khmer"}
    return await _work_on(request, caller, case_id, form, IdentifyCaller, body, names)


@router.post("/cases/{case_id}/taking", name="take_case_form")
async def take_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Take a case over, as who sends the form."""
    form = await SubmittedForm.of(request, caller)
    taken = {"to_attache": caller.id}
    return await _work_on(request, caller, case_id, form, HandOverAssistanceCase, taken)


@router.post("/cases/{case_id}/handover", name="hand_over_form")
async def hand_over_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Pass a case to another mission."""
    form = await SubmittedForm.of(request, caller)
    body = {"to_mission": form.text("to_mission")} | form.words("handover_note")
    names = {"words": "handover_note"}
    # What another mission works on may be beyond the reach of who passed it there.
    return await _work_on(request, caller, case_id, form, HandOverAssistanceCase, body, names, QUEUE)


@router.post("/cases/{case_id}/closing", name="close_case_form")
async def close_case_form(request: Request, case_id: UUID, caller: CaseWorkPage) -> Response:
    """Close a case from its form."""
    form = await SubmittedForm.of(request, caller)
    body = {"outcome": form.text("outcome")} | form.words("close_note")
    return await _work_on(request, caller, case_id, form, CloseAssistanceCase, body, {"words": "close_note"})


_DOCUMENT = ("document_kind", "document_number", "document_issued_by", "document_place")
_WITH_PLACE = {kind for kind, of in KINDS.items() if of.place_belongs_to_key}
_PERSON = {
    "person.name.latin": "person_latin",
    "person.birth.on": "person_born",
    "person.sex": "person_sex",
    "person.documents[0].kind": "document_kind",
    "person.documents[0].number": "document_number",
    "person.documents[0].issued_by": "document_issued_by",
    "person.documents[0].place": "document_place",
    "person.documents": "document_number",
    "words": "who_note",
}
"""The fields of the form of identification, by the command's."""


def _person(form: SubmittedForm) -> dict[str, Any]:
    """The person as filled in; a year alone is a birth of which no more is known."""
    person: dict[str, Any] = {}
    if names := form.given("person_khmer", "person_latin"):
        person["name"] = {name.removeprefix("person_"): typed for name, typed in names.items()}
    if sex := form.text("person_sex"):
        person["sex"] = int(sex) if sex.isdecimal() and len(sex) == 1 else sex
    if born := form.text("person_born"):
        year = born.isdecimal() and len(born) == 4
        person["birth"] = {"on": f"{born}-01-01", "precision": "year"} if year else {"on": born}
    if form.given(*_DOCUMENT):
        shown = {name.removeprefix("document_"): typed for name, typed in form.given(*_DOCUMENT).items()}
        if shown.get("kind") in _WITH_PLACE:
            shown.setdefault("place", "")
        person["documents"] = [{"kind": "", "number": "", "issued_by": ""} | shown]
    return person


async def _work_on(
    request: Request,
    caller: Caller,
    case_id: UUID,
    form: SubmittedForm,
    command: type[Command],
    body: dict[str, Any],
    names: dict[str, str] | None = None,
    afterwards: str | None = None,
) -> Response:
    return await form.change(
        assistance_cases,
        case_id,
        command,
        body,
        names,
        shows=lambda wrong: _case(request, caller, case_id, wrong=wrong),
        leads_to=afterwards or f"{QUEUE}/{case_id}",
    )


async def _case(
    request: Request,
    caller: Caller,
    case_id: UUID,
    *,
    whole: bool = False,
    wrong: FormErrors | None = None,
) -> Response:
    runtime = runtime_of(request)
    case = await look_at_case(runtime, caller, case_id, "read_case_documents" if whole else "read_case")
    return pages_of(request).render(
        request,
        "assistance_case.html",
        here=f"{QUEUE}/{case_id}",
        status=wrong.status if wrong else 200,
        caller=caller,
        queue=QUEUE,
        case=shown(case, runtime.clock.today()),
        steps=case.steps,
        person=person_of(case),
        whole=whole,
        may_work=caller.may(CASE_WORK) and case.closed_at is None,
        actions=list(AssistanceAction),
        outcomes=list(AssistanceOutcome),
        missions=[each for each in MISSIONS.values() if each.code != case.mission],
        sexes=[Sex.FEMALE, Sex.MALE],
        issuers={code: COUNTRIES[code] for code in ("KHM", MISSIONS[case.mission].country)},
        kinds=[kind for kind in DocumentKind if KINDS[kind].names_one_person],
        errors=wrong.errors if wrong else (),
        given=wrong.given if wrong else {},
        kept=wrong.kept if wrong else {},
        key=uuid4,
    )
