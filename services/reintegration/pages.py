"""The counsellor's pages: the queue of returnees, and one case with experience, vacancies that fit, and its forms.

A form sends the same command as the API. It contains an idempotency key, so that sending it twice records once.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.access.permissions import CallerFirstRoute
from chassis.commands.runtime import runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page, decode_cursor, page_of
from chassis.pages.form import SubmittedForm
from chassis.pages.home import WorkCount, render_counts
from chassis.pages.record_page import FormCommand, RecordPage, RecordRequest
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from chassis.store.decider import NATIONAL_DESK
from contracts.codes.places import PROVINCES
from contracts.codes.reintegration import CaseMark, DeclineReason, Need, ReintegrationOutcome
from contracts.codes.work import OCCUPATIONS
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
from services.reintegration.permissions import CASE_READ, CASE_WORK, CaseReadPage
from services.reintegration.projections.cases import Queue, count_queues
from services.reintegration.projections.vacancies import find_vacancy
from services.reintegration.queries.records import (
    employers_to_choose,
    look_at_queue,
    open_file,
    vacancies_for,
    with_employers,
)
from services.reintegration.schemas import CaseRow
from services.reintegration.wording import (
    CASES_LIST,
    background_shown,
    case_shown,
    employer_name,
    ranking_shown,
    returns_shown,
    vacancy_shown,
)

QUEUE = "/reintegration/pages/cases"
COUNTS = f"{QUEUE}/counts"
NAV = NavItem(QUEUE, N_("Returnees"), CASE_READ, counts=COUNTS)
ROWS, RANKED = 50, 8

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/cases", name="queue_page")
async def queue_page(
    request: Request,
    caller: CaseReadPage,
    queue: Annotated[Queue, Query()] = "open",
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show a queue of returnees by due day, the most overdue first."""
    runtime = runtime_of(request)
    today = runtime.clock.today()
    key = CaseRow.sort_key(queue)

    async def listed(cursor: str | None, limit: int) -> Page[dict[str, Any]]:
        after = None if cursor is None else decode_cursor(cursor, *CaseRow.sort_kinds(queue))
        rows = await look_at_queue(
            runtime, caller, queue, "reintegration_queue_page", after=after, limit=limit, persons=True
        )
        return page_of(rows, limit, lambda row: row, lambda row: (row[key], row["case_id"]))

    if file is not None:
        return await CASES_LIST.answer(request, caller, file, listed)
    page = await listed(cursor, ROWS)
    return pages_of(request).render(
        request,
        "reintegration_queue.html",
        caller=caller,
        list=QUEUE,
        queue=queue,
        counts=await count_queues(runtime.pool, runtime.schemas["cases"], caller.reach, caller.id, today),
        cases=[case_shown(row, today) for row in page.items],
        next=page.next,
    )


@router.get("/cases/counts", name="queue_counts")
async def queue_counts(request: Request, caller: CaseReadPage) -> Response:
    """Show the counts of the queues on the first page."""
    runtime = runtime_of(request)
    schema, today = runtime.schemas["cases"], runtime.clock.today()
    counts = await count_queues(runtime.pool, schema, caller.reach, caller.id, today)
    return render_counts(
        request,
        caller,
        (
            WorkCount(N_("Overdue"), counts["overdue"], f"{QUEUE}?queue=overdue", pressing=True),
            WorkCount(N_("Mine"), counts["mine"], f"{QUEUE}?queue=mine"),
            WorkCount(N_("Nobody's"), counts["unassigned"], f"{QUEUE}?queue=unassigned"),
            WorkCount(N_("All"), counts["open"], QUEUE),
        ),
    )


async def load_case(asked: RecordRequest) -> dict[str, Any]:
    """Return what the page of a case shows. A request for the document numbers has its own action in the audit."""
    runtime = asked.runtime
    action = "reintegration_documents_page" if asked.whole else "reintegration_case_page"
    file = await open_file(runtime, asked.caller, asked.record_id, action)
    state = cases.fold(file.steps)
    matches = []
    for match_id, match in state.matches.items():
        row = await find_vacancy(runtime.pool, runtime.schemas, match.vacancy_id)
        found = vacancy_shown((await with_employers(runtime, [row]))[0]) if row else None
        matches.append({"id": match_id, "answer": str(match.answer), "vacancy": found})
    wanted = sorted({file.row["province"], file.row["province_wanted"]} - {None, NATIONAL_DESK})
    may_work = asked.caller.may(CASE_WORK)
    return {
        "case": case_shown(file.row, runtime.clock.today()),
        "person": file.person,
        "number": file.number,
        "experience": background_shown(file.background),
        "matches": matches,
        "ranking": ranking_shown(await vacancies_for(runtime, file, RANKED)) if state.is_open else [],
        "returns": returns_shown(file.steps),
        "steps": list(reversed(file.steps)),
        "employers": file.employers,
        "employers_to_choose": [
            (str(each.employer_id), employer_name(each))
            for each in await employers_to_choose(runtime, wanted)
        ]
        if may_work
        else [],
        "may_work": may_work,
        "open": state.is_open,
        "needs": list(Need),
        "declines": list(DeclineReason),
        "outcomes": [
            each
            for each in ReintegrationOutcome
            if each is not ReintegrationOutcome.RETURN_VOIDED or state.mark is CaseMark.NO_RETURN
        ],
        "provinces": PROVINCES,
        "occupations": {code: title for code, title in OCCUPATIONS.items() if len(code) == 4},
    }


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
    """Assign a case to the counsellor who sends the form."""
    return FormCommand(AssignCase, {"counsellor": form.caller.id})


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
    """Record that the returnee started a job."""
    names = {"occupation": "placed_as", "province": "placed_in", "starts_on": "starts_on"}
    fields = {name: form.text(typed) for name, typed in names.items()}
    further = {"match_id": "placed_from", "employer_id": "placed_with"}
    fields |= {name: given for name, typed in further.items() if (given := form.text(typed))}
    return FormCommand(RecordPlacement, fields, names | further)


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
