"""Every decision about an assistance case: from the standing facts and a command to facts or a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.testing import Scenario
from contracts.codes.assistance import (
    AssistanceAction,
    AssistanceCategory,
    AssistanceOutcome,
    Contact,
    DeathCause,
    ReportedBy,
    Urgency,
)
from contracts.codes.documents import DocumentKind
from contracts.codes.missions import MISSIONS
from contracts.codes.people import AgeBand, Sex
from contracts.codes.recording import BirthPrecision, HowRecorded
from contracts.command import Circumstances, PersonGiven
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceCaseRestricted,
    AssistanceDueDateSet,
    WorkerDeathRecorded,
)
from contracts.envelope import Fact, Recorded
from contracts.person import Age, Birth, Document, Name
from services.consular.deciders import assistance_cases
from services.consular.domain.assistance_case import DUE_WITHIN_DAYS, due_by
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
from services.consular.domain.refusals import (
    CallerIdentifiedAlready,
    CaseClosed,
    CaseTakenBack,
    DeathRecordedAlready,
    DiedAfterItWasKnown,
    DueBeforeToday,
    HandedOverToTheSame,
    NobodyWouldSeeTheCase,
    NothingToKnowThemBy,
    TakenMeanwhile,
)
from services.consular.projections.assistance_cases import ASSISTANCE_CASES, NOTHING_DUE

EVENING = datetime(2014, 6, 13, 18, 30, tzinfo=UTC)  # 14 June, 01:30 in Phnom Penh
TODAY = date(2014, 6, 14)
CASE = UUID("01469000-0000-7000-8000-000000000001")
RECORDED = Recorded(by="attache-1", office="BKK", how=HowRecorded.LIVE)
CONTRACT = "employment-contract-01440000-0000-7000-8000-000000000001"


AT = Circumstances(CASE, RECORDED, EVENING, EVENING, TODAY, "attache-1")


def open_case(**other: Any) -> OpenAssistanceCase:
    usual: dict[str, Any] = {
        "occurred_at": EVENING,
        "mission": "BKK",
        "category": AssistanceCategory.WAGES,
        "urgency": Urgency.SOON,
    }
    return OpenAssistanceCase(**usual | other)


def opened(**other: Any) -> AssistanceCaseOpened:
    usual: dict[str, Any] = {
        "recorded": RECORDED,
        "mission": "BKK",
        "country": "THA",
        "category": AssistanceCategory.WAGES,
        "urgency": Urgency.SOON,
        "due_on": TODAY + timedelta(days=7),
    }
    return AssistanceCaseOpened(**usual | other)


DARA = PersonGiven(
    sex=Sex.MALE,
    name=Name(latin="SOK DARA"),
    birth=Birth(on=date(1990, 1, 1)),
    documents=(Document(kind=DocumentKind.PASSPORT, number="N0012345"),),
)
IDENTIFY = IdentifyCaller(occurred_at=EVENING, person=DARA)
LOG = LogAssistanceAction(occurred_at=EVENING, action=AssistanceAction.CALL)
CLOSE = CloseAssistanceCase(occurred_at=EVENING, outcome=AssistanceOutcome.RESOLVED)
logged = AssistanceActionLogged(recorded=RECORDED, action=AssistanceAction.CALL)
AGED_24 = Age(at_least=24, at_most=24)
identified = AssistanceCallerIdentified(
    recorded=RECORDED, sex=Sex.MALE, age_band=AgeBand.AGE_20_24, age=AGED_24
)
linked = AssistanceCallerIdentified(
    recorded=RECORDED, sex=Sex.MALE, age_band=AgeBand.AGE_20_24, about=f"employment-contract-{UUID(int=9)}"
)
closed = AssistanceCaseClosed(recorded=RECORDED, outcome=AssistanceOutcome.RESOLVED)


def due(on: date | None) -> SetAssistanceDueDate:
    return SetAssistanceDueDate(occurred_at=EVENING, due_on=on)


def hand_over(**to: str | None) -> HandOverAssistanceCase:
    return HandOverAssistanceCase(occurred_at=EVENING, **to)


def handed_over(**to: str) -> AssistanceCaseHandedOver:
    return AssistanceCaseHandedOver(recorded=RECORDED, **to)


def died(**other: Any) -> RecordWorkerDeath:
    return RecordWorkerDeath(**{"occurred_at": EVENING, "died_on": date(2014, 6, 1)} | other)


def restrict(*people: str) -> RestrictAssistanceCase:
    return RestrictAssistanceCase(occurred_at=EVENING, restricted_to=people)


def restricted(*people: str) -> AssistanceCaseRestricted:
    return AssistanceCaseRestricted(recorded=RECORDED, restricted_to=people)


SCENARIO = Scenario(assistance_cases, AT, apart=timedelta(hours=1))
given = SCENARIO.given


def test_a_case_is_opened_for_an_unknown_person() -> None:
    assert given().when(open_case()).facts == [opened()]


def test_a_case_holds_what_statistics_need_of_the_person() -> None:
    [fact] = given().when(open_case(person=DARA, country="MMR", attache="attache-1", about=CONTRACT)).facts
    assert fact == opened(
        sex=Sex.MALE,
        age_band=AgeBand.AGE_20_24,
        age=AGED_24,
        country="MMR",
        attache="attache-1",
        about=CONTRACT,
    )


def test_a_case_says_who_reported_it_and_where_the_worker_is() -> None:
    [fact] = given().when(open_case(reported_by=ReportedBy.FAMILY, country="ZAF", worker_in="LAO")).facts
    assert fact == opened(reported_by=ReportedBy.FAMILY, country="ZAF", worker_in="LAO")
    [fact] = given().when(open_case()).facts
    assert fact == opened(reported_by=ReportedBy.NOT_STATED, worker_in=None), "nothing is inferred"


@pytest.mark.parametrize(
    ("urgency", "days"), [("life_in_danger", 0), ("urgent", 1), ("soon", 7), ("routine", 30)]
)
def test_the_next_step_is_due_by_urgency_counted_from_the_day_of_the_opening(urgency: str, days: int) -> None:
    [fact] = given().when(open_case(urgency=Urgency(urgency))).facts
    assert isinstance(fact, AssistanceCaseOpened) and fact.due_on == TODAY + timedelta(days=days)


def test_an_action_sets_the_due_date_if_it_names_one() -> None:
    day = TODAY + timedelta(days=2)
    both = given(opened()).when(LOG.model_copy(update={"due_on": day})).facts
    assert both == [logged, AssistanceDueDateSet(recorded=RECORDED, due_on=day)]
    assert given(opened()).when(LOG).facts == [logged]
    past = LOG.model_copy(update={"due_on": TODAY - timedelta(days=1)})
    given(opened()).when(past).refused(DueBeforeToday)


def test_every_urgency_has_its_days() -> None:
    assert set(DUE_WITHIN_DAYS) == set(Urgency)


def test_a_day_named_by_the_attache_comes_first() -> None:
    [fact] = given().when(open_case(due_on=TODAY)).facts
    assert isinstance(fact, AssistanceCaseOpened) and fact.due_on == TODAY


def test_a_day_that_has_passed_is_refused() -> None:
    given().when(open_case(due_on=TODAY - timedelta(days=1))).refused(DueBeforeToday)
    given(opened()).when(due(TODAY - timedelta(days=1))).refused(DueBeforeToday)


def test_the_end_of_the_calendar_is_a_day_like_others() -> None:
    assert due_by(Urgency.ROUTINE, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "BKK") == date.max


@pytest.mark.parametrize(
    ("mission", "utc_hour", "day"),
    [("KWI", 17, 12), ("BKK", 17, 13), ("SEL", 14, 12), ("SEL", 15, 13), ("TYO", 16, 13), ("KUL", 16, 13)],
)
def test_a_day_is_a_day_where_the_mission_is(mission: str, utc_hour: int, day: int) -> None:
    at = datetime(2014, 6, 12, utc_hour, 30, tzinfo=UTC)
    there = date(2014, 6, day)
    case = opened(mission=mission, country=MISSIONS[mission].country, due_on=there)

    def opening(**fields: Any) -> OpenAssistanceCase:
        return open_case(occurred_at=at, mission=mission, urgency=Urgency.LIFE_IN_DANGER, **fields)

    [fact] = given().when(opening()).facts
    assert isinstance(fact, AssistanceCaseOpened) and fact.due_on == there
    assert given().when(opening(due_on=there)).facts
    assert given(case).when(SetAssistanceDueDate(occurred_at=at, due_on=there)).facts
    assert given(case).when(died(occurred_at=at, died_on=there)).facts
    before, after = there - timedelta(days=1), there + timedelta(days=1)
    given().when(opening(due_on=before)).refused(DueBeforeToday)
    given(case).when(SetAssistanceDueDate(occurred_at=at, due_on=before)).refused(DueBeforeToday)
    given(case).when(died(occurred_at=at, died_on=after)).refused(DiedAfterItWasKnown)


def test_an_unidentified_caller_becomes_known_later() -> None:
    assert given(opened()).when(IDENTIFY).facts == [identified]


def test_a_record_of_the_same_person_identifies_too() -> None:
    command = IdentifyCaller(occurred_at=EVENING, about=CONTRACT)
    assert given(opened()).when(command).facts == [
        AssistanceCallerIdentified(recorded=RECORDED, about=CONTRACT)
    ]


def test_a_caller_can_be_identified_after_the_case_was_closed() -> None:
    assert given(opened(), closed).when(IDENTIFY).facts == [identified]


def test_an_identification_needs_data() -> None:
    command = IdentifyCaller(occurred_at=EVENING, person=PersonGiven(sex=Sex.MALE))
    assert given(opened()).when(command).refused(NothingToKnowThemBy).status == 422


def test_a_second_identification_is_a_correction() -> None:
    assert given(opened(), linked).when(IDENTIFY).refused(CallerIdentifiedAlready).remedy
    assert given(opened(), linked, identified).when(IDENTIFY).refused(CallerIdentifiedAlready).remedy
    given(opened(), handles=("0" * 32,)).when(IDENTIFY).refused(CallerIdentifiedAlready)
    given(opened(about=CONTRACT)).when(IDENTIFY).refused(CallerIdentifiedAlready)


def test_a_name_alone_does_not_identify_a_person() -> None:
    assert given(opened(), identified).when(IDENTIFY).facts == [identified]
    assert columns(opened(), identified)["identified"] is False


def test_an_action_is_logged() -> None:
    assert given(opened()).when(LOG).facts == [logged]


def test_an_action_says_with_whom_and_where_the_worker_is() -> None:
    command = LogAssistanceAction(
        occurred_at=EVENING,
        action=AssistanceAction.VISIT,
        with_whom=Contact.WORKER_IN_PERSON,
        worker_in="MYS",
    )
    assert given(opened()).when(command).facts == [
        AssistanceActionLogged(
            recorded=RECORDED,
            action=AssistanceAction.VISIT,
            with_whom=Contact.WORKER_IN_PERSON,
            worker_in="MYS",
        )
    ]


def test_a_death_is_recorded_with_day_precision_country_and_cause() -> None:
    command = died(day_precision=BirthPrecision.MONTH, died_in="THA", cause=DeathCause.TRAFFIC_ACCIDENT)
    death = WorkerDeathRecorded(
        recorded=RECORDED,
        died_on=date(2014, 6, 1),
        precision=BirthPrecision.MONTH,
        died_in="THA",
        cause=DeathCause.TRAFFIC_ACCIDENT,
    )
    assert given(opened()).when(command).facts == [death]
    assert given(opened(), closed).when(command).facts == [death], "what is known late is recorded late"
    row = columns(opened(), death)
    assert (row["died_on"], row["died_precision"], row["closed_at"]) == (date(2014, 6, 1), "month", None)


def test_a_second_death_and_a_death_after_it_was_known_are_refused() -> None:
    death = WorkerDeathRecorded(recorded=RECORDED, died_on=date(2014, 6, 1))
    assert "2014-06-01" in given(opened(), death).when(died()).refused(DeathRecordedAlready).detail
    refused = given(opened()).when(died(died_on=date(2014, 6, 15))).refused(DiedAfterItWasKnown)
    assert (refused.status, refused.field) == (422, "died_on")
    assert given(opened()).when(died(died_on=TODAY)).facts, "the same day is possible"


def test_a_restricted_case_names_those_who_may_see_it() -> None:
    [fact] = given().when(open_case(restricted_to=("ambassador",))).facts
    assert fact == opened(restricted_to=("ambassador", "attache-1")), "who opens it always sees it"
    assert given(fact, handed_over(to_attache="attache-2")).state.readers == {
        "ambassador", "attache-1", "attache-2",
    }  # fmt: skip
    assert given(opened(attache="attache-2")).state.readers == frozenset(), "not restricted"


def test_a_case_is_restricted_and_opened_again() -> None:
    assert given(opened(), closed).when(restrict("ambassador")).facts == [
        restricted("ambassador", "attache-1")
    ]
    narrow = given(opened(), restricted("ambassador", "attache-1"))
    assert narrow.when(restrict("attache-1", "ambassador")).facts == [], "nothing changes"
    assert narrow.when(restrict()).facts == [restricted()]
    assert given(opened(), restricted("ambassador"), restricted()).state.readers == frozenset()


def test_a_restricted_case_is_handed_to_another_mission_with_an_attache_only() -> None:
    narrow = given(opened(), restricted("attache-1"))
    refused = narrow.when(hand_over(to_mission="KUL")).refused(NobodyWouldSeeTheCase)
    assert (refused.status, refused.field) == (422, "to_attache")
    assert narrow.when(hand_over(to_mission="KUL", to_attache="attache-2")).facts


def test_a_case_knows_the_missions_that_handed_it_over() -> None:
    to_kul, to_bkk = handed_over(to_mission="KUL"), handed_over(to_mission="BKK")
    assert given(opened(), handed_over(to_attache="attache-2")).state.handed_over == {}
    assert given(opened(), to_kul).state.handed_over == {"BKK": 2}
    assert given(opened(), to_kul, to_bkk, logged, to_kul).state.handed_over == {"BKK": 5, "KUL": 3}


def test_a_due_date_is_set_changed_and_removed() -> None:
    for day in (TODAY, TODAY + timedelta(days=40), None):
        assert given(opened()).when(due(day)).facts == [AssistanceDueDateSet(recorded=RECORDED, due_on=day)]


def test_an_unassigned_case_is_assigned_and_handed_over() -> None:
    assert given(opened()).when(hand_over(to_attache="attache-1")).facts == [
        handed_over(to_attache="attache-1")
    ]
    taken = given(opened(attache="attache-1"))
    assert taken.when(hand_over(to_attache="attache-2")).facts == [handed_over(to_attache="attache-2")]


def test_a_case_is_handed_to_a_mission_without_an_attache() -> None:
    facts = given(opened(attache="attache-1")).when(hand_over(to_mission="KUL")).facts
    assert facts == [handed_over(to_mission="KUL")]
    state = given(opened(attache="attache-1"), *facts).state
    assert (state.mission, state.attache) == ("KUL", None)


@pytest.mark.parametrize(
    "to",
    [{"to_attache": "attache-1"}, {"to_mission": "BKK"}, {"to_attache": "attache-1", "to_mission": "BKK"}],
)
def test_a_case_is_not_handed_to_the_mission_that_has_it(to: dict[str, str]) -> None:
    given(opened(attache="attache-1")).when(hand_over(**to)).refused(HandedOverToTheSame)


def test_a_case_that_another_attache_took_meanwhile_is_not_taken_over() -> None:
    taken = opened(attache="attache-2")
    for known in (None, "attache-1"):
        command = hand_over(to_attache="attache-3", instead_of=known)
        given(taken).when(command).refused(TakenMeanwhile)
    given(taken).when(hand_over(to_attache="attache-3", instead_of="attache-2")).then(
        AssistanceCaseHandedOver(recorded=RECORDED, to_attache="attache-3", to_mission=None)
    )


def test_handing_over_a_case_needs_a_recipient() -> None:
    with pytest.raises(ValidationError, match="to_attache or to_mission"):
        hand_over()


def test_a_case_is_closed_with_its_outcome() -> None:
    assert given(opened()).when(CLOSE).facts == [closed]


@pytest.mark.parametrize("command", [due(TODAY), hand_over(to_attache="attache-2"), CLOSE])
def test_a_closed_case_is_not_acted_on(command: Any) -> None:
    assert "2014-06-14" in given(opened(), closed).when(command).refused(CaseClosed).detail


def test_only_actions_before_the_closing_can_be_recorded_after_it() -> None:
    shut = given(opened(), closed)  # an hour after the opening
    assert shut.when(LOG).facts == [logged]
    later = LOG.model_copy(update={"occurred_at": EVENING + timedelta(hours=2)})
    shut.when(later).refused(CaseClosed)


@pytest.mark.parametrize(
    "command", [IDENTIFY, LOG, died(), due(TODAY), hand_over(to_mission="KUL"), restrict("x"), CLOSE]
)
def test_nothing_is_recorded_in_a_case_whose_opening_was_voided(command: Any) -> None:
    given(handed_over(to_mission="KUL"), logged).when(command).refused(CaseTakenBack)


def columns(*facts: Fact, handles: tuple[str, ...] = ()) -> dict[str, Any]:
    found = ASSISTANCE_CASES.row(SCENARIO.events(*facts, handles=handles))
    assert found is not None
    return dict(zip((name for name, _ in ASSISTANCE_CASES.columns), found, strict=True))


def test_the_row_follows_the_case() -> None:
    new = columns(opened())
    assert (new["due_on"], new["queue_on"]) == (TODAY + timedelta(days=7), TODAY + timedelta(days=7))
    assert (new["identified"], new["actions"], new["last_action"], new["attache"]) == (False, 0, None, None)
    known = columns(opened(), logged, linked, handed_over(to_attache="attache-2", to_mission="KUL"))
    assert (known["identified"], known["sex"], known["age_band"]) == (True, 1, "20-24")
    assert (known["mission"], known["mission_country"], known["country"]) == ("KUL", "MYS", "THA")
    assert (known["actions"], known["last_action"], known["attache"]) == (1, "call", "attache-2")
    assert (known["handed_over_by"], new["handed_over_by"]) == ("THA", "")
    over = columns(opened(), closed)
    assert (over["outcome"], over["due_on"], over["queue_on"]) == ("resolved", None, NOTHING_DUE)
    assert columns(opened(), AssistanceDueDateSet(recorded=RECORDED, due_on=None))["queue_on"] == NOTHING_DUE


def test_the_row_shows_where_the_worker_was_last() -> None:
    seen = AssistanceActionLogged(recorded=RECORDED, action=AssistanceAction.VISIT, worker_in="MYS")
    assert columns(opened())["worker_in"] is None, "the country of the case says nothing of the worker"
    assert columns(opened(worker_in="THA"), logged)["worker_in"] == "THA"
    assert columns(opened(worker_in="THA"), seen, logged)["worker_in"] == "MYS"


def test_without_its_opening_there_is_no_row() -> None:
    assert ASSISTANCE_CASES.row(SCENARIO.events(handed_over(to_mission="KUL"), closed)) is None
