"""The pages of assistance cases: one case with its log and its forms, and the form that opens a case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.likely_same import likely_same_as
from chassis.commands.recorded_event import RecordedEvent
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, OpeningPage, RecordPage, RecordRequest
from chassis.store.referral_receipts import receipts_of
from contracts.codes.assistance import (
    AssistanceCategory,
    AssistanceOutcome,
    Consent,
    Contact,
    DeathCause,
    LegalStatus,
    ReferralOffice,
    ReportedBy,
    Urgency,
)
from contracts.codes.missions import MISSIONS
from contracts.consular import AssistanceCallerIdentified, AssistanceCaseOpened
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
from services.consular.pages.case_tasks import tasks_of, usual_first
from services.consular.pages.inbox import QUEUE
from services.consular.pages.person_fields import (
    choices_about_person,
    day_typed,
    missions_of,
    names_of_people,
    people_typed,
    person_fields,
    person_typed,
)
from services.consular.permissions import (
    CASE_OPEN,
    CASE_READ,
    CASE_WORK,
    CORRECT,
    PERMIT_RECORD,
    TIMELINE_READ,
)
from services.consular.projections.colleagues import find_colleagues, note_colleague
from services.consular.queries.cases import look_at_case
from services.consular.schemas import AssistanceCaseView
from services.consular.wording import person_of, shown

router = APIRouter(route_class=CallerFirstRoute)


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
    pool, today = asked.runtime.pool, asked.runtime.clock.today()
    receipts = await receipts_of(pool, (step.event_id for step in case.steps))
    country = MISSIONS[case.mission].country
    await note_colleague(pool, asked.caller, asked.caller.may(CASE_WORK))
    cases = asked.runtime.schemas["assistance_cases"]
    colleagues = await find_colleagues(pool, cases, country, today) if case.in_charge else []
    return {
        "case": shown(case, asked.runtime.clock.now()),
        "may_see_worker": asked.caller.may(TIMELINE_READ),
        "steps": case.steps,
        "receipts": {event_id: each for (event_id, _), each in receipts.items()},
        "tasks": tasks_of(case.category, case.steps),
        "chosen_action": asked.query.get("action", ""),
        "colleagues": [each for each in colleagues if each.code not in (case.attache, asked.caller.id)],
        "person": person_of(reversed(case.steps)),
        "likely_same": await likely_same_as(asked.runtime, asked.caller, assistance_cases, asked.record_id),
        "may_record": asked.caller.may(CASE_WORK) and case.in_charge,
        "may_work": asked.caller.may(CASE_WORK) and case.in_charge and case.closed_at is None,
        "may_record_permit": asked.caller.may(PERMIT_RECORD) and case.in_charge,
        "in_charge": case.in_charge,
        "identified_by": await identification(asked, case),
        "actions": usual_first(case.category),
        "contacts": list(Contact),
        "causes": list(DeathCause),
        "urgencies": list(Urgency),
        "offices": list(ReferralOffice),
        "consents": list(Consent),
        "outcomes": list(AssistanceOutcome),
        "missions": [each for each in MISSIONS.values() if each.code != case.mission],
        **choices_about_person(case.mission),
    }


async def identification(asked: RecordRequest, case: AssistanceCaseView) -> dict[str, Any] | None:
    """Return the latest event that states who the person of a case is, for those who may correct events of the case.

    ``later`` is True if it came after the opening; ``may_change`` if the caller may change this event.
    """
    if not case.in_charge or not asked.caller.may(CORRECT):
        return None
    for step in case.steps:
        later = isinstance(step.facts, AssistanceCallerIdentified)
        if later or (isinstance(step.facts, AssistanceCaseOpened) and person_of([step]) is not None):
            event = await RecordedEvent.find(asked.runtime, asked.caller, step.event_id)
            return {"event_id": step.event_id, "later": later, "may_change": event.may_change}
    return None


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
    """Log an action, and the day by which the next step is due, if it is given."""
    fields = {"occurred_at": form.moment("happened_at"), "action": form.text("action")}
    fields |= form.given("with_whom", "worker_in")
    if form.text("next_on"):
        fields["due_on"] = form.text("next_on")
    names = {"occurred_at": "happened_at", "words": "log_note", "due_on": "next_on"}
    return FormCommand(LogAssistanceAction, fields | form.words("log_note"), names)


@page.form("/referral", CASE_WORK, action="refer_form")
def refer(form: SubmittedForm) -> FormCommand:
    """Refer the person to an office with their consent. The next page is the receipt."""
    fields: dict[str, Any] = {"action": "referral", "referred_to": form.text("referred_to")}
    fields |= form.given("consent") | form.words("referral_note")
    if form.text("answer_by"):
        fields["due_on"] = form.text("answer_by")
    names = {"words": "referral_note", "due_on": "answer_by"}
    return FormCommand(LogAssistanceAction, fields, names, next_path="/referral")


@page.form("/death", CASE_WORK, action="record_death_form")
def record_death(form: SubmittedForm) -> FormCommand:
    """Record the death of the worker; a year or a month alone is a day known to that precision."""
    on, precision = day_typed(form, "died_on")
    fields = {"died_on": on, "day_precision": precision} | form.given("died_in", "cause")
    return FormCommand(RecordWorkerDeath, fields | form.words("death_note"), {"words": "death_note"})


@page.form("/due-date", CASE_WORK, action="set_due_date_form")
def set_due_date(form: SubmittedForm) -> FormCommand:
    """Set the due date, and the urgency if it changed; an empty day means that nothing is due."""
    fields = {"due_on": form.text("due_on") or None} | form.given("urgency")
    return FormCommand(SetAssistanceDueDate, fields)


@page.form("/identification", CASE_WORK, action="identify_form")
def identify(form: SubmittedForm) -> FormCommand:
    """Record the identity of the person of a case, from a name, a document or both."""
    return FormCommand(
        IdentifyCaller, {"person": person_typed(form)} | form.words("who_note"), person_fields(form)
    )


@page.form("/taking", CASE_WORK, action="take_case_form")
def take_case(form: SubmittedForm) -> FormCommand:
    """Assign a case to the attaché who sends the form, instead of the one whom the page showed."""
    fields = {"to_attache": form.caller.id, "instead_of": form.text("instead_of") or None}
    return FormCommand(HandOverAssistanceCase, fields)


@page.form("/giving", CASE_WORK, action="give_case_form")
def give_case(form: SubmittedForm) -> FormCommand:
    """Give a case to a colleague at the mission. The next page is the receipt."""
    fields = {"to_attache": form.text("colleague")} | form.words("colleague_note")
    names = {"to_attache": "colleague", "words": "colleague_note"}
    return FormCommand(HandOverAssistanceCase, fields, names, next_path="/receipt")


@page.form("/handover", CASE_WORK, action="hand_over_form")
def hand_over(form: SubmittedForm) -> FormCommand:
    """Pass a case to another mission. The next page is the receipt."""
    fields = {"to_mission": form.text("to_mission")} | form.given("to_attache") | form.words("handover_note")
    return FormCommand(HandOverAssistanceCase, fields, {"words": "handover_note"}, next_path="/receipt")


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
