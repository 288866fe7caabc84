"""Each return opens one case, in any order, repetition and batching of the received events."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.border import WorkerDeparted
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.codes.reintegration import ReintegrationOutcome
from contracts.envelope import Event, Fact, SealedPerson
from contracts.reintegration import (
    EventCorrected,
    EventVoided,
    ReintegrationCaseClosed,
    ReintegrationCaseOpened,
)
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.case import case_of
from tests.reintegration.returns import (
    BORDER,
    ONE,
    OTHER,
    Agency,
    an_id,
    corrected,
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


def test_a_voided_return_closes_its_case_with_the_reason() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    (closed,) = agency.receive([voided(back)])
    assert isinstance(closed.facts, ReintegrationCaseClosed)
    assert closed.facts.outcome is ReintegrationOutcome.RETURN_VOIDED
    assert not agency.case(back).is_open


def test_a_void_received_before_its_return_leaves_no_open_case() -> None:
    back = returned()
    agency = Agency()
    assert agency.receive([voided(back)]) == []
    agency.receive([back])
    assert agency.case(back).outcome is ReintegrationOutcome.RETURN_VOIDED


def test_a_return_voided_after_its_case_was_closed_is_recorded() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    stream = cases.stream(case_of(back.id))
    end = ReintegrationCaseClosed(recorded=BORDER, outcome=ReintegrationOutcome.UNREACHABLE)
    agency.recorded[stream].append(event(stream, 2, end))
    agency.receive([voided(back)])
    assert agency.case(back).outcome is ReintegrationOutcome.RETURN_VOIDED
    agency.receive([corrected(back, 3)])
    assert agency.case(back).outcome is ReintegrationOutcome.UNREACHABLE


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
    back = returned()
    agency = Agency().receive_all([back])
    same = corrected(back, checkpoint="KH-DAU")
    assert agency.receive([event(same.stream, 2, same.facts, occurred_at=back.occurred_at)]) == []


def test_a_correction_after_a_void_opens_the_case_again() -> None:
    back = returned()
    agency = Agency().receive_all([back, voided(back, 2)])
    recorded = agency.receive([corrected(back, 3, home_province="17")])
    assert {type(event.facts) for event in recorded} == {EventVoided, EventCorrected}
    assert agency.case(back).is_open
    assert agency.opening(back).facts.home_province == "17"


def test_a_case_corrected_by_hand_is_not_corrected_back_by_a_repetition() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    opening = agency.opening(back)
    by_hand = EventCorrected(
        **ruling_on(opening, CorrectionReason.MISTYPED),
        restated={"type": opening.type, "facts": opening.facts.model_copy(update={"home_province": "09"})},
    )
    agency.recorded[opening.stream].append(event(opening.stream, 2, by_hand))
    assert agency.receive([back]) == []
    assert agency.opening(back).facts.home_province == "09"


def test_a_case_voided_by_hand_stays_so() -> None:
    back = returned()
    agency = Agency().receive_all([back])
    opening = agency.opening(back)
    by_hand = EventVoided(**ruling_on(opening, CorrectionReason.DUPLICATE))
    agency.recorded[opening.stream].append(event(opening.stream, 2, by_hand))
    assert agency.receive([corrected(back, home_province="09")]) == []


def _life(nth: int, kinds: Sequence[str]) -> list[Event[Fact]]:
    back = returned(nth) if nth % 2 else deported(nth)
    events = [back]
    for version, kind in enumerate(kinds, 2):
        match kind:
            case "void":
                events.append(voided(back, version))
            case "person":
                events.append(corrected(back, version, who=f"N{version}"))
            case _:
                events.append(corrected(back, version, home_province=f"{version:02}"))
    return events


LIVES = st.lists(st.lists(st.sampled_from(["void", "person", "facts"]), max_size=4), min_size=1, max_size=3)


@given(lives=LIVES, data=st.data())
@settings(max_examples=400, deadline=None)
def test_any_order_repetition_and_batching_gives_the_same_cases(
    lives: list[list[str]], data: st.DataObject
) -> None:
    events = [each for nth, kinds in enumerate(lives) for each in _life(nth, kinds)]
    in_order = Agency().receive_all(events)
    shuffled = data.draw(
        st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=4))])
    )
    agency = Agency()
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        agency.receive(shuffled[:size])
        shuffled = shuffled[size:]
    assert agency.outcome() == in_order.outcome()
    for nth, kinds in enumerate(lives):
        back = events[sum(len(each) + 1 for each in lives[:nth])]
        assert agency.case(back).is_open is not (bool(kinds) and kinds[-1] == "void")
        stands = effective([e for e in events if e.stream == back.stream])
        if stands:
            opening = agency.opening(back)
            assert (opening.handles, opening.person, opening.occurred_at) == (
                stands[0].handles,
                stands[0].person,
                stands[0].occurred_at,
            )


@pytest.mark.parametrize("kind", ["void", "person"])
def test_repeated_events_after_a_ruling_change_nothing(kind: str) -> None:
    events = _life(1, [kind])
    agency = Agency().receive_all(events)
    assert agency.receive(reversed(events)) == []
