"""The page of one case: the returnee, experience, vacancies that fit, what was recorded, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import Runtime
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from contracts.codes.places import PROVINCES
from contracts.codes.reintegration import CaseMark, DeclineReason, Need, ReintegrationOutcome, WorkLater
from contracts.codes.work import OCCUPATIONS
from services.reintegration.deciders import cases
from services.reintegration.domain.case import Case, ages_out
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    FollowUpPlacement,
    MoveCase,
    ProposeMatch,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
    RuleOutVacancy,
)
from services.reintegration.domain.match import Answer
from services.reintegration.pages.queue import QUEUE
from services.reintegration.permissions import CASE_READ, CASE_WORK, EMPLOYER_READ
from services.reintegration.projections.vacancies import find_vacancy
from services.reintegration.queries.records import (
    open_file,
    vacancies_for,
    with_employers,
)
from services.reintegration.wording import (
    background_shown,
    case_shown,
    ranking_shown,
    referrals_shown,
    returns_shown,
    vacancy_shown,
)

RANKED = 3

router = APIRouter(route_class=CallerFirstRoute)


async def load_case(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a case shows. A request for the document numbers has its own action in the audit."""
    runtime, may_work = asked.runtime, asked.caller.may(CASE_WORK)
    action = "reintegration_documents_page" if asked.whole else "reintegration_case_page"
    file = await open_file(runtime, asked.caller, asked.record_id, action)
    state, today = cases.fold(file.steps), runtime.clock.today()
    case = case_shown(file.row, today)
    matches = []
    for match_id, match in state.matches.items():
        matches.append(
            {
                "id": match_id,
                "answer": str(match.answer),
                "not_offered": match.rules_out,
                "vacancy": await _vacancy(runtime, match.vacancy_id),
            }
        )
    ranking = ranking_shown(await vacancies_for(runtime, file, RANKED)) if state.is_open else []
    return {
        "case": case,
        "person": file.person,
        "number": file.number,
        "experience": background_shown(file.background),
        "matches": matches,
        "ranking": ranking,
        "ruled_out": [
            {"vacancy": await _vacancy(runtime, vacancy_id), "reason": reason.title_en}
            for vacancy_id, reason in state.ruled_out.items()
        ],
        "referrals": referrals_shown(state.referred_for, file.background),
        "returns": returns_shown(file.steps),
        "steps": list(reversed(file.steps)),
        "employers": file.employers,
        "may_work": may_work,
        "may_read_employers": asked.caller.may(EMPLOYER_READ),
        "mine": file.row["counsellor"] == asked.caller.id,
        "primary": primary_act(state, case, asked.caller, ranking=bool(ranking)),
        "open": state.is_open,
        "placed": state.placed,
        "needs": list(Need),
        "declines": list(DeclineReason),
        "works": list(WorkLater),
        "outcomes": [each for each in ReintegrationOutcome if _may_end(each, state, today)],
        "provinces": PROVINCES,
        "occupations": {code: title for code, title in OCCUPATIONS.items() if len(code) == 4},
    }


async def _vacancy(runtime: Runtime, vacancy_id: UUID) -> dict[str, Any] | None:
    row = await find_vacancy(runtime.pool, runtime.schemas, vacancy_id)
    return vacancy_shown((await with_employers(runtime, [row]))[0]) if row else None


def _may_end(outcome: ReintegrationOutcome, state: Case, today: date) -> bool:
    if outcome is ReintegrationOutcome.RETURN_VOIDED:
        return state.mark is CaseMark.NO_RETURN
    return outcome is not ReintegrationOutcome.NOT_CONTACTED or ages_out(state, today)


def primary_act(state: Case, case: Mapping[str, Any], caller: Caller, *, ranking: bool) -> str:
    """Return the form that the page shows first, by what is to be done next; the others are folded."""
    answers = {match.answer for match in state.matches.values()}
    if not caller.may(CASE_WORK):
        return ""
    if case["follow_up_due"] and state.placed:
        return "follow-up"
    if not state.is_open:
        return ""
    if state.counsellor != caller.id:
        return "take"
    if Answer.PENDING in answers:
        return "answer"
    if Answer.ACCEPTED in answers and not state.placed:
        return "placement"
    if state.placed or state.mark is not None:
        return "closing"
    if not state.needs:
        return "needs"
    return "propose" if Need.FINDING_A_JOB in state.needs and ranking else "session"


page = RecordPage(
    router,
    "/cases/{case_id}",
    list_url=QUEUE,
    name="case_page",
    permission=CASE_READ,
    decider=cases,
    template="reintegration_case.html",
    load=load_case,
)


@page.form("/assignment", CASE_WORK, action="take_case_form")
def take_case(form: SubmittedForm) -> FormCommand:
    """Assign a case to the counsellor who sends the form, instead of the one whom the page showed."""
    return FormCommand(
        AssignCase, {"counsellor": form.caller.id, "instead_of": form.text("instead_of") or None}
    )


@page.form("/needs", CASE_WORK, action="record_needs_form")
def record_needs(form: SubmittedForm) -> FormCommand:
    """Record the needs, the most pressing first, and the work that the returnee looks for."""
    needs = list(form.given("need_1", "need_2", "need_3").values())
    fields = {"needs": needs} | form.given("occupation_wanted", "province_wanted")
    return FormCommand(RecordNeeds, fields, {"needs": "need_1"})


@page.form("/sessions", CASE_WORK, action="record_session_form")
def record_session(form: SubmittedForm) -> FormCommand:
    """Record a counselling session held just now."""
    fields = {"minutes": form.whole("minutes")} | form.given("next_contact_on") | form.words("session_note")
    return FormCommand(RecordCounsellingSession, fields, {"words": "session_note"})


@page.form("/matches", CASE_WORK, action="propose_match_form")
def propose_match(form: SubmittedForm) -> FormCommand:
    """Propose a vacancy with the reasons that the page showed."""
    fields = {"vacancy_id": form.text("vacancy_id"), "reasons": form.text("reasons").split()}
    return FormCommand(ProposeMatch, fields)


@page.form("/answers", CASE_WORK, action="answer_match_form")
def answer_match(form: SubmittedForm) -> FormCommand:
    """Record the answer to a match: accepted, or declined for a reason."""
    fields = {"match_id": form.text("match_id")}
    if form.text("answer") == "accepted":
        return FormCommand(AcceptMatch, fields)
    fields["reason"] = form.text("decline_reason")
    return FormCommand(DeclineMatch, fields, {"reason": "decline_reason"})


@page.form("/placement", CASE_WORK, action="record_placement_form")
def record_placement(form: SubmittedForm) -> FormCommand:
    """Record that the returnee started a job. What is left out is that of the vacancy from which the job came."""
    names = {
        "occupation": "placed_as",
        "province": "placed_in",
        "starts_on": "starts_on",
        "match_id": "placed_from",
        "employer_id": "placed_with",
    }
    fields = {"starts_on": form.text("starts_on")}
    fields |= {name: given for name, typed in names.items() if (given := form.text(typed))}
    return FormCommand(RecordPlacement, fields, names)


@page.form("/unsuitable", CASE_WORK, action="rule_out_vacancy_form")
def rule_out_vacancy(form: SubmittedForm) -> FormCommand:
    """Record that a vacancy is not suitable; it is not offered again."""
    fields = {"vacancy_id": form.text("vacancy_id"), "reason": form.text("unsuitable_for")}
    return FormCommand(RuleOutVacancy, fields, {"reason": "unsuitable_for"})


@page.form("/follow-up", CASE_WORK, action="follow_up_placement_form")
def follow_up_placement(form: SubmittedForm) -> FormCommand:
    """Record how the returnee works some months after the start of the new job."""
    fields = {"months": form.whole("months"), "work": form.text("work_now")}
    return FormCommand(
        FollowUpPlacement,
        fields | form.words("follow_up_note"),
        {"work": "work_now", "words": "follow_up_note"},
    )


@page.form("/move", CASE_WORK, action="move_case_form")
def move_case(form: SubmittedForm) -> FormCommand:
    """Move a case to another province. The next page is the queue: the case may now be out of the caller's reach."""
    fields = {"province": form.text("move_to")} | form.words("move_note")
    return FormCommand(MoveCase, fields, {"province": "move_to", "words": "move_note"}, next_url=QUEUE)


@page.form("/referrals", CASE_WORK, action="refer_form")
def refer(form: SubmittedForm) -> FormCommand:
    """Refer the returnee to the recognition of skills."""
    fields = {"occupation": form.text("referred_for")}
    return FormCommand(ReferForRecognition, fields, {"occupation": "referred_for"})


@page.form("/closing", CASE_WORK, action="close_case_form")
def close_case(form: SubmittedForm) -> FormCommand:
    """Close a case with its outcome."""
    fields = {"outcome": form.text("outcome")} | form.words("close_note")
    return FormCommand(CloseCase, fields, {"words": "close_note"})
