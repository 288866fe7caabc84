"""Cases follow returns by rule J13, in any order, repetition and batching of the received events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.border import WorkerDeparted
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded, TimePrecision
from contracts.codes.reintegration import CaseMark, ReintegrationOutcome
from contracts.envelope import Event, Fact
from contracts.person import SealedPerson
from contracts.reintegration import (
    EventCorrected,
    EventVoided,
    ReintegrationCaseClosed,
    ReintegrationCaseMarked,
    ReintegrationCaseOpened,
)
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.case import case_of
from services.reintegration.projections.cases import CASES, row
from tests.reintegration.returns import (
    AT,
    BORDER,
    COUNSELLOR,
    ONE,
    OTHER,
    Agency,
    an_id,
    corrected,
    crossed,
    crossing,
    deported,
    event,
    returned,
    ruling_on,
    voided,
)


def test_a_return_opens_a_case_with_the_evidence_of_who_it_was() -> None:
    back = returned()
    (opened,) = Agency().receive([back])
    facts = opened.facts
    assert isinstance(facts, ReintegrationCaseOpened)
    assert opened.stream == f"reintegration-case-{case_of(back.id)}"
    assert (facts.about, facts.return_event_id, facts.deported, facts.sex) == (
        back.stream,
        back.id,
        False,
        Sex.FEMALE,
    )
    assert (opened.person, opened.handles) == (back.person, back.handles)
    assert (opened.causation_id, opened.correlation_id) == (back.id, back.correlation_id)
    assert opened.occurred_at == back.occurred_at
    assert opened.recorded_at > back.recorded_at
    assert (facts.recorded.by, facts.recorded.office, facts.recorded.how) == (
        "reintegration",
        "NEA",
        HowRecorded.OFFLINE,
    )


def test_a_deported_return_opens_a_case_that_says_so() -> None:
    back = deported()
    agency = Agency().receive_all([back])
    facts = agency.opening(back).facts
    assert facts.deported
    assert facts.home_province == "02"


def test_a_sealed_person_goes_on_sealed() -> None:
    block = SealedPerson(evidence_id=an_id("sealed"), key="k1", ciphertext="AAAA")
    back = event(crossing(), 1, returned().facts, person=block, handles=(ONE,))
    (opened,) = Agency().receive([back])
    assert opened.person == block


def test_a_repeated_return_opens_no_second_case() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    assert agency.receive([back, back]) == []


def test_a_departure_opens_nothing() -> None:
    left = WorkerDeparted(recorded=BORDER, checkpoint="KH-POI", destination="THA")
    gone = event(crossing(), 1, left)
    assert Agency().receive([gone, voided(gone)]) == []


def test_a_void_takes_back_a_case_on_which_nobody_worked() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    (taken_back,) = agency.receive([voided(back)])
    assert isinstance(taken_back.facts, EventVoided)
    assert taken_back.facts.reason is CorrectionReason.NEVER_HAPPENED
    assert agency.standing(back) == []


def test_a_void_marks_a_case_on_which_somebody_worked() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    agency.work(back)
    (marked,) = agency.receive([voided(back)])
    assert isinstance(marked.facts, ReintegrationCaseMarked)
    assert agency.case(back).mark is CaseMark.NO_RETURN
    agency.receive([corrected(back, 3)])
    assert agency.case(back).mark is None
    assert agency.case(back).is_open


def test_a_return_that_was_voided_before_anybody_heard_of_it_leaves_no_case() -> None:
    back = returned()
    agency = Agency()
    assert agency.receive([voided(back)]) == []
    agency.receive([back])
    assert agency.followed() == {}


def test_a_return_and_its_void_received_at_once_leave_the_history_of_both() -> None:
    back = returned()
    opened, taken_back = Agency().receive([voided(back), back])
    assert isinstance(opened.facts, ReintegrationCaseOpened)
    assert isinstance(taken_back.facts, EventVoided)
    assert back.recorded_at <= opened.recorded_at < taken_back.recorded_at


def test_a_case_that_a_counsellor_closed_stays_closed() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    end = ReintegrationCaseClosed(recorded=COUNSELLOR, outcome=ReintegrationOutcome.UNREACHABLE)
    agency.work(back, end, at=AT + timedelta(days=20))
    agency.receive([crossed(2, "departure", 30)])
    assert agency.case(back).outcome is ReintegrationOutcome.UNREACHABLE
    later = crossed(3, "deportation", 60)
    agency.receive([later])
    assert agency.case(later).is_open
    assert agency.case(back).returns == (back.id,)


def test_a_corrected_document_is_followed_by_a_correction_of_the_case() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    (ruling,) = agency.receive([corrected(back, who="N2", home_province="17")])
    assert isinstance(ruling.facts, EventCorrected)
    assert not ruling.facts.keeps_person
    assert (ruling.facts.formerly, ruling.handles) == ((ONE,), (OTHER,))
    assert ruling.facts.reason is CorrectionReason.WRONG_DOCUMENT
    opening = agency.opening(back)
    assert (opening.handles, opening.facts.home_province) == ((OTHER,), "17")
    assert opening.facts.recorded.by == "reintegration"


def test_a_correction_that_keeps_the_person_keeps_it_in_the_case() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    (ruling,) = agency.receive([corrected(back, home_province="17")])
    assert isinstance(ruling.facts, EventCorrected)
    assert ruling.facts.keeps_person
    assert ruling.person is None
    assert agency.opening(back).handles == (ONE,)


def test_a_correction_that_changes_nothing_for_the_case_records_nothing() -> None:
    back = returned(home_province="02")
    agency = Agency().receive_all([back])
    same = corrected(back, checkpoint="KH-DNG")
    assert agency.receive([event(same.stream, 2, same.facts, occurred_at=back.occurred_at)]) == []


def test_a_correction_after_a_void_opens_the_case_again() -> None:
    back = returned()
    agency = Agency().receive_all([back, voided(back, 2)])
    (opened,) = agency.receive([corrected(back, 3, home_province="17")])
    assert isinstance(opened.facts, ReintegrationCaseOpened)
    assert agency.case(back).is_open
    assert agency.opening(back).facts.home_province == "17"


def test_a_case_corrected_by_hand_is_not_corrected_back_by_a_repetition() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    opening = agency.opening(back)
    by_hand = EventCorrected(
        **ruling_on(opening, CorrectionReason.MISTYPED, COUNSELLOR),
        restated={"type": opening.type, "facts": opening.facts.model_copy(update={"home_province": "09"})},
    )
    agency.recorded[case_of(back.id)].append(event(opening.stream, 2, by_hand))
    assert agency.receive([back]) == []
    assert agency.opening(back).facts.home_province == "09"


def test_a_case_voided_by_hand_stays_so() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    opening = agency.opening(back)
    by_hand = EventVoided(**ruling_on(opening, CorrectionReason.DUPLICATE, COUNSELLOR))
    agency.recorded[case_of(back.id)].append(event(opening.stream, 2, by_hand))
    assert agency.receive([corrected(back, home_province="09")]) == []


def test_three_returns_without_a_recorded_departure_are_one_case() -> None:
    three = [crossed(nth, "deportation", days) for nth, days in enumerate((0, 60, 150))]
    agency = Agency().receive_all(three)
    assert agency.followed() == {frozenset(each.id for each in three): "open"}


def test_a_recorded_departure_closes_a_case_on_which_nobody_worked() -> None:
    back, gone = crossed(0, "deportation", 0), crossed(1, "departure", 40)
    agency = Agency().receive_all([back, gone])
    assert agency.followed() == {frozenset([back.id]): "remigrated"}
    closing = agency.standing(back)[-1]
    assert (closing.causation_id, closing.occurred_at) == (gone.id, gone.occurred_at)
    agency.receive([voided(gone)])
    assert agency.followed() == {frozenset([back.id]): "open"}


def test_a_recorded_departure_marks_a_case_on_which_somebody_worked() -> None:
    back, gone, again = (
        crossed(0, "deportation", 0),
        crossed(1, "departure", 40),
        crossed(2, "deportation", 90),
    )
    agency = Agency().receive_all([back])
    agency.work(back)
    agency.receive([gone])
    assert agency.followed() == {frozenset([back.id]): "left_again"}
    due_on = dict(zip([name for name, _ in CASES.columns], row(agency.standing(back)) or (), strict=True))[
        "due_on"
    ]
    assert due_on is None
    agency.receive([again])
    assert agency.followed() == {frozenset([back.id]): "left_again", frozenset([again.id]): "open"}


def test_home_leave_opens_no_case_until_it_lapses() -> None:
    gone = crossed(0, "departure", -300)
    leave = crossed(1, "return", 0, reason="visit_home")
    agency = Agency()
    agency.receive([gone, leave], now=AT + timedelta(days=2))
    assert agency.followed() == {}
    assert agency.follow(now=AT + timedelta(days=3)) == []
    (opened,) = agency.follow(now=AT + timedelta(days=400))
    assert isinstance(opened.facts, ReintegrationCaseOpened)
    assert opened.occurred_at == leave.occurred_at
    assert opened.recorded_at > leave.recorded_at + timedelta(days=1)
    assert agency.followed() == {frozenset([leave.id]): "open"}


def test_leave_that_lapsed_and_is_followed_by_the_next_departure_takes_its_case_back() -> None:
    gone, leave = crossed(0, "departure", -300), crossed(1, "return", 0, reason="family")
    agency = Agency().receive_all([gone, leave])
    assert agency.followed() == {frozenset([leave.id]): "open"}
    agency.receive([crossed(2, "departure", 10)])
    assert agency.followed() == {}


@pytest.mark.parametrize(
    "facts",
    [{"reason": "remains"}, {"role": "child"}, {"age": {"at_least": 4, "at_most": 4}}],
    ids=["remains", "child", "small"],
)
def test_the_dead_and_children_get_no_case(facts: dict[str, Any]) -> None:
    assert Agency().receive([crossed(0, "return", 0, **facts)]) == []


def test_the_province_of_the_post_is_in_charge_where_no_home_is_stated() -> None:
    here, stated = (
        crossed(0, "deportation", 0),
        crossed(1, "deportation", 0, handles=(OTHER,), home_province="21"),
    )
    agency = Agency().receive_all([here, stated])
    assert (agency.case(here).province, agency.opening(here).facts.home_province) == ("01", None)
    assert agency.case(stated).province == "21"


def test_a_return_that_turns_out_to_be_of_another_worker_leaves_the_case() -> None:
    first, second = crossed(0, "deportation", 0), crossed(1, "deportation", 60)
    agency = Agency().receive_all([first, second])
    assert agency.followed() == {frozenset([first.id, second.id]): "open"}
    agency.receive([corrected(second, who="N2")])
    assert agency.followed() == {frozenset([first.id]): "open", frozenset([second.id]): "open"}


KINDS = ("departure", "departure_again", "deportation", "return", "leave", "void", "month")


def _life(kinds: Sequence[str]) -> list[Event[Fact]]:
    events: list[Event[Fact]] = []
    for nth, kind in enumerate(kinds):
        days = 45 * nth
        match kind:
            case "void":
                crossings = [each for each in events if each.version == 1]
                if crossings and not any(
                    each.stream == crossings[-1].stream for each in events[-1:] if each.version > 1
                ):
                    events.append(voided(crossings[-1]))
            case "leave":
                events.append(crossed(nth, "return", days, reason="visit_home"))
            case "month":
                imprecise = BORDER.model_copy(update={"precision": TimePrecision.MONTH})
                made = crossed(nth, "return", days)
                events.append(replace(made, facts=made.facts.model_copy(update={"recorded": imprecise})))
            case _:
                events.append(crossed(nth, kind.removesuffix("_again"), days))
    return events


@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=7), data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_order_repetition_and_batching_gives_the_same_cases(
    kinds: list[str], data: st.DataObject
) -> None:
    events = _life(kinds)
    in_order = Agency().receive_all(events)
    shuffled = data.draw(
        st.permutations(
            [*events, *data.draw(st.lists(st.sampled_from(events), max_size=4) if events else st.just([]))]
        )
    )
    agency = Agency()
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        agency.receive(shuffled[:size])
        shuffled = shuffled[size:]
    assert agency.followed() == in_order.followed()
    assert list(agency.followed().values()).count("open") <= 1
    assert agency.follow() == []


@given(kinds=st.lists(st.sampled_from(KINDS), min_size=2, max_size=8), data=st.data())
@settings(max_examples=500, deadline=None)
def test_nothing_is_left_to_follow_also_where_counsellors_worked_on_cases(
    kinds: list[str], data: st.DataObject
) -> None:
    events = data.draw(st.permutations(_life(kinds)))
    agency = Agency()
    while events:
        size = data.draw(st.integers(1, len(events)))
        agency.receive(events[:size])
        events = events[size:]
        for history in list(agency.recorded.values()):
            state = cases.fold(effective(history))
            if not state.is_open or not data.draw(st.booleans()):
                continue
            end = ReintegrationCaseClosed(recorded=COUNSELLOR, outcome=ReintegrationOutcome.UNREACHABLE)
            work = data.draw(st.sampled_from([None, end]))
            at = AT + timedelta(days=data.draw(st.integers(0, 360)))
            opened = next(each for each in history if isinstance(each.facts, ReintegrationCaseOpened))
            agency.work_on(opened.stream, work, at)
    agency.follow()
    assert agency.follow() == []


@pytest.mark.parametrize("kinds", [["deportation", "void"], ["deportation", "departure", "return"]])
def test_repeated_events_change_nothing(kinds: list[str]) -> None:
    events = _life(kinds)
    agency = Agency().receive_all(events)
    assert agency.receive(reversed(events)) == []
