"""The attaché's pages: the queue of open cases, and one case with what is due next, its log and its forms.

A form sends the same command as the API. It contains an idempotency key, so that sending it twice records once.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.http.pagination import After
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.assistance import AssistanceAction, AssistanceOutcome
from contracts.codes.documents import KINDS, DocumentKind
from contracts.codes.missions import MISSIONS
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES
from services.consular.deciders import assistance_cases
from services.consular.domain.assistance_case import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    SetAssistanceDueDate,
)
from services.consular.permissions import CASE_READ, CASE_WORK, CaseReadPage
from services.consular.projections.assistance_cases import Whose, count_open_cases
from services.consular.queries import look_at_case, look_at_queue
from services.consular.wording import person_of, shown

QUEUE = "/consular/pages/cases"
NAV = NavItem(QUEUE, N_("Cases"), CASE_READ)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Whose, Query()] = "all",
    cursor: After = None,
) -> Response:
    """Show the open cases by due date, the most overdue first."""
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
        list=QUEUE,
        whose=whose,
        counts=counts,
        cases=[shown(row, today) for row in page.items],
        next=page.next,
    )


async def load_case(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a case shows. A request for the document numbers has its own action in the audit."""
    action = "read_case_documents" if asked.whole else "read_case"
    case = await look_at_case(asked.runtime, asked.caller, asked.record_id, action)
    return {
        "case": shown(case, asked.runtime.clock.today()),
        "steps": case.steps,
        "person": person_of(case),
        "may_work": asked.caller.may(CASE_WORK) and case.closed_at is None,
        "actions": list(AssistanceAction),
        "outcomes": list(AssistanceOutcome),
        "missions": [each for each in MISSIONS.values() if each.code != case.mission],
        "sexes": [Sex.FEMALE, Sex.MALE],
        "issuers": {code: COUNTRIES[code] for code in ("KHM", MISSIONS[case.mission].country)},
        "kinds": [kind for kind in DocumentKind if KINDS[kind].names_one_person],
    }


page = RecordPage(
    router,
    "/cases/{case_id}",
    list_url=QUEUE,
    name="case_page",
    permission=CASE_READ,
    decider=assistance_cases,
    template="assistance_case.html",
    load=load_case,
)


@page.form("/actions", CASE_WORK, action="log_action_form")
def log_action(form: SubmittedForm) -> FormCommand:
    """Log an action."""
    fields = {"occurred_at": form.moment("happened_at"), "action": form.text("action")}
    names = {"occurred_at": "happened_at", "words": "log_note"}
    return FormCommand(LogAssistanceAction, fields | form.words("log_note"), names)


@page.form("/due-date", CASE_WORK, action="set_due_date_form")
def set_due_date(form: SubmittedForm) -> FormCommand:
    """Set the due date; an empty field means that nothing is due."""
    return FormCommand(SetAssistanceDueDate, {"due_on": form.text("due_on") or None})


@page.form("/identification", CASE_WORK, action="identify_form")
def identify(form: SubmittedForm) -> FormCommand:
    """Record the identity of the person of a case, from a name, a document or both."""
    names = _PERSON | {"person": "person_born" if form.text("person_born") else "person_khmer"}
    return FormCommand(IdentifyCaller, {"person": _person(form)} | form.words("who_note"), names)


@page.form("/taking", CASE_WORK, action="take_case_form")
def take_case(form: SubmittedForm) -> FormCommand:
    """Assign a case to the attaché who sends the form."""
    return FormCommand(HandOverAssistanceCase, {"to_attache": form.caller.id})


@page.form("/handover", CASE_WORK, action="hand_over_form")
def hand_over(form: SubmittedForm) -> FormCommand:
    """Pass a case to another mission. The next page is the queue: the case may now be out of the caller's reach."""
    fields = {"to_mission": form.text("to_mission")} | form.words("handover_note")
    return FormCommand(HandOverAssistanceCase, fields, {"words": "handover_note"}, next_url=QUEUE)


@page.form("/closing", CASE_WORK, action="close_case_form")
def close_case(form: SubmittedForm) -> FormCommand:
    """Close a case with its outcome."""
    fields = {"outcome": form.text("outcome")} | form.words("close_note")
    return FormCommand(CloseAssistanceCase, fields, {"words": "close_note"})


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
"""The fields of the identification form, by field of the command."""


def _person(form: SubmittedForm) -> dict[str, Any]:
    """Return the person that was typed; a year alone is a birth date known to the year."""
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
