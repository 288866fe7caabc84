"""The pages of assistance cases: the queue, one case with its log and its forms, and the form that opens a case."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.likely_same import likely_same_as
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    Contact,
    DeathCause,
    LegalStatus,
    ReportedBy,
    Urgency,
)
from contracts.codes.missions import MISSIONS
from services.consular.deciders import assistance_cases, at_mission
from services.consular.domain.commands import (
    CloseAssistanceCase,
    HandOverAssistanceCase,
    IdentifyCaller,
    LogAssistanceAction,
    OpenAssistanceCase,
    RecordWorkerDeath,
    RestrictAssistanceCase,
    SetAssistanceDueDate,
)
from services.consular.pages.person_fields import (
    choices_about_person,
    day_typed,
    missions_of,
    names_of_people,
    people_typed,
    person_fields,
    person_typed,
)
from services.consular.permissions import CASE_OPEN, CASE_READ, CASE_WORK, PERMIT_RECORD, CaseReadPage
from services.consular.projections.assistance_cases import count_open_cases
from services.consular.queries import look_at_case, look_at_handed_over, look_at_queue
from services.consular.schemas import AssistanceCaseRow
from services.consular.wording import CASES_LIST, person_of, shown

QUEUE = "/consular/pages/cases"
NAV = NavItem(QUEUE, N_("Cases"), CASE_READ)
ROWS = 50

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    whose: Annotated[Literal["mine", "unassigned", "all", "handed_over"], Query()] = "all",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the open cases by due date, the most overdue first, or the cases that were handed over to other missions."""
    runtime = runtime_of(request)
    now = runtime.clock.now()

    async def listed(after: str | None, limit: int) -> Page[AssistanceCaseRow]:
        if whose == "handed_over":
            return await look_at_handed_over(runtime, caller, limit, after)
        return await look_at_queue(runtime, caller, whose, None, limit, after)

    if file is not None:
        return await CASES_LIST.answer(request, caller, file, listed)
    page = await listed(cursor, ROWS)
    counts = await count_open_cases(runtime.pool, runtime.schemas["assistance_cases"], caller, now)
    return pages_of(request).render(
        request,
        "assistance_queue.html",
        caller=caller,
        list=QUEUE,
        whose=whose,
        counts=counts,
        cases=[shown(row, now) for row in page.items],
        next=page.next,
        may_open=caller.may(CASE_OPEN),
    )


def choices(caller: Caller) -> dict[str, Any]:
    """Return the choices of the form that opens a case."""
    return {
        "own_missions": missions_of(caller),
        "reporters": list(ReportedBy),
        "categories": list(AssistanceCategory),
        "urgencies": list(Urgency),
        "statuses": list(LegalStatus),
        **choices_about_person(None),
    }


opening = OpeningPage(
    router,
    "/cases/new",
    list_url=QUEUE,
    name="new_case_page",
    permission=CASE_OPEN,
    decider=assistance_cases,
    template="new_assistance_case.html",
    load=choices,
    scope=lambda command: at_mission(command.mission),
)


@opening.form("open_case_form")
def open_case(form: SubmittedForm) -> FormCommand:
    """Open a case. Fields left empty are not known."""
    chosen = form.given(
        "reported_by", "urgency", "country", "worker_in", "status_abroad", "due_on", "attache", "about"
    )
    fields = {
        "occurred_at": form.moment("happened_at"),
        "mission": form.text("mission"),
        "category": form.text("category"),
        "person": person_typed(form),
        "restricted_to": people_typed(form, "named"),
    }
    names = {**person_fields(form), "occurred_at": "happened_at", **dict(names_of_people("named"))}
    return FormCommand(OpenAssistanceCase, fields | chosen | form.words("who_note"), names)


async def load_case(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a case shows. A request for the document numbers has its own action in the audit."""
    action = "read_case_documents" if asked.whole else "read_case"
    case = await look_at_case(asked.runtime, asked.caller, asked.record_id, action)
    return {
        "case": shown(case, asked.runtime.clock.now()),
        "steps": case.steps,
        "person": person_of(case),
        "likely_same": await likely_same_as(asked.runtime, asked.caller, assistance_cases, asked.record_id),
        "may_record": asked.caller.may(CASE_WORK) and case.in_charge,
        "may_work": asked.caller.may(CASE_WORK) and case.in_charge and case.closed_at is None,
        "may_record_permit": asked.caller.may(PERMIT_RECORD) and case.in_charge,
        "in_charge": case.in_charge,
        "actions": list(AssistanceAction),
        "contacts": list(Contact),
        "causes": list(DeathCause),
        "outcomes": list(AssistanceOutcome),
        "missions": [each for each in MISSIONS.values() if each.code != case.mission],
        **choices_about_person(case.mission),
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
    fields |= form.given("with_whom", "worker_in")
    names = {"occurred_at": "happened_at", "words": "log_note"}
    return FormCommand(LogAssistanceAction, fields | form.words("log_note"), names)


@page.form("/death", CASE_WORK, action="record_death_form")
def record_death(form: SubmittedForm) -> FormCommand:
    """Record the death of the worker; a year or a month alone is a day known to that precision."""
    on, precision = day_typed(form, "died_on")
    fields = {"died_on": on, "day_precision": precision} | form.given("died_in", "cause")
    return FormCommand(RecordWorkerDeath, fields | form.words("death_note"), {"words": "death_note"})


@page.form("/due-date", CASE_WORK, action="set_due_date_form")
def set_due_date(form: SubmittedForm) -> FormCommand:
    """Set the due date; an empty field means that nothing is due."""
    return FormCommand(SetAssistanceDueDate, {"due_on": form.text("due_on") or None})


@page.form("/identification", CASE_WORK, action="identify_form")
def identify(form: SubmittedForm) -> FormCommand:
    """Record the identity of the person of a case, from a name, a document or both."""
    return FormCommand(
        IdentifyCaller, {"person": person_typed(form)} | form.words("who_note"), person_fields(form)
    )


@page.form("/taking", CASE_WORK, action="take_case_form")
def take_case(form: SubmittedForm) -> FormCommand:
    """Assign a case to the attaché who sends the form."""
    return FormCommand(HandOverAssistanceCase, {"to_attache": form.caller.id})


@page.form("/handover", CASE_WORK, action="hand_over_form")
def hand_over(form: SubmittedForm) -> FormCommand:
    """Pass a case to another mission. The next page is the queue: the case may now be out of the caller's reach."""
    fields = {"to_mission": form.text("to_mission")} | form.given("to_attache") | form.words("handover_note")
    return FormCommand(HandOverAssistanceCase, fields, {"words": "handover_note"}, next_url=QUEUE)


@page.form("/restriction", CASE_WORK, action="restrict_case_form")
def restrict(form: SubmittedForm) -> FormCommand:
    """Restrict a case to named people; an empty field ends the restriction."""
    fields = {"restricted_to": people_typed(form, "named")}
    return FormCommand(RestrictAssistanceCase, fields, dict(names_of_people("named")))


@page.form("/closing", CASE_WORK, action="close_case_form")
def close_case(form: SubmittedForm) -> FormCommand:
    """Close a case with its outcome."""
    fields = {"outcome": form.text("outcome")} | form.words("close_note")
    return FormCommand(CloseAssistanceCase, fields, {"words": "close_note"})
