"""The page of a case shows first what is to be done next; vacancies that do not suit, new jobs, moves and old returns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.codes.people import Sex
from contracts.codes.reintegration import ReintegrationOutcome, WorkLater
from contracts.envelope import Fact
from contracts.reintegration import (
    MatchProposed,
    NeedsRecorded,
    PlacementFollowedUp,
    ReintegrationCaseMoved,
    VacancyRuledOut,
    WorkerPlaced,
)
from contracts.skills import AssessmentBooked, AssessmentDecided, RecognitionApplied, SkillsRecognised
from services.reintegration.deciders import cases
from services.reintegration.domain.commands import (
    CloseCase,
    FollowUpPlacement,
    MoveCase,
    RecordPlacement,
    RuleOutVacancy,
)
from services.reintegration.domain.follow_up import done_after, months_asked, months_later, next_follow_up
from services.reintegration.domain.refusals import (
    MovesNowhere,
    NothingToFollowUp,
    RuledOutAlready,
    TooEarlyToAgeOut,
    WorkNotStated,
)
from tests.reintegration.agency import a_handle, event, receive, worked_abroad
from tests.reintegration.test_queue import back, confirm, shown, take
from tests.reintegration.test_reintegration_case import NOW, OPENED, RECORDED, given
from tests.reintegration.test_reintegration_pages import Browser, browser

__all__ = ["browser"]

VACANCY = UUID(int=77)
PLACED = WorkerPlaced(recorded=RECORDED, occupation="7112", province="02", starts_on=NOW.date())


async def first_shown(browser: Browser, case_id: UUID) -> str:
    """The heading or the form that the page of a case shows first."""
    page = (await browser.page(f"/{case_id}")).partition('<div class="grid">')[2]
    found = re.search(r'<h2 id="([\w-]+)"', page)
    assert found is not None
    return found[1]


async def test_the_page_shows_first_what_is_to_be_done_next(browser: Browser) -> None:
    passport = a_handle()
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="7411"))
    await browser.registers(occupation="7411", sector="F", places=1)
    case_id = await browser.came_back(passport)
    seen = [await first_shown(browser, case_id)]
    for form, fields in (
        ("assignment", {}),
        ("needs", {"need_1": "finding_a_job"}),
        ("matches", {}),
        ("answers", {}),
        ("placement", {"starts_on": "2014-07-02"}),
    ):
        if form == "placement":
            match = re.search(
                r'name="placed_from".*?<option value="([0-9a-f-]{36})" selected',
                await browser.page(f"/{case_id}"),
                re.DOTALL,
            )
            assert match is not None, "the vacancy that was accepted is chosen"
            fields = fields | {"placed_from": match[1]}
        answer = await browser.sends(case_id, form, **fields)
        assert answer.status_code == 303, (form, answer.text)
        seen.append(await first_shown(browser, case_id))
    assert seen == ["take", "record-needs", "vacancies", "matches", "record-placement", "follow-up"]
    placed = (await browser.http.get(f"/reintegration/cases/{case_id}", headers=bearer(browser))).json()
    (step,) = [each["facts"] for each in placed["steps"] if each["type"].endswith("worker_placed.v1")]
    assert (step["occupation"], step["province"]) == ("7411", "02"), "taken over from the vacancy"
    assert step["employer_id"] is not None


def bearer(browser: Browser) -> dict[str, str]:
    return {"Authorization": f"Bearer {browser.token}"}


async def test_a_vacancy_that_does_not_suit_is_not_offered_again(browser: Browser) -> None:
    passport = a_handle()
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="7223"))
    for _ in range(2):
        await browser.registers(occupation="7223", sector="C")
    case_id = await browser.came_back(passport)

    async def offered(query: str = "") -> set[str]:
        page = (await browser.http.get(f"/reintegration/pages/cases/{case_id}/vacancies{query}")).text
        return set(re.findall(r'name="vacancy_id" value="([0-9a-f-]{36})"><input', page))

    first, second = sorted(await offered("?work=72"))
    assert await offered("?work=51") == await offered("?province=21") == set()
    empty = await browser.sends(case_id, "unsuitable", vacancy_id=first)
    assert empty.status_code == 422 and "Why: nothing is given here" in " ".join(empty.text.split())
    answer = await browser.sends(case_id, "unsuitable", vacancy_id=first, unsuitable_for="too_far")
    assert answer.status_code == 303, answer.text
    page = await browser.page(f"/{case_id}")
    assert "1 vacancy is not suitable" in page and "Too far from home" in page
    assert await offered("?work=72") == {second}
    answer = await browser.sends(case_id, "matches", vacancy_id=second)
    assert answer.status_code == 303
    declined = await browser.page(f"/{case_id}")
    declined = declined[declined.index("<summary>Declined") :]
    await browser.sends(case_id, "answers", again=declined, decline_reason="work_not_wanted")
    assert await offered("?work=72") == set(), "what was declined for good is not offered either"
    assert "not offered again" in await browser.page(f"/{case_id}")


async def test_vacancies_that_fit_are_filtered_by_wage(browser: Browser) -> None:
    passport = a_handle()
    await receive(browser.running, "reintegration.returns", *worked_abroad(passport, occupation="7231"))
    case_id = await browser.came_back(passport)

    async def offered(query: str, status: int = 200) -> int:
        answer = await browser.http.get(f"/reintegration/pages/cases/{case_id}/vacancies?work=72{query}")
        assert answer.status_code == status, answer.text
        return len(set(re.findall(r'name="vacancy_id" value="([0-9a-f-]{36})"><input', answer.text)))

    queries = ("", "&wage=", "&wage=140", "&wage=១៥០", "&wage=191")
    before = [await offered(query) for query in queries]
    for amount, currency, period in (
        ("140", "USD", "month"),
        ("190", "USD", "month"),
        ("700000", "KHR", "month"),
        ("9", "USD", "day"),
    ):
        wage = {"amount": amount, "currency": currency}
        await browser.registers(occupation="7231", sector="C", wage=wage, wage_period=period)
    more = [await offered(query) - known for query, known in zip(queries, before, strict=True)]
    assert more == [
        4,
        4,
        2,
        1,
        0,
    ]
    assert await offered("&wage=600,000&currency=KHR") == 1
    for wrong in ("much", "-5", "0"):
        await offered(f"&wage={wrong}", 422)
    page = (await browser.http.get(f"/reintegration/pages/cases/{case_id}/vacancies?wage=much")).text
    assert "this is not an amount" in page and 'value="much"' in page


async def test_booked_and_failed_assessments_are_shown_in_the_status_of_a_referral(browser: Browser) -> None:
    passport, stream = a_handle(), f"application-{uuid4()}"
    case_id = await browser.came_back(passport)
    assert (await browser.sends(case_id, "referrals", referred_for="7212")).status_code == 303

    async def status(*facts: Fact, version: int) -> str:
        events = [
            event(
                stream,
                version + nth,
                each,
                handles=(passport,) if isinstance(each, RecognitionApplied) else (),
            )
            for nth, each in enumerate(facts)
        ]
        await receive(browser.running, "reintegration.experience", *events)
        page = await browser.page(f"/{case_id}")
        section = page[page.index('<h2 id="referrals">') :]
        return " ".join(re.sub(r"<[^>]*>", " ", section[: section.index("</section>")]).split())

    booked = AssessmentBooked(recorded=RECORDED, method="practical_test", on="2014-08-04", province="02")
    failed = AssessmentDecided(recorded=RECORDED, result="not_yet_competent", appeal_until="2014-09-03")
    applied = RecognitionApplied(recorded=RECORDED, occupation="7212", sex=Sex.FEMALE)
    assert "no application is under way" in await status(version=1)
    assert "The application is under way" in await status(applied, version=1)
    assert "Assessment booked 4 Aug 2014" in await status(booked, version=2)
    found = await status(failed, version=3)
    assert "Not yet competent An appeal is possible until 3 Sep 2014" in found and "booked" not in found
    again = await status(booked, version=4)
    assert "Assessment booked" in again and "Not yet competent" not in again
    passed = AssessmentDecided(recorded=RECORDED, result="competent")
    assert "Competent The recognition is to follow" in await status(passed, version=5)
    recognised = SkillsRecognised(recorded=RECORDED, occupation="7212", level=2)
    assert "Recognised level 2" in await status(recognised, version=6)


async def test_a_new_job_is_followed_up_after_3_6_and_12_months(browser: Browser) -> None:
    case_id = await back(browser)
    await browser.sends(case_id, "assignment")
    today = browser.running.runtime.clock.today()
    started = months_later(today, -4)
    answer = await browser.sends(
        case_id, "placement", placed_as="7112", placed_in="02", starts_on=str(started)
    )
    assert answer.status_code == 303, answer.text
    assert (await browser.sends(case_id, "closing", outcome="placed")).status_code == 303
    due = (await browser.http.get("/reintegration/pages/follow-ups?whose=mine")).text
    assert str(case_id) in due and "after 3 months" in due
    assert await first_shown(browser, case_id) == "follow-up", "also when the case is closed"
    answer = await browser.sends(case_id, "follow-up", months="3", work_now="same_job")
    assert answer.status_code == 303, answer.text
    assert "Still in the same job" in await browser.page(f"/{case_id}")
    due = (await browser.http.get("/reintegration/pages/follow-ups")).text
    assert str(case_id) not in due


async def test_a_case_moves_to_another_province_and_leaves_the_own_queue(browser: Browser) -> None:
    case_id = await back(browser)
    await browser.sends(case_id, "assignment")
    wrong = await browser.sends(case_id, "move", move_to="02")
    assert wrong.status_code == 409 and "already in charge" in wrong.text
    answer = await browser.sends(case_id, "move", move_to="21")
    assert (answer.status_code, answer.headers["location"]) == (303, "/reintegration/pages/cases")
    await browser.page(f"/{case_id}", status=404)


async def test_the_call_sheet_shows_whole_numbers_to_those_who_work_on_cases(browser: Browser) -> None:
    case_id = await back(browser, at=datetime(2013, 3, 3, 2, tzinfo=UTC))
    queue = "?queue=open&back_since=2013-03-03&back_until=2013-03-03"
    assert f'href="/reintegration/pages/call-sheet{queue.replace("&", "&amp;")}"' in await browser.page(queue)
    sheet = await browser.http.get(f"/reintegration/pages/call-sheet{queue}")
    assert sheet.status_code == 200 and "CHAN SOPHEAP" in sheet.text and "printed by" in sheet.text
    assert str(case_id) not in sheet.text, "paper has no addresses"
    audited = await browser.running.runtime.pool.fetchval(
        "SELECT count(*) FROM audit WHERE action = 'call_sheet_page'"
    )
    assert audited == 1


async def test_returns_of_long_ago_that_nobody_followed_are_closed_as_not_contacted(browser: Browser) -> None:
    old = [await back(browser, at=datetime(2012, 2, day, 2, tzinfo=UTC)) for day in (1, 2)]
    met = await back(browser, at=datetime(2012, 2, 3, 2, tzinfo=UTC))
    await browser.sends(met, "sessions", minutes="30")
    recent = await back(browser, at=browser.running.runtime.clock.now() - timedelta(days=90))
    query = "?queue=aged&back_until=2012-12-31"
    assert shown(await browser.page(query)) == [str(each) for each in old]
    assert str(recent) not in await browser.page("?queue=aged")
    page = await browser.page(query)
    csrf = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page))
    asked = await browser.http.post(f"/reintegration/pages/cases/ageing{query}", data=csrf | {"first": "10"})
    assert "Close 2 cases as not contacted?" in asked.text
    done = await confirm(browser, asked, "ageing")
    page = (await browser.http.get(done.headers["location"])).text
    assert "2 cases were closed as not contacted" in page and shown(page) == []
    assert "Not contacted in time" in await browser.page(f"/{old[0]}")
    assert str(met) in await browser.page("?queue=open&back_until=2012-12-31")
    assert "Not contacted in time" not in await browser.page(f"/{recent}")
    answer = await take(browser, "?queue=open", **{f"case_{recent}": ""})
    assert answer.status_code == 200


def test_a_case_ends_as_not_contacted_only_by_the_rule_of_the_day() -> None:
    close = CloseCase(occurred_at=NOW, outcome=ReintegrationOutcome.NOT_CONTACTED)
    given(OPENED).when(close).refused(TooEarlyToAgeOut)


def test_a_vacancy_is_ruled_out_once_and_may_still_be_proposed() -> None:
    command = RuleOutVacancy(occurred_at=NOW, vacancy_id=VACANCY, reason="too_far")
    fact = VacancyRuledOut(recorded=RECORDED, vacancy_id=VACANCY, reason="too_far")
    given(OPENED).when(command).then(fact)
    given(OPENED, fact).when(command).refused(RuledOutAlready)
    proposed = MatchProposed(
        recorded=RECORDED, match_id=UUID(int=5), vacancy_id=VACANCY, reasons=("same_sector",)
    )
    given(OPENED, fact, proposed).when(command).then(fact)


def test_a_case_moves_to_another_province_than_its_own() -> None:
    given(OPENED).when(MoveCase(occurred_at=NOW, province="02")).refused(MovesNowhere)
    given(OPENED).when(MoveCase(occurred_at=NOW, province="21")).then(
        ReintegrationCaseMoved(recorded=RECORDED, province="21")
    )


def test_a_placement_without_a_vacancy_states_the_work() -> None:
    given(OPENED).when(RecordPlacement(occurred_at=NOW, starts_on=NOW.date())).refused(WorkNotStated)


def test_a_follow_up_needs_a_new_job() -> None:
    command = FollowUpPlacement(occurred_at=NOW, months=3, work=WorkLater.SAME_JOB)
    given(OPENED).when(command).refused(NothingToFollowUp)
    given(OPENED, PLACED).when(command).then(
        PlacementFollowedUp(recorded=RECORDED, months=3, work=WorkLater.SAME_JOB)
    )


@pytest.mark.parametrize(
    ("done", "today", "next_on", "asked"),
    [
        (0, "2014-03-30", "2014-02-28", 3),
        (0, "2014-06-15", "2014-02-28", 6),
        (3, "2014-03-30", "2014-05-30", 6),
        (6, "2014-12-01", "2014-11-30", 12),
        (12, "2014-12-01", None, 12),
    ],
)
def test_follow_ups_are_due_by_the_first_day_of_work(
    done: int, today: str, next_on: str | None, asked: int
) -> None:
    started = datetime(2013, 11, 30, tzinfo=UTC).date()
    found = next_follow_up(started, done)
    assert (found and str(found)) == next_on
    assert months_asked(started, done, datetime.fromisoformat(today).date()) == asked
    assert done_after(3, WorkLater.NO_WORK) == 12 and done_after(3, WorkLater.OTHER_JOB) == 3


def test_needs_and_a_moved_case_keep_what_is_known() -> None:
    moved = ReintegrationCaseMoved(recorded=RECORDED, province="21")
    needs = NeedsRecorded(recorded=RECORDED, needs=("credit",))
    facts = [OPENED, needs, moved]
    state = cases.fold([event("reintegration-case-x", nth, each) for nth, each in enumerate(facts, 1)])
    assert (state.province, state.counsellor, state.needs) == ("21", None, ("credit",))
